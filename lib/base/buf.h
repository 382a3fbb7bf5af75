/* buf.h - a growing buffer with a maximum. The first failure sticks, so that a writer checks once.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <roost/outline.h>

struct buf {
	char *data; /* from malloc; not NUL-terminated */
	size_t size;
	size_t capacity;
	size_t max;
	bool failed; /* out of memory, or over the maximum */
};

/* An empty buffer that never grows above `max` bytes. Takes no memory yet. */
void buf_init(struct buf *buf, size_t max);
void buf_free(struct buf *buf);
/* Empty it, keeping the memory; a failure is forgotten. */
void buf_reset(struct buf *buf);
/* Room for `n` more bytes at the end, which the caller writes and then adds to `size`; NULL on
 * failure. */
char *buf_reserve(struct buf *buf, size_t n);

/* The writers stand here so that they become part of their callers: a response is made of many short pieces. */

static inline void buf_add(struct buf *buf, const void *bytes, size_t n)
{
	bool fits = !buf->failed && buf->capacity - buf->size >= n;
	char *end = fits ? buf->data + buf->size : buf_reserve(buf, n);

	if (end != NULL && n > 0) {
		memcpy(end, bytes, n);
		buf->size += n;
	}
}

static inline void buf_text(struct buf *buf, struct roost_text text)
{
	buf_add(buf, text.bytes, text.size);
}

static inline void buf_string(struct buf *buf, const char *string)
{
	buf_add(buf, string, strlen(string));
}

static inline void buf_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

/* In decimal. */
void buf_number(struct buf *buf, uint64_t number);
/* 0, or ROOST_ERR_NO_MEMORY if anything failed since init or reset. */
int buf_status(const struct buf *buf);

#endif

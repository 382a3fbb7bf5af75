/* content.h - immutable bytes: a message, a part of one, in memory, in a file, or wherever a
 * backend has them.
 *
 * Content is reference-counted and may be read by any number of threads at once. A backend may make
 * its own kind by embedding struct roost_content as first or any member and giving it ops. */
#ifndef ROOST_CONTENT_H
#define ROOST_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_content;

struct roost_content_ops {
	size_t size; /* of this struct; new members are only ever added at the end */

	/* Read up to `n` bytes from `offset` into `buffer`; the range lies inside the content.
	 * Returns how many were read, at least 1, or an error (ROOST_ERR_IO, ROOST_ERR_CORRUPT).
	 * Required. */
	int64_t (*read_at)(struct roost_content *content, uint64_t offset, void *buffer, size_t n);

	/* The bytes themselves, unchanging until destroy; NULL when they are not in memory.
	 * Optional. */
	const void *(*pointer)(struct roost_content *content);

	/* A file descriptor and the offset in it where the content begins, for sendfile(2); open
	 * until destroy. 0, or ROOST_ERR_NOT_SUPPORTED. Optional. */
	int (*descriptor)(struct roost_content *content, int *fd_out, uint64_t *offset_out);

	/* The last reference is gone: free it. Any thread. Required. */
	void (*destroy)(struct roost_content *content);
};

struct roost_content {
	const struct roost_content_ops *ops;
	uint64_t size; /* bytes */
	unsigned refs; /* changed by roost_content_ref and _unref only */
};

/* Fill in a new content with one reference. */
ROOST_API void roost_content_init(
	struct roost_content *content, const struct roost_content_ops *ops, uint64_t size);
/* Take a reference; returns `content`. Any thread. */
ROOST_API struct roost_content *roost_content_ref(struct roost_content *content);
/* Give a reference back; the last one frees the content. NULL is allowed. Any thread. */
ROOST_API void roost_content_unref(struct roost_content *content);

/* Read `n` bytes from `offset`, fewer only at the end. Returns how many, or an error. */
ROOST_API int64_t roost_content_read(
	struct roost_content *content, uint64_t offset, void *buffer, size_t n);
/* The bytes, if the content has them in memory, else NULL. Lives as long as the content. */
ROOST_API const void *roost_content_pointer(struct roost_content *content);
/* As the op; ROOST_ERR_NOT_SUPPORTED when the content is in no file. */
ROOST_API int roost_content_descriptor(
	struct roost_content *content, int *fd_out, uint64_t *offset_out);

/* Constructors. The new content has one reference, which the caller owns. ROOST_ERR_NO_MEMORY. */

/* A copy of `n` bytes. */
ROOST_API int roost_content_create_copy(
	const void *bytes, size_t n, struct roost_content **content_out);
/* The `n` bytes themselves, which must not change until `release(context, bytes)` is called (NULL:
 * never). */
ROOST_API int roost_content_create_borrowed(const void *bytes, size_t n,
	void (*release)(void *context, const void *bytes), void *context,
	struct roost_content **content_out);
/* `n` bytes of a file from `offset`. Owns `fd` from now on and closes it; on failure it stays the
 * caller's. */
ROOST_API int roost_content_create_fd(
	int fd, uint64_t offset, uint64_t n, struct roost_content **content_out);

/* A range of content, or (when `content` is NULL) of plain memory. */
struct roost_piece {
	struct roost_content *content;
	const void *bytes; /* when content is NULL */
	uint64_t offset; /* in content */
	uint64_t size;
};
/* The pieces one after another. Takes references to their contents and copies what is plain memory.
 */
ROOST_API int roost_content_create_pieces(
	const struct roost_piece *pieces, size_t n, struct roost_content **content_out);

ROOST_END_DECLS

#endif

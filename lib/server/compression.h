/* compression.h - the compression of what one client says and hears: raw DEFLATE. RFC 1951, RFC 4978.
 *
 * Nothing here knows a socket. What the client sent is put in and taken out again in slices, so that a few
 * bytes that stand for very many cost no more memory than others. */
#ifndef SERVER_COMPRESSION_H
#define SERVER_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct compression;

/* ROOST_ERR_NO_MEMORY. */
int compression_create(struct compression **compression_out);
/* NULL is allowed. */
void compression_destroy(struct compression *compression);
/* Give back the memory that nobody needs while nothing is said. */
void compression_trim(struct compression *compression);

/* -- what the client says */

/* Take a copy of compressed bytes. Those before are all taken out. ROOST_ERR_NO_MEMORY. */
int compression_put(struct compression *compression, const char *bytes, size_t n);
bool compression_has_input(const struct compression *compression);
/* Take out up to `n` bytes, and not more than a block of them at once; 0 when more must come first. ROOST_ERR_INVALID: these
 * are no compressed bytes. ROOST_ERR_NO_MEMORY. */
ssize_t compression_take(struct compression *compression, char *bytes, size_t n);

/* -- what it hears */

enum compression_flush {
	COMPRESSION_GO_ON, /* more comes at once */
	COMPRESSION_FLUSH, /* the client is to see all there is */
	COMPRESSION_FINISH, /* and it was the last */
};

/* Compress `count` pieces. ROOST_ERR_NO_MEMORY. */
int compression_add(struct compression *compression, const struct iovec *pieces, int count,
	enum compression_flush flush);
/* The bytes to be sent; valid until the next call. How many there are. */
size_t compression_output(const struct compression *compression, const char **bytes_out);
void compression_sent(struct compression *compression, size_t n);

/* -- the end of both, while the connection goes on: RFC 8437 section 4.1 */

/* All that we say from here on is plain, and what the client says behind the end of its compressed bytes. */
void compression_end(struct compression *compression);
bool compression_is_ending(const struct compression *compression);
/* Whether what was put in reaches that end: 1, and `*rest_out` are the plain bytes behind it; 0 when more must
 * come first. ROOST_ERR_INVALID: there is more than an end. */
int compression_find_end(
	struct compression *compression, const char **rest_out, size_t *rest_size_out);

#endif

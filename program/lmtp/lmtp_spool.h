/* lmtp_spool.h - where a message gathers while it comes: in memory, and in an unlinked file once it is
 * large. */
#ifndef PROGRAM_LMTP_SPOOL_H
#define PROGRAM_LMTP_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>

struct lmtp_spool {
	char *bytes; /* from malloc */
	size_t capacity;
	size_t memory; /* above this it goes to a file */
	int fd; /* -1 while all is in memory */
	uint64_t size;
};

/* An empty spool. End it with lmtp_spool_clear(). */
void lmtp_spool_init(struct lmtp_spool *spool, size_t memory);
/* Drop what has gathered. */
void lmtp_spool_clear(struct lmtp_spool *spool);
/* ROOST_ERR_NO_MEMORY, ROOST_ERR_IO; then it can only be cleared. */
int lmtp_spool_add(struct lmtp_spool *spool, const void *bytes, size_t n);
/* What has gathered, as content with one reference; the spool is empty then. ROOST_ERR_NO_MEMORY. */
int lmtp_spool_finish(struct lmtp_spool *spool, struct roost_content **content_out);

#endif

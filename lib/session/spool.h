/* spool.h - where the octets of an appended message gather: in memory, and in an unlinked file when it is large. */
#ifndef SESSION_SPOOL_H
#define SESSION_SPOOL_H

#include <stddef.h>

#include <roost/content.h>

struct spool;

/* A spool that moves to a file when it has more than `memory` bytes. ROOST_ERR_NO_MEMORY. */
int spool_create(size_t memory, struct spool **spool_out);
/* NULL is allowed. */
void spool_destroy(struct spool *spool);
/* ROOST_ERR_NO_MEMORY, ROOST_ERR_IO. */
int spool_add(struct spool *spool, const void *bytes, size_t n);
/* What has gathered, as content with one reference; the spool is empty then. ROOST_ERR_NO_MEMORY. */
int spool_finish(struct spool *spool, struct roost_content **content_out);

#endif

/* thread.h - which emails belong together. RFC 8474 section 5.2.
 *
 * An email joins the thread of one that it refers to, or that refers to it, and keeps it: a thread
 * id must never change. So two threads that a later email connects stay two. */
#ifndef LOCAL_THREAD_H
#define LOCAL_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include "driver.h"

/* The thread of a new email, and note by which message ids others will find it. `numbered` counts
 * what was ever noted; it is written with the account. */
int local_thread_join(struct driver *db, int64_t email, const void *outline, size_t outline_size,
	int64_t *numbered, int64_t *thread_out);
/* Give a thread to every email of a store that had none. */
int local_thread_fill(struct driver *db);

#endif

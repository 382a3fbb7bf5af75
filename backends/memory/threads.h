/* threads.h - which emails of a user belong together. RFC 8474 section 5.2.
 *
 * An email joins the thread of one that it refers to, or that refers to it, and keeps it. */
#ifndef MEMORY_THREADS_H
#define MEMORY_THREADS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct memory_known_id;

struct memory_threads {
	pthread_mutex_t lock; /* of what follows */
	void *tree; /* the message ids that are known, for tsearch() */
	struct memory_known_id *oldest, *newest; /* the same, by when they became known */
	size_t count;
};

/* ROOST_ERR_NO_MEMORY. */
int memory_threads_init(struct memory_threads *threads);
void memory_threads_finish(struct memory_threads *threads);
/* The thread of a new email, which is named by a number; so are threads, by that of the first email
 * in them. ROOST_ERR_NO_MEMORY. */
int memory_threads_join(struct memory_threads *threads, uint64_t email, const void *outline,
	size_t outline_size, uint64_t *thread_out);

#endif

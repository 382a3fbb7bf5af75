/* lmtp_workers.c - threads for work that may block, fed from one queue. */
#include "lmtp_workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <roost/error.h>

#include "lmtp_thread.h"

struct lmtp_workers {
	pthread_mutex_t lock;
	pthread_cond_t added;
	struct job *first; /* under lock, as all below */
	struct job *last;
	bool ending;
	unsigned count;
	pthread_t threads[];
};

/* The next job; NULL when all is done and no more will come. */
static struct job *take(struct lmtp_workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	while (workers->first == NULL && !workers->ending) {
		pthread_cond_wait(&workers->added, &workers->lock);
	}
	struct job *job = workers->first;
	if (job != NULL) {
		workers->first = job->next;
	}
	pthread_mutex_unlock(&workers->lock);
	return job;
}

static void *run(void *context)
{
	struct job *job;
	while ((job = take(context)) != NULL) {
		job->work(job);
	}
	return NULL;
}

int lmtp_workers_create(unsigned count, struct lmtp_workers **workers_out)
{
	struct lmtp_workers *workers =
		calloc(1, sizeof(*workers) + count * sizeof(workers->threads[0]));
	if (workers == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->added, NULL);
	for (; workers->count < count; workers->count++) {
		if (!lmtp_thread_start(&workers->threads[workers->count], run, workers)) {
			lmtp_workers_destroy(workers);
			return ROOST_ERR_NO_MEMORY;
		}
	}
	*workers_out = workers;
	return 0;
}

void lmtp_workers_destroy(struct lmtp_workers *workers)
{
	if (workers == NULL) {
		return;
	}
	pthread_mutex_lock(&workers->lock);
	workers->ending = true;
	pthread_cond_broadcast(&workers->added);
	pthread_mutex_unlock(&workers->lock);
	for (unsigned i = 0; i < workers->count; i++) {
		(void)pthread_join(workers->threads[i], NULL);
	}
	pthread_cond_destroy(&workers->added);
	pthread_mutex_destroy(&workers->lock);
	free(workers);
}

void lmtp_workers_add(struct lmtp_workers *workers, struct job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&workers->lock);
	if (workers->first == NULL) {
		workers->first = job;
	} else {
		workers->last->next = job;
	}
	workers->last = job;
	pthread_cond_signal(&workers->added);
	pthread_mutex_unlock(&workers->lock);
}

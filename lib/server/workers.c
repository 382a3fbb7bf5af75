/* workers.c - threads for work that may block, fed from one queue. */
#include "server/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <roost/error.h>

#include "server/thread.h"

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t added;
	struct job *first; /* under lock, as all below */
	struct job **end; /* where the next job is hooked in */
	bool ending;
	unsigned count;
	pthread_t threads[];
};

static struct job *take(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	while (workers->first == NULL && !workers->ending) {
		pthread_cond_wait(&workers->added, &workers->lock);
	}
	struct job *job = workers->first;
	if (job != NULL) {
		workers->first = job->next;
		if (workers->first == NULL) {
			workers->end = &workers->first;
		}
	}
	pthread_mutex_unlock(&workers->lock);
	return job;
}

static void *run(void *context)
{
	struct workers *workers = context;
	struct job *job;
	while ((job = take(workers)) != NULL) {
		job->work(job);
	}
	return NULL;
}

int workers_create(unsigned count, struct workers **workers_out)
{
	if (count == 0) {
		count = 1;
	}
	struct workers *workers = calloc(1, sizeof(*workers) + count * sizeof(workers->threads[0]));
	if (workers == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->added, NULL);
	workers->end = &workers->first;
	while (workers->count < count) {
		int r = thread_start(&workers->threads[workers->count], run, workers);
		if (r < 0) {
			workers_destroy(workers);
			return r;
		}
		workers->count++;
	}
	*workers_out = workers;
	return 0;
}

void workers_add(struct workers *workers, struct job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&workers->lock);
	*workers->end = job;
	workers->end = &job->next;
	pthread_mutex_unlock(&workers->lock);
	/* Who is woken needs the lock. */
	pthread_cond_signal(&workers->added);
}

void workers_destroy(struct workers *workers)
{
	if (workers == NULL) {
		return;
	}
	pthread_mutex_lock(&workers->lock);
	workers->ending = true;
	pthread_cond_broadcast(&workers->added);
	pthread_mutex_unlock(&workers->lock);
	for (unsigned i = 0; i < workers->count; i++) {
		pthread_join(workers->threads[i], NULL);
	}
	pthread_cond_destroy(&workers->added);
	pthread_mutex_destroy(&workers->lock);
	free(workers);
}

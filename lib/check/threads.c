/* threads.c - run a function in several threads at once, each with its own session. */
#include "threads.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
};

struct worker {
	struct check *session;
	struct gate *gate;
	unsigned index;
	threads_fn run;
	void *context;
	pthread_t thread;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	pthread_mutex_lock(&worker->gate->lock);
	while (!worker->gate->open) {
		pthread_cond_wait(&worker->gate->changed, &worker->gate->lock);
	}
	pthread_mutex_unlock(&worker->gate->lock);
	worker->run(worker->session, worker->index, worker->context);
	return NULL;
}

static void open_gate(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->open = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

bool threads_run(struct check *c, int line, unsigned count, threads_fn run, void *context)
{
	struct gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
	struct worker *workers = fixture_alloc(c, count * sizeof(*workers) + 1);
	if (workers == NULL) {
		return false;
	}
	unsigned started = 0;
	for (unsigned i = 0; i < count; i++) {
		workers[i] = (struct worker) {
			.session = fixture_session(c, line),
			.gate = &gate,
			.index = i,
			.run = run,
			.context = context,
		};
		if (workers[i].session == NULL) {
			break;
		}
		int error = pthread_create(&workers[i].thread, NULL, work, &workers[i]);
		if (error != 0) {
			fixture_fail(c, line, "starting a thread: %s", strerror(error));
			break;
		}
		started++;
	}
	open_gate(&gate);
	for (unsigned i = 0; i < started; i++) {
		pthread_join(workers[i].thread, NULL);
	}
	pthread_mutex_destroy(&gate.lock);
	pthread_cond_destroy(&gate.changed);
	return !fixture_failed(c);
}

struct aside {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
	struct check *session;
	threads_fn run;
	void *context;
	pthread_t thread;
};

static void *work_aside(void *argument)
{
	struct aside *aside = argument;
	aside->run(aside->session, 0, aside->context);
	pthread_mutex_lock(&aside->lock);
	aside->done = true;
	pthread_cond_broadcast(&aside->changed);
	pthread_mutex_unlock(&aside->lock);
	return NULL;
}

static void release_aside(void *thing)
{
	struct aside *aside = thing;
	pthread_join(aside->thread, NULL);
	pthread_mutex_destroy(&aside->lock);
	pthread_cond_destroy(&aside->changed);
	free(aside);
}

static bool wait_aside(struct aside *aside)
{
	struct timespec deadline;
	int error = clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += THREADS_PATIENCE;
	pthread_mutex_lock(&aside->lock);
	while (!aside->done && error == 0) {
		error = pthread_cond_timedwait(&aside->changed, &aside->lock, &deadline);
	}
	bool done = aside->done;
	pthread_mutex_unlock(&aside->lock);
	return done;
}

/* Its waits end by the clock that nobody sets. */
static int init_aside(struct aside *aside)
{
	pthread_condattr_t attributes;
	int error = pthread_condattr_init(&attributes);
	if (error != 0) {
		return error;
	}
	error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (error == 0) {
		error = pthread_cond_init(&aside->changed, &attributes);
	}
	(void)pthread_condattr_destroy(&attributes);
	return error == 0 ? pthread_mutex_init(&aside->lock, NULL) : error;
}

bool threads_aside(struct check *c, int line, struct check *session, threads_fn run, void *context)
{
	struct aside *aside = calloc(1, sizeof(*aside));
	if (aside == NULL || init_aside(aside) != 0) {
		free(aside);
		fixture_fail(c, line, "the kit is out of memory");
		return false;
	}
	aside->session = session;
	aside->run = run;
	aside->context = context;
	int error = pthread_create(&aside->thread, NULL, work_aside, aside);
	if (error != 0) {
		fixture_fail(c, line, "starting a thread: %s", strerror(error));
		free(aside);
		return false;
	}
	bool done = wait_aside(aside);
	if (!done) {
		fixture_fail(c, line, "an op waits for a lock that is held while deliver runs");
	}
	return fixture_own(c, aside, release_aside, true) && done;
}

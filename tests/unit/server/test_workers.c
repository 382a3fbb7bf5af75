/* test_workers.c - the worker pool: all jobs are done, in order, side by side, to the last. */
#include "server/workers.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <roost/version.h>

#define JOBS 5000
#define THREADS 4

struct numbered {
	struct job job;
	int number;
};

static struct numbered jobs[JOBS];
static atomic_int done;
static int order[JOBS];
static pthread_barrier_t barrier;

static void note(struct job *job)
{
	struct numbered *numbered = roost_container_of(job, struct numbered, job);
	order[atomic_fetch_add(&done, 1)] = numbered->number;
}

static void add_all(struct workers *workers, int n, void (*work)(struct job *job))
{
	atomic_store(&done, 0);
	for (int i = 0; i < n; i++) {
		jobs[i] = (struct numbered) { .job.work = work, .number = i };
		workers_add(workers, &jobs[i].job);
	}
}

static void test_order(void **state)
{
	(void)state;
	struct workers *workers;
	assert_int_equal(workers_create(1, &workers), 0);
	add_all(workers, JOBS, note);
	workers_destroy(workers);
	assert_int_equal(done, JOBS);
	for (int i = 0; i < JOBS; i++) {
		assert_int_equal(order[i], i);
	}
}

static void test_all_done(void **state)
{
	(void)state;
	static bool seen[JOBS];
	struct workers *workers;
	assert_int_equal(workers_create(THREADS, &workers), 0);
	add_all(workers, JOBS, note);
	workers_destroy(workers);
	assert_int_equal(done, JOBS);
	for (int i = 0; i < JOBS; i++) {
		assert_false(seen[order[i]]);
		seen[order[i]] = true;
	}
}

static void meet(struct job *job)
{
	(void)job;
	(void)pthread_barrier_wait(&barrier);
	atomic_fetch_add(&done, 1);
}

/* Ends only if as many jobs run at once as there are threads. */
static void test_side_by_side(void **state)
{
	(void)state;
	struct workers *workers;
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	assert_int_equal(workers_create(THREADS, &workers), 0);
	add_all(workers, 10 * THREADS, meet);
	workers_destroy(workers);
	assert_int_equal(done, 10 * THREADS);
	(void)pthread_barrier_destroy(&barrier);
}

static struct workers *pool;

static void add_another(struct job *job)
{
	struct numbered *numbered = roost_container_of(job, struct numbered, job);
	if (atomic_fetch_add(&done, 1) < 100) {
		workers_add(pool, &numbered->job);
	}
}

/* A job may be added again by its own work, even while the pool ends. */
static void test_again(void **state)
{
	(void)state;
	assert_int_equal(workers_create(2, &pool), 0);
	add_all(pool, 1, add_another);
	workers_destroy(pool);
	assert_int_equal(done, 101);
}

static void test_nothing_to_do(void **state)
{
	(void)state;
	struct workers *workers;
	assert_int_equal(workers_create(0, &workers), 0);
	workers_destroy(workers);
	workers_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_all_done),
		cmocka_unit_test(test_side_by_side),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_nothing_to_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* moment.h - the clock that only goes forward. */
#ifndef BENCH_MOMENT_H
#define BENCH_MOMENT_H

#include <time.h>

/* Seconds since some beginning. */
static inline double moment_now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif

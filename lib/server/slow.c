/* slow.c - how long a command takes. */
#include "server/slow.h"

#include <time.h>

#include "server/live.h"

static uint64_t now(void)
{
	struct timespec time = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

void slow_begin_slice(struct slow *slow, const struct live *live)
{
	slow->running = atomic_load_explicit(&live->slow_milliseconds, memory_order_relaxed) != 0;
	if (slow->running) {
		slow->slice_began = now();
	}
}

void slow_end_slice(struct slow *slow)
{
	if (slow->running) {
		slow->spent += now() - slow->slice_began;
		slow->running = false;
	}
}

uint64_t slow_command_done(struct slow *slow)
{
	uint64_t took = 0;
	if (slow->running) {
		uint64_t ended = now();
		took = slow->spent + ended - slow->slice_began;
		slow->slice_began = ended;
	}
	slow->spent = 0;
	return took;
}

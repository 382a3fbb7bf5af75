/* slow.h - how long a command takes: the time of its slices of work, waiting for a worker included, but not the
 * time in which the client is waited for. */
#ifndef SERVER_SLOW_H
#define SERVER_SLOW_H

#include <stdbool.h>
#include <stdint.h>

struct live;

/* Of one link; used by the thread that has its connection. All zero: no slice. Microseconds. */
struct slow {
	bool running; /* a slice runs, and is timed */
	uint64_t slice_began;
	uint64_t spent; /* of the command, in slices before this one */
};

/* Nothing is timed while nobody wants to know. */
void slow_begin_slice(struct slow *slow, const struct live *live);
void slow_end_slice(struct slow *slow);
/* A command has been answered, in the middle of its last slice: what it took; 0 when that was not timed. */
uint64_t slow_command_done(struct slow *slow);

#endif

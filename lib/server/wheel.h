/* wheel.h - many timeouts on one timer: a wheel of seconds. */
#ifndef SERVER_WHEEL_H
#define SERVER_WHEEL_H

#include <stdint.h>

#include "server/list.h"

#define WHEEL_SLOTS 64

struct timeout {
	struct list node; /* in a slot, or in no list */
	uint64_t due; /* milliseconds; 0 when it is not set */
	uint64_t due_second;
};

/* A timeout stands in the slot of its second; one that is further away than the wheel is round is
 * passed over once per turn. So setting is cheap, and nothing is looked at every second. */
struct wheel {
	struct list slots[WHEEL_SLOTS];
	uint64_t second; /* up to here all is done */
};

void wheel_init(struct wheel *wheel, uint64_t now);
void timeout_init(struct timeout *timeout);
/* Set, or move, a timeout. One that is due already comes with the next second. */
void wheel_set(struct wheel *wheel, struct timeout *timeout, uint64_t due);
/* Set it unless it is set to something earlier. */
void wheel_set_earlier(struct wheel *wheel, struct timeout *timeout, uint64_t due);
void wheel_remove(struct timeout *timeout);
/* Call `expired` for each timeout that is due; it is no longer set then. */
void wheel_advance(struct wheel *wheel, uint64_t now, void (*expired)(struct timeout *timeout));

#endif

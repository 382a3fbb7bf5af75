/* gate.h - how many connections there may be, together and from one address. */
#ifndef SERVER_GATE_H
#define SERVER_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"

struct gate {
	atomic_size_t limit;
	atomic_size_t limit_per_address; /* 0: none, and who comes in is not counted per address */
	atomic_size_t count;
	pthread_mutex_t lock;
	struct map counts; /* address to its count, kept in the pointer; under lock */
};

void gate_init(struct gate *gate, size_t limit, size_t limit_per_address);
/* Change the limits, for who comes from now on. Any thread. */
void gate_set(struct gate *gate, size_t limit, size_t limit_per_address);
void gate_finish(struct gate *gate);
/* Let one in; `counted_out`: whether it counts for its address. ROOST_ERR_LIMIT, ROOST_ERR_NO_MEMORY. Any thread. */
int gate_enter(struct gate *gate, const char *address, bool *counted_out);
/* One that was let in has gone. Any thread. */
void gate_leave(struct gate *gate, const char *address, bool counted);
/* How many are in. Any thread. */
size_t gate_count(const struct gate *gate);

#endif

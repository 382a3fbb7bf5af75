/* gate.c - how many connections there may be, together and from one address. */
#include "server/gate.h"

#include <stdint.h>
#include <string.h>

#include <roost/error.h>

void gate_init(struct gate *gate, size_t limit, size_t limit_per_address)
{
	memset(gate, 0, sizeof(*gate));
	atomic_init(&gate->limit, limit);
	atomic_init(&gate->limit_per_address, limit_per_address);
	atomic_init(&gate->count, 0);
	pthread_mutex_init(&gate->lock, NULL);
}

void gate_set(struct gate *gate, size_t limit, size_t limit_per_address)
{
	atomic_store(&gate->limit, limit);
	atomic_store(&gate->limit_per_address, limit_per_address);
}

void gate_finish(struct gate *gate)
{
	map_free(&gate->counts);
	pthread_mutex_destroy(&gate->lock);
}

static int enter_address(struct gate *gate, const char *address, size_t limit)
{
	size_t n = strlen(address);
	pthread_mutex_lock(&gate->lock);
	uintptr_t count = (uintptr_t)map_get(&gate->counts, address, n);
	int r = ROOST_ERR_LIMIT;
	if (count < limit) {
		r = map_set(&gate->counts, address, n, (void *)(count + 1));
	}
	pthread_mutex_unlock(&gate->lock);
	return r;
}

static void leave_address(struct gate *gate, const char *address)
{
	size_t n = strlen(address);
	pthread_mutex_lock(&gate->lock);
	uintptr_t count = (uintptr_t)map_get(&gate->counts, address, n);
	if (count <= 1) {
		(void)map_remove(&gate->counts, address, n);
	} else {
		/* The key is there: nothing is allocated. */
		(void)map_set(&gate->counts, address, n, (void *)(count - 1));
	}
	pthread_mutex_unlock(&gate->lock);
}

int gate_enter(struct gate *gate, const char *address, bool *counted_out)
{
	size_t limit_per_address = atomic_load(&gate->limit_per_address);

	if (atomic_fetch_add(&gate->count, 1) >= atomic_load(&gate->limit)) {
		atomic_fetch_sub(&gate->count, 1);
		return ROOST_ERR_LIMIT;
	}
	if (limit_per_address != 0) {
		int r = enter_address(gate, address, limit_per_address);
		if (r < 0) {
			atomic_fetch_sub(&gate->count, 1);
			return r;
		}
	}
	*counted_out = limit_per_address != 0;
	return 0;
}

void gate_leave(struct gate *gate, const char *address, bool counted)
{
	if (counted) {
		leave_address(gate, address);
	}
	atomic_fetch_sub(&gate->count, 1);
}

size_t gate_count(const struct gate *gate)
{
	return atomic_load(&gate->count);
}

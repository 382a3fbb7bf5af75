/* context_order.c - the result of a SORT that is kept up to date: where in it a message stands.
 *
 * Only UIDs are kept. Where a message belongs is found by binary search, for all that come at once in step: each round
 * reads the messages in the middle of what is left, 17 rounds for 100,000 messages. What SORT compares never changes. */
#include "session/context_order.h"

#include <stdlib.h>
#include <string.h>

#include "session/context.h"
#include "session/sort_keys.h"

/* A message that comes. */
struct arrival {
	size_t index; /* in the sorter */
	uint32_t uid;
	size_t low, high; /* it belongs before one of these */
};

struct inserting {
	struct roost_conn *conn;
	const struct context *context;
	struct order *order;
	struct sorter *sorter;
	size_t added; /* to the sorter */
	struct arrival *arrivals;
	size_t count;
	uint32_t *probes; /* of this round, ascending; in the sorter they end at `added` */
	size_t probe_count;
};

int order_create(struct order *order, const uint32_t *uids, size_t count)
{
	uint32_t *copy = malloc((count > 0 ? count : 1) * sizeof(*copy));

	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (count > 0) {
		memcpy(copy, uids, count * sizeof(*copy));
	}
	*order = (struct order) { .uids = copy, .count = count, .capacity = count > 0 ? count : 1 };
	return 0;
}

void order_clear(struct order *order)
{
	free(order->uids);
	*order = (struct order) { .uids = NULL };
}

int order_find(
	const struct order *order, const struct roost_uidset *uids, struct roost_uidset *there)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < order->count; i++) {
		if (roost_uidset_contains(uids, order->uids[i])) {
			r = roost_uidset_add(there, order->uids[i]);
		}
	}
	return r;
}

void order_remove(struct order *order, const struct roost_uidset *uids, order_told_fn told,
	void *told_context)
{
	size_t left = 0;

	for (size_t i = 0; i < order->count; i++) {
		uint32_t uid = order->uids[i];
		if (roost_uidset_contains(uids, uid)) {
			told(told_context, left + 1, uid);
		} else {
			order->uids[left++] = uid;
		}
	}
	order->count = left;
}

/* -- inserting */

static int add_arrival(void *context, uint32_t uid)
{
	struct inserting *inserting = context;

	inserting->arrivals[inserting->count++] = (struct arrival) {
		.index = inserting->added++,
		.uid = uid,
		.high = inserting->order->count,
	};
	return 0;
}

static int add_probe(void *context, uint32_t uid)
{
	struct inserting *inserting = context;

	inserting->probes[inserting->probe_count++] = uid;
	inserting->added++;
	return 0;
}

static int list(struct inserting *inserting, const struct roost_uidset *uids,
	int (*added)(void *context, uint32_t uid))
{
	const struct context *context = inserting->context;

	return sort_keys_add(inserting->conn, inserting->sorter, &context->command.sort,
		context->comparator, uids, added, inserting);
}

static uint32_t middle(const struct inserting *inserting, const struct arrival *arrival)
{
	return inserting->order->uids[arrival->low + (arrival->high - arrival->low) / 2];
}

static int compare_uids(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

/* Read the messages in the middle of what is left for each; those that are not there any more are added to `lost`. */
static int probe(struct inserting *inserting, struct roost_uidset *lost)
{
	struct roost_uidset asked = ROOST_UIDSET_EMPTY;
	int r = 0;

	for (size_t i = 0; r == 0 && i < inserting->count; i++) {
		const struct arrival *arrival = &inserting->arrivals[i];
		if (arrival->low < arrival->high) {
			r = roost_uidset_add(&asked, middle(inserting, arrival));
		}
	}
	inserting->probe_count = 0;
	if (r == 0 && asked.count > 0) {
		r = list(inserting, &asked, add_probe);
	}
	for (size_t i = 0; r == 0 && i < inserting->probe_count; i++) {
		r = roost_uidset_remove(&asked, inserting->probes[i]);
	}
	if (r == 0) {
		r = roost_uidset_add_set(lost, &asked);
	}
	roost_uidset_clear(&asked);
	return r;
}

/* Halve what is left for each, as the probes say. */
static void narrow(struct inserting *inserting)
{
	size_t first = inserting->added - inserting->probe_count;

	for (size_t i = 0; i < inserting->count; i++) {
		struct arrival *arrival = &inserting->arrivals[i];
		if (arrival->low == arrival->high) {
			continue;
		}
		uint32_t uid = middle(inserting, arrival);
		const uint32_t *at = bsearch(
			&uid, inserting->probes, inserting->probe_count, sizeof(uid), compare_uids);
		size_t index = first + (size_t)(at - inserting->probes);
		size_t half = arrival->low + (arrival->high - arrival->low) / 2;
		if (sorter_compare(inserting->sorter, arrival->index, index) < 0) {
			arrival->high = half;
		} else {
			arrival->low = half + 1;
		}
	}
}

static int compare_arrivals(const void *left, const void *right, void *sorter)
{
	const struct arrival *a = left, *b = right;

	return sorter_compare(sorter, a->index, b->index);
}

static int find_places(
	struct inserting *inserting, const struct roost_uidset *uids, struct roost_uidset *lost)
{
	int r = list(inserting, uids, add_arrival);

	do {
		r = r == 0 ? probe(inserting, lost) : r;
		if (r < 0 || lost->count > 0) {
			return r;
		}
		narrow(inserting);
	} while (inserting->probe_count > 0);
	qsort_r(inserting->arrivals, inserting->count, sizeof(*inserting->arrivals),
		compare_arrivals, inserting->sorter);
	return 0;
}

/* Make room, and put them in from behind. */
static int put(struct inserting *inserting, uint64_t most)
{
	struct order *order = inserting->order;
	size_t count = order->count + inserting->count;

	if (count > most) {
		return ROOST_ERR_LIMIT;
	}
	if (count > order->capacity) {
		size_t capacity = count + count / 8;
		uint32_t *grown = realloc(order->uids, capacity * sizeof(*grown));
		if (grown == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		order->uids = grown;
		order->capacity = capacity;
	}
	size_t end = order->count;
	for (size_t i = inserting->count; i > 0; i--) {
		const struct arrival *arrival = &inserting->arrivals[i - 1];
		memmove(order->uids + arrival->low + i, order->uids + arrival->low,
			(end - arrival->low) * sizeof(*order->uids));
		order->uids[arrival->low + i - 1] = arrival->uid;
		end = arrival->low;
	}
	order->count = count;
	return 0;
}

int order_insert(struct roost_conn *conn, struct context *context, const struct roost_uidset *uids,
	struct roost_uidset *lost, order_told_fn told, void *told_context)
{
	size_t most = (size_t)roost_uidset_size(uids);
	struct inserting inserting = { .conn = conn, .context = context, .order = &context->order };
	int r = sorter_create(context->comparator, context->descending, &context->command.sort,
		&inserting.sorter);

	inserting.arrivals = calloc(most + 1, sizeof(*inserting.arrivals));
	inserting.probes = calloc(most + 1, sizeof(*inserting.probes));
	if (inserting.arrivals == NULL || inserting.probes == NULL) {
		r = ROOST_ERR_NO_MEMORY;
	}
	if (r == 0) {
		r = find_places(&inserting, uids, lost);
	}
	if (r == 0 && lost->count == 0) {
		r = put(&inserting, conn->limits.context_entries);
		for (size_t i = 0; r == 0 && i < inserting.count; i++) {
			told(told_context, inserting.arrivals[i].low + i + 1,
				inserting.arrivals[i].uid);
		}
	}
	sorter_destroy(inserting.sorter);
	free(inserting.arrivals);
	free(inserting.probes);
	return r;
}

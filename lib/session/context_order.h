/* context_order.h - the result of a SORT that is kept up to date: where in it a message stands. */
#ifndef SESSION_CONTEXT_ORDER_H
#define SESSION_CONTEXT_ORDER_H

#include "session/session.h"

struct context;

/* UIDs in the order of SORT. All zero: none. */
struct order {
	uint32_t *uids;
	size_t count, capacity;
};

/* Told of each message that goes or comes, in the order of positions. `position` counts from 1: where the message stands
 * once all that was told before has been done. */
typedef void order_told_fn(void *context, size_t position, uint32_t uid);

/* ROOST_ERR_NO_MEMORY. */
int order_create(struct order *order, const uint32_t *uids, size_t count);
void order_clear(struct order *order);
/* Add those of `uids` that stand in it to `there`. ROOST_ERR_NO_MEMORY. */
int order_find(
	const struct order *order, const struct roost_uidset *uids, struct roost_uidset *there);
/* Take these out. */
void order_remove(struct order *order, const struct roost_uidset *uids, order_told_fn told,
	void *told_context);
/* Put these, which do not stand in it, where the context's SORT has them. Only as many others are looked at as a binary
 * search asks for. Those that are not there any more are left out; if it is others, they are added to `lost`, and
 * nothing is done. ROOST_ERR_LIMIT: the order becomes too long; ROOST_ERR_NO_MEMORY, errors of the op. */
int order_insert(struct roost_conn *conn, struct context *context, const struct roost_uidset *uids,
	struct roost_uidset *lost, order_told_fn told, void *told_context);

#endif

/* delivery.h - a backend delivering messages, watched. */
#ifndef BACKEND_DELIVERY_H
#define BACKEND_DELIVERY_H

#include <stdbool.h>

#include <roost/backend.h>

struct delivery {
	const char *op;
	const struct roost_uidset *uids; /* what was asked for */
	unsigned fields; /* ROOST_MESSAGE_… bits that were asked for */
	uint32_t last; /* UID delivered; 0 at first */
	int result; /* what the last taker answered: ROOST_STOP and errors end the delivery */
};

/* Whether the message may be passed on: one of those asked for, in ascending order, before the end.
 * Then `copy_out` is the message with every member that this version knows. */
bool delivery_take(struct delivery *delivery, const struct roost_message *message,
	struct roost_message *copy_out);

/* What the op comes to, when it returned `r`: a taker's error is not lost, and ROOST_STOP is none.
 */
int delivery_result(const struct delivery *delivery, int r);

#endif

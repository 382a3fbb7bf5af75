/* delivery.c - a backend delivering messages, watched. */
#include "backend/delivery.h"

#include <string.h>

#include "backend/contract.h"

/* Facts that even a broken message has. */
#define ALWAYS_KNOWN (ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE)

static bool is_expected(struct delivery *delivery, const struct roost_message *message)
{
	const char *op = delivery->op;
	return contract_kept(delivery->result == 0, op,
		       "nothing is delivered after ROOST_STOP or an error") &&
	       contract_kept(message->uid > delivery->last, op, "UIDs ascend") &&
	       contract_kept(roost_uidset_contains(delivery->uids, message->uid), op,
		       "only messages that were asked for are delivered");
}

bool delivery_take(struct delivery *delivery, const struct roost_message *message,
	struct roost_message *copy_out)
{
	if (!is_expected(delivery, message)) {
		return false;
	}
	delivery->last = message->uid;
	if (message->size >= sizeof(*copy_out)) {
		*copy_out = *message;
	} else { /* of a backend that knows less */
		memset(copy_out, 0, sizeof(*copy_out));
		memcpy(copy_out, message, message->size);
	}
	copy_out->size = sizeof(*copy_out);
	if ((copy_out->has & ROOST_MESSAGE_CONTENT) && copy_out->content == NULL) {
		copy_out->has &= ~(unsigned)ROOST_MESSAGE_CONTENT;
	}
	if ((copy_out->has & ROOST_MESSAGE_CONTENT) && !(copy_out->has & ROOST_MESSAGE_OCTETS)) {
		copy_out->octets = copy_out->content->size;
		copy_out->has |= ROOST_MESSAGE_OCTETS;
	}
	(void)contract_kept((delivery->fields & ALWAYS_KNOWN & ~copy_out->has) == 0, delivery->op,
		"flags and internal date are there when they were asked for");
	return true;
}

int delivery_result(const struct delivery *delivery, int r)
{
	if (delivery->result < 0) {
		return delivery->result;
	}
	(void)contract_kept(r != ROOST_ERR_WOULD_BLOCK || delivery->last == 0, delivery->op,
		"nothing is delivered when it would block");
	return r == ROOST_STOP ? 0 : contract_result(delivery->op, r);
}

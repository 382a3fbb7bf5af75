/* mailbox_list.c - listing messages, with the outlines that the backend does not have. */
#include "backend/ops.h"

#include <stdlib.h>
#include <string.h>

#include "backend/delivery.h"

/* One call of the op. */
struct listing {
	struct delivery delivery;
	uint64_t changed_since;
	roost_message_fn deliver;
	void *context;
	uint32_t without_outline; /* the UID where it turned out that content is needed, or 0 */
};

static bool has_outline(const struct roost_message *message)
{
	struct roost_outline outline;
	return (message->has & ROOST_MESSAGE_OUTLINE) && message->outline != NULL &&
	       roost_outline_open(message->outline, message->outline_size, &outline) == 0;
}

/* Deliver with an outline that lives for the delivery only: the call's memory is not for as many
 * outlines as a mailbox has messages. */
static int deliver_with_made_outline(struct listing *listing, struct roost_message *message)
{
	void *bytes = NULL;
	size_t size = 0;
	int r = roost_outline_create(message->content, &bytes, &size);
	if (r == ROOST_ERR_NO_MEMORY) {
		return r;
	}
	message->outline = bytes;
	message->outline_size = size;
	message->has &= ~(unsigned)ROOST_MESSAGE_OUTLINE;
	message->has |= r == 0 ? ROOST_MESSAGE_OUTLINE : 0;
	r = listing->deliver(listing->context, message);
	free(bytes);
	return r;
}

static int pass_message(void *context, const struct roost_message *given)
{
	struct listing *listing = context;
	struct delivery *delivery = &listing->delivery;
	struct roost_message message;
	if (!delivery_take(delivery, given, &message)) {
		return delivery->result;
	}
	if (listing->changed_since > 0 && (message.has & ROOST_MESSAGE_MODSEQ) &&
		message.modseq <= listing->changed_since) {
		return 0;
	}
	if (!(delivery->fields & ROOST_MESSAGE_OUTLINE) || has_outline(&message)) {
		delivery->result = listing->deliver(listing->context, &message);
	} else if (message.has & ROOST_MESSAGE_CONTENT) {
		delivery->result = deliver_with_made_outline(listing, &message);
	} else if (!(delivery->fields & ROOST_MESSAGE_CONTENT)) {
		listing->without_outline = message.uid;
		delivery->result = ROOST_STOP;
	} else {
		message.has &= ~(unsigned)ROOST_MESSAGE_OUTLINE;
		delivery->result = listing->deliver(listing->context, &message);
	}
	return delivery->result;
}

static int list(struct roost_mailbox *mailbox, struct roost_call *call, struct listing *listing)
{
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = listing->delivery.fields,
		.changed_since = listing->changed_since,
	};
	int r = mailbox->ops->list_messages(
		mailbox, call, listing->delivery.uids, &options, pass_message, listing);
	return delivery_result(&listing->delivery, r);
}

/* List again from where an outline was missing, now with content to make it from. */
static int list_with_content(
	struct roost_mailbox *mailbox, struct roost_call *call, struct listing *listing)
{
	struct roost_uidset rest = ROOST_UIDSET_EMPTY;
	uint32_t first = listing->without_outline;
	int r = roost_uidset_copy(&rest, listing->delivery.uids);
	if (r == 0 && first > 1) {
		r = roost_uidset_remove_range(&rest, 1, first - 1);
	}
	if (r == 0) {
		listing->without_outline = 0;
		listing->delivery.uids = &rest;
		listing->delivery.fields |= ROOST_MESSAGE_CONTENT;
		listing->delivery.last = first - 1;
		listing->delivery.result = 0;
		r = list(mailbox, call, listing);
	}
	roost_uidset_clear(&rest);
	return r;
}

int mailbox_list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct listing listing = {
		.delivery = { .op = "list_messages", .uids = uids, .fields = options->fields },
		.changed_since = options->changed_since,
		.deliver = deliver,
		.context = context,
	};
	if (uids->count == 0) {
		return 0;
	}
	if (!roost_call_may_wait(call) && (options->fields & ROOST_MESSAGE_OUTLINE)) {
		return ROOST_ERR_WOULD_BLOCK; /* too late it may show that content is needed */
	}
	int r = list(mailbox, call, &listing);
	if (r == 0 && listing.without_outline != 0) {
		r = list_with_content(mailbox, call, &listing);
	}
	return r;
}

int message_outline(struct roost_call *call, const struct roost_message *message,
	struct roost_outline *outline_out)
{
	void *bytes = NULL;
	size_t size = 0;
	if ((message->has & ROOST_MESSAGE_OUTLINE) && message->outline != NULL &&
		roost_outline_open(message->outline, message->outline_size, outline_out) == 0) {
		return 0;
	}
	if (!(message->has & ROOST_MESSAGE_CONTENT) || message->content == NULL) {
		return ROOST_ERR_INVALID;
	}
	int r = roost_outline_create(message->content, &bytes, &size);
	if (r < 0) {
		return r;
	}
	void *copy = roost_call_alloc(call, size);
	if (copy != NULL) {
		memcpy(copy, bytes, size);
		*outline_out = (struct roost_outline) { copy, size };
	} else {
		r = ROOST_ERR_NO_MEMORY;
	}
	free(bytes);
	return r;
}

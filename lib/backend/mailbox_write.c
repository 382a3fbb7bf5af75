/* mailbox_write.c - changing the flags of messages, removing them. */
#include "backend/ops.h"

#include <stdlib.h>

#include "backend/changing.h"
#include "backend/contract.h"
#include "backend/delivery.h"
#include "backend/post.h"

/* Flags on their way from the backend to who changed them. */
struct flagging {
	struct delivery delivery;
	struct roost_uidset changed;
	roost_message_fn deliver; /* may be NULL */
	void *context;
};

static int pass_flags(void *context, const struct roost_message *given)
{
	struct flagging *flagging = context;
	struct roost_message message;
	if (!delivery_take(&flagging->delivery, given, &message)) {
		return flagging->delivery.result;
	}
	int r = roost_uidset_add(&flagging->changed, message.uid);
	if (r == 0 && flagging->deliver != NULL) {
		r = flagging->deliver(flagging->context, &message);
	}
	flagging->delivery.result = r;
	return r;
}

/* After the last delivery that somebody wanted the op may have changed more. */
static void post_changed(const struct flagging *flagging, const struct roost_uidset *modified,
	const struct roost_mailbox *mailbox)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	if (flagging->delivery.result == 0) {
		post_flags(mailbox->user, mailbox->name, &flagging->changed, mailbox->user);
	} else if (roost_uidset_copy(&uids, flagging->delivery.uids) == 0 &&
		   roost_uidset_remove_set(&uids, modified) == 0) {
		post_flags(mailbox->user, mailbox->name, &uids, NULL);
	}
	roost_uidset_clear(&uids);
}

int mailbox_update_messages_flags(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct flagging flagging = {
		.delivery = { .op = "update_messages_flags",
			.uids = uids,
			.fields = ROOST_MESSAGE_FLAGS },
		.changed = ROOST_UIDSET_EMPTY,
		.deliver = deliver,
		.context = context,
	};
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	int r = changing_allowed(mailbox->user, ROOST_HAS_OP(mailbox->ops, update_messages_flags));
	if (r < 0 || uids->count == 0) {
		return r;
	}
	r = mailbox->ops->update_messages_flags(
		mailbox, call, uids, change, &modified, pass_flags, &flagging);
	r = delivery_result(&flagging.delivery, r);
	post_changed(&flagging, &modified, mailbox);
	if (r == 0) {
		r = contract_within(&modified, uids, flagging.delivery.op,
			"only messages that were asked for are left alone");
	}
	if (r == 0 && modified_out != NULL) {
		r = roost_uidset_add_set(modified_out, &modified);
	}
	roost_uidset_clear(&modified);
	roost_uidset_clear(&flagging.changed);
	return r;
}

/* What is gone is gone, so it stays in `expunged` even if it was not named. */
static void check_expunged(const struct roost_uidset *expunged, const struct roost_uidset *only)
{
	struct roost_uidset copy = ROOST_UIDSET_EMPTY;
	if (roost_uidset_copy(&copy, expunged) == 0) {
		(void)contract_within(&copy, only, "expunge", "only what was named is removed");
	}
	roost_uidset_clear(&copy);
}

int mailbox_expunge(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	int r = changing_allowed(mailbox->user, ROOST_HAS_OP(mailbox->ops, expunge));
	if (r < 0 || (only != NULL && only->count == 0)) {
		return r;
	}
	r = contract_result("expunge", mailbox->ops->expunge(mailbox, call, only, &expunged));
	if (r == 0 && only != NULL) {
		check_expunged(&expunged, only);
	}
	if (r == 0) {
		post_expunged(mailbox->user, mailbox->name, &expunged);
		r = expunged_out != NULL ? roost_uidset_add_set(expunged_out, &expunged) : 0;
	}
	roost_uidset_clear(&expunged);
	return r;
}

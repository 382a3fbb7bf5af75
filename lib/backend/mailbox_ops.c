/* mailbox_ops.c - calling an open mailbox: its state, its end, and what concerns no message. */
#include "backend/ops.h"

#include "backend/contract.h"

void roost_snapshot_clear(struct roost_snapshot *snapshot)
{
	roost_uidset_clear(&snapshot->uids);
	roost_uidset_clear(&snapshot->recent);
}

/* Nothing can be changed in it, whatever it was opened for. */
static bool is_read_only(const struct roost_mailbox *mailbox)
{
	return (mailbox->user->backend->features & ROOST_FEATURE_READ_ONLY) ||
	       (!ROOST_HAS_OP(mailbox->ops, create_messages) &&
		       !ROOST_HAS_OP(mailbox->ops, update_messages_flags) &&
		       !ROOST_HAS_OP(mailbox->ops, expunge));
}

static int check_sets(struct roost_snapshot *snapshot)
{
	const char *op = "snapshot";
	uint32_t last = roost_uidset_last(&snapshot->uids);
	if (!contract_kept(snapshot->uid_validity != 0, op, "uid_validity is not 0")) {
		return ROOST_ERR_CORRUPT;
	}
	if (!contract_kept(snapshot->uid_next > last, op, "uid_next is above every UID")) {
		snapshot->uid_next = last == UINT32_MAX ? last : last + 1;
	}
	return contract_within(&snapshot->recent, &snapshot->uids, op,
		"recent messages are among those that are there");
}

static void check_unseen(struct roost_snapshot *snapshot)
{
	const char *op = "snapshot";
	uint64_t count = roost_uidset_size(&snapshot->uids);
	if (!contract_kept(snapshot->unseen_count <= count, op,
		    "there are no more unseen messages than messages")) {
		snapshot->unseen_count = count;
	}
	if (!contract_kept((snapshot->first_unseen == 0) == (snapshot->unseen_count == 0), op,
		    "first_unseen is there when something is unseen") ||
		!contract_kept(snapshot->first_unseen == 0 || roost_uidset_contains(&snapshot->uids,
								      snapshot->first_unseen),
			op, "first_unseen is a message that is there")) {
		snapshot->first_unseen = 0; /* then clients are not told of any */
	}
}

int mailbox_snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	int r = contract_result("snapshot", mailbox->ops->snapshot(mailbox, call, &snapshot));
	if (r == 0) {
		r = check_sets(&snapshot);
	}
	if (r < 0) {
		roost_snapshot_clear(&snapshot);
		return r;
	}
	check_unseen(&snapshot);
	if (is_read_only(mailbox)) {
		snapshot.read_only = true;
		snapshot.permanent_system = 0;
		snapshot.permanent_keywords = false;
		snapshot.new_keywords = false;
	}
	roost_snapshot_clear(snapshot_out);
	*snapshot_out = snapshot;
	return 0;
}

int mailbox_check(struct roost_mailbox *mailbox, struct roost_call *call)
{
	if (!ROOST_HAS_OP(mailbox->ops, check)) {
		return 0;
	}
	return contract_result("check", mailbox->ops->check(mailbox, call));
}

int mailbox_poll(struct roost_mailbox *mailbox, struct roost_call *call)
{
	if (!ROOST_HAS_OP(mailbox->ops, poll)) {
		return 0;
	}
	return contract_result("poll", mailbox->ops->poll(mailbox, call));
}

void mailbox_close(struct roost_mailbox *mailbox)
{
	if (mailbox != NULL) {
		mailbox->ops->close(mailbox);
	}
}

/* Every UID that was given out and is not there. */
static int list_missing(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_uidset *missing)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	int r = mailbox_snapshot(mailbox, call, &snapshot);
	if (r == 0 && snapshot.uid_next > 1) {
		r = roost_uidset_add_range(missing, 1, snapshot.uid_next - 1);
	}
	if (r == 0) {
		r = roost_uidset_remove_set(missing, &snapshot.uids);
	}
	roost_snapshot_clear(&snapshot);
	return r;
}

int mailbox_changed_since(struct roost_mailbox *mailbox, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out)
{
	struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
	int r = ROOST_HAS_OP(mailbox->ops, changed_since)
			? contract_result("changed_since",
				  mailbox->ops->changed_since(mailbox, call, modseq, &vanished))
			: list_missing(mailbox, call, &vanished);
	if (r == 0) {
		r = roost_uidset_add_set(vanished_out, &vanished);
	}
	roost_uidset_clear(&vanished);
	return r;
}

/* user_status.c - the numbers of a mailbox: told by the backend, or counted. */
#include "backend/ops.h"

#include "backend/contract.h"
#include "backend/name.h"

#define FROM_SNAPSHOT \
	(ROOST_STATUS_MESSAGES | ROOST_STATUS_RECENT | ROOST_STATUS_UID_NEXT | \
		ROOST_STATUS_UID_VALIDITY | ROOST_STATUS_UNSEEN | ROOST_STATUS_HIGHEST_MODSEQ)
#define FROM_MESSAGES (ROOST_STATUS_DELETED | ROOST_STATUS_SIZE | ROOST_STATUS_DELETED_STORAGE)

static void take_snapshot(
	const struct roost_snapshot *snapshot, struct roost_mailbox_status *status)
{
	status->messages = roost_uidset_size(&snapshot->uids);
	status->recent = roost_uidset_size(&snapshot->recent);
	status->uid_next = snapshot->uid_next;
	status->uid_validity = snapshot->uid_validity;
	status->unseen = snapshot->unseen_count;
	status->has |= FROM_SNAPSHOT & ~(unsigned)ROOST_STATUS_HIGHEST_MODSEQ;
	if (snapshot->highest_modseq > 0) {
		status->highest_modseq = snapshot->highest_modseq;
		status->has |= ROOST_STATUS_HIGHEST_MODSEQ;
	}
}

static int count_message(void *context, const struct roost_message *message)
{
	struct roost_mailbox_status *status = context;
	bool deleted = (message->has & ROOST_MESSAGE_FLAGS) &&
		       (message->flags.system & ROOST_FLAG_DELETED);
	uint64_t octets = message->has & ROOST_MESSAGE_OCTETS ? message->octets : 0;
	status->octets += octets;
	status->deleted += deleted ? 1 : 0;
	status->deleted_octets += deleted ? octets : 0;
	return 0;
}

static int count_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, unsigned items, struct roost_mailbox_status *status)
{
	struct roost_fetch_options options = { .size = sizeof(options) };
	if (items & (ROOST_STATUS_DELETED | ROOST_STATUS_DELETED_STORAGE)) {
		options.fields |= ROOST_MESSAGE_FLAGS;
	}
	if (items & (ROOST_STATUS_SIZE | ROOST_STATUS_DELETED_STORAGE)) {
		options.fields |= ROOST_MESSAGE_OCTETS;
	}
	status->octets = 0;
	status->deleted = 0;
	status->deleted_octets = 0;
	int r = mailbox_list_messages(mailbox, call, uids, &options, count_message, status);
	status->has |= r == 0 ? items & FROM_MESSAGES : 0;
	return r;
}

static int count(struct roost_user *user, struct roost_call *call, const char *name, unsigned items,
	struct roost_mailbox_status *status)
{
	/* Read-only and selected: told which messages are \Recent, and taking it from nobody. */
	struct roost_open_options options = {
		.size = sizeof(options), .read_only = true, .select = true
	};
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_mailbox *mailbox;
	int r = user_get_mailbox(user, call, name, &options, &mailbox);
	if (r < 0) {
		return r;
	}
	r = mailbox_snapshot(mailbox, call, &snapshot);
	if (r == 0) {
		take_snapshot(&snapshot, status);
	}
	if (r == 0 && (items & FROM_MESSAGES)) {
		r = count_messages(mailbox, call, &snapshot.uids, items, status);
	}
	roost_snapshot_clear(&snapshot);
	mailbox_close(mailbox);
	return r;
}

int user_mailbox_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	int r = name_normalize(user, call, name, &name);
	if (r < 0) {
		return r == ROOST_ERR_CANNOT ? ROOST_ERR_NO_SUCH_MAILBOX : r;
	}
	if (ROOST_HAS_OP(user->ops, mailbox_status)) {
		r = contract_result("mailbox_status",
			user->ops->mailbox_status(user, call, name,
				items & ~(unsigned)ROOST_STATUS_APPEND_LIMIT, &status));
		if (r < 0 && r != ROOST_ERR_NOT_SUPPORTED) {
			return r;
		}
		status.has = r < 0 ? 0 : status.has;
	}
	unsigned missing = items & ~status.has & (FROM_SNAPSHOT | FROM_MESSAGES);
	if (missing != 0 || status.has == 0) {
		r = count(user, call, name, missing, &status);
		if (r < 0) {
			return r;
		}
	}
	*status_out = status;
	return 0;
}

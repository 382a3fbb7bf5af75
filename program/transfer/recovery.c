/* recovery.c - finds out what became of the batch that was on its way when an import was killed. */
#include "recovery.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "batch.h"

struct recovery {
	struct ledger *ledger;
	uint32_t uid_validity;
};

static int look_at(void *context, const struct roost_message *message)
{
	struct recovery *recovery = context;
	unsigned char digest[LEDGER_DIGEST_SIZE];
	if ((message->has & ROOST_MESSAGE_CONTENT) == 0 || message->content == NULL) {
		return 0;
	}
	int r = batch_digest(message->content, digest);
	if (r == 0) {
		r = ledger_settle_digest(
			recovery->ledger, digest, recovery->uid_validity, message->uid);
	}
	return r < 0 ? r : 0;
}

/* All messages from the UID on that the batch began with. */
static int look_in(struct ledger *ledger, struct roost_mailbox *mailbox, struct roost_call *call,
	const struct ledger_batch *batch)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct recovery recovery = { .ledger = ledger, .uid_validity = batch->uid_validity };
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_CONTENT,
	};
	int r = mailbox->ops->snapshot(mailbox, call, &snapshot);
	if (r < 0) {
		return r;
	}
	if (snapshot.uid_validity == batch->uid_validity) {
		r = batch->uid_first > 1
			    ? roost_uidset_remove_range(&snapshot.uids, 1, batch->uid_first - 1)
			    : 0;
		if (r == 0) {
			r = mailbox->ops->list_messages(
				mailbox, call, &snapshot.uids, &options, look_at, &recovery);
		}
	}
	roost_snapshot_clear(&snapshot);
	return r;
}

int recovery_run(struct ledger *ledger, struct roost_user *user, struct roost_call *call)
{
	const struct roost_open_options options = { .size = sizeof(options), .read_only = true };
	struct roost_mailbox *mailbox = NULL;
	struct ledger_batch batch;
	int r = ledger_find_batch(ledger, &batch);
	if (r != 1) {
		return r;
	}
	/* The name is lent for one call only. */
	char *name = strdup(batch.mailbox);
	r = name == NULL ? ROOST_ERR_NO_MEMORY
			 : user->ops->get_mailbox(user, call, name, &options, &mailbox);
	if (r == 0) {
		r = look_in(ledger, mailbox, call, &batch);
		mailbox->ops->close(mailbox);
	}
	free(name);
	return r < 0 && r != ROOST_ERR_NO_SUCH_MAILBOX ? r : ledger_forget_batch(ledger);
}

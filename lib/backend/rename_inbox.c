/* rename_inbox.c - RENAME of INBOX, for backends that have no own way. */
#include "backend/rename_inbox.h"

#include <string.h>

#include "backend/ops.h"

static int move_all(struct roost_user *user, struct roost_call *call, const char *to)
{
	/* Not selected: \Recent is for the client that looks into INBOX next. */
	struct roost_open_options options = { .size = sizeof(options) };
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_mailbox *inbox;
	int r = user_get_mailbox(user, call, "INBOX", &options, &inbox);
	if (r < 0) {
		return r;
	}
	r = mailbox_snapshot(inbox, call, &snapshot);
	if (r == 0 && snapshot.uids.count > 0) {
		r = mailbox_move_messages(inbox, call, &snapshot.uids, to, &result);
	}
	roost_copy_result_clear(&result);
	roost_snapshot_clear(&snapshot);
	mailbox_close(inbox);
	return r;
}

/* Take back the new mailbox, unless messages have got there. What this goes through says nothing to
 * the user. */
static void remove_empty(struct roost_user *user, struct roost_call *call, const char *name)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	const char *text = roost_call_text(call);
	const char *kept = text != NULL ? roost_call_strndup(call, text, strlen(text)) : NULL;
	int r = user_mailbox_status(user, call, name, ROOST_STATUS_MESSAGES, &status);
	if (r == 0 && (status.has & ROOST_STATUS_MESSAGES) && status.messages == 0) {
		(void)user_delete_mailbox(user, call, name);
	}
	(void)roost_call_fail(call, 0, kept != NULL ? kept : "");
}

int rename_inbox(struct roost_user *user, struct roost_call *call, const char *to)
{
	int r = user_create_mailbox(user, call, to, NULL);
	if (r < 0) {
		return r;
	}
	r = move_all(user, call, to);
	if (r < 0) {
		remove_empty(user, call, to);
	}
	return r;
}

/* cmd_store.c - STORE and UID STORE. RFC 3501 section 6.4.6. */
#include "session/batch.h"
#include "session/session.h"

/* Messages whose flags change in one step, so that what is answered stays bounded. */
#define MESSAGES_AT_ONCE 8192

struct storing {
	struct roost_conn *conn;
	struct roost_uidset left;
	uint64_t wanted;
	uint64_t changed;
};

static void storing_free(void *task)
{
	roost_uidset_clear(&((struct storing *)task)->left);
}

static int tell(void *context, const struct roost_message *message)
{
	struct storing *storing = context;
	struct roost_conn *conn = storing->conn;

	storing->changed++;
	if (conn->command.store.silent) {
		return flags_tell_new(conn, &message->flags);
	}
	return flags_tell_message(conn, message, conn->command.uid);
}

static int begin(struct roost_conn *conn)
{
	struct storing *storing = roost_call_alloc(conn->call, sizeof(*storing));

	if (storing == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	storing->conn = conn;
	conn->task = storing;
	conn->task_free = storing_free;
	int r = view_resolve(
		conn->view, &conn->command.set, conn->command.uid, false, &storing->left);
	storing->wanted = roost_uidset_size(&storing->left);
	return r;
}

static int store_some(struct roost_conn *conn, struct storing *storing)
{
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = conn->command.store.mode,
		.flags = conn->command.store.flags,
	};
	struct roost_uidset batch = ROOST_UIDSET_EMPTY;
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	int r = batch_take(&storing->left, MESSAGES_AT_ONCE, &batch);

	if (r == 0) {
		r = mailbox_update_messages_flags(
			conn->view->mailbox, conn->call, &batch, &change, &modified, tell, storing);
	}
	roost_uidset_clear(&batch);
	roost_uidset_clear(&modified);
	return r;
}

enum step cmd_store(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		if (conn->view->read_only) {
			return reply_error(conn, ROOST_ERR_READ_ONLY);
		}
		int r = begin(conn);
		if (r < 0) {
			return batch_reply_unresolved(conn, r);
		}
	}
	struct storing *storing = conn->task;
	while (storing->left.count > 0) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		int r = store_some(conn, storing);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	/* RFC 2180 section 4.2: only who waits for the flags misses those of a message that is gone. */
	bool waits = !conn->command.uid && !conn->command.store.silent;
	if (waits && storing->changed < storing->wanted) {
		return reply_error(conn, ROOST_ERR_EXPUNGED);
	}
	return reply_ok(conn, NULL, "Flags stored");
}

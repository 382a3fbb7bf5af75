/* cmd_store.c - STORE and UID STORE. RFC 3501 section 6.4.6, RFC 7162 section 3.1.3. */
#include "grammar/sequence_set.h"
#include "session/batch.h"
#include "session/context.h"
#include "session/session.h"

/* Messages whose flags change in one step, so that what is answered stays bounded; and when nothing is answered. Each
 * step is a commit. */
#define MESSAGES_AT_ONCE 8192
#define SILENT_MESSAGES_AT_ONCE 65536

struct storing {
	struct roost_conn *conn;
	struct roost_uidset left;
	struct roost_uidset modified; /* that failed the test of UNCHANGEDSINCE */
	const char *limit_code; /* when not all messages were changed */
	uint64_t wanted;
	uint64_t changed;
};

static void storing_free(void *task)
{
	struct storing *storing = task;

	roost_uidset_clear(&storing->left);
	roost_uidset_clear(&storing->modified);
}

static int tell(void *context, const struct roost_message *message)
{
	struct storing *storing = context;
	struct roost_conn *conn = storing->conn;

	storing->changed++;
	return flags_tell_message(conn, message, conn->command.uid, conn->command.store.silent);
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
	if (r == 0) {
		r = batch_limit(conn, &storing->left, &storing->limit_code);
	}
	storing->wanted = roost_uidset_size(&storing->left);
	return r;
}

static int store_some(struct roost_conn *conn, struct storing *storing)
{
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = conn->command.store.mode,
		.flags = conn->command.store.flags,
		.has_unchanged_since = conn->command.store.has_unchanged_since,
		.unchanged_since = conn->command.store.unchanged_since,
	};
	struct roost_uidset batch = ROOST_UIDSET_EMPTY;
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	bool silent = conn->command.store.silent && !conn_shows_modseq(conn);
	int r = batch_take(
		&storing->left, silent ? SILENT_MESSAGES_AT_ONCE : MESSAGES_AT_ONCE, &batch);

	if (r == 0) {
		r = context_note_changed(conn, &batch);
	}
	if (r == 0) {
		r = mailbox_update_messages_flags(
			conn->view->mailbox, conn->call, &batch, &change, &modified, tell, storing);
	}
	if (r == 0) {
		r = roost_uidset_add_set(&storing->modified, &modified);
	}
	roost_uidset_clear(&batch);
	roost_uidset_clear(&modified);
	return r;
}

/* "MODIFIED 7,9", in the client's numbers, of the messages that failed the test; NULL when none did. They are told as
 * they are now with this answer, so that the client need not ask. RFC 7162 section 3.1.3. */
static const char *modified(struct roost_conn *conn, const struct storing *storing)
{
	struct roost_uidset numbers = ROOST_UIDSET_EMPTY;
	struct buf buf;
	int r = roost_uidset_add_set(&conn->view->changed, &storing->modified);

	if (storing->modified.count == 0) {
		return NULL;
	}
	if (r == 0) {
		r = conn->command.uid ? roost_uidset_copy(&numbers, &storing->modified)
				      : view_numbers(conn->view, &storing->modified, &numbers);
	}
	buf_init(&buf, conn->limits.command_memory / 4);
	buf_string(&buf, "MODIFIED ");
	uidset_write(&buf, &numbers);
	const char *text = r < 0 ? NULL : conn_text(conn, &buf);
	buf_free(&buf);
	roost_uidset_clear(&numbers);
	return text;
}

enum step cmd_store(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		if (conn->view->read_only) {
			return reply_error(conn, ROOST_ERR_READ_ONLY);
		}
		if (conn->command.store.has_unchanged_since) {
			if (conn->view->modseq == 0) {
				return reply_bad(conn, "This mailbox has no mod-sequences");
			}
			conn_use_modseq(conn);
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
	const char *code = modified(conn, storing);
	uint64_t answered = storing->changed + roost_uidset_size(&storing->modified);
	if (waits && answered < storing->wanted) {
		return code == NULL ? reply_error(conn, ROOST_ERR_EXPUNGED)
				    : reply_no(conn, code, "Some of the messages no longer exist");
	}
	if (code == NULL) {
		return reply_ok(conn, storing->limit_code, "Flags stored");
	}
	batch_tell_limit(conn, storing->limit_code);
	return reply_ok(conn, code, "Others have changed some of the messages");
}

/* select.c - the selected mailbox: SELECT, EXAMINE, CHECK, CLOSE, UNSELECT, EXPUNGE. RFC 3501 sections 6.3.1,
 * 6.3.2 and 6.4.1 to 6.4.3, RFC 3691, RFC 4315, RFC 7162. */
#include "base/ascii.h"
#include "base/text.h"
#include "session/batch.h"
#include "session/context.h"
#include "session/notify.h"
#include "session/session.h"

void conn_unselect(struct roost_conn *conn)
{
	flags_forget(conn);
	notify_forget_selected(conn);
	context_end(conn);
	view_destroy(conn->view);
	conn->view = NULL;
	if (conn->watch != NULL) {
		(void)watch_select(conn->watch, NULL); /* without a name it needs no memory */
	}
	if (conn->state == STATE_SELECTED) {
		conn->state = STATE_AUTHENTICATED;
	}
}

void conn_note_added(struct roost_conn *conn, const char *mailbox, const struct roost_uidset *uids)
{
	/* The client may write INBOX in any case, also above others; one look too many does no harm. */
	if (conn->view != NULL && ascii_compare_nocase(conn->view->mailbox->name, mailbox) == 0) {
		conn->view->look = true;
		conn->tell_all = true;
		notify_note_own(conn, uids);
		context_note_own(conn, uids);
	}
}

const char *mailbox_id_code(struct roost_conn *conn, struct roost_text id)
{
	struct buf buf;

	buf_init(&buf, 1024);
	buf_string(&buf, "MAILBOXID (");
	buf_text(&buf, id);
	buf_char(&buf, ')');
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text[0] == '\0' ? NULL : text;
}

static void tell_number(struct buf *buf, const char *before, uint64_t number, const char *after)
{
	buf_string(buf, before);
	buf_number(buf, number);
	buf_string(buf, after);
}

/* What RFC 9051 has no more. */
static void tell_recent(struct roost_conn *conn, const struct roost_snapshot *snapshot)
{
	struct buf *buf = conn_buf(conn);
	uint32_t unseen =
		snapshot->first_unseen == 0 ? 0 : view_sequence(conn->view, snapshot->first_unseen);

	tell_number(buf, "* ", view_recent_count(conn->view), " RECENT\r\n");
	if (unseen != 0) {
		tell_number(buf, "* OK [UNSEEN ", unseen, "] First unseen message\r\n");
	}
}

static int tell_selected(struct roost_conn *conn, const struct roost_snapshot *snapshot)
{
	int r = flags_tell_all(conn, snapshot);
	struct buf *buf = conn_buf(conn);

	tell_number(buf, "* ", view_count(conn->view), " EXISTS\r\n");
	if (conn_has_enabled(conn, ENABLED_REV2)) {
		const char *given = conn->command.mailbox_given;
		list_tell(conn, conn->view->mailbox->name,
			given != NULL ? given : conn->command.mailbox);
		buf = conn_buf(conn);
	} else {
		tell_recent(conn, snapshot);
	}
	tell_number(buf, "* OK [UIDVALIDITY ", snapshot->uid_validity, "] UIDs are valid\r\n");
	tell_number(buf, "* OK [UIDNEXT ", snapshot->uid_next, "] Predicted next UID\r\n");
	if (snapshot->highest_modseq != 0) {
		tell_number(buf, "* OK [HIGHESTMODSEQ ", snapshot->highest_modseq,
			"] Highest mod-sequence\r\n");
	} else if (conn_has_enabled(conn, ENABLED_CONDSTORE)) {
		conn_untagged(conn, "OK [NOMODSEQ] This mailbox has no mod-sequences");
	}
	if (snapshot->mailbox_id.bytes != NULL) {
		const struct reply reply = { REPLY_OK, mailbox_id_code(conn, snapshot->mailbox_id),
			"Id of the mailbox" };
		conn_tagged(conn, TEXT_ABSENT, &reply);
	}
	return r;
}

static int select_mailbox(struct roost_conn *conn, const char *name, bool read_only)
{
	struct roost_open_options options = {
		.size = sizeof(options), .read_only = read_only, .select = true
	};
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_mailbox *mailbox;
	int r = user_get_mailbox(conn->user, conn->call, name, &options, &mailbox);

	if (r < 0) {
		return r;
	}
	/* Changes are watched from before the snapshot on: what is in both does no harm. */
	if (conn->watch != NULL) {
		r = watch_select(conn->watch, mailbox->name);
	}
	if (r == 0) {
		r = view_create(mailbox, conn->call, read_only, &snapshot, &conn->view);
	}
	if (r < 0) {
		mailbox_close(mailbox);
	} else {
		conn->state = STATE_SELECTED;
		r = tell_selected(conn, &snapshot);
	}
	roost_snapshot_clear(&snapshot);
	return r;
}

/* Open it, and tell what it has. */
static int begin(struct roost_conn *conn)
{
	const struct command *command = &conn->command;
	bool was_selected = conn->view != NULL;
	bool tells_closed = (conn->backend->features & ROOST_FEATURE_MODSEQ) != 0 ||
			    conn_has_enabled(conn, ENABLED_REV2);

	conn_unselect(conn);
	if (was_selected && tells_closed) {
		/* What comes is of the new one: RFC 7162 section 3.2.11, RFC 9051 section 7.1. */
		conn_untagged(conn, "OK [CLOSED] The mailbox selected before is closed");
	}
	if (command->select.condstore || command->select.qresync != NULL) {
		conn_use_modseq(conn);
	}
	return select_mailbox(conn, command->mailbox, command->kind == COMMAND_EXAMINE);
}

/* Whether the client comes back to the same mailbox, and so can be told what is new. */
static bool comes_back(const struct roost_conn *conn)
{
	const struct qresync *qresync = conn->command.select.qresync;

	return qresync != NULL && conn->view->modseq != 0 &&
	       qresync->uid_validity == conn->view->uid_validity;
}

enum step cmd_select(struct roost_conn *conn, struct roost_text line)
{
	bool resyncs = conn->command.select.qresync != NULL;

	(void)line;
	if (resyncs && !conn_has_enabled(conn, ENABLED_QRESYNC)) {
		return reply_bad(conn, "Send ENABLE QRESYNC first");
	}
	if (conn->task == NULL) {
		int r = begin(conn);
		if (r < 0) {
			conn_unselect(conn);
			return reply_error(conn, r);
		}
	}
	if (comes_back(conn)) {
		enum step step = qresync_run(conn);
		if (step == STEP_AGAIN) {
			return step;
		}
		if (conn->reply.kind == REPLY_NO) {
			conn_unselect(conn);
			return step;
		}
	}
	if (conn->view->read_only) {
		return reply_ok(conn, "READ-ONLY", "Mailbox selected, read-only");
	}
	return reply_ok(conn, "READ-WRITE", "Mailbox selected");
}

enum step cmd_check(struct roost_conn *conn, struct roost_text line)
{
	int r = mailbox_check(conn->view->mailbox, conn->call);

	(void)line;
	if (r == 0) {
		r = mailbox_poll(conn->view->mailbox, conn->call);
	}
	return r < 0 ? reply_error(conn, r) : reply_ok(conn, NULL, "Checked");
}

enum step cmd_close(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	int r = 0;

	(void)line;
	if (!conn->view->read_only) {
		r = mailbox_expunge(conn->view->mailbox, conn->call, NULL, &expunged);
	}
	roost_uidset_clear(&expunged);
	if (r < 0 && r != ROOST_ERR_NO_SUCH_MAILBOX) {
		/* The mailbox is closed all the same: RFC 3501 section 6.4.2 knows no NO to CLOSE. */
		(void)reply_error(conn, r);
		conn_tagged(conn, TEXT_ABSENT, &conn->reply);
	}
	conn_unselect(conn);
	return reply_ok(conn, NULL, "Mailbox closed");
}

enum step cmd_unselect(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	conn_unselect(conn);
	return reply_ok(conn, NULL, "Mailbox unselected");
}

/* The messages with \Deleted, when only so many may be expunged at once. */
static int find_deleted(struct roost_conn *conn, struct roost_uidset *deleted)
{
	const struct roost_search search = {
		.size = sizeof(search),
		.key = ROOST_SEARCH_FLAG,
		.system_flag = ROOST_FLAG_DELETED,
	};

	return mailbox_search_messages(
		conn->view->mailbox, conn->call, &search, &conn->view->uids, deleted);
}

/* Which messages may go; with `all` every one that has \Deleted. */
static int list_expunged(
	struct roost_conn *conn, struct roost_uidset *only, bool *all_out, const char **code_out)
{
	bool uid = conn->command.uid;
	bool limited = conn->limits.messages > 0;
	int r = 0;

	*code_out = NULL;
	*all_out = !uid && !limited;
	if (limited) {
		r = find_deleted(conn, only);
	}
	if (r == 0 && uid) {
		struct roost_uidset named = ROOST_UIDSET_EMPTY;
		r = view_resolve(conn->view, &conn->command.set, true, false, &named);
		if (r == 0) {
			r = limited ? roost_uidset_intersect(only, &named)
				    : roost_uidset_copy(only, &named);
		}
		roost_uidset_clear(&named);
	}
	return r == 0 ? batch_limit(conn, only, code_out) : r;
}

enum step cmd_expunge(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset only = ROOST_UIDSET_EMPTY;
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	const char *limit_code = NULL;
	bool all = false;

	(void)line;
	if (conn->view->read_only) {
		return reply_error(conn, ROOST_ERR_READ_ONLY);
	}
	int r = list_expunged(conn, &only, &all, &limit_code);
	if (r == 0 && (all || only.count > 0)) {
		r = mailbox_expunge(conn->view->mailbox, conn->call, all ? NULL : &only, &expunged);
	}
	if (r == 0) {
		conn->tell_all = conn->tell_all || expunged.count > 0;
		r = view_note_expunged(conn->view, &expunged);
	}
	const char *code = r == 0 && expunged.count > 0 ? conn_highest_modseq(conn) : NULL;
	roost_uidset_clear(&only);
	roost_uidset_clear(&expunged);
	if (r < 0) {
		return reply_error(conn, r);
	}
	if (code == NULL) {
		return reply_ok(conn, limit_code, "Expunged");
	}
	batch_tell_limit(conn, limit_code);
	return reply_ok(conn, code, "Expunged");
}

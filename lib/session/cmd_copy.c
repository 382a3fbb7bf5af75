/* cmd_copy.c - COPY and MOVE, and their UID forms. RFC 3501 section 6.4.7, RFC 6851, RFC 4315. */
#include "base/text.h"
#include "grammar/sequence_set.h"
#include "session/batch.h"
#include "session/session.h"

#define TOO_MANY "Too many messages for one command; name fewer"

/* "COPYUID 38505 304,319:320 3956:3958"; NULL when nothing was copied. */
static const char *copy_uid(struct roost_conn *conn, const struct roost_copy_result *result)
{
	struct buf buf;

	if (result->source.count == 0) {
		return NULL;
	}
	buf_init(&buf, conn->limits.command_memory / 4);
	buf_string(&buf, "COPYUID ");
	buf_number(&buf, result->uid_validity);
	buf_char(&buf, ' ');
	uidset_write(&buf, &result->source);
	buf_char(&buf, ' ');
	uidset_write(&buf, &result->destination);
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text[0] == '\0' ? NULL : text;
}

/* Whether nothing is left of what the client named: all was expunged, and it has not been told yet. */
static bool was_expunged(const struct roost_conn *conn, const struct roost_copy_result *result)
{
	return !conn->command.uid && result->source.count == 0;
}

static enum step copy(struct roost_conn *conn, const struct roost_uidset *uids)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	const char *code = NULL;
	int r = mailbox_copy_messages(
		conn->view->mailbox, conn->call, uids, conn->command.mailbox, &result);

	if (r == 0) {
		code = copy_uid(conn, &result);
		conn_note_added(conn, conn->command.mailbox, &result.destination);
		r = was_expunged(conn, &result) ? ROOST_ERR_EXPUNGED : 0;
	}
	roost_copy_result_clear(&result);
	return r < 0 ? reply_error_try_create(conn, r) : reply_ok(conn, code, "Messages copied");
}

static enum step move(struct roost_conn *conn, const struct roost_uidset *uids)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	const char *highest = NULL;
	int r = mailbox_move_messages(
		conn->view->mailbox, conn->call, uids, conn->command.mailbox, &result);

	if (r == 0) {
		/* Before the expunges: the client learns where a message went before it is gone. */
		const char *code = copy_uid(conn, &result);
		struct reply reply = { REPLY_OK, code, "Messages moved" };
		if (code != NULL) {
			conn_tagged(conn, TEXT_ABSENT, &reply);
		}
		conn->tell_all = true;
		r = view_note_expunged(conn->view, &result.source);
		conn_note_added(conn, conn->command.mailbox, &result.destination);
		r = r == 0 && was_expunged(conn, &result) ? ROOST_ERR_EXPUNGED : r;
		highest = r == 0 && result.source.count > 0 ? conn_highest_modseq(conn) : NULL;
	}
	roost_copy_result_clear(&result);
	return r < 0 ? reply_error_try_create(conn, r) : reply_ok(conn, highest, "Messages moved");
}

enum step cmd_copy(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r = view_resolve(conn->view, &conn->command.set, conn->command.uid, false, &uids);
	enum step step;

	(void)line;
	if (r < 0) {
		step = batch_reply_unresolved(conn, r);
	} else if (uids.count == 0) {
		step = reply_ok(conn, NULL, "There was nothing to copy");
	} else {
		const char *code = batch_refuse(conn, roost_uidset_size(&uids), true);
		step = code != NULL ? reply_no(conn, code, TOO_MANY) : copy(conn, &uids);
	}
	roost_uidset_clear(&uids);
	return step;
}

enum step cmd_move(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	enum step step;

	(void)line;
	if (conn->view->read_only) {
		return reply_error(conn, ROOST_ERR_READ_ONLY);
	}
	int r = view_resolve(conn->view, &conn->command.set, conn->command.uid, false, &uids);
	if (r < 0) {
		step = batch_reply_unresolved(conn, r);
	} else if (uids.count == 0) {
		step = reply_ok(conn, NULL, "There was nothing to move");
	} else {
		const char *code = batch_refuse(conn, roost_uidset_size(&uids), true);
		step = code != NULL ? reply_no(conn, code, TOO_MANY) : move(conn, &uids);
	}
	roost_uidset_clear(&uids);
	return step;
}

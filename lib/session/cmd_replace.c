/* cmd_replace.c - REPLACE and UID REPLACE: a new message in the place of an old one. RFC 8508. */
#include "base/text.h"
#include "session/append.h"
#include "session/batch.h"
#include "session/session.h"

static enum step replace(struct roost_conn *conn, uint32_t uid)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_new_message *message;
	const char *highest = NULL;
	int r = append_list_messages(conn, &message);

	if (r == 0) {
		r = mailbox_replace_message(conn->view->mailbox, conn->call, uid,
			conn->command.mailbox, message, &result);
	}
	if (r == 0) {
		/* Before the expunge: the client learns of the new message before the old one is gone. */
		struct reply reply = { REPLY_OK,
			append_uid(conn, result.uid_validity, &result.destination),
			"The new message is there" };
		if (reply.code != NULL) {
			conn_tagged(conn, TEXT_ABSENT, &reply);
		}
		conn->tell_all = true;
		r = view_note_expunged(conn->view, &result.source);
		conn_note_added(conn, conn->command.mailbox, &result.destination);
		names_tell(conn);
		highest = r == 0 && result.source.count > 0 ? conn_highest_modseq(conn) : NULL;
	}
	roost_copy_result_clear(&result);
	return r < 0 ? reply_error_try_create(conn, r)
		     : reply_ok(conn, highest, "Message replaced");
}

enum step cmd_replace(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	enum step step;

	(void)line;
	if (conn->view->read_only) {
		return reply_error(conn, ROOST_ERR_READ_ONLY);
	}
	if (append_is_called_off(&conn->command)) {
		return reply_no(conn, NULL, "A message without octets is not stored");
	}
	int r = view_resolve(conn->view, &conn->command.set, conn->command.uid, false, &uids);
	if (r < 0) {
		step = batch_reply_unresolved(conn, r);
	} else if (uids.count == 0) {
		step = reply_error(conn, ROOST_ERR_EXPUNGED);
	} else {
		step = replace(conn, roost_uidset_first(&uids));
	}
	roost_uidset_clear(&uids);
	return step;
}

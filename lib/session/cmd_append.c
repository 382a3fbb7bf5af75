/* cmd_append.c - APPEND. RFC 3501 section 6.3.11, RFC 4315. */
#include <time.h>

#include "grammar/sequence_set.h"
#include "session/session.h"

/* The internal date of a message that comes without one. */
static struct roost_time now(void)
{
	time_t seconds = time(NULL);
	struct tm parts;

	if (localtime_r(&seconds, &parts) == NULL) {
		return (struct roost_time) { seconds, 0 };
	}
	return (struct roost_time) { seconds, (int32_t)(parts.tm_gmtoff / 60) };
}

/* "APPENDUID 38505 3955", when the UID validity could be had. */
static const char *append_uid(
	struct roost_conn *conn, uint32_t uid_validity, const struct roost_uidset *uids)
{
	struct buf buf;

	if (uid_validity == 0 || uids->count == 0) {
		return NULL;
	}
	buf_init(&buf, 1024);
	buf_string(&buf, "APPENDUID ");
	buf_number(&buf, uid_validity);
	buf_char(&buf, ' ');
	uidset_write(&buf, uids);
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text;
}

/* The UID validity is asked for while the mailbox is open and before the message is stored: that tells that the name
 * has been this mailbox's all the time. Afterwards it might be another one's. */
static int append(struct roost_conn *conn, struct roost_uidset *uids, uint32_t *uid_validity)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	struct roost_open_options options = { .size = sizeof(options) };
	const struct command *command = &conn->command;
	struct roost_mailbox *mailbox;
	struct roost_new_message message = {
		.size = sizeof(message),
		.content = command->append.message,
		.flags = command->append.flags,
		.internal_date = command->append.has_date ? command->append.date : now(),
	};
	int r = user_get_mailbox(conn->user, conn->call, command->mailbox, &options, &mailbox);
	if (r < 0) {
		return r;
	}
	if (user_mailbox_status(conn->user, conn->call, command->mailbox, ROOST_STATUS_UID_VALIDITY,
		    &status) == 0) {
		*uid_validity = status.uid_validity;
	}
	r = mailbox_create_messages(mailbox, conn->call, &message, 1, uids);
	mailbox_close(mailbox);
	return r;
}

enum step cmd_append(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	uint32_t uid_validity = 0;

	(void)line;
	if (conn->command.append.message->size == 0) {
		/* How a client calls an APPEND off that it has begun: RFC 3502 section 6.3.11. */
		return reply_no(conn, NULL, "A message without octets is not stored");
	}
	int r = append(conn, &uids, &uid_validity);
	if (r < 0) {
		roost_uidset_clear(&uids);
		return reply_error_try_create(conn, r);
	}
	conn_note_added(conn, conn->command.mailbox);
	const char *code = append_uid(conn, uid_validity, &uids);
	roost_uidset_clear(&uids);
	return reply_ok(conn, code, "Message appended");
}

/* cmd_append.c - APPEND, of one message or several. RFC 3501 section 6.3.11, RFC 3502, RFC 4315. */
#include <time.h>

#include "grammar/sequence_set.h"
#include "session/append.h"

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

const char *append_uid(
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

int append_list_messages(struct roost_conn *conn, struct roost_new_message **messages_out)
{
	const struct command *command = &conn->command;
	struct roost_time date = now();
	struct roost_new_message *messages =
		roost_call_alloc(conn->call, command->append.count * sizeof(*messages));
	size_t i = 0;

	if (messages == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (const struct append_message *message = command->append.messages; message != NULL;
		message = message->next) {
		messages[i++] = (struct roost_new_message) {
			.size = sizeof(*messages),
			.content = message->content,
			.flags = message->flags,
			.internal_date = message->has_date ? message->date : date,
		};
	}
	*messages_out = messages;
	return 0;
}

bool append_is_called_off(const struct command *command)
{
	for (const struct append_message *message = command->append.messages; message != NULL;
		message = message->next) {
		if (message->content->size == 0) {
			return true;
		}
	}
	return false;
}

enum step cmd_append(struct roost_conn *conn, struct roost_text line)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct roost_new_message *messages;
	uint32_t uid_validity = 0;

	(void)line;
	if (append_is_called_off(&conn->command)) {
		return reply_no(conn, NULL, "A message without octets is not stored");
	}
	int r = append_list_messages(conn, &messages);
	if (r == 0) {
		r = user_append_messages(conn->user, conn->call, conn->command.mailbox, messages,
			conn->command.append.count, &uid_validity, &uids);
	}
	if (r < 0) {
		roost_uidset_clear(&uids);
		return reply_error_try_create(conn, r);
	}
	conn_note_added(conn, conn->command.mailbox, &uids);
	names_tell(conn);
	const char *code = append_uid(conn, uid_validity, &uids);
	roost_uidset_clear(&uids);
	return reply_ok(conn, code, "Message appended");
}

/* cmd_status.c - STATUS. RFC 3501 section 6.3.10, RFC 8438, RFC 7889. */
#include "session/session.h"

static void write_items(struct buf *buf, unsigned items, const struct roost_mailbox_status *status,
	uint64_t append_limit)
{
	const struct {
		unsigned item;
		const char *name;
		uint64_t number;
	} rows[] = {
		{ ROOST_STATUS_MESSAGES, "MESSAGES ", status->messages },
		{ ROOST_STATUS_RECENT, "RECENT ", status->recent },
		{ ROOST_STATUS_UID_NEXT, "UIDNEXT ", status->uid_next },
		{ ROOST_STATUS_UID_VALIDITY, "UIDVALIDITY ", status->uid_validity },
		{ ROOST_STATUS_UNSEEN, "UNSEEN ", status->unseen },
		{ ROOST_STATUS_DELETED, "DELETED ", status->deleted },
		{ ROOST_STATUS_SIZE, "SIZE ", status->octets },
		{ ROOST_STATUS_APPEND_LIMIT, "APPENDLIMIT ", append_limit },
		{ ROOST_STATUS_DELETED_STORAGE, "DELETED-STORAGE ", status->deleted_octets },
		{ ROOST_STATUS_HIGHEST_MODSEQ, "HIGHESTMODSEQ ", status->highest_modseq },
	};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((items & rows[i].item) != 0) {
			buf_string(buf, separator);
			buf_string(buf, rows[i].name);
			buf_number(buf, rows[i].number);
			separator = " ";
		}
	}
	if ((items & ROOST_STATUS_MAILBOX_ID) != 0 && status->mailbox_id.bytes != NULL) {
		buf_string(buf, separator);
		buf_string(buf, "MAILBOXID (");
		buf_text(buf, status->mailbox_id);
		buf_char(buf, ')');
	}
}

void status_tell(struct roost_conn *conn, const char *mailbox, unsigned items,
	const struct roost_mailbox_status *status)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* STATUS ");
	conn_write_mailbox(conn, buf, mailbox);
	buf_string(buf, " (");
	write_items(buf, items, status, conn->append_limit);
	buf_string(buf, ")\r\n");
}

enum step cmd_status(struct roost_conn *conn, struct roost_text line)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	unsigned items = conn->command.status.items;

	(void)line;
	if ((items & ROOST_STATUS_HIGHEST_MODSEQ) != 0) {
		conn_use_modseq(conn);
	}
	int r = user_mailbox_status(conn->user, conn->call, conn->command.mailbox, items, &status);
	if (r < 0) {
		return reply_error(conn, r);
	}
	status_tell(conn, conn->command.mailbox, items, &status);
	return reply_ok(conn, NULL, "Status told");
}

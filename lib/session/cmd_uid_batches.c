/* cmd_uid_batches.c - UIDBATCHES: UID ranges that cut a mailbox into parts of some size. RFC 10022. */
#include "grammar/astring.h"
#include "session/session.h"

/* Messages of the smallest batch. Clients may rely on this one. */
#define LEAST 500

/* " 215295:99696", and so on, the newest first: each batch begins below the one before, and the last ends at 1. */
static void write_batches(struct roost_conn *conn, uint32_t first, uint32_t last)
{
	uint32_t size = conn->command.uid_batches.size;
	uint32_t count = view_count(conn->view);
	const char *separator = " ";
	struct buf *buf = conn_buf(conn);

	for (uint64_t batch = first; batch <= last && (batch - 1) * size < count; batch++) {
		uint64_t done = (batch - 1) * size;
		bool is_last = done + size >= count;
		/* Sequence numbers: `done` messages are above. */
		uint32_t high = done == 0 ? view_uid(conn->view, count)
					  : view_uid(conn->view, (uint32_t)(count - done + 1)) - 1;
		uint32_t low =
			is_last ? 1 : view_uid(conn->view, (uint32_t)(count - done - size + 1));
		buf_string(buf, separator);
		buf_number(buf, high);
		buf_char(buf, ':');
		buf_number(buf, low);
		separator = ",";
	}
}

enum step cmd_uid_batches(struct roost_conn *conn, struct roost_text line)
{
	uint32_t size = conn->command.uid_batches.size;
	bool has_range = conn->command.uid_batches.has_range;
	uint32_t first = has_range ? conn->command.uid_batches.first : 1;
	uint32_t last = has_range ? conn->command.uid_batches.last : UINT32_MAX;
	struct buf *buf = conn_buf(conn);

	(void)line;
	if (size == 0 || first == 0 || first > last) {
		enum step step = reply_bad(conn,
			"A batch has at least one message, and a range goes from low to high");
		conn->reply.code = "CLIENTBUG";
		return step;
	}
	if (size < LEAST) {
		return reply_no(conn, "TOOFEW", "A batch has at least 500 messages");
	}
	buf_string(buf, "* UIDBATCHES (TAG ");
	string_write(buf, conn->command.tag);
	buf_char(buf, ')');
	write_batches(conn, first, last);
	buf_string(buf, "\r\n");
	return reply_ok(conn, NULL, "Batches told");
}

/* cmd_session.c - the commands that are about the connection itself: NOOP, LOGOUT, ID, NAMESPACE,
 * STARTTLS, COMPRESS and IDLE. */
#include <string.h>

#include "base/text.h"
#include "grammar/astring.h"
#include "session/info.h"
#include "session/session.h"

enum step cmd_noop(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->view != NULL) {
		int r = mailbox_poll(conn->view->mailbox, conn->call);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	return reply_ok(conn, NULL, "Nothing done");
}

enum step cmd_logout(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	conn_untagged(conn, "BYE Until next time");
	conn->next_phase = PHASE_CLOSING;
	return reply_ok(conn, NULL, "Signed out");
}

enum step cmd_id(struct roost_conn *conn, struct roost_text line)
{
	struct buf *buf = conn_buf(conn);

	(void)line;
	buf_string(buf, "* ID (\"name\" \"roost\" \"version\" ");
	string_write(buf, text_from(roost_version()));
	buf_string(buf, ")\r\n");
	return reply_ok(conn, NULL, "Pleased to meet you");
}

enum step cmd_namespace(struct roost_conn *conn, struct roost_text line)
{
	struct buf *buf = conn_buf(conn);
	char delimiter = conn->user->delimiter;

	(void)line;
	buf_string(buf, "* NAMESPACE ((\"\" ");
	if (delimiter == '\0') {
		buf_string(buf, "NIL");
	} else {
		string_write(buf, (struct roost_text) { &delimiter, 1 });
	}
	buf_string(buf, ")) NIL NIL\r\n");
	return reply_ok(conn, NULL, "Namespaces listed");
}

enum step cmd_starttls(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->info->info.tls) {
		return reply_bad(conn, "TLS is active already");
	}
	if (!conn->starttls) {
		return reply_no(conn, "UNAVAILABLE", "This server has no certificate for TLS");
	}
	conn->next_phase = PHASE_STARTTLS;
	return reply_ok(conn, NULL, "Begin TLS now");
}

/* RFC 4978 */
enum step cmd_compress(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (!conn->can_deflate) {
		return reply_bad(conn, "This server does not compress");
	}
	if (!text_equal_nocase(conn->command.compress, TEXT("DEFLATE"))) {
		return reply_bad(conn, "The one way to compress is DEFLATE");
	}
	if (conn->deflating) {
		return reply_no(conn, "COMPRESSIONACTIVE", "DEFLATE is active already");
	}
	conn->next_phase = PHASE_DEFLATE;
	return reply_ok(conn, NULL, "DEFLATE active");
}

/* RFC 2177. What is pending is told as soon as the client idles. */
enum step cmd_idle(struct roost_conn *conn, struct roost_text line)
{
	if (line.bytes == NULL) {
		conn_continue(conn, "Idling");
		conn->idling = true;
		return STEP_LINE;
	}
	conn->idling = false;
	if (!text_equal_nocase(text_trim(line), TEXT("DONE"))) {
		return reply_bad(conn, "Expected DONE to end IDLE");
	}
	return reply_ok(conn, NULL, "Idled");
}

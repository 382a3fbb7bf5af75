/* capability.c - what the server can do for this connection, now. RFC 3501 section 6.1.1. */
#include "session/info.h"
#include "session/session.h"

static void before_sign_in(const struct roost_conn *conn, struct buf *buf)
{
	bool tls = conn->info->info.tls;

	if (conn->starttls && !tls) {
		buf_string(buf, " STARTTLS");
	}
	buf_string(buf, tls || conn->insecure_auth ? " AUTH=PLAIN AUTH=LOGIN" : " LOGINDISABLED");
}

static void after_sign_in(const struct roost_conn *conn, struct buf *buf)
{
	buf_string(buf, " NAMESPACE CHILDREN UNSELECT SPECIAL-USE STATUS=SIZE");
	if ((conn->backend->features & ROOST_FEATURE_READ_ONLY) != 0) {
		return;
	}
	buf_string(buf, " UIDPLUS MOVE APPENDLIMIT=");
	buf_number(buf, conn->append_limit);
}

void capability_write(const struct roost_conn *conn, struct buf *buf)
{
	buf_string(buf, "IMAP4rev1 ");
	buf_string(buf, conn->literal_minus ? "LITERAL-" : "LITERAL+");
	buf_string(buf, " SASL-IR ID ENABLE IDLE");
	if (conn->state == STATE_NOT_AUTHENTICATED) {
		before_sign_in(conn, buf);
	} else {
		after_sign_in(conn, buf);
	}
}

const char *capability_code(struct roost_conn *conn)
{
	struct buf buf;

	buf_init(&buf, 2048);
	buf_string(&buf, "CAPABILITY ");
	capability_write(conn, &buf);
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text;
}

enum step cmd_capability(struct roost_conn *conn, struct roost_text line)
{
	struct buf *buf = conn_buf(conn);

	(void)line;
	buf_string(buf, "* CAPABILITY ");
	capability_write(conn, buf);
	buf_string(buf, "\r\n");
	return reply_ok(conn, NULL, "Capabilities listed");
}

/* reply.c - what is said to a client, and how. RFC 3501 section 7. */
#include <string.h>

#include "session/session.h"

struct buf *conn_buf(struct roost_conn *conn)
{
	return output_buf(&conn->output);
}

void conn_untagged(struct roost_conn *conn, const char *line)
{
	struct buf *buf = conn_buf(conn);

	bool bye = strncmp(line, "BYE ", 4) == 0;

	buf_string(buf, bye ? "* BYE " : "* ");
	buf_string(buf, bye ? language_text(conn->language, line + 4) : line);
	buf_string(buf, "\r\n");
}

void conn_continue(struct roost_conn *conn, const char *text)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "+ ");
	buf_string(buf, text);
	buf_string(buf, "\r\n");
}

/* "[code] text" and the line end. Text from a backend may hold anything; a line stays a line, and a text does not
 * begin like a code. */
static void write_text(struct buf *buf, const char *code, const char *text)
{
	if (code != NULL) {
		buf_char(buf, '[');
		buf_string(buf, code);
		buf_string(buf, "] ");
	}
	if (code == NULL && text[0] == '[') {
		buf_char(buf, '-');
	}
	for (const char *c = text; *c != '\0'; c++) {
		buf_char(buf, (unsigned char)*c < ' ' || *c == 127 ? ' ' : *c);
	}
	if (text[0] == '\0') {
		buf_char(buf, '-');
	}
	buf_string(buf, "\r\n");
}

void conn_bye(struct roost_conn *conn, const char *code, const char *text)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* BYE ");
	write_text(buf, code, language_text(conn->language, text));
	conn->phase = PHASE_CLOSING;
}

static enum step set_reply(
	struct roost_conn *conn, enum reply_kind kind, const char *code, const char *text)
{
	conn->reply = (struct reply) { kind, code, text };
	return STEP_DONE;
}

enum step reply_ok(struct roost_conn *conn, const char *code, const char *text)
{
	return set_reply(conn, REPLY_OK, code, text);
}

enum step reply_no(struct roost_conn *conn, const char *code, const char *text)
{
	return set_reply(conn, REPLY_NO, code, text);
}

enum step reply_bad(struct roost_conn *conn, const char *text)
{
	return set_reply(conn, REPLY_BAD, NULL, text);
}

static enum step reply_with(struct roost_conn *conn, int error, const char *code)
{
	const char *text = conn->call == NULL ? NULL : roost_call_text(conn->call);

	if (error == ROOST_ERR_IO || error == ROOST_ERR_CORRUPT || error == ROOST_ERR_NO_MEMORY) {
		conn_log(conn, ROOST_LOG_ERROR, "backend-error", "error", roost_error_name(error),
			"text", text == NULL ? "" : text, NULL);
	}
	return reply_no(conn, code, text == NULL ? roost_error_text(error) : text);
}

enum step reply_error(struct roost_conn *conn, int error)
{
	if (error == ROOST_ERR_WOULD_BLOCK && !conn->may_wait) {
		return STEP_WAIT;
	}
	return reply_with(conn, error, roost_error_response_code(error));
}

enum step reply_error_try_create(struct roost_conn *conn, int error)
{
	bool missing = error == ROOST_ERR_NO_SUCH_MAILBOX;

	return reply_with(conn, error, missing ? "TRYCREATE" : roost_error_response_code(error));
}

void conn_tagged(struct roost_conn *conn, struct roost_text tag, const struct reply *reply)
{
	static const char *const words[] = {
		[REPLY_OK] = " OK ", [REPLY_NO] = " NO ", [REPLY_BAD] = " BAD "
	};
	struct buf *buf = conn_buf(conn);

	if (tag.bytes == NULL) {
		buf_char(buf, '*');
	} else {
		buf_text(buf, tag);
	}
	buf_string(buf, words[reply->kind]);
	write_text(buf, reply->code, language_text(conn->language, reply->text));
}

const char *conn_text(struct roost_conn *conn, const struct buf *buf)
{
	const char *text =
		buf->failed ? NULL : roost_call_strndup(conn->call, buf->data, buf->size);

	return text == NULL ? "" : text;
}

/* event.c - log lines of a connection, in logfmt. */
#include <stdarg.h>
#include <string.h>

#include "session/info.h"
#include "session/session.h"

#define MAX_LINE 2048

static bool is_plain(const char *value)
{
	for (const char *c = value; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c == 127) {
			return false;
		}
	}
	return value[0] != '\0';
}

static void add(struct buf *buf, const char *key, const char *value)
{
	if (buf->size > 0) {
		buf_char(buf, ' ');
	}
	buf_string(buf, key);
	buf_char(buf, '=');
	if (is_plain(value)) {
		buf_string(buf, value);
		return;
	}
	buf_char(buf, '"');
	for (const char *c = value; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\') {
			buf_char(buf, '\\');
		}
		buf_char(buf, (unsigned char)*c < ' ' || *c == 127 ? '?' : *c);
	}
	buf_char(buf, '"');
}

void conn_log(const struct roost_conn *conn, enum roost_log_level level, const char *event, ...)
{
	struct buf buf;
	va_list pairs;

	if (conn->log == NULL) {
		return;
	}
	buf_init(&buf, MAX_LINE);
	add(&buf, "event", event);
	if (conn->user != NULL) {
		add(&buf, "user", conn->user->name);
	}
	if (conn->info->info.remote_address[0] != '\0') {
		add(&buf, "address", conn->info->info.remote_address);
	}
	va_start(pairs, event);
	for (const char *key = va_arg(pairs, const char *); key != NULL;
		key = va_arg(pairs, const char *)) {
		add(&buf, key, va_arg(pairs, const char *));
	}
	va_end(pairs);
	buf_char(&buf, '\0');
	conn->log(conn->context, level, buf.failed ? "event=log-line-lost" : buf.data);
	buf_free(&buf);
}

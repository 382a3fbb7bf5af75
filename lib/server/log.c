/* log.c - the server's own log lines, in logfmt. */
#include "server/log.h"

#include <stdarg.h>
#include <stdbool.h>

#include "base/buf.h"

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
	buf_string(buf, buf->size > 0 ? " " : "");
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

void log_event(const struct roost_server_options *options, enum roost_log_level level,
	const char *event, ...)
{
	if (options->log == NULL) {
		return;
	}
	struct buf buf;
	buf_init(&buf, MAX_LINE);
	add(&buf, "event", event);
	va_list pairs;
	va_start(pairs, event);
	const char *key;
	while ((key = va_arg(pairs, const char *)) != NULL) {
		add(&buf, key, va_arg(pairs, const char *));
	}
	va_end(pairs);
	buf_char(&buf, '\0');
	options->log(options->context, level, buf.failed ? "event=log-line-lost" : buf.data);
	buf_free(&buf);
}

/* logfmt.c - log lines of keys and values. */
#include "base/logfmt.h"

#include <string.h>

/* A value is cut here: no long name that a client thought up may push out the rest of the line. */
#define VALUE_MAX 256

static bool is_plain(const char *value, size_t n)
{
	for (const char *c = value; c < value + n; c++) {
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c == 127) {
			return false;
		}
	}
	return n > 0;
}

void logfmt_add(struct buf *buf, const char *key, const char *value)
{
	size_t n = strnlen(value, VALUE_MAX);

	if (buf->size > 0) {
		buf_char(buf, ' ');
	}
	buf_string(buf, key);
	buf_char(buf, '=');
	if (is_plain(value, n)) {
		buf_add(buf, value, n);
		return;
	}
	buf_char(buf, '"');
	for (const char *c = value; c < value + n; c++) {
		if (*c == '"' || *c == '\\') {
			buf_char(buf, '\\');
		}
		buf_char(buf, (unsigned char)*c < ' ' || *c == 127 ? '?' : *c);
	}
	buf_char(buf, '"');
}

void logfmt_add_pairs(struct buf *buf, va_list pairs)
{
	const char *key;

	while ((key = va_arg(pairs, const char *)) != NULL) {
		logfmt_add(buf, key, va_arg(pairs, const char *));
	}
}

const char *logfmt_line(struct buf *buf)
{
	buf_char(buf, '\0');
	return buf->failed ? "event=log-line-lost" : buf->data;
}

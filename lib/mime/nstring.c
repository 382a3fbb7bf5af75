/* nstring.c - text as IMAP writes it. RFC 3501 section 4.3. */
#include "mime/write.h"

#include <string.h>

#include "base/buf.h"

/* Longer text goes into a literal, so that no line gets out of hand. */
#define MAX_QUOTED 1024

static bool may_be_quoted(struct roost_text text)
{
	if (text.size > MAX_QUOTED) {
		return false;
	}
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.bytes[i];
		/* A NUL is left out in any case. */
		if ((c < ' ' && c != '\t' && c != '\0') || c >= 0x7f) {
			return false;
		}
	}
	return true;
}

static void write_quoted(struct buf *buf, struct roost_text text)
{
	buf_char(buf, '"');
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];
		if (c == '"' || c == '\\') {
			buf_char(buf, '\\');
		}
		if (c != '\0') {
			buf_char(buf, c);
		}
	}
	buf_char(buf, '"');
}

static void write_literal(struct buf *buf, struct roost_text text)
{
	size_t size = 0;
	for (size_t i = 0; i < text.size; i++) {
		size += text.bytes[i] != '\0';
	}
	buf_char(buf, '{');
	buf_number(buf, size);
	buf_string(buf, "}\r\n");
	for (size_t i = 0; i < text.size;) {
		const char *nul = memchr(text.bytes + i, '\0', text.size - i);
		size_t end = nul != NULL ? (size_t)(nul - text.bytes) : text.size;
		buf_add(buf, text.bytes + i, end - i);
		i = end + 1;
	}
}

void nstring_write(struct buf *buf, struct roost_text text)
{
	if (buf->failed) {
		return;
	}
	if (text.bytes == NULL) {
		buf_string(buf, "NIL");
	} else if (may_be_quoted(text)) {
		write_quoted(buf, text);
	} else {
		write_literal(buf, text);
	}
}

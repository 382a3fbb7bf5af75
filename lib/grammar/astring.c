/* astring.c - writing strings so that any bytes can stand in them. */
#include "grammar/astring.h"

#include <string.h>

#include "base/text.h"
#include "grammar/lexer.h"

static bool can_be_quoted(struct roost_text text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];

		if (c == '\0' || c == '\r' || c == '\n' || (c & 0x80) != 0) {
			return false;
		}
	}
	return true;
}

static void write_quoted(struct buf *buf, struct roost_text text)
{
	size_t start = 0;

	buf_char(buf, '"');
	for (size_t i = 0; i < text.size; i++) {
		if (text.bytes[i] == '"' || text.bytes[i] == '\\') {
			buf_add(buf, text.bytes + start, i - start);
			buf_char(buf, '\\');
			start = i;
		}
	}
	if (start < text.size) {
		buf_add(buf, text.bytes + start, text.size - start);
	}
	buf_char(buf, '"');
}

/* `nuls` of the bytes are NUL and not written. */
static void write_literal(struct buf *buf, struct roost_text text, size_t nuls)
{
	const char *p = text.bytes;
	const char *end = p + text.size;

	buf_char(buf, '{');
	buf_number(buf, text.size - nuls);
	buf_string(buf, "}\r\n");
	while (p < end) {
		const char *nul = memchr(p, '\0', (size_t)(end - p));
		const char *stop = nul != NULL ? nul : end;

		buf_add(buf, p, (size_t)(stop - p));
		p = nul != NULL ? nul + 1 : end;
	}
}

void string_write(struct buf *buf, struct roost_text text)
{
	size_t nuls = 0;

	if (can_be_quoted(text)) {
		write_quoted(buf, text);
		return;
	}
	for (size_t i = 0; i < text.size; i++) {
		nuls += text.bytes[i] == '\0';
	}
	write_literal(buf, text, nuls);
}

void astring_write(struct buf *buf, struct roost_text text)
{
	bool atom = text.size > 0 && !text_equal_nocase(text, TEXT("NIL"));

	for (size_t i = 0; atom && i < text.size; i++) {
		atom = lexer_is_astring_char(text.bytes[i]);
	}
	if (atom) {
		buf_add(buf, text.bytes, text.size);
	} else {
		string_write(buf, text);
	}
}

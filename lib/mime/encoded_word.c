/* encoded_word.c - one `=?charset?encoding?text?=`. RFC 2047 section 2, RFC 2231 section 5. */
#include "mime/encoded_word.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/decode.h"

#define MAX_CHARSET 80 /* bytes of "charset*language" */

/* The charset and language at the start of `bytes`; 0 when "?" does not follow. */
static size_t read_charset(const char *bytes, size_t n, struct roost_text *charset_out)
{
	size_t size = 0;
	while (size < n && bytes[size] != '?') {
		if (size == MAX_CHARSET || bytes[size] <= ' ' || bytes[size] == 0x7F ||
			bytes[size] == '=') {
			return 0;
		}
		size++;
	}
	if (size == n) {
		return 0;
	}
	const char *language = memchr(bytes, '*', size);
	*charset_out = (struct roost_text) { bytes, language ? (size_t)(language - bytes) : size };
	return size + 1;
}

/* Where "?=" stands after the encoded text; `n` when another "=?" or nothing comes first. */
static size_t find_end(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *mark = memchr(bytes + i, '?', n - i);
		if (mark == NULL) {
			return n;
		}
		i = (size_t)(mark - bytes);
		if (i + 1 < n && bytes[i + 1] == '=') {
			return i;
		}
		if (i > 0 && bytes[i - 1] == '=') {
			return n;
		}
	}
	return n;
}

size_t encoded_word_read(const char *bytes, size_t n, struct encoded_word *word_out)
{
	struct encoded_word word;
	if (n < 2 || bytes[0] != '=' || bytes[1] != '?') {
		return 0;
	}
	size_t at = 2;
	size_t charset_size = read_charset(bytes + at, n - at, &word.charset);
	at += charset_size;
	if (charset_size == 0 || n - at < 2 || bytes[at + 1] != '?') {
		return 0;
	}
	char encoding = ascii_lower(bytes[at]);
	if (encoding != 'b' && encoding != 'q') {
		return 0;
	}
	at += 2;
	size_t size = find_end(bytes + at, n - at);
	if (size == n - at) {
		return 0;
	}
	word.base64 = encoding == 'b';
	word.text = (struct roost_text) { bytes + at, size };
	*word_out = word;
	return at + size + 2;
}

static void decode_q(struct roost_text text, struct buf *out)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];
		if (c == '=' && text.size - i > 2 && ascii_hex_value(text.bytes[i + 1]) >= 0 &&
			ascii_hex_value(text.bytes[i + 2]) >= 0) {
			c = (char)(ascii_hex_value(text.bytes[i + 1]) << 4 |
				   ascii_hex_value(text.bytes[i + 2]));
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		buf_char(out, c);
	}
}

void encoded_word_decode(const struct encoded_word *word, struct buf *out)
{
	if (!word->base64) {
		decode_q(word->text, out);
		return;
	}
	struct transfer_decoder decoder;
	transfer_decoder_init(&decoder, TRANSFER_BASE64);
	transfer_decode(&decoder, word->text.bytes, word->text.size, out);
	transfer_decode_end(&decoder, out);
}

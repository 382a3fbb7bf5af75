/* transfer.c - transfer encodings undone in pieces: base64 and quoted-printable. RFC 2045
 * section 6. */
#include "mime/decode.h"

#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/uuencode.h"

/* The value of each base64 character, or SKIP. */
#define SKIP 0xFF
/* clang-format off */
static const unsigned char base64_values[256] = {
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, 62, SKIP, SKIP, SKIP, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
	SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
};
/* clang-format on */

bool transfer_encoding_find(struct roost_text name, enum transfer_encoding *encoding_out)
{
	static const struct {
		const char *name;
		enum transfer_encoding encoding;
	} names[] = {
		{ "7bit", TRANSFER_IDENTITY },
		{ "8bit", TRANSFER_IDENTITY },
		{ "binary", TRANSFER_IDENTITY },
		{ "base64", TRANSFER_BASE64 },
		{ "quoted-printable", TRANSFER_QUOTED_PRINTABLE },
		{ "x-uuencode", TRANSFER_UUENCODE },
		{ "uuencode", TRANSFER_UUENCODE },
		{ "x-uue", TRANSFER_UUENCODE },
		{ "uue", TRANSFER_UUENCODE },
	};
	name = text_trim(name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (text_equal_nocase(name, text_from(names[i].name))) {
			*encoding_out = names[i].encoding;
			return true;
		}
	}
	return false;
}

enum transfer_encoding transfer_encoding_from_name(struct roost_text name)
{
	enum transfer_encoding encoding = TRANSFER_IDENTITY;

	(void)transfer_encoding_find(name, &encoding);
	return encoding;
}

void transfer_decoder_init(struct transfer_decoder *decoder, enum transfer_encoding encoding)
{
	*decoder = (struct transfer_decoder) { .encoding = encoding };
}

/* Base64: `state` holds the bits that make no whole byte yet, `pending_count` how many characters
 * of the group of four there are. */

/* The end of a group, by padding or because nothing follows. */
static void end_base64_group(struct transfer_decoder *decoder, struct buf *out)
{
	if (decoder->pending_count == 2) {
		buf_char(out, (char)(decoder->state >> 4));
	} else if (decoder->pending_count == 3) {
		buf_char(out, (char)(decoder->state >> 10));
		buf_char(out, (char)(decoder->state >> 2));
	}
	decoder->state = 0;
	decoder->pending_count = 0;
}

/* Whole groups without anything between them: most of any base64. Returns how many characters were
 * used. */
static size_t decode_base64_groups(const char *bytes, size_t n, struct buf *out)
{
	const unsigned char *in = (const unsigned char *)bytes;
	size_t used = 0;
	unsigned char *end = (unsigned char *)buf_reserve(out, n / 4 * 3);
	for (; end != NULL && n - used >= 4; used += 4) {
		unsigned a = base64_values[in[used]], b = base64_values[in[used + 1]];
		unsigned c = base64_values[in[used + 2]], d = base64_values[in[used + 3]];
		if ((a | b | c | d) > 63) {
			break;
		}
		*end++ = (unsigned char)(a << 2 | b >> 4);
		*end++ = (unsigned char)(b << 4 | c >> 2);
		*end++ = (unsigned char)(c << 6 | d);
	}
	out->size += used / 4 * 3;
	return used;
}

static void decode_base64(
	struct transfer_decoder *decoder, const char *bytes, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n && !out->failed; i++) {
		if (decoder->pending_count == 0) {
			i += decode_base64_groups(bytes + i, n - i, out);
			if (i == n) {
				return;
			}
		}
		unsigned char value = base64_values[(unsigned char)bytes[i]];
		if (value == SKIP) {
			if (bytes[i] == '=') {
				end_base64_group(decoder, out);
			}
			continue;
		}
		decoder->state = decoder->state << 6 | value;
		if (++decoder->pending_count == 4) {
			char group[3] = { (char)(decoder->state >> 16), (char)(decoder->state >> 8),
				(char)decoder->state };
			buf_add(out, group, sizeof(group));
			decoder->state = 0;
			decoder->pending_count = 0;
		}
	}
}

/* Quoted-printable: what is pending is either "=" and what may belong to it ("=", "=4", "= \t",
 * "=\r"), or white space that counts only if something follows on its line. */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

static void flush_pending(struct transfer_decoder *decoder, struct buf *out)
{
	buf_add(out, decoder->pending, decoder->pending_count);
	decoder->pending_count = 0;
}

static void push_pending(struct transfer_decoder *decoder, char c, struct buf *out)
{
	if (decoder->pending_count == sizeof(decoder->pending)) {
		flush_pending(decoder, out);
	}
	decoder->pending[decoder->pending_count++] = (unsigned char)c;
}

/* One byte after "=". Returns whether it was used. */
static bool go_on_after_equals(struct transfer_decoder *decoder, char c, struct buf *out)
{
	char last = (char)decoder->pending[decoder->pending_count - 1];
	if (last == '\r') {
		/* A soft line break that ends in CR alone, unless LF follows. */
		decoder->pending_count = 0;
		return c == '\n';
	}
	if (c == '\n') {
		decoder->pending_count = 0;
		return true;
	}
	bool hex_digit = ascii_hex_value(c) >= 0;
	if (decoder->pending_count == 2 && ascii_hex_value(last) >= 0) {
		if (hex_digit) {
			buf_char(out, (char)(ascii_hex_value(last) << 4 | ascii_hex_value(c)));
			decoder->pending_count = 0;
			return true;
		}
		flush_pending(decoder, out);
		return false;
	}
	if (c == '\r' || is_blank(c) || (hex_digit && decoder->pending_count == 1)) {
		push_pending(decoder, c, out);
		return true;
	}
	flush_pending(decoder, out);
	return false;
}

/* One byte while something is pending. Returns whether it was used. */
static bool go_on_pending(struct transfer_decoder *decoder, char c, struct buf *out)
{
	if (decoder->pending[0] == '=') {
		return go_on_after_equals(decoder, c, out);
	}
	if (is_blank(c)) {
		push_pending(decoder, c, out);
		return true;
	}
	if (is_line_end(c)) {
		decoder->pending_count = 0;
	} else {
		flush_pending(decoder, out);
	}
	return false;
}

static void decode_quoted_printable(
	struct transfer_decoder *decoder, const char *bytes, size_t n, struct buf *out)
{
	size_t i = 0;
	while (i < n && !out->failed) {
		if (decoder->pending_count > 0) {
			i += go_on_pending(decoder, bytes[i], out) ? 1 : 0;
			continue;
		}
		size_t end = i + ascii_until(bytes + i, n - i, "=\r\n");
		size_t kept = end;
		while ((end == n || bytes[end] != '=') && kept > i && is_blank(bytes[kept - 1])) {
			kept--;
		}
		buf_add(out, bytes + i, kept - i);
		for (i = kept; i < end && end == n; i++) {
			push_pending(decoder, bytes[i], out);
		}
		i = end;
		if (i < n && bytes[i] == '=') {
			push_pending(decoder, '=', out);
			i++;
		} else if (i < n) {
			buf_char(out, bytes[i++]);
		}
	}
}

static void end_quoted_printable(struct transfer_decoder *decoder, struct buf *out)
{
	/* "=" and blanks at the very end are a soft line break before nothing. */
	bool hex_digit = decoder->pending_count == 2 && decoder->pending[0] == '=' &&
			 ascii_hex_value((char)decoder->pending[1]) >= 0;
	if (hex_digit) {
		flush_pending(decoder, out);
	}
	decoder->pending_count = 0;
}

void transfer_decode(struct transfer_decoder *decoder, const char *bytes, size_t n, struct buf *out)
{
	switch (decoder->encoding) {
	case TRANSFER_BASE64:
		decode_base64(decoder, bytes, n, out);
		return;
	case TRANSFER_QUOTED_PRINTABLE:
		decode_quoted_printable(decoder, bytes, n, out);
		return;
	case TRANSFER_UUENCODE:
		uuencode_decode(decoder, bytes, n, out);
		return;
	case TRANSFER_IDENTITY:
		break;
	}
	buf_add(out, bytes, n);
}

void transfer_decode_end(struct transfer_decoder *decoder, struct buf *out)
{
	switch (decoder->encoding) {
	case TRANSFER_BASE64:
		end_base64_group(decoder, out);
		break;
	case TRANSFER_QUOTED_PRINTABLE:
		end_quoted_printable(decoder, out);
		break;
	case TRANSFER_UUENCODE:
		uuencode_decode_end(decoder, out);
		break;
	case TRANSFER_IDENTITY:
		break;
	}
}

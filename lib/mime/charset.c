/* charset.c - from any charset that iconv knows to UTF-8. */
#include "mime/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "mime/charset_name.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* 0x80 to 0x9F of windows-1252. The five that are not assigned stand for themselves, as in
 * ISO-8859-1. */
static const uint16_t windows_1252[32] = { 0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
	0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018,
	0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
	0x009D, 0x017E, 0x0178 };

static void add_windows_1252(char byte, struct buf *utf8)
{
	unsigned char c = (unsigned char)byte;
	char encoded[4];
	uint32_t character = c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
	buf_add(utf8, encoded, utf8_encode(character, encoded));
}

/* Whether the `n` bytes may be the beginning of a longer UTF-8 character. */
static bool utf8_may_go_on(const char *bytes, size_t n)
{
	unsigned char lead = (unsigned char)bytes[0];
	size_t whole = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : 2;
	if (lead < 0xC2 || lead >= 0xF5 || n >= whole) {
		return false;
	}
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)bytes[i] & 0xC0) != 0x80) {
			return false;
		}
	}
	return true;
}

static void add_ill_formed(struct charset_converter *converter, char byte, struct buf *utf8)
{
	converter->lossy = true;
	if (converter->kind == CHARSET_UTF8) {
		buf_add(utf8, REPLACEMENT, 3);
	} else {
		add_windows_1252(byte, utf8);
	}
}

/* UTF-8, ASCII and what is not known. Returns how many bytes were used; the rest are the beginning
 * of a character, unless `last`. */
static size_t convert_utf8(struct charset_converter *converter, const char *bytes, size_t n,
	bool last, struct buf *utf8)
{
	size_t used = 0;
	while (used < n && !utf8->failed) {
		size_t run = ascii_run(bytes + used, n - used);
		buf_add(utf8, bytes + used, run);
		used += run;
		if (used == n) {
			break;
		}
		uint32_t character;
		size_t size = utf8_decode(bytes + used, n - used, &character);
		if (size > 0) {
			converter->lossy |= converter->kind == CHARSET_ASCII;
			buf_add(utf8, bytes + used, size);
			used += size;
		} else if (!last && utf8_may_go_on(bytes + used, n - used)) {
			return used;
		} else {
			add_ill_formed(converter, bytes[used], utf8);
			used++;
		}
	}
	return used;
}

static void convert_windows_1252(const char *bytes, size_t n, struct buf *utf8)
{
	for (size_t i = 0; i < n && !utf8->failed;) {
		size_t run = ascii_run(bytes + i, n - i);
		buf_add(utf8, bytes + i, run);
		i += run;
		if (i < n) {
			add_windows_1252(bytes[i++], utf8);
		}
	}
}

/* Returns how many bytes were used, as convert_utf8(). */
static size_t convert_iconv(struct charset_converter *converter, const char *bytes, size_t n,
	bool last, struct buf *utf8)
{
	char out[4096];
	char *in = (char *)(uintptr_t)bytes; /* iconv() only reads it */
	size_t left = n;
	while (left > 0 && !utf8->failed) {
		char *end = out;
		size_t room = sizeof(out);
		size_t before = left;
		size_t r = iconv(converter->descriptor, &in, &left, &end, &room);
		int error = r == (size_t)-1 ? errno : 0;
		buf_add(utf8, out, sizeof(out) - room);
		if (error == 0 || (error == E2BIG && (left < before || end > out))) {
			continue;
		}
		if (error == EINVAL && !last && left <= sizeof(converter->pending)) {
			break;
		}
		buf_add(utf8, REPLACEMENT, 3);
		converter->lossy = true;
		size_t skip = left < converter->unit ? left : converter->unit;
		in += skip;
		left -= skip;
	}
	return n - left;
}

static size_t convert_block(struct charset_converter *converter, const char *bytes, size_t n,
	bool last, struct buf *utf8)
{
	switch ((enum charset_kind)converter->kind) {
	case CHARSET_WINDOWS_1252:
		convert_windows_1252(bytes, n, utf8);
		return n;
	case CHARSET_ICONV:
		return convert_iconv(converter, bytes, n, last, utf8);
	case CHARSET_UNKNOWN:
	case CHARSET_ASCII:
	case CHARSET_UTF8:
		break;
	}
	return convert_utf8(converter, bytes, n, last, utf8);
}

/* How many bytes a charset's characters are multiples of. */
static unsigned unit_of(const char *name)
{
	static const char *const wide[] = { "utf-16", "utf16", "ucs-2", "ucs2", "unicode",
		"iso-10646-ucs-2", "csunicode" };
	static const char *const wider[] = { "utf-32", "utf32", "ucs-4", "ucs4", "iso-10646-ucs-4",
		"csucs4" };
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (strncmp(name, wide[i], strlen(wide[i])) == 0) {
			return 2;
		}
	}
	for (size_t i = 0; i < sizeof(wider) / sizeof(wider[0]); i++) {
		if (strncmp(name, wider[i], strlen(wider[i])) == 0) {
			return 4;
		}
	}
	return 1;
}

void charset_converter_init(struct charset_converter *converter, struct roost_text charset)
{
	char name[CHARSET_NAME_SIZE];
	*converter = (struct charset_converter) { .unit = 1 };
	converter->kind = charset_name_resolve(charset, name);
	if (converter->kind != CHARSET_ICONV) {
		return;
	}
	iconv_t descriptor = iconv_open("UTF-8", name);
	if (descriptor == (iconv_t)-1) {
		converter->kind = CHARSET_UNKNOWN;
		return;
	}
	converter->descriptor = descriptor;
	converter->unit = unit_of(name);
}

void charset_converter_free(struct charset_converter *converter)
{
	if (converter->descriptor) {
		(void)iconv_close(converter->descriptor);
		converter->descriptor = NULL;
	}
}

/* Convert what was pending together with the first of the new bytes. Returns how many of these were
 * used. */
static size_t convert_pending(
	struct charset_converter *converter, const char *bytes, size_t n, struct buf *utf8)
{
	char joined[4 * sizeof(converter->pending)];
	size_t old = converter->pending_count;
	size_t more = n < sizeof(joined) - old ? n : sizeof(joined) - old;
	memcpy(joined, converter->pending, old);
	memcpy(joined + old, bytes, more);
	size_t used = convert_block(converter, joined, old + more, false, utf8);
	if (utf8->failed) {
		converter->pending_count = 0;
		return more;
	}
	if (used >= old) {
		converter->pending_count = 0;
		return used - old;
	}
	/* All new bytes are in `joined`: less than a pending's worth is ever left over. */
	converter->pending_count = old + more - used;
	memcpy(converter->pending, joined + used, converter->pending_count);
	return more;
}

void charset_convert(
	struct charset_converter *converter, const char *bytes, size_t n, struct buf *utf8)
{
	if (n > 0 && converter->pending_count > 0) {
		size_t used = convert_pending(converter, bytes, n, utf8);
		bytes += used;
		n -= used;
	}
	if (n == 0 || utf8->failed) {
		return;
	}
	size_t used = convert_block(converter, bytes, n, false, utf8);
	if (!utf8->failed && used < n) {
		converter->pending_count = n - used;
		memcpy(converter->pending, bytes + used, n - used);
	}
}

bool charset_keeps(const struct charset_converter *converter, const char *bytes, size_t n)
{
	return converter->kind != CHARSET_ICONV && converter->pending_count == 0 &&
	       ascii_run(bytes, n) == n;
}

void charset_convert_end(struct charset_converter *converter, struct buf *utf8)
{
	if (converter->pending_count > 0) {
		(void)convert_block(
			converter, converter->pending, converter->pending_count, true, utf8);
		converter->pending_count = 0;
	}
	if (converter->descriptor) {
		char out[64];
		char *end = out;
		size_t room = sizeof(out);
		/* Some converters hold a character back until they know what follows. */
		(void)iconv(converter->descriptor, NULL, NULL, &end, &room);
		buf_add(utf8, out, sizeof(out) - room);
		(void)iconv(converter->descriptor, NULL, NULL, NULL, NULL);
	}
}

bool charset_is_known(struct roost_text charset)
{
	struct charset_converter converter;
	charset_converter_init(&converter, charset);
	bool known = converter.kind != CHARSET_UNKNOWN;
	charset_converter_free(&converter);
	return known;
}

bool charset_to_utf8_strict(struct roost_text charset, struct roost_text text, struct buf *utf8)
{
	struct charset_converter converter;
	charset_converter_init(&converter, charset);
	charset_convert(&converter, text.bytes, text.size, utf8);
	charset_convert_end(&converter, utf8);
	charset_converter_free(&converter);
	return converter.kind != CHARSET_UNKNOWN && !converter.lossy;
}

void charset_to_utf8(struct roost_text charset, struct roost_text text, struct buf *utf8)
{
	(void)charset_to_utf8_strict(charset, text, utf8);
}

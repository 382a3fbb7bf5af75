/* mailbox_name.c - mailbox names: modified UTF-7 to clients, UTF-8 inside. */
#include "grammar/mailbox_name.h"

#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"
#include "grammar/lexer.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static const char not_utf8[] = "A mailbox name with bytes over 127 is not valid UTF-8";
static const char not_utf7[] =
	"The mailbox name is not valid modified UTF-7; write & as &- (RFC 3501 section 5.1.3)";
static const char has_controls[] = "A mailbox name cannot hold control characters";
static const char too_long[] = "The mailbox name is too long";

/* A UTF-8 name that is being put together. */
struct name {
	size_t size;
	char bytes[ROOST_MAX_MAILBOX_NAME];
	const char *error; /* static; NULL while all is well */
};

static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

static void add_character(struct name *name, uint32_t character)
{
	char bytes[4];
	size_t n = utf8_encode(character, bytes);

	if (is_control(character)) {
		name->error = has_controls;
	} else if (n == 0) {
		name->error = not_utf7;
	} else if (n > sizeof(name->bytes) - name->size) {
		name->error = too_long;
	} else {
		memcpy(name->bytes + name->size, bytes, n);
		name->size += n;
	}
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (ascii_is_digit(c)) {
		return c - '0' + 52;
	}
	return c == '+' ? 62 : c == ',' ? 63 : -1;
}

/* UTF-16 that is being read out of a shift. */
struct shift {
	uint32_t bits; /* the lowest `bit_count` are not used yet */
	unsigned bit_count;
	uint32_t high; /* a surrogate that waits for its other half, or 0 */
};

static void add_unit(struct name *name, struct shift *shift, uint32_t unit)
{
	bool low = unit >= 0xdc00 && unit <= 0xdfff;

	if (low != (shift->high != 0) || (unit >= 0x20 && unit <= 0x7e)) {
		/* Half a character; or one that must stand for itself, so that no mailbox has two
		 * names. */
		name->error = not_utf7;
	} else if (low) {
		add_character(name, 0x10000 + ((shift->high - 0xd800) << 10) + (unit - 0xdc00));
		shift->high = 0;
	} else if (unit >= 0xd800 && unit <= 0xdbff) {
		shift->high = unit;
	} else {
		add_character(name, unit);
	}
}

/* Read what stands between "&" and "-", from `p` on; returns where the "-" is. */
static const char *decode_shift(struct name *name, const char *p, const char *end)
{
	struct shift shift = { 0 };

	for (; p < end && *p != '-' && name->error == NULL; p++) {
		int value = base64_value(*p);

		if (value < 0) {
			name->error = not_utf7;
			break;
		}
		shift.bits = shift.bits << 6 | (uint32_t)value;
		shift.bit_count += 6;
		if (shift.bit_count >= 16) {
			shift.bit_count -= 16;
			add_unit(name, &shift, shift.bits >> shift.bit_count & 0xffff);
			shift.bits &= (1u << shift.bit_count) - 1;
		}
	}
	if (name->error == NULL &&
		(p == end || shift.high != 0 || shift.bit_count >= 6 || shift.bits != 0)) {
		name->error = not_utf7;
	}
	return p;
}

static void decode_utf7(struct name *name, struct roost_text text)
{
	const char *end = text.bytes + text.size;
	const char *shift_end =
		NULL; /* after the last shift: another one must not follow at once */

	for (const char *p = text.bytes; p < end && name->error == NULL; p++) {
		if (*p != '&') {
			add_character(name, (unsigned char)*p);
		} else if (end - p >= 2 && p[1] == '-') {
			add_character(name, '&');
			p++;
		} else if (p == shift_end) {
			name->error = not_utf7;
		} else {
			p = decode_shift(name, p + 1, end);
			if (name->error != NULL) {
				return;
			}
			shift_end = p + 1;
		}
	}
}

static void decode_utf8(struct name *name, struct roost_text text)
{
	for (size_t i = 0; i < text.size && name->error == NULL;) {
		uint32_t character = 0;
		size_t n = utf8_decode(text.bytes + i, text.size - i, &character);

		if (n == 0) {
			name->error = not_utf8;
			return;
		}
		add_character(name, character);
		i += n;
	}
}

static bool is_ascii(struct roost_text text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((text.bytes[i] & 0x80) != 0) {
			return false;
		}
	}
	return true;
}

/* How a name is written, and what of it is kept. */
struct form {
	bool pattern; /* INBOX means nothing there */
	bool utf8; /* never modified UTF-7 */
	bool as_given; /* INBOX keeps its case */
};

static int parse(struct arena *arena, struct roost_text text, struct form form,
	const char **name_out, const char **error_out)
{
	struct name name;
	char *copy;

	name.size = 0;
	name.error = NULL;
	if (!form.utf8 && is_ascii(text)) {
		decode_utf7(&name, text);
	} else {
		decode_utf8(&name, text);
	}
	if (name.error != NULL) {
		*error_out = name.error;
		return ROOST_ERR_INVALID;
	}
	if (!form.pattern && !form.as_given && name.size == 5 &&
		ascii_equal_nocase(name.bytes, "INBOX", 5)) {
		memcpy(name.bytes, "INBOX", 5);
	}
	copy = arena_strndup(arena, name.bytes, name.size);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*name_out = copy;
	return 0;
}

int mailbox_name_parse(
	struct arena *arena, struct roost_text text, const char **name_out, const char **error_out)
{
	return parse(arena, text, (struct form) { 0 }, name_out, error_out);
}

int mailbox_name_parse_pattern(struct arena *arena, struct roost_text text,
	const char **pattern_out, const char **error_out)
{
	return parse(arena, text, (struct form) { .pattern = true }, pattern_out, error_out);
}

static bool read_parsed(
	struct lexer *lexer, struct roost_text text, struct form form, const char **out)
{
	const char *error = NULL;
	form.utf8 = lexer->utf8_names;
	int r = parse(lexer->arena, text, form, out, &error);

	if (r == ROOST_ERR_NO_MEMORY) {
		return lexer_fail_memory(lexer);
	}
	return r == 0 || lexer_fail(lexer, error);
}

bool mailbox_name_read(struct lexer *lexer, const char *what, const char **name_out)
{
	struct roost_text text;

	return lexer_astring(lexer, what, &text) &&
	       read_parsed(lexer, text, (struct form) { 0 }, name_out);
}

bool mailbox_name_read_given(
	struct lexer *lexer, const char *what, const char **name_out, const char **given_out)
{
	const char *given = NULL;
	struct roost_text text;

	if (!lexer_astring(lexer, what, &text) ||
		!read_parsed(lexer, text, (struct form) { 0 }, name_out) ||
		!read_parsed(lexer, text, (struct form) { .as_given = true }, &given)) {
		return false;
	}
	*given_out = strcmp(given, *name_out) == 0 ? NULL : given;
	return true;
}

bool mailbox_name_read_pattern(struct lexer *lexer, const char **pattern_out)
{
	struct roost_text text;

	return lexer_list_mailbox(lexer, "a mailbox pattern", &text) &&
	       read_parsed(lexer, text, (struct form) { .pattern = true }, pattern_out);
}

/* Whether the name, once in modified UTF-7, is no atom: what is not printable will be letters. */
static bool needs_quotes(const char *utf8)
{
	if (*utf8 == '\0' || ascii_compare_nocase(utf8, "NIL") == 0) {
		return true;
	}
	for (const char *p = utf8; *p != '\0'; p++) {
		if (*p >= ' ' && *p <= '~' && !lexer_is_astring_char(*p)) {
			return true;
		}
	}
	return false;
}

static void write_bits(struct buf *buf, struct shift *shift, uint32_t unit)
{
	shift->bits = shift->bits << 16 | unit;
	shift->bit_count += 16;
	while (shift->bit_count >= 6) {
		shift->bit_count -= 6;
		buf_char(buf, alphabet[shift->bits >> shift->bit_count & 63]);
	}
	shift->bits &= (1u << shift->bit_count) - 1;
}

/* Write the characters that cannot stand for themselves, from `utf8` on, as one shift; returns
 * where they end. */
static const char *write_shift(struct buf *buf, const char *utf8)
{
	const char *end = utf8 + strlen(utf8);
	struct shift shift = { 0 };

	buf_char(buf, '&');
	while (utf8 < end && (*utf8 < ' ' || *utf8 > '~')) {
		uint32_t character = 0;
		size_t n = utf8_decode(utf8, (size_t)(end - utf8), &character);

		if (n == 0) {
			character = 0xfffd;
			n = 1;
		}
		if (character >= 0x10000) {
			write_bits(buf, &shift, 0xd800 + ((character - 0x10000) >> 10));
			character = 0xdc00 + ((character - 0x10000) & 0x3ff);
		}
		write_bits(buf, &shift, character);
		utf8 += n;
	}
	if (shift.bit_count > 0) {
		buf_char(buf, alphabet[shift.bits << (6 - shift.bit_count) & 63]);
	}
	buf_char(buf, '-');
	return utf8;
}

void mailbox_name_write(struct buf *buf, const char *utf8)
{
	bool quotes = needs_quotes(utf8);

	if (quotes) {
		buf_char(buf, '"');
	}
	while (*utf8 != '\0') {
		if (*utf8 < ' ' || *utf8 > '~') {
			utf8 = write_shift(buf, utf8);
			continue;
		}
		if (*utf8 == '"' || *utf8 == '\\') {
			buf_char(buf, '\\');
		}
		buf_char(buf, *utf8);
		if (*utf8 == '&') {
			buf_char(buf, '-');
		}
		utf8++;
	}
	if (quotes) {
		buf_char(buf, '"');
	}
}

void mailbox_name_write_utf8(struct buf *buf, const char *utf8)
{
	size_t size = strlen(utf8);
	bool quotes = needs_quotes(utf8);

	for (size_t i = 0; i < size; i++) {
		quotes = quotes || (utf8[i] & 0x80) != 0;
	}
	buf_string(buf, quotes ? "\"" : "");
	for (size_t i = 0; i < size;) {
		uint32_t character = 0;
		size_t n = utf8_decode(utf8 + i, size - i, &character);

		if (n == 0) {
			buf_string(buf, "\xEF\xBF\xBD");
			i++;
			continue;
		}
		if (utf8[i] == '"' || utf8[i] == '\\') {
			buf_char(buf, '\\');
		}
		buf_add(buf, utf8 + i, n);
		i += n;
	}
	buf_string(buf, quotes ? "\"" : "");
}

/* decode.c - header values and RFC 2231 parameter values as a reader sees them. */
#include "mime/decode.h"

#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/encoded_word.h"

/* Adjacent encoded words of one charset, decoded but not yet converted: a character may be split
 * between them. */
struct run {
	struct roost_text charset;
	bool open; /* an encoded word was the last thing seen */
	struct buf bytes;
	struct charset_converter converter; /* for `charset`, kept from run to run */
	bool has_converter;
};

static void use_charset(struct run *run, struct roost_text charset)
{
	if (run->has_converter && text_equal_nocase(run->charset, charset)) {
		return;
	}
	if (run->has_converter) {
		charset_converter_free(&run->converter);
	}
	charset_converter_init(&run->converter, charset);
	run->has_converter = true;
	run->charset = charset;
}

/* Convert what the run has gathered. */
static void end_run(struct run *run, struct buf *utf8)
{
	if (run->open) {
		charset_convert(&run->converter, run->bytes.data, run->bytes.size, utf8);
		charset_convert_end(&run->converter, utf8);
		utf8->failed |= run->bytes.failed;
		buf_reset(&run->bytes);
		run->open = false;
	}
}

static void add_word(struct run *run, const struct encoded_word *word, struct buf *utf8)
{
	if (run->open && !text_equal_nocase(run->charset, word->charset)) {
		end_run(run, utf8);
	}
	use_charset(run, word->charset);
	run->open = true;
	encoded_word_decode(word, &run->bytes);
}

static bool is_white_space(struct roost_text text)
{
	return text_trim(text).size == 0;
}

/* The value without line ends. */
static void decode_unfolded(struct roost_text value, struct buf *utf8)
{
	struct run run = { .open = false };
	size_t plain = 0; /* where the text since the last encoded word begins */
	size_t at = 0;
	if (ascii_run(value.bytes, value.size) == value.size &&
		memchr(value.bytes, '=', value.size) == NULL) {
		buf_text(utf8, value);
		return;
	}
	buf_init(&run.bytes, value.size);
	while (at < value.size && !utf8->failed) {
		const char *mark = memchr(value.bytes + at, '=', value.size - at);
		if (mark == NULL) {
			break;
		}
		struct encoded_word word;
		at = (size_t)(mark - value.bytes);
		size_t size = encoded_word_read(mark, value.size - at, &word);
		if (size == 0) {
			at++;
			continue;
		}
		struct roost_text between = text_between(value.bytes + plain, mark);
		if (!run.open || !is_white_space(between)) {
			end_run(&run, utf8);
			charset_to_utf8(TEXT_ABSENT, between, utf8);
		}
		add_word(&run, &word, utf8);
		at += size;
		plain = at;
	}
	end_run(&run, utf8);
	charset_to_utf8(
		TEXT_ABSENT, (struct roost_text) { value.bytes + plain, value.size - plain }, utf8);
	if (run.has_converter) {
		charset_converter_free(&run.converter);
	}
	buf_free(&run.bytes);
}

static bool has_line_end(struct roost_text value)
{
	return ascii_until(value.bytes, value.size, "\r\n\n") < value.size;
}

void decode_header(struct roost_text value, struct buf *utf8)
{
	value = text_trim(value);
	if (value.size == 0) {
		return;
	}
	if (!has_line_end(value)) {
		decode_unfolded(value, utf8);
		return;
	}
	struct buf unfolded;
	buf_init(&unfolded, value.size);
	char *end = buf_reserve(&unfolded, value.size);
	for (size_t i = 0; end != NULL && i < value.size; i++) {
		if (value.bytes[i] != '\r' && value.bytes[i] != '\n') {
			*end++ = value.bytes[i];
			unfolded.size++;
		}
	}
	if (unfolded.failed) {
		utf8->failed = true;
	} else {
		decode_unfolded((struct roost_text) { unfolded.data, unfolded.size }, utf8);
	}
	buf_free(&unfolded);
}

static void decode_percent(struct roost_text text, struct buf *out)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];
		if (c == '%' && text.size - i > 2 && ascii_hex_value(text.bytes[i + 1]) >= 0 &&
			ascii_hex_value(text.bytes[i + 2]) >= 0) {
			c = (char)(ascii_hex_value(text.bytes[i + 1]) << 4 |
				   ascii_hex_value(text.bytes[i + 2]));
			i += 2;
		}
		buf_char(out, c);
	}
}

void decode_parameter(struct roost_text value, struct buf *utf8)
{
	struct roost_text charset = TEXT_ABSENT;
	struct buf bytes;
	if (value.size == 0) {
		return;
	}
	const char *end = value.bytes + value.size;
	const char *first = memchr(value.bytes, '\'', value.size);
	const char *second = first ? memchr(first + 1, '\'', (size_t)(end - first - 1)) : NULL;
	if (second) {
		charset = text_between(value.bytes, first);
		value = text_between(second + 1, end);
	}
	buf_init(&bytes, value.size);
	decode_percent(value, &bytes);
	charset_to_utf8(charset, (struct roost_text) { bytes.data, bytes.size }, utf8);
	utf8->failed |= bytes.failed;
	buf_free(&bytes);
}

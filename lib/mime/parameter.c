/* parameter.c - values with parameters: Content-Type and Content-Disposition. RFC 2045 section 5.1,
 * RFC 2183, RFC 2231. */
#include "mime/parameter.h"

#include <stdbool.h>
#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/text.h"

#define MAX_PIECES 500 /* of one value, before RFC 2231 pieces are joined */
#define NO_SECTION UINT32_MAX

/* A parameter as it is written. Texts are places in the reader's `text`. */
struct piece {
	size_t name, name_size; /* without what RFC 2231 adds to it */
	size_t value, value_size;
	uint32_t section; /* of a continued value */
	bool is_encoded;
	bool is_told;
};

struct parameter_reader {
	const char *at, *end;
	bool comments_broken; /* from here on some comment is not closed */
	struct buf text;
	struct buf pieces; /* of struct piece */
	size_t count;
};

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool at_one_of(const struct parameter_reader *reader, const char *set)
{
	return reader->at < reader->end && is_one_of(*reader->at, set);
}

/* The end of the comment at `at`, behind its parenthesis; NULL when it is not closed. */
static const char *comment_end(struct parameter_reader *reader, const char *at)
{
	size_t depth = 0;
	for (; at < reader->end && !reader->comments_broken; at++) {
		if (*at == '\\' && at + 1 < reader->end) {
			at++;
		} else if (*at == '(') {
			depth++;
		} else if (*at == ')') {
			depth--;
			if (depth == 0) {
				return at + 1;
			}
		}
	}
	reader->comments_broken = true;
	return NULL;
}

static void skip_space(struct parameter_reader *reader)
{
	while (at_one_of(reader, " \t\r\n(")) {
		if (*reader->at != '(') {
			reader->at++;
			continue;
		}
		const char *end = comment_end(reader, reader->at);
		if (end == NULL) {
			return;
		}
		reader->at = end;
	}
}

struct roost_text parameter_token(struct roost_text value, struct roost_text *rest_out)
{
	struct parameter_reader reader = { .at = value.bytes, .end = value.bytes + value.size };
	skip_space(&reader);
	/* Quotes around a type are wrong, but what was meant is plain. */
	while (at_one_of(&reader, "\"")) {
		reader.at++;
	}
	const char *first = reader.at;
	while (reader.at < reader.end && (unsigned char)*reader.at > ' ' &&
		!at_one_of(&reader, "()<>@,;:\\\"/[]?=")) {
		reader.at++;
	}
	struct roost_text token = text_between(first, reader.at);
	while (at_one_of(&reader, "\"")) {
		reader.at++;
	}
	skip_space(&reader);
	*rest_out = text_between(reader.at, reader.end);
	return token;
}

/* The value in quotes; what is not closed goes up to the next semicolon. */
static void take_quoted(struct parameter_reader *reader)
{
	const char *at = reader->at + 1;
	size_t before = reader->text.size;
	for (; at < reader->end && *at != '"'; at++) {
		if (*at == '\\' && at + 1 < reader->end) {
			at++;
		}
		buf_char(&reader->text, *at);
	}
	if (at < reader->end) {
		reader->at = at + 1;
		return;
	}
	if (buf_status(&reader->text) == 0) {
		reader->text.size = before;
	}
	reader->at++;
	const char *semicolon = memchr(reader->at, ';', (size_t)(reader->end - reader->at));
	const char *end = semicolon != NULL ? semicolon : reader->end;
	buf_text(&reader->text, text_trim(text_between(reader->at, end)));
	reader->at = end;
}

/* Whether "name=" comes at `at`: then a semicolon was forgotten before it. */
static bool is_attribute(const struct parameter_reader *reader, const char *at)
{
	const char *first = at;
	while (at < reader->end &&
		(ascii_is_alpha(*at) || ascii_is_digit(*at) || *at == '-' || *at == '*')) {
		at++;
	}
	return at > first && at < reader->end && *at == '=';
}

/* A value without quotes goes up to the semicolon: many writers leave spaces in it. */
static void take_unquoted(struct parameter_reader *reader)
{
	const char *first = reader->at;
	const char *end = first;
	while (reader->at < reader->end && *reader->at != ';') {
		bool space = ascii_is_space(*reader->at);
		if (!space) {
			end = ++reader->at;
			continue;
		}
		while (reader->at < reader->end && ascii_is_space(*reader->at)) {
			reader->at++;
		}
		if (is_attribute(reader, reader->at)) {
			break;
		}
		if (at_one_of(reader, "(")) {
			const char *behind = comment_end(reader, reader->at);
			while (behind != NULL && behind < reader->end && ascii_is_space(*behind)) {
				behind++;
			}
			/* "foo (1).pdf" has no comment in it. */
			if (behind != NULL && (behind == reader->end || *behind == ';')) {
				reader->at = behind;
			}
		}
	}
	buf_text(&reader->text, text_between(first, end));
}

/* "name", "name*", "name*3" or "name*3*". RFC 2231 section 7. */
static void read_name(struct piece *piece, const char *name, size_t size)
{
	piece->section = NO_SECTION;
	size_t base = size;
	if (base > 1 && name[base - 1] == '*') {
		piece->is_encoded = true;
		base--;
	}
	size_t digits = 0;
	uint32_t section = 0;
	size_t star = base;
	while (star > 0 && ascii_is_digit(name[star - 1])) {
		star--;
		digits++;
	}
	for (size_t i = star; i < base && digits <= 4; i++) {
		section = section * 10 + (uint32_t)(name[i] - '0');
	}
	if (digits >= 1 && digits <= 4 && star > 1 && name[star - 1] == '*') {
		piece->section = section;
		base = star - 1;
	}
	piece->name_size = base;
}

static void take_parameter(struct parameter_reader *reader)
{
	const char *first = reader->at;
	while (reader->at < reader->end && !at_one_of(reader, " \t\r\n=;\"")) {
		reader->at++;
	}
	struct roost_text name = text_between(first, reader->at);
	skip_space(reader);
	if (!at_one_of(reader, "=")) {
		/* A word without a value says nothing; nor does a quote without a name. */
		if (reader->at == first) {
			reader->at++;
		}
		return;
	}
	reader->at++;
	skip_space(reader);
	struct piece piece = { .name = reader->text.size };
	read_name(&piece, name.bytes, name.size);
	buf_add(&reader->text, name.bytes, piece.name_size);
	piece.value = reader->text.size;
	if (at_one_of(reader, "\"")) {
		take_quoted(reader);
	} else {
		take_unquoted(reader);
	}
	piece.value_size = reader->text.size - piece.value;
	if (name.size > 0 && reader->count < MAX_PIECES) {
		buf_add(&reader->pieces, &piece, sizeof(piece));
		reader->count++;
	}
}

static struct piece *pieces_of(const struct parameter_reader *reader)
{
	return (struct piece *)(void *)reader->pieces.data;
}

static struct roost_text name_of(const struct parameter_reader *reader, const struct piece *piece)
{
	return (struct roost_text) { reader->text.data + piece->name, piece->name_size };
}

static struct roost_text value_of(const struct parameter_reader *reader, const struct piece *piece)
{
	return (struct roost_text) { reader->text.data + piece->value, piece->value_size };
}

/* The untold piece of that name with the lowest section, or NULL. */
static struct piece *next_section(struct parameter_reader *reader, struct roost_text name)
{
	struct piece *next = NULL;
	for (size_t i = 0; i < reader->count; i++) {
		struct piece *piece = &pieces_of(reader)[i];
		if (!piece->is_told && piece->section != NO_SECTION &&
			(next == NULL || piece->section < next->section) &&
			text_equal_nocase(name_of(reader, piece), name)) {
			next = piece;
		}
	}
	return next;
}

/* In an encoded value the pieces that are not must be made to mean the same. */
static void add_encoded(struct buf *buf, struct roost_text value)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < value.size; i++) {
		unsigned char c = (unsigned char)value.bytes[i];
		if (ascii_is_alpha((char)c) || ascii_is_digit((char)c) ||
			is_one_of((char)c, "-._")) {
			buf_char(buf, (char)c);
		} else {
			buf_char(buf, '%');
			buf_char(buf, hex[c >> 4]);
			buf_char(buf, hex[c & 15]);
		}
	}
}

/* All sections of the name, joined in `joined`, the name before the value. */
static size_t join(struct parameter_reader *reader, struct roost_text name, struct buf *joined)
{
	bool is_encoded = false;
	for (size_t i = 0; i < reader->count; i++) {
		const struct piece *piece = &pieces_of(reader)[i];
		is_encoded = is_encoded || (piece->section != NO_SECTION && piece->is_encoded &&
						   text_equal_nocase(name_of(reader, piece), name));
	}
	buf_text(joined, name);
	if (is_encoded) {
		buf_char(joined, '*');
	}
	size_t name_size = joined->size;
	uint32_t last = NO_SECTION;
	struct piece *piece;
	while ((piece = next_section(reader, name)) != NULL) {
		piece->is_told = true;
		bool first = last == NO_SECTION;
		if (!first && piece->section == last) {
			continue;
		}
		last = piece->section;
		if (is_encoded && !piece->is_encoded) {
			buf_string(joined, first ? "''" : "");
			add_encoded(joined, value_of(reader, piece));
		} else {
			buf_text(joined, value_of(reader, piece));
		}
	}
	return name_size;
}

static int tell(struct parameter_reader *reader,
	void (*deliver)(void *context, struct roost_text name, struct roost_text value),
	void *context)
{
	struct buf joined;
	buf_init(&joined, 4 * reader->text.size + 16);
	int r = 0;
	for (size_t i = 0; i < reader->count && r == 0; i++) {
		struct piece *piece = &pieces_of(reader)[i];
		if (piece->is_told) {
			continue;
		}
		buf_reset(&joined);
		size_t name_size;
		if (piece->section != NO_SECTION) {
			name_size = join(reader, name_of(reader, piece), &joined);
		} else {
			buf_text(&joined, name_of(reader, piece));
			buf_string(&joined, piece->is_encoded ? "*" : "");
			name_size = joined.size;
			buf_text(&joined, value_of(reader, piece));
		}
		r = buf_status(&joined);
		if (r == 0) {
			deliver(context, (struct roost_text) { joined.data, name_size },
				text_between(joined.data + name_size, joined.data + joined.size));
		}
	}
	buf_free(&joined);
	return r;
}

int parameter_parse(struct roost_text value,
	void (*deliver)(void *context, struct roost_text name, struct roost_text value),
	void *context)
{
	struct parameter_reader reader = { .at = value.bytes, .end = value.bytes + value.size };
	buf_init(&reader.text, value.size + 16);
	buf_init(&reader.pieces, MAX_PIECES * sizeof(struct piece));
	for (;;) {
		skip_space(&reader);
		if (reader.at == reader.end) {
			break;
		}
		if (*reader.at == ';' || *reader.at == '=') {
			reader.at++;
		} else {
			take_parameter(&reader);
		}
	}
	int r = buf_status(&reader.text) < 0 || buf_status(&reader.pieces) < 0
			? ROOST_ERR_NO_MEMORY
			: tell(&reader, deliver, context);
	buf_free(&reader.text);
	buf_free(&reader.pieces);
	return r;
}

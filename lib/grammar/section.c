/* section.c - sections of messages as FETCH names them. */
#include "grammar/section.h"

#include <string.h>

#include <roost/limits.h>

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/lexer.h"
#include "grammar/astring.h"

static const struct {
	const char *name;
	enum roost_section_kind kind;
} kinds[] = {
	{ "HEADER", ROOST_SECTION_HEADER },
	{ "HEADER.FIELDS", ROOST_SECTION_HEADER_FIELDS },
	{ "HEADER.FIELDS.NOT", ROOST_SECTION_HEADER_FIELDS_NOT },
	{ "TEXT", ROOST_SECTION_TEXT },
	{ "MIME", ROOST_SECTION_MIME },
};

/* 1.2.3; after the last number a "." may be left, before a word. */
static bool parse_numbers(struct lexer *lexer, struct roost_section *section)
{
	uint32_t numbers[ROOST_MAX_SECTION_DEPTH];
	uint32_t *copy;
	size_t count = 0;

	do {
		uint64_t number;

		if (count == ROOST_MAX_SECTION_DEPTH) {
			return lexer_fail(lexer, "The section has too many part numbers");
		}
		if (!lexer_number(lexer, "a part number", 1, UINT32_MAX, &number)) {
			return false;
		}
		numbers[count++] = (uint32_t)number;
	} while (lexer->end - lexer->at >= 2 && lexer->at[0] == '.' &&
		 ascii_is_digit(lexer->at[1]) && lexer_skip(lexer, '.'));
	copy = arena_array(lexer->arena, count, sizeof(*copy));
	if (copy == NULL) {
		return lexer_fail_memory(lexer);
	}
	memcpy(copy, numbers, count * sizeof(*copy));
	section->numbers = copy;
	section->number_count = count;
	return true;
}

static bool parse_kind(struct lexer *lexer, struct roost_section *section)
{
	struct roost_text word;

	if (!lexer_word(lexer, "a section name", &word)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (text_equal_nocase(word, text_from(kinds[i].name))) {
			section->kind = kinds[i].kind;
			if (section->kind == ROOST_SECTION_MIME && section->number_count == 0) {
				return lexer_fail(lexer, "Section MIME needs a part number");
			}
			return true;
		}
	}
	return lexer_fail_about(lexer, "Unknown section ", word);
}

/* "(From To)" */
static bool parse_fields(struct lexer *lexer, struct roost_section *section)
{
	struct roost_text fields[ROOST_MAX_FIELD_NAMES];
	struct roost_text *copy;
	size_t count = 0;

	if (!lexer_space(lexer, "a list of field names") ||
		!lexer_open(lexer, "a list of field names")) {
		return false;
	}
	do {
		if (count == ROOST_MAX_FIELD_NAMES) {
			return lexer_fail(lexer, "The section has too many field names");
		}
		if (!lexer_astring(lexer, "a field name", &fields[count++])) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	copy = arena_array(lexer->arena, count, sizeof(*copy));
	if (copy == NULL) {
		return lexer_fail_memory(lexer);
	}
	memcpy(copy, fields, count * sizeof(*copy));
	section->fields = copy;
	section->field_count = count;
	return true;
}

/* "<0.100>" */
static bool parse_partial(struct lexer *lexer, struct roost_section *section)
{
	if (!lexer_skip(lexer, '<')) {
		return lexer->status == 0;
	}
	if (!lexer_number(lexer, "the first octet", 0, INT64_MAX, &section->partial_offset)) {
		return false;
	}
	if (!lexer_skip(lexer, '.')) {
		return lexer_fail_expected(lexer, "a dot and a count of octets");
	}
	if (!lexer_number(
		    lexer, "a count of octets, not 0", 1, INT64_MAX, &section->partial_size)) {
		return false;
	}
	if (!lexer_skip(lexer, '>')) {
		return lexer_fail_expected(lexer, ">");
	}
	section->partial = true;
	return true;
}

bool section_parse(struct lexer *lexer, struct roost_section *section_out)
{
	struct roost_section section = { .size = sizeof(section), .kind = ROOST_SECTION_ALL };
	int c;

	if (!lexer_skip(lexer, '[')) {
		return lexer_fail_expected(lexer, "[");
	}
	c = lexer_peek(lexer);
	if (c >= '0' && c <= '9' && !parse_numbers(lexer, &section)) {
		return false;
	}
	if (section.number_count == 0 ? lexer_peek(lexer) != ']' : lexer_skip(lexer, '.')) {
		if (!parse_kind(lexer, &section)) {
			return false;
		}
	}
	if ((section.kind == ROOST_SECTION_HEADER_FIELDS ||
		    section.kind == ROOST_SECTION_HEADER_FIELDS_NOT) &&
		!parse_fields(lexer, &section)) {
		return false;
	}
	if (!lexer_skip(lexer, ']')) {
		return lexer_fail_expected(lexer, "]");
	}
	lexer->after = "a section";
	if (!parse_partial(lexer, &section)) {
		return false;
	}
	lexer->after = "a section";
	*section_out = section;
	return true;
}

bool section_parse_binary(struct lexer *lexer, bool partial, struct roost_section *section_out)
{
	struct roost_section section = { .size = sizeof(section), .kind = ROOST_SECTION_ALL };

	if (!lexer_skip(lexer, '[')) {
		return lexer_fail_expected(lexer, "[");
	}
	if (lexer_peek(lexer) != ']' && !parse_numbers(lexer, &section)) {
		return false;
	}
	if (!lexer_skip(lexer, ']')) {
		return lexer_fail_expected(lexer, "] (BINARY has only part numbers)");
	}
	lexer->after = "a section";
	if (partial && !parse_partial(lexer, &section)) {
		return false;
	}
	lexer->after = "a section";
	*section_out = section;
	return true;
}

static void write_kind(struct buf *buf, const struct roost_section *section)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].kind == section->kind) {
			if (section->number_count > 0) {
				buf_char(buf, '.');
			}
			buf_string(buf, kinds[i].name);
		}
	}
}

void section_write(struct buf *buf, const struct roost_section *section)
{
	buf_char(buf, '[');
	for (size_t i = 0; i < section->number_count; i++) {
		if (i > 0) {
			buf_char(buf, '.');
		}
		buf_number(buf, section->numbers[i]);
	}
	write_kind(buf, section);
	if (section->kind == ROOST_SECTION_HEADER_FIELDS ||
		section->kind == ROOST_SECTION_HEADER_FIELDS_NOT) {
		buf_string(buf, " (");
		for (size_t i = 0; i < section->field_count; i++) {
			if (i > 0) {
				buf_char(buf, ' ');
			}
			astring_write(buf, section->fields[i]);
		}
		buf_char(buf, ')');
	}
	buf_char(buf, ']');
	if (section->partial) {
		buf_char(buf, '<');
		buf_number(buf, section->partial_offset);
		buf_char(buf, '>');
	}
}

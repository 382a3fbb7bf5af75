/* preview_text.c - the beginning of what a text says. RFC 8970 section 3.3. */
#include "mime/preview_text.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"

#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER 0x200D

static bool is_space(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	       c == 0x205F || c == 0x2800 || c == 0x3000 || c == 0x3164;
}

/* What fills previews with nothing, or turns what is shown around. */
static bool is_invisible(uint32_t c)
{
	return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || c == 0x200B || c == 0x200E ||
	       c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
	       c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

static void put(struct preview_text *text, uint32_t character)
{
	char bytes[4];
	size_t n = utf8_encode(character, bytes);

	if (n <= sizeof(text->line) - text->line_size) {
		memcpy(text->line + text->line_size, bytes, n);
		text->line_size += n;
	}
}

void preview_text_add(struct preview_text *text, uint32_t character)
{
	bool after_cr = text->after_cr;

	text->after_cr = character == '\r';
	if (character == '\r' || (character == '\n' && !after_cr)) {
		preview_text_end_line(text);
	} else if (is_space(character)) {
		text->space = true;
		text->joiner = 0;
	} else if (character == ZERO_WIDTH_JOINER || character == ZERO_WIDTH_NON_JOINER) {
		/* It only means something between two characters. */
		text->joiner = text->space ? 0 : character;
	} else if (!is_invisible(character)) {
		if (text->line_size > 0 && text->space) {
			put(text, ' ');
		} else if (text->line_size > 0 && text->joiner != 0) {
			put(text, text->joiner);
		}
		put(text, character);
		text->space = false;
		text->joiner = 0;
	}
}

/* Add a line, as far as there is room. */
static void choose(struct preview_choice *choice, struct roost_text line)
{
	if (choice->size > 0 && choice->characters < PREVIEW_CHARACTERS) {
		choice->bytes[choice->size++] = ' ';
		choice->characters++;
	}
	for (size_t i = 0; i < line.size && choice->characters < PREVIEW_CHARACTERS;) {
		uint32_t character;
		size_t n = utf8_decode(line.bytes + i, line.size - i, &character);
		if (n == 0) {
			return;
		}
		memcpy(choice->bytes + choice->size, line.bytes + i, n);
		choice->size += n;
		choice->characters++;
		i += n;
	}
}

/* Whether there is nothing to read in it: a rule, stars. */
static bool is_ornament(struct roost_text line)
{
	for (size_t i = 0; i < line.size; i++) {
		char c = line.bytes[i];
		if (ascii_is_alpha(c) || ascii_is_digit(c) || (c & 0x80) != 0) {
			return false;
		}
	}
	return true;
}

/* "-----Original Message-----" in any language: another message follows. */
static bool is_separator(struct roost_text line)
{
	static const char dashes[] = "-----";
	size_t n = sizeof(dashes) - 1;

	return line.size > 2 * n && memcmp(line.bytes, dashes, n) == 0 &&
	       memcmp(line.bytes + line.size - n, dashes, n) == 0;
}

static bool starts(struct roost_text line, const char *start)
{
	size_t n = strlen(start);

	return line.size >= n && memcmp(line.bytes, start, n) == 0;
}

/* Lines of OpenPGP's armor: RFC 9580 sections 6.2 and 7. Returns whether it was one. */
static bool take_armor(struct preview_text *text, struct roost_text line)
{
	if (text->is_signed && starts(line, "Hash: ")) {
		return true;
	}
	text->is_signed = false;
	if (!starts(line, "-----BEGIN PGP ")) {
		return false;
	}
	text->is_signed = starts(line, "-----BEGIN PGP SIGNED MESSAGE");
	text->is_sealed = text->is_sealed || starts(line, "-----BEGIN PGP MESSAGE");
	text->is_over = text->is_over || !text->is_signed;
	return true;
}

static void take_quoted(struct preview_text *text, struct roost_text line)
{
	while (line.size > 0 && (line.bytes[0] == '>' || line.bytes[0] == ' ')) {
		line.bytes++;
		line.size--;
	}
	if (text->may_introduce) {
		text->chosen = text->before;
		text->may_introduce = false;
	}
	if (!is_ornament(line)) {
		choose(&text->rest, line);
	}
}

static void take_line(struct preview_text *text, struct roost_text line)
{
	if (starts(line, ">From ")) {
		line.bytes++; /* as mbox files write it */
		line.size--;
	}
	if (take_armor(text, line)) {
		return;
	}
	if (text->quotes > 0 || line.bytes[0] == '>') {
		take_quoted(text, line);
	} else if (text_equal(line, TEXT("--"))) {
		text->is_over = true;
	} else if (is_separator(line)) {
		text->is_over = text->is_over || text->chosen.size > 0;
	} else if (is_ornament(line)) {
		return;
	} else if (text->is_over) {
		choose(&text->rest, line);
	} else {
		text->may_introduce = line.bytes[line.size - 1] == ':';
		if (text->may_introduce) {
			text->before = text->chosen;
		}
		choose(&text->chosen, line);
	}
}

void preview_text_end_line(struct preview_text *text)
{
	struct roost_text line = { text->line, text->line_size };

	text->line_size = 0;
	text->space = false;
	text->joiner = 0;
	if (line.size > 0) {
		take_line(text, line);
	}
}

bool preview_text_is_full(const struct preview_text *text)
{
	return text->is_sealed ||
	       (text->chosen.characters == PREVIEW_CHARACTERS && !text->may_introduce);
}

struct roost_text preview_text_get(const struct preview_text *text)
{
	const struct preview_choice *choice = text->chosen.size > 0 ? &text->chosen : &text->rest;
	size_t size = text->is_sealed ? 0 : choice->size;

	while (size > 0 && choice->bytes[size - 1] == ' ') {
		size--;
	}
	return (struct roost_text) { choice->bytes, size };
}

/* preview.c - what can be said of a command before all of it is there. */
#include "grammar/command.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/lexer.h"

/* The octets of a literal that begins at lexer->at; false when they are not all there. */
static bool skip_literal(struct lexer *lexer)
{
	const char *p = lexer->at + 1;
	struct roost_text digits = { p, 0 };
	uint64_t size;

	while (p < lexer->end && ascii_is_digit(*p)) {
		p++;
	}
	digits.size = (size_t)(p - digits.bytes);
	if (!text_number(digits, UINT64_MAX, &size)) {
		return false;
	}
	lexer->at = p;
	(void)lexer_skip(lexer, '+');
	if (!lexer_skip(lexer, '}') || !lexer_skip(lexer, '\r') || !lexer_skip(lexer, '\n') ||
		size > (size_t)(lexer->end - lexer->at)) {
		return false;
	}
	lexer->at += size;
	return true;
}

static bool skip_quoted(struct lexer *lexer)
{
	for (const char *p = lexer->at + 1; p < lexer->end; p++) {
		if (*p == '"') {
			lexer->at = p + 1;
			return true;
		}
		if (*p == '\\' && p + 1 < lexer->end) {
			p++;
		}
	}
	return false;
}

/* A mailbox name that takes no memory to read. */
static bool skip_mailbox(struct lexer *lexer)
{
	switch (lexer_peek(lexer)) {
	case '{':
		return skip_literal(lexer);
	case '"':
		return skip_quoted(lexer);
	default:
		while (lexer->at < lexer->end && *lexer->at != ' ') {
			lexer->at++;
		}
		return true;
	}
}

/* Whether the bytes end in "{n}" or "{n+}", with the line end or without. */
static bool ends_in_literal(const struct lexer *lexer)
{
	const char *end = lexer->end;

	if (end - lexer->at >= 2 && memcmp(end - 2, "\r\n", 2) == 0) {
		end -= 2;
	}
	if (end - lexer->at < 3 || *--end != '}') {
		return false;
	}
	if (end[-1] == '+') {
		end--;
	}
	if (end == lexer->at || !ascii_is_digit(end[-1])) {
		return false;
	}
	while (end > lexer->at && ascii_is_digit(end[-1])) {
		end--;
	}
	return end > lexer->at && end[-1] == '{';
}

/* Up to the space behind the name of the mailbox. */
static bool skip_to_message(struct lexer *lexer)
{
	struct roost_text word;

	if (!lexer_word(lexer, "a command", &word) || !lexer_skip(lexer, ' ')) {
		return false;
	}
	if (text_equal_nocase(word, TEXT("UID")) &&
		(!lexer_word(lexer, "a command", &word) || !lexer_skip(lexer, ' ') ||
			!text_equal_nocase(word, TEXT("REPLACE")))) {
		return false;
	}
	if (text_equal_nocase(word, TEXT("REPLACE"))) {
		while (lexer->at < lexer->end &&
			(ascii_is_digit(*lexer->at) || *lexer->at == '*')) {
			lexer->at++;
		}
		if (!lexer_skip(lexer, ' ')) {
			return false;
		}
	} else if (!text_equal_nocase(word, TEXT("APPEND"))) {
		return false;
	}
	return skip_mailbox(lexer) && lexer_peek(lexer) == ' ';
}

void command_preview(const struct command_input *input, struct command_preview *preview_out)
{
	struct arena none;
	struct lexer lexer;

	*preview_out = (struct command_preview) { .tag = TEXT_ABSENT };
	arena_init(&none, 0);
	lexer_init(&lexer, &none, input);
	if (lexer_tag(&lexer, &preview_out->tag) && lexer_skip(&lexer, ' ') &&
		skip_to_message(&lexer)) {
		preview_out->is_append_message = ends_in_literal(&lexer);
	}
}

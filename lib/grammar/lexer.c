/* lexer.c - a cursor over the bytes of a command that reads IMAP's words. */
#include "grammar/lexer.h"

#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/command.h"

#define ABOUT_MAX 40 /* bytes of the client's that a text repeats */

void lexer_init(struct lexer *lexer, struct arena *arena, const struct command_input *input)
{
	*lexer = (struct lexer) {
		.at = input->size > 0 ? input->bytes : "",
		.literals = input->literals,
		.literal_count = input->literal_count,
		.utf8_names = input->utf8_names,
		.arena = arena,
	};
	lexer->end = lexer->at + input->size;
}

bool lexer_fail(struct lexer *lexer, const char *text)
{
	if (lexer->status == 0) {
		lexer->status = ROOST_ERR_INVALID;
		lexer->error = text;
	}
	return false;
}

bool lexer_fail_memory(struct lexer *lexer)
{
	if (lexer->status == 0) {
		lexer->status = ROOST_ERR_NO_MEMORY;
		lexer->error = "Out of memory";
	}
	return false;
}

bool lexer_fail_about(struct lexer *lexer, const char *text, struct roost_text about)
{
	size_t prefix = strlen(text);
	size_t shown = about.size < ABOUT_MAX ? about.size : ABOUT_MAX;
	char *error;

	if (lexer->status != 0) {
		return false;
	}
	error = arena_alloc(lexer->arena, prefix + ABOUT_MAX + sizeof("..."));
	if (error == NULL) {
		return lexer_fail(lexer, "Syntax error");
	}
	memcpy(error, text, prefix);
	for (size_t i = 0; i < shown; i++) {
		char c = about.bytes[i];

		error[prefix + i] = c >= ' ' && c <= '~' ? c : '?';
	}
	if (shown < about.size) {
		memcpy(error + prefix + shown, "...", 3);
	}
	return lexer_fail(lexer, error);
}

bool lexer_fail_expected(struct lexer *lexer, const char *what)
{
	static const char expected[] = "Expected ", after[] = " after ";
	size_t what_size = strlen(what);
	size_t after_size = lexer->after != NULL ? strlen(lexer->after) : 0;
	char *error;
	char *p;

	if (lexer->status != 0) {
		return false;
	}
	error = arena_alloc(
		lexer->arena, sizeof(expected) + what_size + sizeof(after) + after_size);
	if (error == NULL) {
		return lexer_fail(lexer, "Syntax error");
	}
	p = mempcpy(error, expected, sizeof(expected) - 1);
	p = mempcpy(p, what, what_size);
	if (lexer->after != NULL) {
		p = mempcpy(p, after, sizeof(after) - 1);
		memcpy(p, lexer->after, after_size);
	}
	return lexer_fail(lexer, error);
}

int lexer_peek(const struct lexer *lexer)
{
	return lexer->status == 0 && lexer->at < lexer->end ? (unsigned char)*lexer->at : -1;
}

bool lexer_skip(struct lexer *lexer, char c)
{
	if (lexer_peek(lexer) != (unsigned char)c) {
		return false;
	}
	lexer->at++;
	return true;
}

bool lexer_space(struct lexer *lexer, const char *what)
{
	if (lexer_skip(lexer, ' ')) {
		return true;
	}
	if (lexer->at == lexer->end || lexer->after == NULL) {
		return lexer_fail_expected(lexer, what);
	}
	return lexer_fail_about(lexer, "Missing space after ", text_from(lexer->after));
}

bool lexer_open(struct lexer *lexer, const char *what)
{
	if (!lexer_skip(lexer, '(')) {
		return lexer_fail_expected(lexer, what);
	}
	return true;
}

bool lexer_end(struct lexer *lexer)
{
	const char *p = lexer->at;

	if (lexer->status != 0) {
		return false;
	}
	while (p < lexer->end && *p == ' ') {
		p++;
	}
	if (p < lexer->end) {
		return lexer_fail_about(lexer, "Unexpected text after ", text_from(lexer->after));
	}
	lexer->at = p;
	return true;
}

bool lexer_is_atom_char(char c)
{
	switch (c) {
	case '(':
	case ')':
	case '{':
	case '%':
	case '*':
	case '"':
	case '\\':
	case ']':
		return false;
	default:
		return c > ' ' && c <= '~';
	}
}

bool lexer_is_astring_char(char c)
{
	return c == ']' || lexer_is_atom_char(c);
}

static bool is_tag_char(char c)
{
	return c != '+' && lexer_is_astring_char(c);
}

static bool is_word_char(char c)
{
	return c != '[' && lexer_is_atom_char(c);
}

static bool is_run_char(char c)
{
	return c > ' ' && c <= '~' && c != '(' && c != ')';
}

static bool is_lenient_astring_char(char c)
{
	return lexer_is_astring_char(c) || (c & 0x80) != 0;
}

static bool is_list_char(char c)
{
	return c == '%' || c == '*' || is_lenient_astring_char(c);
}

/* One or more bytes of a kind. */
static bool read_class(
	struct lexer *lexer, const char *what, bool (*is_member)(char), struct roost_text *text_out)
{
	const char *p = lexer->at;

	if (lexer->status != 0) {
		return false;
	}
	while (p < lexer->end && is_member(*p)) {
		p++;
	}
	if (p == lexer->at) {
		return lexer_fail_expected(lexer, what);
	}
	*text_out = text_between(lexer->at, p);
	lexer->at = p;
	lexer->after = what;
	return true;
}

bool lexer_tag(struct lexer *lexer, struct roost_text *text_out)
{
	struct roost_text tag;

	if (!read_class(lexer, "a tag", is_tag_char, &tag)) {
		return false;
	}
	if (lexer->at < lexer->end && *lexer->at != ' ') {
		/* The part before is not this command's tag, but may be another's. */
		return lexer_fail(lexer, "Invalid character in the tag");
	}
	*text_out = tag;
	return true;
}

bool lexer_atom(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	return read_class(lexer, what, lexer_is_atom_char, text_out);
}

bool lexer_word(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	return read_class(lexer, what, is_word_char, text_out);
}

bool lexer_run(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	return read_class(lexer, what, is_run_char, text_out);
}

/* From the first backslash on, a quoted string must be copied. */
static bool copy_quoted(struct lexer *lexer, const char *first, const char *end, size_t escapes,
	struct roost_text *text_out)
{
	char *copy = arena_alloc(lexer->arena, (size_t)(end - first) - escapes + 1);
	size_t n = 0;

	if (copy == NULL) {
		return lexer_fail_memory(lexer);
	}
	for (const char *p = first; p < end; p++) {
		if (*p == '\\') {
			p++;
		}
		copy[n++] = *p;
	}
	*text_out = (struct roost_text) { copy, n };
	return true;
}

bool lexer_quoted(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	const char *first, *p;
	size_t escapes = 0;

	if (!lexer_skip(lexer, '"')) {
		return lexer_fail_expected(lexer, what);
	}
	first = lexer->at;
	for (p = first; p < lexer->end && *p != '"'; p++) {
		if (*p == '\0' || *p == '\r' || *p == '\n') {
			return lexer_fail(
				lexer, "A quoted string cannot hold NUL, CR or LF; send a literal");
		}
		if (*p == '\\') {
			escapes++;
			if (++p == lexer->end) {
				break;
			}
			if (*p != '"' && *p != '\\') {
				return lexer_fail(lexer, "In a quoted string a backslash must be "
							 "followed by \" or \\");
			}
		}
	}
	if (p == lexer->end) {
		return lexer_fail(lexer, "A quoted string has no end");
	}
	if (escapes == 0) {
		*text_out = text_between(first, p);
	} else if (!copy_quoted(lexer, first, p, escapes, text_out)) {
		return false;
	}
	lexer->at = p + 1;
	lexer->after = what;
	return true;
}

/* "{n}" or "{n+}" and its line end. */
static bool read_announcement(
	struct lexer *lexer, const struct command_literal **literal_out, uint64_t *size_out)
{
	const char *first, *p;

	if (!lexer_skip(lexer, '{')) {
		return lexer_fail(lexer, "Expected a literal");
	}
	first = lexer->at;
	for (p = first; p < lexer->end && ascii_is_digit(*p); p++) {
	}
	if (p == first || !text_number(text_between(first, p), UINT64_MAX, size_out)) {
		return lexer_fail(lexer, "A literal begins with {, its size and }");
	}
	lexer->at = p;
	(void)lexer_skip(lexer, '+');
	if (!lexer_skip(lexer, '}') || !lexer_skip(lexer, '\r') || !lexer_skip(lexer, '\n')) {
		return lexer_fail(lexer, "A literal begins with {, its size, } and a line end");
	}
	if (lexer->literal_count == 0) {
		return lexer_fail(lexer, "The octets of a literal are missing");
	}
	*literal_out = lexer->literals++;
	lexer->literal_count--;
	return true;
}

static bool read_literal(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	const struct command_literal *literal;
	uint64_t size;

	if (!read_announcement(lexer, &literal, &size)) {
		return false;
	}
	if (literal->content != NULL || size > (size_t)(lexer->end - lexer->at)) {
		return lexer_fail(lexer, "The octets of a literal are missing");
	}
	if (memchr(lexer->at, '\0', (size_t)size) != NULL) {
		return lexer_fail(lexer, "A literal cannot hold NUL");
	}
	*text_out = (struct roost_text) { lexer->at, (size_t)size };
	lexer->at += size;
	lexer->after = what;
	return true;
}

bool lexer_string(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	switch (lexer_peek(lexer)) {
	case '"':
		return lexer_quoted(lexer, what, text_out);
	case '{':
		return read_literal(lexer, what, text_out);
	default:
		return lexer_fail_expected(lexer, what);
	}
}

bool lexer_nstring(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	struct roost_text word;
	int c = lexer_peek(lexer);

	if (c != 'N' && c != 'n') {
		return lexer_string(lexer, what, text_out);
	}
	if (!lexer_atom(lexer, what, &word)) {
		return false;
	}
	if (!text_equal_nocase(word, TEXT("NIL"))) {
		return lexer_fail(lexer, "Expected a quoted string, a literal or NIL");
	}
	*text_out = TEXT_ABSENT;
	return true;
}

bool lexer_astring(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	int c = lexer_peek(lexer);

	if (c == '"' || c == '{') {
		return lexer_string(lexer, what, text_out);
	}
	return read_class(lexer, what, is_lenient_astring_char, text_out);
}

bool lexer_list_mailbox(struct lexer *lexer, const char *what, struct roost_text *text_out)
{
	int c = lexer_peek(lexer);

	if (c == '"' || c == '{') {
		return lexer_string(lexer, what, text_out);
	}
	return read_class(lexer, what, is_list_char, text_out);
}

bool lexer_number(
	struct lexer *lexer, const char *what, uint64_t min, uint64_t max, uint64_t *number_out)
{
	struct roost_text digits;
	const char *p = lexer->at;

	if (lexer->status != 0) {
		return false;
	}
	while (p < lexer->end && ascii_is_digit(*p)) {
		p++;
	}
	digits = text_between(lexer->at, p);
	if (digits.size == 0 || (min > 0 && digits.bytes[0] == '0')) {
		return lexer_fail_expected(lexer, what);
	}
	if (!text_number(digits, max, number_out)) {
		return lexer_fail_about(lexer, "This number is too large: ", digits);
	}
	lexer->at = p;
	lexer->after = what;
	return true;
}

bool lexer_message(struct lexer *lexer, struct roost_content **message_out)
{
	const struct command_literal *literal;
	uint64_t size;

	/* "~{n}" may hold NUL (RFC 3516 section 4.4); what comes without the tilde is stored as it is, too. */
	(void)lexer_skip(lexer, '~');
	if (lexer_peek(lexer) != '{') {
		return lexer_fail_expected(lexer, "the message as a literal");
	}
	if (!read_announcement(lexer, &literal, &size)) {
		return false;
	}
	if (literal->content == NULL || literal->content->size != size) {
		return lexer_fail(lexer, "The octets of the message are missing");
	}
	*message_out = literal->content;
	lexer->after = "the message";
	return true;
}

/* flag.c - lists of flags, read and written. */
#include "grammar/flag.h"

#include <string.h>

#include <roost/limits.h>

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/lexer.h"

/* The keywords of a list that is being read. */
struct keyword_list {
	size_t count;
	const char *keywords[ROOST_MAX_KEYWORDS];
	size_t sizes[ROOST_MAX_KEYWORDS];
};

static bool has_keyword(const struct keyword_list *list, struct roost_text keyword)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->sizes[i] == keyword.size &&
			ascii_equal_nocase(list->keywords[i], keyword.bytes, keyword.size)) {
			return true;
		}
	}
	return false;
}

static bool add_keyword(struct lexer *lexer, struct keyword_list *list, struct roost_text keyword)
{
	char *copy;

	if (!roost_keyword_is_valid(keyword.bytes, keyword.size)) {
		return lexer_fail_about(lexer, "Invalid keyword ", keyword);
	}
	if (has_keyword(list, keyword)) {
		return true;
	}
	if (list->count == ROOST_MAX_KEYWORDS) {
		return lexer_fail(lexer, "Too many keywords");
	}
	copy = arena_strndup(lexer->arena, keyword.bytes, keyword.size);
	if (copy == NULL) {
		return lexer_fail_memory(lexer);
	}
	list->keywords[list->count] = copy;
	list->sizes[list->count++] = keyword.size;
	return true;
}

static bool parse_flag(struct lexer *lexer, struct keyword_list *list, unsigned *system)
{
	struct roost_text flag;
	unsigned bit;

	if (!lexer_run(lexer, "a flag", &flag)) {
		return false;
	}
	if (flag.bytes[0] != '\\') {
		return add_keyword(lexer, list, flag);
	}
	bit = roost_flag_from_name(flag.bytes, flag.size);
	if (bit == 0 && !text_equal_nocase(flag, TEXT("\\Recent"))) {
		return lexer_fail_about(lexer, "Invalid system flag ", flag);
	}
	*system |= bit;
	return true;
}

/* Flags with a space between them, up to ")" or, without parentheses, to the end. */
static bool parse_flags(
	struct lexer *lexer, bool parentheses, struct keyword_list *list, unsigned *system)
{
	if (parentheses && lexer_skip(lexer, ')')) {
		return true;
	}
	while (parse_flag(lexer, list, system)) {
		if (parentheses && lexer_skip(lexer, ')')) {
			return true;
		}
		if (!parentheses && lexer_peek(lexer) != ' ') {
			return true;
		}
		if (!lexer_space(lexer, "a flag or )")) {
			return false;
		}
		if (!parentheses && (lexer_peek(lexer) == ' ' || lexer_peek(lexer) < 0)) {
			return true;
		}
	}
	return false;
}

bool flags_parse(struct lexer *lexer, bool bare, struct roost_flags *flags_out)
{
	struct keyword_list list;
	unsigned system = 0;
	const char **keywords = NULL;
	bool parentheses;

	list.count = 0;
	parentheses = lexer_skip(lexer, '(');
	if (!parentheses && !bare) {
		return lexer_fail_expected(lexer, "a flag list in parentheses");
	}
	if (!parse_flags(lexer, parentheses, &list, &system)) {
		return false;
	}
	if (list.count > 0) {
		keywords = arena_array(lexer->arena, list.count, sizeof(*keywords));
		if (keywords == NULL) {
			return lexer_fail_memory(lexer);
		}
		memcpy(keywords, list.keywords, list.count * sizeof(*keywords));
	}
	*flags_out = (struct roost_flags) { system, list.count, keywords };
	lexer->after = "the flags";
	return true;
}

bool flags_parse_keyword(struct lexer *lexer, struct roost_text *keyword_out)
{
	struct roost_text keyword;

	if (!lexer_run(lexer, "a keyword", &keyword)) {
		return false;
	}
	if (!roost_keyword_is_valid(keyword.bytes, keyword.size)) {
		return lexer_fail_about(lexer, "Invalid keyword ", keyword);
	}
	*keyword_out = keyword;
	return true;
}

void flags_write(struct buf *buf, const struct roost_flags *flags, bool recent)
{
	size_t first;

	buf_char(buf, '(');
	first = buf->size;
	for (unsigned bit = 1; bit <= ROOST_FLAG_DRAFT; bit <<= 1) {
		if ((flags->system & bit) != 0) {
			if (buf->size > first) {
				buf_char(buf, ' ');
			}
			buf_string(buf, roost_flag_name((enum roost_system_flag)bit));
		}
	}
	for (size_t i = 0; i < flags->keyword_count; i++) {
		if (buf->size > first) {
			buf_char(buf, ' ');
		}
		buf_string(buf, flags->keywords[i]);
	}
	if (recent) {
		buf_string(buf, buf->size > first ? " \\Recent" : "\\Recent");
	}
	buf_char(buf, ')');
}

/* command_sort.c - arguments of SORT and THREAD, of COMPARATOR and LANGUAGE, and of CANCELUPDATE. RFC 5256, RFC 5255,
 * RFC 5267. */
#include "grammar/command_arguments.h"

/* Choices of COMPARATOR or LANGUAGE in one command, or tags of CANCELUPDATE; a client has a handful. */
#define MAX_CHOICES 100

/* A charset, which must be there, and search keys. */
static bool parse_criteria(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a charset") &&
	       lexer_astring(lexer, "a charset", &command->search.charset) &&
	       lexer_space(lexer, "a SEARCH key") && search_key_parse(lexer, &command->search.key);
}

bool command_parse_sort(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "sort keys in parentheses") &&
	       search_return_parse(lexer, &command->search.wanted) &&
	       sort_criteria_parse(lexer, &command->sort) && parse_criteria(lexer, command) &&
	       command_check_relevancy(lexer, command);
}

bool command_parse_thread(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a threading algorithm") &&
	       thread_algorithm_parse(lexer, &command->thread) && parse_criteria(lexer, command);
}

/* Whether a space and something else follow, and not only the end of the line. */
static bool has_more(const struct lexer *lexer)
{
	const char *p = lexer->at;

	while (p < lexer->end && *p == ' ') {
		p++;
	}
	return lexer->status == 0 && p > lexer->at && p < lexer->end;
}

static bool parse_texts(struct lexer *lexer, struct command *command, const char *what,
	bool (*parse)(struct lexer *lexer, const char *what, struct roost_text *text_out))
{
	struct roost_text *texts = NULL;
	size_t count = 0;

	while (has_more(lexer)) {
		if (count == MAX_CHOICES) {
			return lexer_fail(lexer, "Too many arguments");
		}
		if (texts == NULL) {
			texts = arena_array(lexer->arena, MAX_CHOICES, sizeof(*texts));
		}
		if (texts == NULL) {
			return lexer_fail_memory(lexer);
		}
		if (!lexer_space(lexer, what) || !parse(lexer, what, &texts[count])) {
			return false;
		}
		count++;
	}
	command->choices.texts = texts;
	command->choices.count = count;
	return lexer->status == 0;
}

/* Patterns may have * in them; clients write them with and without quotes. */
bool command_parse_choices(struct lexer *lexer, struct command *command)
{
	return parse_texts(lexer, command, "a choice", lexer_list_mailbox);
}

bool command_parse_tags(struct lexer *lexer, struct command *command)
{
	static const char what[] = "the quoted tag of a search";

	return parse_texts(lexer, command, what, lexer_quoted) &&
	       (command->choices.count > 0 || lexer_fail_expected(lexer, what));
}

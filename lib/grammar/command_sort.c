/* command_sort.c - arguments of SORT and THREAD, and of COMPARATOR and LANGUAGE. RFC 5256, RFC 5255. */
#include "grammar/command_arguments.h"

/* Choices of COMPARATOR or LANGUAGE in one command; a client has a handful. */
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

/* Patterns may have * in them; clients write them with and without quotes. */
bool command_parse_choices(struct lexer *lexer, struct command *command)
{
	struct roost_text *texts = NULL;
	size_t count = 0;

	while (has_more(lexer)) {
		if (count == MAX_CHOICES) {
			return lexer_fail(lexer, "Too many choices");
		}
		if (texts == NULL) {
			texts = arena_array(lexer->arena, MAX_CHOICES, sizeof(*texts));
		}
		if (texts == NULL) {
			return lexer_fail_memory(lexer);
		}
		if (!lexer_space(lexer, "a choice") ||
			!lexer_list_mailbox(lexer, "a choice", &texts[count])) {
			return false;
		}
		count++;
	}
	command->choices.texts = texts;
	command->choices.count = count;
	return lexer->status == 0;
}

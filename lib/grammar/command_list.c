/* command_list.c - arguments of LIST and LSUB. RFC 3501 section 6.3.8, RFC 5258, RFC 5819, RFC 6154. */
#include "grammar/command_arguments.h"

#include <roost/limits.h>

#include "base/text.h"
#include "grammar/mailbox_name.h"

/* Patterns of one LIST. */
#define MAX_PATTERNS 1000

struct option {
	const char *name;
	unsigned bit;
};

static const struct option select_options[] = {
	{ "SUBSCRIBED", LIST_SELECT_SUBSCRIBED },
	{ "REMOTE", LIST_SELECT_REMOTE },
	{ "RECURSIVEMATCH", LIST_SELECT_RECURSIVEMATCH },
	{ "SPECIAL-USE", LIST_SELECT_SPECIAL_USE },
	{ NULL, 0 },
};

static const struct option return_options[] = {
	{ "SUBSCRIBED", LIST_RETURN_SUBSCRIBED },
	{ "CHILDREN", LIST_RETURN_CHILDREN },
	{ "SPECIAL-USE", LIST_RETURN_SPECIAL_USE },
	{ "STATUS", LIST_RETURN_STATUS },
	{ NULL, 0 },
};

static bool parse_option(struct lexer *lexer, const struct option *options, unsigned *bit_out)
{
	struct roost_text word;

	if (!lexer_word(lexer, "a LIST option", &word)) {
		return false;
	}
	for (size_t i = 0; options[i].name != NULL; i++) {
		if (text_equal_nocase(word, text_from(options[i].name))) {
			lexer->after = options[i].name;
			*bit_out = options[i].bit;
			return true;
		}
	}
	return lexer_fail_about(lexer, "Unknown LIST option ", word);
}

/* What stands behind "(". An option may be there twice. */
static bool parse_options(
	struct lexer *lexer, struct command *command, const struct option *options, unsigned *bits)
{
	if (lexer_skip(lexer, ')')) {
		return true;
	}
	do {
		unsigned bit = 0;
		if (!parse_option(lexer, options, &bit)) {
			return false;
		}
		*bits |= bit;
		if (options == return_options && bit == LIST_RETURN_STATUS &&
			!command_parse_status_items(lexer, &command->list.status_items)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, "a space or )");
}

static bool parse_select(struct lexer *lexer, struct command *command)
{
	unsigned *bits = &command->list.select;

	if (!parse_options(lexer, command, select_options, bits)) {
		return false;
	}
	lexer->after = "the selection options";
	unsigned alone = LIST_SELECT_RECURSIVEMATCH | LIST_SELECT_REMOTE;
	if ((*bits & LIST_SELECT_RECURSIVEMATCH) != 0 && (*bits & ~alone) == 0) {
		return lexer_fail(lexer, "RECURSIVEMATCH needs another selection option");
	}
	return true;
}

/* Patterns in parentheses, behind the first of these. */
static bool parse_patterns(struct lexer *lexer, struct command *command)
{
	const char **patterns = arena_array(lexer->arena, MAX_PATTERNS, sizeof(*patterns));
	size_t count = 0;

	if (patterns == NULL) {
		return lexer_fail_memory(lexer);
	}
	do {
		if (count == MAX_PATTERNS) {
			return lexer_fail(lexer, "Too many mailbox patterns");
		}
		if (!mailbox_name_read_pattern(lexer, &patterns[count])) {
			return false;
		}
		count++;
	} while (lexer_skip(lexer, ' '));
	command->list.patterns = patterns;
	command->list.pattern_count = count;
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, "a space or )");
}

static bool parse_pattern(struct lexer *lexer, struct command *command)
{
	const char **pattern = arena_alloc(lexer->arena, sizeof(*pattern));

	if (pattern == NULL) {
		return lexer_fail_memory(lexer);
	}
	command->list.patterns = pattern;
	command->list.pattern_count = 1;
	return mailbox_name_read_pattern(lexer, pattern);
}

static bool parse_reference(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a reference name") &&
	       mailbox_name_read(lexer, "a reference name", &command->list.reference) &&
	       lexer_space(lexer, "a mailbox pattern");
}

/* " RETURN (…)" */
static bool parse_return(struct lexer *lexer, struct command *command)
{
	struct roost_text word;

	if (!lexer_space(lexer, "RETURN") || !lexer_word(lexer, "RETURN", &word)) {
		return false;
	}
	if (!text_equal_nocase(word, TEXT("RETURN"))) {
		return lexer_fail_about(lexer, "Expected RETURN, not ", word);
	}
	lexer->after = "RETURN";
	command->list.extended = true;
	return lexer_space(lexer, "a list of options") && lexer_open(lexer, "a list of options") &&
	       parse_options(lexer, command, return_options, &command->list.wanted);
}

bool command_parse_lsub(struct lexer *lexer, struct command *command)
{
	return parse_reference(lexer, command) && parse_pattern(lexer, command);
}

bool command_parse_list(struct lexer *lexer, struct command *command)
{
	static const struct roost_text open = { " (", 2 };

	if (text_starts_nocase(text_between(lexer->at, lexer->end), open)) {
		lexer->at += open.size;
		command->list.extended = true;
		if (!parse_select(lexer, command)) {
			return false;
		}
	}
	if (!parse_reference(lexer, command)) {
		return false;
	}
	if (lexer_skip(lexer, '(')) {
		command->list.extended = true;
		if (!parse_patterns(lexer, command)) {
			return false;
		}
	} else if (!parse_pattern(lexer, command)) {
		return false;
	}
	const char *p = lexer->at;
	while (p < lexer->end && *p == ' ') {
		p++;
	}
	return p == lexer->end || parse_return(lexer, command);
}

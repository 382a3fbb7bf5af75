/* command_message.c - arguments of the commands about messages. */
#include "grammar/command_arguments.h"

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/flag.h"
#include "grammar/mailbox_name.h"

static bool parse_set(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a message set") && sequence_set_parse(lexer, &command->set);
}

/* Without UID it has no arguments. RFC 4315 section 2.1. */
bool command_parse_expunge(struct lexer *lexer, struct command *command)
{
	return !command->uid || parse_set(lexer, command);
}

bool command_parse_search(struct lexer *lexer, struct command *command)
{
	static const struct roost_text charset = { "CHARSET ", 8 };

	if (!lexer_space(lexer, "a SEARCH key")) {
		return false;
	}
	if (text_starts_nocase(text_between(lexer->at, lexer->end), charset)) {
		lexer->at += charset.size;
		lexer->after = "CHARSET";
		if (!lexer_astring(lexer, "a charset", &command->search.charset) ||
			!lexer_space(lexer, "a SEARCH key")) {
			return false;
		}
	}
	return search_key_parse(lexer, &command->search.key);
}

bool command_parse_fetch(struct lexer *lexer, struct command *command)
{
	return parse_set(lexer, command) && lexer_space(lexer, "a FETCH item") &&
	       fetch_item_parse(lexer, &command->fetch.items);
}

/* "+FLAGS.SILENT" */
static bool parse_store_item(struct lexer *lexer, struct command *command)
{
	struct roost_text word;

	command->store.mode = lexer_skip(lexer, '+')   ? ROOST_FLAGS_ADD
			      : lexer_skip(lexer, '-') ? ROOST_FLAGS_REMOVE
						       : ROOST_FLAGS_SET;
	if (!lexer_word(lexer, "FLAGS, +FLAGS or -FLAGS", &word)) {
		return false;
	}
	command->store.silent = text_equal_nocase(word, TEXT("FLAGS.SILENT"));
	if (!command->store.silent && !text_equal_nocase(word, TEXT("FLAGS"))) {
		return lexer_fail_about(lexer, "Unknown STORE item ", word);
	}
	lexer->after = "FLAGS";
	return true;
}

bool command_parse_store(struct lexer *lexer, struct command *command)
{
	return parse_set(lexer, command) && lexer_space(lexer, "FLAGS, +FLAGS or -FLAGS") &&
	       parse_store_item(lexer, command) && lexer_space(lexer, "flags") &&
	       flags_parse(lexer, true, &command->store.flags);
}

bool command_parse_copy(struct lexer *lexer, struct command *command)
{
	return parse_set(lexer, command) && lexer_space(lexer, "a mailbox name") &&
	       mailbox_name_read(lexer, "a mailbox name", &command->mailbox);
}

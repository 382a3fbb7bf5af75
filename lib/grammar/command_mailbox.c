/* command_mailbox.c - arguments of the commands about mailboxes. */
#include "grammar/command_arguments.h"

#include <roost/backend.h>

#include "base/text.h"
#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "grammar/mailbox_name.h"

bool command_parse_mailbox(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a mailbox name") &&
	       mailbox_name_read(lexer, "a mailbox name", &command->mailbox);
}

bool command_parse_rename(struct lexer *lexer, struct command *command)
{
	return command_parse_mailbox(lexer, command) && lexer_space(lexer, "a new mailbox name") &&
	       mailbox_name_read(lexer, "a new mailbox name", &command->rename.to);
}

bool command_parse_list(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a reference name") &&
	       mailbox_name_read(lexer, "a reference name", &command->list.reference) &&
	       lexer_space(lexer, "a mailbox pattern") &&
	       mailbox_name_read_pattern(lexer, &command->list.pattern);
}

static const struct {
	const char *name;
	unsigned item;
} status_items[] = {
	{ "MESSAGES", ROOST_STATUS_MESSAGES }, { "RECENT", ROOST_STATUS_RECENT },
	{ "UIDNEXT", ROOST_STATUS_UID_NEXT }, { "UIDVALIDITY", ROOST_STATUS_UID_VALIDITY },
	{ "UNSEEN", ROOST_STATUS_UNSEEN }, { "DELETED", ROOST_STATUS_DELETED }, /* RFC 9051 */
	{ "SIZE", ROOST_STATUS_SIZE }, /* RFC 8438 */
	{ "APPENDLIMIT", ROOST_STATUS_APPEND_LIMIT }, /* RFC 7889 */
	{ "HIGHESTMODSEQ", ROOST_STATUS_HIGHEST_MODSEQ }, /* RFC 7162 */
	{ "MAILBOXID", ROOST_STATUS_MAILBOX_ID }, /* RFC 8474 */
	{ "DELETED-STORAGE", ROOST_STATUS_DELETED_STORAGE }, /* RFC 9208 */
};

static bool parse_status_item(struct lexer *lexer, unsigned *items)
{
	struct roost_text word;

	if (!lexer_word(lexer, "a STATUS item", &word)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(status_items) / sizeof(status_items[0]); i++) {
		if (text_equal_nocase(word, text_from(status_items[i].name))) {
			*items |= status_items[i].item;
			return true;
		}
	}
	return lexer_fail_about(lexer, "Unknown STATUS item ", word);
}

bool command_parse_status(struct lexer *lexer, struct command *command)
{
	if (!command_parse_mailbox(lexer, command) ||
		!lexer_space(lexer, "a list of STATUS items") ||
		!lexer_open(lexer, "a list of STATUS items")) {
		return false;
	}
	do {
		if (!parse_status_item(lexer, &command->status.items)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = "the STATUS items";
	return true;
}

bool command_parse_append(struct lexer *lexer, struct command *command)
{
	static const char rest[] = "flags, a date-time or the message";

	if (!command_parse_mailbox(lexer, command) || !lexer_space(lexer, rest)) {
		return false;
	}
	if (lexer_peek(lexer) == '(' &&
		(!flags_parse(lexer, false, &command->append.flags) ||
			!lexer_space(lexer, "a date-time or the message"))) {
		return false;
	}
	if (lexer_peek(lexer) == '"') {
		if (!internal_date_parse(lexer, &command->append.date) ||
			!lexer_space(lexer, "the message as a literal")) {
			return false;
		}
		command->append.has_date = true;
	}
	return lexer_message(lexer, &command->append.message);
}

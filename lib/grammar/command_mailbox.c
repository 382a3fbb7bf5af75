/* command_mailbox.c - arguments of the commands about mailboxes. */
#include "grammar/command_arguments.h"

#include <roost/backend.h>

#include "base/text.h"
#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "grammar/mailbox_attribute.h"
#include "grammar/mailbox_name.h"
#include "grammar/modifier.h"

bool command_parse_mailbox(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a mailbox name") &&
	       mailbox_name_read_given(
		       lexer, "a mailbox name", &command->mailbox, &command->mailbox_given);
}

bool command_parse_rename(struct lexer *lexer, struct command *command)
{
	return command_parse_mailbox(lexer, command) && lexer_space(lexer, "a new mailbox name") &&
	       mailbox_name_read(lexer, "a new mailbox name", &command->rename.to);
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

bool command_parse_status_items(struct lexer *lexer, unsigned *items_out)
{
	unsigned items = 0;

	if (!lexer_space(lexer, "a list of STATUS items") ||
		!lexer_open(lexer, "a list of STATUS items")) {
		return false;
	}
	do {
		if (!parse_status_item(lexer, &items)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = "the STATUS items";
	*items_out = items;
	return true;
}

bool command_parse_status(struct lexer *lexer, struct command *command)
{
	return command_parse_mailbox(lexer, command) &&
	       command_parse_status_items(lexer, &command->status.items);
}

/* "(\Drafts \Sent)"; an empty list means no special use. */
static bool parse_use(struct lexer *lexer, struct command *command)
{
	if (!lexer_space(lexer, "a list of special uses") ||
		!lexer_open(lexer, "a list of special uses")) {
		return false;
	}
	if (lexer_skip(lexer, ')')) {
		return true;
	}
	do {
		struct roost_text word;
		if (!lexer_run(lexer, "a special use", &word)) {
			return false;
		}
		unsigned use = mailbox_attribute_find_use(word);
		command->create.special_use |= use;
		command->create.unknown_use = command->create.unknown_use || use == 0;
	} while (lexer_skip(lexer, ' '));
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, "a space or )");
}

static const struct modifier create_parameters[] = {
	{ "USE", parse_use },
	{ NULL, NULL },
};

bool command_parse_create(struct lexer *lexer, struct command *command)
{
	return command_parse_mailbox(lexer, command) &&
	       modifier_parse_list(lexer, command, "the mailbox name", create_parameters);
}

/* Flags, a date-time, and the octets. */
static bool parse_message(struct lexer *lexer, struct append_message *message)
{
	if (lexer_peek(lexer) == '(' &&
		(!flags_parse(lexer, false, &message->flags) ||
			!lexer_space(lexer, "a date-time or the message"))) {
		return false;
	}
	if (lexer_peek(lexer) == '"') {
		if (!internal_date_parse(lexer, &message->date) ||
			!lexer_space(lexer, "the message as a literal")) {
			return false;
		}
		message->has_date = true;
	}
	return lexer_message(lexer, &message->content);
}

/* Whether more than the spaces at the end of a line. */
static bool more_follows(const struct lexer *lexer)
{
	const char *p = lexer->at;

	while (p < lexer->end && *p == ' ') {
		p++;
	}
	return p > lexer->at && p < lexer->end;
}

static bool parse_next_message(struct lexer *lexer, struct append_message **message_out)
{
	struct append_message *message = arena_alloc(lexer->arena, sizeof(*message));

	if (message == NULL) {
		return lexer_fail_memory(lexer);
	}
	*message_out = message;
	return lexer_space(lexer, "flags, a date-time or the message") &&
	       parse_message(lexer, message);
}

bool command_parse_append(struct lexer *lexer, struct command *command)
{
	struct append_message **end = &command->append.messages;

	if (!command_parse_mailbox(lexer, command)) {
		return false;
	}
	do {
		if (!parse_next_message(lexer, end)) {
			return false;
		}
		end = &(*end)->next;
		command->append.count++;
	} while (more_follows(lexer));
	return true;
}

/* RFC 8508 section 5: one message gives way to one. */
bool command_parse_replace(struct lexer *lexer, struct command *command)
{
	const struct sequence_set *set = &command->set;

	if (!lexer_space(lexer, "a message number") || !sequence_set_parse(lexer, &command->set)) {
		return false;
	}
	if (set->saved || set->count != 1 || set->ranges[0].first != set->ranges[0].last) {
		return lexer_fail(lexer, "REPLACE is of one message");
	}
	command->append.count = 1;
	return command_parse_mailbox(lexer, command) &&
	       parse_next_message(lexer, &command->append.messages);
}

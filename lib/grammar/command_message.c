/* command_message.c - arguments of the commands about messages. */
#include "grammar/command_arguments.h"

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/flag.h"
#include "grammar/mailbox_name.h"
#include "grammar/modifier.h"

static bool parse_set(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a message set") && sequence_set_parse(lexer, &command->set);
}

/* Without UID it has no arguments. RFC 4315 section 2.1. */
bool command_parse_expunge(struct lexer *lexer, struct command *command)
{
	return !command->uid || parse_set(lexer, command);
}

static bool parse_uint32(struct lexer *lexer, const char *what, uint32_t *number_out)
{
	uint64_t number;

	if (!lexer_number(lexer, what, 0, UINT32_MAX, &number)) {
		return false;
	}
	*number_out = (uint32_t)number;
	return true;
}

bool command_parse_uid_batches(struct lexer *lexer, struct command *command)
{
	if (!lexer_space(lexer, "a number of messages") ||
		!parse_uint32(lexer, "a number of messages", &command->uid_batches.size)) {
		return false;
	}
	if (lexer_peek(lexer) != ' ' || lexer->end - lexer->at < 2) {
		return true;
	}
	command->uid_batches.has_range = true;
	return lexer_space(lexer, "a range of batches") &&
	       parse_uint32(lexer, "a range of batches", &command->uid_batches.first) &&
	       (lexer_skip(lexer, ':') || lexer_fail_expected(lexer, ":")) &&
	       parse_uint32(lexer, "a range of batches", &command->uid_batches.last);
}

bool command_check_relevancy(struct lexer *lexer, const struct command *command)
{
	bool wanted = (command->search.wanted.items & SEARCH_RETURN_RELEVANCY) != 0 ||
		      sort_criteria_have(&command->sort, SORT_RELEVANCY);

	return !wanted || search_key_has(command->search.key, SEARCH_FUZZY) ||
	       lexer_fail(lexer, "RELEVANCY needs a FUZZY key");
}

/* Charset and keys. */
static bool parse_program(struct lexer *lexer, struct command *command)
{
	static const struct roost_text charset = { "CHARSET ", 8 };

	if (text_starts_nocase(text_between(lexer->at, lexer->end), charset)) {
		lexer->at += charset.size;
		lexer->after = "CHARSET";
		if (!lexer_astring(lexer, "a charset", &command->search.charset) ||
			!lexer_space(lexer, "a SEARCH key")) {
			return false;
		}
	}
	return search_key_parse(lexer, &command->search.key) &&
	       command_check_relevancy(lexer, command);
}

bool command_parse_search(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a SEARCH key") &&
	       search_return_parse(lexer, &command->search.wanted) && parse_program(lexer, command);
}

/* Only in the selected mailbox something can be saved or kept up to date: RFC 7377 section 2.2. */
static bool check_sources(struct lexer *lexer, const struct command *command)
{
	const struct notify_group *group = command->search.sources;
	unsigned items = command->search.wanted.items;

	if ((items & (SEARCH_RETURN_SAVE | SEARCH_RETURN_UPDATE)) == 0) {
		return true;
	}
	for (; group != NULL; group = group->next) {
		if (group->filter != NOTIFY_SELECTED) {
			return lexer_fail(
				lexer, "SAVE and UPDATE are for the selected mailbox only");
		}
	}
	return true;
}

bool command_parse_esearch(struct lexer *lexer, struct command *command)
{
	struct search_return *wanted = &command->search.wanted;

	command->uid = true; /* numbers mean nothing elsewhere: RFC 7377 section 2.1 */
	if (!lexer_space(lexer, "a SEARCH key") ||
		!notify_sources_parse(lexer, &command->search.sources) ||
		!search_return_parse(lexer, wanted)) {
		return false;
	}
	if (!wanted->given) {
		*wanted = (struct search_return) { .given = true, .items = SEARCH_RETURN_ALL };
	}
	return check_sources(lexer, command) && parse_program(lexer, command);
}

static bool parse_changed_since(struct lexer *lexer, struct command *command)
{
	command->fetch.has_changed_since = true;
	/* RFC 7162 begins with 1, but Thunderbird, while it knows none, says 0 and is lost by a BAD. */
	return lexer_space(lexer, "a mod-sequence") &&
	       modifier_parse_modseq(lexer, 0, &command->fetch.changed_since);
}

static bool parse_vanished(struct lexer *lexer, struct command *command)
{
	(void)lexer;
	command->fetch.vanished = true;
	return true;
}

static bool parse_partial(struct lexer *lexer, struct command *command)
{
	command->fetch.has_partial = true;
	return lexer_space(lexer, "a range") && partial_range_parse(lexer, &command->fetch.partial);
}

static const struct modifier fetch_modifiers[] = {
	{ "PARTIAL", parse_partial },
	{ "CHANGEDSINCE", parse_changed_since },
	{ "VANISHED", parse_vanished },
	{ NULL, NULL },
};

bool command_parse_fetch(struct lexer *lexer, struct command *command)
{
	if (!parse_set(lexer, command) || !lexer_space(lexer, "a FETCH item") ||
		!fetch_item_parse(lexer, &command->fetch.items) ||
		!modifier_parse_list(lexer, command, "FETCH", fetch_modifiers)) {
		return false;
	}
	if (command->fetch.vanished && (!command->uid || !command->fetch.has_changed_since)) {
		return lexer_fail(lexer, "VANISHED is for UID FETCH with CHANGEDSINCE");
	}
	return true;
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

static bool parse_unchanged_since(struct lexer *lexer, struct command *command)
{
	command->store.has_unchanged_since = true;
	return lexer_space(lexer, "a mod-sequence") &&
	       modifier_parse_modseq(lexer, 0, &command->store.unchanged_since);
}

static const struct modifier store_modifiers[] = {
	{ "UNCHANGEDSINCE", parse_unchanged_since },
	{ NULL, NULL },
};

bool command_parse_store(struct lexer *lexer, struct command *command)
{
	return parse_set(lexer, command) &&
	       modifier_parse_list(lexer, command, "STORE", store_modifiers) &&
	       lexer_space(lexer, "FLAGS, +FLAGS or -FLAGS") && parse_store_item(lexer, command) &&
	       lexer_space(lexer, "flags") && flags_parse(lexer, true, &command->store.flags);
}

bool command_parse_copy(struct lexer *lexer, struct command *command)
{
	return parse_set(lexer, command) && lexer_space(lexer, "a mailbox name") &&
	       mailbox_name_read(lexer, "a mailbox name", &command->mailbox);
}

/* command_notify.c - arguments of NOTIFY. RFC 5465 section 8. */
#include "grammar/command_arguments.h"

#include "base/text.h"
#include "grammar/mailbox_name.h"
#include "grammar/notify.h"

#define MESSAGE_EVENTS (NOTIFY_MESSAGE_NEW | NOTIFY_MESSAGE_EXPUNGE | NOTIFY_FLAG_CHANGE)

/* What is counted over all groups. */
struct counts {
	size_t groups;
	size_t names;
	bool selected; /* SELECTED or SELECTED-DELAYED stood already */
};

const char *notify_event_names(void)
{
	return "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange";
}

static bool parse_name(struct lexer *lexer, struct counts *counts, struct notify_name **name_out)
{
	struct notify_name *name = arena_alloc(lexer->arena, sizeof(*name));

	if (name == NULL) {
		return lexer_fail_memory(lexer);
	}
	if (++counts->names > NOTIFY_MAX_NAMES) {
		return lexer_fail(lexer, "Too many mailbox names");
	}
	*name_out = name;
	return mailbox_name_read(lexer, "a mailbox name", &name->mailbox);
}

/* A name, or names in parentheses. */
static bool parse_names(struct lexer *lexer, struct counts *counts, struct notify_group *group)
{
	struct notify_name **end = &group->names;

	if (!lexer_space(lexer, "a mailbox name")) {
		return false;
	}
	if (!lexer_skip(lexer, '(')) {
		return parse_name(lexer, counts, end);
	}
	do {
		if (!parse_name(lexer, counts, end)) {
			return false;
		}
		end = &(*end)->next;
	} while (lexer_skip(lexer, ' '));
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, "a space or )");
}

static bool parse_filter(
	struct lexer *lexer, bool search, struct counts *counts, struct notify_group *group)
{
	static const struct {
		const char *name;
		enum notify_filter filter;
		bool names;
		bool notify, search; /* for which it is */
	} filters[] = {
		{ "SELECTED", NOTIFY_SELECTED, false, true, true },
		{ "SELECTED-DELAYED", NOTIFY_SELECTED_DELAYED, false, true, false },
		{ "INBOXES", NOTIFY_INBOXES, false, true, true },
		{ "PERSONAL", NOTIFY_PERSONAL, false, true, true },
		{ "SUBSCRIBED", NOTIFY_SUBSCRIBED, false, true, true },
		{ "SUBTREE", NOTIFY_SUBTREE, true, true, true },
		{ "SUBTREE-ONE", NOTIFY_SUBTREE_ONE, true, false, true },
		{ "MAILBOXES", NOTIFY_MAILBOXES, true, true, true },
	};
	struct roost_text word;

	if (!lexer_word(lexer, "which mailboxes are meant", &word)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		if (text_equal_nocase(word, text_from(filters[i].name)) &&
			(search ? filters[i].search : filters[i].notify)) {
			lexer->after = filters[i].name;
			group->filter = filters[i].filter;
			return !filters[i].names || parse_names(lexer, counts, group);
		}
	}
	return lexer_fail_about(lexer,
		search ? "ESEARCH knows no mailboxes called " : "NOTIFY knows no mailboxes called ",
		word);
}

bool notify_sources_parse(struct lexer *lexer, struct notify_group **groups_out)
{
	static const struct roost_text in = { "IN (", 4 };
	struct notify_group **end = groups_out;
	struct counts counts = { 0 };

	if (!text_starts_nocase(text_between(lexer->at, lexer->end), in)) {
		return lexer->status == 0;
	}
	lexer->at += in.size;
	lexer->after = "IN";
	do {
		struct notify_group *group = arena_alloc(lexer->arena, sizeof(*group));
		if (group == NULL) {
			return lexer_fail_memory(lexer);
		}
		if (++counts.groups > NOTIFY_MAX_GROUPS) {
			return lexer_fail(lexer, "ESEARCH has too many sources");
		}
		*end = group;
		end = &group->next;
		if (!parse_filter(lexer, true, &counts, group)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = "the mailboxes";
	return lexer_space(lexer, "a SEARCH key");
}

/* One event. What roost does not know, or does not tell of, is refused with NO, and so is no mistake here: RFC 5465
 * section 3.1. */
static bool parse_event(struct lexer *lexer, struct command *command, struct notify_group *group)
{
	static const struct {
		const char *name;
		enum notify_event event;
	} events[] = {
		{ "MessageNew", NOTIFY_MESSAGE_NEW },
		{ "MessageExpunge", NOTIFY_MESSAGE_EXPUNGE },
		{ "FlagChange", NOTIFY_FLAG_CHANGE },
		{ "MailboxName", NOTIFY_MAILBOX_NAME },
		{ "SubscriptionChange", NOTIFY_SUBSCRIPTION_CHANGE },
	};
	struct roost_text word;
	unsigned event = 0;

	if (!lexer_atom(lexer, "an event", &word)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (text_equal_nocase(word, text_from(events[i].name))) {
			event = events[i].event;
		}
	}
	lexer->after = "an event";
	group->events |= event;
	command->notify.unknown_event = command->notify.unknown_event || event == 0;
	if (event != NOTIFY_MESSAGE_NEW || lexer->end - lexer->at < 2 || lexer->at[0] != ' ' ||
		lexer->at[1] != '(') {
		return true;
	}
	lexer->at++;
	return fetch_item_parse(lexer, &group->items);
}

static bool parse_events(struct lexer *lexer, struct command *command, struct notify_group *group)
{
	struct roost_text word;

	if (!lexer_space(lexer, "events, or NONE")) {
		return false;
	}
	if (!lexer_skip(lexer, '(')) {
		return lexer_word(lexer, "events in parentheses, or NONE", &word) &&
		       (text_equal_nocase(word, TEXT("NONE")) ||
			       lexer_fail(lexer, "Expected events in parentheses, or NONE"));
	}
	do {
		if (!parse_event(lexer, command, group)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, "a space or )");
}

/* Which events go together: RFC 5465 sections 5, 6.1 and 8. */
static bool check_group(struct lexer *lexer, const struct notify_group *group)
{
	bool selected =
		group->filter == NOTIFY_SELECTED || group->filter == NOTIFY_SELECTED_DELAYED;
	bool comes = (group->events & NOTIFY_MESSAGE_NEW) != 0;
	bool goes = (group->events & NOTIFY_MESSAGE_EXPUNGE) != 0;

	if (comes != goes || ((group->events & NOTIFY_FLAG_CHANGE) != 0 && !comes)) {
		return lexer_fail(lexer,
			"MessageNew and MessageExpunge go together, and FlagChange with both");
	}
	if (selected && (group->events & ~(unsigned)MESSAGE_EVENTS) != 0) {
		return lexer_fail(lexer, "SELECTED is for the events of messages only");
	}
	if (!selected && group->items != NULL) {
		return lexer_fail(lexer, "FETCH items are for SELECTED and SELECTED-DELAYED only");
	}
	return true;
}

static bool parse_group(struct lexer *lexer, struct command *command, struct counts *counts,
	struct notify_group **group_out)
{
	struct notify_group *group = arena_alloc(lexer->arena, sizeof(*group));

	if (group == NULL) {
		return lexer_fail_memory(lexer);
	}
	if (++counts->groups > NOTIFY_MAX_GROUPS) {
		return lexer_fail(lexer, "NOTIFY has too many groups of events");
	}
	*group_out = group;
	if (!lexer_open(lexer, "a group of events") || !parse_filter(lexer, false, counts, group) ||
		!parse_events(lexer, command, group)) {
		return false;
	}
	if (group->filter == NOTIFY_SELECTED || group->filter == NOTIFY_SELECTED_DELAYED) {
		if (counts->selected) {
			return lexer_fail(
				lexer, "SELECTED or SELECTED-DELAYED may stand only once");
		}
		counts->selected = true;
	}
	lexer->after = "the events";
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, ")");
}

/* " STATUS", if it is there. */
static void parse_status(struct lexer *lexer, struct command *command)
{
	static const struct roost_text status = { " STATUS ", 8 };

	if (text_starts_nocase(text_between(lexer->at, lexer->end), status)) {
		lexer->at += status.size - 1;
		lexer->after = "STATUS";
		command->notify.status = true;
	}
}

bool command_parse_notify(struct lexer *lexer, struct command *command)
{
	struct notify_group **end = &command->notify.groups;
	struct counts counts = { 0 };
	struct roost_text word;

	if (!lexer_space(lexer, "SET or NONE") || !lexer_word(lexer, "SET or NONE", &word)) {
		return false;
	}
	if (text_equal_nocase(word, TEXT("NONE"))) {
		return true;
	}
	if (!text_equal_nocase(word, TEXT("SET"))) {
		return lexer_fail_about(lexer, "Expected SET or NONE, not ", word);
	}
	command->notify.set = true;
	lexer->after = "SET";
	parse_status(lexer, command);
	do {
		if (!lexer_space(lexer, "a group of events") ||
			!parse_group(lexer, command, &counts, end)) {
			return false;
		}
		end = &(*end)->next;
	} while (lexer->end - lexer->at >= 2 && lexer->at[0] == ' ' && lexer->at[1] == '(');
	/* An event that is not known goes before: it may be one with other rules. */
	for (const struct notify_group *group = command->notify.groups;
		group != NULL && !command->notify.unknown_event; group = group->next) {
		if (!check_group(lexer, group)) {
			return false;
		}
	}
	return true;
}

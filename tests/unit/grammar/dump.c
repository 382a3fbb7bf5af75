/* dump.c - a parsed command as one line of text, for tables to compare. */
#include "dump.h"

#include <string.h>

#include <roost/backend.h>

#include "base/date.h"
#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "wire.h"

static void dump_text(struct buf *buf, const char *name, struct roost_text text)
{
	buf_string(buf, name);
	if (text.bytes == NULL) {
		buf_string(buf, "NIL");
		return;
	}
	buf_char(buf, '|');
	buf_add(buf, text.bytes, text.size);
	buf_char(buf, '|');
}

static void dump_string(struct buf *buf, const char *name, const char *string)
{
	dump_text(buf, name, (struct roost_text) { string, string == NULL ? 0 : strlen(string) });
}

static void dump_set(struct buf *buf, const char *name, const struct sequence_set *set)
{
	buf_string(buf, name);
	buf_string(buf, set->saved ? "$" : "");
	for (size_t i = 0; i < set->count; i++) {
		buf_string(buf, i > 0 ? "," : "");
		for (int last = 0; last < (set->ranges[i].last != set->ranges[i].first) + 1;
			last++) {
			uint32_t n = last ? set->ranges[i].last : set->ranges[i].first;

			buf_string(buf, last ? ":" : "");
			if (n == SEQUENCE_STAR) {
				buf_char(buf, '*');
			} else {
				buf_number(buf, n);
			}
		}
	}
}

static void dump_day(struct buf *buf, int64_t day)
{
	struct date_parts parts;

	date_parts_of((struct roost_time) { day * 86400, 0 }, &parts);
	buf_char(buf, ' ');
	buf_number(buf, (unsigned)parts.year);
	buf_char(buf, '-');
	buf_number(buf, parts.month);
	buf_char(buf, '-');
	buf_number(buf, parts.day);
}

static void dump_key(struct buf *buf, const struct search_key *key)
{
	static const char *const names[] = {
		[SEARCH_ALL] = "all",
		[SEARCH_AND] = "and",
		[SEARCH_OR] = "or",
		[SEARCH_NOT] = "not",
		[SEARCH_SEQUENCE] = "sequence",
		[SEARCH_UID] = "uid",
		[SEARCH_RECENT] = "recent",
		[SEARCH_FLAG] = "flag",
		[SEARCH_KEYWORD] = "keyword",
		[SEARCH_HEADER] = "header",
		[SEARCH_BODY] = "body",
		[SEARCH_TEXT] = "text",
		[SEARCH_BEFORE] = "before",
		[SEARCH_ON] = "on",
		[SEARCH_SINCE] = "since",
		[SEARCH_SENT_BEFORE] = "sentbefore",
		[SEARCH_SENT_ON] = "senton",
		[SEARCH_SENT_SINCE] = "sentsince",
		[SEARCH_LARGER] = "larger",
		[SEARCH_SMALLER] = "smaller",
		[SEARCH_MODSEQ] = "modseq",
		[SEARCH_OLDER] = "older",
		[SEARCH_YOUNGER] = "younger",
		[SEARCH_SAVED_BEFORE] = "savedbefore",
		[SEARCH_SAVED_ON] = "savedon",
		[SEARCH_SAVED_SINCE] = "savedsince",
		[SEARCH_EMAIL_ID] = "emailid",
		[SEARCH_THREAD_ID] = "threadid",
		[SEARCH_FUZZY] = "fuzzy",
	};

	buf_char(buf, '(');
	buf_string(buf, names[key->kind]);
	for (const struct search_key *child = key->children; child != NULL; child = child->next) {
		buf_char(buf, ' ');
		dump_key(buf, child);
	}
	if (key->kind == SEARCH_SEQUENCE || key->kind == SEARCH_UID) {
		dump_set(buf, " ", &key->set);
	}
	if (key->kind == SEARCH_FLAG) {
		buf_char(buf, ' ');
		buf_string(buf, roost_flag_name((enum roost_system_flag)key->system_flag));
	}
	if (key->header.bytes != NULL) {
		dump_text(buf, " ", key->header);
	}
	if (key->text.bytes != NULL) {
		dump_text(buf, " ", key->text);
	}
	if ((key->kind >= SEARCH_BEFORE && key->kind <= SEARCH_SENT_SINCE) ||
		(key->kind >= SEARCH_SAVED_BEFORE && key->kind <= SEARCH_SAVED_SINCE)) {
		dump_day(buf, key->day);
	}
	if (key->kind == SEARCH_LARGER || key->kind == SEARCH_SMALLER ||
		key->kind == SEARCH_MODSEQ || key->kind == SEARCH_OLDER ||
		key->kind == SEARCH_YOUNGER) {
		buf_char(buf, ' ');
		buf_number(buf, key->number);
	}
	buf_char(buf, ')');
}

static void dump_items(struct buf *buf, const struct fetch_item *item)
{
	for (; item != NULL; item = item->next) {
		buf_char(buf, ' ');
		fetch_item_write_name(buf, item);
		if (item->section.partial) {
			buf_char(buf, '+');
			buf_number(buf, item->section.partial_size);
		}
		buf_string(buf, item->sets_seen ? " seen" : "");
	}
}

static void dump_append(struct buf *buf, const struct command *command)
{
	for (const struct append_message *message = command->append.messages; message != NULL;
		message = message->next) {
		buf_char(buf, ' ');
		flags_write(buf, &message->flags, false);
		if (message->has_date) {
			buf_char(buf, ' ');
			internal_date_write(buf, message->date);
		}
		dump_text(buf, " message=",
			(struct roost_text) { roost_content_pointer(message->content),
				(size_t)message->content->size });
	}
}

static void dump_store(struct buf *buf, const struct command *command)
{
	static const char *const modes[] = { " set", " add", " remove" };

	buf_string(buf, modes[command->store.mode]);
	buf_string(buf, command->store.silent ? " silent " : " ");
	flags_write(buf, &command->store.flags, false);
}

static void dump_session(struct buf *buf, const struct command *command)
{
	if (command->kind == COMMAND_LOGIN) {
		dump_text(buf, " user=", command->login.user);
		dump_text(buf, " password=", command->login.password);
	}
	if (command->kind == COMMAND_AUTHENTICATE) {
		dump_text(buf, " mechanism=", command->authenticate.mechanism);
		if (command->authenticate.has_initial_response) {
			dump_text(buf, " response=", command->authenticate.initial_response);
		}
	}
	for (const struct id_parameter *p = command->id.parameters; p != NULL; p = p->next) {
		dump_text(buf, " ", p->field);
		dump_text(buf, "=", p->value);
	}
	if (command->kind == COMMAND_COMPRESS) {
		dump_text(buf, " ", command->compress);
	}
	for (size_t i = 0; i < command->enable.count; i++) {
		dump_text(buf, " ", command->enable.names[i]);
	}
}

static void dump_status(struct buf *buf, unsigned items)
{
	static const struct {
		unsigned item;
		const char *name;
	} names[] = {
		{ ROOST_STATUS_MESSAGES, " messages" },
		{ ROOST_STATUS_RECENT, " recent" },
		{ ROOST_STATUS_UID_NEXT, " uidnext" },
		{ ROOST_STATUS_UID_VALIDITY, " uidvalidity" },
		{ ROOST_STATUS_UNSEEN, " unseen" },
		{ ROOST_STATUS_DELETED, " deleted" },
		{ ROOST_STATUS_SIZE, " size" },
		{ ROOST_STATUS_APPEND_LIMIT, " appendlimit" },
		{ ROOST_STATUS_HIGHEST_MODSEQ, " highestmodseq" },
		{ ROOST_STATUS_MAILBOX_ID, " mailboxid" },
		{ ROOST_STATUS_DELETED_STORAGE, " deletedstorage" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_string(buf, (items & names[i].item) != 0 ? names[i].name : "");
	}
}

/* What RFC 5258, 5819 and 6154 add. */
static void dump_list(struct buf *buf, const struct command *command)
{
	static const char *const select[] = { " subscribed", " remote", " recursivematch",
		" special-use" };
	static const char *const wanted[] = { " subscribed", " children", " special-use",
		" status" };

	buf_string(buf, command->list.extended ? " extended" : "");
	for (size_t i = 0; i < 4; i++) {
		buf_string(buf, (command->list.select & 1u << i) != 0 ? select[i] : "");
	}
	buf_string(buf, command->list.wanted != 0 ? " return" : "");
	for (size_t i = 0; i < 4; i++) {
		buf_string(buf, (command->list.wanted & 1u << i) != 0 ? wanted[i] : "");
	}
	dump_status(buf, command->list.status_items);
	if (command->create.special_use != 0 || command->create.unknown_use) {
		buf_string(buf, " use=");
		buf_number(buf, command->create.special_use);
		buf_string(buf, command->create.unknown_use ? " unknown" : "");
	}
}

static void dump_mailbox(struct buf *buf, const struct command *command)
{
	if (command->mailbox != NULL) {
		dump_string(buf, " ", command->mailbox);
	}
	if (command->rename.to != NULL) {
		dump_string(buf, " to=", command->rename.to);
	}
	if (command->kind == COMMAND_LIST || command->kind == COMMAND_LSUB) {
		dump_string(buf, " reference=", command->list.reference);
		for (size_t i = 0; i < command->list.pattern_count; i++) {
			dump_string(buf, " pattern=", command->list.patterns[i]);
		}
	}
	dump_list(buf, command);
	dump_status(buf, command->status.items);
	if (command->kind == COMMAND_APPEND || command->kind == COMMAND_REPLACE) {
		dump_append(buf, command);
	}
}

static void dump_notify(struct buf *buf, const struct command *command)
{
	static const char *const filters[] = { "selected", "selected-delayed", "inboxes",
		"personal", "subscribed", "subtree", "mailboxes" };

	buf_string(buf, command->notify.set ? " set" : " none");
	buf_string(buf, command->notify.status ? " status" : "");
	buf_string(buf, command->notify.unknown_event ? " unknown" : "");
	for (const struct notify_group *group = command->notify.groups; group != NULL;
		group = group->next) {
		buf_string(buf, " [");
		buf_string(buf, filters[group->filter]);
		for (const struct notify_name *name = group->names; name != NULL;
			name = name->next) {
			dump_string(buf, " ", name->mailbox);
		}
		buf_string(buf, " events=");
		buf_number(buf, group->events);
		for (const struct fetch_item *item = group->items; item != NULL;
			item = item->next) {
			buf_char(buf, ' ');
			fetch_item_write_name(buf, item);
		}
		buf_char(buf, ']');
	}
}

static void dump_sources(struct buf *buf, const struct notify_group *group)
{
	static const char *const names[] = { " selected", " selected-delayed", " inboxes",
		" personal", " subscribed", " subtree", " mailboxes", " subtree-one" };

	buf_string(buf, group != NULL ? " in" : "");
	for (; group != NULL; group = group->next) {
		buf_string(buf, names[group->filter]);
		for (const struct notify_name *name = group->names; name != NULL;
			name = name->next) {
			buf_char(buf, ' ');
			buf_string(buf, name->mailbox);
		}
	}
}

static void dump_return(struct buf *buf, const struct search_return *wanted)
{
	static const char *const names[] = { " min", " max", " all", " count", " save", " partial",
		" relevancy", " context", " update" };

	if (!wanted->given) {
		return;
	}
	buf_string(buf, " return");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_string(buf, (wanted->items & 1u << i) != 0 ? names[i] : "");
	}
	if ((wanted->items & SEARCH_RETURN_PARTIAL) != 0) {
		buf_string(buf, wanted->partial.from_end ? " -" : " ");
		buf_number(buf, wanted->partial.first);
		buf_char(buf, ':');
		buf_number(buf, wanted->partial.last);
	}
	if (wanted->update_items != NULL) {
		buf_char(buf, ' ');
		dump_items(buf, wanted->update_items);
	}
}

static void dump_sort(struct buf *buf, const struct command *command)
{
	static const char *const names[] = { " arrival", " cc", " date", " from", " size",
		" subject", " to", " displayfrom", " displayto", " relevancy" };

	for (size_t i = 0; i < command->sort.count; i++) {
		buf_string(buf, command->sort.list[i].reverse ? " reverse" : "");
		buf_string(buf, names[command->sort.list[i].key]);
	}
	if (command->kind == COMMAND_THREAD) {
		static const char *const algorithms[] = { " orderedsubject", " references",
			" refs" };
		buf_string(buf, algorithms[command->thread]);
	}
}

static void dump_modseq(struct buf *buf, const char *before, bool given, uint64_t modseq)
{
	if (given) {
		buf_string(buf, before);
		buf_number(buf, modseq);
	}
}

static void dump_qresync(struct buf *buf, const struct qresync *qresync)
{
	buf_string(buf, " qresync=");
	buf_number(buf, qresync->uid_validity);
	dump_modseq(buf, "/", true, qresync->modseq);
	if (qresync->has_known) {
		dump_set(buf, " known ", &qresync->known);
	}
	if (qresync->match_numbers.count > 0) {
		dump_set(buf, " match ", &qresync->match_numbers);
		dump_set(buf, " uids ", &qresync->match_uids);
	}
}

/* What RFC 7162 adds to commands. */
static void dump_modifiers(struct buf *buf, const struct command *command)
{
	buf_string(buf, command->select.condstore ? " condstore" : "");
	if (command->select.qresync != NULL) {
		dump_qresync(buf, command->select.qresync);
	}
	dump_modseq(buf, " since ", command->fetch.has_changed_since, command->fetch.changed_since);
	buf_string(buf, command->fetch.vanished ? " vanished" : "");
	dump_modseq(buf, " unchanged since ", command->store.has_unchanged_since,
		command->store.unchanged_since);
}

void dump_command(struct buf *buf, const struct command *command)
{
	buf_text(buf, command->tag);
	buf_string(buf, command->uid ? " UID " : " ");
	buf_string(buf, command_name(command->kind));
	if (command->set.count > 0 || command->set.saved) {
		dump_set(buf, " ", &command->set);
	}
	dump_session(buf, command);
	dump_mailbox(buf, command);
	if (command->kind == COMMAND_NOTIFY) {
		dump_notify(buf, command);
	}
	dump_items(buf, command->fetch.items);
	if (command->kind == COMMAND_STORE) {
		dump_store(buf, command);
	}
	dump_modifiers(buf, command);
	for (size_t i = 0; i < command->choices.count; i++) {
		dump_text(buf, " ", command->choices.texts[i]);
	}
	if (command->search.key != NULL) {
		dump_sources(buf, command->search.sources);
		dump_return(buf, &command->search.wanted);
		dump_sort(buf, command);
		if (command->search.charset.bytes != NULL) {
			dump_text(buf, " charset=", command->search.charset);
		}
		buf_char(buf, ' ');
		dump_key(buf, command->search.key);
	}
}

int dump_parsed(struct buf *buf, const char *bytes, size_t n, size_t memory)
{
	struct wire wire;
	struct arena arena;
	struct command command;
	const char *error = NULL;
	int r;

	wire_init(&wire, bytes, n);
	arena_init(&arena, memory);
	r = command_parse(&arena, &wire.input, &command, &error);
	if (r == 0) {
		dump_command(buf, &command);
	} else {
		buf_text(buf, command.tag);
		buf_string(buf, command.tag.bytes == NULL ? "! " : " ! ");
		buf_string(buf, error);
	}
	arena_reset(&arena);
	wire_free(&wire);
	return r;
}

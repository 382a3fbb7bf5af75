/* model_watch.c - what a session that uses NOTIFY must be told, and when. RFC 5465. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct model_status status_of(const struct model_mailbox *mailbox)
{
	return (struct model_status) {
		.messages = (uint32_t)model_count(mailbox, 0, 0),
		.uid_next = model_last_uid(mailbox) + 1,
		.unseen = (uint32_t)model_count(mailbox, 0, MODEL_SEEN),
	};
}

void model_watch_begin(struct model_session *session)
{
	for (size_t i = 0; i < MODEL_MAILBOXES; i++) {
		session->watch.told[i] = status_of(&session->mailboxes[i]);
	}
}

/* Which mailbox "INBOX (" names. */
static size_t find_mailbox(const struct model_session *session, const char *text)
{
	size_t n = strcspn(text, " ");
	for (size_t i = 0; i < MODEL_MAILBOXES; i++) {
		const char *name = session->mailboxes[i].name;
		if (strlen(name) == n && memcmp(name, text, n) == 0) {
			return i;
		}
	}
	model_fail(session, "STATUS of an unknown mailbox: %.60s", text);
}

/* One item and its value. `at` is the mailbox. */
static void hear_item(
	struct model_session *session, size_t at, const char *name, unsigned long long value)
{
	const struct model_mailbox *mailbox = &session->mailboxes[at];
	struct model_status is = status_of(mailbox);
	struct model_status *told = &session->watch.told[at];
	unsigned long long expected = value;

	if (strcmp(name, "MESSAGES") == 0) {
		expected = told->messages = is.messages;
	} else if (strcmp(name, "UIDNEXT") == 0) {
		expected = told->uid_next = is.uid_next;
	} else if (strcmp(name, "UNSEEN") == 0) {
		expected = told->unseen = is.unseen;
	} else if (strcmp(name, "UIDVALIDITY") == 0) {
		expected = mailbox->uid_validity == 0 ? value : mailbox->uid_validity;
	} else if (strcmp(name, "HIGHESTMODSEQ") == 0) {
		if (value < session->watch.modseqs[at]) {
			model_fail(session, "HIGHESTMODSEQ of %s shrinks", mailbox->name);
		}
		session->watch.modseqs[at] = value;
	} else {
		model_fail(session, "STATUS has an item %s", name);
	}
	if (value != expected) {
		model_fail(session, "%s of %s is %llu and should be %llu", name, mailbox->name,
			value, expected);
	}
}

void model_watch_hear(struct model_session *session, const char *text)
{
	const struct model_watch *watch = &session->watch;
	size_t at = find_mailbox(session, text);
	bool watched = ((watch->messages | watch->flags) & 1u << at) != 0 &&
		       session->mailbox != &session->mailboxes[at];
	bool modseq = false;
	char name[32];
	unsigned long long value = 0;
	int used = 0;

	if (!watch->asks_status && (!watched || (session->kind & MODEL_NOTIFY) == 0)) {
		model_fail(session, "STATUS that was not asked for: %.60s", text);
	}
	text = strchr(text, '(') + 1;
	while (sscanf(text, "%31[A-Z] %llu%n", name, &value, &used) == 2) {
		hear_item(session, at, name, value);
		modseq = modseq || strcmp(name, "HIGHESTMODSEQ") == 0;
		text += used + (text[used] == ' ');
	}
	if (*text != ')') {
		model_fail(session, "no items: %.60s", text);
	}
	if (!watch->asks_status && (session->kind & MODEL_CONDSTORE) != 0 && !modseq) {
		model_fail(session, "STATUS of a change without HIGHESTMODSEQ");
	}
}

static void check_others(const struct model_session *session)
{
	const struct model_watch *watch = &session->watch;

	for (size_t i = 0; i < MODEL_MAILBOXES; i++) {
		const struct model_mailbox *mailbox = &session->mailboxes[i];
		const struct model_status *told = &watch->told[i];
		struct model_status is = status_of(mailbox);
		if (mailbox == session->mailbox) {
			continue;
		}
		if ((watch->messages & 1u << i) != 0 &&
			(told->messages != is.messages || told->uid_next != is.uid_next)) {
			model_fail(session,
				"was told of %u messages up to UID %u in %s, not %u and %u",
				told->messages, told->uid_next, mailbox->name, is.messages,
				is.uid_next);
		}
		if ((watch->flags & 1u << i) != 0 && told->unseen != is.unseen) {
			model_fail(session, "was told of %u unseen messages in %s, not %u",
				told->unseen, mailbox->name, is.unseen);
		}
	}
}

static void check_flags(const struct model_session *session)
{
	for (size_t i = 0; i < session->count; i++) {
		const struct model_entry *entry = &session->entries[i];
		const struct model_message *message =
			entry->uid == 0 ? NULL : model_find(session->mailbox, entry->uid);
		if (message != NULL && !message->gone && entry->flags >= 0 &&
			(unsigned)entry->flags != message->flags) {
			model_fail(session, "was not told that the flags of UID %u are %x",
				entry->uid, message->flags);
		}
	}
}

/* What stands for a message in a picture that is complete. */
static const struct model_entry *entry_of(
	const struct model_session *session, size_t n, uint32_t uid)
{
	static const struct model_entry none;
	if ((session->kind & MODEL_UIDONLY) == 0) {
		return &session->entries[n];
	}
	for (size_t i = 0; i < session->count; i++) {
		if (session->entries[i].uid == uid) {
			return &session->entries[i];
		}
	}
	return &none;
}

/* New messages come with what was asked for, unless the session itself put them there. */
static void check_items(const struct model_session *session)
{
	const struct model_mailbox *mailbox = session->mailbox;
	size_t n = 0;
	for (size_t i = 0; i < mailbox->count; i++) {
		const struct model_message *message = &mailbox->messages[i];
		if (message->gone) {
			continue;
		}
		unsigned told = entry_of(session, n++, message->uid)->told;
		unsigned items = session->watch.items;
		if (message->uid > session->watch.since && message->by != session->index &&
			(told & items) != items) {
			model_fail(session, "UID %u is new, and was told with %x, not %x",
				message->uid, told, items);
		}
	}
}

void model_watch_check(struct model_session *session)
{
	const struct model_watch *watch = &session->watch;

	if ((session->kind & MODEL_NOTIFY) == 0 || watch->overflow) {
		return;
	}
	check_others(session);
	if (session->mailbox == NULL) {
		return;
	}
	check_flags(session);
	if (!watch->delayed || session->idling || watch->gone == session->mailbox->gone) {
		model_check_equal(session);
		check_items(session);
	}
}

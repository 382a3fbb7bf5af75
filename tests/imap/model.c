/* model.c - what is in the mailboxes, and what each session may think is in its own. */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whose EXPUNGE is VANISHED. */
#define VANISHING (MODEL_QRESYNC | MODEL_UIDONLY)

static const char *context_text = "";

static const struct {
	const char *name;
	unsigned flag;
} flag_names[] = {
	{ "\\Seen", MODEL_SEEN },
	{ "\\Answered", MODEL_ANSWERED },
	{ "\\Flagged", MODEL_FLAGGED },
	{ "\\Deleted", MODEL_DELETED },
	{ "\\Draft", MODEL_DRAFT },
	{ "$One", MODEL_KEYWORD_1 },
	{ "$Two", MODEL_KEYWORD_2 },
	{ "\\Recent", MODEL_RECENT },
};

void model_context(const char *text)
{
	context_text = text;
}

_Noreturn void model_fail(const struct model_session *session, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)fprintf(stderr, "%s\nsession %zu in %s: ", context_text, session->index,
		session->mailbox == NULL ? "no mailbox" : session->mailbox->name);
	(void)vfprintf(stderr, format, arguments);
	(void)fprintf(stderr, "\n");
	va_end(arguments);
	exit(1);
}

void model_content(unsigned id, struct bytes *content_out)
{
	char text[64];
	(void)snprintf(text, sizeof(text), "Subject: message %06u\r\n\r\n", id);
	bytes_add_text(content_out, text);
	for (unsigned i = 0; i < id; i++) {
		bytes_add(content_out, &"abcdefgh\r\n"[i % 10], 1);
	}
}

/* The size of model_content(). */
static size_t content_size(unsigned id)
{
	return strlen("Subject: message 000000\r\n\r\n") + id;
}

const char *model_flag_name(unsigned flag)
{
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (flag_names[i].flag == flag) {
			return flag_names[i].name;
		}
	}
	return "";
}

void model_write_flags(struct bytes *bytes, unsigned flags)
{
	const char *separator = "";
	bytes_add_text(bytes, "(");
	for (size_t i = 0; i < MODEL_FLAGS; i++) {
		if ((flags & flag_names[i].flag) != 0) {
			bytes_add_text(bytes, separator);
			bytes_add_text(bytes, flag_names[i].name);
			separator = " ";
		}
	}
	bytes_add_text(bytes, ")");
}

static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity) {
		return items;
	}
	*capacity = *capacity * 2 + 64;
	void *grown = realloc(items, *capacity * size);
	if (grown == NULL) {
		abort();
	}
	return grown;
}

struct model_message *model_add(
	struct model_mailbox *mailbox, uint32_t uid, unsigned flags, unsigned id)
{
	mailbox->messages = grow(
		mailbox->messages, mailbox->count, &mailbox->capacity, sizeof(*mailbox->messages));
	struct model_message *message = &mailbox->messages[mailbox->count++];
	*message = (struct model_message) { .uid = uid, .flags = flags, .id = id };
	return message;
}

struct model_message *model_find(const struct model_mailbox *mailbox, uint32_t uid)
{
	size_t low = 0;
	size_t high = mailbox->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (mailbox->messages[middle].uid == uid) {
			return &mailbox->messages[middle];
		}
		if (mailbox->messages[middle].uid < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

void model_remove(struct model_mailbox *mailbox, struct model_message *message)
{
	mailbox->gone += !message->gone;
	message->gone = true;
}

uint32_t model_last_uid(const struct model_mailbox *mailbox)
{
	return mailbox->count == 0 ? 0 : mailbox->messages[mailbox->count - 1].uid;
}

size_t model_count(const struct model_mailbox *mailbox, unsigned with, unsigned without)
{
	size_t count = 0;
	for (size_t i = 0; i < mailbox->count; i++) {
		const struct model_message *message = &mailbox->messages[i];
		count += !message->gone && (message->flags & with) == with &&
			 (message->flags & without) == 0;
	}
	return count;
}

struct model_message *model_nth(const struct model_mailbox *mailbox, size_t n)
{
	for (size_t i = 0; i < mailbox->count; i++) {
		if (!mailbox->messages[i].gone && --n == 0) {
			return &mailbox->messages[i];
		}
	}
	return NULL;
}

void model_mailbox_clear(struct model_mailbox *mailbox)
{
	free(mailbox->messages);
	*mailbox = (struct model_mailbox) { 0 };
}

void model_select(struct model_session *session, struct model_mailbox *mailbox, bool read_only)
{
	static unsigned selections = 0;
	session->mailbox = mailbox;
	session->read_only = read_only;
	session->selection = ++selections;
	session->count = 0;
	session->idling = false;
	session->may_expunge = true;
	session->watch.since = model_last_uid(mailbox);
	session->watch.gone = mailbox->gone;
}

/* Whether the session is still to be told that a message of its picture is gone. */
static bool awaits_expunge(const struct model_session *session)
{
	for (size_t i = 0; i < session->count; i++) {
		uint32_t uid = session->entries[i].uid;
		if (uid != 0 && model_find(session->mailbox, uid)->gone) {
			return true;
		}
	}
	return false;
}

static void hear_exists(struct model_session *session, unsigned long n)
{
	if (n > session->count && awaits_expunge(session)) {
		model_fail(session, "%lu EXISTS before an EXPUNGE that is still to be told", n);
	}
	if (n < session->count) {
		model_fail(session, "EXISTS shrinks from %zu to %lu", session->count, n);
	}
	while (session->count < n) {
		session->entries = grow(session->entries, session->count, &session->capacity,
			sizeof(*session->entries));
		session->entries[session->count++] = (struct model_entry) { .uid = 0, .flags = -1 };
	}
}

static void hear_expunge(struct model_session *session, unsigned long n)
{
	if (!session->may_expunge) {
		model_fail(session, "EXPUNGE or VANISHED %lu during a command that forbids it", n);
	}
	if (n == 0 || n > session->count) {
		model_fail(session, "EXPUNGE %lu of %zu messages", n, session->count);
	}
	const struct model_entry *entry = &session->entries[n - 1];
	if (entry->uid != 0) {
		const struct model_message *message = model_find(session->mailbox, entry->uid);
		if (message == NULL || !message->gone) {
			model_fail(session, "EXPUNGE %lu of UID %u, which is there", n, entry->uid);
		}
	}
	memmove(&session->entries[n - 1], &session->entries[n],
		(session->count - n) * sizeof(*session->entries));
	session->count--;
}

/* The first message of the picture of a session with UIDONLY that has this UID, a higher one or no known one. */
static size_t find_place(const struct model_session *session, uint32_t uid)
{
	size_t i = 0;
	while (i < session->count && session->entries[i].uid != 0 &&
		session->entries[i].uid < uid) {
		i++;
	}
	return i;
}

/* The message of the picture of a session with UIDONLY that has this UID, or else one that may have it. */
static size_t find_without_number(const struct model_session *session, uint32_t uid)
{
	size_t i = find_place(session, uid);
	if (i < session->count && session->entries[i].uid == uid) {
		return i;
	}
	return session->count > 0 && session->entries[session->count - 1].uid == 0
		       ? session->count - 1
		       : session->count;
}

/* The message of the picture that has this UID, or may have it. */
static size_t find_entry(const struct model_session *session, uint32_t uid)
{
	if ((session->kind & MODEL_UIDONLY) != 0) {
		return find_without_number(session, uid);
	}
	size_t unknown = session->count;
	for (size_t i = 0; i < session->count && session->entries[i].uid <= uid; i++) {
		if (session->entries[i].uid == uid) {
			return i;
		}
		unknown = session->entries[i].uid != 0 ? session->count
			  : unknown == session->count  ? i
						       : unknown;
	}
	return unknown;
}

/* The next number of a set "3:5,9" that is walked through; 0 at its end. */
static uint32_t next_uid(const char **set, uint32_t *in_range)
{
	char *end = NULL;
	unsigned long first = strtoul(*set, &end, 10);
	unsigned long last = *end == ':' ? strtoul(end + 1, &end, 10) : first;
	if (end == *set || first == 0) {
		return 0;
	}
	uint32_t value = *in_range == 0 ? (uint32_t)first : *in_range + 1;
	*in_range = value == last ? 0 : value;
	if (value == last) {
		*set = *end == ',' ? end + 1 : end;
	}
	return value;
}

static void hear_vanished(struct model_session *session, const char *set)
{
	uint32_t in_range = 0;
	uint32_t uid = 0;
	if ((session->kind & VANISHING) == 0) {
		model_fail(session, "VANISHED without ENABLE QRESYNC or UIDONLY");
	}
	while ((uid = next_uid(&set, &in_range)) != 0) {
		size_t index = find_entry(session, uid);
		const struct model_message *message = model_find(session->mailbox, uid);
		if (index == session->count || message == NULL || !message->gone) {
			model_fail(session, "VANISHED %u, which is %s", uid,
				index == session->count ? "not known" : "there");
		}
		hear_expunge(session, index + 1);
	}
	if (*set != '\r') {
		model_fail(session, "no set: %.60s", set);
	}
}

/* What vanished while the session was away. */
static void hear_vanished_earlier(struct model_session *session, const char *set)
{
	uint32_t in_range = 0;
	uint32_t uid = 0;
	if (session->cache == NULL) {
		model_fail(session, "VANISHED (EARLIER) without SELECT");
	}
	while ((uid = next_uid(&set, &in_range)) != 0) {
		const struct model_message *message = model_find(session->mailbox, uid);
		if (message == NULL || !message->gone) {
			model_fail(session, "VANISHED (EARLIER) %u, which is there", uid);
		}
		for (size_t i = 0; i < session->cached; i++) {
			if (session->cache[i].uid == uid) {
				session->cache[i].uid = 0;
			}
		}
	}
}

/* A message was named by its UID alone: the place that it has in the picture. */
static size_t learn_without_number(struct model_session *session, uint32_t uid)
{
	struct model_entry *entries = session->entries;
	size_t index = find_without_number(session, uid);
	if (index == session->count || model_find(session->mailbox, uid) == NULL) {
		model_fail(session, "UID %u, which is none of %zu messages", uid, session->count);
	}
	if (entries[index].uid == 0) {
		size_t place = find_place(session, uid);
		memmove(&entries[place + 1], &entries[place], (index - place) * sizeof(*entries));
		entries[place] = (struct model_entry) { .uid = uid, .flags = -1 };
		index = place;
	}
	return index;
}

void model_leave(struct model_session *session)
{
	session->cache = malloc((session->count + 1) * sizeof(*session->cache));
	if (session->cache == NULL) {
		abort();
	}
	if (session->count > 0) { /* else there may be no array yet */
		memcpy(session->cache, session->entries, session->count * sizeof(*session->cache));
	}
	session->cached = session->count;
}

void model_come_back(struct model_session *session)
{
	for (size_t i = 0; i < session->cached; i++) {
		const struct model_entry *cached = &session->cache[i];
		if (cached->uid == 0) {
			continue;
		}
		const struct model_message *message = model_find(session->mailbox, cached->uid);
		if (message->gone) {
			model_fail(session, "was not told that UID %u is gone", cached->uid);
		}
		size_t index = 0;
		if ((session->kind & MODEL_UIDONLY) != 0) {
			index = learn_without_number(session, cached->uid);
		} else {
			while (model_nth(session->mailbox, index + 1)->uid != cached->uid) {
				index++;
			}
		}
		struct model_entry *entry = &session->entries[index];
		if (entry->uid == 0 || (entry->uid == cached->uid && entry->flags < 0)) {
			*entry = *cached;
		}
	}
	free(session->cache);
	session->cache = NULL;
	/* What was never known of a message may still not be known; what is known is true. */
	model_check_equal(session);
}

/* A message was named by sequence number and UID. */
static void learn_uid(struct model_session *session, size_t index, uint32_t uid)
{
	struct model_entry *entry = &session->entries[index];
	if (model_find(session->mailbox, uid) == NULL) {
		model_fail(session, "message %zu has UID %u, which never was", index + 1, uid);
	}
	if (entry->uid != 0 && entry->uid != uid) {
		model_fail(session, "message %zu has UID %u and had UID %u", index + 1, uid,
			entry->uid);
	}
	entry->uid = uid;
	entry->told |= MODEL_TOLD_UID;
	for (size_t i = 0; i < session->count; i++) {
		uint32_t other = session->entries[i].uid;
		if (other != 0 && ((i < index && other >= uid) || (i > index && other <= uid))) {
			model_fail(session, "UID %u is message %zu, UID %u message %zu", uid,
				index + 1, other, i + 1);
		}
	}
}

/* Read "(\Seen …)" at `*text`, and step over it. */
static unsigned read_flags(const struct model_session *session, const char **text)
{
	unsigned flags = 0;
	const char *at = *text + 1;
	if (**text != '(') {
		model_fail(session, "flags are no list: %.60s", *text);
	}
	while (*at != ')') {
		size_t n = strcspn(at, " )\r");
		size_t i = 0;
		while (strlen(flag_names[i].name) != n || memcmp(flag_names[i].name, at, n) != 0) {
			if (++i == sizeof(flag_names) / sizeof(flag_names[0])) {
				model_fail(session, "unknown flag: %.60s", at);
			}
		}
		flags |= flag_names[i].flag;
		at += n;
		at += *at == ' ';
	}
	*text = at + 1;
	return flags;
}

static void learn_flags(struct model_session *session, size_t index, unsigned flags)
{
	struct model_entry *entry = &session->entries[index];
	entry->flags = (int)(flags & ~(unsigned)MODEL_RECENT);
	entry->told |= MODEL_TOLD_FLAGS;
	struct model_message *message =
		entry->uid == 0 ? NULL : model_find(session->mailbox, entry->uid);
	if (message == NULL) {
		return;
	}
	if (!message->gone && (unsigned)entry->flags != message->flags) {
		model_fail(session, "message %zu, UID %u, has flags %x and should have %x",
			index + 1, entry->uid, (unsigned)entry->flags, message->flags);
	}
	/* RFC 3501, 2.3.2: only one session is told that it is recent, if it may change that. */
	if ((flags & MODEL_RECENT) != 0 && !session->read_only) {
		if (message->recent_for != 0 && message->recent_for != session->selection) {
			model_fail(session, "UID %u is recent for two sessions", entry->uid);
		}
		message->recent_for = session->selection;
	}
}

static void check_size(const struct model_session *session, size_t index, unsigned long size)
{
	uint32_t uid = session->entries[index].uid;
	const struct model_message *message = uid == 0 ? NULL : model_find(session->mailbox, uid);
	if (message != NULL && size != content_size(message->id)) {
		model_fail(session, "UID %u has size %lu and should have %zu", uid, size,
			content_size(message->id));
	}
}

/* Read the literal of BODY[] at `text`; returns what follows. */
static const char *check_body(const struct model_session *session, size_t index, const char *text)
{
	char *end = NULL;
	unsigned long size = strtoul(text + 1, &end, 10);
	uint32_t uid = session->entries[index].uid;
	const struct model_message *message = uid == 0 ? NULL : model_find(session->mailbox, uid);
	if (*text != '{' || strncmp(end, "}\r\n", 3) != 0) {
		model_fail(session, "a body is no literal: %.60s", text);
	}
	if (message != NULL) {
		struct bytes content = { 0 };
		model_content(message->id, &content);
		if (content.size != size || memcmp(content.data, end + 3, size) != 0) {
			model_fail(session, "UID %u has another content", uid);
		}
		bytes_clear(&content);
	}
	return end + 3 + size;
}

/* "(UID 3 FLAGS (\Seen) …)" of a message of the picture. */
static void hear_items(struct model_session *session, size_t index, const char *text)
{
	struct model_entry *entry = &session->entries[index];
	const char *at = text + 1;
	while (*at != ')') {
		char *end = NULL;
		if (strncmp(at, "UID ", 4) == 0 && (session->kind & MODEL_UIDONLY) == 0) {
			(void)strtoul(at + 4, &end, 10);
			at = end;
		} else if (strncmp(at, "FLAGS ", 6) == 0) {
			at += 6;
			learn_flags(session, index, read_flags(session, &at));
		} else if (strncmp(at, "RFC822.SIZE ", 12) == 0) {
			check_size(session, index, strtoul(at + 12, &end, 10));
			entry->told |= MODEL_TOLD_SIZE;
			at = end;
		} else if (strncmp(at, "MODSEQ (", 8) == 0 &&
			   (session->kind & MODEL_CONDSTORE) != 0) {
			(void)strtoul(at + 8, &end, 10);
			at = end + 1;
		} else if (strncmp(at, "BODY[] ", 7) == 0) {
			at = check_body(session, index, at + 7);
			entry->told |= MODEL_TOLD_BODY;
		} else {
			model_fail(session, "unexpected item: %.60s", at);
		}
		at += *at == ' ';
	}
}

static void hear_fetch(struct model_session *session, unsigned long n, const char *text)
{
	if ((session->kind & MODEL_UIDONLY) != 0) {
		model_fail(session, "FETCH %lu after ENABLE UIDONLY", n);
	}
	if (n == 0 || n > session->count) {
		model_fail(session, "FETCH %lu of %zu messages", n, session->count);
	}
	const char *uid = memmem(text, strcspn(text, "\r"), "UID ", 4);
	if (uid != NULL) {
		learn_uid(session, n - 1, (uint32_t)strtoul(uid + 4, NULL, 10));
	} else if (session->unasked && (session->kind & MODEL_NOTIFY) != 0 &&
		   session->entries[n - 1].told != 0) {
		model_fail(session, "FETCH %lu of a change without UID", n); /* RFC 5465, 5.1 */
	}
	hear_items(session, n - 1, text);
}

static void hear_uidfetch(struct model_session *session, unsigned long uid, const char *text)
{
	if ((session->kind & MODEL_UIDONLY) == 0) {
		model_fail(session, "UIDFETCH without ENABLE UIDONLY");
	}
	size_t index = learn_without_number(session, (uint32_t)uid);
	session->entries[index].told |= MODEL_TOLD_UID;
	hear_items(session, index, text);
}

bool model_hear(struct model_session *session, const char *line, size_t n)
{
	char *end = NULL;
	if (strncmp(line, "* VANISHED (EARLIER) ", 21) == 0) {
		hear_vanished_earlier(session, line + 21);
		return true;
	}
	if (strncmp(line, "* VANISHED ", 11) == 0) {
		hear_vanished(session, line + 11);
		return true;
	}
	if (n < 4 || memcmp(line, "* ", 2) != 0 || line[2] < '0' || line[2] > '9') {
		return false;
	}
	unsigned long number = strtoul(line + 2, &end, 10);
	if (session->mailbox == NULL) {
		model_fail(session, "no mailbox is selected, but: %.60s", line);
	}
	if (strncmp(end, " EXISTS\r", 8) == 0) {
		hear_exists(session, number);
	} else if (strncmp(end, " EXPUNGE\r", 9) == 0) {
		if ((session->kind & VANISHING) != 0) {
			model_fail(session, "EXPUNGE after ENABLE QRESYNC or UIDONLY");
		}
		hear_expunge(session, number);
	} else if (strncmp(end, " RECENT\r", 8) == 0) {
		if (number > session->count) {
			model_fail(session, "RECENT %lu of %zu messages", number, session->count);
		}
	} else if (strncmp(end, " FETCH (", 8) == 0) {
		hear_fetch(session, number, end + 7);
	} else if (strncmp(end, " UIDFETCH (", 11) == 0) {
		hear_uidfetch(session, number, end + 10);
	} else {
		model_fail(session, "unexpected response: %.60s", line);
	}
	return true;
}

void model_check_equal(const struct model_session *session)
{
	const struct model_mailbox *mailbox = session->mailbox;
	if (session->count != model_count(mailbox, 0, 0)) {
		model_fail(session, "knows of %zu messages, and there are %zu", session->count,
			model_count(mailbox, 0, 0));
	}
	for (size_t i = 0; i < session->count; i++) {
		const struct model_entry *entry = &session->entries[i];
		const struct model_message *message = model_nth(mailbox, i + 1);
		if ((session->kind & MODEL_UIDONLY) != 0) {
			message = model_find(mailbox, entry->uid);
			if (message == NULL) {
				continue; /* not known yet, and neither are those behind it */
			}
		}
		if (message->gone || (entry->uid != 0 && entry->uid != message->uid)) {
			model_fail(session, "message %zu is UID %u, and should be UID %u", i + 1,
				entry->uid, message->uid);
		}
		if (entry->flags >= 0 && (unsigned)entry->flags != message->flags) {
			model_fail(session, "UID %u has flags %x and was told %x", message->uid,
				message->flags, (unsigned)entry->flags);
		}
	}
}

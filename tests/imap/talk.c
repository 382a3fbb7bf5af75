/* talk.c - what the sessions of the model test say, and all that they hear. */
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET_MAX 4 /* ranges in a random set */

unsigned talk_pick(struct test *test, unsigned n)
{
	test->random ^= test->random << 13;
	test->random ^= test->random >> 7;
	test->random ^= test->random << 17;
	return (unsigned)((test->random >> 11) % n);
}

struct model_mailbox *talk_mailbox_named(struct test *test, bool other)
{
	return &test->mailboxes[other ? 1 : 0];
}

void talk_describe(struct test *test)
{
	(void)snprintf(test->context, sizeof(test->context), "step %u: %.*s", test->step,
		(int)strcspn(test->command.data, "\r"), test->command.data);
	model_context(test->context);
}

static void hear_tagged(struct test *test, const char *line, size_t n)
{
	test->status = n > 4 ? line[4] : '?';
	const char *open = memchr(line, '[', n);
	if (open != NULL && open == strchr(line + 4, ' ') + 1) {
		size_t size = strcspn(open + 1, "]");
		if (size < sizeof(test->code)) {
			memcpy(test->code, open + 1, size);
			test->code[size] = '\0';
		}
	}
}

/* HIGHESTMODSEQ only grows, and up to it everything was told. */
static void hear_modseq(struct model_session *session, const char *code)
{
	unsigned long long modseq = 0;
	if (sscanf(code, "HIGHESTMODSEQ %llu", &modseq) != 1) {
		return;
	}
	if (modseq < session->modseq) {
		model_fail(session, "HIGHESTMODSEQ %llu after %llu", modseq,
			(unsigned long long)session->modseq);
	}
	session->modseq = modseq;
}

/* What SELECT tells of the mailbox. */
static void hear_select(struct model_session *session, const char *line)
{
	const struct model_mailbox *mailbox = session->mailbox;
	unsigned number = 0;
	if (sscanf(line, "* OK [UIDNEXT %u]", &number) == 1 && number <= model_last_uid(mailbox)) {
		model_fail(session, "UIDNEXT %u, and there is UID %u", number,
			model_last_uid(mailbox));
	}
	if (sscanf(line, "* OK [UIDVALIDITY %u]", &number) == 1 && mailbox->uid_validity != 0 &&
		number != mailbox->uid_validity) {
		model_fail(session, "UIDVALIDITY %u was %u", number, mailbox->uid_validity);
	}
	hear_modseq(session, line + 6);
	if (sscanf(line, "* OK [UNSEEN %u]", &number) == 1) {
		for (unsigned i = 1; i <= number; i++) {
			const struct model_message *message = model_nth(mailbox, i);
			if (message == NULL ||
				((message->flags & MODEL_SEEN) == 0) != (i == number)) {
				model_fail(session, "UNSEEN %u is not the first one", number);
			}
		}
	}
}

static void hear_line(struct test *test, struct model_session *session, const char *line, size_t n)
{
	static const char *const passed[] = { "* FLAGS ", "* OK [PERMANENTFLAGS ", "* OK [UNSEEN ",
		"* OK [UIDNEXT ", "* OK [UIDVALIDITY ", "* OK [HIGHESTMODSEQ ", "* OK [CLOSED] ",
		"* OK [MAILBOXID (", "* ENABLED", "+ " };
	if (strncmp(line, "tag ", 4) == 0) {
		hear_tagged(test, line, n);
		return;
	}
	if (model_hear(session, line, n)) {
		test->fetched += memmem(line, n, "FETCH (", 7) != NULL;
		return;
	}
	if (strncmp(line, "* STATUS ", 9) == 0) {
		model_watch_hear(session, line + 9);
		return;
	}
	if (strncmp(line, "* OK [NOTIFICATIONOVERFLOW]", 27) == 0) {
		session->watch.overflow = true;
		return;
	}
	if (strncmp(line, "* SEARCH", 8) == 0) {
		test->searched = true;
		bytes_add(&test->search, line + 8, n - 8);
		return;
	}
	if (strncmp(line, "* OK [COPYUID ", 14) == 0) {
		size_t size = strcspn(line + 6, "]");
		if (size < sizeof(test->code)) {
			memcpy(test->code, line + 6, size);
			test->code[size] = '\0';
		}
		return;
	}
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		if (strncmp(line, passed[i], strlen(passed[i])) == 0) {
			hear_select(session, line);
			return;
		}
	}
	model_fail(session, "unexpected: %.*s", (int)n, line);
}

void talk_hear(struct test *test, struct model_session *session)
{
	const char *line = NULL;
	size_t n = 0;
	bool complete = false;
	while (wire_next(session->wire, &line, &n, &complete)) {
		if (!complete) {
			model_fail(session, "a line without CRLF: %.*s", (int)n, line);
		}
		hear_line(test, session, line, n);
	}
}

void talk_hear_others(struct test *test, const struct model_session *session)
{
	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		struct model_session *other = &test->sessions[i];
		bool listens = other->idling || (other->kind & MODEL_NOTIFY) != 0;
		if (other == session || other->wire == NULL) {
			continue;
		}
		if (!listens && !wire_is_read(other->wire)) {
			model_fail(other, "hears something without a command");
		}
		other->may_expunge = other->idling || !other->watch.delayed;
		other->unasked = true;
		talk_hear(test, other);
		other->unasked = false;
		other->may_expunge = true;
		if (other->idling && other->count != model_count(other->mailbox, 0, 0)) {
			model_fail(other, "idles, and was told of %zu messages", other->count);
		}
		model_watch_check(other);
	}
}

void talk_answer(struct test *test, struct model_session *session)
{
	test->status = '?';
	test->code[0] = '\0';
	bytes_clear(&test->search);
	test->searched = false;
	test->fetched = 0;
	driver_send(&test->driver, session->wire, test->command.data, test->command.size);
}

void talk_begin(struct test *test, const char *text)
{
	bytes_clear(&test->command);
	bytes_add_text(&test->command, text);
	talk_describe(test);
}

void talk_finish(struct test *test, struct model_session *session)
{
	talk_hear(test, session);
	hear_modseq(session, test->code);
	if (session->count > TALK_PICTURE_MAX) {
		model_fail(session, "more messages than this test makes");
	}
	if (test->status == '?') {
		model_fail(session, "no tagged response");
	}
	if (session->may_expunge && session->mailbox != NULL) {
		session->watch.gone = session->mailbox->gone;
	}
	session->may_expunge = true;
	/* What it did itself it need not be told. */
	model_watch_begin(session);
	model_watch_check(session);
	talk_hear_others(test, session);
}

void talk_run(struct test *test, struct model_session *session, const char *text)
{
	talk_begin(test, text);
	talk_answer(test, session);
	talk_finish(test, session);
	if (test->status != 'O') {
		model_fail(session, "is not OK: %c %s", test->status, test->code);
	}
}

bool talk_is_uidonly(const struct model_session *session)
{
	return (session->kind & MODEL_UIDONLY) != 0;
}

static bool knows_all(const struct model_session *session)
{
	for (size_t i = 0; i < session->count; i++) {
		if (session->entries[i].uid == 0) {
			return false;
		}
	}
	return true;
}

void talk_learn(struct test *test, struct model_session *session)
{
	for (unsigned i = 0; i < 2 && !knows_all(session); i++) {
		session->may_expunge = talk_is_uidonly(session);
		talk_begin(test, session->may_expunge ? "tag UID FETCH 1:* (UID FLAGS)\r\n"
						      : "tag FETCH 1:* (UID FLAGS)\r\n");
		talk_answer(test, session);
		talk_finish(test, session);
	}
}

bool talk_is_there(const struct model_session *session, size_t index)
{
	uint32_t uid = session->entries[index].uid;
	const struct model_message *message = uid == 0 ? NULL : model_find(session->mailbox, uid);
	return message != NULL && !message->gone;
}

void talk_choose(struct test *test, const struct model_session *session, struct choice *choice)
{
	memset(choice, 0, sizeof(*choice));
	choice->uids = talk_pick(test, 2) == 0 || talk_is_uidonly(session);
	unsigned top = choice->uids ? model_last_uid(session->mailbox) : (unsigned)session->count;
	size_t used = 0;
	for (unsigned i = talk_pick(test, SET_MAX) + 1; i > 0; i--) {
		unsigned first = talk_pick(test, top) + 1;
		unsigned last = talk_pick(test, 3) == 0 ? first : first + talk_pick(test, 6);
		last = last > top ? top : last;
		used += (size_t)snprintf(choice->text + used, sizeof(choice->text) - used,
			first == last ? "%s%u" : "%s%u:%u", used == 0 ? "" : ",", first, last);
		for (size_t j = 0; j < session->count; j++) {
			unsigned value = choice->uids ? session->entries[j].uid : (unsigned)j + 1;
			choice->named[j] = choice->named[j] || (value >= first && value <= last);
		}
	}
}

bool talk_names_gone(const struct model_session *session, const struct choice *choice)
{
	for (size_t i = 0; i < session->count; i++) {
		if (choice->named[i] && !talk_is_there(session, i)) {
			return true;
		}
	}
	return false;
}

void talk_begin_with(struct test *test, struct model_session *session, const struct choice *choice,
	const char *name)
{
	talk_begin(test, choice->uids ? "tag UID " : "tag ");
	bytes_add_text(&test->command, name);
	bytes_add_text(&test->command, " ");
	bytes_add_text(&test->command, choice->text);
	session->may_expunge = choice->uids;
}

void talk_expect_status(struct test *test, const struct model_session *session, bool may_be_gone)
{
	bool issued = test->status == 'N' && strcmp(test->code, "EXPUNGEISSUED") == 0;
	if (test->status != 'O' && !(may_be_gone && issued)) {
		model_fail(session, "answer is %c [%s]", test->status, test->code);
	}
}

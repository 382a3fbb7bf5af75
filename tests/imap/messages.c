/* messages.c - what a session of the model test does with messages, and what must come of it. */
#include "messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void messages_append(struct test *test, struct model_session *session)
{
	struct model_mailbox *mailbox = talk_mailbox_named(test, talk_pick(test, 3) == 0);
	unsigned flags = talk_pick(test, 1u << MODEL_FLAGS) & talk_pick(test, 1u << MODEL_FLAGS);
	unsigned id = ++test->next_id;
	struct bytes content = { 0 };
	char size[32];
	model_content(id, &content);
	talk_begin(test, "tag APPEND ");
	bytes_add_text(&test->command, mailbox->name);
	bytes_add_text(&test->command, " ");
	model_write_flags(&test->command, flags);
	(void)snprintf(size, sizeof(size), " {%zu+}\r\n", content.size);
	bytes_add_text(&test->command, size);
	bytes_add(&test->command, content.data, content.size);
	bytes_add_text(&test->command, "\r\n");
	bytes_clear(&content);
	/* Its UID is known only from the answer, but the answer is checked with it. */
	uint32_t before = model_last_uid(mailbox);
	model_add(mailbox, before + 1, flags, id)->by = session->index;
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
	unsigned validity = 0;
	unsigned uid = 0;
	if (sscanf(test->code, "APPENDUID %u %u", &validity, &uid) != 2 || uid != before + 1) {
		model_fail(session, "[%s] after UID %u", test->code, before);
	}
	if (mailbox->uid_validity != 0 && mailbox->uid_validity != validity) {
		model_fail(session, "the UID validity was %u", mailbox->uid_validity);
	}
	mailbox->uid_validity = validity;
	/* RFC 5465, 5.2: its own message is not told with what NOTIFY asks for. */
	if ((session->kind & MODEL_NOTIFY) != 0 && !session->watch.delayed && test->fetched > 0) {
		model_fail(session, "was told %u messages with its own", test->fetched);
	}
}

static unsigned changed_flags(unsigned flags, char mode, unsigned change)
{
	return mode == '+' ? flags | change : mode == '-' ? flags & ~change : change;
}

void messages_store(struct test *test, struct model_session *session)
{
	talk_learn(test, session);
	struct choice choice;
	talk_choose(test, session, &choice);
	char mode = "+-="[talk_pick(test, 3)];
	bool silent = talk_pick(test, 2) == 0;
	unsigned flags = talk_pick(test, 1u << MODEL_FLAGS);
	if (talk_pick(test, 3) == 0) {
		flags &= ~(unsigned)MODEL_DELETED;
	}
	talk_begin_with(test, session, &choice, "STORE");
	bytes_add_text(&test->command, mode == '+' ? " +" : mode == '-' ? " -" : " ");
	bytes_add_text(&test->command, silent ? "FLAGS.SILENT " : "FLAGS ");
	model_write_flags(&test->command, flags);
	bytes_add_text(&test->command, "\r\n");
	talk_describe(test);
	bool gone = talk_names_gone(session, &choice);
	unsigned there = 0;
	for (size_t i = 0; i < session->count && !session->read_only; i++) {
		if (choice.named[i] && talk_is_there(session, i)) {
			struct model_entry *entry = &session->entries[i];
			struct model_message *message = model_find(session->mailbox, entry->uid);
			message->flags = changed_flags(message->flags, mode, flags);
			if (silent && (entry->flags >= 0 || mode == '=')) {
				entry->flags =
					(int)changed_flags((unsigned)entry->flags, mode, flags);
			}
			there++;
		}
	}
	talk_answer(test, session);
	talk_finish(test, session);
	if (session->read_only) {
		if (test->status != 'N') {
			model_fail(session, "STORE in EXAMINE: %c", test->status);
		}
		return;
	}
	talk_expect_status(test, session, gone && !choice.uids);
	if (!silent && test->fetched < there) {
		model_fail(session, "%u FETCH responses for %u messages", test->fetched, there);
	}
}

void messages_fetch(struct test *test, struct model_session *session)
{
	static const char *const items[] = { " (FLAGS)\r\n", " (UID)\r\n", " (UID FLAGS)\r\n",
		" (RFC822.SIZE FLAGS UID)\r\n", " (UID BODY.PEEK[])\r\n", " (UID BODY[])\r\n",
		" (BODY[] FLAGS)\r\n" };
	talk_learn(test, session);
	struct choice choice;
	talk_choose(test, session, &choice);
	unsigned item = talk_pick(test, sizeof(items) / sizeof(items[0]));
	talk_begin_with(test, session, &choice, "FETCH");
	bytes_add_text(&test->command, items[item]);
	talk_describe(test);
	bool gone = talk_names_gone(session, &choice);
	unsigned there = 0;
	for (size_t i = 0; i < session->count; i++) {
		if (choice.named[i] && talk_is_there(session, i)) {
			there++;
			if (item >= 5 && !session->read_only) {
				model_find(session->mailbox, session->entries[i].uid)->flags |=
					MODEL_SEEN;
			}
		}
	}
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, gone && !choice.uids);
	if (test->fetched < there) {
		model_fail(session, "%u FETCH responses for %u messages", test->fetched, there);
	}
}

/* Whether the number stands in the answer of SEARCH. */
static bool was_found(const struct test *test, unsigned number)
{
	const char *at = test->search.data == NULL ? "" : test->search.data;
	while (*at == ' ') {
		char *end = NULL;
		if (strtoul(at, &end, 10) == number) {
			return true;
		}
		at = end;
	}
	return false;
}

void messages_search(struct test *test, struct model_session *session)
{
	static const struct {
		const char *key;
		unsigned with, without;
	} keys[] = {
		{ "ALL", 0, 0 },
		{ "SEEN", MODEL_SEEN, 0 },
		{ "NOT SEEN DELETED", MODEL_DELETED, MODEL_SEEN },
		{ "KEYWORD $one UNFLAGGED", MODEL_KEYWORD_1, MODEL_FLAGGED },
		{ "UNKEYWORD $Two DRAFT", MODEL_DRAFT, MODEL_KEYWORD_2 },
	};
	talk_learn(test, session);
	unsigned key = talk_pick(test, sizeof(keys) / sizeof(keys[0]));
	bool uids = talk_pick(test, 2) == 0 || talk_is_uidonly(session);
	talk_begin(test, uids ? "tag UID SEARCH " : "tag SEARCH ");
	bytes_add_text(&test->command, keys[key].key);
	bytes_add_text(&test->command, "\r\n");
	talk_describe(test);
	/* EXPUNGE may follow the answer of UID SEARCH: the picture as it is before. */
	struct {
		uint32_t uid;
		bool there;
	} before[TALK_PICTURE_MAX];
	size_t count = session->count;
	for (size_t i = 0; i < count; i++) {
		before[i].uid = session->entries[i].uid;
		before[i].there = talk_is_there(session, i);
	}
	session->may_expunge = uids;
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
	if (!test->searched) {
		model_fail(session, "no SEARCH response");
	}
	for (size_t i = 0; i < count; i++) {
		if (before[i].there) {
			unsigned flags = model_find(session->mailbox, before[i].uid)->flags;
			bool matches = (flags & keys[key].with) == keys[key].with &&
				       (flags & keys[key].without) == 0;
			if (was_found(test, uids ? before[i].uid : (unsigned)i + 1) != matches) {
				model_fail(session, "SEARCH is wrong about UID %u", before[i].uid);
			}
		}
	}
}

/* The next number of a set "3:5,9" that is walked through; 0 at its end. */
static uint32_t next_of_set(const char **set, uint32_t *in_range)
{
	char *end = NULL;
	unsigned long first = strtoul(*set, &end, 10);
	if (end == *set) {
		return 0;
	}
	if (*end != ':') {
		*set = *end == ',' ? end + 1 : end;
		return (uint32_t)first;
	}
	unsigned long last = strtoul(end + 1, &end, 10);
	uint32_t value = *in_range == 0 ? (uint32_t)first : *in_range + 1;
	*in_range = value == last ? 0 : value;
	if (value == last) {
		*set = *end == ',' ? end + 1 : end;
	}
	return value;
}

/* Do in the model what "COPYUID 7 3:5 9:11" says, and compare it with what should be copied. */
static void take_copied(struct test *test, struct model_session *session,
	struct model_mailbox *source, struct model_mailbox *destination, const uint32_t *expected,
	size_t count, bool move)
{
	char from[128] = "";
	char to[128] = "";
	if (count > 0 && sscanf(test->code, "COPYUID %*u %127s %127s", from, to) != 2) {
		model_fail(session, "no COPYUID for %zu messages: [%s]", count, test->code);
	}
	const char *from_at = from;
	const char *to_at = to;
	uint32_t from_range = 0;
	uint32_t to_range = 0;
	uint32_t last = model_last_uid(destination);
	for (size_t i = 0; i < count; i++) {
		uint32_t uid = next_of_set(&from_at, &from_range);
		uint32_t copied = next_of_set(&to_at, &to_range);
		if (uid != expected[i] || copied <= last) {
			model_fail(session, "[%s]: UID %u became %u after %u, not UID %u",
				test->code, uid, copied, last, expected[i]);
		}
		last = copied;
		/* A copy: the array may move. */
		struct model_message message = *model_find(source, uid);
		model_add(destination, copied, message.flags, message.id)->by = session->index;
	}
	if (*from_at != '\0' || *to_at != '\0') {
		model_fail(session, "[%s] names more than %zu messages", test->code, count);
	}
	for (size_t i = 0; move && i < count; i++) {
		model_remove(source, model_find(source, expected[i]));
	}
}

/* The code of an answer that is still unread: COPYUID must be known before the rest is checked. */
static void peek_code(struct test *test, struct model_session *session)
{
	const struct bytes *received = &session->wire->received;
	const char *found = received->size == session->wire->taken
				    ? NULL
				    : strstr(received->data + session->wire->taken, "[COPYUID ");
	if (found != NULL) {
		size_t size = strcspn(found + 1, "]");
		memcpy(test->code, found + 1, size);
		test->code[size] = '\0';
	}
}

void messages_copy(struct test *test, struct model_session *session)
{
	talk_learn(test, session);
	struct model_mailbox *source = session->mailbox;
	struct model_mailbox *destination = talk_mailbox_named(test, talk_pick(test, 2) == 0);
	bool move = talk_pick(test, 2) == 0;
	if (model_count(destination, 0, 0) > MESSAGES_MAX ||
		(move && (destination == source || session->read_only))) {
		return;
	}
	struct choice choice;
	talk_choose(test, session, &choice);
	talk_begin_with(test, session, &choice, move ? "MOVE" : "COPY");
	session->may_expunge = true;
	bytes_add_text(&test->command, " ");
	bytes_add_text(&test->command, destination->name);
	bytes_add_text(&test->command, "\r\n");
	talk_describe(test);
	uint32_t expected[TALK_PICTURE_MAX];
	size_t count = 0;
	for (size_t i = 0; i < session->count; i++) {
		if (choice.named[i] && talk_is_there(session, i)) {
			expected[count++] = session->entries[i].uid;
		}
	}
	bool gone = talk_names_gone(session, &choice);
	talk_answer(test, session);
	peek_code(test, session);
	if (test->code[0] != '\0' || !gone) {
		take_copied(test, session, source, destination, expected, count, move);
	}
	talk_finish(test, session);
	talk_expect_status(test, session, gone);
}

void messages_expunge(struct test *test, struct model_session *session)
{
	talk_learn(test, session);
	struct choice choice;
	talk_choose(test, session, &choice);
	if (choice.uids) {
		talk_begin_with(test, session, &choice, "EXPUNGE");
		bytes_add_text(&test->command, "\r\n");
	} else {
		talk_begin(test, "tag EXPUNGE\r\n");
	}
	session->may_expunge = true;
	talk_describe(test);
	if (!session->read_only) {
		struct model_mailbox *mailbox = session->mailbox;
		for (size_t i = 0; i < mailbox->count; i++) {
			struct model_message *message = &mailbox->messages[i];
			bool named = !choice.uids;
			for (size_t j = 0; j < session->count && !named; j++) {
				named = choice.named[j] && session->entries[j].uid == message->uid;
			}
			if (named && (message->flags & MODEL_DELETED) != 0) {
				model_remove(mailbox, message);
			}
		}
	}
	talk_answer(test, session);
	talk_finish(test, session);
	if (session->read_only) {
		if (test->status != 'N') {
			model_fail(session, "EXPUNGE in EXAMINE: %c", test->status);
		}
		return;
	}
	talk_expect_status(test, session, false);
	if (session->count != model_count(session->mailbox, 0, 0)) {
		model_fail(session, "after EXPUNGE knows of %zu messages of %zu", session->count,
			model_count(session->mailbox, 0, 0));
	}
}

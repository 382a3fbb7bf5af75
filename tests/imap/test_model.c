/* test_model.c - several sessions on two mailboxes under random operations, every response checked.
 *
 *	test_model [SEED [STEPS]]       with IMAP_DUMP=1 in the environment: prints all that travels
 *
 * Commands run one after another, so what is in the mailboxes is known at every moment; what a
 * session was told of it is not, and that is what is checked: see model.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/memory.h>

#include "driver.h"
#include "model.h"

#define SESSIONS 5
#define MAILBOXES 2
#define MESSAGES_MAX 40 /* in one mailbox: then more go than come */
#define PICTURE_MAX 1000 /* entries of any picture: it holds what is gone and not told, too */
#define SET_MAX 4 /* ranges in a random set */

struct test {
	uint64_t random;
	unsigned step;
	unsigned next_id;
	struct driver driver;
	struct model_mailbox mailboxes[MAILBOXES];
	struct model_session sessions[SESSIONS];
	struct bytes command; /* the one that runs */
	char context[512];

	/* of the command that ran last */
	char status; /* 'O', 'N' or 'B' */
	char code[256]; /* what stands in brackets, of the tagged or an untagged OK */
	struct bytes search; /* what stands after "* SEARCH" */
	bool searched;
	unsigned fetched; /* FETCH responses */
};

/* A random set, as text and as what it names in the session's picture. */
struct choice {
	char text[128];
	bool uids; /* UIDs rather than sequence numbers */
	bool named[PICTURE_MAX]; /* entries of the session's picture, by index */
};

static unsigned pick(struct test *test, unsigned n)
{
	test->random ^= test->random << 13;
	test->random ^= test->random >> 7;
	test->random ^= test->random << 17;
	return (unsigned)((test->random >> 11) % n);
}

static struct model_mailbox *mailbox_named(struct test *test, bool other)
{
	return &test->mailboxes[other ? 1 : 0];
}

static void describe(struct test *test)
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
		"* OK [MAILBOXID (", "* STATUS ", "* ENABLED", "+ " };
	if (strncmp(line, "tag ", 4) == 0) {
		hear_tagged(test, line, n);
		return;
	}
	if (model_hear(session, line, n)) {
		test->fetched += memmem(line, n, " FETCH (", 8) != NULL;
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

static void hear(struct test *test, struct model_session *session)
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

/* What the others hear meanwhile: those that idle everything, the rest nothing. */
static void hear_others(struct test *test, const struct model_session *session)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		struct model_session *other = &test->sessions[i];
		if (other == session || other->wire == NULL) {
			continue;
		}
		if (!other->idling && !wire_is_read(other->wire)) {
			model_fail(other, "hears something without a command");
		}
		hear(test, other);
		if (other->idling && other->count != model_count(other->mailbox, 0, 0)) {
			model_fail(other, "idles, and was told of %zu messages", other->count);
		}
	}
}

/* Send test->command and take what it answers, once the model knows what it does. */
static void answer(struct test *test, struct model_session *session)
{
	test->status = '?';
	test->code[0] = '\0';
	bytes_clear(&test->search);
	test->searched = false;
	test->fetched = 0;
	driver_send(&test->driver, session->wire, test->command.data, test->command.size);
}

static void begin(struct test *test, const char *text)
{
	bytes_clear(&test->command);
	bytes_add_text(&test->command, text);
	describe(test);
}

static void finish(struct test *test, struct model_session *session)
{
	hear(test, session);
	hear_modseq(session, test->code);
	if (session->count > PICTURE_MAX) {
		model_fail(session, "more messages than this test makes");
	}
	if (test->status == '?') {
		model_fail(session, "no tagged response");
	}
	session->may_expunge = true;
	hear_others(test, session);
}

/* Run a command that the model needs to know nothing of. */
static void run(struct test *test, struct model_session *session, const char *text)
{
	begin(test, text);
	answer(test, session);
	finish(test, session);
	if (test->status != 'O') {
		model_fail(session, "is not OK: %c %s", test->status, test->code);
	}
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

/* Learn all UIDs of the picture. Twice, since new messages may be told of meanwhile; what is not
 * known then is gone, and that may not be told yet. */
static void learn(struct test *test, struct model_session *session)
{
	for (unsigned i = 0; i < 2 && !knows_all(session); i++) {
		session->may_expunge = false;
		begin(test, "tag FETCH 1:* (UID FLAGS)\r\n");
		answer(test, session);
		finish(test, session);
	}
}

static bool is_there(const struct model_session *session, size_t index)
{
	uint32_t uid = session->entries[index].uid;
	const struct model_message *message = uid == 0 ? NULL : model_find(session->mailbox, uid);
	return message != NULL && !message->gone;
}

/* Choose some messages of a picture that is not empty. */
static void choose(struct test *test, const struct model_session *session, struct choice *choice)
{
	memset(choice, 0, sizeof(*choice));
	choice->uids = pick(test, 2) == 0;
	unsigned top = choice->uids ? model_last_uid(session->mailbox) : (unsigned)session->count;
	size_t used = 0;
	for (unsigned i = pick(test, SET_MAX) + 1; i > 0; i--) {
		unsigned first = pick(test, top) + 1;
		unsigned last = pick(test, 3) == 0 ? first : first + pick(test, 6);
		last = last > top ? top : last;
		used += (size_t)snprintf(choice->text + used, sizeof(choice->text) - used,
			first == last ? "%s%u" : "%s%u:%u", used == 0 ? "" : ",", first, last);
		for (size_t j = 0; j < session->count; j++) {
			unsigned value = choice->uids ? session->entries[j].uid : (unsigned)j + 1;
			choice->named[j] = choice->named[j] || (value >= first && value <= last);
		}
	}
}

static bool names_gone(const struct model_session *session, const struct choice *choice)
{
	for (size_t i = 0; i < session->count; i++) {
		if (choice->named[i] && !is_there(session, i)) {
			return true;
		}
	}
	return false;
}

static void begin_with(struct test *test, struct model_session *session,
	const struct choice *choice, const char *name)
{
	begin(test, choice->uids ? "tag UID " : "tag ");
	bytes_add_text(&test->command, name);
	bytes_add_text(&test->command, " ");
	bytes_add_text(&test->command, choice->text);
	session->may_expunge = choice->uids;
}

static void expect_status(struct test *test, const struct model_session *session, bool may_be_gone)
{
	bool issued = test->status == 'N' && strcmp(test->code, "EXPUNGEISSUED") == 0;
	if (test->status != 'O' && !(may_be_gone && issued)) {
		model_fail(session, "answer is %c [%s]", test->status, test->code);
	}
}

static void do_append(struct test *test, struct model_session *session)
{
	struct model_mailbox *mailbox = mailbox_named(test, pick(test, 3) == 0);
	unsigned flags = pick(test, 1u << MODEL_FLAGS) & pick(test, 1u << MODEL_FLAGS);
	unsigned id = ++test->next_id;
	struct bytes content = { 0 };
	char size[32];
	model_content(id, &content);
	begin(test, "tag APPEND ");
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
	model_add(mailbox, before + 1, flags, id);
	answer(test, session);
	finish(test, session);
	expect_status(test, session, false);
	unsigned validity = 0;
	unsigned uid = 0;
	if (sscanf(test->code, "APPENDUID %u %u", &validity, &uid) != 2 || uid != before + 1) {
		model_fail(session, "[%s] after UID %u", test->code, before);
	}
	if (mailbox->uid_validity != 0 && mailbox->uid_validity != validity) {
		model_fail(session, "the UID validity was %u", mailbox->uid_validity);
	}
	mailbox->uid_validity = validity;
}

static unsigned changed_flags(unsigned flags, char mode, unsigned change)
{
	return mode == '+' ? flags | change : mode == '-' ? flags & ~change : change;
}

static void do_store(struct test *test, struct model_session *session)
{
	learn(test, session);
	struct choice choice;
	choose(test, session, &choice);
	char mode = "+-="[pick(test, 3)];
	bool silent = pick(test, 2) == 0;
	unsigned flags = pick(test, 1u << MODEL_FLAGS);
	if (pick(test, 3) == 0) {
		flags &= ~(unsigned)MODEL_DELETED;
	}
	begin_with(test, session, &choice, "STORE");
	bytes_add_text(&test->command, mode == '+' ? " +" : mode == '-' ? " -" : " ");
	bytes_add_text(&test->command, silent ? "FLAGS.SILENT " : "FLAGS ");
	model_write_flags(&test->command, flags);
	bytes_add_text(&test->command, "\r\n");
	describe(test);
	bool gone = names_gone(session, &choice);
	unsigned there = 0;
	for (size_t i = 0; i < session->count && !session->read_only; i++) {
		if (choice.named[i] && is_there(session, i)) {
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
	answer(test, session);
	finish(test, session);
	if (session->read_only) {
		if (test->status != 'N') {
			model_fail(session, "STORE in EXAMINE: %c", test->status);
		}
		return;
	}
	expect_status(test, session, gone && !choice.uids);
	if (!silent && test->fetched < there) {
		model_fail(session, "%u FETCH responses for %u messages", test->fetched, there);
	}
}

static void do_fetch(struct test *test, struct model_session *session)
{
	static const char *const items[] = { " (FLAGS)\r\n", " (UID)\r\n", " (UID FLAGS)\r\n",
		" (RFC822.SIZE FLAGS UID)\r\n", " (UID BODY.PEEK[])\r\n", " (UID BODY[])\r\n",
		" (BODY[] FLAGS)\r\n" };
	learn(test, session);
	struct choice choice;
	choose(test, session, &choice);
	unsigned item = pick(test, sizeof(items) / sizeof(items[0]));
	begin_with(test, session, &choice, "FETCH");
	bytes_add_text(&test->command, items[item]);
	describe(test);
	bool gone = names_gone(session, &choice);
	unsigned there = 0;
	for (size_t i = 0; i < session->count; i++) {
		if (choice.named[i] && is_there(session, i)) {
			there++;
			if (item >= 5 && !session->read_only) {
				model_find(session->mailbox, session->entries[i].uid)->flags |=
					MODEL_SEEN;
			}
		}
	}
	answer(test, session);
	finish(test, session);
	expect_status(test, session, gone && !choice.uids);
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

static void do_search(struct test *test, struct model_session *session)
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
	learn(test, session);
	unsigned key = pick(test, sizeof(keys) / sizeof(keys[0]));
	bool uids = pick(test, 2) == 0;
	begin(test, uids ? "tag UID SEARCH " : "tag SEARCH ");
	bytes_add_text(&test->command, keys[key].key);
	bytes_add_text(&test->command, "\r\n");
	describe(test);
	/* EXPUNGE may follow the answer of UID SEARCH: the picture as it is before. */
	struct {
		uint32_t uid;
		bool there;
	} before[PICTURE_MAX];
	size_t count = session->count;
	for (size_t i = 0; i < count; i++) {
		before[i].uid = session->entries[i].uid;
		before[i].there = is_there(session, i);
	}
	session->may_expunge = uids;
	answer(test, session);
	finish(test, session);
	expect_status(test, session, false);
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
		model_add(destination, copied, message.flags, message.id);
	}
	if (*from_at != '\0' || *to_at != '\0') {
		model_fail(session, "[%s] names more than %zu messages", test->code, count);
	}
	for (size_t i = 0; move && i < count; i++) {
		model_find(source, expected[i])->gone = true;
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

static void do_copy(struct test *test, struct model_session *session)
{
	learn(test, session);
	struct model_mailbox *source = session->mailbox;
	struct model_mailbox *destination = mailbox_named(test, pick(test, 2) == 0);
	bool move = pick(test, 2) == 0;
	if (model_count(destination, 0, 0) > MESSAGES_MAX ||
		(move && (destination == source || session->read_only))) {
		return;
	}
	struct choice choice;
	choose(test, session, &choice);
	begin_with(test, session, &choice, move ? "MOVE" : "COPY");
	session->may_expunge = true;
	bytes_add_text(&test->command, " ");
	bytes_add_text(&test->command, destination->name);
	bytes_add_text(&test->command, "\r\n");
	describe(test);
	uint32_t expected[PICTURE_MAX];
	size_t count = 0;
	for (size_t i = 0; i < session->count; i++) {
		if (choice.named[i] && is_there(session, i)) {
			expected[count++] = session->entries[i].uid;
		}
	}
	bool gone = names_gone(session, &choice);
	answer(test, session);
	peek_code(test, session);
	if (test->code[0] != '\0' || !gone) {
		take_copied(test, session, source, destination, expected, count, move);
	}
	finish(test, session);
	expect_status(test, session, gone);
}

static void do_expunge(struct test *test, struct model_session *session)
{
	learn(test, session);
	struct choice choice;
	choose(test, session, &choice);
	if (choice.uids) {
		begin_with(test, session, &choice, "EXPUNGE");
		bytes_add_text(&test->command, "\r\n");
	} else {
		begin(test, "tag EXPUNGE\r\n");
	}
	session->may_expunge = true;
	describe(test);
	if (!session->read_only) {
		struct model_mailbox *mailbox = session->mailbox;
		for (size_t i = 0; i < mailbox->count; i++) {
			struct model_message *message = &mailbox->messages[i];
			bool named = !choice.uids;
			for (size_t j = 0; j < session->count && !named; j++) {
				named = choice.named[j] && session->entries[j].uid == message->uid;
			}
			if (named && (message->flags & MODEL_DELETED) != 0) {
				message->gone = true;
			}
		}
	}
	answer(test, session);
	finish(test, session);
	if (session->read_only) {
		if (test->status != 'N') {
			model_fail(session, "EXPUNGE in EXAMINE: %c", test->status);
		}
		return;
	}
	expect_status(test, session, false);
	if (session->count != model_count(session->mailbox, 0, 0)) {
		model_fail(session, "after EXPUNGE knows of %zu messages of %zu", session->count,
			model_count(session->mailbox, 0, 0));
	}
}

static void do_select(struct test *test, struct model_session *session)
{
	struct model_mailbox *mailbox = mailbox_named(test, pick(test, 3) == 0);
	bool read_only = pick(test, 5) == 0;
	begin(test, read_only ? "tag EXAMINE " : "tag SELECT ");
	bytes_add_text(&test->command, mailbox->name);
	bytes_add_text(&test->command, "\r\n");
	describe(test);
	model_select(session, mailbox, read_only);
	session->modseq = 0;
	answer(test, session);
	finish(test, session);
	expect_status(test, session, false);
	if (strcmp(test->code, read_only ? "READ-ONLY" : "READ-WRITE") != 0) {
		model_fail(session, "[%s]", test->code);
	}
	if (session->count != model_count(mailbox, 0, 0)) {
		model_fail(session, "%zu EXISTS, and there are %zu", session->count,
			model_count(mailbox, 0, 0));
	}
}

/* A command that takes effect at once. */
static void do_one(struct test *test, struct model_session *session)
{
	size_t there = model_count(session->mailbox, 0, 0);
	unsigned what = pick(test, 100);
	if (what < 30 && there < MESSAGES_MAX) {
		do_append(test, session);
	} else if (session->count == 0) {
		run(test, session, "tag NOOP\r\n");
	} else if (what < 60) {
		do_store(test, session);
	} else if (what < 80) {
		do_copy(test, session);
	} else {
		do_expunge(test, session);
	}
}

/* Go away from the mailbox, while others may change it, and come back with what was known. */
static void do_resync(struct test *test, struct model_session *session)
{
	struct model_mailbox *mailbox = session->mailbox;
	bool read_only = session->read_only;
	if (session->modseq == 0 || mailbox->uid_validity == 0) {
		return;
	}
	begin(test, "tag UNSELECT\r\n");
	model_leave(session);
	session->mailbox = NULL;
	answer(test, session);
	finish(test, session);
	expect_status(test, session, false);
	for (unsigned i = pick(test, 8); i > 0; i--) {
		struct model_session *other = &test->sessions[pick(test, SESSIONS)];
		if (other != session && !other->idling && other->mailbox != NULL) {
			do_one(test, other);
		}
	}
	char text[160];
	(void)snprintf(text, sizeof(text), "tag %s %s (QRESYNC (%u %llu))\r\n",
		read_only ? "EXAMINE" : "SELECT", mailbox->name, mailbox->uid_validity,
		(unsigned long long)session->modseq);
	begin(test, text);
	model_select(session, mailbox, read_only);
	answer(test, session);
	finish(test, session);
	expect_status(test, session, false);
	if (session->count != model_count(mailbox, 0, 0)) {
		model_fail(session, "came back to %zu messages of %zu", session->count,
			model_count(mailbox, 0, 0));
	}
	model_come_back(session);
}

/* CLOSE or UNSELECT, and select again. */
static void do_close(struct test *test, struct model_session *session)
{
	bool close = pick(test, 3) == 0;
	begin(test, close ? "tag CLOSE\r\n" : "tag UNSELECT\r\n");
	for (size_t i = 0; close && !session->read_only && i < session->mailbox->count; i++) {
		struct model_message *message = &session->mailbox->messages[i];
		message->gone = message->gone || (message->flags & MODEL_DELETED) != 0;
	}
	session->mailbox = NULL; /* nothing may be told of it any more */
	answer(test, session);
	finish(test, session);
	expect_status(test, session, false);
	do_select(test, session);
}

static void do_status(struct test *test, struct model_session *session)
{
	const struct model_mailbox *mailbox = mailbox_named(test, pick(test, 2) == 0);
	char expected[128];
	(void)snprintf(expected, sizeof(expected), "(MESSAGES %zu UNSEEN %zu)",
		model_count(mailbox, 0, 0), model_count(mailbox, 0, MODEL_SEEN));
	begin(test, "tag STATUS ");
	bytes_add_text(&test->command, mailbox->name);
	bytes_add_text(&test->command, " (MESSAGES UNSEEN)\r\n");
	describe(test);
	answer(test, session);
	if (strstr(session->wire->received.data + session->wire->taken, expected) == NULL) {
		model_fail(session, "should be %s", expected);
	}
	finish(test, session);
	expect_status(test, session, false);
}

static void do_idle(struct test *test, struct model_session *session)
{
	begin(test, "tag IDLE\r\n");
	answer(test, session);
	hear(test, session);
	session->idling = true;
	hear_others(test, session);
	if (session->count != model_count(session->mailbox, 0, 0)) {
		model_fail(session, "begins to idle with %zu messages", session->count);
	}
}

static void end_idle(struct test *test, struct model_session *session)
{
	begin(test, "DONE\r\n");
	answer(test, session);
	session->idling = false;
	finish(test, session);
	expect_status(test, session, false);
}

/* Everybody polls, then everybody looks: all pictures are the store's. */
static void quiet_point(struct test *test)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		struct model_session *session = &test->sessions[i];
		if (session->idling) {
			end_idle(test, session);
		}
		run(test, session, "tag NOOP\r\n");
		model_check_equal(session);
	}
	for (size_t i = 0; i < SESSIONS; i++) {
		struct model_session *session = &test->sessions[i];
		size_t count = session->count;
		if (count > 0) {
			run(test, session, "tag FETCH 1:* (UID FLAGS RFC822.SIZE)\r\n");
			if (test->fetched != count) {
				model_fail(session, "%u FETCH responses for %zu messages",
					test->fetched, count);
			}
		}
		model_check_equal(session);
	}
}

static void do_something(struct test *test, struct model_session *session)
{
	size_t there = model_count(session->mailbox, 0, 0);
	unsigned what = pick(test, 100);
	if (session->idling) {
		if (what < 40) {
			end_idle(test, session);
		}
		return;
	}
	if (what < 16 && there < MESSAGES_MAX) {
		do_append(test, session);
	} else if (what < 22) {
		run(test, session, what < 20 ? "tag NOOP\r\n" : "tag CHECK\r\n");
		if (session->count != model_count(session->mailbox, 0, 0)) {
			model_fail(session, "after a poll knows of %zu messages", session->count);
		}
	} else if (what < 26) {
		do_idle(test, session);
	} else if (what < 29) {
		do_select(test, session);
	} else if (what < 31) {
		do_close(test, session);
	} else if (what < 36 && session->kind == MODEL_QRESYNC) {
		do_resync(test, session);
	} else if (what < 33) {
		do_status(test, session);
	} else if (session->count == 0) {
		do_append(test, session);
	} else if (what < 50) {
		do_store(test, session);
	} else if (what < 70) {
		do_fetch(test, session);
	} else if (what < 80) {
		do_search(test, session);
	} else if (what < 90) {
		do_copy(test, session);
	} else {
		do_expunge(test, session);
	}
}

static void open_test(struct test *test, uint64_t seed)
{
	static const enum model_kind kinds[SESSIONS] = { MODEL_PLAIN, MODEL_PLAIN, MODEL_CONDSTORE,
		MODEL_QRESYNC, MODEL_QRESYNC };
	struct roost_backend *backend = NULL;
	*test = (struct test) { .random = seed * 0x9e3779b97f4a7c15u + 1 };
	test->mailboxes[0].name = "INBOX";
	test->mailboxes[1].name = "Other";
	if (roost_memory_create(NULL, &backend) < 0 ||
		roost_memory_add_user(backend, "anna", "secret") < 0) {
		abort();
	}
	/* Every third test, bytes travel in small pieces. */
	struct driver_mode mode = { .feed_size = seed % 3 == 0 ? 5 : 0,
		.sent_size = seed % 3 == 0 ? 11 : 0 };
	driver_open(&test->driver, backend, mode);
	test->driver.dump_name = getenv("IMAP_DUMP");
	for (size_t i = 0; i < SESSIONS; i++) {
		struct model_session *session = &test->sessions[i];
		struct roost_conn_options options = { .insecure_auth = true };
		const char *line = NULL;
		size_t n = 0;
		bool complete = false;
		session->index = i;
		session->wire = driver_connect(&test->driver, i, &options);
		(void)wire_next(session->wire, &line, &n, &complete);
		run(test, session, "tag LOGIN anna secret\r\n");
		if (i == 0) {
			run(test, session, "tag CREATE Other\r\n");
		}
		session->kind = kinds[i];
		if (session->kind != MODEL_PLAIN) {
			run(test, session,
				session->kind == MODEL_QRESYNC ? "tag ENABLE QRESYNC\r\n"
							       : "tag ENABLE CONDSTORE\r\n");
		}
		do_select(test, session);
	}
}

static void close_test(struct test *test)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		free(test->sessions[i].entries);
	}
	for (size_t i = 0; i < MAILBOXES; i++) {
		model_mailbox_clear(&test->mailboxes[i]);
	}
	bytes_clear(&test->command);
	bytes_clear(&test->search);
	driver_close(&test->driver);
}

static void run_test(uint64_t seed, unsigned steps)
{
	static struct test test;
	(void)printf("seed %llu, %u steps\n", (unsigned long long)seed, steps);
	(void)fflush(stdout);
	open_test(&test, seed);
	for (test.step = 1; test.step <= steps; test.step++) {
		do_something(&test, &test.sessions[pick(&test, SESSIONS)]);
		if (test.step % 100 == 0) {
			quiet_point(&test);
		}
	}
	quiet_point(&test);
	close_test(&test);
}

int main(int argc, char **argv)
{
	unsigned steps = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 5000;
	if (argc > 1) {
		run_test(strtoull(argv[1], NULL, 10), steps);
		return 0;
	}
	for (uint64_t seed = 1; seed <= 20; seed++) {
		run_test(seed, steps);
	}
	return 0;
}

/* test_model.c - several sessions on two mailboxes under random operations, every response checked.
 *
 *	test_model [--local] [SEED [STEPS]]       with IMAP_DUMP=1 in the environment: prints all that travels
 *
 * Commands run one after another, so what is in the mailboxes is known at every moment; what a
 * session was told of it is not, and that is what is checked: see model.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

static void do_select(struct test *test, struct model_session *session)
{
	struct model_mailbox *mailbox = talk_mailbox_named(test, talk_pick(test, 3) == 0);
	bool read_only = talk_pick(test, 5) == 0;
	talk_begin(test, read_only ? "tag EXAMINE " : "tag SELECT ");
	bytes_add_text(&test->command, mailbox->name);
	bytes_add_text(&test->command, "\r\n");
	talk_describe(test);
	model_select(session, mailbox, read_only);
	session->modseq = 0;
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
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
	unsigned what = talk_pick(test, 100);
	if (what < 30 && there < MESSAGES_MAX) {
		messages_append(test, session);
	} else if (session->count == 0) {
		talk_run(test, session, "tag NOOP\r\n");
	} else if (what < 60) {
		messages_store(test, session);
	} else if (what < 80) {
		messages_copy(test, session);
	} else {
		messages_expunge(test, session);
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
	talk_begin(test, "tag UNSELECT\r\n");
	model_leave(session);
	session->mailbox = NULL;
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
	for (unsigned i = talk_pick(test, 8); i > 0; i--) {
		struct model_session *other = &test->sessions[talk_pick(test, TALK_SESSIONS)];
		if (other != session && !other->idling && other->mailbox != NULL) {
			do_one(test, other);
		}
	}
	char text[160];
	(void)snprintf(text, sizeof(text), "tag %s %s (QRESYNC (%u %llu))\r\n",
		read_only ? "EXAMINE" : "SELECT", mailbox->name, mailbox->uid_validity,
		(unsigned long long)session->modseq);
	talk_begin(test, text);
	model_select(session, mailbox, read_only);
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
	if (session->count != model_count(mailbox, 0, 0)) {
		model_fail(session, "came back to %zu messages of %zu", session->count,
			model_count(mailbox, 0, 0));
	}
	model_come_back(session);
}

/* CLOSE or UNSELECT, and select again. */
static void do_close(struct test *test, struct model_session *session)
{
	bool close = talk_pick(test, 3) == 0;
	talk_begin(test, close ? "tag CLOSE\r\n" : "tag UNSELECT\r\n");
	for (size_t i = 0; close && !session->read_only && i < session->mailbox->count; i++) {
		struct model_message *message = &session->mailbox->messages[i];
		if ((message->flags & MODEL_DELETED) != 0) {
			model_remove(session->mailbox, message);
		}
	}
	session->mailbox = NULL; /* nothing may be told of it any more */
	talk_answer(test, session);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
	do_select(test, session);
}

static void do_status(struct test *test, struct model_session *session)
{
	const struct model_mailbox *mailbox = talk_mailbox_named(test, talk_pick(test, 2) == 0);
	char expected[128];
	(void)snprintf(expected, sizeof(expected), "(MESSAGES %zu UNSEEN %zu)",
		model_count(mailbox, 0, 0), model_count(mailbox, 0, MODEL_SEEN));
	talk_begin(test, "tag STATUS ");
	bytes_add_text(&test->command, mailbox->name);
	bytes_add_text(&test->command, " (MESSAGES UNSEEN)\r\n");
	talk_describe(test);
	talk_answer(test, session);
	if (strstr(session->wire->received.data + session->wire->taken, expected) == NULL) {
		model_fail(session, "should be %s", expected);
	}
	session->watch.asks_status = true;
	talk_finish(test, session);
	session->watch.asks_status = false;
	talk_expect_status(test, session, false);
}

static void do_idle(struct test *test, struct model_session *session)
{
	talk_begin(test, "tag IDLE\r\n");
	talk_answer(test, session);
	talk_hear(test, session);
	session->idling = true;
	talk_hear_others(test, session);
	if (session->count != model_count(session->mailbox, 0, 0)) {
		model_fail(session, "begins to idle with %zu messages", session->count);
	}
}

static void end_idle(struct test *test, struct model_session *session)
{
	talk_begin(test, "DONE\r\n");
	talk_answer(test, session);
	session->idling = false;
	talk_finish(test, session);
	talk_expect_status(test, session, false);
}

/* Ask to be told what happens in the mailbox that is selected and in the other. */
static void do_notify(struct test *test, struct model_session *session)
{
	static const struct {
		const char *text;
		unsigned items;
	} items[] = {
		{ "MessageNew", 0 },
		{ "MessageNew (UID)", MODEL_TOLD_UID },
		{ "MessageNew (UID FLAGS)", MODEL_TOLD_UID | MODEL_TOLD_FLAGS },
		{ "MessageNew (FLAGS RFC822.SIZE)", MODEL_TOLD_FLAGS | MODEL_TOLD_SIZE },
		{ "MessageNew (UID BODY.PEEK[])", MODEL_TOLD_UID | MODEL_TOLD_BODY },
	};
	static const struct {
		const char *text;
		unsigned mailboxes; /* as bits */
	} filters[] = {
		{ "PERSONAL", 3 },
		{ "INBOXES", 3 },
		{ "SUBSCRIBED", 0 },
		{ "MAILBOXES (Other INBOX)", 3 },
		{ "MAILBOXES Other", 2 },
		{ "MAILBOXES INBOX", 1 },
		{ "SUBTREE Other", 2 },
		{ "SUBTREE (INBOX Nowhere Other)", 3 },
		{ "MAILBOXES INBOX NONE) (PERSONAL", 2 },
	};
	unsigned item = talk_pick(test, sizeof(items) / sizeof(items[0]));
	unsigned filter = talk_pick(test, sizeof(filters) / sizeof(filters[0]));
	bool status = talk_pick(test, 2) == 0;
	bool flags = talk_pick(test, 2) == 0;
	struct model_watch *watch = &session->watch;
	char text[256];

	watch->delayed = talk_pick(test, 3) == 0;
	(void)snprintf(text, sizeof(text),
		"tag NOTIFY SET%s (SELECTED%s (%s MessageExpunge FlagChange)) "
		"(%s (MessageNew MessageExpunge%s))\r\n",
		status ? " STATUS" : "", watch->delayed ? "-DELAYED" : "", items[item].text,
		filters[filter].text, flags ? " FlagChange" : "");
	talk_begin(test, text);
	watch->messages = filters[filter].mailboxes;
	watch->flags = flags ? watch->messages : 0;
	/* Until then, others may be asked for. */
	watch->items = 0;
	watch->overflow = false;
	talk_answer(test, session);
	watch->asks_status = status;
	talk_hear(test, session);
	watch->asks_status = false;
	watch->items = items[item].items;
	watch->since = session->mailbox == NULL ? 0 : model_last_uid(session->mailbox);
	talk_finish(test, session);
	talk_expect_status(test, session, false);
}

/* With UIDONLY there are no sequence numbers. RFC 9586. */
static void do_numbers(struct test *test, struct model_session *session)
{
	static const char *const commands[] = { "tag FETCH 1 (FLAGS)\r\n",
		"tag STORE 1:* FLAGS (\\Deleted)\r\n", "tag COPY 1 Other\r\n",
		"tag MOVE 1:* INBOX\r\n", "tag SEARCH ALL\r\n", "tag SEARCH RETURN (COUNT) ALL\r\n",
		"tag SORT (ARRIVAL) UTF-8 ALL\r\n", "tag THREAD REFERENCES UTF-8 ALL\r\n",
		"tag UID SEARCH 1:*\r\n", "tag UID SEARCH OR SEEN NOT (DRAFT 1)\r\n" };
	talk_begin(test, commands[talk_pick(test, sizeof(commands) / sizeof(commands[0]))]);
	session->may_expunge = false;
	talk_answer(test, session);
	talk_finish(test, session);
	if (test->status != 'B' || strcmp(test->code, "UIDREQUIRED") != 0) {
		model_fail(session, "answer is %c [%s]", test->status, test->code);
	}
}

/* Everybody polls, then everybody looks: all pictures are the store's. */
static void quiet_point(struct test *test)
{
	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		struct model_session *session = &test->sessions[i];
		if (session->idling) {
			end_idle(test, session);
		}
		talk_run(test, session, "tag NOOP\r\n");
		model_check_equal(session);
	}
	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		struct model_session *session = &test->sessions[i];
		size_t count = session->count;
		if (count > 0) {
			talk_run(test, session,
				talk_is_uidonly(session)
					? "tag UID FETCH 1:* (FLAGS RFC822.SIZE)\r\n"
					: "tag FETCH 1:* (UID FLAGS RFC822.SIZE)\r\n");
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
	unsigned what = talk_pick(test, 100);
	if (session->idling) {
		if (what < 40) {
			end_idle(test, session);
		}
		return;
	}
	if (what < 16 && there < MESSAGES_MAX) {
		messages_append(test, session);
	} else if (what < 22) {
		talk_run(test, session, what < 20 ? "tag NOOP\r\n" : "tag CHECK\r\n");
		if (session->count != model_count(session->mailbox, 0, 0)) {
			model_fail(session, "after a poll knows of %zu messages", session->count);
		}
	} else if (what < 26) {
		do_idle(test, session);
	} else if (what < 29) {
		do_select(test, session);
	} else if (what < 31) {
		do_close(test, session);
	} else if (what < 36 && (session->kind & MODEL_QRESYNC) != 0) {
		do_resync(test, session);
	} else if (what < 33) {
		do_status(test, session);
	} else if (what < 36 && (session->kind & MODEL_NOTIFY) != 0) {
		do_notify(test, session);
	} else if (what < 38 && talk_is_uidonly(session)) {
		do_numbers(test, session);
	} else if (session->count == 0) {
		messages_append(test, session);
	} else if (what < 50) {
		messages_store(test, session);
	} else if (what < 70) {
		messages_fetch(test, session);
	} else if (what < 80) {
		messages_search(test, session);
	} else if (what < 90) {
		messages_copy(test, session);
	} else {
		messages_expunge(test, session);
	}
}

/* What each session has enabled; of those with several, one test has the one and the next another. */
static unsigned kind_of(size_t session, uint64_t seed)
{
	static const unsigned extras[] = { MODEL_PLAIN, MODEL_CONDSTORE | MODEL_QRESYNC,
		MODEL_CONDSTORE, MODEL_UIDONLY, MODEL_UIDONLY | MODEL_CONDSTORE | MODEL_QRESYNC };
	static const unsigned kinds[TALK_SESSIONS] = { MODEL_PLAIN, MODEL_PLAIN, MODEL_CONDSTORE,
		MODEL_CONDSTORE | MODEL_QRESYNC, MODEL_CONDSTORE | MODEL_QRESYNC, MODEL_UIDONLY,
		MODEL_NOTIFY };
	unsigned extra = kinds[session] < MODEL_UIDONLY ? MODEL_PLAIN : extras[seed % 5];
	return kinds[session] | extra;
}

static void enable(struct test *test, struct model_session *session, unsigned kind)
{
	if ((kind & MODEL_CONDSTORE) != 0) {
		talk_run(test, session,
			(kind & MODEL_QRESYNC) != 0 ? "tag ENABLE QRESYNC\r\n"
						    : "tag ENABLE CONDSTORE\r\n");
	}
	if ((kind & MODEL_UIDONLY) != 0) {
		talk_run(test, session, "tag ENABLE UIDONLY\r\n");
	}
	session->kind = kind;
}

static void sign_in(struct test *test, struct model_session *session, unsigned kind)
{
	struct roost_limits limits;
	roost_limits_init(&limits);
	limits.output = test->output_limit;
	struct roost_conn_options options = { .insecure_auth = true, .limits = &limits };
	const char *line = NULL;
	size_t n = 0;
	bool complete = false;
	session->mailboxes = test->mailboxes;
	session->wire = driver_connect(&test->driver, session->index, &options);
	(void)wire_next(session->wire, &line, &n, &complete);
	talk_run(test, session, "tag LOGIN anna secret\r\n");
	if (session->index == 0) {
		talk_run(test, session, "tag CREATE Other\r\n");
	}
	enable(test, session, kind);
	do_select(test, session);
	if ((kind & MODEL_NOTIFY) != 0) {
		do_notify(test, session);
	}
}

static void open_test(struct test *test, uint64_t seed, bool local)
{
	struct roost_backend *backend = NULL;
	*test = (struct test) { .random = seed * 0x9e3779b97f4a7c15u + 1 };
	test->mailboxes[0].name = "INBOX";
	test->mailboxes[1].name = "Other";
	test->stage = (struct stage) { .local = local, .users = { { "anna", "secret" } } };
	if (stage_create(&test->stage, &backend) < 0) {
		abort();
	}
	/* Every fourth test, hardly anything waits to be sent: what is told is told in many parts. */
	test->output_limit = seed % 4 == 0 ? 64 : (size_t)256 * 1024;
	/* Every third test, bytes travel in small pieces. */
	struct driver_mode mode = { .feed_size = seed % 3 == 0 ? 5 : 0,
		.sent_size = seed % 3 == 0 ? 11 : 0 };
	driver_open(&test->driver, backend, mode);
	test->driver.dump_name = getenv("IMAP_DUMP");
	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		test->sessions[i].index = i;
		sign_in(test, &test->sessions[i], kind_of(i, seed));
	}
}

static void close_test(struct test *test)
{
	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		free(test->sessions[i].entries);
	}
	for (size_t i = 0; i < MODEL_MAILBOXES; i++) {
		model_mailbox_clear(&test->mailboxes[i]);
	}
	bytes_clear(&test->command);
	bytes_clear(&test->search);
	driver_close(&test->driver);
	stage_clear(&test->stage);
}

static void run_test(uint64_t seed, unsigned steps, bool local)
{
	static struct test test;
	(void)printf("seed %llu, %u steps\n", (unsigned long long)seed, steps);
	(void)fflush(stdout);
	open_test(&test, seed, local);
	for (test.step = 1; test.step <= steps; test.step++) {
		do_something(&test, &test.sessions[talk_pick(&test, TALK_SESSIONS)]);
		if (test.step % 100 == 0) {
			quiet_point(&test);
		}
	}
	quiet_point(&test);
	close_test(&test);
}

int main(int argc, char **argv)
{
	bool local = argc > 1 && strcmp(argv[1], "--local") == 0;
	argc -= local;
	argv += local;
	unsigned seeds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : local ? 15 : 20;
	unsigned steps = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : local ? 1000 : 5000;
	for (unsigned seed = argc > 1 ? seeds : 1; seed <= seeds; seed++) {
		run_test(seed, steps, local);
	}
	return 0;
}

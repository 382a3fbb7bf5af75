/* test_progress.c - what a client that waits is told of a command's progress. RFC 9585. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/conn.h>
#include <roost/outline.h>

struct moment {
	uint64_t done, total; /* as the op tells it */
	const char *line; /* as the client is told then */
};

static struct {
	struct roost_backend backend;
	struct roost_user user;
	struct roost_mailbox inbox; /* of three messages */
	void *outline; /* that they all have */
	size_t outline_size;
	struct roost_conn *conn;
	const struct moment *moments;
	size_t moment_count;
	bool quiet; /* nothing must be said */
	unsigned lists;
} house;

static void look(const char *expected)
{
	char line[ROOST_CONN_PROGRESS_MAX + 1];
	size_t n = roost_conn_progress(house.conn, line, ROOST_CONN_PROGRESS_MAX);

	line[n] = 0;
	assert_string_equal(line, expected);
}

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	(void)backend;
	(void)credentials;
	roost_call_progress(call, 1, 2);
	look("");
	*user_out = &house.user;
	return 0;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	char small[ROOST_CONN_PROGRESS_MAX - 1];

	(void)user;
	(void)options;
	(void)deliver;
	(void)context;
	house.lists++;
	assert_int_equal(roost_conn_progress(house.conn, small, sizeof(small)), 0);
	if (house.quiet) {
		roost_call_progress(call, 1, 2);
		look("");
	}
	for (size_t i = 0; i < house.moment_count; i++) {
		roost_call_progress(call, house.moments[i].done, house.moments[i].total);
		look(house.moments[i].line);
	}
	return 0;
}

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	(void)mailbox;
	(void)call;
	snapshot_out->uid_validity = 1;
	snapshot_out->uid_next = 4;
	return roost_uidset_add_range(&snapshot_out->uids, 1, 3);
}

/* Looks at the line after each message that it has delivered. */
static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	int r = 0;

	(void)mailbox;
	(void)call;
	(void)options;
	for (uint32_t uid = 1; r == 0 && uid <= 3; uid++) {
		struct roost_message message = { .size = sizeof(message),
			.has = ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OUTLINE,
			.uid = uid,
			.outline = house.outline,
			.outline_size = house.outline_size };
		if (roost_uidset_contains(uids, uid)) {
			r = deliver(context, &message);
			look(house.moments[house.lists++].line);
		}
	}
	return r;
}

/* Finds all, so that one pass is left to be told of. */
static int search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	(void)mailbox;
	(void)call;
	(void)search;
	return roost_uidset_add_set(uids_out, within);
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	(void)mailbox;
}

static const struct roost_mailbox_ops mailbox_ops = {
	.size = sizeof(mailbox_ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.search_messages = search_messages,
	.close = close_mailbox,
};

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	(void)call;
	(void)options;
	if (strcmp(name, "INBOX") != 0) {
		return ROOST_ERR_NO_SUCH_MAILBOX;
	}
	house.inbox = (struct roost_mailbox) { .ops = &mailbox_ops, .user = user, .name = "INBOX" };
	*mailbox_out = &house.inbox;
	return 0;
}

static const struct roost_backend_ops backend_ops = { .size = sizeof(backend_ops), .login = login };
static const struct roost_user_ops user_ops = {
	.size = sizeof(user_ops), .list_mailboxes = list_mailboxes, .get_mailbox = get_mailbox
};

static void drain(void)
{
	struct roost_piece piece;

	while (roost_conn_output(house.conn, &piece, 1) == 1) {
		roost_conn_sent(house.conn, piece.size);
	}
}

static void feed(const char *text)
{
	size_t used;

	assert_int_equal(roost_conn_feed(house.conn, text, strlen(text), &used), 0);
	assert_int_equal(used, strlen(text));
}

static void run(void)
{
	while ((roost_conn_wants(house.conn) & ROOST_CONN_RUN) != 0) {
		assert_int_equal(roost_conn_run(house.conn), 0);
		look("");
	}
}

static int connect_with(const struct roost_limits *limits)
{
	struct roost_conn_options options = { .size = sizeof(options),
		.backend = &house.backend,
		.limits = limits,
		.insecure_auth = true };

	memset(&house, 0, sizeof(house));
	house.backend.ops = &backend_ops;
	house.user = (struct roost_user) { &user_ops, &house.backend, "anna", '/' };
	if (roost_conn_create(&options, &house.conn) < 0) {
		return -1;
	}
	drain();
	look("");
	feed("a LOGIN anna secret\r\n");
	look("");
	run();
	drain();
	return 0;
}

static int begin(void **state)
{
	(void)state;
	return connect_with(NULL);
}

/* With an output that any answer fills. */
static int begin_small(void **state)
{
	struct roost_limits limits;

	(void)state;
	roost_limits_init(&limits);
	limits.output = 16;
	return connect_with(&limits);
}

static int end(void **state)
{
	(void)state;
	roost_conn_destroy(house.conn);
	return 0;
}

static void test_grows(void **state)
{
	static const struct moment moments[] = {
		{ 0, 0, "* OK [INPROGRESS (\"A142\" NIL NIL)] Still at it\r\n" },
		{ 0, 1000, "* OK [INPROGRESS (\"A142\" NIL NIL)] Still at it\r\n" },
		{ 175, 1000, "* OK [INPROGRESS (\"A142\" 175 1000)] 17% done\r\n" },
		{ 175, 1000, "* OK [INPROGRESS (\"A142\" NIL NIL)] Still at it\r\n" },
		{ 999, 1000, "* OK [INPROGRESS (\"A142\" 999 1000)] 99% done\r\n" },
		{ 1000, 1000, "* OK [INPROGRESS (\"A142\" 1000 NIL)] Still at it\r\n" },
		/* another pass begins to count again */
		{ 5, 1000, "* OK [INPROGRESS (\"A142\" NIL NIL)] Still at it\r\n" },
		{ 5000, 9000, "* OK [INPROGRESS (\"A142\" NIL NIL)] Still at it\r\n" },
	};

	(void)state;
	house.moments = moments;
	house.moment_count = sizeof(moments) / sizeof(moments[0]);
	feed("A142 LIST \"\" *\r\n");
	look("");
	run();
	assert_true(house.lists > 0);
}

static void test_without_a_goal(void **state)
{
	static const struct moment moments[] = {
		{ 3, 0, "* OK [INPROGRESS (\"b\" 3 NIL)] Still at it\r\n" },
		{ 4, 2, "* OK [INPROGRESS (\"b\" 4 NIL)] Still at it\r\n" },
		{ UINT64_MAX - 1, UINT64_MAX,
			"* OK [INPROGRESS (\"b\" 18446744073709551614 18446744073709551615)] 100% "
			"done\r\n" },
	};

	(void)state;
	house.moments = moments;
	house.moment_count = sizeof(moments) / sizeof(moments[0]);
	feed("b LIST \"\" *\r\n");
	run();
	drain();
	/* each command counts for itself */
	house.lists = 0;
	feed("b LIST \"\" *\r\n");
	run();
	assert_true(house.lists > 0);
}

/* Nothing overtakes what was said before. */
static void test_not_while_output_waits(void **state)
{
	(void)state;
	house.quiet = true;
	feed("a NOOP\r\n");
	run();
	feed("b LIST \"\" *\r\n");
	run();
	assert_int_equal(house.lists, 1);
	drain();
}

static void test_long_tag(void **state)
{
	static const struct moment moments[] = {
		{ 3, 0, "* OK [INPROGRESS (NIL 3 NIL)] Still at it\r\n" },
	};
	char tag[301];

	(void)state;
	house.moments = moments;
	house.moment_count = 1;
	memset(tag, 'x', sizeof(tag) - 1);
	tag[sizeof(tag) - 1] = 0;
	feed(tag);
	feed(" LIST \"\" *\r\n");
	run();
	assert_int_equal(house.lists, 1);
}

static void make_outline(void)
{
	struct roost_content *content;

	assert_int_equal(roost_content_create_copy("Subject: a\r\n\r\n", 14, &content), 0);
	assert_int_equal(roost_outline_create(content, &house.outline, &house.outline_size), 0);
	roost_content_unref(content);
}

/* A client that is sent what waits while more is made has begun to hear the answer: a line would stand in the middle of
 * it. */
static void test_not_while_output_is_sent(void **state)
{
	static const struct moment moments[] = {
		{ 0, 0, "* OK [INPROGRESS (\"t\" NIL NIL)] Still at it\r\n" },
		{ 0, 0, "" },
		{ 0, 0, "" },
	};
	char heard[1000];
	size_t size = 0, parts = 0;
	struct roost_piece piece;

	(void)state;
	make_outline();
	feed("s EXAMINE INBOX\r\n");
	while (roost_conn_wants(house.conn) != ROOST_CONN_READ) {
		run();
		drain();
	}
	house.moments = moments;
	feed("t FETCH 1:3 ENVELOPE\r\n");
	while (roost_conn_wants(house.conn) != ROOST_CONN_READ) {
		if ((roost_conn_wants(house.conn) & ROOST_CONN_RUN) != 0) {
			assert_int_equal(roost_conn_run(house.conn), 0);
			look("");
			roost_conn_join_output(house.conn);
			parts += roost_conn_part_output(house.conn);
		}
		/* a few octets, so that some are left while more is made */
		if (roost_conn_output(house.conn, &piece, 1) == 1) {
			size_t n = piece.size < 7 ? (size_t)piece.size : 7;
			assert_true(size + n < sizeof(heard));
			memcpy(heard + size, piece.bytes, n);
			size += n;
			roost_conn_sent(house.conn, n);
			look("");
		}
	}
	heard[size] = 0;
	assert_int_equal(house.lists, 3);
	assert_in_range(parts, 1, 2);
	assert_non_null(strstr(heard, "* 3 FETCH (ENVELOPE (NIL \"a\" "));
	assert_non_null(strstr(heard, "\r\nt OK "));
	assert_null(strstr(heard, "INPROGRESS"));
	free(house.outline);
}

/* Threads and sorted answers: each message that was looked at counts. */
static void test_messages(void **state)
{
	static const struct moment moments[] = {
		{ 0, 0, "* OK [INPROGRESS (\"t\" 1 3)] 33% done\r\n" },
		{ 0, 0, "* OK [INPROGRESS (\"t\" 2 3)] 66% done\r\n" },
		{ 0, 0, "* OK [INPROGRESS (\"t\" 3 NIL)] Still at it\r\n" },
	};
	static const char *const commands[] = { "t THREAD REFERENCES UTF-8 ALL\r\n",
		"t UID THREAD REFS UTF-8 ALL\r\n", "t THREAD ORDEREDSUBJECT UTF-8 ALL\r\n",
		"t SORT (SUBJECT) UTF-8 ALL\r\n" };

	(void)state;
	make_outline();
	feed("s EXAMINE INBOX\r\n");
	run();
	drain();
	house.moments = moments;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		house.lists = 0;
		feed(commands[i]);
		run();
		drain();
		assert_int_equal(house.lists, 3);
	}
	free(house.outline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_grows, begin, end),
		cmocka_unit_test_setup_teardown(test_without_a_goal, begin, end),
		cmocka_unit_test_setup_teardown(test_not_while_output_waits, begin, end),
		cmocka_unit_test_setup_teardown(test_not_while_output_is_sent, begin_small, end),
		cmocka_unit_test_setup_teardown(test_long_tag, begin, end),
		cmocka_unit_test_setup_teardown(test_messages, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

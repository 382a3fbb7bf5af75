/* test_try.c - a backend whose ops are tried: what they need not wait for is answered at once, what they would have to
 * wait for is begun anew where they may, and told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <roost/updates.h>

#include "client.h"
#include "one_mailbox.h"

#define MESSAGES 300u
#define GAPS 5000u

/* One user, one mailbox. */
struct house {
	struct one_mailbox one;
	struct roost_updates *updates;
	struct client client;
	bool busy; /* ops have to wait */
	bool always_busy; /* wherever they run */
	bool busy_later; /* after the next one */
	bool gappy; /* only odd UIDs, very many */
	bool arrives; /* while the next op runs, something comes */
	unsigned tried; /* ops that could not wait */
	unsigned waited; /* ops that could */
};

static struct house house;

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	(void)mailbox;
	assert_true(roost_call_may_wait(call));
	snapshot_out->uid_validity = 1;
	snapshot_out->highest_modseq = 2;
	int r = 0;
	for (uint32_t i = 0; house.gappy && r == 0 && i < GAPS; i++) {
		r = roost_uidset_add(&snapshot_out->uids, 2 * i + 1);
	}
	snapshot_out->uid_next = house.gappy ? 2 * GAPS : MESSAGES + 1;
	return house.gappy ? r : roost_uidset_add_range(&snapshot_out->uids, 1, MESSAGES);
}

/* 0 when the op goes on. */
static int begin_op(const struct roost_call *call)
{
	bool may_wait = roost_call_may_wait(call);

	*(may_wait ? &house.waited : &house.tried) += 1;
	if (house.always_busy || (house.busy && !may_wait)) {
		return ROOST_ERR_WOULD_BLOCK;
	}
	house.busy = house.busy || house.busy_later;
	if (house.arrives) {
		struct roost_uidset uids = ROOST_UIDSET_EMPTY;
		const struct roost_update update = { .size = sizeof(update),
			.kind = ROOST_UPDATE_MESSAGE,
			.user = "anna",
			.mailbox = "INBOX",
			.uids = &uids };
		house.arrives = false;
		assert_int_equal(roost_uidset_add(&uids, 7), 0);
		assert_int_equal(roost_updates_post(house.updates, &update), 0);
		roost_uidset_clear(&uids);
	}
	return 0;
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	int r = begin_op(call);

	(void)mailbox;
	(void)options;
	uint32_t last = house.gappy ? 2 * GAPS : MESSAGES;
	for (uint32_t uid = 1; r == 0 && uid <= last; uid++) {
		const struct roost_message message = { .size = sizeof(message),
			.uid = uid,
			.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE |
			       ROOST_MESSAGE_OCTETS | ROOST_MESSAGE_MODSEQ,
			.octets = 1,
			.modseq = 2 };
		if (roost_uidset_contains(uids, uid)) {
			r = deliver(context, &message);
		}
	}
	return r == ROOST_STOP ? 0 : r;
}

static int search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	int r = begin_op(call);

	(void)mailbox;
	(void)search;
	if (r == 0) {
		r = house.gappy ? roost_uidset_add_set(uids_out, within)
				: roost_uidset_add_range(uids_out, 3, 5);
	}
	return r;
}

static int poll(struct roost_mailbox *mailbox, struct roost_call *call)
{
	(void)mailbox;
	return begin_op(call);
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	(void)mailbox;
}

static const struct roost_mailbox_ops mailbox_ops = { .size = sizeof(mailbox_ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.search_messages = search_messages,
	.poll = poll,
	.close = close_mailbox };

static void woken(void *context)
{
	(void)context;
}

/* How many slices of the work might have blocked. */
static unsigned say(const char *line)
{
	unsigned before = house.client.blocking;

	house.tried = house.waited = 0;
	client_say(&house.client, line);
	return house.client.blocking - before;
}

static unsigned count(const char *what)
{
	return client_count(&house.client, what);
}

static int begin(void **state)
{
	struct roost_limits limits;
	struct roost_conn_options options = { .size = sizeof(options),
		.backend = &house.one.backend,
		.limits = &limits,
		.insecure_auth = true,
		.woken = woken };

	(void)state;
	roost_limits_init(&limits);
	limits.output = 1024;
	memset(&house, 0, sizeof(house));
	one_mailbox_init(&house.one, &mailbox_ops);
	house.one.backend.features = ROOST_FEATURE_TRIES | ROOST_FEATURE_MODSEQ;
	if (roost_updates_create(&house.one.backend, &house.updates) < 0) {
		return -1;
	}
	client_open(&house.client, &options);
	(void)say("a LOGIN anna secret\r\n");
	(void)say("b SELECT INBOX\r\n");
	return client_heard(&house.client, "b OK ") ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	client_close(&house.client);
	roost_updates_destroy(house.updates);
	return 0;
}

static void test_nothing_to_wait_for(void **state)
{
	static const char *const lines[] = { "c NOOP\r\n", "c FETCH 5 FLAGS\r\n",
		"c UID FETCH 5 (INTERNALDATE RFC822.SIZE)\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(say(lines[i]), 0);
		assert_int_equal(house.tried, 1);
		assert_int_equal(house.waited, 0);
		assert_int_equal(count("c OK "), 1);
		assert_int_equal(count("* 5 FETCH ("), i > 0);
	}
	assert_int_equal(say("c IDLE\r\n"), 0);
	assert_int_equal(say("DONE\r\n"), 0);
}

static void test_busy(void **state)
{
	static const char *const lines[] = { "c NOOP\r\n", "c FETCH 5 FLAGS\r\n",
		"c UID FETCH 5 (UID) (CHANGEDSINCE 1)\r\n", "c FETCH 5 MODSEQ\r\n" };

	(void)state;
	house.busy = true;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(say(lines[i]), 1);
		assert_int_equal(house.tried, 1);
		assert_int_equal(house.waited, 1);
		assert_int_equal(count("c OK "), 1);
		assert_int_equal(count("FETCH ("), i > 0);
		assert_true(count("HIGHESTMODSEQ") <= 1);
	}
}

/* What comes back for more does not begin anew. */
static void test_busy_in_the_middle(void **state)
{
	(void)state;
	house.busy_later = true;
	assert_true(say("c FETCH 1:* FLAGS\r\n") > 1);
	assert_int_equal(house.tried, 1);
	assert_int_equal(count("FETCH ("), MESSAGES);
	assert_int_equal(count("* 1 FETCH ("), 1);
	assert_int_equal(count("c OK "), 1);
}

/* Content is needed for outlines, and that shows late. */
static void test_outlines_are_not_tried(void **state)
{
	(void)state;
	assert_int_equal(say("c FETCH 5 ENVELOPE\r\n"), 1);
	assert_int_equal(house.tried, 0);
	assert_int_equal(count("FETCH ("), 1);
}

/* Only to find out which messages are meant takes long. */
static void test_very_many(void **state)
{
	static const struct {
		const char *line;
		unsigned answers;
		unsigned tried;
	} rows[] = {
		{ "c FETCH 7 FLAGS\r\n", 1, 1 },
		{ "c FETCH * FLAGS\r\n", 1, 1 },
		{ "c UID FETCH 1:9 FLAGS\r\n", 5, 1 },
		{ "c UID FETCH 8,10,12 FLAGS\r\n", 0, 0 },
		{ "c FETCH 4999:* FLAGS\r\n", 2, 0 },
		{ "c FETCH *:4999 FLAGS\r\n", 2, 0 },
		{ "c UID FETCH 1:* FLAGS\r\n", GAPS, 0 },
		{ "c UID FETCH 5000:1 FLAGS\r\n", GAPS / 2, 0 },
	};

	(void)state;
	house.gappy = true;
	(void)say("b SELECT INBOX\r\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)say(rows[i].line);
		assert_int_equal(count(" FETCH ("), rows[i].answers);
		assert_int_equal(count("c OK "), 1);
		assert_int_equal(house.tried, rows[i].tried);
	}
}

static void test_very_many_numbers(void **state)
{
	static char line[65536] = "c FETCH 1";
	size_t n = strlen(line);

	(void)state;
	for (unsigned i = 0; i < GAPS; i++) {
		memcpy(line + n, ",1", 3);
		n += 2;
	}
	memcpy(line + n, " FLAGS\r\n", sizeof(" FLAGS\r\n"));
	(void)say(line);
	assert_int_equal(count(" FETCH ("), 1);
	assert_int_equal(house.tried, 0);
}

/* What came meanwhile is told, and not where it might wait. */
static void test_news_in_the_middle(void **state)
{
	(void)state;
	house.arrives = true;
	assert_int_equal(say("c NOOP\r\n"), 1);
	assert_int_equal(house.tried, 1);
	assert_int_equal(house.waited, 1);
	assert_int_equal(count("* 7 FETCH ("), 1);
	assert_int_equal(count("c OK "), 1);
}

static void test_backend_is_not_tried(void **state)
{
	(void)state;
	house.one.backend.features = ROOST_FEATURE_MODSEQ;
	assert_int_equal(say("c NOOP\r\n"), 1);
	assert_int_equal(say("c FETCH 5 FLAGS\r\n"), 1);
	assert_int_equal(house.tried, 0);
	house.one.backend.features = ROOST_FEATURE_READS_NEVER_BLOCK;
	assert_int_equal(say("c FETCH 5 FLAGS\r\n"), 0);
	assert_int_equal(house.tried, 0);
	house.one.backend.features = ROOST_FEATURE_READS_NEVER_BLOCK | ROOST_FEATURE_TRIES;
	house.busy = true;
	assert_int_equal(say("c FETCH 5 FLAGS\r\n"), 1);
	assert_int_equal(house.tried, 1);
	assert_int_equal(count("FETCH ("), 1);
}

static const char *const quick_searches[] = { "c SEARCH UNSEEN\r\n", "c UID SEARCH UID 3:5\r\n",
	"c SEARCH RETURN (MIN COUNT) NOT (OR SEEN KEYWORD x) SINCE 1-Jan-2020\r\n",
	"c SEARCH RETURN (SAVE) LARGER 3 SMALLER 9 UNKEYWORD y\r\n",
	"c SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\r\n" };
#define QUICK (sizeof(quick_searches) / sizeof(quick_searches[0]))

static void test_search(void **state)
{
	(void)state;
	house.one.backend.features |= ROOST_FEATURE_TRIES_SEARCH;
	for (size_t i = 0; i < QUICK; i++) {
		house.busy = false;
		assert_int_equal(say(quick_searches[i]), 0);
		assert_int_equal(house.tried, 1);
		assert_int_equal(house.waited, 0);
		assert_int_equal(count("c OK "), 1);
		house.busy = true;
		assert_int_equal(say(quick_searches[i]), 1);
		assert_int_equal(house.tried, 1);
		assert_int_equal(house.waited, 1);
		assert_int_equal(count("c OK "), 1);
		assert_true(count("SEARCH ") <= 1);
	}
}

/* Those that look into messages, ask for more than what is found, or are long; and all where the backend does not say that
 * its searches can be tried. */
static void test_search_is_not_tried(void **state)
{
	static const char *const lines[] = { "c SEARCH TEXT x\r\n", "c SEARCH UNSEEN BODY x\r\n",
		"c SEARCH NOT (SUBJECT x)\r\n", "c SEARCH OR SEEN SENTSINCE 1-Jan-2020\r\n",
		"c SEARCH MODSEQ 1\r\n", "c SEARCH FUZZY SEEN\r\n",
		"c SEARCH RETURN (UPDATE) UNSEEN\r\n", "c SEARCH RETURN (RELEVANCY) FUZZY TO x\r\n",
		"c SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\r\n" };

	(void)state;
	for (size_t i = 0; i < QUICK; i++) {
		assert_true(say(quick_searches[i]) > 0);
		assert_int_equal(house.tried, 0);
	}
	house.one.backend.features |= ROOST_FEATURE_TRIES_SEARCH;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_true(say(lines[i]) > 0);
		assert_int_equal(house.tried, 0);
		assert_int_equal(count("c OK "), 1);
	}
}

/* An answer that is too long to be given in one go is not sought again. */
static void test_search_with_a_long_answer(void **state)
{
	(void)state;
	house.one.backend.features |= ROOST_FEATURE_TRIES_SEARCH;
	house.gappy = true;
	(void)say("b SELECT INBOX\r\n");
	assert_true(say("c UID SEARCH ALL\r\n") > 1);
	assert_int_equal(house.tried, 1);
	assert_int_equal(house.waited, 0);
	assert_int_equal(count("* SEARCH "), 1);
	assert_int_equal(count(" 1 3 5 7 9 11"), 1);
	assert_int_equal(count("c OK "), 1);
}

/* A backend that says so though it may wait gets an answer all the same. */
static void test_would_block_where_it_may(void **state)
{
	(void)state;
	house.always_busy = true;
	(void)say("c FETCH 5 FLAGS\r\n");
	assert_int_equal(count("c NO [UNAVAILABLE]"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_to_wait_for, begin, end),
		cmocka_unit_test_setup_teardown(test_busy, begin, end),
		cmocka_unit_test_setup_teardown(test_busy_in_the_middle, begin, end),
		cmocka_unit_test_setup_teardown(test_outlines_are_not_tried, begin, end),
		cmocka_unit_test_setup_teardown(test_very_many, begin, end),
		cmocka_unit_test_setup_teardown(test_very_many_numbers, begin, end),
		cmocka_unit_test_setup_teardown(test_news_in_the_middle, begin, end),
		cmocka_unit_test_setup_teardown(test_backend_is_not_tried, begin, end),
		cmocka_unit_test_setup_teardown(test_search, begin, end),
		cmocka_unit_test_setup_teardown(test_search_is_not_tried, begin, end),
		cmocka_unit_test_setup_teardown(test_search_with_a_long_answer, begin, end),
		cmocka_unit_test_setup_teardown(test_would_block_where_it_may, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_news.c - when news are learned and told. A backend that has to be asked for them is asked on NOOP, on CHECK
 * and, when time passes, in IDLE; what comes while a mailbox is being selected is told after that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <roost/updates.h>

#include "client.h"
#include "one_mailbox.h"

/* One user, one mailbox; each poll finds one more message, and one may arrive behind a snapshot. */
struct house {
	struct one_mailbox one;
	struct roost_updates *updates;
	struct client client;
	uint32_t messages;
	unsigned arriving; /* behind the next snapshots, one behind each */
	unsigned polls;
	int poll_error;
};

static struct house house;

static int receive_message(void)
{
	struct roost_update update = { .size = sizeof(update),
		.kind = ROOST_UPDATE_MAILBOX,
		.user = "anna",
		.mailbox = "INBOX" };

	house.messages++;
	return roost_updates_post(house.updates, &update);
}

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = 0;

	(void)mailbox;
	(void)call;
	snapshot_out->uid_validity = 1;
	snapshot_out->uid_next = house.messages + 1;
	if (house.messages > 0) {
		r = roost_uidset_add_range(&snapshot_out->uids, 1, house.messages);
	}
	if (r == 0 && house.arriving > 0) {
		house.arriving--;
		r = receive_message();
	}
	return r;
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	(void)mailbox;
	(void)call;
	(void)uids;
	(void)options;
	(void)deliver;
	(void)context;
	return 0;
}

static int poll(struct roost_mailbox *mailbox, struct roost_call *call)
{
	(void)mailbox;
	house.polls++;
	if (house.poll_error != 0) {
		return roost_call_fail(call, house.poll_error, "the other side is down");
	}
	return receive_message();
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	(void)mailbox;
}

static const struct roost_mailbox_ops mailbox_ops = { .size = sizeof(mailbox_ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.poll = poll,
	.close = close_mailbox };

static void say(const char *line)
{
	client_say(&house.client, line);
}

static int begin(void **state)
{
	struct roost_conn_options options = { .size = sizeof(options),
		.backend = &house.one.backend,
		.insecure_auth = true,
		.woken = client_woken,
		.context = &house.client };

	(void)state;
	memset(&house, 0, sizeof(house));
	one_mailbox_init(&house.one, &mailbox_ops);
	if (roost_updates_create(&house.one.backend, &house.updates) < 0) {
		return -1;
	}
	client_open(&house.client, &options);
	say("a LOGIN anna secret\r\n");
	say("b SELECT INBOX\r\n");
	return client_heard(&house.client, "b OK ") ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	client_close(&house.client);
	roost_updates_destroy(house.updates);
	return 0;
}

static void test_noop_and_check(void **state)
{
	(void)state;
	say("c NOOP\r\n");
	assert_true(client_heard(&house.client, "* 1 EXISTS\r\n"));
	say("d CHECK\r\n");
	assert_true(client_heard(&house.client, "* 2 EXISTS\r\n"));
	assert_int_equal(house.polls, 2);
	roost_conn_poll(house.client.conn); /* nobody idles: there is nothing to do */
	assert_int_equal(roost_conn_wants(house.client.conn), ROOST_CONN_READ);
}

static void test_idle(void **state)
{
	(void)state;
	say("c IDLE\r\n");
	assert_true((roost_conn_wants(house.client.conn) & ROOST_CONN_POLL) != 0);
	assert_int_equal(house.polls, 0);
	for (int i = 0; i < 3; i++) {
		static const char *const told[] = { "* 1 EXISTS\r\n", "* 2 EXISTS\r\n",
			"* 3 EXISTS\r\n" };
		roost_conn_poll(house.client.conn);
		assert_true((roost_conn_wants(house.client.conn) & ROOST_CONN_MAY_BLOCK) != 0);
		client_forget(&house.client);
		client_settle(&house.client);
		assert_true(client_heard(&house.client, told[i]));
	}
	assert_int_equal(house.polls, 3);
	say("DONE\r\n");
	assert_true(client_heard(&house.client, "c OK "));
	assert_true((roost_conn_wants(house.client.conn) & ROOST_CONN_POLL) == 0);
}

static void test_failure_is_borne(void **state)
{
	(void)state;
	house.poll_error = ROOST_ERR_UNAVAILABLE;
	say("c IDLE\r\n");
	roost_conn_poll(house.client.conn);
	client_settle(&house.client);
	house.poll_error = 0;
	roost_conn_poll(house.client.conn);
	client_settle(&house.client);
	assert_true(client_heard(&house.client, "* 1 EXISTS\r\n"));
	say("DONE\r\n");
	assert_true(client_heard(&house.client, "c OK "));
	house.poll_error = ROOST_ERR_UNAVAILABLE;
	say("d NOOP\r\n");
	assert_true(client_heard(&house.client, "d NO [UNAVAILABLE] the other side is down\r\n"));
}

/* Clients take the first EXISTS of the answer for how many there are, or the last: there is one. */
static void test_select_is_of_one_moment(void **state)
{
	static const char *const selects[] = { "c SELECT INBOX\r\n", "c EXAMINE INBOX\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(selects) / sizeof(selects[0]); i++) {
		house.messages = 1;
		house.arriving = 1;
		say(selects[i]);
		assert_true(client_heard(&house.client, "c OK "));
		assert_int_equal(client_count(&house.client, "* 1 EXISTS\r\n"), 1);
		assert_int_equal(client_count(&house.client, " EXISTS\r\n"), 1);
		say("d IDLE\r\n");
		assert_int_equal(client_count(&house.client, "* 2 EXISTS\r\n"), 1);
		assert_int_equal(client_count(&house.client, " EXISTS\r\n"), 1);
		say("DONE\r\n");
	}
}

/* To whom NOTIFY promised news at any time they are told at once, but still behind the answer. */
static void test_select_with_notify(void **state)
{
	(void)state;
	say("c NOTIFY SET (selected (MessageNew MessageExpunge))\r\n");
	house.messages = 1;
	house.arriving = 1;
	say("d SELECT INBOX\r\n");
	const char *answer = strstr(house.client.said, "\r\nd OK ");
	const char *news = strstr(house.client.said, "\r\n* 2 EXISTS\r\n");
	assert_non_null(answer);
	assert_non_null(news);
	assert_true(news > answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_noop_and_check, begin, end),
		cmocka_unit_test_setup_teardown(test_idle, begin, end),
		cmocka_unit_test_setup_teardown(test_failure_is_borne, begin, end),
		cmocka_unit_test_setup_teardown(test_select_is_of_one_moment, begin, end),
		cmocka_unit_test_setup_teardown(test_select_with_notify, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_notify.c - NOTIFY (RFC 5465) when more happens than is told: floods, and clients that do not read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/memory.h>

#include "client.h"

struct fixture {
	struct roost_backend *backend;
	struct roost_updates *updates;
	struct client client;
};

static void woken(void *context)
{
	(void)context;
}

static void say(struct fixture *fixture, const char *text)
{
	client_say(&fixture->client, text);
}

static void settle(struct fixture *fixture)
{
	client_settle(&fixture->client);
}

/* All that there is to do for a client that does not read. */
static void run_unread(struct fixture *fixture)
{
	while ((roost_conn_wants(fixture->client.conn) & ROOST_CONN_RUN) != 0) {
		assert_int_equal(roost_conn_run(fixture->client.conn), 0);
	}
}

static bool was_told(const struct fixture *fixture, const char *text)
{
	return client_heard(&fixture->client, text);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const struct roost_memory_options memory = { .size = sizeof(memory) };
	static const struct roost_conn_info info = {
		.size = sizeof(info), .remote_address = "", .local_address = "", .tls = true
	};
	assert_non_null(fixture);
	assert_int_equal(roost_memory_create(&memory, &fixture->backend), 0);
	assert_int_equal(roost_memory_add_user(fixture->backend, "anna", "secret"), 0);
	assert_int_equal(roost_updates_create(fixture->backend, &fixture->updates), 0);
	struct roost_limits limits;
	roost_limits_init(&limits);
	limits.output = 2000;
	const struct roost_conn_options options = { .size = sizeof(options),
		.backend = fixture->backend,
		.limits = &limits,
		.info = &info,
		.woken = woken };
	client_open(&fixture->client, &options);
	say(fixture, "a LOGIN anna secret\r\n");
	assert_true(was_told(fixture, "a OK"));
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	client_close(&fixture->client);
	roost_updates_destroy(fixture->updates);
	roost_backend_destroy(fixture->backend);
	free(fixture);
	return 0;
}

/* Somebody posts changes of so many mailboxes. */
static void flood(struct fixture *fixture, enum roost_update_kind kind, int from, int to)
{
	char name[32];
	for (int i = from; i < to; i++) {
		(void)snprintf(name, sizeof(name), "box%d", i);
		const struct roost_update update = { .size = sizeof(update),
			.kind = kind,
			.user = "anna",
			.mailbox = name,
			.event = ROOST_MAILBOX_DELETED };
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	}
	client_forget(&fixture->client);
	roost_conn_wake(fixture->client.conn);
}

static void test_overflow(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, "a NOTIFY SET (PERSONAL (MessageNew MessageExpunge))\r\n");
	assert_true(was_told(fixture, "a OK"));
	flood(fixture, ROOST_UPDATE_MAILBOX, 0, 100000);
	settle(fixture);
	assert_true(was_told(fixture, "* OK [NOTIFICATIONOVERFLOW] "));
	/* As after NOTIFY NONE. */
	flood(fixture, ROOST_UPDATE_MAILBOX, 0, 10);
	assert_int_equal(roost_conn_wants(fixture->client.conn), ROOST_CONN_READ);
	say(fixture, "b NOTIFY SET (MAILBOXES INBOX (MessageNew MessageExpunge))\r\n");
	flood(fixture, ROOST_UPDATE_MAILBOX, 0, 100000); /* that is nobody's business */
	assert_false((roost_conn_wants(fixture->client.conn) & ROOST_CONN_RUN) != 0);
	const struct roost_update update = {
		.size = sizeof(update), .kind = ROOST_UPDATE_MAILBOX, .mailbox = NULL
	};
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	roost_conn_wake(fixture->client.conn);
	settle(fixture);
	assert_true(was_told(fixture, "* STATUS INBOX (MESSAGES 0 UIDNEXT 1 "));
}

/* Who does not read gets no more than the output takes, until it reads again. */
static void test_no_reader(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, "a NOTIFY SET (PERSONAL (MailboxName))\r\n");
	flood(fixture, ROOST_UPDATE_MAILBOX_INFO, 0, 1000);
	run_unread(fixture);
	assert_int_equal(roost_conn_wants(fixture->client.conn) & ROOST_CONN_RUN, 0);
	flood(fixture, ROOST_UPDATE_MAILBOX_INFO, 1000, 100000);
	run_unread(fixture);
	struct roost_piece pieces[16];
	size_t size = 0, count = roost_conn_output(fixture->client.conn, pieces, 16);
	for (size_t i = 0; i < count; i++) {
		size += pieces[i].size;
	}
	assert_in_range(size, 2000, 4000);
	settle(fixture);
	assert_true(was_told(fixture, "box0\r\n"));
	assert_true(was_told(fixture, "box999\r\n"));
	assert_false(was_told(fixture, "box1000\r\n"));
	roost_conn_wake(fixture->client.conn);
	settle(fixture);
	assert_true(was_told(fixture, "* OK [NOTIFICATIONOVERFLOW] "));
	say(fixture, "b NOOP\r\n");
	assert_string_equal(fixture->client.said, "b OK Nothing done\r\n");
}

/* A session that is given up in the middle of it all. */
static void test_gone(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, "a NOTIFY SET (PERSONAL (MailboxName))\r\n");
	flood(fixture, ROOST_UPDATE_MAILBOX_INFO, 0, 1000);
	assert_int_equal(roost_conn_run(fixture->client.conn), 0);
	flood(fixture, ROOST_UPDATE_MAILBOX_INFO, 0, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_overflow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_reader, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_gone, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

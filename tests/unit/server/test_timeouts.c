/* test_timeouts.c - clients that are silent, or do not listen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "client.h"
#include "fake_conn.h"
#include "serving.h"

static void test_timeouts(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client stranger = client_connect(serving.port);
	struct client user = client_connect(serving.port);
	client_expect(&user, "ready\r\n");
	client_send(&user, "LOGIN\r\n");
	client_expect(&user, "hello\r\n");
	client_send(&stranger, "ALLOW 1\r\n");
	client_expect(&stranger, "ready\r\nallowed\r\ntoo long\r\n");
	client_expect_end(&stranger);
	assert_int_equal(serving_logged("event=timeout"), 1);
	client_send(&user, "ECHO still here\r\nALLOW 1\r\n");
	client_expect(&user, "still here\r\nallowed\r\n");
	client_expect(&user, "too long\r\n");
	client_expect_end(&user);
	assert_int_equal(serving_logged("event=timeout"), 2);
	client_close(&stranger);
	client_close(&user);
	eventually(roost_server_connections(serving.server) == 0);
	serving_end(&serving);
}

/* A longer timeout before sign-in than after: the shorter one counts as soon as it applies. */
static void test_timeout_becomes_shorter(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.limits.sign_in_seconds = 1000;
	serving.limits.idle_seconds = 1;
	serving_begin(&serving);
	struct client user = client_connect(serving.port);
	client_send(&user, "LOGIN\r\n");
	client_expect(&user, "ready\r\nhello\r\ntoo long\r\n");
	client_expect_end(&user);
	client_close(&user);
	serving_end(&serving);
}

/* Bytes that are no command do not keep a connection open that nobody signed in on. */
static void test_trickle(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.limits.sign_in_seconds = 1;
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	while (send(client.fd, "x", 1, MSG_NOSIGNAL) == 1) {
		client_pause();
		if (serving_logged("event=timeout") > 0) {
			break;
		}
	}
	client_expect(&client, "too long\r\n");
	client_close(&client);
	serving_end(&serving);
}

/* A slice that runs is no silence. */
static void test_no_timeout_at_work(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	fake_hold();
	struct client busy = client_connect(serving.port);
	struct client other = client_connect(serving.port);
	client_expect(&busy, "ready\r\n");
	client_send(&busy, "STUCK\r\n");
	eventually(fake_counts.running == 1);
	client_send(&other, "ALLOW 3\r\n"); /* the server looks at each every other second */
	client_expect(&other, "ready\r\nallowed\r\ntoo long\r\n");
	client_close(&other);
	assert_int_equal(serving_logged("event=timeout"), 1);
	fake_release();
	client_expect(&busy, "released\r\n");
	client_close(&busy);
	serving_end(&serving);
}

/* An answer that is held back keeps no worker, and what is silent meanwhile is not the client. */
static void test_held(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.options.workers = 1;
	serving_begin(&serving);
	struct client held = client_connect(serving.port);
	struct client other = client_connect(serving.port);
	client_expect(&held, "ready\r\n");
	client_send(&held, "HOLD 2500\r\nECHO after it\r\n");
	client_expect(&other, "ready\r\n");
	client_send(&other, "WORK one\r\nHARD two\r\nALLOW 1\r\n");
	client_expect(&other, "one\r\ntwo\r\nallowed\r\ntoo long\r\n");
	client_close(&other);
	client_expect(&held, "held\r\nafter it\r\n");
	client_send(&held, "HOLD 1\r\n");
	client_expect(&held, "held\r\n");
	client_close(&held);
	assert_int_equal(serving_logged("event=timeout"), 1);
	serving_end(&serving);
}

/* The server does not wait for it when it stops, nor for who has gone. */
static void test_held_at_the_end(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client held = client_connect(serving.port);
	struct client gone = client_connect(serving.port);
	client_send(&held, "HOLD 100000000\r\n");
	client_expect(&held, "ready\r\n");
	client_send(&gone, "HOLD 1500\r\n");
	client_expect(&gone, "ready\r\n");
	client_close(&gone);
	eventually(roost_server_connections(serving.server) == 1);
	roost_server_stop(serving.server);
	client_expect(&held, "held\r\nshutting down\r\n");
	client_expect_end(&held);
	client_close(&held);
	serving_end(&serving);
}

/* Hard work, however much, does not keep others waiting. */
static void test_hard_work(void **state)
{
	(void)state;
	enum { CLIENTS = 300 };
	static struct client clients[CLIENTS];
	struct serving serving;
	serving_prepare(&serving);
	serving.options.workers = 1;
	serving_begin(&serving);
	fake_hold();
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = client_connect(serving.port);
		client_expect(&clients[i], "ready\r\n");
		client_send(&clients[i], "HARD_STUCK\r\n");
	}
	eventually(fake_counts.running > 0);
	struct client other = client_connect(serving.port);
	client_expect(&other, "ready\r\n");
	client_send(&other, "WORK still\r\n");
	client_expect(&other, "still\r\n");
	fake_release();
	for (int i = 0; i < CLIENTS; i++) {
		client_expect(&clients[i], "released\r\n");
		client_close(&clients[i]);
	}
	client_close(&other);
	serving_end(&serving);
}

/* Who does not take the BYE is gone all the same. */
static void test_timeout_unread(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "ALLOW 1\r\nPOINTER 60000000\r\n");
	eventually(roost_server_connections(serving.server) == 0);
	client_close(&client);
	serving_end(&serving);
}

static void test_idle_is_trimmed(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	int before = fake_counts.trimmed;
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	eventually(fake_counts.trimmed == before + 1);
	client_send(&client, "ECHO x\r\n");
	client_expect(&client, "x\r\n");
	eventually(fake_counts.trimmed == before + 2);
	client_close(&client);
	serving_end(&serving);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_timeout_becomes_shorter),
		cmocka_unit_test(test_trickle),
		cmocka_unit_test(test_no_timeout_at_work),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_held_at_the_end),
		cmocka_unit_test(test_hard_work),
		cmocka_unit_test(test_timeout_unread),
		cmocka_unit_test(test_idle_is_trimmed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
	serving.limits.sign_in_seconds = 1;
	serving.limits.idle_seconds = 3;
	serving_begin(&serving);
	struct client stranger = client_connect(serving.port);
	struct client user = client_connect(serving.port);
	client_expect(&user, "ready\r\n");
	client_send(&user, "LOGIN\r\n");
	client_expect(&user, "hello\r\n");
	client_expect(&stranger, "ready\r\ntoo long\r\n");
	client_expect_end(&stranger);
	client_send(&user, "ECHO still here\r\n");
	client_expect(&user, "still here\r\n");
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
	serving.limits.sign_in_seconds = 1;
	serving_begin(&serving);
	fake_hold();
	struct client busy = client_connect(serving.port);
	struct client other = client_connect(serving.port);
	client_expect(&busy, "ready\r\n");
	client_send(&busy, "STUCK\r\n");
	client_expect(&other, "ready\r\ntoo long\r\n");
	client_close(&other);
	assert_int_equal(serving_logged("event=timeout"), 1);
	fake_release();
	client_expect(&busy, "released\r\n");
	client_close(&busy);
	serving_end(&serving);
}

/* Who does not take the BYE is gone all the same. */
static void test_timeout_unread(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.limits.sign_in_seconds = 1;
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "POINTER 60000000\r\n");
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
		cmocka_unit_test(test_timeout_unread),
		cmocka_unit_test(test_idle_is_trimmed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

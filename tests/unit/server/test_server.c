/* test_server.c - a server's life: listening, serving many at once, limits, stopping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "client.h"
#include "fake_conn.h"
#include "serving.h"

#define MANY 2000

static void test_dialog(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "ECHO one\r\nWORK two\r\nECHO three\r\n");
	client_expect(&client, "one\r\ntwo\r\nthree\r\n");
	client_send(&client, "INFO\r\n");
	client_expect(&client, "tls=none remote=127.0.0.1 insecure=1\r\n");
	client_send(&client, "STARTTLS\r\n");
	client_expect(&client, "what?\r\n");
	assert_int_equal(roost_server_connections(serving.server), 1);
	client_send(&client, "QUIT\r\nECHO never\r\n");
	client_expect(&client, "bye\r\n");
	client_expect_end(&client);
	client_close(&client);
	eventually(roost_server_connections(serving.server) == 0);
	serving_end(&serving);
}

/* More commands than one link may run in its turn, and than fit into one read, cut anywhere. */
static void test_pipeline(void **state)
{
	(void)state;
	enum { COMMANDS = 20000 };
	static char text[COMMANDS * 16];
	size_t n = 0;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	for (int i = 0; i < COMMANDS; i++) {
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s %d\r\n", i % 50 == 7 ? "WORK" : "ECHO", i);
	}
	client_expect(&client, "ready\r\n");
	client_send(&client, text);
	for (int i = 0; i < COMMANDS; i++) {
		char line[32];
		(void)snprintf(line, sizeof(line), "%d\r\n", i);
		client_expect(&client, line);
	}
	client_close(&client);
	serving_end(&serving);
}

/* A client that has said all it will say still gets its answers. */
static void test_half_closed(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_send(&client, "ECHO one\r\nWORK two\r\nBYTES 3000000\r\nECHO three\r\nECHO cut");
	assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
	client_expect(&client, "ready\r\none\r\ntwo\r\n");
	serving_expect_bytes(&client, 3000000);
	client_expect(&client, "\r\nthree\r\n");
	client_expect_end(&client);
	client_close(&client);
	eventually(roost_server_connections(serving.server) == 0);
	serving_end(&serving);
}

static void test_many(void **state)
{
	(void)state;
	static struct client clients[MANY];
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	for (int i = 0; i < MANY; i++) {
		clients[i] = client_connect(serving.port);
		client_send(&clients[i], "IDLE\r\n");
	}
	for (int i = 0; i < MANY; i++) {
		client_expect(&clients[i], "ready\r\nidling\r\n");
	}
	assert_int_equal(roost_server_connections(serving.server), MANY);
	assert_int_equal(fake_counts.idling, MANY);
	fake_wake();
	for (int i = 0; i < MANY; i++) {
		client_expect(&clients[i], "woken\r\n");
	}
	for (int i = 0; i < MANY; i++) {
		client_send(&clients[i], i % 2 == 0 ? "DONE\r\n" : "DONE\r\nWORK on\r\n");
	}
	for (int i = 0; i < MANY; i++) {
		client_expect(&clients[i], i % 2 == 0 ? "idle ends\r\n" : "idle ends\r\non\r\n");
	}
	for (int i = 0; i < MANY / 2; i++) {
		client_close(&clients[i]);
	}
	eventually(roost_server_connections(serving.server) == MANY / 2);
	roost_server_stop(serving.server);
	for (int i = MANY / 2; i < MANY; i++) {
		client_expect(&clients[i], "shutting down\r\n");
		client_expect_end(&clients[i]);
		client_close(&clients[i]);
	}
	serving_end(&serving);
}

/* Wakes come at any time, in the middle of work and from several at once; none after the end. */
static void test_wakes(void **state)
{
	(void)state;
	enum { CLIENTS = 8, ROUNDS = 200 };
	struct client clients[CLIENTS];
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = client_connect(serving.port);
		client_expect(&clients[i], "ready\r\n");
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < CLIENTS; i++) {
			client_send(&clients[i], "IDLE\r\n");
			fake_wake();
			client_send(&clients[i], "DONE\r\nWORK x\r\n");
			fake_wake();
		}
		for (int i = 0; i < CLIENTS; i++) {
			char line[64] = "";
			client_expect(&clients[i], "idling\r\n");
			while (strcmp(line, "x\r\n") != 0) {
				client_read_line(&clients[i], line, sizeof(line));
				assert_true(line[0] != '\0');
			}
		}
		if (round % 20 == 0) {
			client_send(&clients[0], "IDLE\r\n");
			client_close(&clients[0]);
			fake_wake();
			clients[0] = client_connect(serving.port);
			client_expect(&clients[0], "ready\r\n");
		}
	}
	for (int i = 0; i < CLIENTS; i++) {
		client_close(&clients[i]);
	}
	serving_end(&serving);
}

static void test_listen_errors(void **state)
{
	(void)state;
	struct serving serving;
	char taken[32];
	serving_prepare(&serving);
	serving_begin(&serving);
	(void)snprintf(taken, sizeof(taken), "127.0.0.1:%u", (unsigned)serving.port);
	struct roost_server *server;
	assert_int_equal(roost_server_create(&serving.options, &server), 0);
	assert_int_equal(roost_server_port(server, 0), 0);
	assert_int_equal(roost_server_listen(server, taken, 0), ROOST_ERR_IN_USE);
	assert_int_equal(roost_server_listen(server, "nonsense", 0), ROOST_ERR_INVALID);
	assert_int_equal(roost_server_listen(server, "192.0.2.1:0", 0), ROOST_ERR_INVALID);
	assert_int_equal(
		roost_server_listen(server, "127.0.0.1:0", ROOST_LISTEN_TLS), ROOST_ERR_INVALID);
	assert_int_equal(roost_server_listen(server, "localhost:0", 0), 0);
	assert_int_equal(roost_server_listen(server, "127.0.0.1:0", 0), 0);
	assert_int_not_equal(roost_server_port(server, 0), 0);
	assert_int_not_equal(roost_server_port(server, 1), 0);
	assert_int_not_equal(roost_server_port(server, 0), roost_server_port(server, 1));
	assert_int_equal(roost_server_port(server, 2), 0);
	/* Never run. */
	roost_server_destroy(server);
	roost_server_destroy(NULL);
	/* Clients that come before the stop are not left hanging. */
	struct client client = client_connect(serving.port);
	serving_end(&serving);
	client_close(&client);
}

static void test_start(void **state)
{
	(void)state;
	struct roost_server *server;
	assert_int_equal(roost_server_start(&fake_backend, "nowhere", &server), ROOST_ERR_INVALID);
	assert_int_equal(roost_server_start(&fake_backend, "127.0.0.1:0", &server), 0);
	assert_int_equal(fake_counts.updates, 1);
	assert_int_equal(roost_server_run(server), ROOST_ERR_INVALID);
	assert_int_equal(roost_server_listen(server, "127.0.0.1:0", 0), ROOST_ERR_INVALID);
	struct client client = client_connect(roost_server_port(server, 0));
	client_send(&client, "ECHO one\r\n");
	client_expect(&client, "ready\r\none\r\n");
	roost_server_destroy(server);
	client_expect(&client, "shutting down\r\n");
	client_expect_end(&client);
	client_close(&client);
	assert_int_equal(fake_counts.conns, 0);
	assert_int_equal(fake_counts.updates, 0);
}

static void test_options(void **state)
{
	(void)state;
	struct roost_server_options options = { .size = sizeof(options) };
	struct roost_server *server;
	assert_int_equal(roost_server_create(&options, &server), ROOST_ERR_INVALID);
	options.backend = &fake_backend;
	options.size = offsetof(struct roost_server_options, backend);
	assert_int_equal(roost_server_create(&options, &server), ROOST_ERR_INVALID);
	/* One of an older program, which knew no more: what lies behind must not be looked at. */
	options.size = offsetof(struct roost_server_options, limits);
	options.limits = (const struct roost_limits *)(uintptr_t)1;
	options.tls_certificate_file = (const char *)(uintptr_t)1;
	assert_int_equal(roost_server_create(&options, &server), 0);
	roost_server_destroy(server);
}

static void test_connection_limits(void **state)
{
	(void)state;
	static const char bye[] = "* BYE [UNAVAILABLE] Too many connections\r\n";
	for (int per_address = 0; per_address < 2; per_address++) {
		struct client clients[3];
		struct serving serving;
		serving_prepare(&serving);
		serving.limits.connections = per_address ? 100 : 3;
		serving.limits.connections_per_address = per_address ? 3 : 0;
		serving_begin(&serving);
		for (int i = 0; i < 3; i++) {
			clients[i] = client_connect(serving.port);
			client_expect(&clients[i], "ready\r\n");
		}
		for (int i = 0; i < 10; i++) {
			struct client client = client_connect(serving.port);
			client_expect(&client, bye);
			client_expect_end(&client);
			client_close(&client);
		}
		assert_int_equal(roost_server_connections(serving.server), 3);
		assert_int_equal(serving_logged("event=too-many-connections"), 10);
		client_close(&clients[1]);
		eventually(roost_server_connections(serving.server) == 2);
		clients[1] = client_connect(serving.port);
		client_expect(&clients[1], "ready\r\n");
		for (int i = 0; i < 3; i++) {
			client_close(&clients[i]);
		}
		eventually(roost_server_connections(serving.server) == 0);
		serving_end(&serving);
	}
}

/* Without descriptors to accept with, clients wait, and the server neither spins nor gives up. */
static void test_out_of_descriptors(void **state)
{
	(void)state;
	struct rlimit before;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client first = client_connect(serving.port);
	client_expect(&first, "ready\r\n");

	int next = dup(0);
	assert_true(next >= 0);
	assert_int_equal(close(next), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(before.rlim_cur, before.rlim_max);
	const struct rlimit tight = { (rlim_t)next + 1, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	struct client second = client_connect(serving.port);
	eventually(serving_logged("event=accept-failed") >= 2);
	assert_true(serving_logged("event=accept-failed") < 1000);
	client_send(&first, "WORK on\r\n");
	client_expect(&first, "on\r\n");

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	client_expect(&second, "ready\r\n");
	client_close(&first);
	client_close(&second);
	serving_end(&serving);
}

static double seconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double stop_lingering(void)
{
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_send(&client, "QUIT\r\n");
	client_expect(&client, "ready\r\nbye\r\n");
	client_expect_end(&client);
	double begin = seconds();
	serving_end(&serving);
	double took = seconds() - begin;
	client_close(&client);
	return took;
}

/* Who has had the last word and does not hang up does not hold up the end: that would be for two
 * seconds each time. Now and then the machine is busy with something else. */
static void test_stop_lingering(void **state)
{
	(void)state;
	int tries = 1;
	while (tries < 10 && stop_lingering() >= 1) {
		tries++;
	}
	assert_true(tries < 10);
}

static atomic_bool patient;

int __wrap_uv_timer_start(
	uv_timer_t *timer, uv_timer_cb on_timeout, uint64_t timeout, uint64_t repeat);
int __real_uv_timer_start(
	uv_timer_t *timer, uv_timer_cb on_timeout, uint64_t timeout, uint64_t repeat);

/* However busy the machine: what was told to give up has time to answer before its socket is closed. */
int __wrap_uv_timer_start(
	uv_timer_t *timer, uv_timer_cb on_timeout, uint64_t timeout, uint64_t repeat)
{
	bool drops = timeout == 1000 && repeat == 0;
	return __real_uv_timer_start(
		timer, on_timeout, drops && atomic_load(&patient) ? 60000 : timeout, repeat);
}

/* Slices that give up when told to do not hold up the end; what they answered is still sent. */
static void test_stop_cancels(void **state)
{
	(void)state;
	enum { CLIENTS = 10 }; /* more than there are workers */
	struct client clients[CLIENTS];
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = client_connect(serving.port);
		client_expect(&clients[i], "ready\r\n");
		client_send(&clients[i], "BLOCK\r\n");
	}
	eventually(fake_counts.running == 4);
	atomic_store(&patient, true);
	double begin = seconds();
	serving_end(&serving);
	assert_true(seconds() - begin < 30);
	atomic_store(&patient, false);
	int cancelled = 0;
	for (int i = 0; i < CLIENTS; i++) {
		char line[64];
		client_read_line(&clients[i], line, sizeof(line));
		/* The last ones may not have been heard before the end. */
		if (strcmp(line, "cancelled\r\n") == 0) {
			cancelled++;
			client_read_line(&clients[i], line, sizeof(line));
		}
		assert_string_equal(line, "shutting down\r\n");
		client_expect_end(&clients[i]);
		client_close(&clients[i]);
	}
	assert_true(cancelled >= 4);
}

/* A slice that does not end holds up destroy, which cannot do without, but not run. */
static void test_stop_stuck(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.options.workers = 1;
	serving_begin(&serving);
	fake_hold();
	struct client stuck = client_connect(serving.port);
	struct client queued = client_connect(serving.port);
	struct client slow = client_connect(serving.port);
	struct client idle = client_connect(serving.port);
	client_send(&slow, "POINTER 50000000\r\n");
	client_expect(&slow, "ready\r\na");
	client_send(&idle, "IDLE\r\n");
	client_expect(&idle, "ready\r\nidling\r\n");
	client_expect(&stuck, "ready\r\n");
	client_send(&stuck, "STUCK\r\n");
	eventually(fake_counts.running == 1);
	client_send(&queued, "WORK x\r\n");
	client_expect(&queued, "ready\r\n");
	double begin = seconds();
	roost_server_stop(serving.server);
	client_expect(&idle, "shutting down\r\n");
	client_expect_end(&idle);
	assert_int_equal(pthread_join(serving.thread, NULL), 0);
	assert_true(seconds() - begin < 30);
	client_expect_end(&stuck);
	client_expect_end(&queued);
	assert_int_equal(fake_counts.running, 1);
	/* The loops are gone, and still nobody who wakes what is left does harm. */
	fake_wake();
	fake_release();
	roost_server_destroy(serving.server);
	assert_int_equal(fake_counts.conns, 0);
	client_close(&stuck);
	client_close(&queued);
	client_close(&slow);
	client_close(&idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialog),
		cmocka_unit_test(test_pipeline),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_wakes),
		cmocka_unit_test(test_listen_errors),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_connection_limits),
		cmocka_unit_test(test_out_of_descriptors),
		cmocka_unit_test(test_stop_lingering),
		cmocka_unit_test(test_stop_cancels),
		cmocka_unit_test(test_stop_stuck),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

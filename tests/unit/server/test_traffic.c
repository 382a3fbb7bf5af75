/* test_traffic.c - what goes over one connection: large output of every kind, slow readers,
 * hang-ups. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"
#include "fake_conn.h"
#include "serving.h"

static const char *const kinds[] = { "BYTES", "POINTER", "FILE", "SOURCE" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void test_kinds(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 4095, 16384, 16385, 32768, 32769, 65536, 65537,
		1048577, 5000000 };
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	for (size_t kind = 0; kind < KINDS; kind++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char line[64];
			(void)snprintf(line, sizeof(line),
				"ECHO before\r\n%s %llu\r\nECHO after\r\n", kinds[kind],
				(unsigned long long)sizes[i]);
			client_send(&client, line);
			client_expect(&client, "before\r\n");
			serving_expect_bytes(&client, sizes[i]);
			client_expect(&client, "\r\nafter\r\n");
		}
	}
	client_close(&client);
	serving_end(&serving);
}

/* Many small contents, which go out together with what stands between them. */
static void test_many_small(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 1; i <= 100; i++) {
			char line[64];
			(void)snprintf(line, sizeof(line), "%s %u\r\n", kinds[(i + round) % KINDS],
				i * 37);
			client_send(&client, line);
		}
		for (unsigned i = 1; i <= 100; i++) {
			serving_expect_bytes(&client, i * 37);
			client_expect(&client, "\r\n");
		}
	}
	client_close(&client);
	serving_end(&serving);
}

/* Content that turns out to be unreadable ends the connection: its size was announced already. */
static void test_broken_content(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "BROKEN 100\r\n");
	client_expect_end(&client);
	client_close(&client);
	eventually(roost_server_connections(serving.server) == 0);
	assert_int_equal(serving_logged("reason=\"a message cannot be read\""), 1);
	serving_end(&serving);
}

/* With one loop and one worker, clients that read nothing hold up nobody. */
static void test_slow_readers(void **state)
{
	(void)state;
	enum { SIZE = 64 * 1024 * 1024 };
	struct client slow[KINDS];
	struct serving serving;
	serving_prepare(&serving);
	serving.options.loops = 1;
	serving.options.workers = 1;
	serving_begin(&serving);
	for (size_t i = 0; i < KINDS; i++) {
		char line[64];
		slow[i] = client_connect(serving.port);
		(void)snprintf(line, sizeof(line), "%s %d\r\n", kinds[i], SIZE);
		client_send(&slow[i], line);
		client_expect(&slow[i], "ready\r\n");
	}
	struct client quick = client_connect(serving.port);
	client_expect(&quick, "ready\r\n");
	for (int i = 0; i < 500; i++) {
		client_send(&quick, "WORK on\r\nECHO and on\r\n");
		client_expect(&quick, "on\r\nand on\r\n");
	}
	client_close(&quick);
	/* Two go away without reading, two read at last. */
	client_close(&slow[1]);
	client_close(&slow[2]);
	serving_expect_bytes(&slow[0], SIZE);
	serving_expect_bytes(&slow[3], SIZE);
	client_expect(&slow[0], "\r\n");
	client_expect(&slow[3], "\r\n");
	client_close(&slow[0]);
	client_close(&slow[3]);
	/* What came next was made while they did not read what they had. */
	assert_in_range(fake_counts.parted, 1, 1000000);
	serving_end(&serving);
}

/* A client that sends without end and never reads is not read any more at some point. */
static void test_flood(void **state)
{
	(void)state;
	static char text[65536];
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	for (size_t i = 0; i < sizeof(text); i += 16) {
		(void)memcpy(text + i, "ECHO abcdefghi\r\n", 16);
	}
	size_t sent = 0;
	for (int idle = 0; idle < 50;) {
		ssize_t n = send(client.fd, text + sent % 16, sizeof(text) - sent % 16,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			sent += (size_t)n;
			idle = 0;
			assert_true(sent < 256u * 1024 * 1024);
		} else {
			assert_int_equal(errno, EAGAIN);
			client_pause();
			idle++;
		}
	}
	client_expect(&client, "ready\r\n");
	for (size_t i = 0; i < sent / 16; i++) {
		client_expect(&client, "abcdefghi\r\n");
	}
	client_close(&client);
	serving_end(&serving);
}

static void test_hang_up_cancels(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	int before = fake_counts.cancelled;
	/* One closes in good order, one is reset, one has left commands behind that nobody reads. */
	for (int way = 0; way < 3; way++) {
		const struct linger reset = { .l_onoff = 1 };
		struct client client = client_connect(serving.port);
		client_expect(&client, "ready\r\n");
		client_send(&client, "BLOCK\r\n");
		eventually(fake_counts.running == 1);
		if (way == 1) {
			(void)setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		} else if (way == 2) {
			client_send(&client, "ECHO x\r\nECHO y\r\n");
		}
		client_close(&client);
		eventually(fake_counts.cancelled == before + way + 1);
		eventually(roost_server_connections(serving.server) == 0);
	}
	serving_end(&serving);
}

/* A client that only closed its half has time to get the answer of what runs. */
static void test_half_closed_at_work(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	fake_hold();
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "STUCK\r\n");
	eventually(fake_counts.running == 1);
	assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
	fake_release();
	client_expect(&client, "released\r\n");
	client_expect_end(&client);
	client_close(&client);
	serving_end(&serving);
}

/* A client that waits for long is told so, before it gets the answer. */
static void test_progress(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.options.progress_milliseconds = 1;
	serving_begin(&serving);
	fake_hold();
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "STUCK\r\n");
	client_expect(&client, "still at it\r\n");
	client_expect(&client, "still at it\r\n");
	assert_int_equal(fake_counts.running, 1);
	fake_release();
	char line[64];
	do {
		client_read_line(&client, line, sizeof(line));
	} while (strcmp(line, "still at it\r\n") == 0);
	assert_string_equal(line, "released\r\n");
	client_send(&client, "ECHO x\r\n");
	client_expect(&client, "x\r\n");
	client_close(&client);
	serving_end(&serving);
}

static atomic_bool cuts;

ssize_t __wrap_send(int fd, const void *bytes, size_t n, int flags);
ssize_t __real_send(int fd, const void *bytes, size_t n, int flags);

/* As a socket that has room for the beginning of a line about progress only; meanwhile the command ends. */
ssize_t __wrap_send(int fd, const void *bytes, size_t n, int flags)
{
	if (n > 7 && memcmp(bytes, "still at", 7) == 0 && atomic_exchange(&cuts, false)) {
		ssize_t sent = __real_send(fd, bytes, 7, flags);
		fake_release();
		return sent;
	}
	return __real_send(fd, bytes, n, flags);
}

/* The rest of a line about progress goes out before the answer. */
static void test_half_a_line_of_progress(void **state)
{
	(void)state;
	struct serving serving;
	serving_prepare(&serving);
	serving.options.progress_milliseconds = 1;
	serving_begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	fake_hold();
	atomic_store(&cuts, true);
	client_send(&client, "STUCK\r\nECHO x\r\n");
	client_expect(&client, "still at it\r\nreleased\r\nx\r\n");
	assert_false(atomic_load(&cuts));
	client_close(&client);
	serving_end(&serving);
}

static double processor_seconds(void)
{
	struct rusage usage;
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Whatever a link waits for, it does not wait in circles. */
static void test_waiting_costs_nothing(void **state)
{
	(void)state;
	const char first[] = { fake_byte(0), '\0' };
	struct client clients[6];
	struct serving serving;
	serving_prepare(&serving);
	serving_begin(&serving);
	fake_hold();
	for (int i = 0; i < 6; i++) {
		clients[i] = client_connect(serving.port);
		client_expect(&clients[i], "ready\r\n");
	}
	client_send(&clients[0], "IDLE\r\n");
	client_send(&clients[1], "STUCK\r\nECHO left unread\r\n");
	client_send(&clients[2], "STUCK\r\nECHO left unread\r\n");
	assert_int_equal(shutdown(clients[2].fd, SHUT_WR), 0);
	client_send(&clients[3], "POINTER 60000000\r\nECHO left unread\r\n");
	client_send(&clients[4], "POINTER 60000000\r\n");
	assert_int_equal(shutdown(clients[4].fd, SHUT_WR), 0);
	client_send(&clients[5], "QUIT\r\n");
	client_expect(&clients[5], "bye\r\n");
	/* To make what these do not read takes some time, too. */
	client_expect(&clients[3], first);
	client_expect(&clients[4], first);
	eventually(fake_counts.running == 2 && fake_counts.idling == 1);

	double before = processor_seconds();
	for (int i = 0; i < 100; i++) {
		client_pause();
	}
	assert_true(processor_seconds() - before < 0.5);
	fake_release();
	client_expect(&clients[1], "released\r\nleft unread\r\n");
	client_expect(&clients[2], "released\r\nleft unread\r\n");
	client_expect_end(&clients[2]);
	for (int i = 0; i < 6; i++) {
		client_close(&clients[i]);
	}
	serving_end(&serving);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_many_small),
		cmocka_unit_test(test_broken_content),
		cmocka_unit_test(test_slow_readers),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_hang_up_cancels),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_half_a_line_of_progress),
		cmocka_unit_test(test_half_closed_at_work),
		cmocka_unit_test(test_waiting_costs_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* serving.c - a server over the fake connection, for one test. */
#include "serving.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_conn.h"

#define MAX_LINES 20000

/* Longer than any test takes on a busy machine: only who asks for lines about progress gets them. */
#define NO_PROGRESS 3600000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char lines[MAX_LINES][160];
static size_t line_count;

static void log_line(void *context, enum roost_log_level level, const char *line)
{
	(void)level;
	assert_non_null(context);
	pthread_mutex_lock(&lock);
	if (line_count < MAX_LINES) {
		(void)snprintf(lines[line_count++], sizeof(lines[0]), "%s", line);
	}
	pthread_mutex_unlock(&lock);
}

unsigned serving_logged(const char *text)
{
	unsigned n = 0;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < line_count; i++) {
		n += strstr(lines[i], text) != NULL;
	}
	pthread_mutex_unlock(&lock);
	return n;
}

void serving_expect_bytes(struct client *client, uint64_t n)
{
	static char buffer[65536];
	uint64_t done = 0;
	while (done < n) {
		size_t want = n - done < sizeof(buffer) ? (size_t)(n - done) : sizeof(buffer);
		ssize_t got = client_receive(client, buffer, want);
		assert_true(got > 0);
		for (ssize_t i = 0; i < got; i++) {
			if (buffer[i] != fake_byte(done + (uint64_t)i)) {
				fail_msg("byte %llu is wrong", (unsigned long long)done + i);
			}
		}
		done += (uint64_t)got;
	}
}

void serving_prepare(struct serving *serving)
{
	memset(serving, 0, sizeof(*serving));
	roost_limits_init(&serving->limits);
	serving->options = (struct roost_server_options) {
		.size = sizeof(serving->options),
		.backend = &fake_backend,
		.limits = &serving->limits,
		.loops = 2,
		.workers = 4,
		.log = log_line,
		.context = serving,
		.progress_milliseconds = NO_PROGRESS,
	};
	line_count = 0;
}

static void *run(void *context)
{
	struct serving *serving = context;
	serving->result = roost_server_run(serving->server);
	return NULL;
}

void serving_begin(struct serving *serving)
{
	assert_int_equal(roost_server_create(&serving->options, &serving->server), 0);
	assert_int_equal(roost_server_listen(serving->server, "127.0.0.1:0", 0), 0);
	if (serving->options.tls_certificate_file != NULL) {
		assert_int_equal(
			roost_server_listen(serving->server, "127.0.0.1:0", ROOST_LISTEN_TLS), 0);
	}
	serving->port = roost_server_port(serving->server, 0);
	serving->tls_port = roost_server_port(serving->server, 1);
	assert_int_not_equal(serving->port, 0);
	assert_int_equal(pthread_create(&serving->thread, NULL, run, serving), 0);
}

void serving_end(struct serving *serving)
{
	roost_server_stop(serving->server);
	assert_int_equal(pthread_join(serving->thread, NULL), 0);
	assert_int_equal(serving->result, 0);
	roost_server_destroy(serving->server);
	assert_int_equal(fake_counts.conns, 0);
	assert_int_equal(fake_counts.updates, 0);
}

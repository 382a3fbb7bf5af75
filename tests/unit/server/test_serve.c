/* test_serve.c - the server with the real connection and the memory backend: IMAP over a socket. */
#include <roost/server.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/memory.h>

#include "client.h"

static struct roost_backend *backend;

static int make_backend(void **state)
{
	(void)state;
	return roost_memory_create(NULL, &backend) < 0 ||
	       roost_memory_add_user(backend, "anna", "secret") < 0;
}

static int destroy_backend(void **state)
{
	(void)state;
	roost_backend_destroy(backend);
	return 0;
}

/* Read lines up to the one that begins with `start`, and check that one of them holds `text`. */
static void expect_until(struct client *client, const char *start, const char *text)
{
	char line[2048] = "";
	bool found = false;
	do {
		client_read_line(client, line, sizeof(line));
		found = found || strstr(line, text) != NULL;
		if (line[0] == '\0') {
			fail_msg("no line that begins with %s", start);
		}
	} while (strncmp(line, start, strlen(start)) != 0);
	if (!found) {
		fail_msg("not found before %s: %s", line, text);
	}
}

/* One message in and out again, from sign-in to LOGOUT. */
static void converse(struct client *client)
{
	client_send(client, "a1 LOGIN anna wrong\r\n");
	expect_until(client, "a1 ", "a1 NO [AUTHENTICATIONFAILED]");
	client_send(client, "a2 LOGIN anna secret\r\n");
	expect_until(client, "a2 ", "a2 OK");
	client_send(client,
		"a3 APPEND INBOX (\\Seen) {34+}\r\nSubject: one\r\n\r\nSmall is lovely.\r\n\r\n");
	expect_until(client, "a3 ", "a3 OK [APPENDUID");
	client_send(client, "a4 SELECT INBOX\r\na5 FETCH * (FLAGS BODY.PEEK[TEXT])\r\n");
	expect_until(client, "a4 ", " EXISTS");
	expect_until(client, "a5 ", "Small is lovely.");
	client_send(client, "a6 IDLE\r\n");
	expect_until(client, "+ ", "+ ");
	client_send(client, "DONE\r\na7 UID SEARCH SUBJECT one\r\n");
	expect_until(client, "a6 ", "a6 OK");
	expect_until(client, "a7 ", "* SEARCH 1");
	client_send(client, "a8 LOGOUT\r\n");
	expect_until(client, "* BYE", "* BYE");
	expect_until(client, "a8 ", "a8 OK");
	client_expect_end(client);
}

static void test_plain(void **state)
{
	(void)state;
	struct roost_server *server;
	assert_int_equal(roost_server_start(backend, "127.0.0.1:0", &server), 0);
	struct client client = client_connect(roost_server_port(server, 0));
	expect_until(&client, "* OK", "CAPABILITY IMAP4rev1");
	converse(&client);
	client_close(&client);
	eventually(roost_server_connections(server) == 0);
	roost_server_destroy(server);
	assert_null(backend->updates);
}

/* A message appended by one client reaches another one that idles, from loop to loop. */
static void test_two_clients(void **state)
{
	(void)state;
	struct roost_server *server;
	struct client clients[2];
	assert_int_equal(roost_server_start(backend, "127.0.0.1:0", &server), 0);
	for (int i = 0; i < 2; i++) {
		clients[i] = client_connect(roost_server_port(server, 0));
		client_send(&clients[i], "a LOGIN anna secret\r\nb SELECT INBOX\r\n");
		expect_until(&clients[i], "b ", "b OK");
	}
	client_send(&clients[0], "c IDLE\r\n");
	expect_until(&clients[0], "+ ", "+ ");
	client_send(&clients[1], "c APPEND INBOX {5+}\r\n\r\nhi!\r\n");
	expect_until(&clients[1], "c ", "c OK");
	expect_until(&clients[0], "* 1 EXISTS", "* 1 EXISTS");
	client_send(&clients[1], "d STORE 1 +FLAGS (\\Deleted)\r\ne EXPUNGE\r\n");
	expect_until(&clients[0], "* 1 EXPUNGE", "* 1 EXPUNGE");
	client_send(&clients[0], "DONE\r\n");
	expect_until(&clients[0], "c ", "c OK");
	roost_server_destroy(server);
	for (int i = 0; i < 2; i++) {
		expect_until(&clients[i], "* BYE", "* BYE");
		client_expect_end(&clients[i]);
		client_close(&clients[i]);
	}
}

static void *run(void *server)
{
	assert_int_equal(roost_server_run(server), 0);
	return NULL;
}

static void test_tls(void **state)
{
	(void)state;
	char certificate[] = "/tmp/roost-test-XXXXXX";
	struct roost_server *server;
	struct roost_server_options options = {
		.size = sizeof(options),
		.backend = backend,
		.tls_certificate_file = certificate,
	};
	pthread_t thread;
	client_make_certificate(certificate);
	assert_int_equal(roost_server_create(&options, &server), 0);
	assert_int_equal(unlink(certificate), 0);
	assert_int_equal(roost_server_listen(server, "127.0.0.1:0", ROOST_LISTEN_TLS), 0);
	assert_int_equal(roost_server_listen(server, "127.0.0.1:0", 0), 0);
	assert_int_equal(pthread_create(&thread, NULL, run, server), 0);

	struct client implicit = client_connect(roost_server_port(server, 0));
	client_start_tls(&implicit);
	expect_until(&implicit, "* OK", "CAPABILITY IMAP4rev1");
	converse(&implicit);
	client_close(&implicit);

	struct client explicit = client_connect(roost_server_port(server, 1));
	expect_until(&explicit, "* OK", "STARTTLS");
	client_send(&explicit, "s STARTTLS\r\nx LOGIN anna secret\r\n");
	expect_until(&explicit, "s ", "s OK");
	client_start_tls(&explicit);
	/* What was sent in clear behind it is not answered: the next answer is this one's. */
	client_send(&explicit, "t NOOP\r\n");
	expect_until(&explicit, "t ", "t OK");
	converse(&explicit);
	client_close(&explicit);

	roost_server_stop(server);
	assert_int_equal(pthread_join(thread, NULL), 0);
	roost_server_destroy(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain, make_backend, destroy_backend),
		cmocka_unit_test_setup_teardown(test_two_clients, make_backend, destroy_backend),
		cmocka_unit_test_setup_teardown(test_tls, make_backend, destroy_backend),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_reload.c - what changes while a server runs, sockets that are handed over, and what is logged of commands and
 * of sessions; with the real connection and the memory backend. */
#include <roost/server.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/memory.h>

#include "client.h"

static struct house {
	struct roost_backend *memory;
	struct roost_backend slow; /* takes a while to sign in */
	struct roost_server_options options;
	struct roost_limits limits;
	struct roost_server *server;
	pthread_t thread;
	char certificate[32];
	pthread_mutex_t lock;
	char log[32768]; /* under lock */
} house;

static void take_log(void *context, enum roost_log_level level, const char *line)
{
	(void)context;
	(void)level;
	pthread_mutex_lock(&house.lock);
	size_t n = strlen(house.log);
	(void)snprintf(house.log + n, sizeof(house.log) - n, "%s\n", line);
	pthread_mutex_unlock(&house.lock);
}

static bool logged(const char *text)
{
	pthread_mutex_lock(&house.lock);
	bool found = strstr(house.log, text) != NULL;
	pthread_mutex_unlock(&house.lock);
	return found;
}

/* Five milliseconds of work, and then as the memory backend. */
static int slow_login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct timespec began;
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - began.tv_sec) * 1000000000 + now.tv_nsec - began.tv_nsec < 5000000);
	int r = house.memory->ops->login(house.memory, call, credentials, user_out);
	if (r == 0) {
		(*user_out)->backend = backend;
	}
	return r;
}

static const struct roost_backend_ops slow_ops = { .size = sizeof(slow_ops), .login = slow_login };

static int set_up(void **state)
{
	(void)state;
	house = (struct house) { .lock = PTHREAD_MUTEX_INITIALIZER };
	(void)snprintf(house.certificate, sizeof(house.certificate), "/tmp/roost-test-XXXXXX");
	client_make_certificate(house.certificate);
	roost_limits_init(&house.limits);
	if (roost_memory_create(NULL, &house.memory) < 0 ||
		roost_memory_add_user(house.memory, "anna", "secret") < 0) {
		return -1;
	}
	house.slow.ops = &slow_ops;
	house.options = (struct roost_server_options) {
		.size = sizeof(house.options),
		.backend = house.memory,
		.limits = &house.limits,
		.tls_certificate_file = house.certificate,
		.log = take_log,
	};
	return roost_server_create(&house.options, &house.server);
}

static int tear_down(void **state)
{
	(void)state;
	roost_server_destroy(house.server);
	roost_backend_destroy(house.memory);
	return unlink(house.certificate);
}

static void *run(void *server)
{
	assert_int_equal(roost_server_run(server), 0);
	return NULL;
}

static void begin(void)
{
	assert_int_equal(pthread_create(&house.thread, NULL, run, house.server), 0);
}

static void end(void)
{
	roost_server_stop(house.server);
	assert_int_equal(pthread_join(house.thread, NULL), 0);
}

/* Read lines up to the one that begins with `start`. */
static void expect_line(struct client *client, const char *start)
{
	char line[2048];
	do {
		client_read_line(client, line, sizeof(line));
		assert_string_not_equal(line, "");
	} while (strncmp(line, start, strlen(start)) != 0);
}

static void converse(struct client *client)
{
	expect_line(client, "* OK");
	client_send(client, "a LOGIN anna secret\r\n");
	expect_line(client, "a OK");
	client_send(client, "b SELECT INBOX\r\n");
	expect_line(client, "b OK");
}

static X509 *certificate_of(uint16_t port)
{
	struct client client = client_connect(port);
	client_start_tls(&client);
	converse(&client);
	X509 *certificate = SSL_get1_peer_certificate(client.ssl);
	client_close(&client);
	assert_non_null(certificate);
	return certificate;
}

static void test_certificate(void **state)
{
	(void)state;
	assert_int_equal(roost_server_listen(house.server, "127.0.0.1:0", ROOST_LISTEN_TLS), 0);
	uint16_t port = roost_server_port(house.server, 0);
	begin();
	struct client old = client_connect(port);
	client_start_tls(&old);
	converse(&old);
	X509 *first = certificate_of(port);

	char another[] = "/tmp/roost-test-XXXXXX";
	client_make_certificate(another);
	house.options.tls_certificate_file = another;
	assert_int_equal(roost_server_reload(house.server, &house.options), 0);
	X509 *second = certificate_of(port);
	assert_int_not_equal(X509_cmp(first, second), 0);

	/* One that cannot be used changes nothing. */
	assert_int_equal(truncate(another, 100), 0);
	house.limits.connections = 1;
	assert_int_equal(roost_server_reload(house.server, &house.options), ROOST_ERR_INVALID);
	assert_true(logged("event=tls-unusable"));
	X509 *third = certificate_of(port);
	assert_int_equal(X509_cmp(second, third), 0);

	/* No file: the certificate stays. */
	house.options.tls_certificate_file = NULL;
	house.limits.connections = 100;
	assert_int_equal(roost_server_reload(house.server, &house.options), 0);
	X509 *fourth = certificate_of(port);
	assert_int_equal(X509_cmp(second, fourth), 0);

	client_send(&old, "c NOOP\r\n");
	expect_line(&old, "c OK");
	client_close(&old);
	end();
	assert_int_equal(unlink(another), 0);
	X509_free(first);
	X509_free(second);
	X509_free(third);
	X509_free(fourth);
}

/* Handshakes go on while certificates change. */
static void test_certificate_under_load(void **state)
{
	(void)state;
	assert_int_equal(roost_server_listen(house.server, "127.0.0.1:0", ROOST_LISTEN_TLS), 0);
	begin();
	for (int i = 0; i < 20; i++) {
		struct client client = client_connect(roost_server_port(house.server, 0));
		assert_int_equal(roost_server_reload(house.server, &house.options), 0);
		client_start_tls(&client);
		assert_int_equal(roost_server_reload(house.server, &house.options), 0);
		expect_line(&client, "* OK");
		client_close(&client);
	}
	end();
}

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(roost_server_listen(house.server, "127.0.0.1:0", 0), 0);
	uint16_t port = roost_server_port(house.server, 0);
	begin();
	struct client old = client_connect(port);
	converse(&old);
	house.limits.connections_per_address = 1;
	house.limits.bad_commands = 1;
	assert_int_equal(roost_server_reload(house.server, &house.options), 0);
	/* The old one was not counted, and has its old limit of wrong commands. */
	struct client first = client_connect(port);
	expect_line(&first, "* OK");
	struct client second = client_connect(port);
	expect_line(&second, "* BYE [UNAVAILABLE]");
	client_close(&second);
	client_send(&old, "c FROB\r\nd NOOP\r\n");
	expect_line(&old, "c BAD");
	expect_line(&old, "d OK");
	client_send(&first, "c FROB\r\n");
	expect_line(&first, "c BAD");
	expect_line(&first, "* BYE");
	client_close(&first);
	client_close(&old);
	eventually(roost_server_connections(house.server) == 0);
	/* Who was not counted has not made room for more. */
	first = client_connect(port);
	expect_line(&first, "* OK");
	second = client_connect(port);
	expect_line(&second, "* BYE [UNAVAILABLE]");
	client_close(&second);
	house.limits.connections_per_address = 0;
	assert_int_equal(roost_server_reload(house.server, &house.options), 0);
	second = client_connect(port);
	expect_line(&second, "* OK");
	client_close(&second);
	client_close(&first);
	end();
}

static int listen_on(const struct sockaddr *address, socklen_t size)
{
	int fd = socket(address->sa_family, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, address, size), 0);
	assert_int_equal(listen(fd, 10), 0);
	return fd;
}

static void test_adopted(void **state)
{
	(void)state;
	const struct sockaddr_in inet = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	(void)snprintf(local.sun_path, sizeof(local.sun_path), "/tmp/roost-test-%u.socket",
		(unsigned)getpid());
	(void)unlink(local.sun_path);
	int tcp = listen_on((const struct sockaddr *)&inet, sizeof(inet));
	int tls = listen_on((const struct sockaddr *)&inet, sizeof(inet));
	int file = listen_on((const struct sockaddr *)&local, sizeof(local));
	assert_int_equal(roost_server_adopt(house.server, tcp, 0), 0);
	assert_int_equal(roost_server_adopt(house.server, tls, ROOST_LISTEN_TLS), 0);
	assert_int_equal(roost_server_adopt(house.server, file, 0), 0);
	assert_int_equal(roost_server_port(house.server, 2), 0);
	begin();
	struct client client = client_connect(roost_server_port(house.server, 0));
	converse(&client);
	client_close(&client);
	client = client_connect(roost_server_port(house.server, 1));
	client_start_tls(&client);
	converse(&client);
	client_close(&client);
	client = (struct client) { .fd = socket(AF_UNIX, SOCK_STREAM, 0) };
	assert_int_equal(connect(client.fd, (struct sockaddr *)&local, sizeof(local)), 0);
	converse(&client); /* it is of this machine: passwords are taken */
	client_close(&client);
	end();
	assert_int_equal(unlink(local.sun_path), 0);
}

static void test_not_adopted(void **state)
{
	(void)state;
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	int unbound = socket(AF_INET, SOCK_STREAM, 0);
	int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
	int file = open("/dev/null", O_RDONLY);
	const int wrong[] = { pair[0], unbound, datagrams, file, -1, 9999 };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(roost_server_adopt(house.server, wrong[i], 0), ROOST_ERR_INVALID);
	}
	assert_int_equal(
		close(pair[0]) + close(pair[1]) + close(unbound) + close(datagrams) + close(file),
		0);
}

static void test_sign_out(void **state)
{
	(void)state;
	assert_int_equal(roost_server_listen(house.server, "127.0.0.1:0", 0), 0);
	uint16_t port = roost_server_port(house.server, 0);
	begin();
	struct client client = client_connect(port);
	converse(&client);
	client_send(&client, "c LOGOUT\r\n");
	expect_line(&client, "c OK");
	client_close(&client);
	eventually(logged("event=sign-out user=anna address=127.0.0.1 reason=logout commands=3 "
			  "in=47 out="));
	client = client_connect(port);
	converse(&client);
	client_close(&client);
	eventually(logged("reason=disconnected commands=2 in=37 out="));
	client = client_connect(port); /* never signed in: nothing to sum up */
	expect_line(&client, "* OK");
	client_close(&client);
	client = client_connect(port);
	converse(&client);
	end();
	assert_true(logged("reason=shutdown commands=2"));
	client_close(&client);
	unsigned count = 0;
	for (const char *at = house.log; (at = strstr(at, "event=sign-out")) != NULL; at++) {
		count++;
	}
	assert_int_equal(count, 3);
}

static void test_slow(void **state)
{
	(void)state;
	roost_server_destroy(house.server);
	house.options.backend = &house.slow;
	house.options.slow_milliseconds = 100000;
	assert_int_equal(roost_server_create(&house.options, &house.server), 0);
	assert_int_equal(roost_server_listen(house.server, "127.0.0.1:0", 0), 0);
	uint16_t port = roost_server_port(house.server, 0);
	begin();
	struct client client = client_connect(port);
	converse(&client);
	client_close(&client);
	assert_false(logged("event=slow-command"));
	house.options.slow_milliseconds = 5;
	assert_int_equal(roost_server_reload(house.server, &house.options), 0);
	client = client_connect(port);
	converse(&client);
	assert_true(logged("event=slow-command user=anna address=127.0.0.1 command=LOGIN tag=a "
			   "mailbox=\"\" result=OK milliseconds="));
	assert_false(logged("secret"));
	client_close(&client);
	end();
	/* The memory backend outlives its sessions, and so its server. */
	roost_server_destroy(house.server);
	house.server = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_certificate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_certificate_under_load, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_adopted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_adopted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sign_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

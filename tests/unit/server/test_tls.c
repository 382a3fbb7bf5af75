/* test_tls.c - TLS from the first byte and by STARTTLS, with good and with hostile clients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"
#include "fake_conn.h"
#include "serving.h"

static char certificate[64];

static int make_certificate(void **state)
{
	(void)state;
	(void)snprintf(certificate, sizeof(certificate), "/tmp/roost-test-XXXXXX");
	client_make_certificate(certificate);
	return 0;
}

static int remove_certificate(void **state)
{
	(void)state;
	return unlink(certificate);
}

static void begin(struct serving *serving)
{
	serving_prepare(serving);
	serving->options.tls_certificate_file = certificate;
	serving_begin(serving);
}

static void test_implicit(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	client_start_tls(&client);
	client_expect(&client, "ready\r\n");
	client_send(&client, "LOGIN\r\nINFO\r\n");
	client_expect(&client, "hello\r\ntls=TLSv1.3 remote=127.0.0.1 insecure=1\r\n");
	client_send(&client, "WORK x\r\nQUIT\r\n");
	client_expect(&client, "x\r\nbye\r\n");
	client_expect_end(&client);
	assert_int_equal(
		SSL_get_shutdown(client.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
	client_close(&client);
	eventually(roost_server_connections(serving.server) == 0);
	serving_end(&serving);
}

static void test_starttls(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "INFO\r\nSTARTTLS\r\n");
	client_expect(&client, "tls=none remote=127.0.0.1 insecure=1\r\nbegin\r\n");
	client_start_tls(&client);
	client_expect(&client, "started\r\n");
	client_send(&client, "INFO\r\n");
	client_expect(&client, "tls=TLSv1.3 remote=127.0.0.1 insecure=1\r\n");
	client_close(&client);
	serving_end(&serving);
}

/* CVE-2011-0411 and its kin: what was sent in clear behind STARTTLS must not be answered inside. */
static void test_injected(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "STARTTLS\r\nECHO injected\r\nECHO inj");
	client_expect(&client, "begin\r\n");
	client_start_tls(&client);
	client_expect(&client, "started\r\n");
	client_send(&client, "ECHO clean\r\n");
	client_expect(&client, "clean\r\n");
	client_close(&client);
	serving_end(&serving);
}

/* Hundreds of kilobytes each way, in every kind, and many records in one turn. */
static void test_large(void **state)
{
	static const char *const kinds[] = { "BYTES", "POINTER", "FILE", "SOURCE" };
	static char text[300 * 1000];
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	client_start_tls(&client);
	client_expect(&client, "ready\r\n");
	client_send(&client, "LOGIN\r\n");
	client_expect(&client, "hello\r\n");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char line[64];
		(void)snprintf(line, sizeof(line), "%s 7000000\r\nECHO y\r\n", kinds[i]);
		client_send(&client, line);
		serving_expect_bytes(&client, 7000000);
		client_expect(&client, "\r\ny\r\n");
	}
	size_t n = 0;
	while (n + 16 < sizeof(text)) {
		memcpy(text + n, n % 160 == 0 ? "WORK abcdefghi\r\n" : "ECHO abcdefghi\r\n", 16);
		n += 16;
	}
	client_send(&client, text);
	for (size_t i = 0; i < n / 16; i++) {
		client_expect(&client, "abcdefghi\r\n");
	}
	client_close(&client);
	serving_end(&serving);
}

/* A reader so slow that records wait half sent, while the connection is woken again and again. */
static void test_slow_reader(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	client_start_tls(&client);
	client_expect(&client, "ready\r\n");
	client_send(&client, "LOGIN\r\nPOINTER 30000000\r\nFILE 3000000\r\nIDLE\r\n");
	client_expect(&client, "hello\r\n");
	for (int i = 0; i < 20; i++) {
		fake_wake();
		client_pause();
	}
	serving_expect_bytes(&client, 30000000);
	client_expect(&client, "\r\n");
	serving_expect_bytes(&client, 3000000);
	client_expect(&client, "\r\nidling\r\n");
	client_close(&client);
	serving_end(&serving);
}

static void test_no_tls_at_all(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	client_send(&client, "ECHO is anybody there?\r\n");
	char byte;
	while (recv(client.fd, &byte, 1, 0) == 1) {
	}
	client_close(&client);
	eventually(roost_server_connections(serving.server) == 0);
	assert_int_equal(serving_logged("event=tls-failed"), 1);
	assert_int_equal(fake_counts.conns, 0);
	serving_end(&serving);
}

/* Plain bytes instead of the handshake, in a packet of their own. */
static void test_broken_starttls(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.port);
	client_expect(&client, "ready\r\n");
	client_send(&client, "STARTTLS\r\n");
	client_expect(&client, "begin\r\n");
	client_send(&client, "ECHO injected\r\n");
	assert_false(client_try_tls(&client));
	client_close(&client);
	eventually(roost_server_connections(serving.server) == 0);
	assert_int_equal(serving_logged("event=tls-failed"), 1);
	serving_end(&serving);
}

static void test_silent_handshake(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client explicit = client_connect(serving.port);
	client_expect(&explicit, "ready\r\n");
	/* From now on: who is connected by then keeps what is allowed until the handshake. */
	serving.limits.sign_in_seconds = 1;
	assert_int_equal(roost_server_reload(serving.server, &serving.options), 0);
	struct client implicit = client_connect(serving.tls_port);
	client_send(&explicit, "STARTTLS\r\n");
	client_expect(&explicit, "begin\r\n");
	client_expect_end(&implicit);
	client_expect_end(&explicit);
	assert_int_equal(serving_logged("event=timeout"), 2);
	client_close(&implicit);
	client_close(&explicit);
	serving_end(&serving);
}

static void test_stop_in_handshake(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	eventually(roost_server_connections(serving.server) == 1);
	serving_end(&serving);
	client_expect_end(&client);
	client_close(&client);
}

static void test_old_version(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	client.context = SSL_CTX_new(TLS_client_method());
	(void)SSL_CTX_set_min_proto_version(client.context, TLS1_VERSION);
	(void)SSL_CTX_set_max_proto_version(client.context, TLS1_1_VERSION);
	SSL_CTX_set_security_level(client.context, 0);
	client.ssl = SSL_new(client.context);
	(void)SSL_set_fd(client.ssl, client.fd);
	assert_int_not_equal(SSL_connect(client.ssl), 1);
	client_close(&client);
	serving_end(&serving);
}

static void test_version_1_2(void **state)
{
	(void)state;
	struct serving serving;
	begin(&serving);
	struct client client = client_connect(serving.tls_port);
	client.context = SSL_CTX_new(TLS_client_method());
	(void)SSL_CTX_set_max_proto_version(client.context, TLS1_2_VERSION);
	client.ssl = SSL_new(client.context);
	(void)SSL_set_fd(client.ssl, client.fd);
	assert_int_equal(SSL_connect(client.ssl), 1);
	client_expect(&client, "ready\r\n");
	client_send(&client, "INFO\r\n");
	client_expect(&client, "tls=TLSv1.2 remote=127.0.0.1 insecure=1\r\n");
	client_close(&client);
	serving_end(&serving);
}

static void test_bad_files(void **state)
{
	(void)state;
	struct serving serving;
	struct roost_server *server;
	char other[] = "/tmp/roost-test-XXXXXX";
	client_make_certificate(other);

	serving_prepare(&serving);
	serving.options.tls_certificate_file = "/nonexistent/certificate.pem";
	assert_int_equal(roost_server_create(&serving.options, &server), ROOST_ERR_INVALID);
	assert_int_equal(serving_logged("/nonexistent/certificate.pem: No such file"), 1);

	serving.options.tls_certificate_file = "/dev/null";
	assert_int_equal(roost_server_create(&serving.options, &server), ROOST_ERR_INVALID);
	serving.options.tls_certificate_file = certificate;
	serving.options.tls_key_file = "/dev/null";
	assert_int_equal(roost_server_create(&serving.options, &server), ROOST_ERR_INVALID);
	serving.options.tls_key_file = other;
	assert_int_equal(roost_server_create(&serving.options, &server), ROOST_ERR_INVALID);
	assert_int_equal(serving_logged("event=tls-unusable"), 4);
	assert_int_equal(serving_logged("key values mismatch"), 1);
	assert_int_equal(fake_counts.updates, 0);
	assert_int_equal(unlink(other), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_injected),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_no_tls_at_all),
		cmocka_unit_test(test_broken_starttls),
		cmocka_unit_test(test_silent_handshake),
		cmocka_unit_test(test_stop_in_handshake),
		cmocka_unit_test(test_old_version),
		cmocka_unit_test(test_version_1_2),
		cmocka_unit_test(test_bad_files),
	};
	return cmocka_run_group_tests(tests, make_certificate, remove_certificate);
}

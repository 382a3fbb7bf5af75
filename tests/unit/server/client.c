/* client.c - what the tests of the server need on the other side. */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE 30 /* seconds */

void client_pause(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	(void)nanosleep(&pause, NULL);
}

struct client client_connect(uint16_t port)
{
	struct client client = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct timeval patience = { .tv_sec = PATIENCE };
	sigset_t pipe;
	assert_true(client.fd >= 0);
	/* OpenSSL writes without MSG_NOSIGNAL. Only in this thread: the server's look after
	 * themselves. */
	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	(void)setsockopt(client.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(client.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(client.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return client;
}

bool client_try_tls(struct client *client)
{
	static const unsigned char protocol[] = "\x04imap";
	client->context = SSL_CTX_new(TLS_client_method());
	assert_non_null(client->context);
	assert_int_equal(SSL_CTX_set_alpn_protos(client->context, protocol, 5), 0);
	client->ssl = SSL_new(client->context);
	assert_non_null(client->ssl);
	assert_int_equal(SSL_set_fd(client->ssl, client->fd), 1);
	bool done = SSL_connect(client->ssl) == 1;
	ERR_clear_error();
	return done;
}

void client_start_tls(struct client *client)
{
	const unsigned char *protocol;
	unsigned n;
	assert_true(client_try_tls(client));
	SSL_get0_alpn_selected(client->ssl, &protocol, &n);
	assert_int_equal(n, 4);
	assert_memory_equal(protocol, "imap", 4);
}

void client_close(struct client *client)
{
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	(void)close(client->fd);
	*client = (struct client) { .fd = -1 };
}

void client_send(struct client *client, const char *text)
{
	size_t n = strlen(text);
	if (client->ssl != NULL) {
		assert_int_equal(SSL_write(client->ssl, text, (int)n), n);
	} else {
		assert_int_equal(send(client->fd, text, n, MSG_NOSIGNAL), n);
	}
}

ssize_t client_receive(struct client *client, void *buffer, size_t n)
{
	return client->ssl != NULL ? SSL_read(client->ssl, buffer, (int)n)
				   : recv(client->fd, buffer, n, 0);
}

void client_expect(struct client *client, const char *text)
{
	char buffer[1024];
	size_t n = strlen(text);
	size_t have = 0;
	assert_true(n < sizeof(buffer));
	while (have < n) {
		ssize_t got = client_receive(client, buffer + have, n - have);
		if (got <= 0) {
			break;
		}
		have += (size_t)got;
	}
	buffer[have] = '\0';
	assert_string_equal(buffer, text);
}

void client_expect_end(struct client *client)
{
	char buffer[256] = "";
	ssize_t n = client_receive(client, buffer, sizeof(buffer) - 1);
	assert_string_equal(n > 0 ? buffer : "", "");
	/* -1 would be the client's own patience, but for a connection that was reset. */
	assert_true(n == 0 || client->ssl != NULL || errno == ECONNRESET);
}

void client_read_line(struct client *client, char *line, size_t size)
{
	size_t n = 0;
	while (n + 1 < size && client_receive(client, line + n, 1) == 1) {
		if (line[n++] == '\n') {
			break;
		}
	}
	line[n] = '\0';
}

void client_make_certificate(char *path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	assert_non_null(key);
	assert_non_null(certificate);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	(void)X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	(void)X509_set_pubkey(certificate, key);
	X509_NAME *name = X509_get_subject_name(certificate);
	(void)X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
	(void)X509_set_issuer_name(certificate, name);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);

	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *file = fdopen(fd, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	assert_int_equal(fclose(file), 0);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* client.h - what the tests of the server need on the other side: a client that waits, within
 * generous bounds, with TLS or without. */
#ifndef CLIENT_H
#define CLIENT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct client {
	int fd;
	SSL_CTX *context;
	SSL *ssl;
};

/* No failure but a failed assertion. */
struct client client_connect(uint16_t port);
void client_start_tls(struct client *client);
/* The same, but the handshake may fail. */
bool client_try_tls(struct client *client);
void client_close(struct client *client);
void client_send(struct client *client, const char *text);
/* The next bytes are this text. */
void client_expect(struct client *client, const char *text);
/* The server hangs up, and says nothing before. */
void client_expect_end(struct client *client);
/* As recv(2). */
ssize_t client_receive(struct client *client, void *buffer, size_t n);
/* Read up to and with a line end. */
void client_read_line(struct client *client, char *line, size_t size);

/* Wait until `condition` holds, for half a minute at most; then fail. */
#define eventually(condition) \
	do { \
		for (int tries = 0; tries < 3000 && !(condition); tries++) { \
			client_pause(); \
		} \
		assert_true(condition); \
	} while (0)
void client_pause(void);

/* Write a self-signed certificate and its key into one new file, whose name goes to `path`
 * ("/tmp/…XXXXXX" before). */
void client_make_certificate(char *path);

#endif

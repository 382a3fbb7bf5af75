/* transport.h - reading from and writing to a socket, with TLS or without, never waiting. */
#ifndef SERVER_TRANSPORT_H
#define SERVER_TRANSPORT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The most that is given to TLS at once: one record. RFC 8446 section 5.1. */
#define TRANSPORT_RECORD 16384

/* What the functions return besides a number of bytes. */
enum transport_result {
	TRANSPORT_EOF = 0, /* reading: the client sends no more */
	TRANSPORT_WANTS_READ = -1, /* try again when the socket is readable */
	TRANSPORT_WANTS_WRITE = -2, /* try again when it is writable */
	TRANSPORT_FAILED = -3, /* the connection is lost */
	TRANSPORT_NOT_SUPPORTED = -4, /* sendfile: not from this file */
	TRANSPORT_SHORT = -5, /* sendfile: the file ends too early */
};

struct transport {
	int fd;
	SSL *ssl; /* NULL: no TLS */
};

/* Begin TLS as the server; transport_handshake does the rest. ROOST_ERR_NO_MEMORY. */
int transport_start_tls(struct transport *transport, SSL_CTX *context);
/* 1 when the handshake is done. */
int transport_handshake(struct transport *transport);

ssize_t transport_read(struct transport *transport, void *buffer, size_t n);
/* Whether TLS holds bytes that came already, of which the socket will not tell. */
bool transport_has_pending(const struct transport *transport);
/* Write some of the `count` pieces. `more`: more will be written at once. With TLS at most a record
 * is written, put together in `record` (TRANSPORT_RECORD bytes); after WANTS_… the next write must
 * begin with the same bytes. */
ssize_t transport_write(struct transport *transport, const struct iovec *pieces, int count,
	bool more, char *record);
/* Send `n` bytes of a file, without TLS. */
ssize_t transport_send_file(struct transport *transport, int fd, uint64_t offset, size_t n);

/* Tell the client that nothing more will come. */
void transport_shutdown(struct transport *transport);
void transport_close(struct transport *transport);

#endif

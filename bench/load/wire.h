/* wire.h - one connection to the server, plain or TLS, on a socket that does not block. */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"

struct network;
struct wire;

/* What the owner of a wire hears. */
struct wire_events {
	/* Octets have come; they are borrowed. Must not close the wire. */
	void (*received)(struct wire *wire, const char *data, size_t length);
	/* The server has closed the connection; the owner closes its side, now or later. */
	void (*ended)(struct wire *wire);
};

struct wire {
	struct network *network;
	const struct wire_events *events;
	int fd; /* -1 when closed */
	bool watches_room; /* whether the loop tells when it can be written */
	bool over; /* the server has closed it */
	SSL *tls;
	struct bytes waiting; /* to be sent */
	size_t sent; /* of what waits */
	uint64_t received; /* octets, without TLS around them */
};

void wire_open(struct wire *wire, struct network *network, const struct wire_events *events);
/* Send what waits, as far as the socket takes it; the loop does the rest. */
void wire_flush(struct wire *wire);
/* Wait on this wire alone until it has something to read or can be written, and let it. */
void wire_wait(struct wire *wire);
/* What epoll has said about it. */
void wire_turn(struct wire *wire, uint32_t events);
void wire_close(struct wire *wire);

#endif

/* peer.h - a child process that serves connections on loopback, for what needs two sides. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/processes.h"

struct peer {
	uint16_t port;
	struct processes processes; /* the child */
};

/* Start one: it serves with a listening socket until it is stopped. */
void peer_start(struct peer *peer, void (*serve)(int listener, void *context), void *context);
/* A connection to it. */
int peer_connect(const struct peer *peer);
void peer_stop(struct peer *peer);

/* For the child: the next connection. */
int peer_accept(int listener);
/* For both: send or receive all of it; whether the other side was there. */
bool peer_send(int fd, const char *data, size_t length);
bool peer_receive(int fd, char *data, size_t length);

#endif

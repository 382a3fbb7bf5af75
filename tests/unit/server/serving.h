/* serving.h - a server over the fake connection, for one test. */
#ifndef SERVING_H
#define SERVING_H

#include <pthread.h>

#include <roost/server.h>

#include "client.h"

struct serving {
	struct roost_server *server;
	struct roost_limits limits;
	struct roost_server_options options;
	pthread_t thread;
	uint16_t port;
	uint16_t tls_port; /* 0 without a certificate */
	int result; /* of run */
};

/* Defaults: two loops, four workers, the program's log kept for serving_logged(). */
void serving_prepare(struct serving *serving);
/* Create, listen and run in a thread. */
void serving_begin(struct serving *serving);
/* Stop, wait until run has returned 0, check that all connections are gone, and destroy. */
void serving_end(struct serving *serving);

/* The next n bytes are those of fake_byte(). */
void serving_expect_bytes(struct client *client, uint64_t n);
/* How many log lines held the text. */
unsigned serving_logged(const char *text);

#endif

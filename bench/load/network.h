/* network.h - the server that is measured, and the epoll loop over the connections to it. */
#ifndef BENCH_NETWORK_H
#define BENCH_NETWORK_H

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/processes.h"

/* What is read at once. */
enum { NETWORK_ROOM = 256 * 1024 };

struct network {
	struct sockaddr_in server;
	uint32_t
		sources; /* addresses of our own, 127.0.1.1 and those behind it; 0 leaves it to the system */
	uint32_t opened; /* connections up to now */
	SSL_CTX *tls; /* NULL without TLS */
	const char *user; /* in which %d stands for a number */
	const char *password;
	struct processes processes; /* of the server */
	int epoll;
	char *room; /* NETWORK_ROOM octets, for what is read */
	bool learned; /* whether the following are known */
	bool literal_plus;
	bool multiappend;
	bool idle;
};

struct wire;

void network_open(struct network *network, const char *host, uint16_t port, bool tls);
/* Let the system have as many descriptors as `connections` need. */
void network_allow(long connections);
/* Wait until a connection has something to read or can be written, and let it: wire.h. False when
 * nothing came in that time. */
bool network_turn(struct network *network, int milliseconds);
/* The same, where something must come. */
void network_wait(struct network *network);
/* Let time go by; what comes is taken. */
void network_rest(struct network *network, double seconds);
void network_close(struct network *network);

#endif

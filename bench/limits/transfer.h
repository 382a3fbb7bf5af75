/* transfer.h - a file that a peer sends, again and again, and how fast it comes. */
#ifndef BENCH_TRANSFER_H
#define BENCH_TRANSFER_H

#include <stddef.h>

#include "common/parameters.h"
#include "peer.h"

struct transfer {
	/* Ask the peer for the file, and read what comes; 0 is the end. */
	void (*request)(struct transfer *transfer);
	size_t (*receive)(struct transfer *transfer, char *room, size_t size);
	void *context; /* of these */
	int fd; /* of the connection */
	/* For the peer of transfer_run_tcp(): send the answer to a request, or end the process. */
	void (*send)(int fd, const struct transfer *transfer);

	/* Set by transfer_prepare(). */
	const struct parameters *given;
	int file; /* in the page cache */
	size_t octets; /* of it */
	size_t answer; /* octets that come for a request: those of the file, if nothing else is said */
	char *mapped; /* the same, in memory */
	long repeat;
};

/* Which these must be among. */
extern const struct parameter transfer_parameters[];

/* Make the file. */
void transfer_prepare(struct transfer *transfer, const struct parameters *given);
/* Fetch it as often as was said, and print the result. */
void transfer_run(struct transfer *transfer, const struct peer *peer, const char *name);
/* The same from a peer of its own, over TCP: only `send` need be set. */
void transfer_run_tcp(struct transfer *transfer, const char *name);
void transfer_clear(struct transfer *transfer);

#endif

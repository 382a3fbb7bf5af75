/* sessions.h - short sessions: connect, greeting, LOGIN, a command, LOGOUT, the end. */
#ifndef BENCH_SESSIONS_H
#define BENCH_SESSIONS_H

#include "common/samples.h"
#include "network.h"

struct sessions {
	const char *command; /* between LOGIN and LOGOUT, or NULL */
	uint32_t connections; /* at once */
	double seconds; /* for which new ones begin; */
	/* Or how many, when not 0: with a user each. Else each connection keeps its user. */
	uint32_t count;
	uint32_t users; /* that the connections are of in turns; 0: as many as connections */
	uint32_t user; /* the number of the first user */
	uint64_t done;
	struct samples latencies; /* seconds, from connecting to the end */
};

void sessions_run(struct sessions *sessions, struct network *network);

#endif

/* cost.h - what a measured stretch took: time, and CPU of the client, the server and the rest. */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include "processes.h"

struct cost {
	double wall; /* all in seconds */
	double client;
	double server;
	double other; /* of the machine: when it is not small against wall, distrust the figure */
};

/* Between the two all is counted; several stretches add up. `server` may have no roots. */
void cost_begin(struct cost *cost, const struct processes *server);
void cost_end(struct cost *cost, const struct processes *server);

#endif

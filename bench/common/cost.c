/* cost.c - what a measured stretch took: time, and CPU of the client, the server and the rest. */
#include "cost.h"

#include <time.h>

#include "moment.h"

static double client_cpu(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* The wall is read next to the work, so that it does not hold the reading of /proc. */
void cost_begin(struct cost *cost, const struct processes *server)
{
	double used = processes_cpu(server);
	double machine = processes_machine_cpu();
	double client = client_cpu();
	cost->server -= used;
	cost->other -= machine - client - used;
	cost->client -= client;
	cost->wall -= moment_now();
}

void cost_end(struct cost *cost, const struct processes *server)
{
	cost->wall += moment_now();
	double client = client_cpu();
	double machine = processes_machine_cpu();
	double used = processes_cpu(server);
	cost->client += client;
	cost->other += machine - client - used;
	cost->server += used;
}

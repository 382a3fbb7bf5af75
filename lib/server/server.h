/* server.h - the inside of a server: what its listeners, loops and links share. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include <roost/server.h>

#include "server/gate.h"
#include "server/live.h"
#include "server/workers.h"

struct listener;
struct loop;

/* Set up before the threads begin and not changed by them, but for the gate and what is live. */
struct roost_server {
	struct roost_server_options options; /* its strings are gone */
	struct roost_updates *updates; /* that the server made; NULL when the backend had some */
	struct live live;
	struct gate gate;
	struct listener *listeners; /* the newest first */
	size_t listener_count;
	struct workers *workers;
	struct workers *hard_workers; /* for ROOST_CONN_HARD_WORK: one for each core */
	struct loop *loops;
	unsigned loop_count; /* of those that are set up */
	bool begun;
	int stop_fd; /* an eventfd that becomes readable by roost_server_stop() */
	uv_poll_t stop_poll; /* of it, on the first loop */
};

#endif

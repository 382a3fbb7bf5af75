/* lmtp_link.h - the connections of the LMTP server: sockets around sessions, and the jobs that they
 * wait for. All but the jobs' work is on the loop's thread. */
#ifndef PROGRAM_LMTP_LINK_H
#define PROGRAM_LMTP_LINK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include <roost/backend.h>

#include "lmtp_workers.h"

struct lmtp_link;
struct lmtp_job;

/* All connections of a server, and what they share. */
struct lmtp_links {
	uv_loop_t *loop;
	struct roost_backend *backend;
	struct lmtp_workers *workers;
	const char *host;
	uint64_t message_octets;
	size_t spool_memory;
	unsigned connections; /* the most at a time */
	unsigned idle_seconds;
	uv_async_t *wake; /* sent when jobs are done: lmtp_links_finish_jobs() */
	void (*emptied)(struct lmtp_links *links); /* while ending: the last one is gone */

	struct lmtp_link *first;
	unsigned count;
	uint64_t so_far; /* connections ever */
	bool ending;

	pthread_mutex_t lock;
	struct lmtp_job *done; /* under lock */
};

/* Take a connection that waits at a listener. */
void lmtp_links_accept(struct lmtp_links *links, uv_stream_t *listener);
/* Go on where jobs are done. */
void lmtp_links_finish_jobs(struct lmtp_links *links);
/* Take no more commands; what is being stored is stored and answered. */
void lmtp_links_end(struct lmtp_links *links);
/* Wait for no client any more, only for what is being stored. */
void lmtp_links_cut(struct lmtp_links *links);

#endif

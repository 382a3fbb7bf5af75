/* loop.h - one thread with an event loop, and the links that it owns for life. */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "server/list.h"
#include "server/transport.h"
#include "server/wheel.h"

struct link;
struct roost_server;

#define LOOP_SCRATCH 65536

struct loop {
	struct roost_server *server;
	pthread_t thread;
	bool running; /* the thread was started and not joined yet */
	uv_loop_t uv;
	uv_async_t mail; /* something was put into the lists under `lock` */
	uv_timer_t second; /* turns the wheel while there are links */
	uv_timer_t patience; /* while stopping: what comes next */
	uv_idle_t turn; /* active while `ready` has links */
	uv_timer_t gather; /* active while `gathered` has links */

	/* Used by the loop's own thread. */
	struct list links; /* all of them */
	struct list ready; /* links that go on as soon as the others have had their turn */
	struct list gathered; /* links that were woken again so soon that it can wait a little */
	struct wheel wheel;
	bool stopping;
	bool ended; /* it runs no more */
	unsigned patience_step;
	char scratch[LOOP_SCRATCH]; /* of whoever reads or writes now */
	char record[TRANSPORT_RECORD]; /* as that */

	pthread_mutex_t lock;
	struct list arrivals; /* under lock, as all below */
	struct list woken;
	struct list finished;
	bool stop;
};

/* Set up a loop; its thread comes with loop_start. ROOST_ERR_NO_MEMORY. */
int loop_init(struct loop *loop, struct roost_server *server);
/* Run it in a thread of its own, until it has been stopped and its links are gone, or were given up
 * because their work does not end. ROOST_ERR_NO_MEMORY. */
int loop_start(struct loop *loop);
/* Wait for the thread, if there is one. */
void loop_join(struct loop *loop);
/* Destroy the links that were given up. All threads of loops and workers have ended, but no loop is
 * finished: to destroy a connection may wake others. */
void loop_destroy_links(struct loop *loop);
/* Free what is left. It has no links. */
void loop_finish(struct loop *loop);

/* Any thread. */
/* Give a new link to its loop. */
void loop_arrive(struct loop *loop, struct link *link);
/* A link's connection was woken. */
void loop_wake(struct loop *loop, struct link *link);
/* A link, whose connection is gone, is not to be told of any more. */
void loop_forget(struct loop *loop, struct link *link);
/* A link's work on a worker has ended. */
void loop_work_finished(struct loop *loop, struct link *link);
/* End all that is going on, in good order: work in flight gets three seconds, output four. */
void loop_stop(struct loop *loop);

/* The loop's thread. */
/* Milliseconds on a clock that only goes forward. */
uint64_t loop_now(struct loop *loop);
/* Pump the link again after others have had their turn. */
void loop_ready(struct loop *loop, struct link *link);
/* A link is woken. True when it was woken a moment ago: then it is woken in a moment, once for all that happens until
 * then. */
bool loop_gathers(struct loop *loop, struct link *link);
/* A link was added to, or taken from, `links`. */
void loop_links_changed(struct loop *loop);

#endif

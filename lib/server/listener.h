/* listener.h - a socket that clients connect to. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "server/endpoint.h"

struct loop;
struct roost_server;

struct listener {
	struct listener *next; /* made before this one */
	struct roost_server *server;
	struct loop *loop; /* where it accepts; NULL before that */
	struct endpoint address; /* with the port that it has */
	bool tls;
	int fd;
	unsigned next_loop; /* gets the next link */
	uv_poll_t poll;
	uv_timer_t pause; /* after an error that would come again at once */
};

/* Bind and listen. Errors as of roost_server_listen(). */
int listener_create(
	struct roost_server *server, const char *address, bool tls, struct listener **listener_out);
/* Take over a socket that listens already; on failure it stays the caller's. ROOST_ERR_INVALID,
 * ROOST_ERR_NO_MEMORY. */
int listener_adopt(struct roost_server *server, int fd, bool tls, struct listener **listener_out);
/* Accept on this loop, in whose thread or before it runs. ROOST_ERR_NO_MEMORY. */
int listener_accept(struct listener *listener, struct loop *loop);
/* Accept no more; in the loop's thread. */
void listener_stop(struct listener *listener);
/* The loop, if it accepted, has been finished. */
void listener_destroy(struct listener *listener);

#endif

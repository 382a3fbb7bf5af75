/* link.h - one client: its socket, its connection (roost/conn.h), and what goes on between them.
 *
 * A link lives on one loop, whose thread alone touches it, except for the slice of work that is in
 * flight on a worker: meanwhile the loop leaves the connection alone. */
#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include <roost/conn.h>

#include "server/compression.h"
#include "server/endpoint.h"
#include "server/list.h"
#include "server/slow.h"
#include "server/transport.h"
#include "server/wheel.h"
#include "server/workers.h"

struct loop;
struct roost_server;

enum link_state {
	LINK_HANDSHAKE, /* TLS begins; with TLS from the first byte there is no connection yet */
	LINK_SERVING,
	LINK_LINGERING, /* all is said; what the client still sends is thrown away until it hangs
			   up, so that it gets our last words */
	LINK_CLOSED, /* without a socket; is freed when the connection is gone */
};

/* What a worker does for the link. */
enum link_work {
	LINK_NO_WORK,
	LINK_RUN, /* a slice of the connection's work */
	LINK_FETCH, /* read content that has to be read before it can be sent */
	LINK_DESTROY, /* destroy the connection, which calls the backend */
};

/* A part of the first piece of output that a worker has read. */
struct chunk {
	struct roost_content *content; /* with a reference while it is being read, else NULL */
	uint64_t offset; /* in content */
	char *bytes; /* NULL: there is no chunk */
	size_t size;
	size_t sent;
};

/* Says how far the work in flight is. */
struct progress_line {
	size_t size;
	size_t sent;
	char bytes[ROOST_CONN_PROGRESS_MAX];
};

struct link {
	struct loop *loop;
	struct roost_server *server;
	struct list of_loop;
	struct list of_ready;
	struct list of_woken;
	struct list of_gathered;
	struct list of_finished; /* also of arrivals */
	atomic_bool woken_queued;

	enum link_state state;
	bool implicit_tls;
	bool insecure_auth;
	char remote_host[ENDPOINT_TEXT];
	char local_host[ENDPOINT_TEXT];
	uint16_t remote_port;
	uint16_t local_port;

	struct transport transport;
	struct compression *compression; /* NULL: none */
	uint64_t compressed; /* bytes of the output, which go out now */
	uv_poll_t poll;
	bool polling; /* the handle is set up and not closed */
	int watched; /* UV_… events that the handle waits for */
	bool readable; /* there may be something to read: only reading tells */
	bool writable; /* the socket takes more, as far as is known */
	bool ended; /* the client has sent its last byte */
	bool hung_up; /* the same, learnt without reading all */
	bool no_send_file; /* it was tried */

	struct roost_conn *conn;
	enum link_work work;
	struct job job;
	int result; /* of the work */
	bool ahead; /* the work makes output while what came before it is sent */
	bool woken; /* tell the connection when the work has ended */
	bool shut_down; /* the connection was told that the server stops */
	bool expired;
	bool trimmed;
	bool counted; /* in the gate, for its address */
	bool signed_out; /* that was logged */

	char *rest; /* bytes that were read and that the connection has not taken yet */
	size_t rest_size;
	size_t rest_taken;
	struct chunk chunk;

	struct timeout timeout;
	uint64_t last_use; /* milliseconds, as all times here */
	uint64_t hung_up_at;
	uint64_t commands; /* as of last_use */
	uint64_t began;
	uint64_t bytes_in; /* without what TLS adds */
	uint64_t bytes_out;
	struct slow slow;
	uint64_t last_wake; /* when the connection was last told that it was woken */
	uint64_t last_poll; /* when the backend was last asked to look for changes */
	uint64_t progress_due; /* when the client is told how far the work in flight is */
	struct progress_line *progress; /* its rest goes out before all else; NULL: none */
	uint64_t held_until; /* an answer is held back; 0: none is */
};

/* Make a link for a socket that was accepted; takes the socket over, and with it the place in the
 * server's gate. ROOST_ERR_NO_MEMORY: then both stay the caller's. */
int link_create(struct roost_server *server, struct loop *loop, int fd, bool tls,
	const struct endpoint *remote, struct link **link_out);
/* Free it, the connection too; when its loop does not run, or has never seen it. */
void link_destroy(struct link *link);

/* Called by the loop, in its thread. */
void link_begin(struct link *link);
void link_wake(struct link *link);
void link_work_finished(struct link *link);
void link_timeout(struct timeout *timeout);
/* Say goodbye when the command that runs has ended. */
void link_stop(struct link *link);
/* What runs should give up. */
void link_cancel(struct link *link);

/* The client sends no more, and may be gone. */
void link_hung_up(struct link *link);
/* See whether the client has used the connection, and set the timeout. */
void link_note_use(struct link *link);
/* Go on with whatever can go on now. */
void link_pump(struct link *link);
/* Begin the handshake, with the certificate of now; or the link is dropped. */
void link_start_tls(struct link *link);
/* Close the socket at once; the rest follows when no work is in flight. */
void link_drop(struct link *link);
/* As link_drop, with a line in the log. */
void link_fail(struct link *link, const char *reason);
/* The connection is about to be destroyed: log what it did, if somebody was signed in. No work is in flight. */
void link_sign_out(struct link *link, const char *reason);
/* The work in flight takes long: say so, if that can be said now. */
void link_tell_progress(struct link *link);
/* Have a worker do something for the link. */
void link_submit(struct link *link, enum link_work work);

#endif

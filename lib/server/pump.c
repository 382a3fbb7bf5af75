/* pump.c - what a link does next: reading, running, writing, until it has to wait. */
#include "server/link.h"

#include <openssl/err.h>

#include "server/greet.h"
#include "server/inbound.h"
#include "server/loop.h"
#include "server/outbound.h"
#include "server/server.h"
#include "server/tls.h"

/* What one link may do before the others have their turn. */
#define TURN_SLICES 8
#define TURN_READS 8
#define TURN_WRITES 16
#define TURN_BYTES (1024 * 1024)

/* Behind what is to be written now nothing comes as it came before. */
#define PARTING (ROOST_CONN_CLOSE | ROOST_CONN_STARTTLS | ROOST_CONN_DEFLATE)

struct turn {
	unsigned slices;
	unsigned reads;
	unsigned writes;
	uint64_t bytes; /* written */
};

/* Whether one more may be done; else the link goes on later. */
static bool count_down(struct link *link, unsigned *left)
{
	if (*left == 0) {
		loop_ready(link->loop, link);
		return false;
	}
	(*left)--;
	return true;
}

static bool run_here(struct link *link, struct turn *turn)
{
	if (!count_down(link, &turn->slices)) {
		return false;
	}
	link->trimmed = false;
	slow_begin_slice(&link->slow, &link->server->live);
	int r = roost_conn_run(link->conn);
	slow_end_slice(&link->slow);
	if (r < 0) {
		link_fail(link, "out of memory");
		return false;
	}
	return true;
}

/* After sign-in, bytes that move are use, too: nobody is sent away in the middle of a long message. */
static void note_bytes(struct link *link)
{
	if (link->state == LINK_SERVING && !link->expired && roost_conn_user(link->conn) != NULL) {
		link->last_use = loop_now(link->loop);
	}
}

static bool receive(struct link *link, struct turn *turn)
{
	if (!count_down(link, &turn->reads) || !inbound_receive(link)) {
		return false;
	}
	note_bytes(link);
	return true;
}

/* Whether something went and more may. */
static bool send_output(struct link *link, struct turn *turn)
{
	if (turn->bytes >= TURN_BYTES) {
		turn->writes = 0;
	}
	if (!count_down(link, &turn->writes)) {
		return false;
	}
	uint64_t n = outbound_send(link);
	turn->bytes += n;
	if (n > 0) {
		note_bytes(link);
	}
	return n > 0;
}

/* All is said: hang up as soon as the client has heard it. */
static void linger(struct link *link)
{
	inbound_drop_rest(link);
	transport_shutdown(&link->transport);
	link->state = LINK_LINGERING;
	link->last_use = loop_now(link->loop);
	link->readable = true;
	link_sign_out(link, link->expired ? "timeout" : link->shut_down ? "shutdown" : "logout");
	link_submit(link, LINK_DESTROY);
}

static void start_tls(struct link *link)
{
	/* What came in clear behind STARTTLS is not answered. RFC 3501 section 6.2.1. */
	inbound_drop_rest(link);
	link_start_tls(link);
	if (link->state != LINK_CLOSED) {
		link->state = LINK_HANDSHAKE;
		link->last_use = loop_now(link->loop);
		link->readable = true;
	}
}

static bool switch_compression(struct link *link)
{
	bool good = link->compression == NULL ? inbound_begin_compression(link)
					      : inbound_end_compression(link);
	if (good) {
		roost_conn_deflate_switched(link->conn);
	}
	return good;
}

/* Nothing can be done for the connection but what stands here, or to wait. True if it was done and
 * there may be more. */
static bool step_when_quiet(struct link *link, unsigned wants)
{
	if ((wants & ROOST_CONN_WRITE) != 0) {
		return false;
	}
	if ((wants & ROOST_CONN_CLOSE) != 0) {
		linger(link);
		return true;
	}
	if (link->ended) {
		link_drop(link);
		return false;
	}
	if ((wants & ROOST_CONN_STARTTLS) != 0) {
		start_tls(link);
		return true;
	}
	if ((wants & ROOST_CONN_DEFLATE) != 0) {
		return switch_compression(link);
	}
	return false;
}

/* Have a worker make what comes next while that which waits goes out: both take about as long. */
static bool run_ahead(struct link *link)
{
	if (link->compression != NULL || !roost_conn_part_output(link->conn)) {
		return false;
	}
	link->ahead = true;
	link->trimmed = false;
	link_submit(link, LINK_RUN);
	return true;
}

/* One step of serving. The order is what makes one batch of many commands: first all that came is
 * read and run, then the answers go out together. False when there is something to wait for. */
static bool step_serving(struct link *link, struct turn *turn)
{
	unsigned wants = roost_conn_wants(link->conn);
	bool parting = (wants & PARTING) != 0;
	if (!parting && run_ahead(link)) {
		return true;
	}
	bool run = !parting && (wants & ROOST_CONN_RUN) != 0;
	bool read = !parting && (wants & ROOST_CONN_READ) != 0;

	if (read && inbound_has_rest(link)) {
		if (inbound_feed_rest(link)) {
			return true;
		}
		read = false;
	}
	if (link->state != LINK_SERVING) {
		return false;
	}
	if (run && (wants & ROOST_CONN_MAY_BLOCK) == 0) {
		return run_here(link, turn);
	}
	if (read && !run && inbound_is_readable(link) && !inbound_has_rest(link)) {
		if (receive(link, turn)) {
			return true;
		}
		if (link->state != LINK_SERVING) {
			return false;
		}
	}
	if ((wants & ROOST_CONN_WRITE) != 0 && link->writable) {
		if (send_output(link, turn)) {
			return true;
		}
		if (link->state != LINK_SERVING || link->work != LINK_NO_WORK) {
			return false;
		}
	}
	if (run) {
		link->trimmed = false;
		link_submit(link, LINK_RUN);
		return false;
	}
	return step_when_quiet(link, wants);
}

static bool step_handshake(struct link *link)
{
	char reason[TLS_REASON];
	switch (transport_handshake(&link->transport)) {
	case TRANSPORT_WANTS_READ:
		link->readable = false;
		return false;
	case TRANSPORT_WANTS_WRITE:
		link->writable = false;
		return false;
	case TRANSPORT_FAILED:
		tls_reason(reason);
		link_fail(link, reason);
		return false;
	default:
		return greet_after_handshake(link);
	}
}

static bool step_lingering(struct link *link, struct turn *turn)
{
	if (link->readable) {
		if (!count_down(link, &turn->reads)) {
			return false;
		}
		if (inbound_discard(link)) {
			return true;
		}
	}
	/* The server, when it stops, does not wait for clients; and what came is read, so that no
	 * reset overtakes our last words. */
	if (link->ended || link->loop->stopping) {
		link_drop(link);
	}
	return false;
}

static bool step(struct link *link, struct turn *turn)
{
	switch (link->state) {
	case LINK_HANDSHAKE:
		return step_handshake(link);
	case LINK_SERVING:
		if (link->ahead) {
			return link->writable && send_output(link, turn);
		}
		return link->work == LINK_NO_WORK && step_serving(link, turn);
	case LINK_LINGERING:
		return step_lingering(link, turn);
	case LINK_CLOSED:
	default:
		return false;
	}
}

static void on_event(uv_poll_t *handle, int status, int events)
{
	struct link *link = handle->data;
	if (status < 0) {
		link_drop(link);
		return;
	}
	if ((events & UV_READABLE) != 0) {
		link->readable = true;
	}
	if ((events & UV_WRITABLE) != 0) {
		link->writable = true;
	}
	if ((events & UV_DISCONNECT) != 0) {
		link_hung_up(link);
	}
	link_pump(link);
}

/* Wait for what is not known to have come. To change that costs system calls, so reading is waited
 * for even when the connection does not want it, until something comes indeed. */
static void watch(struct link *link)
{
	int events = link->writable ? 0 : UV_WRITABLE;
	if (!link->ended && !link->readable) {
		events |= UV_READABLE;
	}
	if (!link->ended && !link->hung_up) {
		events |= UV_DISCONNECT;
	}
	if (events == link->watched) {
		return;
	}
	link->watched = events;
	int r = events == 0 ? uv_poll_stop(&link->poll)
			    : uv_poll_start(&link->poll, events, on_event);
	if (r < 0) {
		link_fail(link, uv_strerror(r));
	}
}

void link_pump(struct link *link)
{
	struct turn turn = {
		.slices = TURN_SLICES,
		.reads = TURN_READS,
		.writes = TURN_WRITES,
	};
	while (step(link, &turn)) {
	}
	if (link->state == LINK_CLOSED) {
		return;
	}
	link_note_use(link);
	/* One that goes on soon does not wait; what happens until then it will see. */
	if (list_is_empty(&link->of_ready)) {
		watch(link);
	}
}

/* patience.c - how long a link may take: the timeouts of one link. */
#include "server/link.h"

#include "server/log.h"
#include "server/loop.h"
#include "server/server.h"

/* All in milliseconds. */
#define TRIM_AFTER 2000 /* of silence */
#define LINGER_FOR 2000 /* after our last word */
#define EXPIRED_FOR 5000 /* to take the BYE and what waits before it */

/* A client that sends no more may only have closed its half, and still read: what runs gets this
 * long before it is told to give up. */
#define HUNG_UP_FOR 2000

/* From one look for changes from outside to the next, in IDLE. */
#define POLL_EVERY 30000

/* When nothing else is due. */
#define LOOK_AGAIN 60000

static uint64_t silence_allowed(const struct link *link)
{
	struct roost_limits limits = { .sign_in_seconds = 0 };
	if (link->state == LINK_HANDSHAKE) {
		live_limits(&link->server->live, &limits);
	}
	unsigned seconds = link->state == LINK_HANDSHAKE ? limits.sign_in_seconds
							 : roost_conn_timeout_seconds(link->conn);
	/* 0: no limit. */
	return seconds == 0 ? UINT64_MAX / 2 : (uint64_t)seconds * 1000;
}

/* Whether the connection idles over a backend that has to be asked for changes. */
static bool polls(const struct link *link)
{
	return (roost_conn_wants(link->conn) & ROOST_CONN_POLL) != 0;
}

static uint64_t when_due_serving(const struct link *link, uint64_t now)
{
	if (link->work != LINK_NO_WORK) {
		bool soon = link->hung_up && now < link->hung_up_at + HUNG_UP_FOR;
		uint64_t due = soon ? link->hung_up_at + HUNG_UP_FOR : now + LOOK_AGAIN;
		return link->work == LINK_RUN && link->progress_due < due ? link->progress_due
									  : due;
	}
	if (link->expired) {
		return link->last_use + EXPIRED_FOR;
	}
	if (link->held_until != 0) {
		return link->held_until;
	}
	uint64_t due = link->last_use + silence_allowed(link);
	if (!link->trimmed && link->last_use + TRIM_AFTER < due) {
		due = link->last_use + TRIM_AFTER;
	}
	if (polls(link) && link->last_poll + POLL_EVERY < due) {
		due = link->last_poll + POLL_EVERY;
	}
	return due;
}

static uint64_t when_due(const struct link *link, uint64_t now)
{
	switch (link->state) {
	case LINK_HANDSHAKE:
		return link->last_use + silence_allowed(link);
	case LINK_LINGERING:
		return link->last_use + LINGER_FOR;
	default:
		return when_due_serving(link, now);
	}
}

/* An answer that is to be held back is so from when this is first seen. */
static void note_hold(struct link *link)
{
	uint32_t delay = roost_conn_delay(link->conn);
	if (delay == 0) {
		link->held_until = 0;
	} else if (link->held_until == 0) {
		link->held_until = loop_now(link->loop) + delay;
	}
}

void link_note_use(struct link *link)
{
	if (link->state == LINK_SERVING && link->work == LINK_NO_WORK) {
		uint64_t commands = roost_conn_commands(link->conn);
		if (commands != link->commands && !link->expired) {
			link->commands = commands;
			link->last_use = loop_now(link->loop);
			link->last_poll = link->last_use;
		}
		note_hold(link);
	}
	uint64_t due = when_due(link, loop_now(link->loop));
	wheel_set_earlier(&link->loop->wheel, &link->timeout, due);
}

void link_hung_up(struct link *link)
{
	if (!link->hung_up) {
		link->hung_up = true;
		link->hung_up_at = loop_now(link->loop);
	}
}

static void log_timeout(const struct link *link)
{
	log_event(&link->server->options, ROOST_LOG_INFO, "timeout", "address", link->remote_host,
		NULL);
}

/* Nobody has used the connection for as long as it may be silent. */
static void expire(struct link *link)
{
	log_timeout(link);
	link->expired = true;
	link->last_use = loop_now(link->loop);
	roost_conn_expire(link->conn);
}

static void look_at_serving(struct link *link, uint64_t now)
{
	if (link->work != LINK_NO_WORK) {
		if (link->hung_up && now >= link->hung_up_at + HUNG_UP_FOR) {
			link_cancel(link);
		} else if (link->work == LINK_RUN && now >= link->progress_due) {
			link_tell_progress(link);
		}
		return;
	}
	uint64_t silence = now - link->last_use;
	if (link->expired) {
		if (silence >= EXPIRED_FOR) {
			link_drop(link);
		}
	} else if (link->held_until != 0) {
		if (now >= link->held_until) {
			link->held_until = 0;
			link->last_use = now; /* the silence was ours */
			roost_conn_resume(link->conn);
		}
	} else if (silence >= silence_allowed(link)) {
		expire(link);
	} else if (silence >= TRIM_AFTER && !link->trimmed) {
		link->trimmed = true;
		roost_conn_trim(link->conn);
		if (link->compression != NULL) {
			compression_trim(link->compression);
		}
	} else if (polls(link) && now - link->last_poll >= POLL_EVERY) {
		link->last_poll = now;
		roost_conn_poll(link->conn);
	}
}

void link_timeout(struct timeout *timeout)
{
	struct link *link = roost_container_of(timeout, struct link, timeout);
	uint64_t now = loop_now(link->loop);
	switch (link->state) {
	case LINK_HANDSHAKE:
		if (now - link->last_use >= silence_allowed(link)) {
			log_timeout(link);
			link_drop(link);
		}
		break;
	case LINK_LINGERING:
		if (now - link->last_use >= LINGER_FOR) {
			link_drop(link);
		}
		break;
	case LINK_SERVING:
	default:
		look_at_serving(link, now);
		break;
	}
	if (link->state != LINK_CLOSED) {
		link_pump(link);
	}
}

/* link.c - one client's socket and connection: beginning, work on workers, and end. */
#include "server/link.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/greet.h"
#include "server/inbound.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/outbound.h"
#include "server/server.h"

/* Milliseconds. */
#define PROGRESS_EVERY 10000

static void work(struct job *job);

static void note_addresses(struct link *link, const struct endpoint *remote)
{
	struct endpoint local = { .size = sizeof(local.u) };
	if (getsockname(link->transport.fd, &local.u.any, &local.size) < 0) {
		local.u.any.sa_family = AF_UNSPEC;
	}
	endpoint_host(remote, link->remote_host);
	endpoint_host(&local, link->local_host);
	link->remote_port = endpoint_port(remote);
	link->local_port = endpoint_port(&local);
}

int link_create(struct roost_server *server, struct loop *loop, int fd, bool tls,
	const struct endpoint *remote, struct link **link_out)
{
	struct link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	link->server = server;
	link->loop = loop;
	link->transport.fd = fd;
	link->implicit_tls = tls;
	link->insecure_auth = server->options.insecure_auth || endpoint_is_loopback(remote);
	link->writable = true;
	link->job.work = work;
	atomic_init(&link->woken_queued, false);
	list_init(&link->of_loop);
	list_init(&link->of_ready);
	list_init(&link->of_woken);
	list_init(&link->of_gathered);
	list_init(&link->of_finished);
	timeout_init(&link->timeout);
	note_addresses(link, remote);
	*link_out = link;
	return 0;
}

void link_destroy(struct link *link)
{
	link_sign_out(link, "shutdown");
	roost_conn_destroy(link->conn);
	loop_forget(link->loop, link);
	outbound_drop_chunk(link);
	inbound_drop_rest(link);
	compression_destroy(link->compression);
	free(link->progress);
	transport_close(&link->transport);
	wheel_remove(&link->timeout);
	list_remove(&link->of_ready);
	list_remove(&link->of_gathered);
	list_remove(&link->of_loop);
	loop_links_changed(link->loop);
	gate_leave(&link->server->gate, link->remote_host, link->counted);
	free(link);
}

static void destroy_if_done(struct link *link)
{
	if (link->state == LINK_CLOSED && !link->polling && link->work == LINK_NO_WORK &&
		link->conn == NULL) {
		link_destroy(link);
	}
}

void link_begin(struct link *link)
{
	struct loop *loop = link->loop;
	if (loop->stopping || uv_poll_init(&loop->uv, &link->poll, link->transport.fd) < 0) {
		link_destroy(link);
		return;
	}
	link->poll.data = link;
	link->polling = true;
	list_add(&loop->links, &link->of_loop);
	loop_links_changed(loop);
	log_event(&link->server->options, ROOST_LOG_DEBUG, "connected", "address",
		link->remote_host, "tls", link->implicit_tls ? "implicit" : "no", NULL);

	link->began = loop_now(loop);
	link->last_use = link->began;
	if (!link->implicit_tls) {
		(void)greet_client(link);
	} else {
		link_start_tls(link);
	}
	link_pump(link);
}

void link_start_tls(struct link *link)
{
	SSL_CTX *tls = live_tls(&link->server->live);
	if (tls == NULL || transport_start_tls(&link->transport, tls) < 0) {
		link_fail(link, "cannot start TLS");
	}
	SSL_CTX_free(tls); /* the transport has a reference */
}

void link_sign_out(struct link *link, const char *reason)
{
	const char *user = link->conn != NULL ? roost_conn_user(link->conn) : NULL;
	if (user == NULL || link->signed_out) {
		return;
	}
	char commands[24];
	char in[24];
	char out[24];
	char seconds[24];
	uint64_t took = loop_now(link->loop) - link->began;
	link->signed_out = true;
	(void)snprintf(commands, sizeof(commands), "%" PRIu64, roost_conn_commands(link->conn));
	(void)snprintf(in, sizeof(in), "%" PRIu64, link->bytes_in);
	(void)snprintf(out, sizeof(out), "%" PRIu64, link->bytes_out);
	(void)snprintf(
		seconds, sizeof(seconds), "%" PRIu64 ".%03" PRIu64, took / 1000, took % 1000);
	log_event(&link->server->options, ROOST_LOG_INFO, "sign-out", "user", user, "address",
		link->remote_host, "reason", reason, "commands", commands, "in", in, "out", out,
		"seconds", seconds, NULL);
}

/* Why a link ends whose connection has not said that it wants to. */
static const char *why(const struct link *link)
{
	if (link->expired) {
		return "timeout";
	}
	return link->shut_down || link->loop->stopping ? "shutdown" : "disconnected";
}

static void on_closed(uv_handle_t *handle)
{
	struct link *link = handle->data;
	link->polling = false;
	destroy_if_done(link);
}

void link_drop(struct link *link)
{
	if (link->state == LINK_CLOSED) {
		return;
	}
	link->state = LINK_CLOSED;
	log_event(&link->server->options, ROOST_LOG_DEBUG, "disconnected", "address",
		link->remote_host, NULL);
	wheel_remove(&link->timeout);
	list_remove(&link->of_ready);
	list_remove(&link->of_gathered);
	uv_close((uv_handle_t *)&link->poll, on_closed);
	transport_close(&link->transport);
	inbound_drop_rest(link);
	if (link->work == LINK_RUN) {
		roost_conn_cancel(link->conn);
	} else if (link->work == LINK_NO_WORK) {
		outbound_drop_chunk(link);
		if (link->conn != NULL) {
			link_sign_out(link, why(link));
			link_submit(link, LINK_DESTROY);
		}
	}
}

void link_fail(struct link *link, const char *reason)
{
	if (link->state == LINK_CLOSED) {
		return;
	}
	bool tls = link->state == LINK_HANDSHAKE;
	log_event(&link->server->options, tls ? ROOST_LOG_INFO : ROOST_LOG_WARNING,
		tls ? "tls-failed" : "connection-failed", "address", link->remote_host, "reason",
		reason, NULL);
	link_drop(link);
}

/* By a worker. */
static void work(struct job *job)
{
	struct link *link = roost_container_of(job, struct link, job);
	switch (link->work) {
	case LINK_RUN:
		link->result = roost_conn_run(link->conn);
		slow_end_slice(&link->slow);
		break;
	case LINK_FETCH:
		link->result = outbound_fetch(link);
		break;
	case LINK_DESTROY:
		roost_conn_destroy(link->conn);
		break;
	case LINK_NO_WORK:
	default:
		break;
	}
	loop_work_finished(link->loop, link);
}

static uint64_t progress_every(const struct roost_server *server)
{
	unsigned milliseconds = server->options.progress_milliseconds;
	return milliseconds > 0 ? milliseconds : PROGRESS_EVERY;
}

/* NULL when nothing can be said. */
static struct progress_line *ask_progress(struct link *link)
{
	struct progress_line *line = calloc(1, sizeof(*line));
	if (line != NULL) {
		line->size = roost_conn_progress(link->conn, line->bytes, sizeof(line->bytes));
		if (line->size == 0) {
			free(line);
			line = NULL;
		}
	}
	return line;
}

void link_tell_progress(struct link *link)
{
	link->progress_due = loop_now(link->loop) + progress_every(link->server);
	if (link->progress == NULL) {
		link->progress = ask_progress(link);
	}
	while (link->state == LINK_SERVING && link->progress != NULL && link->writable) {
		(void)outbound_send_progress(link);
	}
}

void link_submit(struct link *link, enum link_work what)
{
	struct roost_server *server = link->server;
	bool hard = what == LINK_RUN && (roost_conn_wants(link->conn) & ROOST_CONN_HARD_WORK) != 0;
	link->work = what;
	link->result = 0;
	if (what == LINK_RUN) {
		slow_begin_slice(&link->slow, &server->live);
		link->progress_due = loop_now(link->loop) + progress_every(server);
	}
	workers_add(hard ? server->hard_workers : server->workers, &link->job);
}

static void end_run(struct link *link)
{
	if (link->result < 0) {
		link_fail(link, "out of memory");
		return;
	}
	/* What is told in IDLE is not the client's doing. */
	if (!link->expired && (roost_conn_wants(link->conn) & ROOST_CONN_WAKE) == 0) {
		link->last_use = loop_now(link->loop);
	}
}

void link_work_finished(struct link *link)
{
	enum link_work ended = link->work;
	link->work = LINK_NO_WORK;
	if (link->ahead) {
		roost_conn_join_output(link->conn);
		link->ahead = false;
	}
	if (ended == LINK_DESTROY) {
		link->conn = NULL;
		destroy_if_done(link);
		return;
	}
	if (link->state == LINK_CLOSED) {
		outbound_drop_chunk(link);
		link_sign_out(link, why(link));
		link_submit(link, LINK_DESTROY);
		return;
	}
	if (ended == LINK_RUN) {
		end_run(link);
	} else if (link->result < 0) {
		link_fail(link, "a message cannot be read");
	}
	if (link->loop->stopping) {
		link_stop(link);
	}
	if (link->woken) {
		link_wake(link);
	}
	link_pump(link);
}

void link_wake(struct link *link)
{
	if (link->state != LINK_SERVING) {
		return;
	}
	link->woken = link->work != LINK_NO_WORK;
	if (link->woken) {
		return;
	}
	bool listens = (roost_conn_wants(link->conn) & ROOST_CONN_WAKE) != 0;
	if (listens && loop_gathers(link->loop, link)) {
		return;
	}
	roost_conn_wake(link->conn);
	link_pump(link);
}

void link_stop(struct link *link)
{
	if (link->state == LINK_HANDSHAKE) {
		link_drop(link);
		return;
	}
	if (link->state == LINK_LINGERING) {
		link_pump(link); /* it waits no longer */
		return;
	}
	if (link->state != LINK_SERVING || link->work != LINK_NO_WORK || link->shut_down) {
		return;
	}
	link->shut_down = true;
	roost_conn_shutdown(link->conn);
	link_pump(link);
}

void link_cancel(struct link *link)
{
	if (link->work == LINK_RUN) {
		roost_conn_cancel(link->conn);
	}
}

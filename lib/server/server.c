/* server.c - listen and serve: the life of a server. */
#include <roost/server.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/listener.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/server.h"
#include "server/tls.h"

#define WORKERS_PER_CORE 16

static size_t at_most(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void copy_limits(const struct roost_limits *given, struct roost_limits *limits_out)
{
	roost_limits_init(limits_out);
	if (given != NULL) {
		memcpy(limits_out, given, at_most(given->size, sizeof(*limits_out)));
		limits_out->size = sizeof(*limits_out);
	}
}

static void copy_options(struct roost_server *server, const struct roost_server_options *options)
{
	struct roost_limits limits;
	memcpy(&server->options, options, at_most(options->size, sizeof(server->options)));
	copy_limits(server->options.limits, &limits);
	live_init(&server->live, &limits, server->options.slow_milliseconds);
	gate_init(&server->gate, limits.connections, limits.connections_per_address);
	if (server->options.loops == 0) {
		server->options.loops = uv_available_parallelism();
	}
	if (server->options.workers == 0) {
		server->options.workers = WORKERS_PER_CORE * uv_available_parallelism();
	}
}

/* Each connection takes a descriptor: allow as many as the system lets us. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Read the certificate of the options, if they have one. */
static int create_tls(const struct roost_server *server, const struct roost_server_options *options,
	SSL_CTX **tls_out)
{
	char reason[TLS_REASON];
	if (options->tls_certificate_file == NULL) {
		*tls_out = NULL;
		return 0;
	}
	int r = tls_create(options->tls_certificate_file, options->tls_key_file, tls_out, reason);
	if (r < 0) {
		log_event(
			&server->options, ROOST_LOG_ERROR, "tls-unusable", "reason", reason, NULL);
	}
	return r;
}

int roost_server_create(
	const struct roost_server_options *options, struct roost_server **server_out)
{
	if (options->size < offsetof(struct roost_server_options, limits) ||
		options->backend == NULL) {
		return ROOST_ERR_INVALID;
	}
	struct roost_server *server = calloc(1, sizeof(*server));
	if (server == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	copy_options(server, options);
	raise_descriptor_limit();
	int r = ROOST_ERR_IO;
	server->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (server->stop_fd >= 0) {
		r = create_tls(server, &server->options, &server->live.tls);
	}
	if (r == 0 && server->options.backend->updates == NULL) {
		r = roost_updates_create(server->options.backend, &server->updates);
	}
	if (r < 0) {
		roost_server_destroy(server);
		return r;
	}
	server->options.limits = NULL;
	server->options.tls_certificate_file = NULL;
	server->options.tls_key_file = NULL;
	*server_out = server;
	return 0;
}

int roost_server_reload(struct roost_server *server, const struct roost_server_options *given)
{
	struct roost_server_options options = { .size = sizeof(options) };
	struct roost_limits limits;
	SSL_CTX *tls;
	memcpy(&options, given, at_most(given->size, sizeof(options)));
	copy_limits(options.limits, &limits);
	int r = create_tls(server, &options, &tls);
	if (r == 0) {
		live_set(&server->live, tls, &limits, options.slow_milliseconds);
		gate_set(&server->gate, limits.connections, limits.connections_per_address);
	}
	return r;
}

static void log_listening(struct roost_server *server, const struct listener *listener)
{
	char host[ENDPOINT_TEXT];
	char port[8];
	const char *tls = live_has_tls(&server->live) ? "starttls" : "no";
	endpoint_host(&listener->address, host);
	(void)snprintf(port, sizeof(port), "%u", (unsigned)endpoint_port(&listener->address));
	log_event(&server->options, ROOST_LOG_INFO, "listening", "address", host, "port", port,
		"tls", listener->tls ? "implicit" : tls, NULL);
}

static void add_listener(struct roost_server *server, struct listener *listener)
{
	listener->next = server->listeners;
	server->listeners = listener;
	server->listener_count++;
	log_listening(server, listener);
}

int roost_server_listen(struct roost_server *server, const char *address, unsigned flags)
{
	bool tls = (flags & ROOST_LISTEN_TLS) != 0;
	struct listener *listener;
	if (server->begun || (tls && !live_has_tls(&server->live))) {
		return ROOST_ERR_INVALID;
	}
	int r = listener_create(server, address, tls, &listener);
	if (r < 0) {
		log_event(&server->options, ROOST_LOG_ERROR, "listen-failed", "address", address,
			"reason", roost_error_text(r), NULL);
		return r;
	}
	add_listener(server, listener);
	return 0;
}

int roost_server_adopt(struct roost_server *server, int fd, unsigned flags)
{
	bool tls = (flags & ROOST_LISTEN_TLS) != 0;
	struct listener *listener;
	if (server->begun || (tls && !live_has_tls(&server->live))) {
		return ROOST_ERR_INVALID;
	}
	int r = listener_adopt(server, fd, tls, &listener);
	if (r == 0) {
		add_listener(server, listener);
	}
	return r;
}

uint16_t roost_server_port(const struct roost_server *server, size_t index)
{
	if (index >= server->listener_count) {
		return 0;
	}
	const struct listener *listener = server->listeners;
	for (size_t i = server->listener_count - 1; i > index; i--) {
		listener = listener->next;
	}
	return endpoint_port(&listener->address);
}

/* On the first loop, as the listeners: no client arrives at a loop that was told to stop. */
static void on_stop(uv_poll_t *handle, int status, int events)
{
	struct roost_server *server = handle->data;
	(void)status;
	(void)events;
	uv_close((uv_handle_t *)handle, NULL);
	for (struct listener *l = server->listeners; l != NULL; l = l->next) {
		listener_stop(l);
	}
	for (unsigned i = 0; i < server->loop_count; i++) {
		loop_stop(&server->loops[i]);
	}
}

static int set_up_loops(struct roost_server *server)
{
	server->loops = calloc(server->options.loops, sizeof(server->loops[0]));
	if (server->loops == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	while (server->loop_count < server->options.loops) {
		int r = loop_init(&server->loops[server->loop_count], server);
		if (r < 0) {
			return r;
		}
		server->loop_count++;
	}
	struct loop *first = &server->loops[0];
	server->stop_poll.data = server;
	if (uv_poll_init(&first->uv, &server->stop_poll, server->stop_fd) < 0 ||
		uv_poll_start(&server->stop_poll, UV_READABLE, on_stop) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (struct listener *l = server->listeners; l != NULL; l = l->next) {
		int r = listener_accept(l, first);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static void join_loops(struct roost_server *server)
{
	for (unsigned i = 0; i < server->loop_count; i++) {
		loop_join(&server->loops[i]);
	}
}

/* Start all threads. The first loop comes last: until it runs, nothing arrives at the others. */
static int begin(struct roost_server *server)
{
	if (server->begun) {
		return ROOST_ERR_INVALID;
	}
	server->begun = true;
	int r = workers_create(server->options.workers, &server->workers);
	if (r == 0) {
		r = workers_create(uv_available_parallelism(), &server->hard_workers);
	}
	if (r == 0) {
		r = set_up_loops(server);
	}
	for (unsigned i = server->loop_count; r == 0 && i > 0; i--) {
		r = loop_start(&server->loops[i - 1]);
	}
	return r;
}

int roost_server_run(struct roost_server *server)
{
	int r = begin(server);
	if (r < 0) {
		return r;
	}
	join_loops(server);
	return 0;
}

void roost_server_stop(struct roost_server *server)
{
	const uint64_t one = 1;
	int error = errno;
	ssize_t n = write(server->stop_fd, &one, sizeof(one));
	(void)n; /* it fails only if the descriptor is readable anyway */
	errno = error;
}

size_t roost_server_connections(const struct roost_server *server)
{
	return gate_count(&server->gate);
}

int roost_server_start(
	struct roost_backend *backend, const char *address, struct roost_server **server_out)
{
	struct roost_server_options options = { .size = sizeof(options), .backend = backend };
	struct roost_server *server;
	int r = roost_server_create(&options, &server);
	if (r < 0) {
		return r;
	}
	r = roost_server_listen(server, address, 0);
	if (r == 0) {
		r = begin(server);
	}
	if (r < 0) {
		roost_server_destroy(server);
		return r;
	}
	*server_out = server;
	return 0;
}

static void end_loops(struct roost_server *server)
{
	if (server->loop_count > 0 && server->loops[0].running) {
		roost_server_stop(server);
	} else {
		for (unsigned i = 0; i < server->loop_count; i++) {
			loop_stop(&server->loops[i]);
		}
	}
	join_loops(server);
	workers_destroy(server->hard_workers);
	workers_destroy(server->workers);
	for (unsigned i = 0; i < server->loop_count; i++) {
		loop_destroy_links(&server->loops[i]);
	}
	for (unsigned i = 0; i < server->loop_count; i++) {
		loop_finish(&server->loops[i]);
	}
	free(server->loops);
}

void roost_server_destroy(struct roost_server *server)
{
	if (server == NULL) {
		return;
	}
	end_loops(server);
	while (server->listeners != NULL) {
		struct listener *next = server->listeners->next;
		listener_destroy(server->listeners);
		server->listeners = next;
	}
	if (server->updates != NULL) {
		roost_updates_destroy(server->updates);
	}
	live_finish(&server->live);
	gate_finish(&server->gate);
	if (server->stop_fd >= 0) {
		(void)close(server->stop_fd);
	}
	free(server);
}

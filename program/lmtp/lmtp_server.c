/* lmtp_server.c - takes mail over LMTP: listeners, and a thread with their connections. */
#include "lmtp_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include <roost/error.h>

#include "common/verb.h"
#include "lmtp_link.h"
#include "lmtp_place.h"
#include "lmtp_thread.h"
#include "lmtp_workers.h"

#define WORKERS 16
#define CONNECTIONS 256
#define IDLE_SECONDS 300
#define SPOOL_MEMORY ((size_t)256 << 10)
#define BACKLOG 128
/* How long clients may take when the server stops. */
#define STOP_MS 4000

struct listener {
	struct listener *next;
	struct lmtp_server *server;
	union {
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} socket;
	char *address; /* as it was given */
	unsigned port;
};

struct lmtp_server {
	struct lmtp_server_options options;
	uv_loop_t loop;
	uv_async_t wake;
	uv_timer_t deadline;
	struct listener *listeners;
	struct listener **end; /* where the next one is hooked in */
	struct lmtp_links links;
	char host[256];
	pthread_t thread;
	bool running;
	bool stopping; /* under links.lock, as long as the thread runs */
	bool stopped;
};

static void begin_stop(struct lmtp_server *server);

static void on_wake(uv_async_t *wake)
{
	struct lmtp_server *server = wake->data;
	pthread_mutex_lock(&server->links.lock);
	bool stopping = server->stopping;
	pthread_mutex_unlock(&server->links.lock);
	lmtp_links_finish_jobs(&server->links);
	if (stopping && !server->stopped) {
		begin_stop(server);
	}
}

/* With the last connection the loop has nothing to wait for. */
static void on_emptied(struct lmtp_links *links)
{
	struct lmtp_server *server = roost_container_of(links, struct lmtp_server, links);
	if (!uv_is_closing((uv_handle_t *)&server->wake)) {
		uv_close((uv_handle_t *)&server->wake, NULL);
		uv_close((uv_handle_t *)&server->deadline, NULL);
	}
}

static void on_deadline(uv_timer_t *timer)
{
	struct lmtp_server *server = timer->data;
	lmtp_links_cut(&server->links);
}

static void begin_stop(struct lmtp_server *server)
{
	server->stopped = true;
	for (struct listener *listener = server->listeners; listener != NULL;
		listener = listener->next) {
		if (!uv_is_closing((uv_handle_t *)&listener->socket.stream)) {
			uv_close((uv_handle_t *)&listener->socket.stream, NULL);
		}
	}
	(void)uv_timer_start(&server->deadline, on_deadline, STOP_MS, 0);
	lmtp_links_end(&server->links);
}

static int start_loop(struct lmtp_server *server)
{
	if (uv_loop_init(&server->loop) != 0) {
		return ROOST_ERR_IO;
	}
	if (uv_async_init(&server->loop, &server->wake, on_wake) != 0) {
		(void)uv_loop_close(&server->loop);
		return ROOST_ERR_IO;
	}
	(void)uv_timer_init(&server->loop, &server->deadline);
	server->wake.data = server->deadline.data = server;
	return 0;
}

int lmtp_server_create(const struct lmtp_server_options *options, struct lmtp_server **server_out)
{
	struct lmtp_server *server = calloc(1, sizeof(*server));
	if (server == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	server->options = *options;
	server->end = &server->listeners;
	int r = start_loop(server);
	if (r < 0) {
		free(server);
		return r;
	}
	size_t n = sizeof(server->host);
	if (uv_os_gethostname(server->host, &n) != 0 || server->host[0] == '\0') {
		(void)snprintf(server->host, sizeof(server->host), "localhost");
	}
	server->links = (struct lmtp_links) {
		.loop = &server->loop,
		.backend = options->backend,
		.host = server->host,
		.message_octets = options->message_octets,
		.spool_memory = options->spool_memory != 0 ? options->spool_memory : SPOOL_MEMORY,
		.connections = options->connections != 0 ? options->connections : CONNECTIONS,
		.idle_seconds = options->idle_seconds != 0 ? options->idle_seconds : IDLE_SECONDS,
		.wake = &server->wake,
		.emptied = on_emptied,
	};
	pthread_mutex_init(&server->links.lock, NULL);
	*server_out = server;
	return 0;
}

void lmtp_server_destroy(struct lmtp_server *server)
{
	if (server == NULL) {
		return;
	}
	if (server->running) {
		pthread_mutex_lock(&server->links.lock);
		server->stopping = true;
		(void)uv_async_send(&server->wake);
		pthread_mutex_unlock(&server->links.lock);
		(void)pthread_join(server->thread, NULL);
	} else {
		begin_stop(server);
		(void)uv_run(&server->loop, UV_RUN_DEFAULT);
	}
	lmtp_workers_destroy(server->links.workers);
	(void)uv_loop_close(&server->loop);
	while (server->listeners != NULL) {
		struct listener *listener = server->listeners;
		server->listeners = listener->next;
		free(listener->address);
		free(listener);
	}
	pthread_mutex_destroy(&server->links.lock);
	free(server);
}

static void on_connection(uv_stream_t *stream, int status)
{
	struct listener *listener = stream->data;
	if (status == 0) {
		lmtp_links_accept(&listener->server->links, stream);
	}
}

static int bind_unix(struct listener *listener, const char *path)
{
	int error = lmtp_place_clear_path(path);
	if (error != 0) {
		return uv_translate_sys_error(error);
	}
	int r = uv_pipe_bind(&listener->socket.pipe, path);
	if (r == 0) {
		/* Who may reach the socket, the folder it is in decides. */
		r = uv_pipe_chmod(&listener->socket.pipe, UV_READABLE | UV_WRITABLE);
	}
	return r;
}

static int bind_tcp(struct listener *listener, const struct lmtp_place *place)
{
	return uv_tcp_bind(&listener->socket.tcp, &place->address.any,
		place->address.any.sa_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0);
}

static unsigned find_port(struct listener *listener)
{
	struct sockaddr_storage address = { 0 };
	int n = sizeof(address);
	if (listener->socket.stream.type != UV_TCP ||
		uv_tcp_getsockname(&listener->socket.tcp, (struct sockaddr *)&address, &n) != 0) {
		return 0;
	}
	/* The port is at the same place in both families. */
	return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

static int say_failure(const char *address, int error)
{
	const char *why = uv_strerror(error);
	switch (error) {
	case UV_EADDRINUSE:
		why = "another program does already; stop it, or choose another place";
		break;
	case UV_EACCES:
		why = "that is not permitted; choose a port above 1023, or a folder that is there "
		      "and may be written to";
		break;
	case UV_EEXIST:
		why = "there is a file of that name, which is no socket";
		break;
	default:
		break;
	}
	fprintf(stderr, "roost: cannot listen on %s: %s\n", address, why);
	return VERB_TROUBLE;
}

/* `fd`: a socket that listens already; -1: bind one. */
static int listen_on(struct listener *listener, const struct lmtp_place *place, int fd)
{
	struct lmtp_server *server = listener->server;
	int r;
	if (place->path != NULL) {
		(void)uv_pipe_init(&server->loop, &listener->socket.pipe, 0);
		r = fd < 0 ? bind_unix(listener, place->path)
			   : uv_pipe_open(&listener->socket.pipe, fd);
	} else {
		(void)uv_tcp_init(&server->loop, &listener->socket.tcp);
		r = fd < 0 ? bind_tcp(listener, place) : uv_tcp_open(&listener->socket.tcp, fd);
	}
	listener->socket.stream.data = listener;
	if (r == 0) {
		r = uv_listen(&listener->socket.stream, BACKLOG, on_connection);
	}
	listener->port = r == 0 ? find_port(listener) : 0;
	/* From now on the handle is in the loop, whatever became of it. */
	*server->end = listener;
	server->end = &listener->next;
	return r;
}

static int add_listener(struct lmtp_server *server, const char *address, int fd)
{
	struct lmtp_place place;
	if (!lmtp_place_read(address, &place)) {
		return verb_refuse(
			"cannot take mail on %s: it is given as ADDR:PORT or unix:/PATH, "
			"for example 127.0.0.1:24 or unix:/run/roost/lmtp",
			address);
	}
	if (!server->options.insecure && !lmtp_place_is_local(&place)) {
		return verb_refuse("cannot take mail on %s: whoever reaches it could send mail to "
				   "every user, without signing in; listen on 127.0.0.1 or a Unix "
				   "socket, or say --lmtp-insecure",
			address);
	}
	struct listener *listener = calloc(1, sizeof(*listener));
	if (listener == NULL || (listener->address = strdup(address)) == NULL) {
		free(listener);
		(void)verb_refuse("out of memory");
		return VERB_TROUBLE;
	}
	listener->server = server;
	int r = listen_on(listener, &place, fd);
	return r == 0 ? VERB_GOOD : say_failure(address, r);
}

int lmtp_server_listen(struct lmtp_server *server, const char *address)
{
	return add_listener(server, address, -1);
}

int lmtp_server_adopt(struct lmtp_server *server, int fd, const char *address)
{
	return add_listener(server, address, fd);
}

static void *run(void *context)
{
	struct lmtp_server *server = context;
	(void)uv_run(&server->loop, UV_RUN_DEFAULT);
	return NULL;
}

static void tell_ready(const struct listener *listener)
{
	const char *address = listener->address;
	int host = (int)(strrchr(address, ':') - address);
	if (listener->socket.stream.type == UV_TCP) {
		printf("roost: ready on %.*s:%u (lmtp)\n", host, address, listener->port);
	} else {
		printf("roost: ready on %s (lmtp)\n", address);
	}
}

int lmtp_server_start(struct lmtp_server *server)
{
	unsigned workers = server->options.workers != 0 ? server->options.workers : WORKERS;
	int r = lmtp_workers_create(workers, &server->links.workers);
	if (r < 0) {
		return r;
	}
	if (!lmtp_thread_start(&server->thread, run, server)) {
		return ROOST_ERR_NO_MEMORY;
	}
	server->running = true;
	for (const struct listener *listener = server->listeners; listener != NULL;
		listener = listener->next) {
		tell_ready(listener);
	}
	(void)fflush(stdout);
	return 0;
}

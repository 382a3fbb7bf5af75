/* listener.c - a socket that clients connect to. */
#include "server/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>

#include "server/link.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/server.h"

#define ACCEPT_AT_ONCE 64
#define PAUSE 250 /* milliseconds after an error */

static int bind_error(int error)
{
	switch (error) {
	case EADDRINUSE:
		return ROOST_ERR_IN_USE;
	case EACCES:
	case EPERM:
		return ROOST_ERR_NO_PERMISSION;
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return ROOST_ERR_INVALID;
	default:
		return ROOST_ERR_IO;
	}
}

/* Bind a new socket, and learn the port if it was 0. Returns the socket or an error. */
static int bind_socket(struct endpoint *address)
{
	const int on = 1;
	int fd = socket(
		address->u.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd < 0) {
		return bind_error(errno);
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->u.any.sa_family == AF_INET6) {
		/* So that [::] and 0.0.0.0 can both be listened on. */
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (bind(fd, &address->u.any, address->size) < 0 || listen(fd, SOMAXCONN) < 0 ||
		getsockname(fd, &address->u.any, &address->size) < 0) {
		int r = bind_error(errno);
		(void)close(fd);
		return r;
	}
	return fd;
}

static int make(struct roost_server *server, const struct endpoint *address, bool tls,
	struct listener **listener_out)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	if (listener == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	listener->server = server;
	listener->address = *address;
	listener->tls = tls;
	listener->fd = -1;
	*listener_out = listener;
	return 0;
}

int listener_create(
	struct roost_server *server, const char *address, bool tls, struct listener **listener_out)
{
	struct endpoint where;
	int r = endpoint_parse(address, &where);
	if (r < 0) {
		return r;
	}
	int fd = bind_socket(&where);
	if (fd < 0) {
		return fd;
	}
	r = make(server, &where, tls, listener_out);
	if (r < 0) {
		(void)close(fd);
		return r;
	}
	(*listener_out)->fd = fd;
	return 0;
}

int listener_adopt(struct roost_server *server, int fd, bool tls, struct listener **listener_out)
{
	struct endpoint where = { .size = sizeof(where.u) };
	int listens = 0;
	int type = 0;
	socklen_t size = sizeof(int);
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0 || !listens ||
		getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM ||
		getsockname(fd, &where.u.any, &where.size) < 0) {
		return ROOST_ERR_INVALID;
	}
	int family = where.u.any.sa_family;
	int flags = fcntl(fd, F_GETFL);
	if ((family != AF_INET && family != AF_INET6 && family != AF_UNIX) || flags < 0 ||
		fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		return ROOST_ERR_INVALID;
	}
	int r = make(server, &where, tls, listener_out);
	if (r == 0) {
		(*listener_out)->fd = fd;
	}
	return r;
}

/* Tell a client that it is one too many; no wait if it does not listen. */
static void turn_away(const struct listener *listener, int fd)
{
	static const char bye[] = "* BYE [UNAVAILABLE] Too many connections\r\n";
	if (!listener->tls) {
		(void)send(fd, bye, sizeof(bye) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	(void)close(fd);
}

/* Give a new socket to the loop whose turn it is. */
static void admit(struct listener *listener, int fd, const struct endpoint *remote)
{
	struct roost_server *server = listener->server;
	struct loop *loop = &server->loops[listener->next_loop];
	struct link *link;
	char host[ENDPOINT_TEXT];
	const int on = 1;

	endpoint_host(remote, host);
	bool counted;
	int r = gate_enter(&server->gate, host, &counted);
	if (r < 0) {
		log_event(&server->options, ROOST_LOG_WARNING, "too-many-connections", "address",
			host, NULL);
		turn_away(listener, fd);
		return;
	}
	/* Output is written in batches: there is nothing to wait for. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	if (link_create(server, loop, fd, listener->tls, remote, &link) < 0) {
		gate_leave(&server->gate, host, counted);
		turn_away(listener, fd);
		return;
	}
	link->counted = counted;
	listener->next_loop = (listener->next_loop + 1) % server->loop_count;
	loop_arrive(loop, link);
}

static void on_client(uv_poll_t *handle, int status, int events);

static void on_pause_over(uv_timer_t *timer)
{
	struct listener *listener = timer->data;
	(void)uv_poll_start(&listener->poll, UV_READABLE, on_client);
}

/* Whether an error of accept(2) is about that one client only. */
static bool is_of_client(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case ENOPROTOOPT:
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENONET:
	case EOPNOTSUPP:
		return true;
	default:
		return false;
	}
}

static void on_client(uv_poll_t *handle, int status, int events)
{
	struct listener *listener = handle->data;
	(void)events;
	(void)status; /* accept tells */
	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		struct endpoint remote = { .size = sizeof(remote.u) };
		int fd = accept4(
			listener->fd, &remote.u.any, &remote.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			admit(listener, fd, &remote);
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			return;
		}
		if (!is_of_client(errno)) {
			/* Out of descriptors or memory: the client waits, and we do not spin. */
			log_event(&listener->server->options, ROOST_LOG_ERROR, "accept-failed",
				"reason", strerror(errno), NULL);
			(void)uv_poll_stop(&listener->poll);
			(void)uv_timer_start(&listener->pause, on_pause_over, PAUSE, 0);
			return;
		}
	}
}

int listener_accept(struct listener *listener, struct loop *loop)
{
	if (uv_poll_init(&loop->uv, &listener->poll, listener->fd) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	listener->loop = loop;
	listener->poll.data = listener;
	listener->pause.data = listener;
	(void)uv_timer_init(&loop->uv, &listener->pause);
	if (uv_poll_start(&listener->poll, UV_READABLE, on_client) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	return 0;
}

void listener_stop(struct listener *listener)
{
	uv_close((uv_handle_t *)&listener->poll, NULL);
	uv_close((uv_handle_t *)&listener->pause, NULL);
	(void)close(listener->fd);
	listener->fd = -1;
}

void listener_destroy(struct listener *listener)
{
	if (listener->fd >= 0) {
		(void)close(listener->fd);
	}
	free(listener);
}

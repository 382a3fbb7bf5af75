/* wire.c - one connection to the server, plain or TLS, on a socket that does not block. */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/fail.h"
#include "network.h"

enum { PATIENCE_MILLISECONDS = 300 * 1000, AT_ONCE_MAX = 1 << 30 };

/* Tell the loop what is waited for, when that has changed. */
static void watch(struct wire *wire, int operation, bool room)
{
	struct epoll_event event = { .events = EPOLLIN | (room ? EPOLLOUT : 0), .data.ptr = wire };
	if (operation == EPOLL_CTL_MOD && wire->watches_room == room) {
		return;
	}
	if (epoll_ctl(wire->network->epoll, operation, wire->fd, &event) != 0) {
		fail_errno("epoll_ctl");
	}
	wire->watches_room = room;
}

/* From one of our own addresses, the next each time: one address has 28,000 ports. */
static void bind_source(int fd, struct network *network)
{
	int on = 1;
	struct sockaddr_in source = { .sin_family = AF_INET };
	source.sin_addr.s_addr = htonl(0x7f000101U + network->opened++ % network->sources);
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&source, sizeof(source)) != 0) {
		fail_errno("bind");
	}
}

void wire_open(struct wire *wire, struct network *network, const struct wire_events *events)
{
	int on = 1;
	*wire = (struct wire) { .network = network, .events = events };
	wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (wire->fd < 0) {
		fail_errno("socket");
	}
	(void)setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (network->sources > 0) {
		bind_source(wire->fd, network);
	}
	int result =
		connect(wire->fd, (struct sockaddr *)&network->server, sizeof(network->server));
	if (result != 0 && errno != EINPROGRESS) {
		fail_errno("connect");
	}
	if (network->tls) {
		wire->tls = SSL_new(network->tls);
		if (!wire->tls || SSL_set_fd(wire->tls, wire->fd) != 1) {
			fail("out of memory for TLS");
		}
		SSL_set_connect_state(wire->tls);
	}
	/* With TLS the client speaks first. */
	watch(wire, EPOLL_CTL_ADD, result != 0 || wire->tls);
}

/* What an SSL_… call that did not go through waits for: false when the connection is over. */
static bool tls_goes_on(struct wire *wire, int result)
{
	int error = SSL_get_error(wire->tls, result);
	if (error == SSL_ERROR_SSL) {
		const char *reason = ERR_reason_error_string(ERR_peek_error());
		fail("TLS: %s", reason ? reason : "unknown error");
	}
	return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* The server takes nothing more. What it said before it went is still read. */
static void drop_waiting(struct wire *wire)
{
	wire->waiting.length = 0;
	wire->sent = 0;
}

/* Octets that were sent; 0 when none can be just now. */
static size_t send_some(struct wire *wire, const char *data, size_t length)
{
	if (wire->tls) {
		int part = length < AT_ONCE_MAX ? (int)length : AT_ONCE_MAX;
		int sent = SSL_write(wire->tls, data, part);
		if (sent <= 0 && !tls_goes_on(wire, sent)) {
			drop_waiting(wire);
		}
		return sent > 0 ? (size_t)sent : 0;
	}
	ssize_t sent = send(wire->fd, data, length, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN && errno != ENOTCONN && errno != EINTR) {
		if (errno != EPIPE && errno != ECONNRESET) {
			fail_errno("send");
		}
		drop_waiting(wire);
	}
	return sent > 0 ? (size_t)sent : 0;
}

void wire_flush(struct wire *wire)
{
	size_t sent = 1;
	while (wire->sent < wire->waiting.length && sent > 0) {
		sent = send_some(
			wire, wire->waiting.data + wire->sent, wire->waiting.length - wire->sent);
		wire->sent += sent;
	}
	bool all = wire->sent >= wire->waiting.length;
	if (all) {
		wire->waiting.length = 0;
		wire->sent = 0;
	}
	if (!wire->over) {
		watch(wire, EPOLL_CTL_MOD, !all);
	}
}

static void end(struct wire *wire)
{
	wire->over = true;
	(void)epoll_ctl(wire->network->epoll, EPOLL_CTL_DEL, wire->fd, NULL);
	wire->events->ended(wire);
}

static void read_plain(struct wire *wire)
{
	ssize_t length = recv(wire->fd, wire->network->room, NETWORK_ROOM, 0);
	if (length > 0) {
		wire->received += (uint64_t)length;
		wire->events->received(wire, wire->network->room, (size_t)length);
	} else if (length == 0 || errno == ECONNRESET) {
		end(wire);
	} else if (errno != EAGAIN && errno != EINTR) {
		fail_errno("the connection");
	}
}

/* All that has come: epoll does not know what the library holds. */
static void read_tls(struct wire *wire)
{
	int part = 1;
	bool open = true;
	while (part > 0) {
		size_t length = 0;
		while (part > 0 && length < NETWORK_ROOM) {
			part = SSL_read(wire->tls, wire->network->room + length,
				(int)(NETWORK_ROOM - length));
			length += part > 0 ? (size_t)part : 0;
		}
		/* Asked at once: the owner may write, and its error would be told instead. */
		open = part > 0 || tls_goes_on(wire, part);
		wire->received += length;
		if (length > 0) {
			wire->events->received(wire, wire->network->room, length);
		}
	}
	if (!open) {
		end(wire);
	}
}

void wire_turn(struct wire *wire, uint32_t events)
{
	if ((events & EPOLLOUT) != 0) {
		if (wire->tls && !SSL_is_init_finished(wire->tls)) {
			(void)SSL_do_handshake(wire->tls);
		}
		wire_flush(wire);
	}
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) {
		return;
	}
	if (wire->tls) {
		bool shaking = !SSL_is_init_finished(wire->tls);
		read_tls(wire);
		if (shaking && !wire->over) {
			wire_flush(wire);
		}
	} else {
		read_plain(wire);
	}
}

void wire_wait(struct wire *wire)
{
	struct pollfd poll_for = { .fd = wire->fd,
		.events = (short)(POLLIN | (wire->watches_room ? POLLOUT : 0)) };
	int ready = poll(&poll_for, 1, PATIENCE_MILLISECONDS);
	if (ready == 0) {
		fail("the server is silent");
	}
	if (ready > 0) {
		uint32_t events = (poll_for.revents & POLLOUT) != 0 ? EPOLLOUT : 0;
		events |= (poll_for.revents & ~POLLOUT) != 0 ? EPOLLIN : 0;
		wire_turn(wire, events);
	}
}

void wire_close(struct wire *wire)
{
	if (wire->fd >= 0) {
		SSL_free(wire->tls);
		close(wire->fd);
		bytes_clear(&wire->waiting);
		wire->tls = NULL;
		wire->fd = -1;
	}
}

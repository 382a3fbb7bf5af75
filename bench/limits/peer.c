/* peer.c - a child process that serves connections on loopback, for what needs two sides. */
#include "peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/fail.h"

enum { BACKLOG = 1024 };

static struct sockaddr_in address(uint16_t port)
{
	return (struct sockaddr_in) { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int listen_somewhere(uint16_t *port)
{
	struct sockaddr_in place = address(0);
	socklen_t length = sizeof(place);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&place, length) != 0 ||
		listen(fd, BACKLOG) != 0 ||
		getsockname(fd, (struct sockaddr *)&place, &length) != 0) {
		fail_errno("a listening socket");
	}
	*port = ntohs(place.sin_port);
	return fd;
}

void peer_start(struct peer *peer, void (*serve)(int listener, void *context), void *context)
{
	int listener = listen_somewhere(&peer->port);
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0) {
		fail_errno("fork");
	}
	if (pid == 0) {
		/* It goes with us, whatever we end of. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) {
			serve(listener, context);
		}
		_exit(1);
	}
	close(listener);
	peer->processes = (struct processes) { .roots = { pid }, .count = 1 };
}

static void set_no_delay(int fd)
{
	int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

int peer_connect(const struct peer *peer)
{
	struct sockaddr_in place = address(peer->port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&place, sizeof(place)) != 0) {
		fail_errno("connect");
	}
	set_no_delay(fd);
	return fd;
}

void peer_stop(struct peer *peer)
{
	pid_t pid = peer->processes.roots[0];
	if (kill(pid, SIGKILL) != 0 || waitpid(pid, NULL, 0) != pid) {
		fail_errno("the child");
	}
}

int peer_accept(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) {
		fail_errno("accept");
	}
	set_no_delay(fd);
	return fd;
}

bool peer_send(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t part = send(fd, data, length, MSG_NOSIGNAL);
		if (part <= 0) {
			return false;
		}
		data += part;
		length -= (size_t)part;
	}
	return true;
}

bool peer_receive(int fd, char *data, size_t length)
{
	while (length > 0) {
		ssize_t part = recv(fd, data, length, 0);
		if (part <= 0) {
			return false;
		}
		data += part;
		length -= (size_t)part;
	}
	return true;
}

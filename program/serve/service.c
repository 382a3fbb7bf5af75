/* service.c - running under a service manager. */
#include "service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/verb.h"

#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

static const char *const role_names[] = {
	[SERVICE_IMAP] = "imap",
	[SERVICE_IMAPS] = "imaps",
	[SERVICE_LMTP] = "lmtp",
};

/* A number of the environment; -1 when it is none. */
static long number_of(const char *name)
{
	const char *text = getenv(name);
	char *end = NULL;
	if (text == NULL || text[0] < '0' || text[0] > '9') {
		return -1;
	}
	errno = 0;
	long number = strtol(text, &end, 10);
	return errno != 0 || *end != '\0' ? -1 : number;
}

static bool find_role(const char *name, size_t n, enum service_role *role_out)
{
	for (size_t i = 0; i < sizeof(role_names) / sizeof(role_names[0]); i++) {
		if (strlen(role_names[i]) == n && memcmp(role_names[i], name, n) == 0) {
			*role_out = (enum service_role)i;
			return true;
		}
	}
	return false;
}

static bool describe(struct service_socket *socket)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un local;
		struct sockaddr_storage storage;
	} address = { .storage = { 0 } };
	socklen_t size = sizeof(address);
	char host[INET6_ADDRSTRLEN] = "";
	if (getsockname(socket->fd, &address.any, &size) < 0) {
		return false;
	}
	switch (address.any.sa_family) {
	case AF_INET:
		(void)inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof(host));
		(void)snprintf(socket->address, sizeof(socket->address), "%s:%u", host,
			(unsigned)ntohs(address.v4.sin_port));
		return true;
	case AF_INET6:
		(void)inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof(host));
		(void)snprintf(socket->address, sizeof(socket->address), "[%s]:%u", host,
			(unsigned)ntohs(address.v6.sin6_port));
		return true;
	case AF_UNIX:
		size -= (socklen_t)offsetof(struct sockaddr_un, sun_path);
		(void)snprintf(socket->address, sizeof(socket->address), "unix:%.*s",
			(int)strnlen(address.local.sun_path, size), address.local.sun_path);
		return true;
	default:
		return false;
	}
}

/* The names stand between colons, one for each socket. */
static bool take_socket(struct service_socket *socket, int fd, const char **names)
{
	size_t n = strcspn(*names, ":");
	const char *name = *names;
	*names += n + (name[n] == ':' ? 1 : 0);
	*socket = (struct service_socket) { .fd = fd };
	if (!find_role(name, n, &socket->role)) {
		(void)verb_refuse("a socket was handed over with the name \"%.*s\"; "
				  "FileDescriptorName= is imap, imaps or lmtp",
			(int)(n < 60 ? n : 60), name);
		return false;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || !describe(socket)) {
		(void)verb_refuse("the descriptor %d that was handed over as %s is no socket", fd,
			role_names[socket->role]);
		return false;
	}
	return true;
}

bool service_take_sockets(struct service_sockets *sockets_out)
{
	struct service_sockets sockets = { .count = 0 };
	long count = number_of("LISTEN_FDS");
	const char *names = getenv("LISTEN_FDNAMES");
	names = names != NULL ? names : "";
	if (number_of("LISTEN_PID") != (long)getpid() || count <= 0) {
		count = 0; /* they are for somebody else */
	}
	if (count > SERVICE_SOCKETS_MAX) {
		(void)verb_refuse("%ld sockets were handed over; %d are the most", count,
			SERVICE_SOCKETS_MAX);
		return false;
	}
	for (; sockets.count < (size_t)count; sockets.count++) {
		if (!take_socket(
			    &sockets.list[sockets.count], FIRST_FD + (int)sockets.count, &names)) {
			return false;
		}
	}
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	*sockets_out = sockets;
	return true;
}

void service_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t n = path != NULL ? strlen(path) : 0;
	/* A name that begins with @ is in the abstract namespace, where a NUL stands in its place. */
	if (n < 2 || n >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@')) {
		return;
	}
	memcpy(address.sun_path, path, n);
	if (path[0] == '@') {
		address.sun_path[0] = '\0';
	}
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return;
	}
	/* Who does not listen to this will find out by other means. */
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	(void)close(fd);
}

void service_notify_reloading(void)
{
	struct timespec now = { 0 };
	char state[64];
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		(uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
	service_notify(state);
}

/* service.h - running under a service manager: sockets that it hands over, and what it is told. sd_listen_fds(3),
 * sd_notify(3). */
#ifndef PROGRAM_SERVICE_H
#define PROGRAM_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#define SERVICE_SOCKETS_MAX 64

/* By the name of the socket, "imap", "imaps" or "lmtp". */
enum service_role { SERVICE_IMAP, SERVICE_IMAPS, SERVICE_LMTP };

struct service_socket {
	int fd;
	enum service_role role;
	char address[160]; /* "127.0.0.1:143", "[::1]:143", "unix:/run/roost/lmtp" */
};

struct service_sockets {
	struct service_socket list[SERVICE_SOCKETS_MAX];
	size_t count;
};

/* The sockets that were handed over to this process; their descriptors are not passed on to others. When they cannot be
 * used, says why on stderr and returns false. */
bool service_take_sockets(struct service_sockets *sockets_out);

/* Tell the service manager, if there is one: "READY=1". */
void service_notify(const char *state);
/* That the program reloads, and that it has. */
void service_notify_reloading(void);

#endif

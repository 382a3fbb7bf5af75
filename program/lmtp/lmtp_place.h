/* lmtp_place.h - where LMTP listens: "127.0.0.1:24", "[::1]:0", "localhost:24", "unix:/path". */
#ifndef PROGRAM_LMTP_PLACE_H
#define PROGRAM_LMTP_PLACE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

struct lmtp_place {
	const char *path; /* of a Unix socket, in the text it was read from; else NULL */
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
};

/* False: it is no such text. */
bool lmtp_place_read(const char *text, struct lmtp_place *place_out);

/* Whether only this machine can connect. */
bool lmtp_place_is_local(const struct lmtp_place *place);

/* Remove a socket that nobody listens on any more, so that it can be bound again. 0, or an errno:
 * EADDRINUSE when somebody does, EEXIST when something else is there. */
int lmtp_place_clear_path(const char *path);

#endif

/* lmtp_server.h - takes mail over LMTP (RFC 2033): listeners, and a thread with their connections. */
#ifndef PROGRAM_LMTP_SERVER_H
#define PROGRAM_LMTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

struct lmtp_server;

struct lmtp_server_options {
	struct roost_backend *backend; /* outlives the server */
	uint64_t message_octets; /* the most that a message may have */
	size_t spool_memory; /* a message above this goes to a temporary file while it comes in; 0: 256 KiB */
	unsigned workers; /* threads that store; 0: 16 */
	unsigned connections; /* the most at a time; 0: 256 */
	unsigned
		idle_seconds; /* a client may be silent, or not read; 0: 300 (RFC 5321, 4.5.3.2.7) */
	bool insecure; /* listen on addresses that are not loopback: LMTP has no sign-in */
};

/* Make a server that listens nowhere yet. ROOST_ERR_NO_MEMORY, ROOST_ERR_IO. */
int lmtp_server_create(const struct lmtp_server_options *options, struct lmtp_server **server_out);
/* Stop if need be: what is being stored is stored and answered, all else ended. NULL is allowed. */
void lmtp_server_destroy(struct lmtp_server *server);

/* Bind an address, "127.0.0.1:24", "[::1]:0", "localhost:24" or "unix:/path". Before start. What is
 * wrong is said on stderr: an enum verb_status. */
int lmtp_server_listen(struct lmtp_server *server, const char *address);
/* Take over a socket that listens already, whose address is written as above; errors as above. On success it is the
 * server's. */
int lmtp_server_adopt(struct lmtp_server *server, int fd, const char *address);
/* Serve from a thread of its own, and print a ready line for each address. ROOST_ERR_NO_MEMORY. */
int lmtp_server_start(struct lmtp_server *server);

#endif

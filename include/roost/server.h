/* server.h - listen and serve: event loops, workers, TLS and timeouts around connections (conn.h).
 *
 * A real IMAP server for a test, on a free port:
 *	roost_server_start(backend, "127.0.0.1:0", &server);
 *	… roost_server_port(server, 0) …
 *	roost_server_destroy(server);
 */
#ifndef ROOST_SERVER_H
#define ROOST_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/conn.h>
#include <roost/limits.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_server;

struct roost_server_options {
	size_t size; /* of this struct */
	struct roost_backend *backend; /* outlives the server, which does not destroy it */
	const struct roost_limits *limits; /* copied; NULL: the defaults */
	const char *tls_certificate_file; /* PEM, with the chain; with the key it makes STARTTLS
					     possible */
	const char *tls_key_file; /* PEM; NULL: in the certificate's file */
	unsigned loops; /* threads of event loops; 0: one per core */
	unsigned workers; /* threads for work that may block; 0: sixteen per core. Beside them there
			     is one per core for ROOST_CONN_HARD_WORK */
	bool insecure_auth; /* take passwords without TLS from everywhere; else only from loopback
			       addresses */
	bool literal_minus; /* offer LITERAL- instead of LITERAL+ */
	roost_log_fn log; /* may be NULL */
	void *context; /* of log and traces */
	unsigned
		slow_milliseconds; /* a command that takes longer is logged, as "event=slow-command";
				       0: none is. What counts is work and waiting for it, not
				       waiting for the client */
	bool (*traces)(
		void *context, const char *user); /* as of roost_conn_options; may be NULL. Any
							    thread */
	bool no_unauthenticate; /* as of roost_conn_options */
	unsigned
		progress_milliseconds; /* after so long, and again and again, a client that waits for a
					   command is told how far it is (RFC 9585); 0: 10 seconds.
					   Times are rounded up to seconds */
};

enum roost_listen_flag {
	ROOST_LISTEN_TLS = 1 << 0, /* TLS from the first byte (RFC 8314) */
};

/* Make a server that listens nowhere yet. ROOST_ERR_INVALID with a log line that says why: the
 * certificate or key cannot be used. ROOST_ERR_NO_MEMORY, ROOST_ERR_IO. The process may have as many
 * files open afterwards as the system lets it (RLIMIT_NOFILE): each connection takes one. */
ROOST_API int roost_server_create(
	const struct roost_server_options *options, struct roost_server **server_out);
/* Stop if need be, and free. NULL is allowed. */
ROOST_API void roost_server_destroy(struct roost_server *server);

/* Bind an address: "127.0.0.1:1143", "[::1]:0", "localhost:143". Port 0 takes a free one. Before
 * run. ROOST_ERR_INVALID (not an address, or TLS without a certificate), ROOST_ERR_IN_USE,
 * ROOST_ERR_NO_PERMISSION, ROOST_ERR_IO. */
ROOST_API int roost_server_listen(struct roost_server *server, const char *address, unsigned flags);
/* Take over a socket that somebody else has bound and listens on already (socket activation): TCP, or
 * a socket in the file system, whose clients count as ones of this machine. Before run. On success
 * it is the server's. ROOST_ERR_INVALID (no such socket, or TLS without a certificate),
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_server_adopt(struct roost_server *server, int fd, unsigned flags);
/* The port of the listener of that index, in the order of listen and adopt; 0 when there is none. */
ROOST_API uint16_t roost_server_port(const struct roost_server *server, size_t index);

/* Serve until roost_server_stop(); then commands that run are finished, clients are told BYE, and
 * all is closed within five seconds. */
ROOST_API int roost_server_run(struct roost_server *server);
/* Make run return. Any thread, and safe in a signal handler. */
ROOST_API void roost_server_stop(struct roost_server *server);

/* Take some of the options anew, before or while the server runs: limits, the certificate and its key,
 * and slow_milliseconds. Connections that are open go on with what they began with; new ones, and
 * new handshakes, have the new. Without a certificate file TLS stays as it is. ROOST_ERR_INVALID
 * with a log line that says why (the certificate or key cannot be used): nothing has changed.
 * ROOST_ERR_NO_MEMORY. Any thread. */
ROOST_API int roost_server_reload(
	struct roost_server *server, const struct roost_server_options *options);

/* Connections that are open now. Any thread. */
ROOST_API size_t roost_server_connections(const struct roost_server *server);

/* In one step: a server with default options, listening on `address` (no TLS), serving from a
 * thread of its own until roost_server_destroy(). Errors as of create and listen. */
ROOST_API int roost_server_start(
	struct roost_backend *backend, const char *address, struct roost_server **server_out);

ROOST_END_DECLS

#endif

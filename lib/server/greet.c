/* greet.c - making a link's connection, and telling it who the client is. */
#include "server/greet.h"

#include "server/link.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/server.h"

static void woken(void *context)
{
	struct link *link = context;
	if (!atomic_exchange(&link->woken_queued, true)) {
		loop_wake(link->loop, link);
	}
}

/* The connection's context is the link; the program's is its own. */
static void log_line(void *context, enum roost_log_level level, const char *line)
{
	const struct roost_server_options *options = &((struct link *)context)->server->options;
	options->log(options->context, level, line);
}

/* Borrows the link's strings. */
static struct roost_conn_info describe(const struct link *link)
{
	const SSL *ssl = link->transport.ssl;
	return (struct roost_conn_info) {
		.size = sizeof(struct roost_conn_info),
		.remote_address = link->remote_host,
		.local_address = link->local_host,
		.remote_port = link->remote_port,
		.local_port = link->local_port,
		.tls = ssl != NULL,
		.tls_version = ssl != NULL ? SSL_get_version(ssl) : NULL,
		.tls_cipher = ssl != NULL ? SSL_get_cipher_name(ssl) : NULL,
	};
}

bool greet_client(struct link *link)
{
	const struct roost_server *server = link->server;
	struct roost_conn_info info = describe(link);
	struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = server->options.backend,
		.limits = &server->limits,
		.info = &info,
		.starttls = server->tls != NULL,
		.insecure_auth = link->insecure_auth,
		.literal_minus = server->options.literal_minus,
		.woken = woken,
		.log = server->options.log != NULL ? log_line : NULL,
		.context = link,
	};
	link->state = LINK_SERVING;
	link->last_use = loop_now(link->loop);
	if (roost_conn_create(&options, &link->conn) < 0) {
		link->conn = NULL;
		link_fail(link, "out of memory");
		return false;
	}
	return true;
}

bool greet_after_handshake(struct link *link)
{
	log_event(&link->server->options, ROOST_LOG_DEBUG, "tls", "address", link->remote_host,
		"version", SSL_get_version(link->transport.ssl), "cipher",
		SSL_get_cipher_name(link->transport.ssl), NULL);
	link->readable = true;
	if (link->conn == NULL) {
		return greet_client(link);
	}
	struct roost_conn_info info = describe(link);
	link->state = LINK_SERVING;
	link->last_use = loop_now(link->loop);
	roost_conn_tls_started(link->conn, &info);
	return true;
}

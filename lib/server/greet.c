/* greet.c - making a link's connection, and telling it who the client is. */
#include "server/greet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static void log_slow(
	const struct link *link, const struct roost_conn_command *command, uint64_t took)
{
	char milliseconds[24];
	char tag[32];
	const char *user = roost_conn_user(link->conn);
	size_t n = command->tag.size < sizeof(tag) - 1 ? command->tag.size : sizeof(tag) - 1;
	if (command->tag.bytes != NULL) {
		memcpy(tag, command->tag.bytes, n);
	}
	tag[command->tag.bytes != NULL ? n : 0] = '\0';
	(void)snprintf(milliseconds, sizeof(milliseconds), "%" PRIu64, took / 1000);
	log_event(&link->server->options, ROOST_LOG_WARNING, "slow-command", "user",
		user != NULL ? user : "", "address", link->remote_host, "command", command->name,
		"tag", tag, "mailbox", command->mailbox != NULL ? command->mailbox : "", "result",
		command->result, "milliseconds", milliseconds, NULL);
}

/* The connection's context is the link; the program's is its own. */
static void log_line(void *context, enum roost_log_level level, const char *line)
{
	const struct roost_server_options *options = &((struct link *)context)->server->options;
	options->log(options->context, level, line);
}

static bool traces(void *context, const char *user)
{
	const struct roost_server_options *options = &((struct link *)context)->server->options;
	return options->traces(options->context, user);
}

static void command_done(void *context, const struct roost_conn_command *command)
{
	struct link *link = context;
	uint64_t took = slow_command_done(&link->slow);
	unsigned slow = atomic_load(&link->server->live.slow_milliseconds);
	/* IDLE takes as long as the client wants it to. */
	if (slow != 0 && took / 1000 >= slow && strcmp(command->name, "IDLE") != 0) {
		log_slow(link, command, took);
	}
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
	struct roost_server *server = link->server;
	struct roost_conn_info info = describe(link);
	struct roost_limits limits;
	live_limits(&server->live, &limits);
	struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = server->options.backend,
		.limits = &limits,
		.info = &info,
		.starttls = live_has_tls(&server->live),
		.insecure_auth = link->insecure_auth,
		.literal_minus = server->options.literal_minus,
		.woken = woken,
		.log = server->options.log != NULL ? log_line : NULL,
		.context = link,
		.command_done = command_done,
		.traces = server->options.traces != NULL ? traces : NULL,
		.deflate = true,
		.no_unauthenticate = server->options.no_unauthenticate,
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

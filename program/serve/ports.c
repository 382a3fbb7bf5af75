/* ports.c - where `roost serve` listens. */
#include "ports.h"

#include <stdio.h>
#include <string.h>

#include <roost/error.h>

#include "common/verb.h"

static int listen_on(struct roost_server *server, const char *address, unsigned flags)
{
	int r = roost_server_listen(server, address, flags);
	switch (r) {
	case 0:
		return VERB_GOOD;
	case ROOST_ERR_INVALID:
		fprintf(stderr,
			"roost: cannot listen on %s: it is given as ADDR:PORT, for example "
			"127.0.0.1:1143 or [::1]:1143\n",
			address);
		return VERB_WRONG_USE;
	case ROOST_ERR_IN_USE:
		fprintf(stderr,
			"roost: cannot listen on %s: another program does already; stop it, or "
			"choose another port\n",
			address);
		return VERB_TROUBLE;
	case ROOST_ERR_NO_PERMISSION:
		fprintf(stderr,
			"roost: cannot listen on %s: ports below 1024 need more rights; choose a "
			"higher one\n",
			address);
		return VERB_TROUBLE;
	default:
		fprintf(stderr, "roost: cannot listen on %s: %s\n", address, roost_error_text(r));
		return VERB_TROUBLE;
	}
}

static int adopt(struct roost_server *server, struct lmtp_server *lmtp,
	const struct settings *settings, const struct service_socket *socket)
{
	int r = 0;
	switch (socket->role) {
	case SERVICE_LMTP:
		return lmtp_server_adopt(lmtp, socket->fd, socket->address);
	case SERVICE_IMAPS:
		if (settings->tls_cert == NULL) {
			return verb_refuse("the socket %s is for imaps, which needs tls-cert and "
					   "tls-key",
				socket->address);
		}
		r = roost_server_adopt(server, socket->fd, ROOST_LISTEN_TLS);
		break;
	case SERVICE_IMAP:
		r = roost_server_adopt(server, socket->fd, 0);
		break;
	}
	if (r < 0) {
		fprintf(stderr, "roost: cannot take over the socket %s: %s\n", socket->address,
			roost_error_text(r));
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

/* The default address is for who was given nothing else. */
static size_t listen_count(const struct settings *settings, const struct service_sockets *sockets)
{
	unsigned line;
	bool chosen = settings_source(settings, settings_find("network", "listen"), &line) !=
		      SETTING_DEFAULT;
	return sockets->count > 0 && !chosen ? 0 : settings->listen.count;
}

int ports_open(struct roost_server *server, struct lmtp_server *lmtp,
	const struct settings *settings, const struct service_sockets *sockets)
{
	int status = VERB_GOOD;
	size_t count = listen_count(settings, sockets);
	for (size_t i = 0; status == VERB_GOOD && i < sockets->count; i++) {
		status = adopt(server, lmtp, settings, &sockets->list[i]);
	}
	for (size_t i = 0; status == VERB_GOOD && i < count; i++) {
		status = listen_on(server, settings->listen.list[i], 0);
	}
	for (size_t i = 0; status == VERB_GOOD && i < settings->tls_listen.count; i++) {
		status = listen_on(server, settings->tls_listen.list[i], ROOST_LISTEN_TLS);
	}
	for (size_t i = 0; status == VERB_GOOD && i < settings->lmtp_listen.count; i++) {
		status = lmtp_server_listen(lmtp, settings->lmtp_listen.list[i]);
	}
	return status;
}

static void tell_ready_on(
	const struct roost_server *server, size_t index, const char *address, const char *kind)
{
	const char *colon = strrchr(address, ':');
	int host = colon != NULL ? (int)(colon - address) : (int)strlen(address);
	printf("roost: ready on %.*s:%u (%s)\n", host, address,
		(unsigned)roost_server_port(server, index), kind);
}

void ports_tell_ready(const struct roost_server *server, const struct settings *settings,
	const struct service_sockets *sockets)
{
	size_t index = 0;
	size_t count = listen_count(settings, sockets);
	for (size_t i = 0; i < sockets->count; i++) {
		const struct service_socket *socket = &sockets->list[i];
		if (socket->role != SERVICE_LMTP) {
			printf("roost: ready on %s (%s)\n", socket->address,
				socket->role == SERVICE_IMAPS ? "imaps" : "imap");
			index++;
		}
	}
	for (size_t i = 0; i < count; i++) {
		tell_ready_on(server, index++, settings->listen.list[i], "imap");
	}
	for (size_t i = 0; i < settings->tls_listen.count; i++) {
		tell_ready_on(server, index++, settings->tls_listen.list[i], "imaps");
	}
	(void)fflush(stdout);
}

bool ports_want_lmtp(const struct settings *settings, const struct service_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++) {
		if (sockets->list[i].role == SERVICE_LMTP) {
			return true;
		}
	}
	return settings->lmtp_listen.count > 0;
}

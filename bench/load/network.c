/* network.c - the server that is measured, and the epoll loop over the connections to it. */
#include "network.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/fail.h"
#include "common/moment.h"
#include "wire.h"

enum {
	EVENTS_AT_ONCE = 256,
	/* After so much silence of a server that should answer something is wrong with it. */
	PATIENCE_MILLISECONDS = 300 * 1000,
	SPARE_DESCRIPTORS = 64,
};

static SSL_CTX *make_tls(void)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	if (!tls) {
		fail("TLS cannot begin");
	}
	/* Certificates of test servers are their own: nothing is verified. Very many connections wait
	 * at the same time: what a connection does not need just now, it gives back. */
	SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_TICKET);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* Several records with one read. */
	SSL_CTX_set_read_ahead(tls, 1);
	SSL_CTX_set_default_read_buffer_len(tls, NETWORK_ROOM / 4);
	return tls;
}

void network_open(struct network *network, const char *host, uint16_t port, bool tls)
{
	network->server.sin_family = AF_INET;
	network->server.sin_port = htons(port);
	if (inet_pton(AF_INET, host, &network->server.sin_addr) != 1) {
		fail("%s: an IPv4 address is needed", host);
	}
	network->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (network->epoll < 0) {
		fail_errno("epoll_create1");
	}
	network->room = take_memory(NETWORK_ROOM, 1);
	network->tls = tls ? make_tls() : NULL;
}

void network_allow(long connections)
{
	struct rlimit limit;
	rlim_t needed = (rlim_t)connections + SPARE_DESCRIPTORS;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		fail_errno("getrlimit");
	}
	if (limit.rlim_cur >= needed) {
		return;
	}
	limit.rlim_cur = needed;
	limit.rlim_max = limit.rlim_max > needed ? limit.rlim_max : needed;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
		fail_errno("%ld connections need as many descriptors (ulimit -n)", connections);
	}
}

bool network_turn(struct network *network, int milliseconds)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int count = epoll_wait(network->epoll, events, EVENTS_AT_ONCE, milliseconds);
	for (int i = 0; i < count; i++) {
		/* A wire has at most one event among these, and only its own turn closes it. */
		wire_turn(events[i].data.ptr, events[i].events);
	}
	return count > 0;
}

void network_wait(struct network *network)
{
	if (!network_turn(network, PATIENCE_MILLISECONDS)) {
		fail("the server is silent");
	}
}

void network_rest(struct network *network, double seconds)
{
	double end = moment_now() + seconds;
	for (double left = seconds; left > 0; left = end - moment_now()) {
		(void)network_turn(network, (int)(left * 1e3) + 1);
	}
}

void network_close(struct network *network)
{
	close(network->epoll);
	free(network->room);
	SSL_CTX_free(network->tls);
}

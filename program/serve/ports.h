/* ports.h - where `roost serve` listens: the addresses of the settings, and sockets that were handed over. */
#ifndef PROGRAM_PORTS_H
#define PROGRAM_PORTS_H

#include <roost/server.h>

#include "config/settings.h"
#include "lmtp/lmtp_server.h"
#include "service.h"

/* Take over what was handed over, and listen on all addresses; those that are only a default, not beside sockets that
 * were handed over. What is wrong is said on stderr: an enum verb_status. `lmtp` may be NULL when nothing asks for it. */
int ports_open(struct roost_server *server, struct lmtp_server *lmtp,
	const struct settings *settings, const struct service_sockets *sockets);
/* Print a ready line for each address of the server: scripts wait for them, and with port 0 they tell the port that was
 * found. In the order of ports_open(). */
void ports_tell_ready(const struct roost_server *server, const struct settings *settings,
	const struct service_sockets *sockets);
/* Whether mail is taken in over LMTP. */
bool ports_want_lmtp(const struct settings *settings, const struct service_sockets *sockets);

#endif

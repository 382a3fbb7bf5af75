/* reload.h - SIGHUP: the configuration is read again while sessions go on. */
#ifndef PROGRAM_RELOAD_H
#define PROGRAM_RELOAD_H

#include <stdbool.h>

#include <roost/server.h>

#include "options.h"

struct reload;

/* Hold SIGHUP back, for reload_begin(). While there is one thread. */
void reload_hold(void);

/* From now on, in a thread of its own: at SIGHUP read the configuration, and give the server what may change. What is
 * wrong is logged, and all stays as it was. `options` and `server` outlive it. NULL: out of memory. */
struct reload *reload_begin(struct roost_server *server, const struct options *options);
/* NULL is allowed. */
void reload_end(struct reload *reload);

/* What of the settings a server takes: its options without backend and log. `limits` is where they point to. */
void reload_fill(const struct settings *settings, struct roost_limits *limits,
	struct roost_server_options *options);

/* Whether the conversation of a user is logged: `traces` of roost_server_options. */
bool reload_traces(void *context, const char *user);
/* Set whose is. */
void reload_set_traced(const struct words *users);

#endif

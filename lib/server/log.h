/* log.h - the server's own log lines, in logfmt. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <roost/conn.h>
#include <roost/server.h>

/* Log "event=… key=value …": pairs of strings, then NULL. Cheap when nobody listens. Any thread. */
void log_event(const struct roost_server_options *options, enum roost_log_level level,
	const char *event, ...) __attribute__((sentinel));

#endif

/* event.c - log lines of a connection. */
#include <stdarg.h>

#include "base/logfmt.h"
#include "session/info.h"
#include "session/session.h"

void conn_log(const struct roost_conn *conn, enum roost_log_level level, const char *event, ...)
{
	const char *address = conn->info->info.remote_address;
	struct buf buf;
	va_list pairs;

	if (conn->log == NULL) {
		return;
	}
	buf_init(&buf, LOGFMT_MAX);
	logfmt_add(&buf, "event", event);
	if (conn->user != NULL) {
		logfmt_add(&buf, "user", conn->user->name);
	}
	if (address[0] != '\0') {
		logfmt_add(&buf, "address", address);
	}
	va_start(pairs, event);
	logfmt_add_pairs(&buf, pairs);
	va_end(pairs);
	conn->log(conn->context, level, logfmt_line(&buf));
	buf_free(&buf);
}

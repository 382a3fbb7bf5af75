/* log.c - the server's own log lines. */
#include "server/log.h"

#include <stdarg.h>

#include "base/logfmt.h"

void log_event(const struct roost_server_options *options, enum roost_log_level level,
	const char *event, ...)
{
	if (options->log == NULL) {
		return;
	}
	struct buf buf;
	buf_init(&buf, LOGFMT_MAX);
	logfmt_add(&buf, "event", event);
	va_list pairs;
	va_start(pairs, event);
	logfmt_add_pairs(&buf, pairs);
	va_end(pairs);
	options->log(options->context, level, logfmt_line(&buf));
	buf_free(&buf);
}

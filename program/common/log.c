/* log.c - one line on stderr for each event, in logfmt. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {
	[ROOST_LOG_ERROR] = "error",
	[ROOST_LOG_WARNING] = "warning",
	[ROOST_LOG_INFO] = "info",
	[ROOST_LOG_DEBUG] = "debug",
};

static _Atomic(enum roost_log_level) log_level = ROOST_LOG_INFO;
static bool is_journal;
/* Of syslog(3): err, warning, info, debug. */
static const int priorities[] = { 3, 4, 6, 7 };
static bool holding; /* set only while there is one thread */
static char held[512];

void log_hold_errors(bool hold)
{
	holding = hold;
	held[0] = '\0';
}

const char *log_held_reason(void)
{
	const char *reason = strstr(held, " reason=");
	return reason != NULL ? reason + strlen(" reason=") : "";
}

bool log_find_level(const char *name, enum roost_log_level *level_out)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*level_out = (enum roost_log_level)i;
			return true;
		}
	}
	return false;
}

void log_set_level(enum roost_log_level level)
{
	log_level = level;
}

void log_look_for_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char own[64];
	if (stream != NULL && fstat(STDERR_FILENO, &status) == 0) {
		(void)snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)status.st_dev,
			(unsigned long long)status.st_ino);
		is_journal = strcmp(own, stream) == 0;
	}
}

void log_line(void *context, enum roost_log_level level, const char *line)
{
	(void)context;
	if (holding && level == ROOST_LOG_ERROR) {
		(void)snprintf(held, sizeof(held), "%s", line);
		return;
	}
	if (level > log_level) {
		return;
	}
	if (is_journal) {
		fprintf(stderr, "<%d>level=%s %s\n", priorities[level], names[level], line);
		return;
	}
	struct timespec now = { 0 };
	struct tm parts = { 0 };
	char date[32] = "";
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (gmtime_r(&now.tv_sec, &parts) != NULL) {
		(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	}
	/* One call, so that lines of several threads do not mix. */
	fprintf(stderr, "time=%s.%03ldZ level=%s %s\n", date, now.tv_nsec / 1000000, names[level],
		line);
}

/* A value is cut here, so that no long name pushes out the rest of the line. */
#define VALUE_MAX 256

static bool is_plain(const char *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];
		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {
			return false;
		}
	}
	return n > 0;
}

static void write_value(FILE *out, const char *value)
{
	size_t n = strnlen(value, VALUE_MAX);
	if (is_plain(value, n)) {
		fwrite(value, 1, n, out);
		return;
	}
	fputc('"', out);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];
		if (c == '"' || c == '\\') {
			fputc('\\', out);
		}
		fputc(c < ' ' || c == 0x7f ? '?' : c, out);
	}
	fputc('"', out);
}

void log_fields(enum roost_log_level level, const char *event, ...)
{
	char *line = NULL;
	size_t size = 0;
	const char *key;
	FILE *out = open_memstream(&line, &size);
	if (out == NULL) {
		return;
	}
	va_list pairs;
	va_start(pairs, event);
	fprintf(out, "event=%s", event);
	while ((key = va_arg(pairs, const char *)) != NULL) {
		fprintf(out, " %s=", key);
		write_value(out, va_arg(pairs, const char *));
	}
	va_end(pairs);
	if (fclose(out) == 0) {
		log_line(NULL, level, line);
	}
	free(line);
}

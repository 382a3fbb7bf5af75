/* log.h - one line on stderr for each event, in logfmt. */
#ifndef PROGRAM_LOG_H
#define PROGRAM_LOG_H

#include <stdbool.h>

#include <roost/conn.h>

/* What is less grave than `level` is left out. Any thread. */
void log_set_level(enum roost_log_level level);

/* If stderr goes to the journal of systemd: lines without the time, which it knows, and with the level
 * before them, as it reads it. Before any other thread. */
void log_look_for_journal(void);

/* From now on keep errors back, or no longer: while the program starts it tells of them itself, in
 * one line that says what to do. */
void log_hold_errors(bool hold);

/* Why the last error that was kept back happened; "" when nothing is known. Until the next one. */
const char *log_held_reason(void);

/* The level of that name, "error", "warning", "info" or "debug"; false when there is none. */
bool log_find_level(const char *name, enum roost_log_level *level_out);

/* A line of what happened: event=EVENT and keys with their values, const char *, up to a NULL key.
 * What a stranger sent may be among the values. */
__attribute__((sentinel)) void log_fields(enum roost_log_level level, const char *event, ...);

/* A roost_log_fn; `context` is not looked at. */
void log_line(void *context, enum roost_log_level level, const char *line);

#endif

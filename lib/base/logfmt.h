/* logfmt.h - log lines of keys and values: event=sign-in user=anna text="two words". */
#ifndef BASE_LOGFMT_H
#define BASE_LOGFMT_H

#include <stdarg.h>

#include "base/buf.h"

/* What a line may be long; begin it with buf_init(buf, LOGFMT_MAX). */
#define LOGFMT_MAX 2048

/* Add a key and its value, quoted where it is not plain. Control characters become '?'. */
void logfmt_add(struct buf *buf, const char *key, const char *value);
/* Add keys and values, const char *, up to a NULL key. */
void logfmt_add_pairs(struct buf *buf, va_list pairs);
/* The line, ended by a NUL; a note that it was lost, when it did not fit. */
const char *logfmt_line(struct buf *buf);

#endif

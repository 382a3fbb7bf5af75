/* internal_date.h - dates as IMAP writes them. RFC 3501 section 9, date-time and date. */
#ifndef GRAMMAR_INTERNAL_DATE_H
#define GRAMMAR_INTERNAL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/outline.h>

#include "base/buf.h"

struct lexer;

/* Read a date-time, "17-Jul-1996 02:44:25 -0700" in its quotes. */
bool internal_date_parse(struct lexer *lexer, struct roost_time *time_out);
/* Read a date of SEARCH, 1-Feb-1994, in quotes or not, as days since 1970-01-01. */
bool internal_date_parse_day(struct lexer *lexer, int64_t *day_out);
/* Write a date-time with its quotes. Years and zones that four digits cannot say are drawn to the
 * nearest ones that can be said. */
void internal_date_write(struct buf *buf, struct roost_time time);

#endif

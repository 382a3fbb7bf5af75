/* from_line.h - the line before each message of an mbox file: "From sender date". */
#ifndef PROGRAM_FROM_LINE_H
#define PROGRAM_FROM_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

/* Whether the line is "From sender date" or Mozilla's "From -". In text, lines begin with "From "
 * too: only the date tells them apart. */
bool from_line_read(const char *bytes, size_t n, bool *has_date_out, struct roost_time *date_out);

/* The most '>' that are taken for quoting. */
#define FROM_LINE_DEPTH 1000

/* How many '>' stand before "From " at the start of the line; -1: it does not begin so. Counts to
 * one more than FROM_LINE_DEPTH. */
int from_line_depth(const char *bytes, size_t n);

/* ">From ", ">>From ": the quoting that a "From " line of the body got. */
bool from_line_is_quoted(const char *bytes, size_t n);

#endif

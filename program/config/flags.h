/* flags.h - the options that come from the table of settings: for getopt_long(), and their help. */
#ifndef PROGRAM_FLAGS_H
#define PROGRAM_FLAGS_H

#include <getopt.h>
#include <stdio.h>

#include "settings.h"

/* What getopt_long() returns for the first row; the others follow. */
enum { FLAGS_FIRST = 512 };

/* A table for getopt_long(): the rows of `more`, which ends in a row of zeros, and one for each setting. To
 * be freed. NULL: out of memory. */
struct option *flags_table(const struct option *more);

/* Take what getopt_long() returned, with its value. When the value is wrong, says so on stderr and returns false. */
bool flags_take(struct settings *settings, int option, const char *value);

/* The help, by sections. */
void flags_help(FILE *out);

#endif

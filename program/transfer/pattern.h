/* pattern.h - patterns for the names of mailboxes, as LIST has them. */
#ifndef PROGRAM_PATTERN_H
#define PROGRAM_PATTERN_H

#include <stdbool.h>

/* Whether the whole name matches: "*" stands for any characters, "%" for any but '/'. */
bool pattern_matches(const char *pattern, const char *name);

#endif

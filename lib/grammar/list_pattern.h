/* list_pattern.h - the patterns of LIST and LSUB. RFC 3501 section 6.3.8. */
#ifndef GRAMMAR_LIST_PATTERN_H
#define GRAMMAR_LIST_PATTERN_H

#include <stdbool.h>

/* Whether the pattern (reference and pattern of the command, joined) matches the whole name: "*"
 * stands for any characters, "%" for any but the delimiter ('\0': there are no levels). INBOX, also
 * as the first of several levels, matches in any case. Takes time proportional to pattern times
 * name at most; a pattern over 2 * ROOST_MAX_MAILBOX_NAME bytes matches nothing. */
bool list_pattern_matches(const char *pattern, const char *name, char delimiter);

#endif

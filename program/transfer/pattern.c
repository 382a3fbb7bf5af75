/* pattern.c - patterns for the names of mailboxes, as LIST has them. */
#include "pattern.h"

#include <stddef.h>

bool pattern_matches(const char *pattern, const char *name)
{
	/* Where the last "*" and the last "%" after it may take in one character more. */
	const char *star = NULL, *star_name = NULL;
	const char *percent = NULL, *percent_name = NULL;
	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			star_name = name;
			percent = NULL;
		} else if (*pattern == '%') {
			percent = ++pattern;
			percent_name = name;
		} else if (*pattern == *name) {
			if (*name == '\0') {
				return true;
			}
			pattern++;
			name++;
		} else if (percent != NULL && *percent_name != '\0' && *percent_name != '/') {
			pattern = percent;
			name = ++percent_name;
		} else if (star != NULL && *star_name != '\0') {
			pattern = star;
			name = ++star_name;
			percent = NULL;
		} else {
			return false;
		}
	}
}

/* list_pattern.c - the patterns of LIST and LSUB. */
#include "grammar/list_pattern.h"

#include <string.h>

#include <roost/limits.h>

#include "base/ascii.h"

#define PATTERN_MAX (2 * ROOST_MAX_MAILBOX_NAME)

static bool is_wild(char c)
{
	return c == '*' || c == '%';
}

/* How many characters at the name's start are INBOX, and match in any case. */
static size_t inbox_size(const char *name, char delimiter)
{
	if (strncmp(name, "INBOX", 5) == 0 &&
		(name[5] == '\0' || (name[5] == delimiter && delimiter != '\0'))) {
		return 5;
	}
	return 0;
}

/* Where a match can stand in the pattern: reached[j] says that the first j characters of the
 * pattern match the part of the name seen so far. */
struct states {
	size_t size; /* of the pattern */
	size_t first; /* no state before it is reached */
	bool reached[PATTERN_MAX + 1];
};

/* A wildcard may stand for nothing. */
static void skip_wildcards(struct states *states, const char *pattern)
{
	for (size_t j = states->first; j < states->size; j++) {
		if (states->reached[j] && is_wild(pattern[j])) {
			states->reached[j + 1] = true;
		}
	}
}

/* One more character of the name; false when nothing can match any more. */
static bool advance(struct states *states, const char *pattern, char c, bool nocase, char delimiter)
{
	size_t j = states->size;
	bool any = false;

	states->reached[j] = false;
	while (j-- > states->first) {
		char p = pattern[j];

		if (!states->reached[j]) {
			continue;
		}
		if (is_wild(p)) {
			states->reached[j] = p == '*' || delimiter == '\0' || c != delimiter;
			any = any || states->reached[j];
		} else {
			states->reached[j] = false;
			if (p == c || (nocase && ascii_upper(p) == c)) {
				states->reached[j + 1] = true;
				any = true;
			}
		}
	}
	while (states->first < states->size && !states->reached[states->first]) {
		states->first++;
	}
	skip_wildcards(states, pattern);
	return any;
}

/* How many characters of the pattern stand for themselves. */
static size_t count_literals(const char *pattern)
{
	size_t count = 0;

	for (; *pattern != '\0'; pattern++) {
		count += !is_wild(*pattern);
	}
	return count;
}

bool list_pattern_matches(const char *pattern, const char *name, char delimiter)
{
	struct states states;
	size_t inbox = inbox_size(name, delimiter);

	states.size = strlen(pattern);
	states.first = 0;
	if (states.size > PATTERN_MAX || count_literals(pattern) > strlen(name)) {
		return false;
	}
	memset(states.reached, 0, states.size + 1);
	states.reached[0] = true;
	skip_wildcards(&states, pattern);
	for (size_t i = 0; name[i] != '\0'; i++) {
		if (!advance(&states, pattern, name[i], i < inbox, delimiter)) {
			return false;
		}
	}
	return states.reached[states.size];
}

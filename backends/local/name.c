/* name.c - names of mailboxes. */
#include "name.h"

#include <stddef.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

int local_name_compare(const char *a, const char *b, char delimiter)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	unsigned left = *a == '\0' ? 0 : *a == delimiter ? 1 : 2u + (unsigned char)*a;
	unsigned right = *b == '\0' ? 0 : *b == delimiter ? 1 : 2u + (unsigned char)*b;
	return left < right ? -1 : left > right;
}

bool local_name_is_below(const char *name, const char *superior, char delimiter)
{
	size_t n = strlen(superior);
	return strncmp(name, superior, n) == 0 && name[n] == delimiter;
}

int local_name_check(struct roost_call *call, const char *name, char delimiter)
{
	size_t levels = 1, n = strlen(name), level = 0;
	for (size_t i = 0; i <= n; i++) {
		if (i < n && name[i] != delimiter) {
			level++;
			continue;
		}
		if (level == 0) {
			return roost_call_fail(
				call, ROOST_ERR_CANNOT, "A mailbox name has no empty levels");
		}
		levels += i < n;
		level = 0;
	}
	if (n > ROOST_MAX_MAILBOX_NAME) {
		return roost_call_failf(call, ROOST_ERR_CANNOT,
			"A mailbox name has at most %d bytes", ROOST_MAX_MAILBOX_NAME);
	}
	if (levels > ROOST_MAX_MAILBOX_LEVELS) {
		return roost_call_failf(call, ROOST_ERR_CANNOT,
			"A mailbox name has at most %d levels", ROOST_MAX_MAILBOX_LEVELS);
	}
	return 0;
}

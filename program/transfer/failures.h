/* failures.h - what could not be taken in or written out, kept to be told at the end. */
#ifndef PROGRAM_FAILURES_H
#define PROGRAM_FAILURES_H

#include <stddef.h>

/* Failures that are told one by one; of the rest only the number. */
#define FAILURES_TOLD 100

struct failures {
	char *lines[FAILURES_TOLD];
	size_t count;
};

/* Note that something failed, and why; `origin` says where it is, for a person. */
void failures_add(struct failures *failures, const char *origin, const char *why);

/* Tell them on stderr, each after "roost: WHAT: ", and forget them. `what` is "not imported". */
void failures_tell(struct failures *failures, const char *what);

#endif

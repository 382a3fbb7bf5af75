/* local_other.h - another process that works on the same store: the test's own program, started anew
 * with other arguments, since a database must not be taken through a fork. */
#ifndef BACKEND_LOCAL_OTHER_H
#define BACKEND_LOCAL_OTHER_H

#include <sys/types.h>

struct local_other {
	pid_t pid;
	int to, from; /* its standard input and output */
};

/* Start this program with up to three arguments (NULL: no more). What fails ends the process. */
void local_other_start(
	struct local_other *other, const char *first, const char *second, const char *third);
/* Wait for what it says next: one byte, or -1 when it has ended. */
int local_other_hear(const struct local_other *other);
void local_other_say(const struct local_other *other, const void *bytes, size_t size);
/* Close its input, and wait until it ends; its exit status, or -1 when it was killed. */
int local_other_end(struct local_other *other);
/* Kill it where it is. */
void local_other_kill(struct local_other *other);

#endif

/* progress.h - tells on stderr how far an import or export has come: a bar on a terminal, a plain
 * line now and then elsewhere. */
#ifndef PROGRAM_PROGRESS_H
#define PROGRAM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	char *what; /* "anna/INBOX" */
	bool terminal;
	uint64_t messages; /* that were transferred */
	uint64_t octets;
	uint64_t steps; /* that were done, of whatever the work is counted in */
	uint64_t all_steps; /* 0: not known */
	double begun; /* seconds of the monotonic clock */
	double told;
};

/* `what` is copied. */
void progress_begin(struct progress *progress, const char *what);
/* More work is known of; some of it is done. */
void progress_expect(struct progress *progress, uint64_t steps);
void progress_advance(struct progress *progress, uint64_t steps);
/* Messages are on the other side. */
void progress_add(struct progress *progress, uint64_t messages, uint64_t octets);
/* Tell the sum, and free. */
void progress_end(struct progress *progress);

#endif

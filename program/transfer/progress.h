/* progress.h - tells on stderr how far an import has come: one line that changes on a terminal,
 * plain lines elsewhere. */
#ifndef PROGRAM_PROGRESS_H
#define PROGRAM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *user; /* both borrowed */
	const char *mailbox;
	bool terminal;
	uint64_t messages;
	uint64_t octets;
	double begun; /* seconds of the monotonic clock */
	double told;
};

void progress_begin(struct progress *progress, const char *user, const char *mailbox);
void progress_add(struct progress *progress, uint64_t messages, uint64_t octets);
void progress_end(struct progress *progress);

#endif

/* exporter.h - takes the messages out of a user's mailboxes and gives them to a writer. */
#ifndef PROGRAM_EXPORTER_H
#define PROGRAM_EXPORTER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <roost/backend.h>

#include "writer.h"

struct exporter_options {
	const char *user;
	const char *path; /* of the export */
	const struct writer_ops *format;
	const char *const *only; /* patterns; a mailbox has to match one of them */
	size_t only_count; /* 0: all */
	const volatile sig_atomic_t *stop; /* looked at between messages */
};

/* How it went. */
struct exporter_sum {
	uint64_t written;
	uint64_t known; /* that were there already */
	uint64_t failed;
	bool stopped; /* before the end: by a signal, or by what was told on stderr */
};

/* Export all that is wanted; tells what failed. */
void exporter_run(struct roost_backend *backend, const struct exporter_options *options,
	struct exporter_sum *sum_out);

#endif

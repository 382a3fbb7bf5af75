/* progress.c - tells on stderr how far an import has come. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Seconds between two lines. */
#define ON_TERMINAL 0.1
#define ELSEWHERE 10.0

static double now(void)
{
	struct timespec time = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void tell(struct progress *progress, double time, bool last)
{
	double seconds = time - progress->begun;
	double rate = seconds > 0 ? (double)progress->messages / seconds : 0;
	fprintf(stderr,
		"%sroost: %s/%s: %" PRIu64 " message%s, %.1f MB, %.0f messages a second%s%s",
		progress->terminal ? "\r" : "", progress->user, progress->mailbox,
		progress->messages, progress->messages == 1 ? "" : "s",
		(double)progress->octets / 1e6, rate, progress->terminal ? "\033[K" : "",
		progress->terminal && !last ? "" : "\n");
	(void)fflush(stderr);
	progress->told = time;
}

void progress_begin(struct progress *progress, const char *user, const char *mailbox)
{
	*progress = (struct progress) { .user = user, .mailbox = mailbox };
	progress->terminal = isatty(STDERR_FILENO) == 1;
	progress->begun = now();
	progress->told = progress->begun;
}

void progress_add(struct progress *progress, uint64_t messages, uint64_t octets)
{
	progress->messages += messages;
	progress->octets += octets;
	double time = now();
	if (time - progress->told >= (progress->terminal ? ON_TERMINAL : ELSEWHERE)) {
		tell(progress, time, false);
	}
}

void progress_end(struct progress *progress)
{
	tell(progress, now(), true);
}

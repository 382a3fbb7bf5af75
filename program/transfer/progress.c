/* progress.c - tells on stderr how far an import or export has come. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds between two lines. */
#define ON_TERMINAL 0.1
#define ELSEWHERE 10.0

#define BAR_WIDTH 20

static double now(void)
{
	struct timespec time = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* "1:02:03", "4:05". */
static void format_duration(char *text, size_t n, double seconds)
{
	unsigned long s = seconds < 0 ? 0 : seconds > 1e8 ? 100000000 : (unsigned long)seconds;
	if (s >= 3600) {
		(void)snprintf(text, n, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
	} else {
		(void)snprintf(text, n, "%lu:%02lu", s / 60, s % 60);
	}
}

/* The bar in front, for a terminal, and how much there is left, for all. */
static void tell_part(const struct progress *progress, double seconds)
{
	if (progress->all_steps == 0 || progress->steps > progress->all_steps) {
		return;
	}
	double part = (double)progress->steps / (double)progress->all_steps;
	if (progress->terminal) {
		char bar[BAR_WIDTH + 1];
		int filled = (int)(part * BAR_WIDTH);
		memset(bar, '#', (size_t)filled);
		memset(bar + filled, '-', (size_t)(BAR_WIDTH - filled));
		bar[BAR_WIDTH] = '\0';
		fprintf(stderr, " [%s]", bar);
	}
	fprintf(stderr, " %d%%", (int)(part * 100));
	if (part > 0 && seconds >= 1) {
		char left[32];
		format_duration(left, sizeof(left), seconds / part - seconds);
		fprintf(stderr, ", %s left", left);
	}
}

static void tell(struct progress *progress, double time, bool last)
{
	double seconds = time - progress->begun;
	double rate = seconds > 0 ? (double)progress->messages / seconds : 0;
	fprintf(stderr, "%sroost: %s: %" PRIu64 " message%s, %.1f MB, %.0f messages a second",
		progress->terminal ? "\r" : "", progress->what != NULL ? progress->what : "",
		progress->messages, progress->messages == 1 ? "" : "s",
		(double)progress->octets / 1e6, rate);
	if (!last) {
		tell_part(progress, seconds);
	}
	fprintf(stderr, "%s%s", progress->terminal ? "\033[K" : "",
		progress->terminal && !last ? "" : "\n");
	(void)fflush(stderr);
	progress->told = time;
}

void progress_begin(struct progress *progress, const char *what)
{
	*progress = (struct progress) { .what = strdup(what) };
	progress->terminal = isatty(STDERR_FILENO) == 1;
	progress->begun = now();
	progress->told = progress->begun;
}

static void tell_in_time(struct progress *progress)
{
	double time = now();
	if (time - progress->told >= (progress->terminal ? ON_TERMINAL : ELSEWHERE)) {
		tell(progress, time, false);
	}
}

void progress_expect(struct progress *progress, uint64_t steps)
{
	progress->all_steps += steps;
}

void progress_advance(struct progress *progress, uint64_t steps)
{
	progress->steps += steps;
	tell_in_time(progress);
}

void progress_add(struct progress *progress, uint64_t messages, uint64_t octets)
{
	progress->messages += messages;
	progress->octets += octets;
	tell_in_time(progress);
}

void progress_end(struct progress *progress)
{
	tell(progress, now(), true);
	free(progress->what);
	progress->what = NULL;
}

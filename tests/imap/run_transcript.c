/* run_transcript.c - plays transcript files: whole, one byte at a time, and cut at every byte.
 *
 *	run_transcript [--dump] [--local] FILE…
 *
 * --dump: once, printing all that travels; --local: on the local backend, and not cut at every byte,
 * as how bytes come is nothing that it sees. */
#include <stdio.h>
#include <string.h>

#include "play.h"
#include "transcript.h"

/* At most so many plays of one transcript with a cut; a longer one is cut at every second, third …
 * byte. And so many bytes fed in all of them, since long transcripts take longer each. */
#define CUTS_MAX 2000u
#define CUT_BYTES_MAX 4000000u

static bool play_cuts(const struct transcript *transcript, size_t sent)
{
	size_t plays = sent < CUTS_MAX ? sent : CUTS_MAX;
	if (sent > 0 && plays > CUT_BYTES_MAX / sent) {
		plays = CUT_BYTES_MAX / sent + 1;
	}
	size_t step = plays == 0 ? 1 : (sent + plays - 1) / plays;
	for (size_t at = 1; at < sent; at += step) {
		char name[64];
		(void)snprintf(name, sizeof(name), "cut after byte %zu", at);
		size_t ignored = 0;
		if (!play(transcript, false, name, (struct driver_mode) { .split_at = at }, false,
			    &ignored)) {
			return false;
		}
	}
	return true;
}

static bool play_file(const char *path, bool dump, bool local)
{
	const struct driver_mode whole = { 0 };
	const struct driver_mode bytes = { .feed_size = 1, .sent_size = 1 };
	const struct driver_mode odd = { .feed_size = 7, .sent_size = 3 };
	struct transcript transcript;
	size_t sent = 0;
	size_t ignored = 0;
	if (!transcript_read(&transcript, path)) {
		return false;
	}
	bool done = play(&transcript, local, "whole", whole, dump, &sent);
	if (!dump) {
		done = done &&
		       play(&transcript, local, "one byte at a time", bytes, false, &ignored) &&
		       play(&transcript, local, "seven bytes at a time", odd, false, &ignored) &&
		       (local || play_cuts(&transcript, sent));
	}
	transcript_clear(&transcript);
	return done;
}

int main(int argc, char **argv)
{
	bool dump = false;
	bool local = false;
	int failed = 0;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--dump") == 0) {
			dump = true;
		} else if (strcmp(argv[i], "--local") == 0) {
			local = true;
		} else if (!play_file(argv[i], dump, local)) {
			failed++;
		}
	}
	return failed > 0;
}

/* play.h - plays a transcript against a fresh backend, in memory or on disk. */
#ifndef IMAP_PLAY_H
#define IMAP_PLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "driver.h"
#include "transcript.h"

/* Play all steps, on the local backend or the one in memory; `name` says which way of splitting this
 * is. On a difference says file, line, what was expected and what came on stderr, and returns
 * false. `sent_out`: bytes that clients sent. */
bool play(const struct transcript *transcript, bool local, const char *name,
	struct driver_mode mode, bool dump, size_t *sent_out);

#endif

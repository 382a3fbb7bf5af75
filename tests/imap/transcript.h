/* transcript.h - a transcript file, read into steps. README.md of this folder says how they look. */
#ifndef IMAP_TRANSCRIPT_H
#define IMAP_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "driver.h"

enum step_kind {
	STEP_SEND, /* C: */
	STEP_EXPECT, /* S: */
	STEP_EXPECT_OPTIONAL, /* S?: */
	STEP_EXPECT_UNORDERED, /* S*: */
	STEP_DIRECTIVE,
};

struct step {
	enum step_kind kind;
	unsigned line; /* where it stands in the file */
	size_t wire; /* which connection, from 1 */
	bool quiet_before; /* SEND: all that was received must have been expected */
	char word[24]; /* DIRECTIVE: its name, without the number of the connection */
	struct bytes text; /* bytes to send, pattern, or what follows the directive's name */
	struct bytes block; /* DIRECTIVE: what stands after <<EOF, with CRLF line ends */
};

struct transcript {
	const char *path;
	struct step *steps;
	size_t count;
	size_t capacity;
};

/* Read a file; on failure says why on stderr and returns false. */
bool transcript_read(struct transcript *transcript, const char *path);
void transcript_clear(struct transcript *transcript);

#endif

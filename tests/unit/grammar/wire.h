/* wire.h - the bytes of a command as a client sends them, split up the way a session does it. */
#ifndef TESTS_GRAMMAR_WIRE_H
#define TESTS_GRAMMAR_WIRE_H

#include <stddef.h>

#include "grammar/command.h"

#define WIRE_MAX_LITERALS 64

/* `input` points into memory of exactly its size, so that reading past it is noticed. */
struct wire {
	struct command_input input;
	char *bytes;
	struct command_literal literals[WIRE_MAX_LITERALS];
	size_t literal_count;
};

/* Take the bytes of a command without its last CRLF; the message of an APPEND is spooled. What the
 * last literal lacks is missing in the input too. */
void wire_init(struct wire *wire, const char *bytes, size_t n);
void wire_free(struct wire *wire);

#endif

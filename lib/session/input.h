/* input.h - from bytes to whole commands: gathers lines and the literals that they announce.
 *
 * It knows no command, only where one ends: at a line end, unless the line ends in {n} or {n+}; then n
 * octets follow, and the line goes on. RFC 3501 section 4.3, RFC 7888. */
#ifndef SESSION_INPUT_H
#define SESSION_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "grammar/command.h"
#include "session/spool.h"

enum input_event {
	INPUT_MORE, /* all bytes were taken; more are needed */
	INPUT_LINE, /* a command, or a line that was asked for, is whole */
	INPUT_LITERAL, /* a literal is announced: answer with one of the input_…_literal functions */
	INPUT_TOO_LONG, /* the line is over the limit: the connection cannot go on */
	INPUT_NOT_SPOOLED, /* memory or the disk failed for a spooled literal: call input_refuse_literal() */
	INPUT_FAILED, /* memory: the connection cannot go on */
};

enum input_state { INPUT_IN_LINE, INPUT_IN_LITERAL, INPUT_IN_SPOOL, INPUT_IN_REFUSED };

#define INPUT_MAX_LITERALS 128
/* Spooled literals of one command that may be kept in memory, in terms of what one may have there. */
#define INPUT_SPOOLS_IN_MEMORY 4

/* An input that was set up by input_init(). */
struct input {
	struct buf bytes; /* of the command so far */
	size_t limit; /* of its lines without literals */
	size_t literal_octets; /* in `bytes`, which do not count */
	size_t line_start; /* in `bytes`: behind the octets of the last literal */
	enum input_state state;
	uint64_t literal_size; /* as announced */
	uint64_t literal_left;
	bool literal_waits; /* {n}: the client waits for a continuation request; not {n+} */
	bool refused; /* the rest of the command is passed over */
	struct spool *spool;
	uint64_t spooled; /* octets in spools of this command */
	struct command_literal *literals;
	size_t literal_count;
};

void input_init(struct input *input, size_t line_limit);
void input_free(struct input *input);
/* Ready for the next command. Contents that spooled literals had are given back. */
void input_reset(struct input *input);
/* Overwrite what was gathered, because there was a password in it. */
void input_wipe(struct input *input);
/* Give back memory between commands. */
void input_trim(struct input *input);

/* Take bytes up to the next event; `used_out` says how many. */
enum input_event input_take(struct input *input, const char *bytes, size_t n, size_t *used_out);

/* After INPUT_LITERAL, for literal_size octets. ROOST_ERR_NO_MEMORY. */
/* Keep them with the command. */
int input_keep_literal(struct input *input);
/* Gather them in a spool, of which so many octets are kept in memory; fewer when there are many in a command. */
int input_spool_literal(struct input *input, size_t spool_memory);
/* Let them come, or what is left of them, and pass over them and the rest of the command: INPUT_LINE follows,
 * with `refused` set. */
void input_refuse_literal(struct input *input);

/* Whether a line (without its end) ends in a literal's size, {n} or {n+}. */
bool input_announces_literal(struct roost_text line, uint64_t *size_out, bool *waits_out);

/* The command gathered, for parsing. Borrowed until input_reset(). */
struct command_input input_command(const struct input *input);

#endif

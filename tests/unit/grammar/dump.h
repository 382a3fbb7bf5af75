/* dump.h - a parsed command as one line of text, for tables to compare. */
#ifndef TESTS_GRAMMAR_DUMP_H
#define TESTS_GRAMMAR_DUMP_H

#include "base/buf.h"
#include "grammar/command.h"

/* All that was parsed, `a1 SELECT mailbox=|INBOX|`. */
void dump_command(struct buf *buf, const struct command *command);
/* Parse a command as a client sends it (see wire.h), and dump it; or, if it has an error, the tag
 * and the text: `a1 ! Unknown command FOO`. Arenas are limited to `memory` bytes. Returns what
 * command_parse() returned. */
int dump_parsed(struct buf *buf, const char *bytes, size_t n, size_t memory);

#endif

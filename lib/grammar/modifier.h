/* modifier.h - lists of options in parentheses that extensions add to commands. RFC 4466 section 2. */
#ifndef GRAMMAR_MODIFIER_H
#define GRAMMAR_MODIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "grammar/command.h"
#include "grammar/lexer.h"

/* The highest mod-sequence there can be. RFC 7162 section 7. */
#define MODSEQ_MAX ((uint64_t)INT64_MAX)

struct modifier {
	const char *name; /* in upper case; NULL ends a table */
	/* Read what stands behind the name, if anything does. */
	bool (*parse)(struct lexer *lexer, struct command *command);
};

/* Read " (NAME … NAME …)", if it is there; each name at most once. `owner` is the command's name. */
bool modifier_parse_list(struct lexer *lexer, struct command *command, const char *owner,
	const struct modifier *table);
/* A mod-sequence from `min` (0 or 1) on. */
bool modifier_parse_modseq(struct lexer *lexer, uint64_t min, uint64_t *modseq_out);

#endif

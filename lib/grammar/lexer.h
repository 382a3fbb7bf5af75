/* lexer.h - a cursor over the bytes of a command that reads IMAP's words. RFC 3501 section 9.
 *
 * The first failure sticks: every function called after it does nothing and returns false, so that
 * a parser may read on and look once. `what` in the functions names the word in a text for a
 * person, "a mailbox name". */
#ifndef GRAMMAR_LEXER_H
#define GRAMMAR_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/outline.h>

#include "base/arena.h"

struct command_input;
struct command_literal;

struct lexer {
	const char *at;
	const char *end;
	const struct command_literal *literals; /* those not yet reached */
	size_t literal_count;
	bool utf8_names; /* as in the input */
	struct arena *arena;
	const char *after; /* what was read last, "SELECT" or "a mailbox name"; static */
	int status; /* 0, ROOST_ERR_INVALID or ROOST_ERR_NO_MEMORY */
	const char *error; /* with ROOST_ERR_INVALID: static, or in the arena */
};

void lexer_init(struct lexer *lexer, struct arena *arena, const struct command_input *input);

/* These note a failure, unless there is one already, and return false. */
bool lexer_fail(struct lexer *lexer, const char *text); /* `text` is static */
/* `text` and then what the client wrote, cut and with what is not printable replaced. */
bool lexer_fail_about(struct lexer *lexer, const char *text, struct roost_text about);
/* "Expected `what` after …" */
bool lexer_fail_expected(struct lexer *lexer, const char *what);
bool lexer_fail_memory(struct lexer *lexer);

/* The next byte, or -1 at the end and after a failure. */
int lexer_peek(const struct lexer *lexer);
/* Take the next byte if it is `c`; no failure if it is not. */
bool lexer_skip(struct lexer *lexer, char c);
/* Take one space, before `what`. */
bool lexer_space(struct lexer *lexer, const char *what);
bool lexer_open(struct lexer *lexer, const char *what); /* "(", of a list called `what` */
/* The end of the command; spaces before it do no harm. */
bool lexer_end(struct lexer *lexer);

bool lexer_tag(struct lexer *lexer, struct roost_text *text_out);
bool lexer_atom(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* The name of a command, item or key: an atom that ends at "[" too. */
bool lexer_word(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* Up to a space or parenthesis: flags and the like, for their own parsers to look at. */
bool lexer_run(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* Without its quotes; never absent. Bytes over 127 are let through, for UTF-8. */
bool lexer_quoted(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* Quoted or literal. */
bool lexer_string(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* A string, or absent for NIL. */
bool lexer_nstring(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* As an atom, also with "]" and bytes over 127, or a string. */
bool lexer_astring(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* As an astring, also with % and *. */
bool lexer_list_mailbox(struct lexer *lexer, const char *what, struct roost_text *text_out);
/* A number from `min` (0 or 1; then no zero stands at its start) to `max`. */
bool lexer_number(
	struct lexer *lexer, const char *what, uint64_t min, uint64_t max, uint64_t *number_out);
/* A literal that was spooled. */
bool lexer_message(struct lexer *lexer, struct roost_content **message_out);

/* Whether a byte is an ATOM-CHAR, or, with "]", an ASTRING-CHAR. */
bool lexer_is_atom_char(char c);
bool lexer_is_astring_char(char c);

#endif

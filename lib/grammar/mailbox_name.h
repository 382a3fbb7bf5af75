/* mailbox_name.h - mailbox names: modified UTF-7 to clients, UTF-8 inside. RFC 3501
 * section 5.1.3. */
#ifndef GRAMMAR_MAILBOX_NAME_H
#define GRAMMAR_MAILBOX_NAME_H

#include <stdbool.h>

#include <roost/outline.h>

#include "base/arena.h"
#include "base/buf.h"

struct lexer;

/* The UTF-8 name, NUL-terminated and in the arena, for what a client wrote: modified UTF-7, or, if
 * it has bytes over 127, UTF-8. INBOX in any case becomes "INBOX". ROOST_ERR_INVALID with a static
 * text when it is neither, has control characters or is over ROOST_MAX_MAILBOX_NAME;
 * ROOST_ERR_NO_MEMORY. */
int mailbox_name_parse(
	struct arena *arena, struct roost_text text, const char **name_out, const char **error_out);
/* The same for a name with the wildcards of LIST, and without the rule for INBOX. */
int mailbox_name_parse_pattern(struct arena *arena, struct roost_text text,
	const char **pattern_out, const char **error_out);

/* Read a mailbox name, or a pattern (list-mailbox), from a command; of one that knows only UTF-8, no modified UTF-7. */
bool mailbox_name_read(struct lexer *lexer, const char *what, const char **name_out);
/* And what the client wrote, INBOX in its case; NULL when that is the same. */
bool mailbox_name_read_given(
	struct lexer *lexer, const char *what, const char **name_out, const char **given_out);
bool mailbox_name_read_pattern(struct lexer *lexer, const char **pattern_out);

/* Write a name as an astring in modified UTF-7. What is no UTF-8 is written as U+FFFD. */
void mailbox_name_write(struct buf *buf, const char *utf8);
/* The same in UTF-8, for those who have enabled IMAP4rev2. RFC 9051 section 5.1. */
void mailbox_name_write_utf8(struct buf *buf, const char *utf8);

#endif

/* pattern.h - what a line of a transcript expects: text with {{patterns}} in it.
 *
 *	{{text}}         anything, at least one byte
 *	{{any}}          anything or nothing
 *	{{number}}       digits
 *	{{uidvalidity}}  digits that are not 0
 *	{{set:a b~1 c}}  these words in any order, one space between them; ~ is a space in a word
 *	{{with:a !b}}    words up to a "]" or the end, a among them and b not
 *	{{astring:a}}    a or "a"
 *	{{opt:words}}    these words or nothing
 *	{{name=text}}    one of the above, remembered
 *	{{$name}}        what was remembered
 *	\xNN             a byte */
#ifndef IMAP_PATTERN_H
#define IMAP_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#define PATTERN_NAMES 16

/* What {{name=…}} remembered, over a whole transcript. All zero: nothing. */
struct pattern_names {
	size_t count;
	struct {
		char name[32];
		char *value; /* NUL-terminated */
		size_t size;
	} entries[PATTERN_NAMES];
};
void pattern_names_clear(struct pattern_names *names);

/* Whether the line matches. Names are remembered only if it does. */
bool pattern_match(
	const char *pattern, size_t n, const char *line, size_t size, struct pattern_names *names);

/* Replace \xNN in place; returns the new length. */
size_t pattern_unescape(char *text, size_t n);

#endif

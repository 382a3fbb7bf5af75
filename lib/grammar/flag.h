/* flag.h - lists of flags, read and written. RFC 3501 section 9, flag-list. */
#ifndef GRAMMAR_FLAG_H
#define GRAMMAR_FLAG_H

#include <stdbool.h>

#include <roost/flags.h>

#include "base/buf.h"

struct lexer;

/* Read "(\Seen $Forwarded)", or with `bare` also the flags without parentheses. \Recent, which a
 * client cannot change, is left out; keywords that stand twice are kept once, in the first
 * spelling. At most ROOST_MAX_KEYWORDS keywords. */
bool flags_parse(struct lexer *lexer, bool bare, struct roost_flags *flags_out);
/* A keyword as SEARCH takes it. */
bool flags_parse_keyword(struct lexer *lexer, struct roost_text *keyword_out);
/* Write "(\Seen $Forwarded)", with `recent` also \Recent. */
void flags_write(struct buf *buf, const struct roost_flags *flags, bool recent);

#endif

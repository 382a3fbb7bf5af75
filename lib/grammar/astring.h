/* astring.h - writing strings so that any bytes can stand in them. RFC 3501 section 4.3. */
#ifndef GRAMMAR_ASTRING_H
#define GRAMMAR_ASTRING_H

#include <roost/outline.h>

#include "base/buf.h"

/* "quoted", or {n} and a literal for text with CR, LF, NUL or bytes over 127. NUL, which cannot
 * stand in IMAP, is left out. Absent text is written as empty. */
void string_write(struct buf *buf, struct roost_text text);
/* As an atom where that is possible, else as string_write. */
void astring_write(struct buf *buf, struct roost_text text);

#endif

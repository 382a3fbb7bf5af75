/* section.h - sections of messages as FETCH names them. RFC 3501 section 6.4.5. */
#ifndef GRAMMAR_SECTION_H
#define GRAMMAR_SECTION_H

#include <stdbool.h>

#include <roost/util.h>

#include "base/buf.h"

struct lexer;

/* Read "[1.2.HEADER.FIELDS (From To)]<0.100>". */
bool section_parse(struct lexer *lexer, struct roost_section *section_out);
/* Read "[1.2]" of BINARY, and with `partial` "<0.100>" behind it. RFC 3516 section 7. */
bool section_parse_binary(struct lexer *lexer, bool partial, struct roost_section *section_out);
/* Write the same as a response has it: of a partial range only where it begins, "[TEXT]<0>". */
void section_write(struct buf *buf, const struct roost_section *section);

#endif

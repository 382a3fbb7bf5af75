/* write.h - ENVELOPE, BODY and BODYSTRUCTURE written straight from an outline. RFC 3501
 * section 7.4.2. */
#ifndef MIME_WRITE_H
#define MIME_WRITE_H

#include <stdbool.h>

#include <roost/outline.h>

#include "base/buf.h"

/* `("date" "subject" …)` of part 0 or another part that is a message. */
void envelope_write(struct buf *buf, const struct roost_outline *outline, uint32_t part);
/* The structure of a part and all under it, with extension data or (BODY) without. */
void body_structure_write(
	struct buf *buf, const struct roost_outline *outline, uint32_t part, bool extensible);
/* NIL, "quoted", or {n} and a literal when the text has bytes that quoting cannot carry (NUL is
 * left out). */
void nstring_write(struct buf *buf, struct roost_text text);

#endif

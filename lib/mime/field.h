/* field.h - header fields out of lines. RFC 5322 section 2.2. */
#ifndef MIME_FIELD_H
#define MIME_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/outline.h>

#include "base/buf.h"
#include "mime/lines.h"

/* Lines in, fields out. A line that is neither a field nor the continuation of one (such as the
 * "From " of a mailbox file) is passed over together with its continuations. */
struct field_reader {
	/* Whether the value of such a field is wanted. */
	bool (*wants)(void *context, struct roost_text name);
	/* A whole field; its value unfolded, without white space around it, absent when it is not
	 * wanted. What is over FIELD_MAX_VALUE is cut off. Both live until this returns. */
	void (*deliver)(void *context, const struct roost_field *field, struct roost_text value);
	void *context;
	bool in_field;
	bool wanted;
	struct roost_field field; /* its name is in `name` */
	struct buf name;
	struct buf value;
	bool failed; /* memory ran out */
};

#define FIELD_MAX_NAME 1000
#define FIELD_MAX_VALUE (256u * 1024u)

void field_reader_init(struct field_reader *reader);
void field_reader_free(struct field_reader *reader);
void field_reader_segment(struct field_reader *reader, const struct segment *segment);
/* The header is over. */
void field_reader_end(struct field_reader *reader);

#endif

/* mailbox_attribute.h - "\Noselect", "\Drafts" and their like, as bits. RFC 3501 section 7.2.2, RFC 6154. */
#ifndef GRAMMAR_MAILBOX_ATTRIBUTE_H
#define GRAMMAR_MAILBOX_ATTRIBUTE_H

#include <roost/backend.h>

#include "base/buf.h"

/* The special use of that name, in any case; 0 for anything else. */
unsigned mailbox_attribute_find_use(struct roost_text name);
/* Write those of the ROOST_MAILBOX_… bits that LIST tells as they are, each after the separator, which then is a space.
 * Whether a name exists, is subscribed or has children is not among them. */
void mailbox_attribute_write(struct buf *buf, const char **separator, unsigned attributes);

#endif

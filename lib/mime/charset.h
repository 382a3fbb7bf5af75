/* charset.h - from any charset that iconv knows to UTF-8. */
#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

#include "base/buf.h"

/* Whether the charset is known by that name or one of the aliases that mail uses. */
bool charset_is_known(struct roost_text charset);
/* Add `text` to `utf8` as UTF-8. What cannot be converted becomes U+FFFD; text in a charset that is
 * not known is taken as UTF-8, and where it is not valid that, as windows-1252. Never fails for
 * what the text is. */
void charset_to_utf8(struct roost_text charset, struct roost_text text, struct buf *utf8);
/* The same, but false when a byte could not be converted or the charset is not known (for SEARCH
 * CHARSET). */
bool charset_to_utf8_strict(struct roost_text charset, struct roost_text text, struct buf *utf8);

#endif

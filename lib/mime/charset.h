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
 * not known, and 8-bit text that calls itself ASCII, is taken as UTF-8, and where it is not valid
 * that, as windows-1252. Never fails for what the text is. */
void charset_to_utf8(struct roost_text charset, struct roost_text text, struct buf *utf8);
/* The same, but false when a byte could not be converted or the charset is not known (for SEARCH
 * CHARSET). */
bool charset_to_utf8_strict(struct roost_text charset, struct roost_text text, struct buf *utf8);

/* A converter: bytes in, UTF-8 out, in pieces of any size, as charset_to_utf8() does it. */
struct charset_converter {
	unsigned kind; /* of enum charset_kind */
	unsigned unit; /* bytes that are passed over together when they make no sense */
	void *descriptor; /* of iconv, or NULL */
	bool lossy; /* something could not be converted */
	size_t pending_count;
	char pending[16]; /* the beginning of a character whose end has not come yet */
};
/* Ready for a text in `charset`. Never fails; free it with charset_converter_free(). */
void charset_converter_init(struct charset_converter *converter, struct roost_text charset);
void charset_converter_free(struct charset_converter *converter);
/* Convert `n` bytes. Adds only whole characters to `utf8`. */
void charset_convert(
	struct charset_converter *converter, const char *bytes, size_t n, struct buf *utf8);
/* Whether these bytes come next, and would be added as they are: then they need not be converted. */
bool charset_keeps(const struct charset_converter *converter, const char *bytes, size_t n);
/* The end of the text: what was still pending. The converter is then ready for another text. */
void charset_convert_end(struct charset_converter *converter, struct buf *utf8);

#endif

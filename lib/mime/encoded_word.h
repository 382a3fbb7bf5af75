/* encoded_word.h - one `=?charset?encoding?text?=`. RFC 2047 section 2, RFC 2231 section 5. */
#ifndef MIME_ENCODED_WORD_H
#define MIME_ENCODED_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

#include "base/buf.h"

struct encoded_word {
	struct roost_text charset; /* without the language */
	bool base64; /* else Q */
	struct roost_text text;
};

/* Read the encoded word that the `n` bytes begin with. Returns its size, from "=?" to "?=", or 0
 * when they begin with none. Never looks beyond the "=?" of a next word. */
size_t encoded_word_read(const char *bytes, size_t n, struct encoded_word *word_out);
/* Add the word's bytes, in its charset. */
void encoded_word_decode(const struct encoded_word *word, struct buf *out);

#endif

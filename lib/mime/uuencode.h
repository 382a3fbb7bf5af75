/* uuencode.h - uuencoded parts, for the transfer decoder. POSIX.1-2008, uuencode. */
#ifndef MIME_UUENCODE_H
#define MIME_UUENCODE_H

#include "mime/decode.h"

/* As transfer_decode() and transfer_decode_end(). */
void uuencode_decode(
	struct transfer_decoder *decoder, const char *bytes, size_t n, struct buf *out);
void uuencode_decode_end(struct transfer_decoder *decoder, struct buf *out);

#endif

/* decode.h - from what a message holds to what a reader sees: transfer encodings, encoded words,
 * RFC 2231. */
#ifndef MIME_DECODE_H
#define MIME_DECODE_H

#include <stdbool.h>

#include <roost/content.h>
#include <roost/outline.h>

#include "base/buf.h"

/* A header field's value as UTF-8: unfolded, encoded words decoded (RFC 2047, leniently: anywhere,
 * adjacent ones joined, also split inside a character), raw 8-bit taken as UTF-8 or windows-1252.
 */
void decode_header(struct roost_text value, struct buf *utf8);
/* The value of an RFC 2231 parameter (charset'language'percent-encoded) as UTF-8. */
void decode_parameter(struct roost_text value, struct buf *utf8);

/* A transfer decoder: bytes in, bytes out, in pieces of any size. RFC 2045 section 6. */
enum transfer_encoding {
	TRANSFER_IDENTITY, /* 7bit, 8bit, binary, and what is not known */
	TRANSFER_BASE64,
	TRANSFER_QUOTED_PRINTABLE,
	TRANSFER_UUENCODE, /* x-uuencode and its other names */
};
enum transfer_encoding transfer_encoding_from_name(struct roost_text name);
/* The same, but false for a name that is not known. */
bool transfer_encoding_find(struct roost_text name, enum transfer_encoding *encoding_out);

struct transfer_decoder {
	enum transfer_encoding encoding;
	unsigned state;
	unsigned pending_count;
	unsigned char pending[80];
};
void transfer_decoder_init(struct transfer_decoder *decoder, enum transfer_encoding encoding);
/* Decode `n` bytes and add what they give to `out`. Bytes that make no sense are passed over
 * (base64) or kept as they are (quoted-printable). */
void transfer_decode(
	struct transfer_decoder *decoder, const char *bytes, size_t n, struct buf *out);
/* The end of the part: what was still pending. */
void transfer_decode_end(struct transfer_decoder *decoder, struct buf *out);

#endif

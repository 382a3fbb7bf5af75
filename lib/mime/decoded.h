/* decoded.h - a section of a message without its transfer encoding: BINARY[…]. RFC 3516 section 4.2. */
#ifndef MIME_DECODED_H
#define MIME_DECODED_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/util.h>

#include "mime/decode.h"

/* The bytes of the section that the numbers lead to, as they stand in the message, and their encoding. The whole
 * message, multiparts and messages in messages have none. `raw_out` has one reference; it is NULL, with 0, when there
 * is no such section. ROOST_ERR_NOT_SUPPORTED when the encoding is not known, and as roost_util_body_section(). */
int decoded_find(const struct roost_outline *outline, struct roost_content *content,
	const struct roost_section *section, struct roost_content **raw_out,
	enum transfer_encoding *encoding_out);

/* What `raw` decodes to, from `offset` on and at most `size` bytes, as content with one reference. None of it is kept:
 * it is decoded once to learn its size, and again where it is read, quickest from start to end. `has_nul_out` says
 * whether there is a NUL in it. ROOST_ERR_NO_MEMORY, ROOST_ERR_IO, …from reading. */
int decoded_create(struct roost_content *raw, enum transfer_encoding encoding, uint64_t offset,
	uint64_t size, struct roost_content **content_out, bool *has_nul_out);

#endif

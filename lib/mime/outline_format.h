/* outline_format.h - how an outline is laid out, for those who write and read it.
 *
 * All numbers are little-endian or varints (7 bits a byte, the lowest first). A text is told by a
 * reference: 0 is absent, below OUTLINE_FIRST_STRING a word that is known to every outline, else
 * where it lies among the strings, there with its size as a varint before it. References in tables
 * take 2 bytes, or 3 in a wide outline.
 *
 * header       magic, version, size, number of parts, flags, where strings, addresses and keys are;
 *              then the place of each part's record, 4 bytes each
 * part record  kind and bits, parent + 1, first child + 1, next sibling + 1, header offset, header
 *              size, body size, header lines, body lines, type, subtype, encoding, id, description,
 *              md5, location, disposition, number of fields, the table of fields, the envelope when
 *              it is a message, then three counts and the parameters (name, value), the
 *              disposition's parameters and the language tags
 * field        narrow: offset in the header (2), size (2), name, name to value (1)
 *              wide: offset (4), size (4), name, name to value (2)
 * envelope     date, subject, in-reply-to, message-id, bits (one for each address field that is
 *              there, one for the sent date), sent date and zone (zigzag), first address, and how
 *              many in each field
 * addresses    name, route, mailbox, host
 * keys         bits, base subject, message-id, preview, number of references, references
 */
#ifndef MIME_OUTLINE_FORMAT_H
#define MIME_OUTLINE_FORMAT_H

#include <stdint.h>

#include <roost/outline.h>

#define OUTLINE_MAGIC 0x4c4f6f52u /* "RoOL" */
#define OUTLINE_VERSION 2u

enum outline_header_place {
	OUTLINE_AT_MAGIC = 0,
	OUTLINE_AT_VERSION = 4,
	OUTLINE_AT_SIZE = 8,
	OUTLINE_AT_PARTS = 12,
	OUTLINE_AT_FLAGS = 16,
	OUTLINE_AT_STRINGS = 20, /* they go on to the end */
	OUTLINE_AT_ADDRESSES = 24, /* they go on to the keys */
	OUTLINE_AT_KEYS = 28, /* they go on to the strings */
	OUTLINE_HEADER_SIZE = 32,
};

#define OUTLINE_WIDE 1u /* of the flags */

/* The first byte of a part record: the kind in the low bits, and these. */
#define OUTLINE_KIND_MASK 0x03u
#define OUTLINE_IS_MESSAGE 0x04u
#define OUTLINE_FIELDS_CUT 0x08u
#define OUTLINE_FIELDS_WIDE 0x10u
#define OUTLINE_HEADER_END_SHIFT 5 /* bytes of the empty line that ends the header: 0, 1, 2 */
#define OUTLINE_HEADER_UNENDED 0x80u /* the header's last line has no line end */

#define OUTLINE_HAS_SENT_DATE (1u << ROOST_ADDRESS_FIELDS) /* of an envelope's bits */
#define OUTLINE_IS_REPLY 1u /* of the keys' bits */

#define OUTLINE_FIRST_STRING 256u

#define OUTLINE_MAX_TEXT 16384u /* what is longer is cut */

/* The words that are known to every outline: the reference of the word, or 0. */
uint32_t outline_word_find(struct roost_text text);
/* The word of a reference below OUTLINE_FIRST_STRING; absent when there is none. */
struct roost_text outline_word(uint32_t reference);

#endif

/* part_header.h - the header of a part, read field by field into an outline. */
#ifndef MIME_PART_HEADER_H
#define MIME_PART_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mime/field.h"
#include "mime/lines.h"
#include "mime/outline_write.h"

#define PART_HEADER_MAX_BOUNDARY 8192 /* a longer one is none; RFC 2046 allows 70 */

struct part_header {
	struct outline_writer *writer;
	uint32_t part;
	struct field_reader fields;
	unsigned seen; /* a bit for each known field of which only the first counts */
	bool has_type; /* a usable Content-Type */
	bool is_encoded; /* the body is in base64 or the like */
	bool is_multipart, is_digest, is_message_type;
	bool has_boundary;
	struct buf boundary;
	struct buf scratch;
	struct buf parent_id; /* the first id of In-Reply-To of part 0 */
	bool failed; /* memory ran out */
};

void part_header_init(struct part_header *header, struct outline_writer *writer);
void part_header_free(struct part_header *header);
/* Begin the header of a part. */
void part_header_begin(struct part_header *header, uint32_t part);
void part_header_segment(struct part_header *header, const struct segment *segment);
/* Whether it is a multipart's, with a boundary. Lines that have been read so far count; the next one
 * must not be folded. */
bool part_header_has_boundary(struct part_header *header);
/* The header is over: its part gets its kind. `in_digest` is whether a part without a type is a
 * message (RFC 2046 section 5.1.5). ROOST_ERR_NO_MEMORY. */
int part_header_end(struct part_header *header, bool in_digest);

#endif

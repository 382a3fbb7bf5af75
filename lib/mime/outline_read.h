/* outline_read.h - reading the records of an outline, checked at every byte. */
#ifndef MIME_OUTLINE_READ_H
#define MIME_OUTLINE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

/* Where reading is; the first failure sticks and gives zeros from then on. */
struct outline_cursor {
	const unsigned char *at;
	const unsigned char *end;
	bool failed;
};
uint64_t outline_read_varint(struct outline_cursor *cursor);
uint64_t outline_read_fixed(struct outline_cursor *cursor, size_t size);
/* A varint that must not be above `max`. */
uint32_t outline_read_number(struct outline_cursor *cursor, uint32_t max);

/* The fixed beginning of an outline. */
struct outline_header {
	uint32_t part_count;
	size_t reference_size; /* in tables */
	uint32_t addresses; /* where they are, from the start of the outline */
	uint32_t keys;
	uint32_t strings;
	size_t address_count;
};
/* 0, ROOST_ERR_NOT_SUPPORTED for another version, ROOST_ERR_CORRUPT. */
int outline_read_header(const struct roost_outline *outline, struct outline_header *header_out);

/* A text from the cursor: a reference as varint, or with `size` in a table. */
struct roost_text outline_read_text(const struct roost_outline *outline,
	const struct outline_header *header, struct outline_cursor *cursor, size_t size);

/* A part's record without what it has in tables. */
struct outline_record {
	struct roost_part part;
	unsigned header_end; /* bytes of the empty line that ends the header; 0: there is none */
	bool header_unended; /* the last line of the header has no line end */
	bool fields_cut;
	size_t field_count;
	size_t field_size; /* of one in the table */
	const unsigned char *fields;
	struct roost_envelope envelope; /* when it is a message */
	size_t first_address;
	struct outline_cursor parameters; /* at the first one */
};
/* 0, or ROOST_ERR_INVALID when there is no such part, ROOST_ERR_CORRUPT. */
int outline_read_record(const struct roost_outline *outline, const struct outline_header *header,
	uint32_t part, struct outline_record *record_out);
/* Field `index`, which must be below the record's field_count. False when its numbers are broken.
 */
bool outline_read_field(const struct roost_outline *outline, const struct outline_header *header,
	const struct outline_record *record, size_t index, struct roost_field *field_out);
/* Address `index` of the whole outline. False when it is none. */
bool outline_read_address(const struct roost_outline *outline, const struct outline_header *header,
	size_t index, struct roost_address *address_out);
/* The keys up to the references; the cursor is left at the first one. */
bool outline_read_keys(const struct roost_outline *outline, const struct outline_header *header,
	struct roost_thread_keys *keys_out, struct outline_cursor *references_out);
/* The preview, which stands among the keys. False when it is broken. */
bool outline_read_preview(const struct roost_outline *outline, const struct outline_header *header,
	struct roost_text *preview_out);

#endif

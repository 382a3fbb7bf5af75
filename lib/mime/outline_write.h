/* outline_write.h - gathering what an outline tells, and laying it out. */
#ifndef MIME_OUTLINE_WRITE_H
#define MIME_OUTLINE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/limits.h>
#include <roost/outline.h>

#include "base/buf.h"

enum outline_part_text {
	OUTLINE_TYPE,
	OUTLINE_SUBTYPE,
	OUTLINE_ENCODING,
	OUTLINE_ID,
	OUTLINE_DESCRIPTION,
	OUTLINE_MD5,
	OUTLINE_LOCATION,
	OUTLINE_DISPOSITION,
	OUTLINE_PART_TEXTS,
};

enum outline_envelope_text {
	OUTLINE_DATE,
	OUTLINE_SUBJECT,
	OUTLINE_IN_REPLY_TO,
	OUTLINE_MESSAGE_ID,
	OUTLINE_ENVELOPE_TEXTS,
};

/* What a text counts against: none of them can use up the room of another. */
enum outline_budget {
	OUTLINE_DETAILS,
	OUTLINE_ADDRESSES,
	OUTLINE_FIELDS,
	OUTLINE_PREVIEW,
	OUTLINE_BUDGETS,
};

/* A part as it is gathered. Texts are references, see outline_format.h. */
struct outline_part {
	enum roost_part_kind kind;
	uint32_t parent, first_child, last_child, next_sibling;
	uint64_t header_offset, header_size, body_size;
	uint32_t header_lines, body_lines;
	uint32_t texts[OUTLINE_PART_TEXTS];
	size_t first_field, field_count;
	size_t first_parameter, parameter_count;
	size_t first_disposition_parameter, disposition_parameter_count;
	size_t first_language, language_count;
	uint32_t envelope; /* ROOST_NO_PART when it is no message */
	unsigned header_end; /* bytes of the empty line at the header's end */
	bool header_unended; /* the header's last line has no line end */
	bool fields_cut;
};

/* The addresses of one field are a list, because fields may come in any order and more than once.
 */
struct outline_envelope {
	uint32_t texts[OUTLINE_ENVELOPE_TEXTS];
	uint32_t first[ROOST_ADDRESS_FIELDS], last[ROOST_ADDRESS_FIELDS];
	uint32_t count[ROOST_ADDRESS_FIELDS];
	bool has_field[ROOST_ADDRESS_FIELDS];
	bool has_sent_date;
	struct roost_time sent_date;
};

struct outline_field;
struct outline_address;
struct outline_parameter;

#define OUTLINE_SEEN 1024 /* a power of two */

struct outline_writer {
	struct outline_part *parts;
	size_t part_count, part_capacity;
	struct outline_envelope *envelopes;
	size_t envelope_count, envelope_capacity;
	struct outline_field *fields;
	size_t field_count, field_capacity;
	struct outline_address *addresses;
	size_t address_count, address_capacity;
	struct outline_parameter *parameters;
	size_t parameter_count, parameter_capacity;
	uint32_t *languages;
	size_t language_count, language_capacity;
	uint32_t references[ROOST_MAX_REFERENCES];
	size_t reference_count;
	uint32_t base_subject;
	uint32_t message_id;
	uint32_t preview;
	bool is_reply;
	struct buf strings;
	uint32_t seen[OUTLINE_SEEN]; /* by hash: a text that can be told again */
	size_t left[OUTLINE_BUDGETS];
	bool in_group; /* the last group told has not ended */
	bool failed; /* memory ran out */
};

void outline_writer_init(struct outline_writer *writer);
void outline_writer_free(struct outline_writer *writer);

/* Those below do nothing when memory runs out; outline_writer_finish() tells. What is over a cap is
 * left out. */

/* The reference of a text: 0 when it is absent or there is no room. */
uint32_t outline_write_text(
	struct outline_writer *writer, enum outline_budget budget, struct roost_text text);
/* A new part, the last child of `parent`; ROOST_NO_PART when there is no room for more. */
uint32_t outline_write_part(struct outline_writer *writer, uint32_t parent, bool is_message);
struct outline_part *outline_writer_part(struct outline_writer *writer, uint32_t part);
/* The envelope of a part that is a message, else NULL. */
struct outline_envelope *outline_writer_envelope(struct outline_writer *writer, uint32_t part);

/* Fields, parameters and languages of one part must come one after another. */
void outline_write_field(
	struct outline_writer *writer, uint32_t part, const struct roost_field *field);
void outline_write_parameter(struct outline_writer *writer, uint32_t part, bool disposition,
	struct roost_text name, struct roost_text value);
void outline_write_language(struct outline_writer *writer, uint32_t part, struct roost_text tag);
void outline_write_address(struct outline_writer *writer, uint32_t part,
	enum roost_address_field field, const struct roost_address *address);
void outline_write_reference(struct outline_writer *writer, struct roost_text id);

/* Lay it all out; what was gathered stays. `bytes_out` is from malloc and the caller's. ROOST_ERR_NO_MEMORY. */
int outline_writer_finish(struct outline_writer *writer, void **bytes_out, size_t *size_out);

#endif

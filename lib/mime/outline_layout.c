/* outline_layout.c - laying out what was gathered as the bytes of an outline. */
#include "mime/outline_draft.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "mime/outline_format.h"
#include "mime/outline_write.h"

struct layout {
	const struct outline_writer *writer;
	struct buf buf;
	bool wide; /* references in tables take 3 bytes */
	uint32_t address_count; /* told of so far, in the order of the address table */
};

struct roost_text outline_draft_string(const struct buf *strings, size_t offset)
{
	struct roost_text text = { NULL, 0 };
	unsigned shift = 0;
	unsigned char byte;
	do {
		byte = (unsigned char)strings->data[offset++];
		text.size |= (size_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte >= 0x80);
	text.bytes = strings->data + offset;
	return text;
}

static void put_varint(struct buf *buf, uint64_t number)
{
	while (number >= 0x80) {
		buf_char(buf, (char)(number | 0x80));
		number >>= 7;
	}
	buf_char(buf, (char)number);
}

/* Small for small numbers of either sign. */
static void put_zigzag(struct buf *buf, int64_t number)
{
	put_varint(buf, (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

static void put_fixed(struct buf *buf, uint64_t number, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		buf_char(buf, (char)(number >> (8 * i)));
	}
}

static void patch(struct buf *buf, size_t place, uint64_t number)
{
	if (buf_status(buf) < 0) {
		return;
	}
	for (size_t i = 0; i < 4; i++) {
		buf->data[place + i] = (char)(number >> (8 * i));
	}
}

static void put_reference(struct layout *layout, uint32_t reference)
{
	put_fixed(&layout->buf, reference, layout->wide ? 3 : 2);
}

static bool fields_are_wide(const struct outline_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (fields[i].offset > UINT16_MAX || fields[i].size > UINT16_MAX ||
			fields[i].value > UINT8_MAX) {
			return true;
		}
	}
	return false;
}

static void put_fields(
	struct layout *layout, const struct outline_field *fields, size_t count, bool wide)
{
	put_varint(&layout->buf, count);
	for (size_t i = 0; i < count; i++) {
		put_fixed(&layout->buf, fields[i].offset, wide ? 4 : 2);
		put_fixed(&layout->buf, fields[i].size, wide ? 4 : 2);
		put_reference(layout, fields[i].name);
		put_fixed(&layout->buf, fields[i].value, wide ? 2 : 1);
	}
}

static void put_envelope(struct layout *layout, const struct outline_envelope *envelope)
{
	struct buf *buf = &layout->buf;
	for (size_t i = 0; i < OUTLINE_ENVELOPE_TEXTS; i++) {
		put_varint(buf, envelope->texts[i]);
	}
	unsigned bits = envelope->has_sent_date ? OUTLINE_HAS_SENT_DATE : 0;
	for (size_t i = 0; i < ROOST_ADDRESS_FIELDS; i++) {
		bits |= envelope->has_field[i] ? 1u << i : 0;
	}
	put_varint(buf, bits);
	put_zigzag(buf, envelope->sent_date.seconds);
	put_zigzag(buf, envelope->sent_date.zone);
	put_varint(buf, layout->address_count);
	for (size_t i = 0; i < ROOST_ADDRESS_FIELDS; i++) {
		put_varint(buf, envelope->count[i]);
		layout->address_count += envelope->count[i];
	}
}

static void put_parameters(struct layout *layout, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		put_varint(&layout->buf, layout->writer->parameters[i].name);
		put_varint(&layout->buf, layout->writer->parameters[i].value);
	}
}

static void put_part(struct layout *layout, const struct outline_part *part)
{
	const struct outline_writer *writer = layout->writer;
	struct buf *buf = &layout->buf;
	const struct outline_field *fields =
		part->field_count > 0 ? &writer->fields[part->first_field] : NULL;
	bool wide = fields_are_wide(fields, part->field_count);
	bool is_message = part->envelope != ROOST_NO_PART;
	unsigned bits = part->kind | part->header_end << OUTLINE_HEADER_END_SHIFT;
	bits |= is_message ? OUTLINE_IS_MESSAGE : 0;
	bits |= part->fields_cut ? OUTLINE_FIELDS_CUT : 0;
	bits |= wide ? OUTLINE_FIELDS_WIDE : 0;
	bits |= part->header_unended ? OUTLINE_HEADER_UNENDED : 0;
	buf_char(buf, (char)bits);
	/* ROOST_NO_PART becomes 0. */
	put_varint(buf, (uint32_t)(part->parent + 1));
	put_varint(buf, (uint32_t)(part->first_child + 1));
	put_varint(buf, (uint32_t)(part->next_sibling + 1));
	put_varint(buf, part->header_offset);
	put_varint(buf, part->header_size);
	put_varint(buf, part->body_size);
	put_varint(buf, part->header_lines);
	put_varint(buf, part->body_lines);
	for (size_t i = 0; i < OUTLINE_PART_TEXTS; i++) {
		put_varint(buf, part->texts[i]);
	}
	put_fields(layout, fields, part->field_count, wide);
	if (is_message) {
		put_envelope(layout, &writer->envelopes[part->envelope]);
	}
	put_varint(buf, part->parameter_count);
	put_varint(buf, part->disposition_parameter_count);
	put_varint(buf, part->language_count);
	put_parameters(layout, part->first_parameter, part->parameter_count);
	put_parameters(
		layout, part->first_disposition_parameter, part->disposition_parameter_count);
	for (size_t i = 0; i < part->language_count; i++) {
		put_varint(buf, writer->languages[part->first_language + i]);
	}
}

/* In the order in which put_envelope() told of them. */
static void put_addresses(struct layout *layout)
{
	const struct outline_writer *writer = layout->writer;
	for (size_t i = 0; i < writer->envelope_count; i++) {
		const struct outline_envelope *envelope = &writer->envelopes[i];
		for (size_t field = 0; field < ROOST_ADDRESS_FIELDS; field++) {
			uint32_t at = envelope->first[field];
			for (uint32_t n = 0; n < envelope->count[field]; n++) {
				for (size_t t = 0; t < 4; t++) {
					put_reference(layout, writer->addresses[at].texts[t]);
				}
				at = writer->addresses[at].next;
			}
		}
	}
}

static void put_keys(struct layout *layout)
{
	const struct outline_writer *writer = layout->writer;
	struct buf *buf = &layout->buf;
	put_varint(buf, writer->is_reply ? OUTLINE_IS_REPLY : 0);
	put_varint(buf, writer->base_subject);
	put_varint(buf, writer->message_id);
	put_varint(buf, writer->preview);
	put_varint(buf, writer->reference_count);
	for (size_t i = 0; i < writer->reference_count; i++) {
		put_varint(buf, writer->references[i]);
	}
}

int outline_writer_finish(struct outline_writer *writer, void **bytes_out, size_t *size_out)
{
	struct layout layout = {
		.writer = writer,
		.wide = OUTLINE_FIRST_STRING + writer->strings.size > UINT16_MAX,
	};
	struct buf *buf = &layout.buf;
	if (writer->failed) {
		return ROOST_ERR_NO_MEMORY;
	}
	buf_init(buf, ROOST_MAX_OUTLINE);
	put_fixed(buf, OUTLINE_MAGIC, 4);
	put_fixed(buf, OUTLINE_VERSION, 4);
	put_fixed(buf, 0, 4);
	put_fixed(buf, writer->part_count, 4);
	put_fixed(buf, layout.wide ? OUTLINE_WIDE : 0, 4);
	for (size_t i = 0; i < 3 + writer->part_count; i++) {
		put_fixed(buf, 0, 4);
	}
	for (size_t i = 0; i < writer->part_count; i++) {
		patch(buf, OUTLINE_HEADER_SIZE + 4 * i, buf->size);
		put_part(&layout, &writer->parts[i]);
	}
	patch(buf, OUTLINE_AT_ADDRESSES, buf->size);
	put_addresses(&layout);
	patch(buf, OUTLINE_AT_KEYS, buf->size);
	put_keys(&layout);
	patch(buf, OUTLINE_AT_STRINGS, buf->size);
	buf_add(buf, writer->strings.data, writer->strings.size);
	patch(buf, OUTLINE_AT_SIZE, buf->size);
	int r = buf_status(buf);
	if (r < 0) {
		buf_free(buf);
		return r;
	}
	*bytes_out = buf->data;
	*size_out = buf->size;
	return 0;
}

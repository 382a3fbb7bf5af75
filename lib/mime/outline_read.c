/* outline_read.c - reading the records of an outline, checked at every byte. */
#include "mime/outline_read.h"

#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/text.h"
#include "base/utf8.h"
#include "mime/outline_format.h"

uint64_t outline_read_varint(struct outline_cursor *cursor)
{
	uint64_t number = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (cursor->failed || cursor->at == cursor->end) {
			break;
		}
		unsigned char byte = *cursor->at++;
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			return number;
		}
	}
	cursor->failed = true;
	return 0;
}

uint64_t outline_read_fixed(struct outline_cursor *cursor, size_t size)
{
	if (cursor->failed || (size_t)(cursor->end - cursor->at) < size) {
		cursor->failed = true;
		return 0;
	}
	uint64_t number = 0;
	for (size_t i = 0; i < size; i++) {
		number |= (uint64_t)cursor->at[i] << (8 * i);
	}
	cursor->at += size;
	return number;
}

uint32_t outline_read_number(struct outline_cursor *cursor, uint32_t max)
{
	uint64_t number = outline_read_varint(cursor);
	if (number > max) {
		cursor->failed = true;
		return 0;
	}
	return (uint32_t)number;
}

static int64_t read_zigzag(struct outline_cursor *cursor)
{
	uint64_t number = outline_read_varint(cursor);
	return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

static struct outline_cursor cursor_between(
	const struct roost_outline *outline, size_t first, size_t end)
{
	const unsigned char *bytes = outline->bytes;
	return (struct outline_cursor) { .at = bytes + first, .end = bytes + end };
}

int outline_read_header(const struct roost_outline *outline, struct outline_header *header_out)
{
	if (outline->bytes == NULL || outline->size < OUTLINE_HEADER_SIZE ||
		outline->size > ROOST_MAX_OUTLINE) {
		return ROOST_ERR_CORRUPT;
	}
	struct outline_cursor cursor = cursor_between(outline, 0, OUTLINE_HEADER_SIZE);
	if (outline_read_fixed(&cursor, 4) != OUTLINE_MAGIC) {
		return ROOST_ERR_CORRUPT;
	}
	if (outline_read_fixed(&cursor, 4) != OUTLINE_VERSION) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	uint64_t size = outline_read_fixed(&cursor, 4);
	struct outline_header header = { 0 };
	header.part_count = (uint32_t)outline_read_fixed(&cursor, 4);
	header.reference_size = outline_read_fixed(&cursor, 4) & OUTLINE_WIDE ? 3 : 2;
	header.strings = (uint32_t)outline_read_fixed(&cursor, 4);
	header.addresses = (uint32_t)outline_read_fixed(&cursor, 4);
	header.keys = (uint32_t)outline_read_fixed(&cursor, 4);
	if (size != outline->size || header.part_count == 0 ||
		header.part_count > ROOST_MAX_PARTS ||
		header.addresses < OUTLINE_HEADER_SIZE + 4 * header.part_count ||
		header.keys < header.addresses || header.strings < header.keys ||
		size < header.strings) {
		return ROOST_ERR_CORRUPT;
	}
	size_t table = header.keys - header.addresses;
	header.address_count = table / (4 * header.reference_size);
	if (table % (4 * header.reference_size) != 0) {
		return ROOST_ERR_CORRUPT;
	}
	*header_out = header;
	return 0;
}

struct roost_text outline_read_text(const struct roost_outline *outline,
	const struct outline_header *header, struct outline_cursor *cursor, size_t size)
{
	uint64_t reference =
		size == 0 ? outline_read_varint(cursor) : outline_read_fixed(cursor, size);
	if (reference == 0) {
		return TEXT_ABSENT;
	}
	if (reference < OUTLINE_FIRST_STRING) {
		struct roost_text word = outline_word((uint32_t)reference);
		cursor->failed = cursor->failed || word.bytes == NULL;
		return word;
	}
	reference -= OUTLINE_FIRST_STRING;
	if (reference >= outline->size - header->strings) {
		cursor->failed = true;
		return TEXT_ABSENT;
	}
	struct outline_cursor string =
		cursor_between(outline, header->strings + (size_t)reference, outline->size);
	uint64_t length = outline_read_varint(&string);
	if (string.failed || length > (size_t)(string.end - string.at)) {
		cursor->failed = true;
		return TEXT_ABSENT;
	}
	return (struct roost_text) { (const char *)string.at, (size_t)length };
}

static void read_envelope(const struct roost_outline *outline, const struct outline_header *header,
	struct outline_cursor *cursor, struct outline_record *record)
{
	struct roost_envelope *envelope = &record->envelope;
	envelope->date = outline_read_text(outline, header, cursor, 0);
	envelope->subject = outline_read_text(outline, header, cursor, 0);
	envelope->in_reply_to = outline_read_text(outline, header, cursor, 0);
	envelope->message_id = outline_read_text(outline, header, cursor, 0);
	uint32_t bits = outline_read_number(cursor, 2 * OUTLINE_HAS_SENT_DATE - 1);
	envelope->has_sent_date = (bits & OUTLINE_HAS_SENT_DATE) != 0;
	envelope->sent_date.seconds = read_zigzag(cursor);
	envelope->sent_date.zone = (int32_t)read_zigzag(cursor);
	record->first_address = outline_read_number(cursor, ROOST_MAX_ADDRESSES);
	size_t end = record->first_address;
	for (size_t i = 0; i < ROOST_ADDRESS_FIELDS; i++) {
		envelope->has_address_field[i] = (bits & 1u << i) != 0;
		envelope->address_count[i] = outline_read_number(cursor, ROOST_MAX_ADDRESSES);
		end += envelope->address_count[i];
	}
	cursor->failed = cursor->failed || end > header->address_count;
}

static void read_part_texts(const struct roost_outline *outline,
	const struct outline_header *header, struct outline_cursor *cursor, struct roost_part *part)
{
	part->type = outline_read_text(outline, header, cursor, 0);
	part->subtype = outline_read_text(outline, header, cursor, 0);
	part->encoding = outline_read_text(outline, header, cursor, 0);
	part->id = outline_read_text(outline, header, cursor, 0);
	part->description = outline_read_text(outline, header, cursor, 0);
	part->md5 = outline_read_text(outline, header, cursor, 0);
	part->location = outline_read_text(outline, header, cursor, 0);
	part->disposition = outline_read_text(outline, header, cursor, 0);
}

static void read_fields(const struct outline_header *header, struct outline_cursor *cursor,
	bool wide, struct outline_record *record)
{
	record->field_size = (wide ? 10 : 5) + header->reference_size;
	record->field_count = outline_read_number(cursor, ROOST_MAX_HEADER_FIELDS);
	size_t table = record->field_count * record->field_size;
	record->fields = cursor->at;
	if (cursor->failed || (size_t)(cursor->end - cursor->at) < table) {
		cursor->failed = true;
		return;
	}
	cursor->at += table;
}

static void read_ranges(struct outline_cursor *cursor, struct roost_part *part)
{
	part->header_offset = outline_read_varint(cursor);
	part->header_size = outline_read_varint(cursor);
	part->body_size = outline_read_varint(cursor);
	part->header_lines = outline_read_number(cursor, UINT32_MAX);
	part->body_lines = outline_read_number(cursor, UINT32_MAX);
	/* Sums of these stay far from overflow. */
	if (part->header_offset > INT64_MAX / 4 || part->header_size > INT64_MAX / 4 ||
		part->body_size > INT64_MAX / 4) {
		cursor->failed = true;
		return;
	}
	part->body_offset = part->header_offset + part->header_size;
}

int outline_read_record(const struct roost_outline *outline, const struct outline_header *header,
	uint32_t part, struct outline_record *record_out)
{
	if (part >= header->part_count) {
		return ROOST_ERR_INVALID;
	}
	struct outline_cursor cursor =
		cursor_between(outline, OUTLINE_HEADER_SIZE + 4 * part, header->addresses);
	size_t place = (size_t)outline_read_fixed(&cursor, 4);
	if (place < OUTLINE_HEADER_SIZE + 4 * header->part_count || place >= header->addresses) {
		return ROOST_ERR_CORRUPT;
	}
	cursor = cursor_between(outline, place, header->addresses);
	memset(record_out, 0, sizeof(*record_out));
	struct roost_part *told = &record_out->part;
	unsigned bits = (unsigned)outline_read_fixed(&cursor, 1);
	told->kind = (enum roost_part_kind)(bits & OUTLINE_KIND_MASK);
	told->is_message = (bits & OUTLINE_IS_MESSAGE) != 0;
	record_out->fields_cut = (bits & OUTLINE_FIELDS_CUT) != 0;
	record_out->header_end = bits >> OUTLINE_HEADER_END_SHIFT & 3;
	record_out->header_unended = (bits & OUTLINE_HEADER_UNENDED) != 0;
	/* 0 becomes ROOST_NO_PART. */
	told->parent = outline_read_number(&cursor, ROOST_MAX_PARTS) - 1;
	told->first_child = outline_read_number(&cursor, ROOST_MAX_PARTS) - 1;
	told->next_sibling = outline_read_number(&cursor, ROOST_MAX_PARTS) - 1;
	read_ranges(&cursor, told);
	read_part_texts(outline, header, &cursor, told);
	read_fields(header, &cursor, (bits & OUTLINE_FIELDS_WIDE) != 0, record_out);
	if (told->is_message) {
		read_envelope(outline, header, &cursor, record_out);
	}
	told->parameter_count = outline_read_number(&cursor, ROOST_MAX_PARAMETERS);
	told->disposition_parameter_count = outline_read_number(&cursor, ROOST_MAX_PARAMETERS);
	told->language_count = outline_read_number(&cursor, ROOST_MAX_PARAMETERS);
	record_out->parameters = cursor;
	return cursor.failed ? ROOST_ERR_CORRUPT : 0;
}

bool outline_read_field(const struct roost_outline *outline, const struct outline_header *header,
	const struct outline_record *record, size_t index, struct roost_field *field_out)
{
	size_t size = record->field_size;
	bool wide = size > 5 + header->reference_size;
	struct outline_cursor cursor = { .at = record->fields + index * size };
	cursor.end = cursor.at + size;
	uint64_t offset = outline_read_fixed(&cursor, wide ? 4 : 2);
	field_out->offset = record->part.header_offset + offset;
	field_out->size = outline_read_fixed(&cursor, wide ? 4 : 2);
	field_out->name = outline_read_text(outline, header, &cursor, header->reference_size);
	uint64_t value = outline_read_fixed(&cursor, wide ? 2 : 1);
	field_out->value_offset = field_out->offset + value;
	return !cursor.failed && field_out->name.bytes != NULL && value <= field_out->size &&
	       offset + field_out->size <= record->part.header_size;
}

bool outline_read_address(const struct roost_outline *outline, const struct outline_header *header,
	size_t index, struct roost_address *address_out)
{
	if (index >= header->address_count) {
		return false;
	}
	size_t size = header->reference_size;
	struct outline_cursor cursor =
		cursor_between(outline, header->addresses + 4 * size * index, header->keys);
	address_out->name = outline_read_text(outline, header, &cursor, size);
	address_out->route = outline_read_text(outline, header, &cursor, size);
	address_out->mailbox = outline_read_text(outline, header, &cursor, size);
	address_out->host = outline_read_text(outline, header, &cursor, size);
	return !cursor.failed;
}

/* What stands before the references. */
static struct roost_text read_keys(const struct roost_outline *outline,
	const struct outline_header *header, struct roost_thread_keys *keys,
	struct outline_cursor *cursor)
{
	*cursor = cursor_between(outline, header->keys, header->strings);
	keys->is_reply = (outline_read_varint(cursor) & OUTLINE_IS_REPLY) != 0;
	keys->base_subject = outline_read_text(outline, header, cursor, 0);
	keys->message_id = outline_read_text(outline, header, cursor, 0);
	struct roost_text preview = outline_read_text(outline, header, cursor, 0);
	keys->reference_count = outline_read_number(cursor, ROOST_MAX_REFERENCES);
	return preview;
}

bool outline_read_keys(const struct roost_outline *outline, const struct outline_header *header,
	struct roost_thread_keys *keys_out, struct outline_cursor *references_out)
{
	(void)read_keys(outline, header, keys_out, references_out);
	return !references_out->failed;
}

bool outline_read_preview(const struct roost_outline *outline, const struct outline_header *header,
	struct roost_text *preview_out)
{
	struct roost_thread_keys keys;
	struct outline_cursor cursor;
	struct roost_text preview = read_keys(outline, header, &keys, &cursor);
	if (cursor.failed || preview.bytes == NULL || !utf8_is_valid(preview.bytes, preview.size)) {
		return false;
	}
	*preview_out = preview;
	return true;
}

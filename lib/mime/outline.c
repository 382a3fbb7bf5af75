/* outline.c - reading an outline in place. */
#include <roost/outline.h>

#include <roost/error.h>

#include "base/text.h"
#include "mime/outline_read.h"

static int find(const struct roost_outline *outline, uint32_t part, struct outline_header *header,
	struct outline_record *record)
{
	int r = outline_read_header(outline, header);
	if (r < 0) {
		return r;
	}
	return outline_read_record(outline, header, part, record);
}

uint32_t roost_outline_part_count(const struct roost_outline *outline)
{
	struct outline_header header;
	return outline_read_header(outline, &header) < 0 ? 0 : header.part_count;
}

int roost_outline_part(
	const struct roost_outline *outline, uint32_t part, struct roost_part *part_out)
{
	struct outline_header header;
	struct outline_record record;
	int r = find(outline, part, &header, &record);
	if (r < 0) {
		return r;
	}
	*part_out = record.part;
	return 0;
}

/* Pass over texts that are not asked for. */
static void skip(struct outline_cursor *cursor, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)outline_read_varint(cursor);
	}
}

int roost_outline_parameter(const struct roost_outline *outline, uint32_t part, bool disposition,
	size_t index, struct roost_text *name_out, struct roost_text *value_out)
{
	struct outline_header header;
	struct outline_record record;
	int r = find(outline, part, &header, &record);
	if (r < 0) {
		return r;
	}
	const struct roost_part *told = &record.part;
	if (index >= (disposition ? told->disposition_parameter_count : told->parameter_count)) {
		return ROOST_ERR_INVALID;
	}
	size_t before = disposition ? told->parameter_count : 0;
	skip(&record.parameters, 2 * (before + index));
	*name_out = outline_read_text(outline, &header, &record.parameters, 0);
	*value_out = outline_read_text(outline, &header, &record.parameters, 0);
	return 0;
}

int roost_outline_language(const struct roost_outline *outline, uint32_t part, size_t index,
	struct roost_text *tag_out)
{
	struct outline_header header;
	struct outline_record record;
	int r = find(outline, part, &header, &record);
	if (r < 0) {
		return r;
	}
	const struct roost_part *told = &record.part;
	if (index >= told->language_count) {
		return ROOST_ERR_INVALID;
	}
	skip(&record.parameters,
		2 * (told->parameter_count + told->disposition_parameter_count) + index);
	*tag_out = outline_read_text(outline, &header, &record.parameters, 0);
	return 0;
}

int roost_outline_envelope(
	const struct roost_outline *outline, uint32_t part, struct roost_envelope *envelope_out)
{
	struct outline_header header;
	struct outline_record record;
	int r = find(outline, part, &header, &record);
	if (r < 0) {
		return r;
	}
	if (!record.part.is_message) {
		return ROOST_ERR_INVALID;
	}
	*envelope_out = record.envelope;
	return 0;
}

int roost_outline_address(const struct roost_outline *outline, uint32_t part,
	enum roost_address_field field, size_t index, struct roost_address *address_out)
{
	struct outline_header header;
	struct outline_record record;
	int r = find(outline, part, &header, &record);
	if (r < 0) {
		return r;
	}
	if ((unsigned)field >= ROOST_ADDRESS_FIELDS || !record.part.is_message ||
		index >= record.envelope.address_count[field]) {
		return ROOST_ERR_INVALID;
	}
	size_t at = record.first_address + index;
	for (size_t i = 0; i < (size_t)field; i++) {
		at += record.envelope.address_count[i];
	}
	return outline_read_address(outline, &header, at, address_out) ? 0 : ROOST_ERR_CORRUPT;
}

size_t roost_outline_field_count(const struct roost_outline *outline, uint32_t part)
{
	struct outline_header header;
	struct outline_record record;
	return find(outline, part, &header, &record) < 0 ? 0 : record.field_count;
}

int roost_outline_field(const struct roost_outline *outline, uint32_t part, size_t index,
	struct roost_field *field_out)
{
	struct outline_header header;
	struct outline_record record;
	struct roost_field field;
	int r = find(outline, part, &header, &record);
	if (r < 0) {
		return r;
	}
	if (index >= record.field_count) {
		return ROOST_ERR_INVALID;
	}
	if (!outline_read_field(outline, &header, &record, index, &field)) {
		return ROOST_ERR_CORRUPT;
	}
	*field_out = field;
	return 0;
}

bool roost_outline_fields_cut(const struct roost_outline *outline, uint32_t part)
{
	struct outline_header header;
	struct outline_record record;
	return find(outline, part, &header, &record) == 0 && record.fields_cut;
}

int roost_outline_thread_keys(
	const struct roost_outline *outline, struct roost_thread_keys *keys_out)
{
	struct outline_header header;
	struct outline_cursor references;
	int r = outline_read_header(outline, &header);
	if (r < 0) {
		return r;
	}
	struct roost_thread_keys keys;
	if (!outline_read_keys(outline, &header, &keys, &references)) {
		return ROOST_ERR_CORRUPT;
	}
	*keys_out = keys;
	return 0;
}

int roost_outline_reference(
	const struct roost_outline *outline, size_t index, struct roost_text *id_out)
{
	struct outline_header header;
	struct roost_thread_keys keys;
	struct outline_cursor references;
	int r = outline_read_header(outline, &header);
	if (r < 0) {
		return r;
	}
	if (!outline_read_keys(outline, &header, &keys, &references) ||
		index >= keys.reference_count) {
		return ROOST_ERR_INVALID;
	}
	skip(&references, index);
	*id_out = outline_read_text(outline, &header, &references, 0);
	return 0;
}

int roost_outline_preview(const struct roost_outline *outline, struct roost_text *preview_out)
{
	struct outline_header header;
	int r = outline_read_header(outline, &header);
	if (r < 0) {
		return r;
	}
	return outline_read_preview(outline, &header, preview_out) ? 0 : ROOST_ERR_CORRUPT;
}

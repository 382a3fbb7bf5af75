/* field.c - header fields out of lines. RFC 5322 section 2.2. */
#include "mime/field.h"

#include <string.h>

#include "base/text.h"

void field_reader_init(struct field_reader *reader)
{
	memset(reader, 0, sizeof(*reader));
	buf_init(&reader->name, FIELD_MAX_NAME);
	buf_init(&reader->value, FIELD_MAX_VALUE);
}

void field_reader_free(struct field_reader *reader)
{
	buf_free(&reader->name);
	buf_free(&reader->value);
}

/* Where the colon stands behind a name, which may have spaces before the colon (RFC 5322 section
 * 4.5) and bytes that are not ASCII. 0 when the line is no field. */
static size_t find_colon(const struct segment *line, size_t *name_size_out)
{
	size_t n = 0;
	while (n < line->size && n <= FIELD_MAX_NAME && (unsigned char)line->bytes[n] > ' ' &&
		line->bytes[n] != ':' && line->bytes[n] != 0x7f) {
		n++;
	}
	*name_size_out = n;
	while (n < line->size && n <= 2 * FIELD_MAX_NAME &&
		(line->bytes[n] == ' ' || line->bytes[n] == '\t')) {
		n++;
	}
	bool is_field = *name_size_out > 0 && *name_size_out <= FIELD_MAX_NAME && n < line->size &&
			line->bytes[n] == ':';
	return is_field ? n : 0;
}

static void add_value(struct field_reader *reader, const char *bytes, size_t n)
{
	size_t room = FIELD_MAX_VALUE - reader->value.size;
	if (reader->wanted) {
		buf_add(&reader->value, bytes, n < room ? n : room);
	}
}

void field_reader_end(struct field_reader *reader)
{
	if (!reader->in_field) {
		return;
	}
	reader->in_field = false;
	if (buf_status(&reader->name) < 0 || buf_status(&reader->value) < 0) {
		reader->failed = true;
		return;
	}
	struct roost_text value = TEXT_ABSENT;
	if (reader->wanted) {
		value = reader->value.size == 0 ? TEXT("")
						: text_trim((struct roost_text) {
							  reader->value.data, reader->value.size });
	}
	reader->field.name = (struct roost_text) { reader->name.data, reader->name.size };
	reader->deliver(reader->context, &reader->field, value);
}

static void begin_field(struct field_reader *reader, const struct segment *line)
{
	size_t name_size;
	size_t colon = find_colon(line, &name_size);
	if (colon == 0) {
		return;
	}
	buf_reset(&reader->name);
	buf_reset(&reader->value);
	buf_add(&reader->name, line->bytes, name_size);
	reader->in_field = true;
	reader->field.offset = line->offset;
	reader->field.size = 0;
	reader->field.value_offset = line->offset + colon + 1;
	reader->wanted =
		reader->wants(reader->context, (struct roost_text) { line->bytes, name_size });
	add_value(reader, line->bytes + colon + 1, line->size - colon - 1);
}

void field_reader_segment(struct field_reader *reader, const struct segment *segment)
{
	bool continues =
		!segment->first ||
		(segment->size > 0 && (segment->bytes[0] == ' ' || segment->bytes[0] == '\t'));
	if (!continues) {
		field_reader_end(reader);
		begin_field(reader, segment);
	} else if (reader->in_field) {
		/* Unfolding takes away the line end and nothing else. */
		add_value(reader, segment->bytes, segment->size);
	}
	if (reader->in_field) {
		reader->field.size += segment->size + segment->end_size;
	}
}

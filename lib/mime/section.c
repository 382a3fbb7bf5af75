/* section.c - what BODY[…] asks for, as ranges of a message. RFC 3501 section 6.4.5. */
#include "mime/section.h"

#include <string.h>

#include <roost/error.h>

#include "base/buf.h"
#include "base/text.h"
#include "mime/field.h"
#include "mime/lines.h"
#include "mime/outline_read.h"

#define MAX_PIECES 65536u

/* The ranges that make up a section, cut down to the partial range as they are added. */
struct pieces {
	struct roost_content *content;
	struct buf list; /* of struct roost_piece */
	size_t count;
	uint64_t skip; /* bytes that still come before the partial range */
	uint64_t left; /* bytes that still belong to it */
};

static void add_piece(struct pieces *pieces, struct roost_piece piece)
{
	if (pieces->skip >= piece.size) {
		pieces->skip -= piece.size;
		return;
	}
	piece.offset += pieces->skip;
	piece.size -= pieces->skip;
	if (piece.bytes != NULL) {
		piece.bytes = (const char *)piece.bytes + pieces->skip;
		piece.offset = 0;
	}
	pieces->skip = 0;
	if (piece.size > pieces->left) {
		piece.size = pieces->left;
	}
	if (piece.size == 0) {
		return;
	}
	pieces->left -= piece.size;
	struct roost_piece *list = (struct roost_piece *)(void *)pieces->list.data;
	struct roost_piece *last = pieces->count > 0 ? &list[pieces->count - 1] : NULL;
	if (last != NULL && last->content != NULL && last->content == piece.content &&
		last->offset + last->size == piece.offset) {
		last->size += piece.size;
		return;
	}
	buf_add(&pieces->list, &piece, sizeof(piece));
	pieces->count += buf_status(&pieces->list) == 0;
}

static void add_range(struct pieces *pieces, uint64_t offset, uint64_t size)
{
	add_piece(pieces, (struct roost_piece) {
				  .content = pieces->content, .offset = offset, .size = size });
}

static void add_line_end(struct pieces *pieces)
{
	add_piece(pieces, (struct roost_piece) { .bytes = "\r\n", .size = 2 });
}

/* The choice of fields from one header. */
struct field_choice {
	const struct roost_section *section;
	struct pieces *pieces;
	bool inverted; /* HEADER.FIELDS.NOT */
	uint64_t at; /* before here all has been looked at */
	uint64_t last_end; /* of the last field that was taken */
};

static bool is_named(const struct roost_section *section, struct roost_text name)
{
	for (size_t i = 0; i < section->field_count; i++) {
		if (text_equal_nocase(section->fields[i], name)) {
			return true;
		}
	}
	return false;
}

static void choose_field(void *context, const struct roost_field *field, struct roost_text value)
{
	(void)value;
	struct field_choice *choice = context;
	if (!is_named(choice->section, field->name)) {
		return;
	}
	if (choice->inverted) {
		add_range(choice->pieces, choice->at, field->offset - choice->at);
	} else {
		add_range(choice->pieces, field->offset, field->size);
		choice->last_end = field->offset + field->size;
	}
	choice->at = field->offset + field->size;
}

static bool wants_no_value(void *context, struct roost_text name)
{
	(void)context;
	(void)name;
	return false;
}

/* For a header with more fields than the outline tells of. */
static int choose_from_content(struct field_choice *choice, const struct roost_part *part)
{
	struct field_reader reader;
	struct lines lines;
	struct segment segment;
	int r;
	field_reader_init(&reader);
	reader.wants = wants_no_value;
	reader.deliver = choose_field;
	reader.context = choice;
	lines_init(&lines, choice->pieces->content, part->header_offset, part->header_size);
	while ((r = lines_next(&lines, &segment)) > 0) {
		field_reader_segment(&reader, &segment);
	}
	field_reader_end(&reader);
	if (r == 0 && reader.failed) {
		r = ROOST_ERR_NO_MEMORY;
	}
	field_reader_free(&reader);
	lines_finish(&lines);
	return r;
}

static int add_fields(struct pieces *pieces, const struct roost_outline *outline,
	const struct roost_section *section, const struct outline_header *header,
	const struct outline_record *record)
{
	const struct roost_part *part = &record->part;
	struct field_choice choice = {
		.section = section,
		.pieces = pieces,
		.inverted = section->kind == ROOST_SECTION_HEADER_FIELDS_NOT,
		.at = part->header_offset,
	};
	if (record->fields_cut) {
		int r = choose_from_content(&choice, part);
		if (r < 0) {
			return r;
		}
	} else {
		for (size_t i = 0; i < record->field_count; i++) {
			struct roost_field field;
			if (!outline_read_field(outline, header, record, i, &field)) {
				return ROOST_ERR_CORRUPT;
			}
			choose_field(&choice, &field, TEXT_ABSENT);
		}
	}
	/* The empty line belongs to every choice of fields, also of a message that ends before it. */
	uint64_t end = part->body_offset;
	if (choice.inverted) {
		add_range(pieces, choice.at, end - choice.at);
		choice.last_end = choice.at < end ? end : 0;
	} else {
		add_range(pieces, end - record->header_end, record->header_end);
	}
	if (record->header_unended && choice.last_end == end) {
		add_line_end(pieces);
	}
	if (record->header_end == 0) {
		add_line_end(pieces);
	}
	return 0;
}

/* Where the numbers of a section lead. */
enum destination {
	NOWHERE, /* NIL */
	TO_PART,
	TO_NO_PART, /* what BODYSTRUCTURE shows where there is no part: it is empty */
};

static bool is_sealed_message(const struct roost_part *part)
{
	return part->kind == ROOST_PART_BASIC && text_equal_nocase(part->type, TEXT("message")) &&
	       (text_equal_nocase(part->subtype, TEXT("rfc822")) ||
		       text_equal_nocase(part->subtype, TEXT("global")));
}

static uint32_t find_child(
	const struct roost_outline *outline, const struct roost_part *parent, uint32_t number)
{
	uint32_t at = parent->first_child;
	struct roost_part child;
	for (uint32_t i = 1; i < number && at != ROOST_NO_PART; i++) {
		at = roost_outline_part(outline, at, &child) < 0 ? ROOST_NO_PART
								 : child.next_sibling;
	}
	return at;
}

static enum destination follow_numbers(const struct roost_outline *outline,
	const struct roost_section *section, struct roost_part *part, uint32_t *index_out)
{
	uint32_t index = 0;
	bool is_message = true; /* the next number counts in the message, not in the part */
	if (roost_outline_part(outline, 0, part) < 0) {
		return NOWHERE;
	}
	for (size_t i = 0; i < section->number_count; i++) {
		uint32_t number = section->numbers[i];
		bool is_end = i + 1 == section->number_count;
		if (!is_message && part->kind == ROOST_PART_MESSAGE) {
			index = part->first_child;
			is_message = true;
			if (roost_outline_part(outline, index, part) < 0) {
				return NOWHERE;
			}
		}
		bool is_empty =
			part->kind == ROOST_PART_MULTIPART && part->first_child == ROOST_NO_PART;
		if (is_empty || (!is_message && is_sealed_message(part))) {
			return number == 1 && is_end ? TO_NO_PART : NOWHERE;
		}
		if (part->kind == ROOST_PART_MULTIPART) {
			index = number == 0 ? ROOST_NO_PART : find_child(outline, part, number);
			if (roost_outline_part(outline, index, part) < 0) {
				return NOWHERE;
			}
		} else if (!is_message || number != 1) {
			return NOWHERE;
		}
		is_message = false;
	}
	*index_out = index;
	return TO_PART;
}

bool section_find_part(const struct roost_outline *outline, const struct roost_section *section,
	struct roost_part *part_out)
{
	uint32_t index;

	return follow_numbers(outline, section, part_out, &index) == TO_PART;
}

/* HEADER, HEADER.FIELDS and TEXT are of a message: that in the part the numbers lead to. */
static enum destination find_message(
	const struct roost_outline *outline, struct roost_part *part, uint32_t *index)
{
	if (part->kind == ROOST_PART_MESSAGE) {
		*index = part->first_child;
		return roost_outline_part(outline, *index, part) < 0 ? NOWHERE : TO_PART;
	}
	return is_sealed_message(part) ? TO_NO_PART : NOWHERE;
}

static enum destination find_section(const struct roost_outline *outline,
	const struct roost_section *section, struct roost_part *part, uint32_t *index_out)
{
	enum destination to = follow_numbers(outline, section, part, index_out);
	if (section->kind == ROOST_SECTION_MIME && section->number_count == 0) {
		return NOWHERE;
	}
	if (to == TO_PART && section->number_count > 0 && section->kind != ROOST_SECTION_ALL &&
		section->kind != ROOST_SECTION_MIME) {
		return find_message(outline, part, index_out);
	}
	bool of_part = section->kind == ROOST_SECTION_ALL || section->kind == ROOST_SECTION_MIME;
	return to == TO_NO_PART && !of_part ? NOWHERE : to;
}

static int add_section(struct pieces *pieces, const struct roost_outline *outline,
	const struct roost_section *section, uint32_t index)
{
	struct outline_header header;
	struct outline_record record;
	int r = outline_read_header(outline, &header);
	if (r == 0) {
		r = outline_read_record(outline, &header, index, &record);
	}
	if (r < 0) {
		return r;
	}
	const struct roost_part *part = &record.part;
	if (part->body_offset + part->body_size > pieces->content->size) {
		/* An outline of another message. */
		return ROOST_ERR_CORRUPT;
	}
	switch (section->kind) {
	case ROOST_SECTION_HEADER:
	case ROOST_SECTION_MIME:
		add_range(pieces, part->header_offset, part->header_size);
		break;
	case ROOST_SECTION_HEADER_FIELDS:
	case ROOST_SECTION_HEADER_FIELDS_NOT:
		r = add_fields(pieces, outline, section, &header, &record);
		break;
	case ROOST_SECTION_ALL:
		if (section->number_count == 0) {
			add_range(pieces, part->header_offset, part->header_size);
		}
		add_range(pieces, part->body_offset, part->body_size);
		break;
	case ROOST_SECTION_TEXT:
		add_range(pieces, part->body_offset, part->body_size);
		break;
	}
	return r;
}

static int make_content(struct pieces *pieces, struct roost_content **section_out)
{
	const struct roost_piece *list = (const struct roost_piece *)(void *)pieces->list.data;
	if (buf_status(&pieces->list) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (pieces->count == 1 && list[0].content == pieces->content && list[0].offset == 0 &&
		list[0].size == pieces->content->size) {
		*section_out = roost_content_ref(pieces->content);
		return 0;
	}
	return roost_content_create_pieces(list, pieces->count, section_out);
}

int roost_util_body_section(const struct roost_outline *outline, struct roost_content *content,
	const struct roost_section *section, struct roost_content **section_out)
{
	struct roost_section known = { 0 };
	memcpy(&known, section, section->size < sizeof(known) ? section->size : sizeof(known));
	struct roost_part part;
	uint32_t index = 0;
	enum destination to = find_section(outline, &known, &part, &index);
	if (to == NOWHERE) {
		*section_out = NULL;
		return 0;
	}
	struct pieces pieces = {
		.content = content,
		.skip = known.partial ? known.partial_offset : 0,
		.left = known.partial ? known.partial_size : UINT64_MAX,
	};
	buf_init(&pieces.list, MAX_PIECES * sizeof(struct roost_piece));
	int r = to == TO_PART ? add_section(&pieces, outline, &known, index) : 0;
	if (r == 0) {
		r = make_content(&pieces, section_out);
	}
	buf_free(&pieces.list);
	return r;
}

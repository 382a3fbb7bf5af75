/* outline_open.c - looking once at all of an outline, so that it can be read without fear. */
#include <roost/outline.h>

#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "mime/outline_read.h"

/* The links between parts, as told and as they follow from the parents. */
struct link {
	enum roost_part_kind kind;
	uint32_t parent, depth;
	uint32_t told_child, told_sibling;
	uint32_t first_child, last_child, next_sibling;
};

static bool may_have_child(const struct link *parent, bool is_message)
{
	if (parent->kind == ROOST_PART_MESSAGE) {
		return is_message && parent->first_child == ROOST_NO_PART;
	}
	return parent->kind == ROOST_PART_MULTIPART && !is_message;
}

/* Parts are numbered in the order of their bytes: the parent of each is the one before it, or one
 * above that. */
static bool link_part(struct link *links, uint32_t index, const struct roost_part *part)
{
	struct link *link = &links[index];
	*link = (struct link) { .kind = part->kind,
		.parent = part->parent,
		.told_child = part->first_child,
		.told_sibling = part->next_sibling,
		.first_child = ROOST_NO_PART,
		.last_child = ROOST_NO_PART,
		.next_sibling = ROOST_NO_PART };
	if (index == 0) {
		return part->parent == ROOST_NO_PART && part->is_message;
	}
	uint32_t above = index - 1;
	while (above != ROOST_NO_PART && above != part->parent) {
		above = links[above].parent;
	}
	if (above == ROOST_NO_PART || !may_have_child(&links[above], part->is_message)) {
		return false;
	}
	struct link *parent = &links[above];
	if (parent->first_child == ROOST_NO_PART) {
		parent->first_child = index;
	} else {
		links[parent->last_child].next_sibling = index;
	}
	parent->last_child = index;
	link->depth = parent->depth + 1;
	return link->depth <= ROOST_MAX_PART_DEPTH;
}

static bool links_agree(const struct link *links, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (links[i].told_child != links[i].first_child ||
			links[i].told_sibling != links[i].next_sibling ||
			(links[i].kind == ROOST_PART_MESSAGE &&
				links[i].first_child == ROOST_NO_PART)) {
			return false;
		}
	}
	return true;
}

static bool check_fields(const struct roost_outline *outline, const struct outline_header *header,
	const struct outline_record *record)
{
	uint64_t end = record->part.header_offset;
	for (size_t i = 0; i < record->field_count; i++) {
		struct roost_field field;
		if (!outline_read_field(outline, header, record, i, &field) || field.offset < end) {
			return false;
		}
		end = field.offset + field.size;
	}
	return true;
}

static bool check_parameters(const struct roost_outline *outline,
	const struct outline_header *header, const struct outline_record *record)
{
	const struct roost_part *part = &record->part;
	struct outline_cursor cursor = record->parameters;
	size_t count = 2 * (part->parameter_count + part->disposition_parameter_count) +
		       part->language_count;
	for (size_t i = 0; i < count; i++) {
		struct roost_text text = outline_read_text(outline, header, &cursor, 0);
		if (cursor.failed || text.bytes == NULL) {
			return false;
		}
	}
	return true;
}

static bool check_part(const struct roost_outline *outline, const struct outline_header *header,
	const struct outline_record *record)
{
	const struct roost_part *part = &record->part;
	return part->type.bytes != NULL && part->subtype.bytes != NULL &&
	       part->encoding.bytes != NULL && record->header_end <= 2 &&
	       record->header_end <= part->header_size && check_fields(outline, header, record) &&
	       check_parameters(outline, header, record);
}

static bool check_tables(const struct roost_outline *outline, const struct outline_header *header)
{
	for (size_t i = 0; i < header->address_count; i++) {
		struct roost_address address;
		if (!outline_read_address(outline, header, i, &address)) {
			return false;
		}
	}
	struct roost_thread_keys keys;
	struct roost_text preview;
	struct outline_cursor cursor;
	if (!outline_read_keys(outline, header, &keys, &cursor) ||
		keys.base_subject.bytes == NULL ||
		!outline_read_preview(outline, header, &preview)) {
		return false;
	}
	for (size_t i = 0; i < keys.reference_count; i++) {
		struct roost_text id = outline_read_text(outline, header, &cursor, 0);
		if (cursor.failed || id.bytes == NULL) {
			return false;
		}
	}
	return true;
}

int roost_outline_open(const void *bytes, size_t size, struct roost_outline *outline_out)
{
	struct roost_outline outline = { .bytes = bytes, .size = size };
	struct outline_header header;
	int r = outline_read_header(&outline, &header);
	if (r < 0) {
		return r;
	}
	struct link links[ROOST_MAX_PARTS];
	for (uint32_t i = 0; i < header.part_count; i++) {
		struct outline_record record;
		r = outline_read_record(&outline, &header, i, &record);
		if (r < 0) {
			return r;
		}
		if (!link_part(links, i, &record.part) || !check_part(&outline, &header, &record)) {
			return ROOST_ERR_CORRUPT;
		}
	}
	if (!links_agree(links, header.part_count) || !check_tables(&outline, &header)) {
		return ROOST_ERR_CORRUPT;
	}
	*outline_out = outline;
	return 0;
}

/* outline_write.c - gathering what an outline tells, within its caps. */
#include "mime/outline_write.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "mime/outline_draft.h"
#include "mime/outline_format.h"

/* Together with the largest records of ROOST_MAX_PARTS parts these stay below ROOST_MAX_OUTLINE. */
static const size_t budgets[OUTLINE_BUDGETS] = {
	[OUTLINE_DETAILS] = 40u * 1024u,
	[OUTLINE_ADDRESSES] = 88u * 1024u,
	[OUTLINE_FIELDS] = 32u * 1024u,
	[OUTLINE_PREVIEW] = 1024u,
};

#define ADDRESS_COST 12
#define FIELD_COST 13
#define TEXT_COST 3 /* of a reference, and of the size before a string */

void outline_writer_init(struct outline_writer *writer)
{
	memset(writer, 0, sizeof(*writer));
	buf_init(&writer->strings, ROOST_MAX_OUTLINE);
	memcpy(writer->left, budgets, sizeof(budgets));
}

void outline_writer_free(struct outline_writer *writer)
{
	free(writer->parts);
	free(writer->envelopes);
	free(writer->fields);
	free(writer->addresses);
	free(writer->parameters);
	free(writer->languages);
	buf_free(&writer->strings);
}

/* `items` with room for one more, to be kept by the caller; or NULL, and the old ones stay valid. */
static void *grow(
	struct outline_writer *writer, void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity) {
		return items;
	}
	size_t larger = *capacity == 0 ? 8 : *capacity * 2;
	void *grown = realloc(items, larger * size);
	if (grown == NULL) {
		writer->failed = true;
		return NULL;
	}
	*capacity = larger;
	return grown;
}

static bool spend(struct outline_writer *writer, enum outline_budget budget, size_t cost)
{
	if (writer->left[budget] < cost) {
		return false;
	}
	writer->left[budget] -= cost;
	return true;
}

static uint32_t *seen_slot(struct outline_writer *writer, struct roost_text text)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < text.size; i++) {
		hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
	}
	return &writer->seen[(hash ^ hash >> 15) & (OUTLINE_SEEN - 1)];
}

static void add_varint(struct buf *buf, uint64_t number)
{
	while (number >= 0x80) {
		buf_char(buf, (char)(number | 0x80));
		number >>= 7;
	}
	buf_char(buf, (char)number);
}

uint32_t outline_write_text(
	struct outline_writer *writer, enum outline_budget budget, struct roost_text text)
{
	if (text.bytes == NULL) {
		return 0;
	}
	if (text.size > OUTLINE_MAX_TEXT) {
		text.size = OUTLINE_MAX_TEXT;
	}
	uint32_t reference = outline_word_find(text);
	if (reference != 0) {
		return reference;
	}
	uint32_t *seen = seen_slot(writer, text);
	if (*seen != 0) {
		struct roost_text old =
			outline_draft_string(&writer->strings, *seen - OUTLINE_FIRST_STRING);
		if (old.size == text.size && memcmp(old.bytes, text.bytes, text.size) == 0) {
			return *seen;
		}
	}
	if (!spend(writer, budget, text.size + TEXT_COST)) {
		return 0;
	}
	reference = OUTLINE_FIRST_STRING + (uint32_t)writer->strings.size;
	add_varint(&writer->strings, text.size);
	buf_text(&writer->strings, text);
	if (buf_status(&writer->strings) < 0) {
		writer->failed = true;
		return 0;
	}
	*seen = reference;
	return reference;
}

struct outline_part *outline_writer_part(struct outline_writer *writer, uint32_t part)
{
	return &writer->parts[part];
}

struct outline_envelope *outline_writer_envelope(struct outline_writer *writer, uint32_t part)
{
	uint32_t envelope = writer->parts[part].envelope;
	return envelope == ROOST_NO_PART ? NULL : &writer->envelopes[envelope];
}

static uint32_t add_envelope(struct outline_writer *writer)
{
	struct outline_envelope *grown = grow(writer, writer->envelopes, writer->envelope_count,
		&writer->envelope_capacity, sizeof(*grown));
	if (grown == NULL) {
		return ROOST_NO_PART;
	}
	writer->envelopes = grown;
	memset(&grown[writer->envelope_count], 0, sizeof(*grown));
	return (uint32_t)writer->envelope_count++;
}

uint32_t outline_write_part(struct outline_writer *writer, uint32_t parent, bool is_message)
{
	if (writer->part_count == ROOST_MAX_PARTS) {
		return ROOST_NO_PART;
	}
	struct outline_part *grown = grow(
		writer, writer->parts, writer->part_count, &writer->part_capacity, sizeof(*grown));
	if (grown == NULL) {
		return ROOST_NO_PART;
	}
	writer->parts = grown;
	uint32_t envelope = ROOST_NO_PART;
	if (is_message) {
		envelope = add_envelope(writer);
		if (envelope == ROOST_NO_PART) {
			return ROOST_NO_PART;
		}
	}
	uint32_t index = (uint32_t)writer->part_count++;
	struct outline_part *part = &grown[index];
	memset(part, 0, sizeof(*part));
	part->envelope = envelope;
	part->parent = parent;
	part->first_child = part->last_child = part->next_sibling = ROOST_NO_PART;
	if (parent != ROOST_NO_PART) {
		struct outline_part *above = &grown[parent];
		if (above->first_child == ROOST_NO_PART) {
			above->first_child = index;
		} else {
			grown[above->last_child].next_sibling = index;
		}
		above->last_child = index;
	}
	return index;
}

void outline_write_field(
	struct outline_writer *writer, uint32_t part, const struct roost_field *field)
{
	struct outline_part *of = &writer->parts[part];
	uint64_t offset = field->offset - of->header_offset;
	uint64_t value = field->value_offset - field->offset;
	/* Once one is left out the later ones are too, so that what is told is a beginning. */
	if (of->fields_cut) {
		return;
	}
	if (writer->field_count == ROOST_MAX_HEADER_FIELDS || offset > UINT32_MAX ||
		field->size > UINT32_MAX || value > UINT16_MAX ||
		!spend(writer, OUTLINE_FIELDS, FIELD_COST)) {
		of->fields_cut = true;
		return;
	}
	uint32_t name = outline_write_text(writer, OUTLINE_FIELDS, field->name);
	struct outline_field *grown = name == 0 ? NULL
						: grow(writer, writer->fields, writer->field_count,
							  &writer->field_capacity, sizeof(*grown));
	if (grown == NULL) {
		of->fields_cut = true;
		return;
	}
	writer->fields = grown;
	if (of->field_count == 0) {
		of->first_field = writer->field_count;
	}
	of->field_count++;
	grown[writer->field_count++] = (struct outline_field) {
		.offset = (uint32_t)offset,
		.size = (uint32_t)field->size,
		.name = name,
		.value = (uint32_t)value,
	};
}

void outline_write_parameter(struct outline_writer *writer, uint32_t part, bool disposition,
	struct roost_text name, struct roost_text value)
{
	struct outline_part *of = &writer->parts[part];
	size_t *count = disposition ? &of->disposition_parameter_count : &of->parameter_count;
	size_t *first = disposition ? &of->first_disposition_parameter : &of->first_parameter;
	if (*count == ROOST_MAX_PARAMETERS || !spend(writer, OUTLINE_DETAILS, 2 * TEXT_COST)) {
		return;
	}
	struct outline_parameter parameter = {
		.name = outline_write_text(writer, OUTLINE_DETAILS, name),
		.value = outline_write_text(writer, OUTLINE_DETAILS, value),
	};
	if (parameter.name == 0 || parameter.value == 0) {
		return;
	}
	struct outline_parameter *grown = grow(writer, writer->parameters, writer->parameter_count,
		&writer->parameter_capacity, sizeof(*grown));
	if (grown == NULL) {
		return;
	}
	writer->parameters = grown;
	if (*count == 0) {
		*first = writer->parameter_count;
	}
	(*count)++;
	grown[writer->parameter_count++] = parameter;
}

void outline_write_language(struct outline_writer *writer, uint32_t part, struct roost_text tag)
{
	struct outline_part *of = &writer->parts[part];
	if (of->language_count == ROOST_MAX_PARAMETERS ||
		!spend(writer, OUTLINE_DETAILS, TEXT_COST)) {
		return;
	}
	uint32_t reference = outline_write_text(writer, OUTLINE_DETAILS, tag);
	if (reference == 0) {
		return;
	}
	uint32_t *grown = grow(writer, writer->languages, writer->language_count,
		&writer->language_capacity, sizeof(*grown));
	if (grown == NULL) {
		return;
	}
	writer->languages = grown;
	if (of->language_count == 0) {
		of->first_language = writer->language_count;
	}
	of->language_count++;
	grown[writer->language_count++] = reference;
}

/* A group's end must not be lost when its start was told, nor told when its start was lost: the room
 * for it is taken together with that of the start. */
static bool spend_address(struct outline_writer *writer, const struct roost_address *address)
{
	if (address->mailbox.bytes == NULL) {
		return writer->in_group;
	}
	bool starts_group = address->host.bytes == NULL;
	size_t count = starts_group ? 2 : 1;
	size_t kept = writer->in_group ? 1 : 0;
	return writer->address_count + count + kept <= ROOST_MAX_ADDRESSES &&
	       spend(writer, OUTLINE_ADDRESSES, count * ADDRESS_COST);
}

void outline_write_address(struct outline_writer *writer, uint32_t part,
	enum roost_address_field field, const struct roost_address *address)
{
	struct outline_envelope *envelope = outline_writer_envelope(writer, part);
	if (envelope == NULL || !spend_address(writer, address)) {
		return;
	}
	const enum outline_budget budget = OUTLINE_ADDRESSES;
	struct outline_address draft = {
		.texts = { outline_write_text(writer, budget, address->name),
			outline_write_text(writer, budget, address->route),
			outline_write_text(writer, budget, address->mailbox),
			outline_write_text(writer, budget, address->host) },
	};
	bool is_group = address->host.bytes == NULL;
	if ((address->mailbox.bytes != NULL && draft.texts[2] == 0) ||
		(!is_group && draft.texts[3] == 0)) {
		return;
	}
	struct outline_address *grown = grow(writer, writer->addresses, writer->address_count,
		&writer->address_capacity, sizeof(*grown));
	if (grown == NULL) {
		return;
	}
	writer->addresses = grown;
	uint32_t index = (uint32_t)writer->address_count++;
	grown[index] = draft;
	if (envelope->count[field] == 0) {
		envelope->first[field] = index;
	} else {
		grown[envelope->last[field]].next = index;
	}
	envelope->last[field] = index;
	envelope->count[field]++;
	if (is_group) {
		writer->in_group = address->mailbox.bytes != NULL;
	}
}

void outline_write_reference(struct outline_writer *writer, struct roost_text id)
{
	if (writer->reference_count == ROOST_MAX_REFERENCES ||
		!spend(writer, OUTLINE_DETAILS, TEXT_COST)) {
		return;
	}
	uint32_t reference = outline_write_text(writer, OUTLINE_DETAILS, id);
	if (reference != 0) {
		writer->references[writer->reference_count++] = reference;
	}
}

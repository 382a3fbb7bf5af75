/* fuzz_outline.c - any bytes as a message, and any bytes as a stored outline. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>
#include <roost/util.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mime/decoded.h"
#include "mime/preview_text.h"
#include "mime/write.h"

#define MAX_NUMBERS 3
#define MAX_NUMBER 3
#define DAMAGES 8

static void check(int condition)
{
	if (!condition) {
		abort();
	}
}

/* The same bytes, but given out in small pieces and never as a pointer. */
struct reluctant {
	struct roost_content base;
	const uint8_t *bytes;
};

static int64_t read_some(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct reluctant *reluctant = roost_container_of(content, struct reluctant, base);
	check(offset < content->size && n > 0 && n <= content->size - offset);
	n = n > 7 ? n - n / 3 : n;
	memcpy(buffer, reluctant->bytes + offset, n);
	return (int64_t)n;
}

static void destroy(struct roost_content *content)
{
	(void)content;
}

static const struct roost_content_ops reluctant_ops = {
	.size = sizeof(reluctant_ops),
	.read_at = read_some,
	.destroy = destroy,
};

static volatile unsigned sum;

static void read_text(struct roost_text text)
{
	for (size_t i = 0; i < text.size; i++) {
		sum = sum + (unsigned char)text.bytes[i];
	}
}

static void read_envelope(const struct roost_outline *outline, uint32_t index)
{
	struct roost_envelope envelope;
	if (roost_outline_envelope(outline, index, &envelope) < 0) {
		return;
	}
	read_text(envelope.date);
	read_text(envelope.subject);
	read_text(envelope.in_reply_to);
	read_text(envelope.message_id);
	for (int field = 0; field < ROOST_ADDRESS_FIELDS; field++) {
		for (size_t i = 0; i < envelope.address_count[field]; i++) {
			struct roost_address address;
			check(roost_outline_address(outline, index, (enum roost_address_field)field,
				      i, &address) == 0);
			read_text(address.name);
			read_text(address.route);
			read_text(address.mailbox);
			read_text(address.host);
		}
	}
}

static void read_part(const struct roost_outline *outline, uint32_t index)
{
	struct roost_part part;
	struct roost_text name, value;
	check(roost_outline_part(outline, index, &part) == 0);
	read_text(part.type);
	read_text(part.subtype);
	read_text(part.encoding);
	read_text(part.id);
	read_text(part.description);
	read_text(part.md5);
	read_text(part.location);
	read_text(part.disposition);
	for (size_t i = 0; i < part.parameter_count; i++) {
		check(roost_outline_parameter(outline, index, false, i, &name, &value) == 0);
		read_text(name);
		read_text(value);
	}
	for (size_t i = 0; i < part.disposition_parameter_count; i++) {
		check(roost_outline_parameter(outline, index, true, i, &name, &value) == 0);
		read_text(name);
		read_text(value);
	}
	for (size_t i = 0; i < part.language_count; i++) {
		check(roost_outline_language(outline, index, i, &value) == 0);
		read_text(value);
	}
	size_t fields = roost_outline_field_count(outline, index);
	for (size_t i = 0; i < fields; i++) {
		struct roost_field field;
		check(roost_outline_field(outline, index, i, &field) == 0);
		check(field.offset >= part.header_offset &&
			field.value_offset <= field.offset + field.size &&
			field.offset + field.size <= part.body_offset);
		read_text(field.name);
	}
	(void)roost_outline_fields_cut(outline, index);
	read_envelope(outline, index);
}

static void read_everything(const struct roost_outline *outline)
{
	struct roost_thread_keys keys;
	struct roost_text id;
	uint32_t count = roost_outline_part_count(outline);
	for (uint32_t i = 0; i < count; i++) {
		read_part(outline, i);
	}
	check(roost_outline_preview(outline, &id) == 0);
	check(utf8_is_valid(id.bytes, id.size));
	check(roost_outline_thread_keys(outline, &keys) == 0);
	read_text(keys.base_subject);
	read_text(keys.message_id);
	for (size_t i = 0; i < keys.reference_count; i++) {
		check(roost_outline_reference(outline, i, &id) == 0);
		read_text(id);
	}
}

static void render(const struct roost_outline *outline)
{
	struct buf buf;
	buf_init(&buf, 4u << 20);
	envelope_write(&buf, outline, 0);
	body_structure_write(&buf, outline, 0, true);
	body_structure_write(&buf, outline, 0, false);
	check(buf_status(&buf) < 0 || memchr(buf.data, '\0', buf.size) == NULL);
	buf_free(&buf);
}

static void read_section(const struct roost_outline *outline, struct roost_content *message,
	const struct roost_section *section)
{
	struct roost_content *content;
	char buffer[512];
	if (roost_util_body_section(outline, message, section, &content) < 0 || content == NULL) {
		return;
	}
	check(!section->partial || content->size <= section->partial_size);
	uint64_t at = 0;
	while (at < content->size) {
		int64_t n = roost_content_read(content, at, buffer, sizeof(buffer));
		check(n > 0);
		at += (uint64_t)n;
	}
	roost_content_unref(content);
}

/* What BINARY gives: as many bytes as it said. */
static void read_decoded(const struct roost_outline *outline, struct roost_content *message,
	const struct roost_section *section)
{
	struct roost_content *raw, *content;
	enum transfer_encoding encoding;
	bool has_nul, found_nul = false;
	char buffer[100];

	if (decoded_find(outline, message, section, &raw, &encoding) < 0 || raw == NULL) {
		return;
	}
	check(decoded_create(raw, encoding, section->partial ? section->partial_offset : 0,
		      section->partial ? section->partial_size : UINT64_MAX, &content,
		      &has_nul) == 0);
	for (uint64_t at = 0; at < content->size;) {
		int64_t n = roost_content_read(content, at, buffer, sizeof(buffer));
		check(n > 0);
		found_nul = found_nul || memchr(buffer, '\0', (size_t)n) != NULL;
		at += (uint64_t)n;
	}
	check(found_nul == has_nul);
	roost_content_unref(content);
	roost_content_unref(raw);
}

/* One line of at most so many characters, without controls. */
static void check_preview(const struct roost_outline *outline)
{
	struct roost_text preview;
	size_t characters = 0;

	check(roost_outline_preview(outline, &preview) == 0);
	for (size_t i = 0; i < preview.size; i++) {
		unsigned char byte = (unsigned char)preview.bytes[i];
		check(byte >= ' ' && byte != 0x7F);
		characters += (byte & 0xC0) != 0x80;
	}
	check(characters <= PREVIEW_CHARACTERS);
}

static void read_sections(const struct roost_outline *outline, struct roost_content *message)
{
	static const struct roost_text names[] = { { "subject", 7 }, { "X", 1 }, { "To", 2 } };
	uint32_t numbers[MAX_NUMBERS];
	size_t combinations = 1;
	for (size_t count = 0; count <= MAX_NUMBERS; count++, combinations *= MAX_NUMBER) {
		for (size_t n = 0; n < combinations; n++) {
			size_t rest = n;
			for (size_t i = 0; i < count; i++, rest /= MAX_NUMBER) {
				numbers[i] = (uint32_t)(rest % MAX_NUMBER) + 1;
			}
			for (int kind = ROOST_SECTION_ALL; kind <= ROOST_SECTION_MIME; kind++) {
				struct roost_section section = {
					.size = sizeof(section),
					.kind = (enum roost_section_kind)kind,
					.number_count = count,
					.numbers = numbers,
					.field_count = 3,
					.fields = names,
					.partial = n % 2 == 1,
					.partial_offset = n * 3,
					.partial_size = 20,
				};
				read_section(outline, message, &section);
				if (kind == ROOST_SECTION_ALL) {
					read_decoded(outline, message, &section);
				}
			}
		}
	}
}

static void as_outline(const uint8_t *bytes, size_t size)
{
	struct roost_outline outline;
	struct roost_content *content;
	if (roost_outline_open(bytes, size, &outline) < 0) {
		return;
	}
	read_everything(&outline);
	render(&outline);
	check(roost_content_create_borrowed(bytes, size, NULL, NULL, &content) == 0);
	read_sections(&outline, content);
	roost_content_unref(content);
}

/* An outline with a few bytes changed, which bytes depending on the message. */
static void as_damaged_outline(uint8_t *outline, size_t size, uint32_t seed)
{
	for (unsigned i = 0; i < DAMAGES; i++) {
		seed = seed * 1664525u + 1013904223u;
		size_t at = (seed >> 8) % size;
		uint8_t was = outline[at];
		outline[at] = (uint8_t)(seed >> 24 ^ i);
		as_outline(outline, size);
		if (i % 2 == 0) {
			outline[at] = was;
		}
	}
}

static void as_message(const uint8_t *bytes, size_t size)
{
	struct roost_content *pointed;
	struct reluctant reluctant = { .bytes = bytes };
	void *first, *second;
	size_t first_size, second_size;
	struct roost_outline outline;
	check(roost_content_create_borrowed(bytes, size, NULL, NULL, &pointed) == 0);
	roost_content_init(&reluctant.base, &reluctant_ops, size);
	check(roost_outline_create(pointed, &first, &first_size) == 0);
	check(roost_outline_create(&reluctant.base, &second, &second_size) == 0);
	check(first_size == second_size && memcmp(first, second, first_size) == 0);
	check(first_size <= ROOST_MAX_OUTLINE);
	check(roost_outline_open(first, first_size, &outline) == 0);
	struct roost_part part;
	check(roost_outline_part(&outline, 0, &part) == 0);
	check(part.header_offset == 0 && part.body_offset + part.body_size == size);
	read_everything(&outline);
	check_preview(&outline);
	render(&outline);
	read_sections(&outline, &reluctant.base);
	uint32_t seed = 1;
	for (size_t i = 0; i < size; i++) {
		seed = seed * 31 + bytes[i];
	}
	as_damaged_outline(first, first_size, seed);
	free(first);
	free(second);
	roost_content_unref(pointed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	as_message(bytes, size);
	as_outline(bytes, size);
	return 0;
}

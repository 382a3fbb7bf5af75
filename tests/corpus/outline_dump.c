/* outline_dump.c - what the library makes of messages, a line of JSON for each; every function that
 * reads an outline is used on the way. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/util.h>

#include "frame.h"

static void print_text(const char *name, struct roost_text text)
{
	printf(", \"%s\": ", name);
	if (text.bytes == NULL) {
		printf("null");
	} else {
		frame_print_string(text.bytes, text.size);
	}
}

static int print_fields(const struct roost_outline *outline, uint32_t index)
{
	size_t count = roost_outline_field_count(outline, index);
	printf(", \"cut\": %s, \"fields\": [",
		roost_outline_fields_cut(outline, index) ? "true" : "false");
	for (size_t i = 0; i < count; i++) {
		struct roost_field field;
		int r = roost_outline_field(outline, index, i, &field);
		if (r < 0) {
			return r;
		}
		printf("%s[", i > 0 ? ", " : "");
		frame_print_string(field.name.bytes, field.name.size);
		printf(", %" PRIu64 ", %" PRIu64 ", %" PRIu64 "]", field.offset, field.value_offset,
			field.offset + field.size);
	}
	printf("]");
	return 0;
}

static int print_parts(const struct roost_outline *outline)
{
	static const char *const kinds[] = { "basic", "text", "message", "multipart" };
	uint32_t count = roost_outline_part_count(outline);
	printf("\"parts\": [");
	for (uint32_t i = 0; i < count; i++) {
		struct roost_part part;
		int r = roost_outline_part(outline, i, &part);
		if (r < 0) {
			return r;
		}
		printf("%s{\"parent\": %" PRId64 ", \"kind\": \"%s\", \"header\": %" PRIu64
		       ", \"body\": %" PRIu64 ", \"end\": %" PRIu64 ", \"header_lines\": %" PRIu32
		       ", \"lines\": %" PRIu32,
			i > 0 ? ", " : "", part.parent == ROOST_NO_PART ? -1 : (int64_t)part.parent,
			kinds[part.kind], part.header_offset, part.body_offset,
			part.body_offset + part.body_size, part.header_lines, part.body_lines);
		print_text("type", part.type);
		print_text("subtype", part.subtype);
		print_text("encoding", part.encoding);
		r = print_fields(outline, i);
		if (r < 0) {
			return r;
		}
		printf("}");
	}
	printf("]");
	return 0;
}

static int print_rendered(const struct roost_outline *outline)
{
	struct roost_call *call;
	struct roost_text text;
	int r = roost_call_create(&call, 0);
	if (r < 0) {
		return r;
	}
	r = roost_util_envelope(call, outline, &text);
	if (r == 0) {
		print_text("envelope", text);
		r = roost_util_body_structure(call, outline, false, &text);
	}
	if (r == 0) {
		print_text("body", text);
		r = roost_util_body_structure(call, outline, true, &text);
	}
	if (r == 0) {
		print_text("bodystructure", text);
	}
	roost_call_destroy(call);
	return r;
}

static int print_sent_date(const struct roost_outline *outline)
{
	struct roost_envelope envelope;
	int r = roost_outline_envelope(outline, 0, &envelope);
	if (r == 0 && envelope.has_sent_date) {
		printf(", \"sent_date\": [%" PRId64 ", %" PRId32 "]", envelope.sent_date.seconds,
			envelope.sent_date.zone);
	} else {
		printf(", \"sent_date\": null");
	}
	return r;
}

static int print_keys(const struct roost_outline *outline)
{
	struct roost_thread_keys keys;
	int r = roost_outline_thread_keys(outline, &keys);
	if (r < 0) {
		return r;
	}
	printf(", \"is_reply\": %s", keys.is_reply ? "true" : "false");
	print_text("base_subject", keys.base_subject);
	print_text("message_id", keys.message_id);
	printf(", \"references\": [");
	for (size_t i = 0; i < keys.reference_count && r == 0; i++) {
		struct roost_text id;
		r = roost_outline_reference(outline, i, &id);
		if (r == 0) {
			printf("%s", i > 0 ? ", " : "");
			frame_print_string(id.bytes, id.size);
		}
	}
	printf("]");
	return r;
}

/* The sections in the order in which they are found: name, size, a hash of the bytes. */
static int print_section(const struct roost_outline *outline, struct roost_content *message,
	const struct roost_section *section, const char *name, bool *found)
{
	struct roost_content *content;
	char buffer[4096];
	uint32_t hash = 2166136261u;
	int r = roost_util_body_section(outline, message, section, &content);
	*found = r == 0 && content != NULL;
	if (!*found) {
		return r;
	}
	for (uint64_t at = 0; at < content->size && r == 0;) {
		int64_t n = roost_content_read(content, at, buffer, sizeof(buffer));
		for (int64_t i = 0; i < n; i++) {
			hash = (hash ^ (unsigned char)buffer[i]) * 16777619u;
		}
		at += n > 0 ? (uint64_t)n : 0;
		r = n > 0 ? 0 : ROOST_ERR_IO;
	}
	printf(", [\"%s\", %" PRIu64 ", %" PRIu32 "]", name, content->size, hash);
	roost_content_unref(content);
	return r;
}

#define MAX_DEPTH 12

static int print_sections(const struct roost_outline *outline, struct roost_content *message,
	uint32_t *numbers, size_t count, const char *prefix)
{
	static const char *const names[] = { "", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT",
		"TEXT", "MIME" };
	static const struct roost_text fields[] = { { "subject", 7 }, { "FROM", 4 } };
	bool found = true;
	for (int kind = ROOST_SECTION_ALL; kind <= ROOST_SECTION_MIME; kind++) {
		struct roost_section section = { .size = sizeof(section),
			.kind = (enum roost_section_kind)kind,
			.numbers = numbers,
			.number_count = count,
			.fields = fields,
			.field_count = 2 };
		char name[MAX_DEPTH * 12 + 40];
		bool dot = count > 0 && kind != ROOST_SECTION_ALL;
		snprintf(name, sizeof(name), "%s%s%s", prefix, dot ? "." : "", names[kind]);
		bool has_kind;
		int r = print_section(outline, message, &section, name, &has_kind);
		if (r < 0) {
			return r;
		}
		found = kind == ROOST_SECTION_ALL ? has_kind : found;
		if (!found) {
			return 0;
		}
	}
	for (uint32_t n = 1; found && count < MAX_DEPTH; n++) {
		struct roost_content *content;
		char deeper[MAX_DEPTH * 12];
		numbers[count] = n;
		struct roost_section section = {
			.size = sizeof(section), .numbers = numbers, .number_count = count + 1
		};
		int r = roost_util_body_section(outline, message, &section, &content);
		found = r == 0 && content != NULL;
		if (found) {
			roost_content_unref(content);
			int size = snprintf(deeper, sizeof(deeper), "%s%s%" PRIu32, prefix,
				count > 0 ? "." : "", n);
			r = size < 0 || (size_t)size >= sizeof(deeper)
				    ? ROOST_ERR_LIMIT
				    : print_sections(outline, message, numbers, count + 1, deeper);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int dump(struct roost_content *message)
{
	void *bytes = NULL;
	size_t size = 0;
	struct roost_outline outline;
	uint32_t numbers[MAX_DEPTH];
	int r = roost_outline_create(message, &bytes, &size);
	if (r == 0) {
		r = roost_outline_open(bytes, size, &outline);
	}
	printf("{");
	if (r == 0) {
		r = print_parts(&outline);
	}
	if (r == 0) {
		r = print_rendered(&outline);
	}
	if (r == 0) {
		r = print_sent_date(&outline);
	}
	if (r == 0) {
		r = print_keys(&outline);
	}
	if (r == 0) {
		printf(", \"outline_size\": %zu, \"sections\": [[\"\", 0, 0]", size);
		r = print_sections(&outline, message, numbers, 0, "");
	}
	printf("]}\n");
	free(bytes);
	return r;
}

int main(void)
{
	uint8_t *bytes;
	size_t size;
	while ((bytes = frame_read(&size)) != NULL) {
		struct roost_content *content;
		int r = roost_content_create_borrowed(bytes, size, NULL, NULL, &content);
		if (r == 0) {
			r = dump(content);
			roost_content_unref(content);
		}
		free(bytes);
		if (r < 0) {
			fprintf(stderr, "outline_dump: %s\n", roost_error_name(r));
			return 1;
		}
	}
	return 0;
}

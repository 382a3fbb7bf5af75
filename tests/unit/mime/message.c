/* message.c - messages and their outlines, for tests. */
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>
#include <roost/limits.h>

void message_make(struct message *message, const void *bytes, size_t n)
{
	memset(message, 0, sizeof(*message));
	assert_int_equal(roost_content_create_borrowed(bytes, n, NULL, NULL, &message->content), 0);
	assert_int_equal(
		roost_outline_create(message->content, &message->bytes, &message->size), 0);
	assert_true(message->size <= ROOST_MAX_OUTLINE);
	assert_int_equal(roost_outline_open(message->bytes, message->size, &message->outline), 0);
}

void message_free(struct message *message)
{
	free(message->bytes);
	roost_content_unref(message->content);
}

static int64_t read_some(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct stream *stream = roost_container_of(content, struct stream, base);
	assert_true(n > 0 && offset < content->size && n <= content->size - offset);
	n = n < stream->step ? n : stream->step;
	if (stream->fail_at >= offset && stream->fail_at - offset < n) {
		return ROOST_ERR_IO;
	}
	memcpy(buffer, stream->bytes + offset, n);
	return (int64_t)n;
}

static void destroy(struct roost_content *content)
{
	(void)content;
}

static const struct roost_content_ops stream_ops = {
	.size = sizeof(stream_ops),
	.read_at = read_some,
	.destroy = destroy,
};

void stream_init(struct stream *stream, const void *bytes, size_t n, size_t step)
{
	roost_content_init(&stream->base, &stream_ops, n);
	stream->bytes = bytes;
	stream->step = step;
	stream->fail_at = UINT64_MAX;
}

static volatile unsigned sum;

static size_t read_text(struct roost_text text)
{
	for (size_t i = 0; i < text.size; i++) {
		sum = sum + (unsigned char)text.bytes[i];
	}
	return 1;
}

static size_t read_envelope(const struct roost_outline *outline, uint32_t part)
{
	struct roost_envelope envelope;
	struct roost_address address;
	size_t count = 0;
	assert_int_equal(roost_outline_envelope(outline, part, &envelope), 0);
	count += read_text(envelope.date) + read_text(envelope.subject) +
		 read_text(envelope.in_reply_to) + read_text(envelope.message_id);
	for (int field = 0; field < ROOST_ADDRESS_FIELDS; field++) {
		size_t i = 0;
		while (roost_outline_address(
			       outline, part, (enum roost_address_field)field, i, &address) == 0) {
			count += read_text(address.name) + read_text(address.route) +
				 read_text(address.mailbox) + read_text(address.host);
			i++;
		}
		assert_int_equal(i, envelope.address_count[field]);
	}
	return count;
}

static size_t read_part(const struct roost_outline *outline, uint32_t index)
{
	struct roost_part part;
	struct roost_text name, value;
	struct roost_field field;
	size_t count = 0;
	size_t i;
	assert_int_equal(roost_outline_part(outline, index, &part), 0);
	assert_true(part.type.bytes != NULL && part.subtype.bytes != NULL);
	assert_true(part.encoding.bytes != NULL);
	count += read_text(part.type) + read_text(part.subtype) + read_text(part.encoding) +
		 read_text(part.id) + read_text(part.description) + read_text(part.md5) +
		 read_text(part.location) + read_text(part.disposition);
	for (i = 0; roost_outline_parameter(outline, index, false, i, &name, &value) == 0; i++) {
		count += read_text(name) + read_text(value);
	}
	assert_int_equal(i, part.parameter_count);
	for (i = 0; roost_outline_parameter(outline, index, true, i, &name, &value) == 0; i++) {
		count += read_text(name) + read_text(value);
	}
	assert_int_equal(i, part.disposition_parameter_count);
	for (i = 0; roost_outline_language(outline, index, i, &value) == 0; i++) {
		count += read_text(value);
	}
	assert_int_equal(i, part.language_count);
	for (i = 0; roost_outline_field(outline, index, i, &field) == 0; i++) {
		count += read_text(field.name);
		assert_true(field.offset >= part.header_offset);
		assert_true(field.offset + field.size <= part.body_offset);
		assert_true(field.value_offset <= field.offset + field.size);
	}
	assert_int_equal(i, roost_outline_field_count(outline, index));
	return count + (part.is_message ? read_envelope(outline, index) : 0);
}

size_t outline_read_all(const struct roost_outline *outline)
{
	struct roost_thread_keys keys;
	struct roost_text id;
	struct roost_part part;
	size_t count = 0;
	uint32_t parts = roost_outline_part_count(outline);
	for (uint32_t i = 0; i < parts; i++) {
		count += read_part(outline, i);
	}
	assert_int_equal(roost_outline_part(outline, parts, &part), ROOST_ERR_INVALID);
	assert_int_equal(roost_outline_thread_keys(outline, &keys), 0);
	assert_non_null(keys.base_subject.bytes);
	count += read_text(keys.base_subject) + read_text(keys.message_id);
	for (size_t i = 0; i < keys.reference_count; i++) {
		assert_int_equal(roost_outline_reference(outline, i, &id), 0);
		count += read_text(id);
	}
	return count;
}

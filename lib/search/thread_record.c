/* thread_record.c - what a message is threaded by, as octets. RFC 5256 sections 2.1 and 3. */
#include "search/thread_record.h"

#include "mime/outline_read.h"
#include "search/collation.h"
#include "search/sort.h"

/* A longer message id fits on no line of a message (RFC 5322 section 2.1.1), and counts as none. */
#define MAX_ID 998u
/* Instead of the size of a text. */
#define ABSENT UINT16_MAX

static void write_number(uint64_t number, unsigned octets, struct buf *record)
{
	for (unsigned i = octets; i > 0; i--) {
		buf_char(record, (char)(number >> (8 * (i - 1))));
	}
}

static void write_subject(
	enum roost_comparator comparator, struct roost_text subject, struct buf *record)
{
	size_t before = record->size;

	write_number(0, 2, record);
	if (subject.size > 0) {
		collation_fold(comparator, subject, record);
	}
	if (buf_status(record) < 0) {
		return;
	}
	size_t size = record->size - before - 2;
	size = size < SORT_MAX_KEY ? size : SORT_MAX_KEY;
	record->size = before + 2 + size;
	record->data[before] = (char)(size >> 8);
	record->data[before + 1] = (char)size;
}

static void write_id(struct roost_text id, struct buf *record)
{
	bool valid = id.bytes != NULL && id.size <= MAX_ID;

	write_number(valid ? id.size : ABSENT, 2, record);
	if (valid) {
		buf_text(record, id);
	}
}

static void write_references(const struct roost_outline *outline, struct buf *record)
{
	struct outline_header header;
	struct outline_cursor references;
	struct roost_thread_keys keys = { 0 };

	if (outline_read_header(outline, &header) < 0 ||
		!outline_read_keys(outline, &header, &keys, &references)) {
		return;
	}
	for (size_t i = 0; i < keys.reference_count; i++) {
		write_id(outline_read_text(outline, &header, &references, 0), record);
	}
}

void thread_record_write(enum roost_comparator comparator, const struct roost_message *message,
	const struct roost_outline *outline, struct buf *record)
{
	struct roost_thread_keys keys = { 0 };

	if (outline != NULL && roost_outline_thread_keys(outline, &keys) < 0) {
		keys = (struct roost_thread_keys) { 0 };
	}
	write_number((uint64_t)sort_sent_date(outline, message), 8, record);
	write_number(keys.is_reply, 1, record);
	write_subject(comparator, keys.base_subject, record);
	write_id(keys.message_id, record);
	if (outline != NULL) {
		write_references(outline, record);
	}
}

uint64_t thread_record_number(unsigned octets, struct roost_text *rest)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < octets && rest->size > 0; i++) {
		number = number << 8 | (unsigned char)*rest->bytes++;
		rest->size--;
	}
	return number;
}

struct roost_text thread_record_text(struct roost_text *rest)
{
	size_t size = ABSENT;
	struct roost_text text = { NULL, 0 };

	if (rest->size < 2) {
		rest->size = 0;
	} else {
		size = (size_t)thread_record_number(2, rest);
	}
	if (size != ABSENT) {
		text.size = size < rest->size ? size : rest->size;
		text.bytes = rest->bytes;
		rest->bytes += text.size;
		rest->size -= text.size;
	}
	return text;
}

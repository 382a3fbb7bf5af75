/* header.c - the fields of a header, decoded, for searching. */
#include "search/header.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/decode.h"
#include "mime/outline_read.h"
#include "search/window.h"

/* No charset makes more of one byte. */
#define MAX_EXPANSION 16

/* Where decoded fields go. */
struct sink {
	struct scan *scan;
	struct buf utf8;
};

static int feed_decoded(struct sink *sink, struct roost_text raw)
{
	buf_reset(&sink->utf8);
	decode_header(raw, &sink->utf8);
	scan_feed(sink->scan, (struct roost_text) { sink->utf8.data, sink->utf8.size });
	return buf_status(&sink->utf8);
}

/* Takes a field, or a piece of one that is longer than a window: `first` and `last` say which. 0 to
 * go on, or an error. */
typedef int (*field_fn)(void *context, struct roost_text piece, bool first, bool last);

/* The end of the field that `bytes` begin with: a line end that no white space follows. 0 when it
 * is not there; `whole` when nothing comes after `bytes`. */
static size_t field_end(struct roost_text bytes, bool whole)
{
	for (size_t i = 0; i + 1 < bytes.size; i++) {
		i += ascii_until(bytes.bytes + i, bytes.size - i, "\r\n\n");
		if (i + 1 >= bytes.size) {
			break;
		}
		bool line_end = bytes.bytes[i] == '\n' ||
				(bytes.bytes[i] == '\r' && bytes.bytes[i + 1] != '\n');
		if (line_end && bytes.bytes[i + 1] != ' ' && bytes.bytes[i + 1] != '\t') {
			return i + 1;
		}
	}
	return whole ? bytes.size : 0;
}

/* Where to cut a piece of a field that is too long: behind a line, if there is one. A line end at
 * the very end stays with the rest, as it may end the field. */
static size_t cut_piece(struct roost_text bytes)
{
	const char *line_end = memrchr(bytes.bytes, '\n', bytes.size - 1);
	char last = bytes.bytes[bytes.size - 1];
	if (line_end != NULL) {
		return (size_t)(line_end - bytes.bytes) + 1;
	}
	return bytes.size > 1 && (last == '\n' || last == '\r') ? bytes.size - 1 : bytes.size;
}

static int each_field(struct roost_call *call, struct roost_content *content, uint64_t offset,
	uint64_t size, field_fn visit, void *context)
{
	bool first = true;
	int r = 0;
	char *buffer = NULL;
	while (r == 0 && size > 0) {
		struct roost_text window;
		if (roost_call_cancelled(call)) {
			r = ROOST_ERR_CANCELLED;
			break;
		}
		r = window_read(content, offset, size, &buffer, &window);
		if (r < 0 || window.size == 0) {
			break;
		}
		bool whole = window.size == size || offset + window.size == content->size;
		size_t used = 0;
		while (r == 0 && used < window.size) {
			struct roost_text rest = { window.bytes + used, window.size - used };
			size_t n = field_end(rest, whole);
			bool last = n > 0;
			if (!last && used > 0) {
				break; /* read on from the beginning of this field */
			}
			n = last ? n : cut_piece(rest);
			r = visit(context, (struct roost_text) { rest.bytes, n }, first, last);
			used += n;
			first = last;
		}
		offset += used;
		size -= used;
	}
	free(buffer);
	return r;
}

static int feed_field(void *context, struct roost_text piece, bool first, bool last)
{
	struct sink *sink = context;
	if (!first) {
		scan_feed(sink->scan, TEXT(" "));
	}
	int r = feed_decoded(sink, piece);
	if (last) {
		scan_feed(sink->scan, TEXT("\n"));
	}
	return r;
}

int header_scan(struct roost_call *call, struct roost_content *content, uint64_t offset,
	uint64_t size, struct scan *scan)
{
	struct sink sink = { .scan = scan };
	buf_init(&sink.utf8, MAX_EXPANSION * WINDOW_SIZE);
	int r = each_field(call, content, offset, size, feed_field, &sink);
	buf_free(&sink.utf8);
	return r;
}

/* The fields of one name. */
struct named {
	struct sink sink;
	struct roost_text name;
	bool inside; /* pieces that follow belong to a field of that name */
	bool found; /* there is such a field */
};

/* The value of a field of that name; false for another field. */
static bool value_of(struct named *named, struct roost_text field, struct roost_text *value_out)
{
	const char *colon = memchr(field.bytes, ':', field.size);
	if (colon == NULL ||
		!text_equal_nocase(text_trim(text_between(field.bytes, colon)), named->name)) {
		return false;
	}
	*value_out = text_between(colon + 1, field.bytes + field.size);
	return true;
}

static int feed_named(void *context, struct roost_text piece, bool first, bool last)
{
	struct named *named = context;
	struct roost_text value = piece;
	int r = 0;
	if (first) {
		named->inside = value_of(named, piece, &value);
	}
	if (!named->inside) {
		return 0;
	}
	named->found = true;
	if (named->sink.scan == NULL) {
		return 0;
	}
	if (!first) {
		scan_feed(named->sink.scan, TEXT(" "));
	}
	r = feed_decoded(&named->sink, value);
	return r == 0 && last ? scan_end(named->sink.scan) : r;
}

/* The envelope has the value of the fields that are searched most; then nothing need be read. */
static bool value_from_envelope(
	const struct roost_outline *outline, struct roost_text name, struct roost_text *value_out)
{
	struct roost_envelope envelope;
	if (roost_outline_envelope(outline, 0, &envelope) < 0) {
		return false;
	}
	if (text_equal_nocase(name, TEXT("subject"))) {
		*value_out = envelope.subject;
	} else if (text_equal_nocase(name, TEXT("message-id"))) {
		*value_out = envelope.message_id;
	} else {
		return false;
	}
	return value_out->bytes != NULL;
}

/* The value of a field that the outline tells of, piece by piece. */
static int feed_value(struct roost_call *call, struct roost_content *content,
	const struct roost_field *field, struct named *named)
{
	uint64_t end = field->offset + field->size;
	uint64_t at = field->value_offset;
	char *buffer = NULL;
	int r = 0;
	while (r == 0 && at < end && !named->sink.scan->stopped) {
		struct roost_text window;
		if (roost_call_cancelled(call)) {
			r = ROOST_ERR_CANCELLED;
			break;
		}
		r = window_read(content, at, end - at, &buffer, &window);
		if (r < 0 || window.size == 0) {
			break;
		}
		bool last = at + window.size == end;
		struct roost_text piece = { window.bytes, last ? window.size : cut_piece(window) };
		if (at > field->value_offset) {
			scan_feed(named->sink.scan, TEXT(" "));
		}
		r = feed_decoded(&named->sink, piece);
		at += piece.size;
	}
	free(buffer);
	return r == 0 ? scan_end(named->sink.scan) : r;
}

/* How many fields of that name there are, and which is the first. The record is read once for all. */
static size_t count_fields(
	const struct roost_outline *outline, struct roost_text name, size_t *first_out)
{
	struct outline_header header;
	struct outline_record record;
	size_t count = 0;
	if (outline_read_header(outline, &header) < 0 ||
		outline_read_record(outline, &header, 0, &record) < 0) {
		return 0;
	}
	for (size_t i = record.field_count; i-- > 0;) {
		struct roost_field field;
		if (outline_read_field(outline, &header, &record, i, &field) &&
			text_equal_nocase(field.name, name)) {
			*first_out = i;
			count++;
		}
	}
	return count;
}

static int scan_known_fields(struct roost_call *call, struct roost_content *content,
	const struct roost_outline *outline, struct named *named)
{
	size_t first = 0;
	size_t count = count_fields(outline, named->name, &first);
	struct roost_text value;
	if (count == 0 || named->sink.scan == NULL) {
		return count > 0;
	}
	if (count == 1 && value_from_envelope(outline, named->name, &value)) {
		int r = feed_decoded(&named->sink, value);
		r = r == 0 ? scan_end(named->sink.scan) : r;
		return r < 0 ? r : 1;
	}
	if (content == NULL) {
		return ROOST_ERR_CORRUPT;
	}
	for (size_t i = first; i < roost_outline_field_count(outline, 0); i++) {
		struct roost_field field;
		if (roost_outline_field(outline, 0, i, &field) < 0 ||
			!text_equal_nocase(field.name, named->name)) {
			continue;
		}
		int r = feed_value(call, content, &field, named);
		if (r < 0) {
			return r;
		}
	}
	return 1;
}

static int scan_all_fields(struct roost_call *call, struct roost_content *content,
	const struct roost_outline *outline, struct named *named)
{
	struct roost_part part;
	if (content == NULL || roost_outline_part(outline, 0, &part) < 0) {
		return ROOST_ERR_CORRUPT;
	}
	int r = each_field(call, content, part.header_offset, part.header_size, feed_named, named);
	return r < 0 ? r : named->found;
}

int header_scan_field(struct roost_call *call, struct roost_content *content,
	const struct roost_outline *outline, struct roost_text name, struct scan *scan)
{
	struct named named = { .sink = { .scan = scan }, .name = text_trim(name) };
	buf_init(&named.sink.utf8, MAX_EXPANSION * WINDOW_SIZE);
	int r = roost_outline_fields_cut(outline, 0)
			? scan_all_fields(call, content, outline, &named)
			: scan_known_fields(call, content, outline, &named);
	buf_free(&named.sink.utf8);
	return r;
}

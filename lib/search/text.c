/* text.c - all the text of a message in which a search may look. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <gnu/libc-version.h>
#include <utf8proc.h>

#include <roost/util.h>

#include "base/buf.h"
#include "base/text.h"
#include "search/body.h"
#include "search/casemap.h"
#include "search/header.h"
#include "search/scan.h"

/* Raised when the same message would give another text. */
#define TEXT_VERSION 1
/* Fields that are looked at one by one: each is compared with each. */
#define MAX_FIELDS 500
/* The start of the header in which values are looked for, so that they are not told twice. */
#define MAX_HEADER ((size_t)64 * 1024)

struct telling {
	roost_search_text_fn deliver;
	void *context;
	struct buf header; /* what was told of it */
	struct buf value; /* of a field, from its start */
	bool told_some; /* of the value: it is too long to be gathered */
};

static int tell(void *context, struct roost_text piece, bool last)
{
	struct telling *telling = context;
	return telling->deliver(telling->context, piece, last);
}

static int tell_header(void *context, struct roost_text piece, bool last)
{
	struct telling *telling = context;
	size_t room = MAX_HEADER - telling->header.size;
	buf_add(&telling->header, piece.bytes, piece.size < room ? piece.size : room);
	int r = buf_status(&telling->header);
	return r < 0 ? r : tell(telling, piece, last);
}

static bool is_told(const struct telling *telling)
{
	const struct buf *header = &telling->header, *value = &telling->value;
	return value->size == 0 ||
	       (value->size <= header->size &&
		       memmem(header->data, header->size, value->data, value->size) != NULL);
}

static int tell_value(void *context, struct roost_text piece, bool last)
{
	struct telling *telling = context;
	struct buf *value = &telling->value;
	int r = 0;
	if (!telling->told_some) {
		buf_text(value, piece);
		r = buf_status(value);
		if (r == 0 && (last || value->size > MAX_HEADER / 2) && !is_told(telling)) {
			r = tell(telling, (struct roost_text) { value->data, value->size }, last);
			telling->told_some = true;
		}
	} else {
		r = tell(telling, piece, last);
	}
	if (last) {
		buf_reset(value);
		telling->told_some = false;
	}
	return r;
}

/* Whether an earlier field has the same name. */
static bool came_before(const struct roost_outline *outline, size_t index, struct roost_text name)
{
	struct roost_field field;
	for (size_t i = 0; i < index; i++) {
		if (roost_outline_field(outline, 0, i, &field) == 0 &&
			text_equal_nocase(field.name, name)) {
			return true;
		}
	}
	return false;
}

/* What HEADER looks at: mostly it stands in the header's text as it is, but who looks for one field
 * decodes its value by itself. */
static int tell_fields(struct roost_call *call, const struct roost_outline *outline,
	struct roost_content *content, struct telling *telling)
{
	size_t count = roost_outline_field_count(outline, 0);
	if (count > MAX_FIELDS || roost_outline_fields_cut(outline, 0)) {
		return ROOST_STOP;
	}
	struct scan scan;
	int r = 0;
	scan_init_sink(&scan, tell_value, telling);
	for (size_t i = 0; r >= 0 && scan.result == 0 && i < count; i++) {
		struct roost_field field;
		r = roost_outline_field(outline, 0, i, &field);
		if (r < 0 || came_before(outline, i, field.name)) {
			continue;
		}
		scan_feed(&scan, field.name);
		r = scan_end(&scan);
		if (r == 0) {
			r = header_scan_field(call, content, outline, field.name, &scan);
		}
	}
	r = r < 0 ? r : scan.result;
	scan_free(&scan);
	return r;
}

static int tell_all(struct roost_call *call, const struct roost_outline *outline,
	struct roost_content *content, struct telling *telling)
{
	struct roost_part part;
	struct scan scan;
	int r = roost_outline_part(outline, 0, &part);
	if (r < 0) {
		return r;
	}
	scan_init_sink(&scan, tell_header, telling);
	r = header_scan(call, content, part.header_offset, part.header_size, &scan);
	int end = scan_end(&scan);
	r = r < 0 ? r : end < 0 ? end : scan.result;
	scan_free(&scan);
	if (r == 0) {
		r = tell_fields(call, outline, content, telling);
	}
	if (r == 0) {
		scan_init_sink(&scan, tell, telling);
		r = body_scan(call, content, outline, &scan);
		r = r < 0 ? r : scan.result;
		scan_free(&scan);
	}
	return r;
}

int roost_util_search_text(struct roost_call *call, const struct roost_outline *outline,
	struct roost_content *content, roost_search_text_fn deliver, void *context)
{
	struct telling telling = { .deliver = deliver, .context = context };
	buf_init(&telling.header, MAX_HEADER);
	buf_init(&telling.value, SIZE_MAX / 4);
	int r = tell_all(call, outline, content, &telling);
	buf_free(&telling.header);
	buf_free(&telling.value);
	return r;
}

int roost_util_search_fold(
	struct roost_call *call, struct roost_text text, struct roost_text *folded_out)
{
	struct buf folded;
	buf_init(&folded, 64 + 64 * text.size);
	casemap_fold(text, &folded);
	int r = buf_status(&folded);
	if (r == 0) {
		const char *copy =
			folded.size == 0 ? "" : roost_call_strndup(call, folded.data, folded.size);
		if (copy == NULL) {
			r = ROOST_ERR_NO_MEMORY;
		} else {
			*folded_out = (struct roost_text) { copy, folded.size };
		}
	}
	buf_free(&folded);
	return r;
}

int roost_util_search_text_version(char *text_out, size_t size)
{
	int n = snprintf(text_out, size, "%d utf8proc %s glibc %s", TEXT_VERSION,
		utf8proc_version(), gnu_get_libc_version());
	return n < 0 || (size_t)n >= size ? ROOST_ERR_LIMIT : 0;
}

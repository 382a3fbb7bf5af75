/* body.c - the text of a message's body, decoded, for searching. */
#include "search/body.h"

#include <stdbool.h>
#include <stdlib.h>

#include <roost/error.h>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "search/header.h"
#include "search/window.h"

/* No charset makes more of one byte. */
#define MAX_EXPANSION 16

/* A body on its way from bytes to text. */
struct body {
	struct roost_call *call;
	struct roost_content *content;
	const struct roost_outline *outline;
	struct scan *scan;
	char *buffer; /* of window_read() */
	struct buf decoded; /* transfer encoding undone */
	struct buf utf8;
};

static bool is_text(const struct roost_part *part)
{
	switch (part->kind) {
	case ROOST_PART_TEXT:
		return true;
	case ROOST_PART_MESSAGE:
		return part->first_child == ROOST_NO_PART; /* too deep to have been looked into */
	case ROOST_PART_MULTIPART:
		return false;
	case ROOST_PART_BASIC:
		break;
	}
	return text_equal_nocase(part->type, TEXT("message")); /* delivery-status and so on */
}

/* The charset of a part; absent when it has none. RFC 2231 allows it as charset* too, though
 * nobody writes it so. */
static struct roost_text charset_of(const struct body *body, uint32_t index, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct roost_text name, value;
		if (roost_outline_parameter(body->outline, index, false, i, &name, &value) == 0 &&
			text_equal_nocase(name, TEXT("charset"))) {
			return value;
		}
	}
	return TEXT_ABSENT;
}

static int feed_converted(
	struct body *body, struct charset_converter *converter, struct roost_text bytes, bool last)
{
	if (charset_keeps(converter, bytes.bytes, bytes.size)) {
		scan_feed(body->scan, bytes);
		return 0; /* and nothing is pending at the end */
	}
	buf_reset(&body->utf8);
	charset_convert(converter, bytes.bytes, bytes.size, &body->utf8);
	if (last) {
		charset_convert_end(converter, &body->utf8);
	}
	scan_feed(body->scan, (struct roost_text) { body->utf8.data, body->utf8.size });
	return buf_status(&body->utf8);
}

static int feed_window(struct body *body, struct transfer_decoder *decoder,
	struct charset_converter *converter, struct roost_text window, bool last)
{
	if (decoder->encoding == TRANSFER_IDENTITY) {
		return feed_converted(body, converter, window, last);
	}
	buf_reset(&body->decoded);
	(void)buf_reserve(&body->decoded, window.size); /* at once; more is hardly ever needed */
	transfer_decode(decoder, window.bytes, window.size, &body->decoded);
	if (last) {
		transfer_decode_end(decoder, &body->decoded);
	}
	int r = buf_status(&body->decoded);
	if (r < 0) {
		return r;
	}
	return feed_converted(body, converter,
		(struct roost_text) { body->decoded.data, body->decoded.size }, last);
}

static int scan_text_part(struct body *body, uint32_t index, const struct roost_part *part)
{
	struct transfer_decoder decoder;
	struct charset_converter converter;
	uint64_t at = 0;
	int r = 0;
	transfer_decoder_init(&decoder, transfer_encoding_from_name(part->encoding));
	charset_converter_init(&converter, charset_of(body, index, part->parameter_count));
	while (r == 0 && at < part->body_size && !body->scan->stopped) {
		struct roost_text window;
		if (roost_call_cancelled(body->call)) {
			r = ROOST_ERR_CANCELLED;
			break;
		}
		r = window_read(body->content, part->body_offset + at, part->body_size - at,
			&body->buffer, &window);
		if (r < 0 || window.size == 0) {
			break;
		}
		at += window.size;
		r = feed_window(body, &decoder, &converter, window, at == part->body_size);
	}
	charset_converter_free(&converter);
	return r;
}

static int scan_part(struct body *body, uint32_t index)
{
	struct roost_part part;
	int r = roost_outline_part(body->outline, index, &part);
	if (r == 0 && part.is_message && index > 0) {
		r = header_scan(body->call, body->content, part.header_offset, part.header_size,
			body->scan);
		r = r == 0 ? scan_end(body->scan) : r;
	}
	if (r == 0 && is_text(&part) && part.body_size > 0) {
		r = scan_text_part(body, index, &part);
		r = r == 0 ? scan_end(body->scan) : r;
	}
	return r;
}

int body_scan(struct roost_call *call, struct roost_content *content,
	const struct roost_outline *outline, struct scan *scan)
{
	struct body body = { call, content, outline, scan, NULL, { 0 }, { 0 } };
	int r = 0;
	buf_init(&body.decoded, 2 * WINDOW_SIZE);
	buf_init(&body.utf8, (2 * MAX_EXPANSION) * WINDOW_SIZE);
	uint32_t count = roost_outline_part_count(outline);
	for (uint32_t i = 0; r == 0 && i < count && !scan->stopped; i++) {
		r = scan_part(&body, i);
	}
	buf_free(&body.decoded);
	buf_free(&body.utf8);
	free(body.buffer);
	return r;
}

/* output.c - what waits to be sent. */
#include "session/output.h"

#include <stdlib.h>
#include <string.h>

#define SEGMENT_FULL (48u * 1024u) /* begin another one, so that growing copies little */
#define SEGMENT_NEXT (64u * 1024u) /* of one that follows a full one, and will be full */
#define SEGMENT_MAX (64u * 1024u * 1024u) /* of one response that cannot be parted */
#define MAX_SEGMENTS 512u /* references to content */

/* Bytes, and after them perhaps a range of content. */
struct segment {
	struct segment *next;
	struct buf buf;
	size_t buf_sent;
	struct roost_content *content; /* a reference; NULL when there is none */
	uint64_t offset;
	uint64_t size;
};

static void free_segment(struct segment *segment)
{
	buf_free(&segment->buf);
	roost_content_unref(segment->content);
	free(segment);
}

void output_free(struct output *output)
{
	while (output->first != NULL) {
		struct segment *next = output->first->next;
		free_segment(output->first);
		output->first = next;
	}
	*output = (struct output) { 0 };
}

void output_trim(struct output *output)
{
	if (output_is_empty(output) && !output->failed) {
		output_free(output);
	}
}

static struct segment *add_segment(struct output *output)
{
	struct segment *segment = calloc(1, sizeof(*segment));

	if (segment == NULL) {
		output->failed = true;
		return NULL;
	}
	buf_init(&segment->buf, SEGMENT_MAX);
	if (output->last == NULL) {
		output->first = segment;
	} else {
		output->bytes += output->last->buf.size;
		output->failed = output->failed || output->last->buf.failed;
		output->last->next = segment;
	}
	output->last = segment;
	output->segments++;
	return segment;
}

struct buf *output_piece(struct output *output, size_t n)
{
	static struct buf none = { .max = 0,
		.failed = true }; /* never written: it has failed already */
	struct segment *last = output->last;

	if (last != NULL && last->content == NULL && last->buf.size + n <= SEGMENT_FULL) {
		return &last->buf;
	}
	bool follows = last != NULL && last->content == NULL;
	last = add_segment(output);
	if (last != NULL && follows) {
		(void)buf_reserve(&last->buf, SEGMENT_NEXT);
	}
	return last == NULL ? &none : &last->buf;
}

struct buf *output_buf(struct output *output)
{
	return output_piece(output, 1);
}

void output_content(
	struct output *output, struct roost_content *content, uint64_t offset, uint64_t size)
{
	if (size == 0) {
		return;
	}
	struct segment *last = output->last;
	if (last == NULL || last->content != NULL) {
		last = add_segment(output);
	}
	if (last != NULL) {
		last->content = roost_content_ref(content);
		last->offset = offset;
		last->size = size;
	}
}

static bool is_spent(const struct segment *segment)
{
	return segment->buf_sent == segment->buf.size && segment->size == 0;
}

bool output_is_empty(const struct output *output)
{
	return output->first == NULL || (output->first == output->last && is_spent(output->first));
}

bool output_is_full(const struct output *output, size_t limit)
{
	size_t last = output->last == NULL ? 0 : output->last->buf.size;

	return output->bytes + last >= limit || output->segments >= MAX_SEGMENTS;
}

bool output_failed(const struct output *output)
{
	return output->failed || (output->last != NULL && output->last->buf.failed);
}

size_t output_pieces(const struct output *output, struct roost_piece *pieces, size_t n)
{
	size_t count = 0;

	for (const struct segment *segment = output->first; segment != NULL && count < n;
		segment = segment->next) {
		if (segment->buf_sent < segment->buf.size) {
			pieces[count++] = (struct roost_piece) { .bytes = segment->buf.data +
									  segment->buf_sent,
				.size = segment->buf.size - segment->buf_sent };
		}
		if (segment->size > 0 && count < n) {
			pieces[count++] = (struct roost_piece) { .content = segment->content,
				.offset = segment->offset,
				.size = segment->size };
		}
	}
	return count;
}

/* The first segment is sent. The last one is kept for the next response. */
static void drop_first(struct output *output)
{
	struct segment *first = output->first;

	if (first == output->last) {
		output->failed = output->failed || first->buf.failed;
		buf_reset(&first->buf);
		roost_content_unref(first->content);
		first->content = NULL;
		first->buf_sent = 0;
		return;
	}
	output->first = first->next;
	output->bytes -= first->buf.size;
	output->segments--;
	free_segment(first);
}

uint64_t output_sent(struct output *output, uint64_t n)
{
	uint64_t before = n;
	while (n > 0 && output->first != NULL) {
		struct segment *first = output->first;
		uint64_t from_buf = first->buf.size - first->buf_sent;
		from_buf = n < from_buf ? n : from_buf;
		first->buf_sent += (size_t)from_buf;
		n -= from_buf;
		uint64_t from_content = n < first->size ? n : first->size;
		first->offset += from_content;
		first->size -= from_content;
		n -= from_content;
		if (!is_spent(first)) {
			break;
		}
		bool last = first == output->last;
		drop_first(output);
		if (last) {
			break;
		}
	}
	return before - n;
}

void output_visit(const struct output *output, uint64_t n,
	void (*visit)(void *context, const char *bytes, uint64_t size), void *context)
{
	for (const struct segment *segment = output->first; segment != NULL && n > 0;
		segment = segment->next) {
		uint64_t from_buf = segment->buf.size - segment->buf_sent;
		from_buf = n < from_buf ? n : from_buf;
		if (from_buf > 0) {
			visit(context, segment->buf.data + segment->buf_sent, from_buf);
		}
		n -= from_buf;
		uint64_t from_content = n < segment->size ? n : segment->size;
		if (from_content > 0) {
			visit(context, NULL, from_content);
		}
		n -= from_content;
	}
}

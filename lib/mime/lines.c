/* lines.c - the lines of content one after another, holding no more of them than a window. */
#include "mime/lines.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define WINDOW_SIZE 65536u

static bool more_to_read(const struct lines *lines)
{
	return lines->window_offset + lines->window_size < lines->end;
}

static size_t find(const struct lines *lines, char c)
{
	size_t left = lines->window_size - lines->position;
	const char *found = left > 0 ? memchr(lines->window + lines->position, c, left) : NULL;
	return found != NULL ? (size_t)(found - lines->window) : lines->window_size;
}

static void find_ends(struct lines *lines)
{
	lines->next_cr = find(lines, '\r');
	lines->next_lf = find(lines, '\n');
}

/* Each of the two only ever moves forward over a window, so that finding all ends looks at each
 * byte twice, however long the lines are and whichever of the two they end with. */
static void keep_ends(struct lines *lines)
{
	if (lines->next_cr < lines->position) {
		lines->next_cr = find(lines, '\r');
	}
	if (lines->next_lf < lines->position) {
		lines->next_lf = find(lines, '\n');
	}
}

void lines_init(struct lines *lines, struct roost_content *content, uint64_t offset, uint64_t size)
{
	memset(lines, 0, sizeof(*lines));
	lines->content = content;
	lines->end = offset + size;
	lines->window_offset = offset;
	lines->window = roost_content_pointer(content);
	if (lines->window != NULL) {
		lines->window += offset;
		lines->window_size = (size_t)size;
		find_ends(lines);
	}
}

void lines_finish(struct lines *lines)
{
	free(lines->buffer);
	lines->buffer = NULL;
}

/* Move what is left to the front of the buffer and read behind it. */
static int refill(struct lines *lines)
{
	if (lines->buffer == NULL) {
		lines->buffer = malloc(WINDOW_SIZE);
		if (lines->buffer == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		lines->window = lines->buffer;
	}
	size_t left = lines->window_size - lines->position;
	memmove(lines->buffer, lines->buffer + lines->position, left);
	lines->window_offset += lines->position;
	lines->position = 0;
	lines->window_size = left;
	uint64_t wanted = lines->end - (lines->window_offset + left);
	if (wanted > WINDOW_SIZE - left) {
		wanted = WINDOW_SIZE - left;
	}
	int64_t n = roost_content_read(
		lines->content, lines->window_offset + left, lines->buffer + left, (size_t)wanted);
	if (n < 0) {
		return (int)n;
	}
	if (n == 0 || (uint64_t)n > wanted) {
		return ROOST_ERR_IO;
	}
	lines->window_size = left + (size_t)n;
	find_ends(lines);
	return 0;
}

static void take(
	struct lines *lines, size_t size, unsigned end_size, bool last, struct segment *segment_out)
{
	segment_out->offset = lines->window_offset + lines->position;
	segment_out->bytes = lines->window + lines->position;
	segment_out->size = size;
	segment_out->end_size = end_size;
	segment_out->first = !lines->in_line;
	segment_out->last = last;
	lines->position += size + end_size;
	lines->in_line = !last;
}

int lines_next(struct lines *lines, struct segment *segment_out)
{
	for (;;) {
		if (lines->window == NULL) {
			if (lines->window_offset == lines->end) {
				return 0;
			}
			int r = refill(lines);
			if (r < 0) {
				return r;
			}
		}
		keep_ends(lines);
		bool more = more_to_read(lines);
		size_t end = lines->next_cr < lines->next_lf ? lines->next_cr : lines->next_lf;
		size_t left = lines->window_size - lines->position;
		if (end < lines->window_size &&
			(end + 1 < lines->window_size || !more || lines->window[end] == '\n')) {
			bool crlf = end == lines->next_cr && end + 1 < lines->window_size &&
				    lines->next_lf == end + 1;
			take(lines, end - lines->position, crlf ? 2 : 1, true, segment_out);
			return 1;
		}
		if (!more) {
			if (left == 0) {
				/* A very long line was cut into segments just before the end. */
				if (!lines->in_line) {
					return 0;
				}
				take(lines, 0, 0, true, segment_out);
				return 1;
			}
			take(lines, left, 0, true, segment_out);
			return 1;
		}
		if (lines->position == 0 && left == WINDOW_SIZE) {
			/* A CR at the very end waits for what follows it. */
			take(lines, end - lines->position, 0, false, segment_out);
			return 1;
		}
		int r = refill(lines);
		if (r < 0) {
			return r;
		}
	}
}

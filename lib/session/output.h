/* output.h - what waits to be sent: rendered bytes, and references to content that is not copied. */
#ifndef SESSION_OUTPUT_H
#define SESSION_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>

#include "base/buf.h"

struct segment;

/* An all-zero output is empty. */
struct output {
	struct segment *first;
	struct segment *last;
	size_t segments;
	size_t bytes; /* in segments that are closed; the last one's come on top */
	bool failed; /* memory ran out: what was to be sent is not whole */
};

void output_free(struct output *output);
/* Give back memory while nothing waits. */
void output_trim(struct output *output);
/* The buffer to write the next bytes to; valid until the next call here. Never NULL: without memory it is
 * one that fails. */
struct buf *output_buf(struct output *output);
/* The same, with the next `n` bytes going to one buffer, if it is not much. */
struct buf *output_piece(struct output *output, size_t n);
/* Send a range of content after what was written so far. Takes a reference. */
void output_content(
	struct output *output, struct roost_content *content, uint64_t offset, uint64_t size);
bool output_is_empty(const struct output *output);
/* Whether so much waits that no more should be made: `limit` bytes, or many references. */
bool output_is_full(const struct output *output, size_t limit);
bool output_failed(const struct output *output);
size_t output_pieces(const struct output *output, struct roost_piece *pieces, size_t n);
/* The first `n` bytes were sent, if there are so many. Returns how many there were. */
uint64_t output_sent(struct output *output, uint64_t n);
/* Look at the next `n` bytes to be sent: bytes, or with NULL so much of content. */
void output_visit(const struct output *output, uint64_t n,
	void (*visit)(void *context, const char *bytes, uint64_t size), void *context);

#endif

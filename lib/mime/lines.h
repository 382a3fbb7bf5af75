/* lines.h - the lines of content one after another, holding no more of them than a window. */
#ifndef MIME_LINES_H
#define MIME_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>

/* The first segment of a line has at least this many bytes of it, or the whole line. */
#define LINES_START 16384

/* A line, or for a very long one a piece of it. A line ends with CRLF, LF or CR. */
struct segment {
	uint64_t offset; /* in the content */
	const char *bytes; /* without the line end; valid until the next call */
	size_t size;
	unsigned end_size; /* of the line end: 0 (not at the end, or the last line), 1 or 2 */
	bool first; /* the line begins here */
	bool last; /* and ends here */
};

struct lines {
	struct roost_content *content;
	uint64_t end; /* where to stop */
	char *buffer; /* the window, when the content is not in memory; owned */
	const char *window;
	uint64_t window_offset;
	size_t window_size;
	size_t position; /* in the window: what comes next */
	size_t next_cr, next_lf; /* the next one from `position` on, or `window_size` */
	bool in_line;
};

/* Read the lines of `size` bytes of the content from `offset`. Takes no memory yet. The range must
 * lie inside the content. */
void lines_init(struct lines *lines, struct roost_content *content, uint64_t offset, uint64_t size);
void lines_finish(struct lines *lines);
/* 1 and a segment; 0 at the end; or ROOST_ERR_NO_MEMORY, ROOST_ERR_IO, … from reading. */
int lines_next(struct lines *lines, struct segment *segment_out);

#endif

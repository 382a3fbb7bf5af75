/* window.h - reading content a piece at a time. */
#ifndef SEARCH_WINDOW_H
#define SEARCH_WINDOW_H

#include <stdint.h>

#include <roost/content.h>
#include <roost/outline.h>

#define WINDOW_SIZE ((size_t)32 * 1024)

/* The bytes at `offset`: at most `n`, at most a window, fewer at the content's end; none beyond it.
 * They lie in `buffer`, of WINDOW_SIZE, or in the content. Errors from reading. */
int window_read(struct roost_content *content, uint64_t offset, uint64_t n, char *buffer,
	struct roost_text *bytes_out);

#endif

/* window.h - reading content a piece at a time. */
#ifndef SEARCH_WINDOW_H
#define SEARCH_WINDOW_H

#include <stdint.h>

#include <roost/content.h>
#include <roost/outline.h>

#define WINDOW_SIZE ((size_t)32 * 1024)

/* The bytes at `offset`: at most `n`, at most a window, fewer at the content's end; none beyond it.
 * They lie in the content, or else in `*buffer`, which is NULL at first and the caller's to free.
 * ROOST_ERR_NO_MEMORY, errors from reading. */
int window_read(struct roost_content *content, uint64_t offset, uint64_t n, char **buffer,
	struct roost_text *bytes_out);

#endif

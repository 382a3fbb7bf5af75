/* window.c - reading content a piece at a time. */
#include "search/window.h"

#include <stdlib.h>

#include <roost/error.h>

int window_read(struct roost_content *content, uint64_t offset, uint64_t n, char **buffer,
	struct roost_text *bytes_out)
{
	const char *all = roost_content_pointer(content);
	if (offset >= content->size) {
		n = 0;
	} else if (n > content->size - offset) {
		n = content->size - offset;
	}
	size_t size = n < WINDOW_SIZE ? (size_t)n : WINDOW_SIZE;
	if (size == 0) {
		*bytes_out = (struct roost_text) { "", 0 };
		return 0;
	}
	if (all != NULL) {
		*bytes_out = (struct roost_text) { all + offset, size };
		return 0;
	}
	if (*buffer == NULL) {
		*buffer = malloc(WINDOW_SIZE);
	}
	if (*buffer == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int64_t got = roost_content_read(content, offset, *buffer, size);
	if (got < 0) {
		return (int)got;
	}
	*bytes_out = (struct roost_text) { *buffer, (size_t)got };
	return 0;
}

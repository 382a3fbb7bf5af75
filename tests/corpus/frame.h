/* frame.h - messages from standard input, for the dump tools: each as its size in decimal, a line
 * end, and its bytes. */
#ifndef TESTS_CORPUS_FRAME_H
#define TESTS_CORPUS_FRAME_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The next message, from malloc, exactly as large as it is; NULL at the end or on an error. */
static inline uint8_t *frame_read(size_t *size_out)
{
	size_t size;
	if (scanf("%zu", &size) != 1 || getchar() != '\n') {
		return NULL;
	}
	uint8_t *bytes = malloc(size > 0 ? size : 1);
	if (bytes == NULL || fread(bytes, 1, size, stdin) != size) {
		free(bytes);
		return NULL;
	}
	*size_out = size;
	return bytes;
}

static inline void frame_print_string(const char *bytes, size_t size)
{
	putchar('"');
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
			printf("\\u%04x", c);
		} else {
			putchar(c);
		}
	}
	putchar('"');
}

#endif

/* bytes.h - octets that grow. */
#ifndef BENCH_BYTES_H
#define BENCH_BYTES_H

#include <stddef.h>

struct bytes {
	char *data;
	size_t length;
	size_t capacity;
};

void bytes_add(struct bytes *bytes, const void *data, size_t length);
__attribute__((format(printf, 2, 3))) void bytes_format(
	struct bytes *bytes, const char *format, ...);
void bytes_clear(struct bytes *bytes);

#endif

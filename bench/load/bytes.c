/* bytes.c - octets that grow. */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fail.h"

/* Small at first: there may be one for each of very many connections. */
enum { FIRST_CAPACITY = 128 };

static void make_room(struct bytes *bytes, size_t length)
{
	if (bytes->capacity - bytes->length >= length) {
		return;
	}
	size_t capacity = bytes->capacity ? bytes->capacity : FIRST_CAPACITY;
	while (capacity - bytes->length < length) {
		capacity *= 2;
	}
	bytes->data = grow_memory(bytes->data, capacity, 1);
	bytes->capacity = capacity;
}

void bytes_add(struct bytes *bytes, const void *data, size_t length)
{
	if (length > 0) {
		make_room(bytes, length);
		memcpy(bytes->data + bytes->length, data, length);
		bytes->length += length;
	}
}

void bytes_format(struct bytes *bytes, const char *format, ...)
{
	va_list arguments;
	va_list again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0) {
		fail("a line cannot be formatted");
	}
	make_room(bytes, (size_t)length + 1);
	vsnprintf(bytes->data + bytes->length, (size_t)length + 1, format, again);
	va_end(again);
	bytes->length += (size_t)length;
}

void bytes_clear(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes) { 0 };
}

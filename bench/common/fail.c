/* fail.c - the end of a bench program when something did not go as it must. */
#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...)
{
	va_list arguments;
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	exit(1);
}

void fail_errno(const char *format, ...)
{
	int error = errno;
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fail("%s: %s", text, strerror(error));
}

void *take_memory(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);
	if (!memory) {
		fail("out of memory");
	}
	return memory;
}

void *grow_memory(void *memory, size_t count, size_t size)
{
	void *grown = reallocarray(memory, count, size);
	if (!grown) {
		fail("out of memory");
	}
	return grown;
}

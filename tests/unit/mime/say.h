/* say.h - text of a bounded size that grows piece by piece, for tests. */
#ifndef TESTS_UNIT_MIME_SAY_H
#define TESTS_UNIT_MIME_SAY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What arrays given to say() must have room for. */
#define SAY_ROOM 1000

/* Add to the text; what does not fit ends the test program. */
__attribute__((format(printf, 2, 3))) static inline void say(char *text, const char *format, ...)
{
	size_t used = strnlen(text, SAY_ROOM);
	va_list arguments;

	va_start(arguments, format);
	int n = vsnprintf(text + used, SAY_ROOM - used, format, arguments);
	va_end(arguments);
	if (n < 0 || (size_t)n >= SAY_ROOM - used) {
		fprintf(stderr, "say.h: no room for what was to be said\n");
		abort();
	}
}

#endif

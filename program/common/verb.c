/* verb.c - what the verbs say. */
#include "verb.h"

#include <stdarg.h>
#include <stdio.h>

int verb_say(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? VERB_GOOD : VERB_TROUBLE;
}

int verb_refuse(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("roost: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	return VERB_WRONG_USE;
}

/* verb.c - what the verbs say. */
#include "verb.h"

#include <getopt.h>
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

int verb_refuse_option(const char *verb, int answer, char *const *argv)
{
	const char *word = argv[optind - 1];
	if (answer == ':') {
		return verb_refuse("%s needs a value; see roost %s --help", word, verb);
	}
	/* -h alone is known: this is --help with a value. */
	if (optopt >= 256 || optopt == 'h') {
		return verb_refuse(
			"%s: this option takes no value; see roost %s --help", word, verb);
	}
	if (optopt > 0) {
		return verb_refuse(
			"-%c is no option of roost %s; see roost %s --help", optopt, verb, verb);
	}
	return verb_refuse("%s is no option of roost %s; see roost %s --help", word, verb, verb);
}

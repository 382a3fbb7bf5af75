/* parameters.c - the KEY=VALUE arguments of a scenario. */
#include "parameters.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

static const struct {
	const char *suffix;
	long factor;
} suffixes[] = {
	{ "", 1 },
	{ "K", 1L << 10 },
	{ "M", 1L << 20 },
	{ "G", 1L << 30 },
	{ "KB", 1000 },
	{ "MB", 1000000 },
	{ "GB", 1000000000 },
};

static size_t find(const struct parameters *parameters, const char *key, size_t length)
{
	size_t i = 0;
	while (parameters->table[i].key && (strncmp(parameters->table[i].key, key, length) != 0 ||
						   parameters->table[i].key[length] != '\0')) {
		i++;
	}
	return i;
}

static void read_one(struct parameters *parameters, const char *argument)
{
	const char *equals = strchr(argument, '=');
	if (!equals) {
		fail("%s: parameters are KEY=VALUE", argument);
	}
	size_t length = (size_t)(equals - argument);
	size_t i = find(parameters, argument, length);
	if (parameters->table[i].key) {
		parameters->values[i] = equals + 1;
	} else if (strncmp(argument, "name=", 5) == 0) {
		parameters->name = equals + 1;
	} else {
		fail("%s: there is no such parameter; --help lists them", argument);
	}
}

void parameters_read(
	struct parameters *parameters, const struct parameter *table, int argc, char *const *argv)
{
	*parameters = (struct parameters) { .table = table };
	for (size_t i = 0; table[i].key; i++) {
		parameters->values[i] = table[i].standard;
	}
	for (int i = 0; i < argc; i++) {
		read_one(parameters, argv[i]);
	}
}

const char *parameters_text(const struct parameters *parameters, const char *key)
{
	return parameters->values[find(parameters, key, strlen(key))];
}

bool parameters_is(const struct parameters *parameters, const char *key, const char *text)
{
	return strcmp(parameters_text(parameters, key), text) == 0;
}

/* What stands between `text` and `end` as a number. */
static long read_number(const char *key, const char *text, const char *end, long least, long most)
{
	char *rest;
	errno = 0;
	long number = strtol(text, &rest, 10);
	if (errno != 0 || rest == text || rest > end) {
		fail("%s=%s: a number is needed", key, text);
	}
	size_t i = 0;
	size_t count = sizeof(suffixes) / sizeof(*suffixes);
	size_t length = (size_t)(end - rest);
	while (i < count && (strlen(suffixes[i].suffix) != length ||
				    strncmp(suffixes[i].suffix, rest, length) != 0)) {
		i++;
	}
	if (i == count || __builtin_mul_overflow(number, suffixes[i].factor, &number) ||
		number < least || number > most) {
		fail("%s=%s: a number from %ld to %ld is needed", key, text, least, most);
	}
	return number;
}

long parameters_number(const struct parameters *parameters, const char *key, long least, long most)
{
	const char *text = parameters_text(parameters, key);
	return read_number(key, text, text + strlen(text), least, most);
}

double parameters_seconds(const struct parameters *parameters, const char *key)
{
	const char *text = parameters_text(parameters, key);
	char *rest;
	double seconds = strtod(text, &rest);
	if (rest == text || *rest != '\0' || !isfinite(seconds) || seconds < 0 || seconds > 86400) {
		fail("%s=%s: seconds are needed", key, text);
	}
	return seconds;
}

size_t parameters_rising(const struct parameters *parameters, const char *key, long most,
	long numbers[static PARAMETERS_LIST_MAX])
{
	const char *text = parameters_text(parameters, key);
	size_t count = 0;
	long least = 0;
	for (;;) {
		const char *end = text + strcspn(text, ",");
		if (count == PARAMETERS_LIST_MAX) {
			fail("%s: at most %d numbers", key, PARAMETERS_LIST_MAX);
		}
		numbers[count] = read_number(key, text, end, least, most);
		least = numbers[count++] + 1;
		if (*end == '\0') {
			return count;
		}
		text = end + 1;
	}
}

void parameters_require(
	const struct parameters *parameters, const char *key, const char *const *allowed)
{
	for (size_t i = 0; allowed[i]; i++) {
		if (parameters_is(parameters, key, allowed[i])) {
			return;
		}
	}
	fail("%s=%s: --help says what can be given", key, parameters_text(parameters, key));
}

void parameters_help(const struct parameter *table)
{
	for (; table->key; table++) {
		char pair[64];
		snprintf(pair, sizeof(pair), "%s=%s", table->key, table->standard);
		printf("  %-26s %s\n", pair, table->meaning);
	}
}

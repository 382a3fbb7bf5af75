/* result.c - what was measured, as one JSON object on a line of stdout. */
#include "result.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

static void put_string(const char *text)
{
	putchar('"');
	for (const char *at = text; *at; at++) {
		unsigned char octet = (unsigned char)*at;
		if (octet == '"' || octet == '\\') {
			printf("\\%c", octet);
		} else if (octet < 0x20) {
			printf("\\u%04x", octet);
		} else {
			putchar(octet);
		}
	}
	putchar('"');
}

static void put_number(double number)
{
	/* JSON has no word for what is not finite. */
	if (isfinite(number)) {
		printf("%.10g", number);
	} else {
		printf("null");
	}
}

static void put_parameters(const struct parameters *parameters)
{
	printf(", \"parameters\": {");
	for (size_t i = 0; parameters->table[i].key; i++) {
		const char *value = parameters->values[i];
		char *rest;
		double number = strtod(value, &rest);
		printf("%s", i > 0 ? ", " : "");
		put_string(parameters->table[i].key);
		printf(": ");
		if (rest != value && *rest == '\0') {
			put_number(number);
		} else {
			put_string(value);
		}
	}
	printf("}");
}

void result_begin(const struct parameters *parameters, const char *name, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, name);
	vsnprintf(text, sizeof(text), name, arguments);
	va_end(arguments);
	printf("{\"name\": ");
	put_string(parameters->name ? parameters->name : text);
	put_parameters(parameters);
}

void result_value(double value, const char *unit)
{
	result_number("value", value);
	result_text("unit", unit);
}

void result_number(const char *key, double number)
{
	printf(", \"%s\": ", key);
	put_number(number);
}

void result_text(const char *key, const char *text)
{
	printf(", \"%s\": ", key);
	put_string(text);
}

void result_samples(const struct samples *samples)
{
	printf(", \"samples\": [");
	for (size_t i = 0; i < samples->count; i++) {
		printf("%s", i > 0 ? ", " : "");
		put_number(samples->values[i]);
	}
	printf("]");
}

void result_quantiles(const struct samples *samples, const char *unit)
{
	double factor = strcmp(unit, "us") == 0 ? 1e6 : 1e3;
	char key[16];
	snprintf(key, sizeof(key), "p50_%s", unit);
	result_number(key, samples_quantile(samples, 0.5) * factor);
	snprintf(key, sizeof(key), "p99_%s", unit);
	result_number(key, samples_quantile(samples, 0.99) * factor);
}

void result_end(const struct cost *cost)
{
	result_number("client_cpu", cost->client);
	result_number("server_cpu", cost->server);
	/* The kernel counts other programs in hundredths of a second: below that it may be negative. */
	result_number("other_cpu", cost->other > 0 ? cost->other : 0);
	result_number("wall", cost->wall);
	printf("}\n");
	if (fflush(stdout) != 0) {
		fail_errno("stdout");
	}
}

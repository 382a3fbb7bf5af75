/* parameters.h - the KEY=VALUE arguments of a scenario. */
#ifndef BENCH_PARAMETERS_H
#define BENCH_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>

enum { PARAMETERS_MAX = 12, PARAMETERS_LIST_MAX = 32 };

struct parameter {
	const char *key;
	const char *standard; /* what it is when not given */
	const char *meaning;
};

struct parameters {
	const struct parameter *table; /* ends with an empty row */
	const char *values[PARAMETERS_MAX]; /* in the order of the table */
	const char *name; /* given as name=…, for the "name" of the result; or NULL */
};

/* Read arguments by a table; they and it must live as long as the parameters. A key that is not in the
 * table ends the program, as does everywhere below a value that cannot be. */
void parameters_read(
	struct parameters *parameters, const struct parameter *table, int argc, char *const *argv);

const char *parameters_text(const struct parameters *parameters, const char *key);
bool parameters_is(const struct parameters *parameters, const char *key, const char *text);
/* A whole number; K, M, G and KB, MB, GB may follow, for powers of 1024 and of 1000. */
long parameters_number(const struct parameters *parameters, const char *key, long least, long most);
double parameters_seconds(const struct parameters *parameters, const char *key);
/* Numbers with commas between them, each larger than the one before; how many. */
size_t parameters_rising(const struct parameters *parameters, const char *key, long most,
	long numbers[static PARAMETERS_LIST_MAX]);
/* Fails unless the value is one of these, which end with NULL. */
void parameters_require(
	const struct parameters *parameters, const char *key, const char *const *allowed);
/* Print a line for each on stdout. */
void parameters_help(const struct parameter *table);

#endif

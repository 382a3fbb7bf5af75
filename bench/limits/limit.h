/* limit.h - what this machine could do at best: a table, and what its rows share. */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "common/parameters.h"

struct limit {
	const char *name;
	const char *summary;
	const struct parameter *parameters; /* ends with an empty row */
	/* Measure, and print a result. */
	void (*run)(const struct parameters *parameters);
};

extern const struct limit echo_limit;
extern const struct limit fdatasync_limit;
extern const struct limit memcpy_limit;
extern const struct limit memmem_limit;
extern const struct limit sendfile_limit;
extern const struct limit pieces_limit;
extern const struct limit tls_sendfile_limit;

enum { LIMIT_REPEAT_MAX = 10000 };
/* A gigabyte is more than any cache holds. */
#define LIMIT_OCTETS_MAX (1L << 30)

#endif

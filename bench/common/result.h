/* result.h - what was measured, as one JSON object on a line of stdout. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include "cost.h"
#include "parameters.h"
#include "samples.h"

/* Begin with the name, which is the same in every run that measures the same thing (name=… wins), and
 * the parameters. */
__attribute__((format(printf, 2, 3))) void result_begin(
	const struct parameters *parameters, const char *name, ...);
/* What the line is about. */
void result_value(double value, const char *unit);
/* More of it, by other keys. */
void result_number(const char *key, double number);
void result_text(const char *key, const char *text);
void result_samples(const struct samples *samples);
/* The median and the 99th percentile, as "p50" and "p99" with the unit behind: "p50_us". The samples
 * are in seconds, `unit` is "us" or "ms". */
void result_quantiles(const struct samples *samples, const char *unit);
/* End the line with what it cost. */
void result_end(const struct cost *cost);

#endif

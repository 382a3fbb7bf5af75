/* samples.h - measured values, and what stands in their middle and at their end. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>

struct samples {
	double *values;
	size_t count;
	size_t capacity;
};

/* Have room for so many, so that no measured loop waits for memory. */
void samples_reserve(struct samples *samples, size_t count);
void samples_add(struct samples *samples, double value);
/* The value below which `part` of them lie, 0.5 is the median; of none 0. Sorts a copy. */
double samples_quantile(const struct samples *samples, double part);
void samples_clear(struct samples *samples);

#endif

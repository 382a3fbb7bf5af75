/* samples.c - measured values, and what stands in their middle and at their end. */
#include "samples.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"

void samples_reserve(struct samples *samples, size_t count)
{
	if (count > samples->capacity) {
		samples->values = grow_memory(samples->values, count, sizeof(double));
		/* Touched now, not in the middle of a measurement. */
		memset(samples->values + samples->count, 0,
			(count - samples->count) * sizeof(double));
		samples->capacity = count;
	}
}

void samples_add(struct samples *samples, double value)
{
	if (samples->count == samples->capacity) {
		samples_reserve(samples, samples->capacity ? samples->capacity * 2 : 64);
	}
	samples->values[samples->count++] = value;
}

static int compare(const void *one, const void *other)
{
	const double *left = one;
	const double *right = other;
	return (*left > *right) - (*left < *right);
}

double samples_quantile(const struct samples *samples, double part)
{
	if (samples->count == 0) {
		return 0;
	}
	double *sorted = take_memory(samples->count, sizeof(double));
	memcpy(sorted, samples->values, samples->count * sizeof(double));
	qsort(sorted, samples->count, sizeof(double), compare);
	/* Between two values what a straight line between them says. */
	double place = part * (double)(samples->count - 1);
	size_t below = (size_t)place;
	size_t above = below + 1 < samples->count ? below + 1 : below;
	double value = sorted[below] + (sorted[above] - sorted[below]) * (place - (double)below);
	free(sorted);
	return value;
}

void samples_clear(struct samples *samples)
{
	free(samples->values);
	*samples = (struct samples) { 0 };
}

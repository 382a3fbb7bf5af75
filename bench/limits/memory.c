/* memory.c - how fast memory is copied and searched: no search of mail without an index is faster. */
#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "limit.h"
#include "scratch.h"

static const struct parameter parameters[] = {
	{ "bytes", "100MB", "that are worked on" },
	{ "repeat", "5", "how often" },
	{ 0 },
};

struct memory {
	char *source;
	char *target;
	size_t octets;
};

static void measure(
	const struct parameters *given, const char *name, void (*work)(struct memory *memory))
{
	static const struct processes nobody = { 0 };
	struct samples speeds = { 0 };
	struct cost cost = { 0 };
	long repeat = parameters_number(given, "repeat", 1, LIMIT_REPEAT_MAX);
	struct memory memory = {
		.octets = (size_t)parameters_number(given, "bytes", 1, LIMIT_OCTETS_MAX),
	};
	memory.source = scratch_octets(memory.octets);
	memory.target = take_memory(memory.octets, 1);
	/* Once for nothing: pages are there. */
	work(&memory);
	cost_begin(&cost, &nobody);
	for (long i = 0; i < repeat; i++) {
		double began = moment_now();
		work(&memory);
		samples_add(&speeds, (double)memory.octets / (moment_now() - began) / 1e6);
	}
	cost_end(&cost, &nobody);
	result_begin(given, "%s", name);
	result_value(samples_quantile(&speeds, 0.5), "MB/s");
	result_samples(&speeds);
	result_end(&cost);
	samples_clear(&speeds);
	free(memory.source);
	free(memory.target);
}

static void copy(struct memory *memory)
{
	memcpy(memory->target, memory->source, memory->octets);
	/* Nobody looks at it, which the compiler must not know. */
	__asm__ volatile("" : : "r"(memory->target) : "memory");
}

static void search(struct memory *memory)
{
	static const char rare[] = "zyxwimplethorn";
	if (memmem(memory->source, memory->octets, rare, sizeof(rare) - 1)) {
		fail("what should be nowhere was found");
	}
}

static void run_copy(const struct parameters *given)
{
	measure(given, "memcpy", copy);
}

static void run_search(const struct parameters *given)
{
	measure(given, "memmem", search);
}

const struct limit memcpy_limit = {
	.name = "memcpy",
	.summary = "memory copied",
	.parameters = parameters,
	.run = run_copy,
};

const struct limit memmem_limit = {
	.name = "memmem",
	.summary = "memory searched for a word that is not in it: the bound of SEARCH without an "
		   "index",
	.parameters = parameters,
	.run = run_search,
};

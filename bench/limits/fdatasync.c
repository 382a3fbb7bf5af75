/* fdatasync.c - what a disk can promise to keep per second: no durable APPEND is faster. */
#include <stdlib.h>
#include <unistd.h>

#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "limit.h"
#include "scratch.h"

enum { WRITERS_MAX = 10000 };

static const struct parameter parameters[] = {
	{ "writers", "1", "appends that share one fdatasync" },
	{ "size", "10240", "octets of an append" },
	{ "seconds", "2", "that it goes on" },
	{ "folder", "/tmp", "on the disk that is measured" },
	{ 0 },
};

static void run(const struct parameters *given)
{
	static const struct processes nobody = { 0 };
	long writers = parameters_number(given, "writers", 1, WRITERS_MAX);
	size_t size = (size_t)parameters_number(given, "size", 1, LIMIT_OCTETS_MAX);
	double seconds = parameters_seconds(given, "seconds");
	int fd = scratch_open(parameters_text(given, "folder"));
	char *octets = scratch_octets(size);
	struct samples latencies = { 0 };
	struct cost cost = { 0 };
	double appends = 0;
	cost_begin(&cost, &nobody);
	double now = moment_now();
	for (double end = now + seconds; now < end;) {
		double began = now;
		for (long i = 0; i < writers; i++) {
			scratch_write(fd, octets, size);
		}
		if (fdatasync(fd) != 0) {
			fail_errno("fdatasync");
		}
		now = moment_now();
		samples_add(&latencies, now - began);
		appends += (double)writers;
	}
	cost_end(&cost, &nobody);
	result_begin(given, "fdatasync %ld", writers);
	result_value(appends / cost.wall, "messages/s");
	result_quantiles(&latencies, "us");
	result_end(&cost);
	samples_clear(&latencies);
	free(octets);
	close(fd);
}

const struct limit fdatasync_limit = {
	.name = "fdatasync",
	.summary = "appends to a file that are on the disk: the bound of append",
	.parameters = parameters,
	.run = run,
};

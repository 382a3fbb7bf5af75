/* scenario.h - what the load generator can measure: a table, and who runs each row. */
#ifndef BENCH_SCENARIO_H
#define BENCH_SCENARIO_H

#include "common/parameters.h"
#include "network.h"

struct scenario {
	const char *name;
	const char *summary;
	const struct parameter *parameters; /* ends with an empty row */
	/* Measure, and print one result for each figure. */
	void (*run)(struct network *network, const struct parameters *parameters);
};

/* Each is defined in a file of its own name, and listed in main.c. */
extern const struct scenario append_scenario;
extern const struct scenario command_scenario;
extern const struct scenario delivery_scenario;
extern const struct scenario fill_scenario;
extern const struct scenario idle_scenario;
extern const struct scenario roundtrip_scenario;
extern const struct scenario session_scenario;
extern const struct scenario users_scenario;

enum { SCENARIO_CONNECTIONS_MAX = 200000, SCENARIO_MESSAGES_MAX = 10000000 };

#endif

/* users.c - measures the first sign-in of many users, whom some servers make then. */
#include "common/result.h"
#include "scenario.h"
#include "sessions.h"

static const struct parameter parameters[] = {
	{ "count", "1000", "users, each signed in once" },
	{ "connections", "32", "at once" },
	{ "command", "none", "between LOGIN and LOGOUT: none or select" },
	{ "user", "0", "the number of the first user" },
	{ 0 },
};

static void run(struct network *network, const struct parameters *given)
{
	parameters_require(given, "command", (const char *const[]) { "none", "select", NULL });
	struct sessions sessions = {
		.connections = (uint32_t)parameters_number(
			given, "connections", 1, SCENARIO_CONNECTIONS_MAX),
		.count = (uint32_t)parameters_number(given, "count", 1, INT32_MAX),
		.user = (uint32_t)parameters_number(given, "user", 0, INT32_MAX),
		.command = parameters_is(given, "command", "select") ? "SELECT INBOX" : NULL,
	};
	struct cost cost = { 0 };
	network_allow(sessions.connections);
	samples_reserve(&sessions.latencies, sessions.count);
	cost_begin(&cost, &network->processes);
	sessions_run(&sessions, network);
	cost_end(&cost, &network->processes);
	result_begin(given, "users %u", sessions.count);
	result_value((double)sessions.done / cost.wall, "sessions/s");
	result_quantiles(&sessions.latencies, "us");
	result_end(&cost);
	samples_clear(&sessions.latencies);
}

const struct scenario users_scenario = {
	.name = "users",
	.summary = "sign so many different users in, once each",
	.parameters = parameters,
	.run = run,
};

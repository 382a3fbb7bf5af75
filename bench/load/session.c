/* session.c - measures sign-in and sign-out per second. */
#include "common/result.h"
#include "scenario.h"
#include "sessions.h"

static const struct parameter parameters[] = {
	{ "connections", "32", "at once" },
	{ "users", "0", "that they are of in turns; 0: each of a user of its own" },
	{ "seconds", "3", "in which sessions begin" },
	{ "command", "none", "between LOGIN and LOGOUT: none, noop or select" },
	{ "user", "0", "the number of the first user" },
	{ 0 },
};

static void run(struct network *network, const struct parameters *given)
{
	parameters_require(
		given, "command", (const char *const[]) { "none", "noop", "select", NULL });
	struct sessions sessions = {
		.connections = (uint32_t)parameters_number(
			given, "connections", 1, SCENARIO_CONNECTIONS_MAX),
		.seconds = parameters_seconds(given, "seconds"),
		.user = (uint32_t)parameters_number(given, "user", 0, INT32_MAX),
		.users = (uint32_t)parameters_number(given, "users", 0, SCENARIO_CONNECTIONS_MAX),
	};
	if (!parameters_is(given, "command", "none")) {
		sessions.command =
			parameters_is(given, "command", "noop") ? "NOOP" : "SELECT INBOX";
	}
	struct cost cost = { 0 };
	network_allow(sessions.connections);
	samples_reserve(&sessions.latencies, 1 << 18);
	cost_begin(&cost, &network->processes);
	sessions_run(&sessions, network);
	cost_end(&cost, &network->processes);
	result_begin(
		given, "session %s %u", parameters_text(given, "command"), sessions.connections);
	result_value((double)sessions.done / cost.wall, "sessions/s");
	result_quantiles(&sessions.latencies, "us");
	result_end(&cost);
	samples_clear(&sessions.latencies);
}

const struct scenario session_scenario = {
	.name = "session",
	.summary = "connect, sign in, sign out, again and again",
	.parameters = parameters,
	.run = run,
};

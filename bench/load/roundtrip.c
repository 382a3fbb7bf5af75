/* roundtrip.c - measures commands per second, one at a time on each connection. */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "dialogue.h"
#include "mailbox.h"
#include "scenario.h"
#include "words.h"

static const struct parameter parameters[] = {
	{ "command", "noop", "noop, or fetch: UID FETCH n (FLAGS) of some message" },
	{ "connections", "64", "with INBOX selected" },
	{ "users", "0", "that they are of in turns; 0: each of a user of its own" },
	{ "seconds", "2", "that it goes on" },
	{ "messages", "10", "that each INBOX holds at least" },
	{ "size", "10240", "octets of each" },
	{ "user", "0", "the number of the first user" },
	{ 0 },
};

struct race {
	double end;
	uint32_t running;
	uint64_t rounds;
	bool fetch;
	uint64_t chance;
	struct samples latencies;
};

struct runner {
	struct client client; /* first: a client of ours is a runner */
	struct race *race;
	uint32_t *uids;
	uint32_t count;
	double began;
};

/* "SEARCH 1 2 3" */
static void hear_uids(struct client *client, const char *text, size_t length)
{
	struct runner *runner = (struct runner *)client;
	const char *end = text + length;
	if (length < 6 || strncasecmp(text, "SEARCH", 6) != 0) {
		return;
	}
	runner->uids = grow_memory(runner->uids, length, sizeof(uint32_t));
	for (text += 6; text < end; text++) {
		uint32_t uid = 0;
		for (; text < end && isdigit((unsigned char)*text); text++) {
			uid = uid * 10 + (uint32_t)(*text - '0');
		}
		if (uid > 0) {
			runner->uids[runner->count++] = uid;
		}
	}
}

static const struct client_events uids_events = { .untagged = hear_uids };

static void start_round(struct runner *runner, double now)
{
	struct race *race = runner->race;
	runner->began = now;
	if (race->fetch) {
		client_send(&runner->client, "UID FETCH %u (FLAGS)",
			runner->uids[words_below(&race->chance, runner->count)]);
	} else {
		client_send(&runner->client, "NOOP");
	}
}

static void hear_done(struct client *client)
{
	struct runner *runner = (struct runner *)client;
	struct race *race = runner->race;
	double now = moment_now();
	samples_add(&race->latencies, now - runner->began);
	race->rounds++;
	if (now < race->end) {
		start_round(runner, now);
	} else {
		race->running--;
	}
}

static const struct client_events race_events = { .done = hear_done };

static void prepare(struct runner *runner, struct network *network, uint32_t user)
{
	dialogue_sign_in(&runner->client, network, user);
	dialogue_run(&runner->client, "SELECT INBOX");
	runner->client.events = &uids_events;
	dialogue_run(&runner->client, "UID SEARCH ALL");
	if (runner->count == 0) {
		fail("user %u: INBOX holds no messages", user);
	}
	runner->client.events = &race_events;
}

static void race_run(struct race *race, struct runner *runners, uint32_t count, double seconds,
	struct network *network, struct cost *cost)
{
	race->running = count;
	cost_begin(cost, &network->processes);
	double now = moment_now();
	race->end = now + seconds;
	for (uint32_t i = 0; i < count; i++) {
		start_round(&runners[i], now);
	}
	while (race->running > 0) {
		network_wait(network);
	}
	cost_end(cost, &network->processes);
}

static void run(struct network *network, const struct parameters *given)
{
	parameters_require(given, "command", (const char *const[]) { "noop", "fetch", NULL });
	uint32_t count =
		(uint32_t)parameters_number(given, "connections", 1, SCENARIO_CONNECTIONS_MAX);
	uint32_t first = (uint32_t)parameters_number(given, "user", 0, INT32_MAX);
	uint32_t users = (uint32_t)parameters_number(given, "users", 0, SCENARIO_CONNECTIONS_MAX);
	double seconds = parameters_seconds(given, "seconds");
	uint32_t messages =
		(uint32_t)parameters_number(given, "messages", 1, SCENARIO_MESSAGES_MAX);
	struct mail_plan plan = {
		.size = (size_t)parameters_number(given, "size", 1, MAIL_SIZE_MAX),
		.unread = 10,
		.multiparts = true,
	};
	struct race race = { .fetch = parameters_is(given, "command", "fetch"), .chance = 1 };
	struct runner *runners = take_memory(count, sizeof(*runners));
	struct cost cost = { 0 };
	network_allow(count);
	samples_reserve(&race.latencies, 1 << 20);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t user = first + (users > 0 ? i % users : i);
		mailbox_fill(network, user, "INBOX", &plan, messages);
		runners[i].race = &race;
		prepare(&runners[i], network, user);
	}
	race_run(&race, runners, count, seconds, network, &cost);
	result_begin(given, "roundtrip %s %u", parameters_text(given, "command"), count);
	result_value((double)race.rounds / cost.wall, "round trips/s");
	result_quantiles(&race.latencies, "us");
	result_end(&cost);
	for (uint32_t i = 0; i < count; i++) {
		dialogue_sign_out(&runners[i].client);
		free(runners[i].uids);
	}
	free(runners);
	samples_clear(&race.latencies);
}

const struct scenario roundtrip_scenario = {
	.name = "roundtrip",
	.summary = "small commands, one outstanding on each connection",
	.parameters = parameters,
	.run = run,
};

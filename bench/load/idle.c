/* idle.c - measures the memory of connections that wait for news. */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "mailbox.h"
#include "scenario.h"

static const struct parameter parameters[] = {
	{ "connections", "0,1000,5000", "one number or several that rise; measured at each" },
	{ "users", "1000", "that the connections are spread over" },
	{ "messages", "10", "that each INBOX holds at least" },
	{ "size", "10240", "octets of each" },
	{ "settle", "6",
		"seconds of rest before memory is read; the server's CPU is that of them" },
	{ "hold", "0", "seconds for which the last stay, for looks from outside" },
	{ "parallel", "32", "connections that are on their way to IDLE at once" },
	{ "user", "0", "the number of the first user" },
	{ 0 },
};

struct crowd;

struct idler {
	struct client client; /* first: a client of ours is an idler */
	struct crowd *crowd;
};

struct crowd {
	struct network *network;
	const struct parameters *given;
	struct idler *idlers;
	uint32_t opened;
	uint32_t arriving; /* of them, not yet in IDLE */
	uint32_t parallel;
	uint32_t user;
	uint32_t users;
	double settle;
	double empty; /* PSS before the first connection */
	double available; /* of the machine, then */
};

static void hear_untagged(struct client *client, const char *text, size_t length)
{
	(void)text;
	(void)length;
	if (client->commands == 0) {
		client_send_login(client);
	}
}

static void hear_done(struct client *client)
{
	if (client->answered == 1) {
		client_send(client, "SELECT INBOX");
	} else if (client->answered == 2) {
		client_send(client, "IDLE");
	} else {
		fail("user %u: IDLE has ended", client->user);
	}
}

static void hear_go_on(struct client *client)
{
	((struct idler *)client)->crowd->arriving--;
}

static const struct client_events events = {
	.untagged = hear_untagged,
	.asked_to_go_on = hear_go_on,
	.done = hear_done,
};

static void open_until(struct crowd *crowd, uint32_t count)
{
	while (crowd->opened < count || crowd->arriving > 0) {
		while (crowd->opened < count && crowd->arriving < crowd->parallel) {
			struct idler *idler = &crowd->idlers[crowd->opened];
			idler->crowd = crowd;
			client_open(&idler->client, crowd->network,
				crowd->user + crowd->opened % crowd->users, &events);
			crowd->opened++;
			crowd->arriving++;
		}
		network_wait(crowd->network);
	}
}

/* Rest, look, and print one line. */
static void look(struct crowd *crowd, const char *name, double opening)
{
	uint32_t count = crowd->opened;
	struct cost cost = { 0 };
	cost_begin(&cost, &crowd->network->processes);
	network_rest(crowd->network, crowd->settle);
	cost_end(&cost, &crowd->network->processes);
	struct processes_memory memory = processes_memory(&crowd->network->processes);
	double available = processes_machine_available();
	if (crowd->empty == 0) {
		crowd->empty = memory.pss;
		crowd->available = available;
	}
	double grown = memory.pss - crowd->empty;
	result_begin(crowd->given, "%s", name);
	result_value(count > 0 ? grown / count : 0, "bytes/connection");
	result_number("connections", count);
	result_number("pss", memory.pss);
	result_number("pss_before", crowd->empty);
	result_number("rss", memory.rss);
	result_number("processes", (double)memory.processes);
	result_number("machine_drop", crowd->available - available);
	result_number("opening_seconds", opening);
	result_end(&cost);
}

static void look_at_each(struct crowd *crowd, const long *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double began = moment_now();
		open_until(crowd, (uint32_t)numbers[i]);
		/* The beginning has been looked at. */
		if (numbers[i] > 0) {
			char name[32];
			snprintf(name, sizeof(name), "idle %u", crowd->opened);
			look(crowd, name, moment_now() - began);
		}
	}
}

static void close_all(struct crowd *crowd)
{
	for (uint32_t i = 0; i < crowd->opened; i++) {
		client_close(&crowd->idlers[i].client);
	}
	crowd->opened = 0;
}

static void run(struct network *network, const struct parameters *given)
{
	long numbers[PARAMETERS_LIST_MAX];
	size_t count = parameters_rising(given, "connections", SCENARIO_CONNECTIONS_MAX, numbers);
	uint32_t most = (uint32_t)numbers[count - 1];
	uint32_t messages =
		(uint32_t)parameters_number(given, "messages", 1, SCENARIO_MESSAGES_MAX);
	double hold = parameters_seconds(given, "hold");
	struct mail_plan plan = {
		.size = (size_t)parameters_number(given, "size", 1, MAIL_SIZE_MAX),
		.unread = 10,
		.multiparts = true,
	};
	struct crowd crowd = {
		.network = network,
		.given = given,
		.idlers = take_memory(most, sizeof(struct idler)),
		.parallel =
			(uint32_t)parameters_number(given, "parallel", 1, SCENARIO_CONNECTIONS_MAX),
		.user = (uint32_t)parameters_number(given, "user", 0, INT32_MAX),
		.users = (uint32_t)parameters_number(given, "users", 1, INT32_MAX),
		.settle = parameters_seconds(given, "settle"),
	};
	if (network->processes.count == 0) {
		fail("--pids is needed: memory is that of the server's processes");
	}
	network_allow(most);
	for (uint32_t i = 0; i < crowd.users && i < most; i++) {
		mailbox_fill(network, crowd.user + i, "INBOX", &plan, messages);
	}
	look(&crowd, "idle 0", 0);
	if (most > 0 && !network->idle) {
		fail("the server does not offer IDLE");
	}
	look_at_each(&crowd, numbers, count);
	network_rest(network, hold);
	close_all(&crowd);
	look(&crowd, "idle closed", 0);
	free(crowd.idlers);
}

const struct scenario idle_scenario = {
	.name = "idle",
	.summary = "connections in IDLE with INBOX selected: the server's memory for each",
	.parameters = parameters,
	.run = run,
};

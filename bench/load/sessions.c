/* sessions.c - short sessions: connect, greeting, LOGIN, a command, LOGOUT, the end. */
#include "sessions.h"

#include <stdlib.h>

#include "client.h"
#include "common/fail.h"
#include "common/moment.h"

struct visit {
	struct client client; /* first: a client of ours is a visit */
	struct visits *visits;
	uint32_t place; /* among those at once */
	double began;
	bool greeted;
	bool over; /* LOGOUT is answered */
};

struct visits {
	struct sessions *sessions;
	struct network *network;
	double end;
	uint32_t begun;
	uint32_t running;
};

static void hear_untagged(struct client *client, const char *text, size_t length)
{
	struct visit *visit = (struct visit *)client;
	(void)text;
	(void)length;
	if (!visit->greeted) {
		visit->greeted = true;
		client_send_login(client);
	}
}

static void hear_done(struct client *client)
{
	struct visit *visit = (struct visit *)client;
	const char *command = visit->visits->sessions->command;
	uint32_t last = command ? 3 : 2; /* LOGOUT */
	if (client->answered == 1 && command) {
		client_send(client, "%s", command);
	} else if (client->answered < last) {
		client_send(client, "LOGOUT");
	} else {
		visit->over = true;
	}
}

static void begin(struct visit *visit);

static void hear_end(struct client *client)
{
	struct visit *visit = (struct visit *)client;
	struct visits *visits = visit->visits;
	struct sessions *sessions = visits->sessions;
	double now = moment_now();
	if (!visit->over) {
		fail("user %u: the server has closed the connection", client->user);
	}
	samples_add(&sessions->latencies, now - visit->began);
	sessions->done++;
	client_close(client);
	if (sessions->count > 0 ? visits->begun < sessions->count : now < visits->end) {
		begin(visit);
	} else {
		visits->running--;
	}
}

static const struct client_events events = {
	.untagged = hear_untagged,
	.done = hear_done,
	.ended = hear_end,
};

static void begin(struct visit *visit)
{
	struct visits *visits = visit->visits;
	struct sessions *sessions = visits->sessions;
	uint32_t place = sessions->users > 0 ? visit->place % sessions->users : visit->place;
	uint32_t user = sessions->user + (sessions->count > 0 ? visits->begun : place);
	visits->begun++;
	visit->greeted = false;
	visit->over = false;
	visit->began = moment_now();
	client_open(&visit->client, visits->network, user, &events);
}

void sessions_run(struct sessions *sessions, struct network *network)
{
	uint32_t places = sessions->connections;
	if (sessions->count > 0 && sessions->count < places) {
		places = sessions->count;
	}
	struct visits visits = {
		.sessions = sessions,
		.network = network,
		.end = moment_now() + sessions->seconds,
		.running = places,
	};
	struct visit *all = take_memory(places, sizeof(*all));
	for (uint32_t i = 0; i < places; i++) {
		all[i].visits = &visits;
		all[i].place = i;
		begin(&all[i]);
	}
	while (visits.running > 0) {
		network_wait(network);
	}
	free(all);
}

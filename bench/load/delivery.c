/* delivery.c - measures how soon a waiting client is told of a new message. */
#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "dialogue.h"
#include "scenario.h"
#include "uploads.h"
#include "words.h"

static const struct parameter parameters[] = {
	{ "rounds", "30", "messages, one after the other" },
	{ "gap", "0.2", "seconds of rest before each; up to half of it more, by chance" },
	{ "size", "2048", "octets of a message" },
	{ "user", "400", "the number of the user; INBOX is emptied" },
	{ 0 },
};

/* The client in IDLE. */
struct listener {
	struct client client; /* first: a client of ours is a listener */
	uint32_t known; /* messages before this round */
	double told; /* when there were more; 0 until then */
};

static void hear_untagged(struct client *client, const char *text, size_t length)
{
	struct listener *listener = (struct listener *)client;
	(void)text;
	(void)length;
	if (client->messages > listener->known && listener->told == 0) {
		listener->told = moment_now();
	}
}

static const struct client_events listener_events = { .untagged = hear_untagged };

static void start_listening(struct listener *listener, struct network *network, uint32_t user)
{
	struct client *client = &listener->client;
	dialogue_sign_in(client, network, user);
	if (!network->idle) {
		fail("the server does not offer IDLE");
	}
	dialogue_empty(client, "INBOX");
	listener->known = client->messages;
	client->events = &listener_events;
	client_send(client, "IDLE");
	while (client->goes_on == 0) {
		wire_wait(&client->wire);
	}
}

static void stop_listening(struct listener *listener)
{
	bytes_add(&listener->client.wire.waiting, "DONE\r\n", 6);
	wire_flush(&listener->client.wire);
	dialogue_wait(&listener->client);
	dialogue_empty(&listener->client, "INBOX");
	dialogue_sign_out(&listener->client);
}

/* One message: seconds from its first octet until it was told. */
static double deliver(struct listener *listener, struct uploader *uploader, struct uploads *uploads)
{
	struct network *network = listener->client.wire.network;
	listener->known = listener->client.messages;
	listener->told = 0;
	uploads->last = uploads->next;
	uploads_run(uploads, uploader, 1);
	while (listener->told == 0) {
		network_wait(network);
	}
	return listener->told - uploader->began;
}

static void run(struct network *network, const struct parameters *given)
{
	uint32_t user = (uint32_t)parameters_number(given, "user", 0, INT32_MAX);
	long rounds = parameters_number(given, "rounds", 1, SCENARIO_MESSAGES_MAX);
	double gap = parameters_seconds(given, "gap");
	struct mail_plan plan = {
		.size = (size_t)parameters_number(given, "size", 1, MAIL_SIZE_MAX),
		.unread = 10,
		.multiparts = true,
	};
	struct listener listener = { 0 };
	struct uploader uploader = { 0 };
	struct samples sent = { 0 };
	struct samples stored = { 0 };
	struct samples answered = { 0 };
	struct uploads uploads = {
		.mailbox = "INBOX",
		.plan = &plan,
		.window = 1,
		.next = 1,
		.latencies = &stored,
	};
	struct cost cost = { 0 };
	uint64_t chance = 1;
	start_listening(&listener, network, user);
	dialogue_sign_in(&uploader.client, network, user);
	cost_begin(&cost, &network->processes);
	for (long i = 0; i < rounds; i++) {
		network_rest(network, gap * (1 + words_below(&chance, 500) / 1e3));
		double told = deliver(&listener, &uploader, &uploads);
		samples_add(&sent, told * 1e3);
		samples_add(&answered, (told - stored.values[stored.count - 1]) * 1e3);
	}
	cost_end(&cost, &network->processes);
	dialogue_sign_out(&uploader.client);
	stop_listening(&listener);
	result_begin(given, "delivery");
	result_value(samples_quantile(&sent, 0.5), "ms");
	result_samples(&sent);
	result_number("p99_ms", samples_quantile(&sent, 0.99));
	/* Negative when the listener was told before the sender. */
	result_number("from_answer_p50_ms", samples_quantile(&answered, 0.5));
	result_number("from_answer_p99_ms", samples_quantile(&answered, 0.99));
	result_end(&cost);
	uploader_clear(&uploader);
	samples_clear(&sent);
	samples_clear(&stored);
	samples_clear(&answered);
}

const struct scenario delivery_scenario = {
	.name = "delivery",
	.summary = "from an APPEND to the EXISTS of a client in IDLE",
	.parameters = parameters,
	.run = run,
};

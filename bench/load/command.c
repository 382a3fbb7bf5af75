/* command.c - measures one command on one mailbox. */
#include <string.h>
#include <strings.h>

#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "dialogue.h"
#include "scenario.h"

enum { REPEAT_MAX = 100000, LIST_MAX = 4000 };

static const struct parameter parameters[] = {
	{ "text", "UID FETCH 1:* (FLAGS)",
		"the command; SELECT with fresh=1: the first of a session" },
	{ "user", "7000", "the number of the user" },
	{ "mailbox", "INBOX", "that is selected" },
	{ "fresh", "0", "1: each time in a new session" },
	{ "repeat", "5", "how often it is measured" },
	{ "before", "",
		"commands before each time, not measured: \"A ; ?B\", of which B may be refused" },
	{ "after", "", "commands after each time" },
	{ 0 },
};

struct course {
	struct network *network;
	struct client client;
	uint32_t user;
	const char *mailbox;
	const char *text;
	bool selects; /* whether what is measured selects the mailbox */
	struct samples samples; /* milliseconds */
	struct cost cost;
	double octets; /* of the last answer */
	double untagged;
};

static bool begins(const char *text, const char *word)
{
	return strncasecmp(text, word, strlen(word)) == 0;
}

/* "A ; ?B": each in turn. */
static void run_list(struct client *client, const char *list)
{
	while (*list != '\0') {
		const char *end = strstr(list, " ; ");
		size_t length = end ? (size_t)(end - list) : strlen(list);
		bool may_fail = *list == '?';
		if (length > LIST_MAX) {
			fail("a command is too long");
		}
		if (may_fail) {
			(void)dialogue_try(client, "%.*s", (int)length - 1, list + 1);
		} else {
			dialogue_run(client, "%.*s", (int)length, list);
		}
		list = end ? end + 3 : list + length;
	}
}

static void enter(struct course *course, bool fresh)
{
	dialogue_sign_in(&course->client, course->network, course->user);
	if (!fresh || !course->selects) {
		dialogue_run(&course->client, "SELECT \"%s\"", course->mailbox);
	}
}

static void measure(struct course *course)
{
	struct client *client = &course->client;
	const struct processes *server = &course->network->processes;
	double octets = (double)client->wire.received;
	double told = (double)client->told;
	cost_begin(&course->cost, server);
	double began = moment_now();
	client_send(client, "%s", course->text);
	dialogue_wait(client);
	double ended = moment_now();
	cost_end(&course->cost, server);
	samples_add(&course->samples, (ended - began) * 1e3);
	course->octets = (double)client->wire.received - octets;
	course->untagged = (double)client->told - told;
}

static void repeat(
	struct course *course, long count, bool fresh, const char *before, const char *after)
{
	for (long i = 0; i < count; i++) {
		if (i == 0 || fresh) {
			enter(course, fresh);
		}
		run_list(&course->client, before);
		measure(course);
		run_list(&course->client, after);
		if (i == count - 1 || fresh) {
			dialogue_sign_out(&course->client);
		}
	}
}

static void run(struct network *network, const struct parameters *given)
{
	struct course course = {
		.network = network,
		.user = (uint32_t)parameters_number(given, "user", 0, INT32_MAX),
		.mailbox = parameters_text(given, "mailbox"),
		.text = parameters_text(given, "text"),
	};
	bool fresh = parameters_number(given, "fresh", 0, 1) == 1;
	long count = parameters_number(given, "repeat", 1, REPEAT_MAX);
	course.selects = begins(course.text, "SELECT ") || begins(course.text, "EXAMINE ");
	repeat(&course, count, fresh, parameters_text(given, "before"),
		parameters_text(given, "after"));
	double median = samples_quantile(&course.samples, 0.5);
	result_begin(given, "command %s%s", course.text, fresh ? " (fresh)" : "");
	result_value(median, "ms");
	result_samples(&course.samples);
	result_number("bytes", course.octets);
	result_number("untagged", course.untagged);
	result_number("megabytes_per_second", median > 0 ? course.octets / median / 1e3 : 0);
	result_end(&course.cost);
	samples_clear(&course.samples);
}

const struct scenario command_scenario = {
	.name = "command",
	.summary = "the time of a command, from its first octet to its tagged answer",
	.parameters = parameters,
	.run = run,
};

/* fill.c - measures how fast mailboxes are filled, and fills them for other scenarios. */
#include "common/result.h"
#include "mailbox.h"
#include "scenario.h"

static const struct parameter parameters[] = {
	{ "user", "7000", "the number of the user, of the first of several" },
	{ "users", "1", "how many" },
	{ "mailbox", "INBOX", "is made when missing" },
	{ "messages", "10000", "that each shall hold" },
	{ "size", "10240", "octets of a message" },
	{ "multiparts", "1", "0: all messages are plain text" },
	{ "unread", "10", "one message in so many is not \\Seen" },
	{ 0 },
};

static void run(struct network *network, const struct parameters *given)
{
	long first = parameters_number(given, "user", 0, INT32_MAX);
	long users = parameters_number(given, "users", 1, INT32_MAX);
	uint32_t messages =
		(uint32_t)parameters_number(given, "messages", 1, SCENARIO_MESSAGES_MAX);
	struct mail_plan plan = {
		.size = (size_t)parameters_number(given, "size", 1, MAIL_SIZE_MAX),
		.unread = (uint32_t)parameters_number(given, "unread", 1, INT32_MAX),
		.multiparts = parameters_number(given, "multiparts", 0, 1) == 1,
	};
	const char *mailbox = parameters_text(given, "mailbox");
	struct cost cost = { 0 };
	double appended = 0;
	cost_begin(&cost, &network->processes);
	for (long i = 0; i < users; i++) {
		appended += mailbox_fill(network, (uint32_t)(first + i), mailbox, &plan, messages);
	}
	cost_end(&cost, &network->processes);
	result_begin(given, "fill %u", messages);
	result_value(appended / cost.wall, "messages/s");
	result_number("appended", appended);
	result_text("way", mailbox_way(network));
	result_text("rare_word", MAIL_RARE_WORD);
	result_text("subject_word", MAIL_SUBJECT_WORD);
	result_end(&cost);
}

const struct scenario fill_scenario = {
	.name = "fill",
	.summary = "append messages until a mailbox holds so many",
	.parameters = parameters,
	.run = run,
};

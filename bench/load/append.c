/* append.c - measures messages stored per second, each connection waiting for its OK. */
#include <stdlib.h>

#include "common/fail.h"
#include "common/result.h"
#include "dialogue.h"
#include "scenario.h"
#include "uploads.h"

enum { POOL_OCTETS = 64 << 20 };

static const struct parameter parameters[] = {
	{ "connections", "32", "at once" },
	{ "mailboxes", "separate", "separate: the INBOX of a user each; same: of one user" },
	{ "messages", "2000", "of all connections together" },
	{ "size", "10240", "octets of a message" },
	{ "user", "300", "the number of the first user; INBOX is emptied" },
	{ 0 },
};

/* Messages that are written before the clock runs. */
static struct mail *write_pool(const struct mail_plan *plan, uint32_t messages, uint32_t *count)
{
	size_t room = POOL_OCTETS / plan->size + 1;
	*count = messages < room ? messages : (uint32_t)room;
	struct mail *pool = take_memory(*count, sizeof(*pool));
	for (uint32_t i = 0; i < *count; i++) {
		mail_write(&pool[i], plan, i + 1);
	}
	return pool;
}

static void clear_pool(struct mail *pool, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		mail_clear(&pool[i]);
	}
	free(pool);
}

/* Before, so that all runs begin alike, and after, so that nothing is left. */
static void empty_all(struct network *network, uint32_t user, uint32_t users)
{
	for (uint32_t i = 0; i < users; i++) {
		struct client client = { 0 };
		dialogue_sign_in(&client, network, user + i);
		dialogue_empty(&client, "INBOX");
		dialogue_sign_out(&client);
	}
}

static void run(struct network *network, const struct parameters *given)
{
	parameters_require(given, "mailboxes", (const char *const[]) { "separate", "same", NULL });
	bool same = parameters_is(given, "mailboxes", "same");
	uint32_t count =
		(uint32_t)parameters_number(given, "connections", 1, SCENARIO_CONNECTIONS_MAX);
	uint32_t user = (uint32_t)parameters_number(given, "user", 0, INT32_MAX);
	uint32_t messages =
		(uint32_t)parameters_number(given, "messages", 1, SCENARIO_MESSAGES_MAX);
	struct mail_plan plan = {
		.size = (size_t)parameters_number(given, "size", 1, MAIL_SIZE_MAX),
		.unread = 10,
		.multiparts = true,
	};
	struct samples latencies = { 0 };
	struct cost cost = { 0 };
	struct uploads uploads = {
		.mailbox = "INBOX",
		.plan = &plan,
		.window = 1,
		.next = 1,
		.last = messages,
		.latencies = &latencies,
	};
	network_allow(count);
	samples_reserve(&latencies, messages);
	struct mail *pool = write_pool(&plan, messages, &uploads.pool_count);
	uploads.pool = pool;
	empty_all(network, user, same ? 1 : count);
	struct uploader *uploaders = take_memory(count, sizeof(*uploaders));
	for (uint32_t i = 0; i < count; i++) {
		dialogue_sign_in(&uploaders[i].client, network, user + (same ? 0 : i));
	}
	cost_begin(&cost, &network->processes);
	uploads_run(&uploads, uploaders, count);
	cost_end(&cost, &network->processes);
	result_begin(given, "append %s %u", parameters_text(given, "mailboxes"), count);
	result_value(messages / cost.wall, "messages/s");
	result_quantiles(&latencies, "us");
	result_end(&cost);
	for (uint32_t i = 0; i < count; i++) {
		dialogue_sign_out(&uploaders[i].client);
	}
	free(uploaders);
	empty_all(network, user, same ? 1 : count);
	clear_pool(pool, uploads.pool_count);
	samples_clear(&latencies);
}

const struct scenario append_scenario = {
	.name = "append",
	.summary = "store messages, each connection waiting for its OK",
	.parameters = parameters,
	.run = run,
};

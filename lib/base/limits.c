/* limits.c - the default limits, and the version. */
#include <roost/limits.h>

void roost_limits_init(struct roost_limits *limits)
{
	*limits = (struct roost_limits) {
		.size = sizeof(*limits),
		.line = 64 * 1024,
		.literal = 1024 * 1024,
		.literal_before_sign_in = 4 * 1024,
		.message = 64 * 1024 * 1024,
		.spool_memory = 256 * 1024,
		.output = 256 * 1024,
		.command_memory = 64 * 1024 * 1024,
		.bad_commands = 10,
		.sign_in_tries = 5,
		.idle_seconds = 1800,
		.sign_in_seconds = 60,
		.connections = 100000,
		.connections_per_address = 0,
		.line_before_sign_in = 16 * 1024,
		.contexts = 16,
		.context_entries = 100000,
	};
}

const char *roost_version(void)
{
	return ROOST_VERSION_STRING;
}

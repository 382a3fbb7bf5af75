/* keep.c - a command that is needed for longer than it runs. */
#include "session/session.h"

int conn_keep_command(struct roost_conn *conn, struct arena *arena, struct command *command_out)
{
	struct command_input input = input_command(&conn->input);
	const char *error;

	input.utf8_names = conn_has_enabled(conn, ENABLED_REV2);
	input.bytes = arena_strndup(arena, input.bytes, input.size);
	if (input.bytes == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	return command_parse(arena, &input, command_out, &error);
}

/* fuzz_command.c - any bytes as a command: parsed, and what was parsed written again. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/buf.h"
#include "grammar/command.h"
#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "grammar/lexer.h"
#include "grammar/list_pattern.h"
#include "grammar/mailbox_name.h"
#include "../tests/unit/grammar/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert(), in every build. */
static void require(bool condition)
{
	if (!condition) {
		abort();
	}
}

/* A name that was read is written so that it is read as the same. */
static void check_name(struct arena *arena, const char *name)
{
	struct command_literal literal = { NULL };
	struct buf buf;
	struct command command;
	const char *error = NULL;
	int r;

	buf_init(&buf, 1 << 20);
	buf_string(&buf, "a SELECT ");
	mailbox_name_write(&buf, name);
	require(buf_status(&buf) == 0);
	r = command_parse(arena,
		&(struct command_input) { .bytes = buf.data,
			.size = buf.size,
			.literals = &literal,
			.literal_count = 1 },
		&command, &error);
	require(r == ROOST_ERR_NO_MEMORY || (r == 0 && strcmp(command.mailbox, name) == 0));
	buf_free(&buf);
}

/* What a response says of the items. */
static void check_items(const struct fetch_item *items)
{
	struct buf buf;

	buf_init(&buf, 1 << 24);
	for (const struct fetch_item *item = items; item != NULL; item = item->next) {
		fetch_item_write_name(&buf, item);
		buf_char(&buf, ' ');
	}
	require(buf_status(&buf) == 0);
	buf_free(&buf);
}

/* What a client of IMAP4rev2 is told is UTF-8, whatever the name. */
static void check_utf8_name(const char *name)
{
	struct buf buf;

	buf_init(&buf, 1 << 16);
	mailbox_name_write_utf8(&buf, name);
	require(buf_status(&buf) == 0 && buf.size >= strlen(name));
	buf_free(&buf);
}

static void check_flags(const struct roost_flags *flags)
{
	struct buf buf;

	buf_init(&buf, 1 << 20);
	flags_write(&buf, flags, true);
	require(buf_status(&buf) == 0);
	buf_free(&buf);
}

/* A date keeps its moment and its zone. */
static void check_date(struct arena *arena, struct roost_time time)
{
	struct command_input input;
	struct roost_time again = { 0 };
	struct lexer lexer;
	struct buf buf;

	buf_init(&buf, 100);
	internal_date_write(&buf, time);
	require(buf_status(&buf) == 0);
	input = (struct command_input) { buf.data, buf.size, NULL, 0, false };
	lexer_init(&lexer, arena, &input);
	if (time.seconds >= -62167219200 && time.seconds <= 253402300799 - 86400) {
		require(internal_date_parse(&lexer, &again) && lexer_end(&lexer));
		require(again.seconds == time.seconds && again.zone == time.zone);
	}
	buf_free(&buf);
}

static void check_command(struct arena *arena, const struct command *command)
{
	require(command->kind != COMMAND_UNKNOWN && command->tag.size > 0);
	if (command->mailbox != NULL) {
		check_name(arena, command->mailbox);
	}
	if (command->rename.to != NULL) {
		check_name(arena, command->rename.to);
	}
	for (size_t i = 0; i < command->list.pattern_count; i++) {
		(void)list_pattern_matches(command->list.patterns[i], command->list.reference, '/');
		(void)list_pattern_matches(command->list.patterns[i], "INBOX/a/b", '/');
	}
	check_items(command->fetch.items);
	check_flags(&command->store.flags);
	for (const struct append_message *message = command->append.messages; message != NULL;
		message = message->next) {
		check_flags(&message->flags);
		if (message->has_date) {
			check_date(arena, message->date);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire wire;
	struct arena arena;
	struct command command;
	const char *error = NULL;
	int r;

	wire_init(&wire, (const char *)data, size);
	arena_init(&arena, 1 << 20);
	wire.input.utf8_names = true;
	r = command_parse(&arena, &wire.input, &command, &error);
	if (r == 0 && command.mailbox != NULL) {
		check_utf8_name(command.mailbox);
	}
	arena_reset(&arena);
	wire.input.utf8_names = false;
	r = command_parse(&arena, &wire.input, &command, &error);
	if (r == 0) {
		check_command(&arena, &command);
	} else if (r == ROOST_ERR_INVALID) {
		require(strlen(error) < 200);
		for (const char *p = error; *p != '\0'; p++) {
			require(*p >= ' ' && *p <= '~');
		}
	} else {
		require(r == ROOST_ERR_NO_MEMORY);
	}
	arena_reset(&arena);
	wire_free(&wire);
	return 0;
}

/* dialogue.c - a client that waits for each answer: what goes before and after a measurement. */
#include "dialogue.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/fail.h"

static const struct client_events no_events = { 0 };

static void leave(struct client *client)
{
	(void)client; /* that it is over is seen in client->wire.over */
}

static const struct client_events leaving_events = { .ended = leave };

void dialogue_wait(struct client *client)
{
	while (client->answered < client->commands) {
		wire_wait(&client->wire);
	}
}

void dialogue_sign_in(struct client *client, struct network *network, uint32_t user)
{
	client_open(client, network, user, &no_events);
	while (client->told == 0) {
		wire_wait(&client->wire);
	}
	client_send_login(client);
	dialogue_wait(client);
	if (!network->learned) {
		dialogue_run(client, "CAPABILITY");
	}
}

static void run(struct client *client, const char *format, va_list arguments)
{
	char command[4096];
	int length = vsnprintf(command, sizeof(command), format, arguments);
	if (length < 0 || (size_t)length >= sizeof(command)) {
		fail("a command is too long: %.60s…", command);
	}
	client_send(client, "%s", command);
	dialogue_wait(client);
}

void dialogue_run(struct client *client, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	run(client, format, arguments);
	va_end(arguments);
}

bool dialogue_try(struct client *client, const char *format, ...)
{
	va_list arguments;
	client->may_refuse = true;
	va_start(arguments, format);
	run(client, format, arguments);
	va_end(arguments);
	client->may_refuse = false;
	return !client->refused;
}

void dialogue_empty(struct client *client, const char *mailbox)
{
	dialogue_run(client, "SELECT \"%s\"", mailbox);
	if (client->messages > 0) {
		dialogue_run(client, "STORE 1:* +FLAGS.SILENT (\\Deleted)");
		dialogue_run(client, "EXPUNGE");
	}
}

void dialogue_sign_out(struct client *client)
{
	client->events = &leaving_events;
	dialogue_run(client, "LOGOUT");
	while (!client->wire.over) {
		wire_wait(&client->wire);
	}
	client_close(client);
}

/* client.c - one IMAP client: its commands, and what the server answers. */
#include "client.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/fail.h"
#include "network.h"

static bool begins(const char *text, size_t length, const char *word)
{
	size_t size = strlen(word);
	return length >= size && strncasecmp(text, word, size) == 0;
}

/* Whether a list of capabilities holds one. */
static bool offers(const char *list, size_t length, const char *capability)
{
	size_t size = strlen(capability);
	for (size_t at = 0; at + size <= length; at++) {
		if ((at == 0 || list[at - 1] == ' ') &&
			(at + size == length || list[at + size] == ' ') &&
			begins(list + at, length - at, capability)) {
			return true;
		}
	}
	return false;
}

static void learn(struct network *network, const char *list, size_t length)
{
	network->learned = true;
	network->literal_plus = offers(list, length, "LITERAL+");
	network->multiappend = offers(list, length, "MULTIAPPEND");
	network->idle = offers(list, length, "IDLE");
}

static void take_untagged(struct client *client, const char *text, size_t length)
{
	size_t at = 0;
	uint32_t number = 0;
	client->told++;
	while (at < length && isdigit((unsigned char)text[at])) {
		number = number * 10 + (uint32_t)(text[at++] - '0');
	}
	if (at > 0 && begins(text + at, length - at, " EXISTS")) {
		client->messages = number;
	} else if (at == 0 && begins(text, length, "CAPABILITY ")) {
		learn(client->wire.network, text + 11, length - 11);
	}
	if (client->events->untagged) {
		client->events->untagged(client, text, length);
	}
}

/* "a7 OK …": answers come in the order of the commands, for those that wait depend on each other. */
static void take_tagged(struct client *client, const char *line, size_t length)
{
	char tag[16];
	int size = snprintf(tag, sizeof(tag), "a%u ", client->answered + 1);
	if (!begins(line, length, tag) || client->answered == client->commands) {
		fail("user %u: unexpected answer: %.*s", client->user,
			(int)(length < 200 ? length : 200), line);
	}
	bool good = begins(line + size, length - (size_t)size, "OK");
	client->refused = begins(line + size, length - (size_t)size, "NO");
	if (!good && !(client->refused && client->may_refuse)) {
		fail("user %u: the server refuses: %.*s", client->user,
			(int)(length < 400 ? length : 400), line);
	}
	client->answered++;
	if (client->events->done) {
		client->events->done(client);
	}
}

static void take_answer(void *context, const char *line, size_t length)
{
	struct client *client = context;
	if (begins(line, length, "* ")) {
		take_untagged(client, line + 2, length - 2);
	} else if (begins(line, length, "+")) {
		client->goes_on++;
		if (client->events->asked_to_go_on) {
			client->events->asked_to_go_on(client);
		}
	} else {
		take_tagged(client, line, length);
	}
}

static void take_octets(struct wire *wire, const char *data, size_t length)
{
	struct client *client = (struct client *)wire;
	answers_feed(&client->answers, data, length, take_answer, client);
}

static void take_end(struct wire *wire)
{
	struct client *client = (struct client *)wire;
	if (!client->events->ended) {
		fail("user %u: the server has closed the connection", client->user);
	}
	client->events->ended(client);
}

static const struct wire_events wire_events = { .received = take_octets, .ended = take_end };

void client_open(struct client *client, struct network *network, uint32_t user,
	const struct client_events *events)
{
	void *owner = client->owner;
	*client = (struct client) { .events = events, .owner = owner, .user = user };
	wire_open(&client->wire, network, &wire_events);
}

static void begin(struct client *client, const char *format, va_list arguments)
{
	char line[4096];
	int length = snprintf(line, sizeof(line), "a%u ", ++client->commands);
	int more = vsnprintf(line + length, sizeof(line) - (size_t)length, format, arguments);
	if (more < 0 || (size_t)(length + more) >= sizeof(line)) {
		fail("a command is too long: %.60s…", line);
	}
	bytes_add(&client->wire.waiting, line, (size_t)(length + more));
}

void client_begin(struct client *client, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	begin(client, format, arguments);
	va_end(arguments);
}

void client_send(struct client *client, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	begin(client, format, arguments);
	va_end(arguments);
	bytes_add(&client->wire.waiting, "\r\n", 2);
	wire_flush(&client->wire);
}

static void add_quoted(struct bytes *bytes, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"' || text[i] == '\\') {
			bytes_add(bytes, "\\", 1);
		}
		bytes_add(bytes, text + i, 1);
	}
}

void client_send_login(struct client *client)
{
	const struct network *network = client->wire.network;
	struct bytes *line = &client->wire.waiting;
	const char *number = strstr(network->user, "%d");
	size_t before = number ? (size_t)(number - network->user) : strlen(network->user);
	client_begin(client, "LOGIN \"");
	add_quoted(line, network->user, before);
	if (number) {
		bytes_format(line, "%u", client->user);
		add_quoted(line, number + 2, strlen(number + 2));
	}
	bytes_add(line, "\" \"", 3);
	add_quoted(line, network->password, strlen(network->password));
	bytes_add(line, "\"\r\n", 3);
	wire_flush(&client->wire);
}

void client_close(struct client *client)
{
	wire_close(&client->wire);
	answers_clear(&client->answers);
}

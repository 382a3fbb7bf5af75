/* client.h - one IMAP client: its commands, and what the server answers. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "answers.h"
#include "wire.h"

struct client;

/* What a scenario hears of a client. Each may be NULL. None but ended() may close it. */
struct client_events {
	void (*untagged)(struct client *client, const char *text, size_t length); /* behind "* " */
	void (*asked_to_go_on)(struct client *client); /* "+" */
	/* A command is done, and well: a NO or BAD ends the program. */
	void (*done)(struct client *client);
	/* The server has closed the connection; NULL where it must not. */
	void (*ended)(struct client *client);
};

struct client {
	struct wire wire; /* first: a wire of ours is a client */
	struct answers answers;
	const struct client_events *events;
	void *owner; /* of the scenario */
	uint32_t user;
	uint32_t commands; /* sent */
	uint32_t answered; /* of them */
	uint32_t goes_on; /* "+" that have come */
	uint32_t messages; /* of the selected mailbox, as last told */
	uint64_t told; /* untagged answers, the greeting among them */
	bool may_refuse; /* whether a NO is taken for done */
	bool refused; /* whether the last one was */
};

void client_open(struct client *client, struct network *network, uint32_t user,
	const struct client_events *events);
/* Send a command, without its tag and CRLF. */
__attribute__((format(printf, 2, 3))) void client_send(
	struct client *client, const char *format, ...);
void client_send_login(struct client *client);
/* Put the start of a command behind what waits, without CRLF, and send nothing: more octets are put
 * into client->wire.waiting, wire_flush() sends them. */
__attribute__((format(printf, 2, 3))) void client_begin(
	struct client *client, const char *format, ...);
/* Close the connection, without a word. */
void client_close(struct client *client);

#endif

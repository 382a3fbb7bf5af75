/* dialogue.h - a client that waits for each answer: what goes before and after a measurement. */
#ifndef BENCH_DIALOGUE_H
#define BENCH_DIALOGUE_H

#include "client.h"
#include "network.h"

/* A connection that is signed in. Learns what the server offers, the first time. */
void dialogue_sign_in(struct client *client, struct network *network, uint32_t user);
/* Run a command to its answer, which must be OK. */
__attribute__((format(printf, 2, 3))) void dialogue_run(
	struct client *client, const char *format, ...);
/* The same for one that may be refused: whether it was OK. */
__attribute__((format(printf, 2, 3))) bool dialogue_try(
	struct client *client, const char *format, ...);
/* Wait until all commands that were sent are answered. */
void dialogue_wait(struct client *client);
/* Let all messages go from a mailbox, which is then selected. */
void dialogue_empty(struct client *client, const char *mailbox);
void dialogue_sign_out(struct client *client);

#endif

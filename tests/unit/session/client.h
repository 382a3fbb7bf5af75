/* client.h - a client that a test drives by hand: it has a connection, and what that said. */
#ifndef TESTS_SESSION_CLIENT_H
#define TESTS_SESSION_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/conn.h>

struct client {
	struct roost_conn *conn;
	bool woken; /* client_woken() was called, and client_settle() not yet */
	char *said; /* since the last client_say(); NUL-terminated */
	size_t size;
	unsigned blocking; /* slices that were run where they may block */
	unsigned hard; /* and where they may be hard work */
};

/* Connect; what is said at once is heard. */
void client_open(struct client *client, const struct roost_conn_options *options);
void client_close(struct client *client);

/* For the options, with the client as context: it is woken when it settles. */
void client_woken(void *client);

/* Forget what was said. */
void client_forget(struct client *client);
/* Take the output there is. */
void client_hear(struct client *client);
/* Do all that there is to do, and hear all of it. */
void client_settle(struct client *client);
/* Forget, say this, of which all must be taken, and settle. */
void client_say(struct client *client, const char *text);
/* The same where only so many octets may be taken. */
void client_say_part(struct client *client, const char *text, size_t taken);

bool client_heard(const struct client *client, const char *text);
/* How often. */
unsigned client_count(const struct client *client, const char *text);

#endif

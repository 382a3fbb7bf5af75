/* client.c - a client that a test drives by hand. */
#include "client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void client_forget(struct client *client)
{
	client->size = 0;
	client->said[0] = '\0';
}

void client_open(struct client *client, const struct roost_conn_options *options)
{
	*client = (struct client) { .said = malloc(1) };
	assert_non_null(client->said);
	client_forget(client);
	assert_int_equal(roost_conn_create(options, &client->conn), 0);
	client_settle(client);
}

void client_close(struct client *client)
{
	roost_conn_destroy(client->conn);
	free(client->said);
	*client = (struct client) { .said = NULL };
}

void client_woken(void *client)
{
	((struct client *)client)->woken = true;
}

void client_hear(struct client *client)
{
	struct roost_piece piece;
	while (roost_conn_output(client->conn, &piece, 1) == 1) {
		size_t size = (size_t)piece.size;
		assert_null(piece.content);
		client->said = realloc(client->said, client->size + size + 1);
		assert_non_null(client->said);
		memcpy(client->said + client->size, piece.bytes, size);
		client->size += size;
		client->said[client->size] = '\0';
		roost_conn_sent(client->conn, size);
	}
}

void client_settle(struct client *client)
{
	unsigned wants;
	do {
		if (client->woken) {
			client->woken = false;
			roost_conn_wake(client->conn);
		}
		wants = roost_conn_wants(client->conn);
		if ((wants & ROOST_CONN_RUN) != 0) {
			client->blocking += (wants & ROOST_CONN_MAY_BLOCK) != 0;
			client->hard += (wants & ROOST_CONN_HARD_WORK) != 0;
			assert_int_equal(roost_conn_run(client->conn), 0);
		} else {
			client_hear(client);
		}
	} while ((wants & (ROOST_CONN_RUN | ROOST_CONN_WRITE)) != 0 || client->woken);
}

void client_say_part(struct client *client, const char *text, size_t taken)
{
	size_t size = strlen(text), done = 0, used;
	client_forget(client);
	do {
		assert_int_equal(roost_conn_feed(client->conn, text + done, size - done, &used), 0);
		done += used;
		client_settle(client);
	} while (used > 0 && done < size);
	assert_int_equal(done, taken);
}

void client_say(struct client *client, const char *text)
{
	client_say_part(client, text, strlen(text));
}

bool client_heard(const struct client *client, const char *text)
{
	return strstr(client->said, text) != NULL;
}

unsigned client_count(const struct client *client, const char *text)
{
	unsigned n = 0;
	for (const char *at = client->said; (at = strstr(at, text)) != NULL; at++) {
		n++;
	}
	return n;
}

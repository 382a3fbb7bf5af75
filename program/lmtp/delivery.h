/* delivery.h - one message into one user's mailbox, through the backend's ops. */
#ifndef PROGRAM_DELIVERY_H
#define PROGRAM_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/limits.h>

#include "path.h"

#define DELIVERY_TEXT 320

/* Who an address belongs to. */
struct delivery_user {
	struct path_user user; /* `detail` points into the path */
	uint64_t limit; /* the most octets of a message that this user takes */
	char text[DELIVERY_TEXT]; /* why there is none; "" when nothing is known */
};

/* Find out whose mailbox an address means. Any thread; may block. As the login op:
 * ROOST_ERR_INVALID_CREDENTIALS when it is nobody's. */
int delivery_find(
	struct roost_backend *backend, const struct path *path, struct delivery_user *user_out);

struct delivery {
	struct roost_backend *backend;
	const char *user;
	const char *mailbox; /* the one asked for, in any case; NULL: INBOX */
	bool mailbox_must_be; /* ROOST_ERR_NO_SUCH_MAILBOX when it is missing; else INBOX then */
	bool create_mailbox; /* make it when it is missing */
	struct roost_content *content;
	const char *front; /* lines that go before it */
	size_t front_size;
	struct roost_time date; /* the internal date */

	/* What became of it. */
	char stored_in[ROOST_MAX_MAILBOX_NAME + 1];
	uint32_t uid;
	uint64_t octets;
	char message_id[256]; /* of the message; "" when it has none */
	char text[DELIVERY_TEXT]; /* why it failed; "" when nothing is known */
};

/* Store the message; with 0 it is on disk, and the sessions of the user have been told. Any thread;
 * blocks. As the ops: ROOST_ERR_INVALID_CREDENTIALS (no such user any more), _TOO_BIG, _OVER_QUOTA,
 * and trouble. */
int delivery_store(struct delivery *delivery);

/* A line in the log of what was stored: from whom, to which address; `id` and `milliseconds` may be
 * NULL. */
void delivery_log(const struct delivery *delivery, const char *sender, const char *recipient,
	const char *id, const char *milliseconds);

#endif

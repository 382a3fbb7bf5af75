/* batch.h - messages that are stored in one step. */
#ifndef PROGRAM_BATCH_H
#define PROGRAM_BATCH_H

#include <stdbool.h>

#include <roost/backend.h>

#include "ledger.h"
#include "message.h"

/* Messages and octets that are stored in one step. */
#define BATCH_MESSAGES 1000
#define BATCH_OCTETS ((size_t)32 << 20)

struct batch_entry {
	struct message message; /* its keywords are lent to what is stored */
	void *outline;
	char *identity;
	char *origin;
	unsigned char digest[LEDGER_DIGEST_SIZE];
	uint32_t uid; /* that it got; 0: it was not stored */
};

struct batch {
	struct roost_new_message messages[BATCH_MESSAGES];
	struct batch_entry entries[BATCH_MESSAGES];
	size_t count;
	uint64_t octets;
};

/* The digest of a message's bytes. 0, or ROOST_ERR_…. */
int batch_digest(struct roost_content *content, unsigned char *digest_out);

/* Add a message, and work out what is stored with it; `message` is empty afterwards, whatever
 * happens. There must be room. 0, or ROOST_ERR_…: then it was not added. */
int batch_add(
	struct batch *batch, struct message *message, const char *identity, const char *origin);
/* Take the last one out again. */
void batch_drop_last(struct batch *batch);
bool batch_is_full(const struct batch *batch);

/* Store `count` of them, from `first` on, in one step, and set their UIDs. As the op
 * create_messages. */
int batch_store(struct batch *batch, size_t first, size_t count, struct roost_mailbox *mailbox,
	struct roost_call *call);

void batch_clear(struct batch *batch);

#endif

/* ledger.h - what was imported for a user already, so that a second import takes only what is new.
 *
 * It is a file beside the user's mail, import.db (SQLite). Each message has a row, found by the
 * folder that it comes from and its identity there. The row is on disk before the message is in the
 * store, and learns the UID afterwards: who dies in between leaves rows without a UID behind, and
 * the batch tells where in the store to look whether their messages came that far. */
#ifndef PROGRAM_LEDGER_H
#define PROGRAM_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct ledger;

/* SHA-256 of a message's bytes, cut. */
#define LEDGER_DIGEST_SIZE 16

/* A folder of a source, as it goes into a mailbox. */
struct ledger_folder {
	const char *source; /* "file:/home/anna/Maildir", "imap:anna@mail.example:993" */
	const char *name; /* of the folder in the source; "" for the source itself */
	const char *mailbox; /* where its messages go */
	uint32_t validity; /* UIDVALIDITY of the folder; 0 for files */
};

struct ledger_item {
	uint32_t uid_validity; /* of the mailbox */
	uint32_t uid; /* 0: not known to be in the store */
	const char *flags; /* at the source, when it was last looked at; until the next call */
};

/* The batch that is on its way into the store. */
struct ledger_batch {
	const char *mailbox; /* until the next call */
	uint32_t uid_validity;
	uint32_t uid_first; /* no message of the batch has a lower UID */
};

/* Open the file, which is made when it is missing, for this process alone. When that cannot be,
 * says why on stderr and returns false. */
bool ledger_open(const char *path, struct ledger **ledger_out);
/* Forget what was not committed, and close. NULL is allowed. */
void ledger_close(struct ledger *ledger);

/* All below return a negative ROOST_ERR_… when the file does not do what it should. */

/* The number of the folder. `moved_out`: whether the same folder is known with another validity. */
int ledger_find_folder(struct ledger *ledger, const struct ledger_folder *folder,
	int64_t *number_out, bool *moved_out);
/* Forget what came from the folder. */
int ledger_forget_folder(struct ledger *ledger, int64_t folder);

/* 1 and the item, or 0. */
int ledger_find(
	struct ledger *ledger, int64_t folder, const char *identity, struct ledger_item *item_out);
/* A message of these bytes in the same folder of another validity: from now on it is this one. 1,
 * or 0 when there is none. */
int ledger_adopt(struct ledger *ledger, int64_t folder, const char *identity,
	const unsigned char *digest, struct ledger_item *item_out);

/* Note a message that is about to be stored. */
int ledger_add(struct ledger *ledger, int64_t folder, const char *identity,
	const unsigned char *digest, const char *flags);
/* It is stored; or, with uid 0, it could not be and is forgotten. */
int ledger_settle(struct ledger *ledger, int64_t folder, const char *identity,
	uint32_t uid_validity, uint32_t uid);
int ledger_set_flags(
	struct ledger *ledger, int64_t folder, const char *identity, const char *flags);

/* Bring to disk what was noted, with the batch that is now to be stored; NULL: none is. */
int ledger_commit(struct ledger *ledger, const struct ledger_batch *batch);

/* The batch that was on its way when the last import ended; 1, or 0 when there was none. */
int ledger_find_batch(struct ledger *ledger, struct ledger_batch *batch_out);
/* A message of the batch was found in the store: settle a row with this digest. 1, or 0 when none
 * waits for it. */
int ledger_settle_digest(
	struct ledger *ledger, const unsigned char *digest, uint32_t uid_validity, uint32_t uid);
/* Forget the rows of the batch that are left, and the batch. */
int ledger_forget_batch(struct ledger *ledger);

/* How many times this was asked with this text since the ledger was opened, this time included. */
int ledger_count(struct ledger *ledger, const char *text, unsigned *count_out);

#endif

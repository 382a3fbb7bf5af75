/* deposit.h - brings messages into a user's mailboxes, in batches, each only once. */
#ifndef PROGRAM_DEPOSIT_H
#define PROGRAM_DEPOSIT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <roost/backend.h>

#include "ledger.h"
#include "message.h"

struct deposit;

/* Lives as long as the deposit. */
struct deposit_options {
	const char *user;
	const char *data; /* the folder of the store, for the ledger; NULL: nothing is remembered */
	const char *title; /* of the progress, "anna/INBOX" */
	bool again; /* take what was taken before, too */
	const volatile sig_atomic_t *stop; /* looked at between messages */
};

/* How an import went. */
struct deposit_sum {
	uint64_t taken; /* messages that are new in the store */
	uint64_t known; /* that were imported before */
	uint64_t changed; /* of those, that have other flags now */
	uint64_t failed;
	bool stopped; /* before the end: by a signal, or by what was told on stderr */
	bool broken; /* by the latter */
};

/* Sign in, which has to be possible without a password, and finish what an interrupted import left. On failure says why on stderr and returns
 * false. */
bool deposit_begin(struct deposit **deposit_out, struct roost_backend *backend,
	const struct deposit_options *options);

/* Store what waits, tell what failed, and free. NULL is allowed: nothing is told. */
void deposit_end(struct deposit *deposit, struct deposit_sum *sum_out);

/* For those who read sources. Between deposit_goes_on() and the next, nothing has to be checked: what
 * goes wrong for good ends the import. */

/* Whether to read on. */
bool deposit_goes_on(const struct deposit *deposit);

/* For the progress: how much work there is, and how much of it is done, in steps of any kind. */
void deposit_expect(struct deposit *deposit, uint64_t steps);
void deposit_advance(struct deposit *deposit, uint64_t steps);

/* Go on with this folder and its mailbox, which is created, with the special uses, when it is
 * missing. False when it cannot be opened: that is noted as a failure, of `origin`. */
bool deposit_open(struct deposit *deposit, const struct ledger_folder *folder, unsigned special_use,
	const char *origin);

/* Subscribe to a mailbox. */
void deposit_subscribe(struct deposit *deposit, const char *mailbox, const char *origin);

/* Whether the folder's message of this identity was imported before; then its flags are made what
 * they became at the source since. */
bool deposit_knows(struct deposit *deposit, const char *identity, const struct roost_flags *flags);

/* How many times the folder was asked for messages called so, this time included. */
unsigned deposit_count(struct deposit *deposit, const char *text);

/* Add a message that is not known; what it has is taken over, and `message` is empty afterwards.
 * `origin` says where it comes from, for a person. */
void deposit_add(
	struct deposit *deposit, struct message *message, const char *identity, const char *origin);

/* Note what could not be read, and why. */
void deposit_fail(struct deposit *deposit, const char *origin, const char *why);
/* End the import: says why on stderr. */
void deposit_break(struct deposit *deposit, const char *origin, const char *why);

#endif

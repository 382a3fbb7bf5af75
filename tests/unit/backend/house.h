/* house.h - a toy with a signed-in user, and what sessions in two mailboxes are told. */
#ifndef TESTS_UNIT_BACKEND_HOUSE_H
#define TESTS_UNIT_BACKEND_HOUSE_H

#include "backend/changes.h"
#include "backend/ops.h"
#include "toy.h"

struct house {
	struct toy toy;
	struct roost_call *call;
	struct roost_user *user;
	struct watch *inbox; /* a session that has INBOX selected */
	struct watch *work; /* one that has Work selected */
};

/* For cmocka. INBOX has the messages 1 to 5; 2 is \Seen, 4 \Deleted. Work is empty. */
int house_set_up(void **state);
int house_tear_down(void **state);

/* Open a mailbox for writing, as SELECT does. */
struct roost_mailbox *house_open(struct house *house, const char *name);
/* A set; the caller clears it. */
struct roost_uidset house_uids(const char *text);
/* Fail unless the set is the one written in `wanted`. */
void house_check_uids(const struct roost_uidset *uids, const char *wanted);
/* Fail unless this is the next change a session is told of: "MAILBOX Work", "EXPUNGE INBOX 1:3",
 * "RENAMED a b" and so on; NULL: nothing. */
void house_check_change(struct watch *watch, const char *wanted);

#endif

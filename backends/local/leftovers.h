/* leftovers.h - files of messages, and packs, that nothing in mail.db needs and that cannot go yet: a crash could bring
 * back a commit that has failed, which needs them, or the disk did not let them go.
 *
 * They go when the next commit has been written over the one that failed. Where none comes, the thread of the chores
 * tries to make one now and then. When the mail is closed before, the next who comes in cleans up. */
#ifndef LOCAL_LEFTOVERS_H
#define LOCAL_LEFTOVERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account;
struct chore_trouble;
struct roost_call;

enum leftover_kind { LEFTOVER_BODY, LEFTOVER_UNFINISHED_BODY, LEFTOVER_PACK };

struct leftover {
	enum leftover_kind kind;
	int64_t id;
};

/* The account's lock, where nothing else is said. */
struct leftovers {
	struct leftover *list;
	size_t count, capacity;
	bool told; /* that the disk does not let them go */
	atomic_bool any; /* of the list; for who does not have the lock */
	atomic_bool unknown; /* whether there are some that are in no list */
	int64_t tried_at; /* when the chore was woken, by the clock of the store, whose lock this is of */
};

/* Remove what nothing needs, if it is there, now or later. Not with the lock of the account or of the store. */
void local_leftovers_drop(struct account *account, enum leftover_kind kind, int64_t id);
/* Remove what can go now. Cheap where there is nothing. */
void local_leftovers_look(struct account *account);
/* Whether it is time to try again; then it is not for some time. With the lock of the store; `now` in seconds. */
bool local_leftovers_are_due(struct account *account, int64_t now);
/* A chore: see to it that they can go. */
int local_leftovers_do(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out);
/* mail.db is closed: from now on nobody knows which they are. Whether there are any. */
bool local_leftovers_forget(struct account *account);

#endif

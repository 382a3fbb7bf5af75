/* leftovers.h - files of messages, and packs, that nothing in mail.db needs and that cannot go yet: a crash could bring
 * back a commit that has failed, which needs them, or the disk did not let them go.
 *
 * They go when the next commit has been written over the one that failed, which the thread of the chores sees to.
 * When the mail is closed before, the next who comes in cleans up. */
#ifndef LOCAL_LEFTOVERS_H
#define LOCAL_LEFTOVERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account;
struct chore_trouble;
struct roost_call;

struct leftover {
	bool is_pack;
	int64_t id;
};

/* The account's lock, where nothing else is said. */
struct leftovers {
	struct leftover *list;
	size_t count, capacity;
	atomic_bool any; /* of the list; for who does not have the lock */
	atomic_bool unknown; /* whether there are some that are in no list */
};

/* Remove what nothing needs, now or later. Not with the lock of the account or of the store. */
void local_leftovers_drop(struct account *account, bool is_pack, int64_t id);
/* Remove what can go now. Cheap where there is nothing. */
void local_leftovers_look(struct account *account);
/* A chore: see to it that all can go. */
int local_leftovers_do(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out);
/* mail.db is closed: from now on nobody knows which they are. Whether there are any. */
bool local_leftovers_forget(struct account *account);

#endif

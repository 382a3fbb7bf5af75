/* lock.h - who works with a user's mail: processes share it, or one has it for itself.
 *
 * Each user has a file that is only there to be locked, apart from the folder with the mail, so that
 * the folder can be replaced or removed by who has the lock for itself. Nobody removes the file. A
 * lock ends with its process, however that ends; who dies leaves a sign for the next one. Locks
 * belong to the struct, not to the process: two in one process are as two processes. */
#ifndef LOCAL_LOCK_H
#define LOCAL_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct lock {
	int fd; /* -1: not held */
	bool alone; /* nobody else has it */
	bool died; /* with `alone`: somebody had it and never let go of it. Who has cleaned up after
		      that one clears this; else the next one is told again */
	bool untidy; /* set by who leaves something behind that the next one should clean up: that one is
			told that this one has died */
	uint64_t era; /* raised whenever somebody takes it for itself: what was known of the mail
			 before may be wrong */
};
#define LOCK_NONE ((struct lock) { .fd = -1 })

/* Both make the file when it is missing and wait for at most `milliseconds`.
 * ROOST_ERR_IN_USE when others have it for longer, else what the system says; errno says why. */

/* Come in to share: others may be there, and nobody can come or take it for itself while this one
 * stands in the door, until local_lock_settle(). `alone` says whether nobody is in. */
int local_lock_enter(const char *path, unsigned milliseconds, struct lock *lock_out);
void local_lock_settle(struct lock *lock);
/* Have it for oneself, to repair, replace or remove the mail. */
int local_lock_own(const char *path, unsigned milliseconds, struct lock *lock_out);
/* Let go of it. Nothing happens when it is not held. */
void local_lock_leave(struct lock *lock);

/* The lock of a store, which all processes share that work on it; `fd_out` holds it until it is
 * closed. ROOST_ERR_…; errno says why. */
int local_lock_join(const char *path, int *fd_out);
/* Whether others have joined. */
bool local_lock_has_others(int fd);

#endif

/* filler.h - the thread that fills search.db in the background.
 *
 * One for all users of a store, with low priority. It is woken when mail comes and when a user's
 * database is opened. */
#ifndef LOCAL_FILLER_H
#define LOCAL_FILLER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct account;
struct filler;
struct store;
struct text_index;

/* What belongs to search.db of an account. */
struct account_text {
	char *path; /* of search.db */
	char *lock_path; /* of search.lock */
	struct text_index *reader; /* kept for the next search; the account's lock */
	bool queued; /* the store's lock, as of what follows */
	struct account *next; /* in the queue */
	int64_t from; /* no email below it is new */
	atomic_bool damaged; /* who read search.db found it so */
	atomic_bool
		caught_up; /* search.db had all that there was: the database being opened again is no news */
	/* The thread's own. */
	int64_t settled; /* emails up to this one are looked at */
	unsigned rebuilt; /* how often it was damaged */
};

/* No thread yet. ROOST_ERR_NO_MEMORY. */
int local_filler_create(struct store *store, struct filler **filler_out);
/* Stop it. No lock of the store is held. NULL is allowed. */
void local_filler_destroy(struct filler *filler);
/* There may be emails from number `from` on that search.db has not looked at: `mail` that has just come
 * in, or others. Does not wait. No lock of the store is held. */
void local_filler_wake(struct account *account, int64_t from, bool mail);
/* Whether mail comes in, so that what can wait should. No lock of the store is held. */
bool local_filler_gives_way(struct filler *filler);

/* For tests. How long it waits for more before it begins, in milliseconds: */
void local_filler_set_delay(struct filler *filler, unsigned wait);
/* For how long no mail must have come before it works, and for how long at most it puts work off, in
 * milliseconds: */
void local_filler_set_quiet(struct filler *filler, unsigned quiet, unsigned put_off);
/* Wait until there is nothing to do. */
void local_filler_wait(struct filler *filler);
/* Wait until work is put off, or there is nothing to do; whether it is put off. */
bool local_filler_wait_put_off(struct filler *filler);

#endif

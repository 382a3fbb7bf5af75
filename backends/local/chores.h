/* chores.h - the thread that does in the background what can wait.
 *
 * One for all users of a store, with low priority. It is woken when mail comes or goes and when a user's
 * database is opened, and does one chore after another for a user: it removes files that
 * could not go before (leftovers.h), moves bodies into packs (packing.h) and fills search.db (text_fill.h). */
#ifndef LOCAL_CHORES_H
#define LOCAL_CHORES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "text_index.h"

struct account;
struct chores;
struct roost_call;
struct store;

/* What kept a chore from being done. */
struct chore_trouble {
	bool of_mail; /* mail.db failed, of which others tell */
	char text[256];
};

/* What belongs to the chores of an account. */
struct account_chores {
	bool queued; /* the store's lock */
	struct account *next; /* in the queue; the store's lock */
	atomic_bool caught_up; /* all was done: the database being opened again is no news */
	/* The thread's own. */
	int64_t emptied_pack; /* the last that has what cannot be moved; 0: none */
	bool stays_large; /* mail.db could not be made smaller */
};

/* What belongs to search.db of an account. */
struct account_text {
	struct text_place place;
	struct text_index *reader; /* kept for the next search; the account's lock */
	int64_t from; /* no email below it is new; the store's lock */
	atomic_bool damaged; /* who read search.db found it so */
	/* The thread's own. */
	int64_t settled; /* emails up to this one are looked at */
	unsigned rebuilt; /* how often it was damaged */
};

/* No thread yet. ROOST_ERR_NO_MEMORY. */
int local_chores_create(struct store *store, struct chores **chores_out);
/* Stop it. No lock of the store is held. NULL is allowed. */
void local_chores_destroy(struct chores *chores);
/* There is something to do, perhaps: emails from number `from` on, which search.db has not looked at
 * (INT64_MAX: none), `mail` that has just come in, or others. Does not wait. No lock of the store is
 * held. */
void local_chores_wake(struct account *account, int64_t from, bool mail);
/* Whether mail comes in, so that what can wait should. No lock of the store is held. */
bool local_chores_give_way(struct chores *chores);

/* For tests. How long it waits for more before it begins, in milliseconds: */
void local_chores_set_delay(struct chores *chores, unsigned wait);
/* For how long no mail must have come before it works, and for how long at most it puts work off, in
 * milliseconds: */
void local_chores_set_quiet(struct chores *chores, unsigned quiet, unsigned put_off);
/* Wait until there is nothing to do. */
void local_chores_wait(struct chores *chores);
/* Wait until work is put off, or there is nothing to do; whether it is put off. */
bool local_chores_wait_put_off(struct chores *chores);

#endif

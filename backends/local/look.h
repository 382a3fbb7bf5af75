/* look.h - seeing what others than this process have committed.
 *
 * An account has a generation, which is raised when a look at its database finds that somebody has
 * committed; an index that is true as of an older one is brought up to date before it is used. */
#ifndef LOCAL_LOOK_H
#define LOCAL_LOOK_H

#include "store.h"

/* How old a look may be for who reads. */
#define LOOK_EVERY_NANOSECONDS 100000000

/* Now, in nanoseconds, for local_look(). */
int64_t local_look_now(void);
/* Look at the database, unless the last look began at that time or later. Failures are logged; what
 * is in memory is good until a look works. */
void local_look(struct account *account, int64_t since);
/* Whether the last look is too old for who reads. */
bool local_look_is_due(const struct account *account);
/* Look, if the last look is too old for who reads. */
void local_look_now_and_then(struct account *account);
/* Bring an index up to date, and tell the sessions. Errors are explained. */
int local_look_at_index(struct account *account, struct index *index, struct roost_call *call);
/* Bring all indexes up to date that handles have open. */
void local_look_at_all(struct account *account);

#endif

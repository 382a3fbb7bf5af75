/* checkpoint.h - moving what was committed from the log of mail.db to where it belongs. */
#ifndef LOCAL_CHECKPOINT_H
#define LOCAL_CHECKPOINT_H

#include "store.h"

/* By who leads the jobs, after a commit. Whether there is enough to be moved: then call
 * local_checkpoint_move() when nobody waits any more. Needs an op that has begun. */
bool local_checkpoint_is_due(struct account *account);
/* Move, while others commit. What fails is tried again after a later commit, and lost it cannot be. */
void local_checkpoint_move(struct account *account);

#endif

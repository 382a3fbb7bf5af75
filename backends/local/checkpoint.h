/* checkpoint.h - moving what was committed from the log of mail.db to where it belongs. */
#ifndef LOCAL_CHECKPOINT_H
#define LOCAL_CHECKPOINT_H

#include "store.h"

/* By who leads the jobs, after a commit, before others commit: see whether there is enough to be moved, and have it
 * moved, while others commit. What came meanwhile is moved by one who leads later. Needs an op that has begun. */
void local_checkpoint_look(struct account *account);
/* Move what there is, with a connection that nobody uses, unless another thread is at it, or it has failed: see
 * local_driver_checkpoint(). */
void local_checkpoint_with(struct account *account, struct driver *driver);
/* By the mover. */
void local_checkpoint_move(struct account *account);

#endif

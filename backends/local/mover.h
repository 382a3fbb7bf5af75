/* mover.h - the thread that moves what was committed from the logs to the databases: checkpoint.h. */
#ifndef LOCAL_MOVER_H
#define LOCAL_MOVER_H

#include "store.h"

struct mover;

/* The thread begins when there is work for it. */
int local_mover_create(struct store *store, struct mover **mover_out);
/* End the thread: what there is to move is left to who commits. NULL is allowed. */
void local_mover_stop(struct mover *mover);
void local_mover_destroy(struct mover *mover); /* NULL is allowed; before the accounts go */
/* Have the thread call local_checkpoint_move(). False when there can be no thread. An account is added once, until it was
 * moved. */
bool local_mover_add(struct account *account);
/* Wait until it has nothing to do. For tests. */
void local_mover_wait(struct mover *mover);

#endif

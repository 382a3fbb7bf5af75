/* salvage.h - saving what can be read of a damaged database into a new one. */
#ifndef LOCAL_SALVAGE_H
#define LOCAL_SALVAGE_H

#include "check.h"

/* Replace the database, which is not open, by a new one with all rows that can be read of it.
 * `aside_out`, from malloc(), is where the old one is kept, if there was one; `messages_out` how many
 * messages were saved. Explained. */
int local_salvage(struct checking *checking, char **aside_out, uint64_t *messages_out);

#endif

/* packing.h - moving the bytes of messages from mail.db into packs.
 *
 * A message is stored in mail.db, with one sync; from there its bytes go into a pack when nothing else
 * is to be done. A record is on disk before the transaction that makes it the place of the message and
 * takes the bytes out of mail.db: whenever this ends, they are in one of both. A pack of which less
 * than half is needed has that copied to another pack in the same way, and goes. When all is moved, mail.db gives
 * back the room (shrink.h). */
#ifndef LOCAL_PACKING_H
#define LOCAL_PACKING_H

#include "chores.h"
#include "pack.h"

/* In octets. */
struct packing_limits {
	uint64_t full; /* a pack of so many gets no more */
	uint64_t least; /* it takes so many that are to be moved, or that nobody needs, to begin */
};

/* Whether a pack has so little that is needed that this should be moved. */
bool local_packing_is_thin(const struct packing_limits *limits, int64_t size, int64_t live);

/* A turn of moving, see chores.h. One process at a time does so for a user: it holds a lock on the folder
 * of the bodies. 0 when nothing is left, 1 when there is more; ROOST_ERR_IN_USE: another process
 * does it; ROOST_ERR_CANCELLED; or what kept it from being done, as `trouble_out` tells. */
int local_packing_do(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out);

#endif

/* shrink.h - giving back the room in mail.db that messages took before they moved into packs.
 *
 * What is needed for good, above all outlines, then lies strewn over a file that is mostly free, a page here and
 * a page there between the messages that came with it: as long as it is not in memory, each page is a
 * read of its own. Written anew it lies together, in the order of the messages. */
#ifndef LOCAL_SHRINK_H
#define LOCAL_SHRINK_H

#include "store.h"

/* Write mail.db anew when most of it is free. `mail` is a connection of the caller's, without a transaction. Who
 * wants to write meanwhile goes first, and what is damaged stays as it is. Never fails: mail.db does
 * as well as it is. */
void local_shrink(struct account *account, struct roost_call *call, struct driver *mail);

#endif

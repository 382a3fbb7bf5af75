/* text_fill.h - filling search.db of one user. */
#ifndef LOCAL_TEXT_FILL_H
#define LOCAL_TEXT_FILL_H

#include "chores.h"

/* Look at emails that search.db does not know. search.db knows exactly which these are, so this may
 * end anywhere, by a crash too. When several processes work on a store, one of them at a time does
 * so for a user: it holds a lock on the file search.lock, apart from that of who opens search.db
 * (text_index.h).
 * 0 when nothing is left, 1 when there is more; ROOST_ERR_IN_USE: another process fills it;
 * ROOST_ERR_CORRUPT: it was damaged, and deleted; ROOST_ERR_CANCELLED; or what kept it from being
 * written, as `trouble_out` tells. */
int local_text_fill(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out);

#endif

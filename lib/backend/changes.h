/* changes.h - who is told of which change: the inside of roost_updates (roost/updates.h).
 *
 * Each signed-in connection has a watch. A posted update goes into the queue of every watch that it
 * concerns, and wakes it; the connection takes changes out when it may tell them. Any thread may
 * post; a watch is used by one thread at a time. */
#ifndef BACKEND_CHANGES_H
#define BACKEND_CHANGES_H

#include <stdbool.h>

#include <roost/updates.h>

#include "backend/change.h"
#include "backend/notes.h"

struct watch;

/* Watch what happens to `user`, at first only to the user as a whole. `woken` is called, by any
 * thread and with a lock held, when the queue is not empty any more: it must not block and not call
 * this room. ROOST_ERR_NO_MEMORY. */
int watch_create(struct roost_updates *updates, const char *user, void (*woken)(void *context),
	void *context, struct watch **watch_out);
/* Be not told of changed flags whose origin is this session. Before the watch is used. */
void watch_set_session(struct watch *watch, const struct roost_user *session);
/* NULL is allowed. What was not told counts as told. */
void watch_destroy(struct watch *watch);

/* From now on be told of changes to the messages of this mailbox (NULL: none) as well. Call it
 * before the snapshot, so that nothing falls between. Changes queued for another mailbox are
 * dropped, and what was lost before is forgotten: the snapshot has it. ROOST_ERR_NO_MEMORY. */
int watch_select(struct watch *watch, const char *mailbox);

/* Which NOTED_… bits the session wants to hear of for a mailbox that it has not selected; for a mailbox of NULL, which
 * of any. Called by whoever posts, with a lock held: it must not block and not call this room. */
typedef unsigned (*watch_wants_fn)(void *context, const char *mailbox);

/* From now on note what happens to other mailboxes of the user than the selected one (RFC 5465), but for what this
 * session does itself. What was noted before is forgotten. With NULL nothing is noted, which is how a watch begins; it
 * then costs nothing. ROOST_ERR_NO_MEMORY. */
int watch_listen(struct watch *watch, watch_wants_fn wants, void *context);

/* Take what was noted; the caller frees it. `overflow_out`: it was more than can be kept, and nothing is noted any
 * more, until the next watch_listen(). */
struct note *watch_take_notes(struct watch *watch, bool *overflow_out);

/* Whether watch_next(), watch_lost() or watch_take_notes() has something. Cheap; any thread. */
bool watch_pending(const struct watch *watch);

/* Take the next change; NULL when there is none. It stays valid until watch_told() or
 * watch_destroy(). */
const struct change *watch_next(struct watch *watch);

/* Whether so much has queued up that the queue was thrown away: then take a new snapshot, and look
 * at all flags again. Asking forgets it. */
bool watch_lost(struct watch *watch);

/* What watch_next() gave so far has been told to the client: `done` callbacks may run. */
void watch_told(struct watch *watch);

#endif

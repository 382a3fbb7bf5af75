/* notify.h - what a client wants to be told by itself, and what of it is not told yet. RFC 5465.
 *
 * A client that never sends NOTIFY has no struct notify and hears of everything in the selected mailbox, with its
 * commands. Afterwards it hears of what it asked for, at any time. */
#ifndef SESSION_NOTIFY_H
#define SESSION_NOTIFY_H

#include "session/session.h"

struct fetch;
struct listing;

struct notify {
	struct arena arena; /* of the command */
	struct command command; /* that set it */
	char delimiter;
	const struct notify_group *selected; /* for the selected mailbox; NULL: nothing */
	bool listens; /* there are groups for other mailboxes */
	bool asks_subscribed; /* one of them is for those that are subscribed to */

	struct note *notes; /* of other mailboxes: to be told */
	struct roost_uidset own; /* put into the selected mailbox by the client itself */
	struct roost_uidset fresh; /* counted in EXISTS, and to be told with their items */
};

/* What the command at hand asks for, in memory of its own. ROOST_ERR_NO_MEMORY. */
int notify_create(struct roost_conn *conn, struct notify **notify_out);
/* NULL is allowed. No watch may listen for it any more. */
void notify_destroy(struct notify *notify);
/* Let the watch note what these groups ask for (NULL: nothing). ROOST_ERR_NO_MEMORY. */
int notify_listen(struct roost_conn *conn, struct notify *notify);
/* Take over what was to be told before. */
void notify_take_over(struct roost_conn *conn, struct notify *notify, struct notify *before);
/* From now on the client wants nothing, as with NOTIFY NONE. */
void notify_silence(struct roost_conn *conn);
/* Stop altogether, as if NOTIFY was never used. */
void notify_end(struct roost_conn *conn);

/* Which events, NOTIFY_… bits, are wanted of a mailbox that is not selected. */
unsigned notify_events(const struct notify *notify, const char *mailbox, bool subscribed);

/* Whether the client wants to hear of messages that come and go in the selected mailbox, and of their flags. */
bool notify_wants_messages(const struct roost_conn *conn);
bool notify_wants_flags(const struct roost_conn *conn);
/* Whether expunges have to wait for a command. */
bool notify_delays_expunges(const struct roost_conn *conn);
/* Whether the client is told of changes while there is no command. */
bool notify_listens(const struct roost_conn *conn);
/* Whether the mailbox stands in a group by its name. */
bool notify_names(const struct notify *notify, const char *mailbox);
/* Whether there may be something to tell while there is no command. */
bool notify_is_due(const struct roost_conn *conn);
/* Whether something may have happened to other mailboxes. */
bool notify_has_notes(const struct roost_conn *conn);

/* The client itself put these into the selected mailbox: they are not told with their items. */
void notify_note_own(struct roost_conn *conn, const struct roost_uidset *uids);
/* These are about to be counted in EXISTS. ROOST_ERR_NO_MEMORY. */
int notify_note_fresh(struct roost_conn *conn, const struct roost_uidset *uids);
void notify_forget_selected(struct roost_conn *conn);

/* -- notify_tell.c */

/* List all mailboxes with their subscriptions, in the memory of the command. Errors of the op. */
int notify_list(struct roost_conn *conn, struct listing *listing);

/* What is told of messages unasked. `fetch` is zeroed. */
void notify_plan_fetch(
	struct fetch *fetch, struct roost_conn *conn, const struct fetch_item *items);
/* Tell the items of new messages in the selected mailbox, as many as the output takes. Errors of the op. */
int notify_tell_fresh(struct roost_conn *conn);
/* Tell what happened to other mailboxes, as much as the output takes. ROOST_ERR_NO_MEMORY, errors of listing. */
int notify_tell_notes(struct roost_conn *conn);
/* Tell the state of a mailbox that is watched: "* STATUS". What cannot be looked at is passed over. */
void notify_tell_status(struct roost_conn *conn, const char *mailbox, unsigned items);
/* The same, but nothing of one that can be looked at. */
void notify_check_access(struct roost_conn *conn, const char *mailbox);

#endif

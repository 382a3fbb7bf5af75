/* context.h - searches whose results are kept up to date: SEARCH and SORT with RETURN (UPDATE). RFC 5267 section 4.3.
 *
 * A context knows which messages its client holds for a result. Whatever may have changed is noted as dirty when it is
 * told (FETCH, EXISTS), and only that is then searched again; what is expunged leaves before the EXPUNGE. Contexts
 * belong to the selected mailbox, and end with it. */
#ifndef SESSION_CONTEXT_H
#define SESSION_CONTEXT_H

#include "session/context_order.h"
#include "session/esearch.h"
#include "session/query.h"

/* One result. */
struct context {
	struct roost_call *memory; /* of what the client asked for */
	struct command command; /* that is it */
	struct query query;
	enum roost_comparator comparator; /* of SORT */
	bool descending;
	const char *mailbox; /* in `memory`, to be named with each response (RFC 7377); else NULL */
	uint32_t lowest; /* messages with lower UIDs are none of it */
	struct roost_uidset found; /* what the client holds */
	struct order order; /* the same, for SORT, instead */
	struct roost_uidset wanted; /* new messages that match: their items are to be told first */
	struct context *next;
};

struct contexts {
	struct context *first; /* the oldest */
	size_t count;
	struct roost_uidset dirty; /* to be searched again */
	struct roost_uidset fresh; /* those of them that have just come from elsewhere */
	struct roost_uidset own; /* put into the mailbox by the client itself */
	struct roost_uidset batch; /* those that are searched now */
	bool looked; /* `wanted` is known of the batch */
};

/* -- context.c */

/* If the command at hand asks for that: what it has found is kept up to date from now on, or the answer will say why it
 * is not. */
void context_keep(struct roost_conn *conn, const struct query *query, struct esearch *answer);
/* Whether the search with that tag is kept up to date. */
bool context_has(const struct roost_conn *conn, struct roost_text tag);
/* No more of that. Whether there was one. */
bool context_cancel(struct roost_conn *conn, struct roost_text tag);
/* No more of any. */
void context_end(struct roost_conn *conn);
/* The client knows sequence numbers no more: RFC 9586. */
void context_end_numbers(struct roost_conn *conn);
/* Say that a search is not kept up to date, or not any more. */
void context_refuse(struct roost_conn *conn, struct roost_text tag, const char *text);
/* Drop one that cannot go on, and say so. */
void context_drop(struct roost_conn *conn, struct context *context, const char *text);

/* These may match or not match any more. ROOST_ERR_NO_MEMORY. */
int context_note_changed(struct roost_conn *conn, const struct roost_uidset *uids);
/* The client itself put these into the selected mailbox: they are told without their items. */
void context_note_own(struct roost_conn *conn, const struct roost_uidset *uids);
/* These are about to be counted in EXISTS. ROOST_ERR_NO_MEMORY. */
int context_note_fresh(struct roost_conn *conn, const struct roost_uidset *uids);
/* What is the last message of the mailbox may have changed, and so what `*` means. ROOST_ERR_NO_MEMORY. */
int context_note_last(struct roost_conn *conn);

/* Whether something is noted. */
bool context_has_news(const struct roost_conn *conn);

/* -- context_tell.c */

/* REMOVEFROM of what is gone, before EXPUNGE tells it, as much as the output takes. ROOST_ERR_NO_MEMORY. */
int context_tell_gone(struct roost_conn *conn);
/* Search what is noted again, and tell ADDTO and REMOVEFROM, as much as the output takes. ROOST_ERR_… */
int context_tell(struct roost_conn *conn);

/* -- context_fetch.c */

/* Tell the items of new messages in `wanted`, those of NOTIFY with them, as many as the output takes. ROOST_ERR_… */
int context_fetch(struct roost_conn *conn);
/* Whether there are such messages. */
bool context_has_wanted(const struct roost_conn *conn);

#endif

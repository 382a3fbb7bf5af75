/* updates.h - telling roost of changes that were not made through it: new mail, flags changed
 * elsewhere.
 *
 * What clients change through roost the library tells to all sessions of that user by itself; an
 * update is for the rest. Posting what the library knows already does no harm. */
#ifndef ROOST_UPDATES_H
#define ROOST_UPDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/uidset.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

enum roost_update_kind {
	ROOST_UPDATE_STATUS, /* a text for the user: `* OK [ALERT] text` */
	ROOST_UPDATE_MAILBOX, /* messages came, or something changed: sessions look again */
	ROOST_UPDATE_MAILBOX_INFO, /* the mailbox was created, deleted, renamed or (un)subscribed */
	ROOST_UPDATE_MESSAGE, /* flags of the messages in `uids` changed */
	ROOST_UPDATE_EXPUNGE, /* the messages in `uids` are gone for good */
};

enum roost_status_type { ROOST_STATUS_OK, ROOST_STATUS_NO, ROOST_STATUS_BAD, ROOST_STATUS_BYE };

enum roost_mailbox_event {
	ROOST_MAILBOX_CREATED,
	ROOST_MAILBOX_DELETED,
	ROOST_MAILBOX_RENAMED, /* from `mailbox` to `new_name` */
	ROOST_MAILBOX_SUBSCRIPTION_CHANGED,
};

struct roost_update {
	size_t size; /* of this struct */
	enum roost_update_kind kind;
	const char *user; /* roost_user.name; NULL: all users */
	const char *mailbox; /* NULL: all mailboxes */

	enum roost_status_type status; /* STATUS; after BYE the connection ends */
	const char *code; /* STATUS: "ALERT", or NULL */
	const char *text; /* STATUS */
	enum roost_mailbox_event event; /* MAILBOX_INFO */
	const char *new_name; /* MAILBOX_INFO, renamed */
	const struct roost_uidset *uids; /* MESSAGE (NULL: all), EXPUNGE */

	/* Called once, from any thread, when every session that must know has been told, or has
	 * ended, or at once when there is none. It must not post updates and must not block. May be
	 * NULL. */
	void (*done)(void *context);
	void *context;

	/* The session that made the change; it is only compared. A MESSAGE that names it is not told to that
	 * session again, as its own command has told it; of anything else it is not told in mailboxes that it
	 * has not selected (RFC 5465). NULL: tell every session. */
	const struct roost_user *origin;
};

/* Post a change. Copies all it needs, never blocks, and sessions learn of updates in the order they
 * were posted. May be called by any thread, also from inside an op. ROOST_ERR_NO_MEMORY,
 * ROOST_ERR_INVALID; then `done` is not called. */
ROOST_API int roost_updates_post(struct roost_updates *updates, const struct roost_update *update);

/* Whether sessions of this user want to hear of mailboxes that they have not opened (RFC 5465). A backend
 * that has to look for changes from outside can leave out those mailboxes while nobody does. A session
 * lists the mailboxes after it began to want that, so a backend can compare with what it was then. Any
 * thread, also from inside an op. */
ROOST_API bool roost_updates_wants_all(struct roost_updates *updates, const char *user);

/* The updates of one backend: made by the server, and by whoever embeds connections, one for each
 * backend. Creating them calls the backend's set_updates op, destroying calls it with NULL; no
 * connection may be left then. ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_updates_create(
	struct roost_backend *backend, struct roost_updates **updates_out);
ROOST_API void roost_updates_destroy(struct roost_updates *updates);

ROOST_END_DECLS

#endif

/* notify_tell.c - telling a client what it wants to hear of by itself. RFC 5465 section 5. */
#include <stdlib.h>
#include <string.h>

#include "session/fetch.h"
#include "session/listing.h"
#include "session/notify.h"

/* How LIST is answered to who is told of changes: RFC 5465 sections 5.4 and 5.5. */
static const char *const everything[] = { "*" };
static const struct command asked = {
	.kind = COMMAND_LIST,
	.list = {
		.reference = "",
		.patterns = everything,
		.pattern_count = 1,
		.extended = true,
		.wanted = LIST_RETURN_SUBSCRIBED | LIST_RETURN_CHILDREN,
	},
};

/* What is looked up at most once while the notes are told. */
struct telling {
	struct roost_conn *conn;
	struct listing listing;
	bool has_listing;
};

struct fetching {
	struct fetch fetch;
	uint32_t last; /* the UID told last */
};

static int deliver(void *context, const struct roost_message *message)
{
	struct fetching *fetching = context;
	struct roost_conn *conn = fetching->fetch.conn;
	uint32_t sequence = view_sequence(conn->view, message->uid);
	int r = sequence == 0 ? 0 : fetch_tell(&fetching->fetch, sequence, message);

	if (r < 0) {
		return r;
	}
	fetching->last = message->uid;
	return output_is_full(&conn->output, conn->limits.output) ? ROOST_STOP : 0;
}

/* Whoever uses mod-sequences gets UID and MODSEQ with all that is told unasked: RFC 7162 section 3.2.4. */
void notify_plan_fetch(struct fetch *fetch, struct roost_conn *conn, const struct fetch_item *items)
{
	fetch_plan(fetch, conn, items);
	if (conn_shows_modseq(conn)) {
		fetch->wants_uid = true;
		fetch->wants_modseq = true;
		fetch->fields |= ROOST_MESSAGE_MODSEQ;
	}
}

int notify_tell_fresh(struct roost_conn *conn)
{
	struct fetching fetching = { .last = 0 };
	struct roost_fetch_options options = { .size = sizeof(options) };
	struct roost_uidset *fresh = &conn->notify->fresh;

	notify_plan_fetch(&fetching.fetch, conn, conn->notify->selected->items);
	options.fields = fetching.fetch.fields;
	int r = roost_call_create(&fetching.fetch.scratch, conn->limits.command_memory);
	if (r == 0) {
		r = mailbox_list_messages(
			conn->view->mailbox, conn->call, fresh, &options, deliver, &fetching);
	}
	roost_call_destroy(fetching.fetch.scratch);
	fetch_clear(&fetching.fetch);
	if (r == 0 && !output_is_full(&conn->output, conn->limits.output)) {
		roost_uidset_clear(fresh); /* what was not delivered is gone */
	} else if (fetching.last != 0) {
		int removed = roost_uidset_remove_range(fresh, 1, fetching.last);
		r = r < 0 ? r : removed;
	}
	return r;
}

/* The client may see that there is the mailbox, and no more: RFC 5465 section 3.1. */
static void tell_no_access(struct roost_conn *conn, const char *mailbox)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* LIST (\\NoAccess) ");
	list_write_delimiter(buf, conn->user->delimiter);
	buf_char(buf, ' ');
	conn_write_mailbox(conn, buf, mailbox);
	buf_string(buf, "\r\n");
}

void notify_tell_status(struct roost_conn *conn, const char *mailbox, unsigned items)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	int r = user_mailbox_status(conn->user, conn->call, mailbox, items, &status);

	if (r == 0) {
		status_tell(conn, mailbox, items & status.has, &status);
	} else if (r == ROOST_ERR_NO_PERMISSION) {
		tell_no_access(conn, mailbox);
	} else if (r == ROOST_ERR_IO || r == ROOST_ERR_CORRUPT || r == ROOST_ERR_NO_MEMORY) {
		conn_log(conn, ROOST_LOG_WARNING, "status-not-told", "error", roost_error_name(r),
			NULL);
	}
}

void notify_check_access(struct roost_conn *conn, const char *mailbox)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	int r = user_mailbox_status(
		conn->user, conn->call, mailbox, ROOST_STATUS_UID_VALIDITY, &status);

	if (r == ROOST_ERR_NO_PERMISSION) {
		tell_no_access(conn, mailbox);
	}
}

int notify_list(struct roost_conn *conn, struct listing *listing)
{
	return listing_make(listing, conn, &asked);
}

static int need_listing(struct telling *telling)
{
	if (telling->has_listing) {
		return 0;
	}
	int r = notify_list(telling->conn, &telling->listing);
	telling->has_listing = r == 0;
	if (r < 0) {
		listing_clear(&telling->listing);
		telling->listing = (struct listing) { .conn = NULL };
	}
	return r;
}

/* Whether a mailbox is subscribed to, if that matters. */
static int find_subscribed(struct telling *telling, const char *mailbox, bool *subscribed_out)
{
	*subscribed_out = false;
	if (!telling->conn->notify->asks_subscribed) {
		return 0;
	}
	int r = need_listing(telling);
	if (r == 0) {
		const struct listed *listed = listing_find(&telling->listing, mailbox);
		*subscribed_out = listed != NULL && listed->subscribed;
	}
	return r;
}

/* Told once from one listing: a mailbox may come up as itself, and as what is above others. */
static int tell_name(struct telling *telling, const char *mailbox, const char *old_name)
{
	struct listed missing = { .name = mailbox };
	int r = need_listing(telling);

	if (r < 0) {
		return r;
	}
	struct listed *listed = listing_find(&telling->listing, mailbox);
	listed = listed == NULL ? &missing : listed;
	if (!listed->told || old_name != NULL) {
		list_tell_name(telling->conn, &asked, listed, old_name);
		listed->told = true;
	}
	return 0;
}

/* A mailbox came or went: the one above it may have children now, or none any more. */
static int tell_parent(struct telling *telling, const char *mailbox)
{
	const struct notify *notify = telling->conn->notify;
	const char *end = notify->delimiter == '\0' ? NULL : strrchr(mailbox, notify->delimiter);
	bool subscribed;

	if (end == NULL) {
		return 0;
	}
	char *parent = roost_call_strndup(telling->conn->call, mailbox, (size_t)(end - mailbox));
	if (parent == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = find_subscribed(telling, parent, &subscribed);
	if (r < 0 || (notify_events(notify, parent, subscribed) & NOTIFY_MAILBOX_NAME) == 0) {
		return r;
	}
	return tell_name(telling, parent, NULL);
}

/* It was created, deleted, renamed or (un)subscribed to. */
static int tell_names(struct telling *telling, const struct note *note, unsigned events)
{
	const struct notify *notify = telling->conn->notify;
	bool renamed = note->old_name != NULL;
	bool named = (note->what & NOTED_NAME) != 0;
	bool subscription = (note->what & NOTED_SUBSCRIPTION) != 0;
	int r = 0;

	/* What is not subscribed to any more was just now. */
	unsigned of_subscribed = subscription ? notify_events(notify, note->mailbox, true) : 0;
	unsigned of_old = renamed ? notify_events(notify, note->old_name, false) : 0;
	bool tells = (named && ((events | of_old) & NOTIFY_MAILBOX_NAME) != 0) ||
		     (subscription && ((events | of_subscribed) & NOTIFY_SUBSCRIPTION_CHANGE) != 0);
	if (tells) {
		r = tell_name(telling, note->mailbox, note->old_name);
	}
	return r == 0 && named && !renamed ? tell_parent(telling, note->mailbox) : r;
}

static unsigned status_items(const struct roost_conn *conn, unsigned what, unsigned events)
{
	unsigned items = 0;

	if ((what & NOTED_MESSAGES) != 0 && (events & NOTIFY_MESSAGE_NEW) != 0) {
		items |= ROOST_STATUS_MESSAGES | ROOST_STATUS_UID_NEXT | ROOST_STATUS_UID_VALIDITY;
	}
	if ((what & (NOTED_FLAGS | NOTED_MESSAGES)) != 0 && (events & NOTIFY_FLAG_CHANGE) != 0) {
		items |= ROOST_STATUS_UID_VALIDITY | ROOST_STATUS_UNSEEN;
	}
	if (items != 0 && conn_has_enabled(conn, ENABLED_CONDSTORE)) {
		items |= ROOST_STATUS_HIGHEST_MODSEQ;
	}
	return items;
}

static bool is_selected(const struct roost_conn *conn, const char *mailbox)
{
	return conn->view != NULL && strcmp(conn->view->mailbox->name, mailbox) == 0;
}

static int tell_note(struct telling *telling, const struct note *note)
{
	struct roost_conn *conn = telling->conn;
	bool subscribed;
	int r = find_subscribed(telling, note->mailbox, &subscribed);

	if (r < 0) {
		return r;
	}
	unsigned events = notify_events(conn->notify, note->mailbox, subscribed);
	if ((note->what & (NOTED_NAME | NOTED_SUBSCRIPTION)) != 0) {
		r = tell_names(telling, note, events);
	}
	unsigned items = status_items(conn, note->what, events);
	if (r == 0 && items != 0 && !is_selected(conn, note->mailbox)) {
		notify_tell_status(conn, note->mailbox, items);
	}
	return r;
}

/* A note about all mailboxes becomes one for each. */
static int spread(struct telling *telling)
{
	struct note *all = telling->conn->notify->notes;
	struct notes notes = { .first = NULL };
	int r = need_listing(telling);

	for (size_t i = 0; r == 0 && i < telling->listing.count; i++) {
		const struct listed *listed = telling->listing.sorted[i];
		if (listed->exists && !notes_add(&notes, listed->name, all->what, NULL)) {
			r = ROOST_ERR_NO_MEMORY;
		}
	}
	if (r < 0) {
		notes_clear(&notes);
		return r;
	}
	if (notes.first != NULL) {
		*notes.end = all->next;
		all->next = notes_take(&notes);
	}
	return 0;
}

/* More happened than can be kept: RFC 5465 section 5.8. */
static void tell_overflow(struct roost_conn *conn)
{
	conn_untagged(conn,
		"OK [NOTIFICATIONOVERFLOW] Too much happened at once; send NOTIFY again to go on");
	notify_silence(conn);
}

/* Take what is next off the list of what is to be told. */
static void drop_first(struct notify *notify)
{
	struct note *first = notify->notes;

	notify->notes = first->next;
	first->next = NULL;
	notes_free(first);
}

int notify_tell_notes(struct roost_conn *conn)
{
	struct notify *notify = conn->notify;
	struct telling telling = { .conn = conn };
	bool overflow = false;
	int r = 0;

	if (notify->notes == NULL && conn->watch != NULL && notify->listens) {
		notify->notes = watch_take_notes(conn->watch, &overflow);
	}
	while (notify->notes != NULL && r == 0 &&
		!output_is_full(&conn->output, conn->limits.output)) {
		bool all = notify->notes->mailbox[0] == '\0';
		r = all ? spread(&telling) : tell_note(&telling, notify->notes);
		if (r == 0) {
			drop_first(notify);
		} else if (all && r == ROOST_ERR_NO_MEMORY) {
			overflow = true;
		}
	}
	if (telling.has_listing) {
		listing_clear(&telling.listing);
	}
	if (overflow) {
		tell_overflow(conn);
		return 0;
	}
	return r;
}

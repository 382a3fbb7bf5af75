/* notify.c - what a client wants to be told by itself. RFC 5465 section 6. */
#include "session/notify.h"

#include <stdlib.h>
#include <string.h>

#include "backend/name.h"

/* What one NOTIFY may keep for the session. */
#define NOTIFY_MEMORY ((size_t)4 * 1024 * 1024)

/* Names as backends have them; a name that no mailbox can have is left, and matches none. */
static int normalize_names(struct roost_conn *conn, struct notify *notify)
{
	for (struct notify_group *group = notify->command.notify.groups; group != NULL;
		group = group->next) {
		for (struct notify_name *name = group->names; name != NULL; name = name->next) {
			const char *normal = name->mailbox;
			int r = name_normalize_new(conn->user, conn->call, name->mailbox, &normal);
			if (r == ROOST_ERR_NO_MEMORY) {
				return r;
			}
			if (r == 0 && normal != name->mailbox) {
				name->mailbox =
					arena_strndup(&notify->arena, normal, strlen(normal));
			}
			if (name->mailbox == NULL) {
				return ROOST_ERR_NO_MEMORY;
			}
		}
	}
	return 0;
}

static void look_through_groups(struct notify *notify)
{
	for (const struct notify_group *group = notify->command.notify.groups; group != NULL;
		group = group->next) {
		bool selected = group->filter == NOTIFY_SELECTED ||
				group->filter == NOTIFY_SELECTED_DELAYED;
		if (selected && group->events != 0) {
			notify->selected = group;
		}
		notify->listens = notify->listens || (!selected && group->events != 0);
		notify->asks_subscribed =
			notify->asks_subscribed || group->filter == NOTIFY_SUBSCRIBED;
	}
}

int notify_create(struct roost_conn *conn, struct notify **notify_out)
{
	struct notify *notify = calloc(1, sizeof(*notify));

	if (notify == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	arena_init(&notify->arena, NOTIFY_MEMORY);
	notify->delimiter = conn->user->delimiter;
	int r = conn_keep_command(conn, &notify->arena, &notify->command);
	if (r == 0) {
		r = normalize_names(conn, notify);
	}
	if (r < 0) {
		notify_destroy(notify);
		return r;
	}
	look_through_groups(notify);
	*notify_out = notify;
	return 0;
}

void notify_destroy(struct notify *notify)
{
	if (notify == NULL) {
		return;
	}
	notes_free(notify->notes);
	roost_uidset_clear(&notify->own);
	roost_uidset_clear(&notify->fresh);
	arena_reset(&notify->arena);
	free(notify);
}

static bool is_named(
	const struct notify *notify, const struct notify_group *group, const char *mailbox)
{
	for (const struct notify_name *name = group->names; name != NULL; name = name->next) {
		size_t n = strlen(name->mailbox);
		if (strncmp(mailbox, name->mailbox, n) != 0) {
			continue;
		}
		bool below = group->filter == NOTIFY_SUBTREE && notify->delimiter != '\0' &&
			     mailbox[n] == notify->delimiter;
		if (mailbox[n] == '\0' || below) {
			return true;
		}
	}
	return false;
}

bool notify_names(const struct notify *notify, const char *mailbox)
{
	for (const struct notify_group *group = notify->command.notify.groups; group != NULL;
		group = group->next) {
		if (group->filter == NOTIFY_MAILBOXES && group->events != 0 &&
			is_named(notify, group, mailbox)) {
			return true;
		}
	}
	return false;
}

/* All mailboxes are personal, and mail is delivered to any of them. */
static bool matches(const struct notify *notify, const struct notify_group *group,
	const char *mailbox, bool subscribed)
{
	switch (group->filter) {
	case NOTIFY_INBOXES:
	case NOTIFY_PERSONAL:
		return true;
	case NOTIFY_SUBSCRIBED:
		return subscribed;
	case NOTIFY_SUBTREE:
	case NOTIFY_SUBTREE_ONE:
	case NOTIFY_MAILBOXES:
		return is_named(notify, group, mailbox);
	case NOTIFY_SELECTED:
	case NOTIFY_SELECTED_DELAYED:
		break;
	}
	return false;
}

/* What all groups together want; but after one that wants nothing of the mailbox, none is asked any more. */
unsigned notify_events(const struct notify *notify, const char *mailbox, bool subscribed)
{
	unsigned events = 0;

	for (const struct notify_group *group = notify->command.notify.groups; group != NULL;
		group = group->next) {
		if (matches(notify, group, mailbox, subscribed)) {
			if (group->events == 0) {
				break;
			}
			events |= group->events;
		}
	}
	return events;
}

/* Whether subscribed or not: that is not known here. */
static unsigned possible_events(const struct notify *notify, const char *mailbox)
{
	return notify_events(notify, mailbox, true) | notify_events(notify, mailbox, false);
}

static unsigned all_events(const struct notify *notify)
{
	unsigned events = 0;

	for (const struct notify_group *group = notify->command.notify.groups; group != NULL;
		group = group->next) {
		events |= group == notify->selected ? 0 : group->events;
	}
	return events;
}

/* What comes and goes below a mailbox concerns that, too: RFC 5465 section 5.4. */
static unsigned parent_events(const struct notify *notify, const char *mailbox)
{
	const char *end = notify->delimiter == '\0' ? NULL : strrchr(mailbox, notify->delimiter);
	char parent[ROOST_MAX_MAILBOX_NAME + 1];
	size_t n = end == NULL ? 0 : (size_t)(end - mailbox);

	if (n == 0 || n >= sizeof(parent)) {
		return 0;
	}
	memcpy(parent, mailbox, n);
	parent[n] = '\0';
	return possible_events(notify, parent) & NOTIFY_MAILBOX_NAME;
}

/* For the watch, in whatever thread posts: the groups do not change. */
static unsigned wants(void *context, const char *mailbox)
{
	const struct notify *notify = context;
	unsigned events =
		mailbox == NULL ? all_events(notify)
				: possible_events(notify, mailbox) | parent_events(notify, mailbox);
	unsigned noted = 0;

	noted |= (events & NOTIFY_MESSAGE_NEW) != 0 ? NOTED_MESSAGES : 0;
	noted |= (events & NOTIFY_FLAG_CHANGE) != 0 ? NOTED_FLAGS : 0;
	noted |= (events & NOTIFY_MAILBOX_NAME) != 0 ? NOTED_NAME : 0;
	noted |= (events & NOTIFY_SUBSCRIPTION_CHANGE) != 0 ? NOTED_SUBSCRIPTION : 0;
	return noted;
}

int notify_listen(struct roost_conn *conn, struct notify *notify)
{
	if (conn->watch == NULL) {
		return 0;
	}
	bool listens = notify != NULL && notify->listens;
	return watch_listen(conn->watch, listens ? wants : NULL, notify);
}

void notify_take_over(struct roost_conn *conn, struct notify *notify, struct notify *before)
{
	bool overflow;

	if (before->notes == NULL && conn->watch != NULL) {
		before->notes =
			watch_take_notes(conn->watch, &overflow); /* if so, this is the cure */
	}
	notify->notes = before->notes;
	notify->own = before->own;
	before->notes = NULL;
	before->own = (struct roost_uidset)ROOST_UIDSET_EMPTY;
	if (notify->selected != NULL && notify->selected->items != NULL) {
		notify->fresh = before->fresh;
		before->fresh = (struct roost_uidset)ROOST_UIDSET_EMPTY;
	}
}

void notify_silence(struct roost_conn *conn)
{
	struct notify *notify = conn->notify;

	(void)notify_listen(conn, NULL); /* that needs no memory */
	notes_free(notify->notes);
	notify->notes = NULL;
	notify->selected = NULL;
	notify->listens = false;
	notify_forget_selected(conn);
}

void notify_end(struct roost_conn *conn)
{
	if (conn->notify != NULL) {
		(void)notify_listen(conn, NULL);
		notify_destroy(conn->notify);
		conn->notify = NULL;
	}
}

static unsigned selected_events(const struct notify *notify)
{
	return notify->selected == NULL ? 0 : notify->selected->events;
}

bool notify_wants_messages(const struct roost_conn *conn)
{
	return conn->notify == NULL || conn->tell_all ||
	       (selected_events(conn->notify) & NOTIFY_MESSAGE_NEW) != 0;
}

bool notify_wants_flags(const struct roost_conn *conn)
{
	return conn->notify == NULL || conn->tell_all ||
	       (selected_events(conn->notify) & NOTIFY_FLAG_CHANGE) != 0;
}

bool notify_delays_expunges(const struct roost_conn *conn)
{
	const struct notify *notify = conn->notify;

	return notify == NULL || notify->selected == NULL ||
	       notify->selected->filter == NOTIFY_SELECTED_DELAYED;
}

bool notify_listens(const struct roost_conn *conn)
{
	return conn->notify != NULL && (conn->notify->listens || conn->notify->selected != NULL);
}

bool notify_has_notes(const struct roost_conn *conn)
{
	return conn->notify != NULL && conn->watch != NULL &&
	       (conn->notify->notes != NULL ||
		       (conn->notify->listens && watch_pending(conn->watch)));
}

bool notify_is_due(const struct roost_conn *conn)
{
	const struct view *view = conn->view;

	if (!notify_listens(conn)) {
		return false;
	}
	if (conn->notify->notes != NULL || (conn->watch != NULL && watch_pending(conn->watch))) {
		return true;
	}
	if (view == NULL || conn->notify->selected == NULL) {
		return false;
	}
	bool held = view->gone.count > 0 && notify_delays_expunges(conn);
	return conn->notify->fresh.count > 0 || (view->gone.count > 0 && !held) ||
	       ((view->look || view->fresh.count > 0) && !held) ||
	       (view->changed.count > 0 && notify_wants_flags(conn));
}

void notify_note_own(struct roost_conn *conn, const struct roost_uidset *uids)
{
	if (conn->notify != NULL && conn->notify->selected != NULL) {
		/* Without memory a message is told that need not be. */
		(void)roost_uidset_add_set(&conn->notify->own, uids);
	}
}

int notify_note_fresh(struct roost_conn *conn, const struct roost_uidset *uids)
{
	struct notify *notify = conn->notify;

	if (notify == NULL || notify->selected == NULL || notify->selected->items == NULL) {
		return 0;
	}
	int r = roost_uidset_add_set(&notify->fresh, uids);
	if (r == 0 && notify->own.count > 0) {
		r = roost_uidset_remove_set(&notify->fresh, &notify->own);
		roost_uidset_clear(&notify->own);
	}
	return r;
}

void notify_forget_selected(struct roost_conn *conn)
{
	if (conn->notify != NULL) {
		roost_uidset_clear(&conn->notify->own);
		roost_uidset_clear(&conn->notify->fresh);
	}
}

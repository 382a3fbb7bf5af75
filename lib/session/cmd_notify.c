/* cmd_notify.c - NOTIFY. RFC 5465 section 3.1. */
#include <string.h>

#include "session/listing.h"
#include "session/notify.h"

/* The STATUS responses that come before the answer. */
struct announcing {
	struct listing listing;
	size_t next; /* of `sorted` */
};

static void announcing_free(void *task)
{
	listing_clear(&((struct announcing *)task)->listing);
}

/* What is told of a mailbox before the answer. Mod-sequences whether the client uses them or not. */
static unsigned first_items(const struct roost_conn *conn, unsigned events)
{
	unsigned items = 0;

	if ((events & NOTIFY_MESSAGE_NEW) != 0) {
		items |= ROOST_STATUS_MESSAGES | ROOST_STATUS_UID_NEXT | ROOST_STATUS_UID_VALIDITY;
	}
	if ((events & NOTIFY_FLAG_CHANGE) != 0) {
		items |= ROOST_STATUS_UID_VALIDITY | ROOST_STATUS_UNSEEN;
		if ((conn->backend->features & ROOST_FEATURE_MODSEQ) != 0) {
			items |= ROOST_STATUS_HIGHEST_MODSEQ;
		}
	}
	return items;
}

static void announce(struct roost_conn *conn, const struct listed *listed)
{
	unsigned never = ROOST_MAILBOX_NOSELECT | ROOST_MAILBOX_NONEXISTENT;
	unsigned events = notify_events(conn->notify, listed->name, listed->subscribed);
	unsigned items = first_items(conn, events);
	bool selected = conn->view != NULL && strcmp(conn->view->mailbox->name, listed->name) == 0;

	if (events == 0 || !listed->exists || (listed->attributes & never) != 0 || selected) {
		return;
	}
	if (conn->command.notify.status && items != 0) {
		notify_tell_status(conn, listed->name, items);
	} else if (notify_names(conn->notify, listed->name)) {
		notify_check_access(conn, listed->name);
	}
}

static bool asks_modseq(const struct notify_group *group)
{
	return group != NULL && fetch_item_have(group->items, FETCH_MODSEQ);
}

/* Begin to watch, and then look what there is: so nothing falls between. */
static int begin(struct roost_conn *conn)
{
	struct announcing *announcing = roost_call_alloc(conn->call, sizeof(*announcing));
	struct notify *notify;
	int r = announcing == NULL ? ROOST_ERR_NO_MEMORY : notify_create(conn, &notify);

	if (r < 0) {
		return r;
	}
	if (conn->notify != NULL) {
		notify_take_over(conn, notify, conn->notify);
	}
	r = notify_listen(conn, notify);
	if (r < 0) {
		notify_destroy(notify);
		return r;
	}
	notify_destroy(conn->notify);
	conn->notify = notify;
	conn->task = announcing;
	conn->task_free = announcing_free;
	if (asks_modseq(notify->selected)) {
		conn_use_modseq(conn);
	}
	r = notify->listens ? notify_list(conn, &announcing->listing) : 0;
	if (r < 0) {
		notify_silence(conn);
	}
	return r;
}

static enum step refuse_unknown(struct roost_conn *conn)
{
	struct buf buf;

	buf_init(&buf, 256);
	buf_string(&buf, "BADEVENT (");
	buf_string(&buf, notify_event_names());
	buf_char(&buf, ')');
	const char *code = conn_text(conn, &buf);
	buf_free(&buf);
	return reply_no(conn, code[0] == '\0' ? NULL : code, "These are the events there are");
}

static bool lacks_modseq(const struct roost_conn *conn)
{
	for (const struct notify_group *group = conn->command.notify.groups; group != NULL;
		group = group->next) {
		if (asks_modseq(group)) {
			return (conn->backend->features & ROOST_FEATURE_MODSEQ) == 0;
		}
	}
	return false;
}

/* What has happened before in the selected mailbox is told with the answer, as with NOOP. */
static enum step set(struct roost_conn *conn)
{
	if (conn->task == NULL) {
		int r = begin(conn);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	struct announcing *announcing = conn->task;
	while (announcing->next < announcing->listing.count) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		announce(conn, announcing->listing.sorted[announcing->next++]);
	}
	conn->tell_all = true;
	return reply_ok(conn, NULL, "You will be told");
}

static int silence(struct roost_conn *conn)
{
	if (conn->notify == NULL) {
		return notify_create(conn, &conn->notify);
	}
	notify_silence(conn);
	return 0;
}

enum step cmd_notify(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (!conn->command.notify.set) {
		int r = silence(conn);
		return r < 0 ? reply_error(conn, r)
			     : reply_ok(conn, NULL, "You will be told nothing by itself");
	}
	if (conn->command.notify.unknown_event) {
		return refuse_unknown(conn);
	}
	if (lacks_modseq(conn)) {
		return reply_bad(conn, "There are no mod-sequences here");
	}
	return set(conn);
}

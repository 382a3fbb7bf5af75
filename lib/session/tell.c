/* tell.c - telling a client what has changed, when it may be told. RFC 3501 sections 5.2, 5.5 and 7. */
#include "base/text.h"
#include "session/context.h"
#include "session/notify.h"
#include "session/session.h"

#define EXPUNGES_AT_ONCE 4096

bool conn_has_news(const struct roost_conn *conn)
{
	return (conn->watch != NULL && watch_pending(conn->watch)) ||
	       (conn->view != NULL && view_has_news(conn->view)) ||
	       (conn->notify != NULL && conn->notify->fresh.count > 0) || context_has_news(conn);
}

static void tell_status(struct roost_conn *conn, const struct change *change)
{
	static const struct reply kinds[] = { { REPLY_OK, NULL, NULL }, { REPLY_NO, NULL, NULL },
		{ REPLY_BAD, NULL, NULL } };

	if (change->status == ROOST_STATUS_BYE) {
		conn_bye(conn, change->code, change->text);
		return;
	}
	struct reply reply = kinds[change->status];
	reply.code = change->code;
	reply.text = change->text;
	conn_tagged(conn, TEXT_ABSENT, &reply);
}

/* Take the changes that have been posted and note them in the view. */
static int take_changes(struct roost_conn *conn)
{
	const struct change *change;
	int r = 0;

	if (conn->watch == NULL || !watch_pending(conn->watch)) {
		return 0;
	}
	while (r == 0 && conn->phase != PHASE_CLOSING &&
		(change = watch_next(conn->watch)) != NULL) {
		if (change->kind == ROOST_UPDATE_STATUS) {
			tell_status(conn, change);
		} else if (conn->view != NULL) {
			r = view_note(conn->view, change);
		}
	}
	if (r < 0) {
		conn->view->look = true; /* that change is lost; a snapshot has the most of it */
	}
	if (watch_lost(conn->watch) && conn->view != NULL) {
		r = view_note_lost(conn->view);
	}
	return r;
}

static void tell_expunge(void *context, uint32_t sequence)
{
	struct buf *buf = conn_buf(context);

	buf_string(buf, "* ");
	buf_number(buf, sequence);
	buf_string(buf, " EXPUNGE\r\n");
}

/* Tell of some messages that are gone, as the client wants to hear it. */
static int tell_gone(struct roost_conn *conn)
{
	struct roost_uidset told = ROOST_UIDSET_EMPTY;

	bool qresync = conn_has_enabled(conn, ENABLED_QRESYNC) && conn->view->modseq != 0;
	if (!qresync && !conn_has_enabled(conn, ENABLED_UIDONLY)) {
		return view_tell_gone(conn->view, EXPUNGES_AT_ONCE, tell_expunge, conn);
	}
	int r = view_take_gone(conn->view, UINT32_MAX, &told);
	if (r == 0) {
		struct buf *buf = conn_buf(conn);
		buf_string(buf, "* VANISHED ");
		uidset_write(buf, &told);
		buf_string(buf, "\r\n");
	}
	roost_uidset_clear(&told);
	return r;
}

static int tell_fresh(struct roost_conn *conn)
{
	int r = notify_note_fresh(conn, &conn->view->fresh);
	struct buf *buf = conn_buf(conn);

	if (r == 0) {
		r = context_note_fresh(conn, &conn->view->fresh);
	}
	if (r == 0) {
		r = view_tell_fresh(conn->view);
	}
	if (r < 0) {
		return r;
	}
	buf_string(buf, "* ");
	buf_number(buf, view_count(conn->view));
	buf_string(buf, " EXISTS\r\n");
	if (conn_tells_recent(conn)) {
		buf_string(buf, "* ");
		buf_number(buf, view_recent_count(conn->view));
		buf_string(buf, " RECENT\r\n");
	}
	return 0;
}

struct telling {
	struct roost_conn *conn;
	uint32_t last; /* the UID told last */
};

static int tell_flags(void *context, const struct roost_message *message)
{
	struct telling *telling = context;
	struct roost_conn *conn = telling->conn;
	int r = flags_tell_message(conn, message, true, false);

	if (r < 0) {
		return r;
	}
	telling->last = message->uid;
	return output_is_full(&conn->output, conn->limits.output) ? ROOST_STOP : 0;
}

static int tell_changed(struct roost_conn *conn)
{
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = flags_fields(conn) };
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct telling telling = { .conn = conn };
	struct view *view = conn->view;
	int r = roost_uidset_copy(&uids, &view->changed);

	if (r == 0) {
		r = roost_uidset_remove_set(&uids, &view->gone);
	}
	if (r == 0 && uids.count > 0) {
		r = mailbox_list_messages(
			view->mailbox, conn->call, &uids, &options, tell_flags, &telling);
	}
	if (r == 0) {
		r = context_note_changed(conn, &uids); /* one too many does no harm */
	}
	if (r == 0 && !output_is_full(&conn->output, conn->limits.output)) {
		roost_uidset_clear(&view->changed); /* what was not delivered is gone */
	} else if (telling.last != 0) {
		int removed = roost_uidset_remove_range(&view->changed, 1, telling.last);
		r = r < 0 ? r : removed;
	}
	roost_uidset_clear(&uids);
	return r;
}

/* The mailbox was deleted or renamed: the client is in the authenticated state from here on. */
static void tell_ended(struct roost_conn *conn)
{
	conn_untagged(conn, "OK [CLOSED] The selected mailbox was deleted or renamed");
	conn_unselect(conn);
}

/* Whether there is something that this client wants to hear of. */
static bool has_wanted_news(const struct roost_conn *conn)
{
	const struct view *view = conn->view;

	if (view->look || view->ended) {
		return true;
	}
	return (notify_wants_messages(conn) && (view->gone.count > 0 || view->fresh.count > 0)) ||
	       (notify_wants_flags(conn) && view->changed.count > 0) ||
	       (conn->notify != NULL && conn->notify->fresh.count > 0) || context_has_news(conn);
}

/* Tell what is gone: searches that are kept up to date lose it even while an EXPUNGE has to wait (RFC 5267 appendix A.3). */
static int tell_all_gone(struct roost_conn *conn, bool expunges)
{
	int r = context_tell_gone(conn);

	while (r == 0 && expunges && conn->view->gone.count > 0 &&
		!output_is_full(&conn->output, conn->limits.output)) {
		r = tell_gone(conn);
		if (r == 0) {
			r = context_note_last(conn);
		}
	}
	return r;
}

/* With `expunges`, everything; else, as long as an expunge is held back, no EXISTS either. */
static int tell_view(struct roost_conn *conn, bool expunges)
{
	struct view *view = conn->view;
	bool messages = notify_wants_messages(conn);
	int r = 0;

	if (view->look && (expunges || view->gone.count == 0)) {
		r = view_look(view, conn->call);
	}
	if (r == 0 && view->ended && expunges) {
		tell_ended(conn);
		return 0;
	}
	if (r == 0 && messages && view->gone.count > 0) {
		r = tell_all_gone(conn, expunges);
		if (output_is_full(&conn->output, conn->limits.output)) {
			return r;
		}
	}
	if (r == 0 && messages && view->gone.count == 0 && view->fresh.count > 0) {
		r = tell_fresh(conn);
	}
	if (r == 0 && notify_wants_flags(conn) && view->changed.count > 0) {
		r = tell_changed(conn);
	}
	if (r == 0 && context_has_news(conn)) {
		r = context_tell(conn);
	}
	if (r == 0 && conn->notify != NULL && conn->notify->fresh.count > 0) {
		r = notify_tell_fresh(conn); /* behind ADDTO: RFC 5465 section 5.2 */
	}
	return r;
}

enum step conn_tell(struct roost_conn *conn)
{
	if (conn->next_phase == PHASE_CLOSING) {
		return STEP_DONE; /* BYE was the last news */
	}
	int r = take_changes(conn);

	if (conn->phase == PHASE_CLOSING) {
		return STEP_DONE;
	}
	if (!conn->may_wait && dispatch_telling_may_block(conn)) {
		return STEP_AGAIN; /* it came up in this run, and is told in one that may wait */
	}
	if (r == 0 && conn->view != NULL && conn->holding != HOLDS_NEWS && has_wanted_news(conn)) {
		r = tell_view(conn, conn->holding == HOLDS_NOTHING);
	}
	if (r == 0 && notify_has_notes(conn)) {
		r = notify_tell_notes(conn);
	}
	if (r == ROOST_ERR_CANCELLED) {
		return STEP_DONE; /* nobody listens any more */
	}
	if (r == ROOST_ERR_NO_SUCH_MAILBOX && conn->view != NULL) {
		conn->view->look =
			true; /* deleted or renamed at this moment: next time it is known */
		return STEP_DONE;
	}
	if (r < 0) {
		/* What could not be told stays noted and is tried with the next command. */
		conn_log(
			conn, ROOST_LOG_ERROR, "news-not-told", "error", roost_error_name(r), NULL);
		return STEP_DONE;
	}
	bool news = conn->view != NULL && has_wanted_news(conn);
	bool notes = conn->notify != NULL && conn->notify->notes != NULL;
	if ((news || notes) && output_is_full(&conn->output, conn->limits.output)) {
		return STEP_AGAIN;
	}
	if (news) {
		return STEP_DONE;
	}
	if (conn->watch != NULL) {
		watch_told(conn->watch);
	}
	return STEP_DONE;
}

/* qresync.c - coming back to a mailbox: what has vanished and what has changed since. RFC 7162 section 3.2. */
#include "grammar/sequence_set.h"
#include "session/session.h"

int qresync_tell_vanished(struct roost_conn *conn, const struct roost_uidset *uids, uint64_t modseq)
{
	struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
	int r = mailbox_changed_since(conn->view->mailbox, conn->call, modseq, &vanished);

	if (r == 0) {
		r = roost_uidset_intersect(&vanished, uids);
	}
	/* What the client still counts is told later, without EARLIER. */
	if (r == 0) {
		r = roost_uidset_remove_set(&vanished, &conn->view->uids);
	}
	if (r == 0 && vanished.count > 0) {
		struct buf *buf = conn_buf(conn);
		buf_string(buf, "* VANISHED (EARLIER) ");
		uidset_write(buf, &vanished);
		buf_string(buf, "\r\n");
	}
	roost_uidset_clear(&vanished);
	return r;
}

/* Changes that are still to be told. */
struct resyncing {
	struct roost_conn *conn;
	struct roost_uidset left;
	uint32_t last; /* the UID told last in this slice */
};

static void resyncing_free(void *task)
{
	roost_uidset_clear(&((struct resyncing *)task)->left);
}

/* The highest UID that has the sequence number here that the client says it has: up to there it knows which messages
 * are gone. 0 when there is none. RFC 7162 section 3.2.5.2. */
static uint32_t find_match(struct view *view, const struct qresync *qresync)
{
	const struct sequence_range *numbers = qresync->match_numbers.ranges;
	const struct sequence_range *uids = qresync->match_uids.ranges;
	uint32_t matched = 0;
	size_t i = 0, j = 0;
	uint32_t into_i = 0, into_j = 0; /* how much of the ranges has been looked at */

	while (i < qresync->match_numbers.count && j < qresync->match_uids.count) {
		uint32_t number = numbers[i].first + into_i;
		uint32_t uid = uids[j].first + into_j;
		if (number > view_count(view)) {
			break;
		}
		uint32_t left_i = numbers[i].last - number;
		uint32_t left_j = uids[j].last - uid;
		/* In one run of both, the pairs that match come before those that do not, or there are none. */
		uint32_t low = 0, high = (left_i < left_j ? left_i : left_j) + 1;
		while (low < high) {
			uint32_t middle = low + (high - low) / 2;
			if (view_sequence(view, uid + middle) == number + middle) {
				matched = uid + middle > matched ? uid + middle : matched;
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		if (left_i <= left_j) {
			i++;
			into_i = 0;
			into_j += left_i + 1;
		} else {
			into_i += left_j + 1;
		}
		if (left_j <= left_i) {
			j++;
			into_j = 0;
		}
	}
	return matched;
}

/* The UIDs that the client wants to hear of. */
static int list_known(
	struct roost_conn *conn, const struct qresync *qresync, struct roost_uidset *known_out)
{
	if (qresync->has_known) {
		return view_collect(conn->view, &qresync->known, UINT32_MAX, known_out);
	}
	return roost_uidset_add_range(known_out, 1, UINT32_MAX - 1);
}

static int begin(struct roost_conn *conn, struct resyncing *resyncing)
{
	const struct qresync *qresync = conn->command.select.qresync;
	struct roost_uidset known = ROOST_UIDSET_EMPTY;
	int r = list_known(conn, qresync, &known);

	if (r == 0) {
		r = roost_uidset_copy(&resyncing->left, &known);
	}
	if (r == 0) {
		r = roost_uidset_intersect(&resyncing->left, &conn->view->uids);
	}
	uint32_t matched = find_match(conn->view, qresync);
	if (r == 0 && matched > 0) {
		r = roost_uidset_remove_range(&known, 1, matched);
	}
	if (r == 0) {
		r = qresync_tell_vanished(conn, &known, qresync->modseq);
	}
	roost_uidset_clear(&known);
	return r;
}

static int tell(void *context, const struct roost_message *message)
{
	struct resyncing *resyncing = context;
	struct roost_conn *conn = resyncing->conn;
	int r = flags_tell_message(conn, message, true, false);

	if (r < 0) {
		return r;
	}
	resyncing->last = message->uid;
	return output_is_full(&conn->output, conn->limits.output) ? ROOST_STOP : 0;
}

static int tell_some(struct roost_conn *conn, struct resyncing *resyncing)
{
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = flags_fields(conn),
		.changed_since = conn->command.select.qresync->modseq,
	};

	resyncing->last = 0;
	int r = mailbox_list_messages(
		conn->view->mailbox, conn->call, &resyncing->left, &options, tell, resyncing);
	if (r == 0 && output_is_full(&conn->output, conn->limits.output) && resyncing->last != 0) {
		return roost_uidset_remove_range(&resyncing->left, 1, resyncing->last);
	}
	roost_uidset_clear(&resyncing->left);
	return r;
}

enum step qresync_run(struct roost_conn *conn)
{
	int r = 0;

	if (conn->task == NULL) {
		struct resyncing *resyncing = roost_call_alloc(conn->call, sizeof(*resyncing));
		if (resyncing == NULL) {
			return reply_error(conn, ROOST_ERR_NO_MEMORY);
		}
		resyncing->conn = conn;
		conn->task = resyncing;
		conn->task_free = resyncing_free;
		r = begin(conn, resyncing);
	}
	struct resyncing *resyncing = conn->task;
	while (r == 0 && resyncing->left.count > 0) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		r = tell_some(conn, resyncing);
	}
	return r < 0 ? reply_error(conn, r) : STEP_DONE;
}

/* cmd_fetch.c - FETCH and UID FETCH. RFC 3501 section 6.4.5, RFC 7162, RFC 9394. */
#include "session/batch.h"
#include "session/context.h"
#include "session/fetch.h"

/* Messages that are marked as seen before their bodies are sent. */
#define MARKED_AT_ONCE 256

/* Ranges of messages, of which the work begins to count. */
#define MANY_RANGES 4096

struct fetching {
	struct fetch fetch;
	struct roost_uidset left;
	uint64_t wanted;
	uint64_t delivered;
	uint32_t last; /* the UID delivered last in this slice */
	const char *limit_code; /* when not all messages are told of */
};

static void fetching_free(void *task)
{
	struct fetching *fetching = task;

	roost_uidset_clear(&fetching->left);
	fetch_clear(&fetching->fetch);
	roost_call_destroy(fetching->fetch.scratch);
}

static bool sets_seen(const struct roost_conn *conn)
{
	for (const struct fetch_item *item = conn->command.fetch.items; item != NULL;
		item = item->next) {
		if (item->sets_seen) {
			return !conn->view->read_only;
		}
	}
	return false;
}

/* Whether it takes long only to find out which messages are meant. */
static bool names_many(const struct roost_conn *conn)
{
	const struct sequence_set *set = &conn->command.set;
	uint64_t numbers = 0;

	for (size_t i = 0; i < set->count && i < MANY_RANGES; i++) {
		/* SEQUENCE_STAR is then the highest: "1:*" is many, "*" is one. */
		uint32_t first = set->ranges[i].first - 1u;
		uint32_t last = set->ranges[i].last - 1u;
		numbers += first < last ? last - first : first - last;
	}
	size_t gaps = set->saved ? conn->view->saved.count : set->count;
	return gaps >= MANY_RANGES ||
	       (numbers >= MANY_RANGES && conn->view->uids.count >= MANY_RANGES);
}

bool cmd_fetch_does_more(const struct roost_conn *conn)
{
	return conn->command.kind == COMMAND_FETCH &&
	       (conn->command.fetch.vanished || sets_seen(conn) || names_many(conn));
}

/* Of the UIDs asked for, whether there ever were such messages; `*` is whatever UID comes last. */
static int tell_vanished(struct roost_conn *conn)
{
	struct roost_uidset asked = ROOST_UIDSET_EMPTY;
	int r = view_collect(conn->view, &conn->command.set, UINT32_MAX, &asked);

	if (r == 0) {
		r = qresync_tell_vanished(conn, &asked, conn->command.fetch.changed_since);
	}
	roost_uidset_clear(&asked);
	return r;
}

static int keep_partial(struct roost_uidset *uids, const struct partial_range *range)
{
	struct roost_uidset part = ROOST_UIDSET_EMPTY;
	int r = batch_take_partial(uids, range, &part);

	if (r < 0) {
		roost_uidset_clear(&part);
		return r;
	}
	roost_uidset_clear(uids);
	*uids = part;
	return 0;
}

static int begin(struct roost_conn *conn)
{
	struct fetching *fetching = roost_call_alloc(conn->call, sizeof(*fetching));
	const struct command *command = &conn->command;

	if (fetching == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->task = fetching;
	conn->task_free = fetching_free;
	struct fetch *fetch = &fetching->fetch;
	fetch_plan(fetch, conn, command->fetch.items);
	fetch->wants_uid = fetch->wants_uid || command->uid;
	if (command->fetch.has_changed_since) {
		fetch->wants_modseq = true;
		fetch->fields |= ROOST_MESSAGE_MODSEQ;
	}
	if (sets_seen(conn)) {
		fetch->fields |= flags_fields(conn);
	}
	int r = roost_call_create(&fetch->scratch, conn->limits.command_memory);
	if (r == 0) {
		r = fetch_remember(fetch);
	}
	if (r == 0) {
		r = view_resolve(conn->view, &command->set, command->uid, false, &fetching->left);
	}
	if (r == 0 && command->fetch.has_partial) {
		r = keep_partial(&fetching->left, &command->fetch.partial);
	}
	if (r == 0) {
		r = batch_limit(conn, &fetching->left, &fetching->limit_code);
	}
	fetching->wanted = roost_uidset_size(&fetching->left);
	if (r == 0 && command->fetch.vanished) {
		r = tell_vanished(conn);
	}
	return r;
}

static int note_unseen(void *context, const struct roost_message *message)
{
	if ((message->flags.system & ROOST_FLAG_SEEN) != 0) {
		return 0;
	}
	return roost_uidset_add(context, message->uid);
}

/* Give \Seen to those of the batch that do not have it. */
static int mark_seen(struct fetching *fetching, const struct roost_uidset *batch)
{
	struct roost_mailbox *mailbox = fetching->fetch.conn->view->mailbox;
	struct roost_call *call = fetching->fetch.conn->call;
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS };
	struct roost_flags_change change = { .size = sizeof(change), .mode = ROOST_FLAGS_ADD };
	struct roost_uidset unseen = ROOST_UIDSET_EMPTY;
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;

	change.flags.system = ROOST_FLAG_SEEN;
	int r = mailbox_list_messages(mailbox, call, batch, &options, note_unseen, &unseen);
	if (r == 0) {
		r = context_note_changed(fetching->fetch.conn, &unseen);
	}
	if (r == 0 && unseen.count > 0) {
		r = mailbox_update_messages_flags(
			mailbox, call, &unseen, &change, &modified, NULL, NULL);
		if (r == 0) {
			r = roost_uidset_add_set(&fetching->fetch.marked, &unseen);
		} else if (r == ROOST_ERR_READ_ONLY || r == ROOST_ERR_NOT_SUPPORTED) {
			r = 0; /* reading is still possible */
		}
	}
	roost_uidset_clear(&unseen);
	roost_uidset_clear(&modified);
	return r;
}

static int deliver(void *context, const struct roost_message *message)
{
	struct fetching *fetching = context;
	struct roost_conn *conn = fetching->fetch.conn;
	uint32_t sequence = view_sequence(conn->view, message->uid);

	fetching->last = message->uid;
	if (sequence == 0) {
		return 0;
	}
	fetching->delivered++;
	int r = fetch_tell(&fetching->fetch, sequence, message);
	if (r < 0) {
		return r;
	}
	return output_is_full(&conn->output, conn->limits.output) ? ROOST_STOP : 0;
}

static uint32_t batch_size(const struct fetching *fetching, bool marks)
{
	if (marks) {
		return MARKED_AT_ONCE;
	}
	return fetching->fetch.answers != NULL ? ANSWERS_AT_ONCE : UINT32_MAX;
}

/* Put back what comes after this UID: it is still to be done. */
static int put_back(struct fetching *fetching, struct roost_uidset *batch, uint32_t last)
{
	struct roost_uidset rest = ROOST_UIDSET_EMPTY;
	int r = roost_uidset_add_set(&rest, batch);

	if (r == 0) {
		r = roost_uidset_remove_range(&rest, 1, last);
	}
	if (r == 0 && rest.count > 0) {
		r = roost_uidset_remove_range(batch, last + 1, UINT32_MAX);
	}
	if (r == 0) {
		r = roost_uidset_add_set(&fetching->left, &rest);
	}
	roost_uidset_clear(&rest);
	return r;
}

/* Fetch one batch, or as much of it as the output takes. */
static int fetch_some(struct roost_conn *conn, struct fetching *fetching)
{
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.changed_since = conn->command.fetch.changed_since,
	};
	struct roost_uidset batch = ROOST_UIDSET_EMPTY;
	bool marks = sets_seen(conn);
	int r = batch_take(&fetching->left, batch_size(fetching, marks), &batch);

	if (r == 0) {
		uint32_t last = fetch_prepare(&fetching->fetch, &batch, &options.fields);
		r = last < UINT32_MAX ? put_back(fetching, &batch, last) : 0;
	}
	if (r == 0 && marks) {
		r = mark_seen(fetching, &batch);
	}
	fetching->last = 0;
	if (r == 0) {
		r = mailbox_list_messages(
			conn->view->mailbox, conn->call, &batch, &options, deliver, fetching);
	}
	if (r == 0 && output_is_full(&conn->output, conn->limits.output) && fetching->last != 0) {
		/* Stopped perhaps in the middle. */
		r = put_back(fetching, &batch, fetching->last);
	}
	if (r == ROOST_ERR_WOULD_BLOCK) {
		int put = roost_uidset_add_set(&fetching->left, &batch);
		r = put < 0 ? put : r;
	}
	roost_uidset_clear(&batch);
	return r;
}

static enum step finish(struct roost_conn *conn, const struct fetching *fetching)
{
	bool all = !conn->command.fetch.has_changed_since;

	if (fetching->fetch.damaged) {
		return reply_no(conn, "CORRUPTION", "Some messages could not be read");
	}
	if (fetching->fetch.unknown_encoding) {
		return reply_no(conn, "UNKNOWN-CTE", "Some parts are in an unknown encoding");
	}
	if (all && !conn->command.uid && fetching->delivered < fetching->wanted) {
		return reply_error(conn, ROOST_ERR_EXPUNGED);
	}
	return reply_ok(conn, fetching->limit_code, "Messages fetched");
}

static bool asks_modseq(const struct command *command)
{
	return command->fetch.has_changed_since ||
	       fetch_item_have(command->fetch.items, FETCH_MODSEQ);
}

/* Why the command cannot be; NULL when it can. RFC 7162 sections 3.1.2.2 and 3.2.6. */
static const char *refuse(struct roost_conn *conn)
{
	if (!asks_modseq(&conn->command)) {
		return NULL;
	}
	if (conn->view->modseq == 0) {
		return "This mailbox has no mod-sequences";
	}
	if (conn->command.fetch.vanished && !conn_has_enabled(conn, ENABLED_QRESYNC)) {
		return "Send ENABLE QRESYNC first";
	}
	conn_use_modseq(conn);
	return NULL;
}

enum step cmd_fetch(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		const char *refusal = refuse(conn);
		if (refusal != NULL) {
			return reply_bad(conn, refusal);
		}
		int r = begin(conn);
		if (r < 0) {
			return batch_reply_unresolved(conn, r);
		}
	}
	struct fetching *fetching = conn->task;
	while (fetching->left.count > 0) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		int r = fetch_some(conn, fetching);
		if (r == ROOST_ERR_WOULD_BLOCK && fetching->delivered > 0 && !conn->may_wait) {
			return STEP_AGAIN; /* go on where ops may wait: some are told already */
		}
		if (r < 0) {
			return reply_error(conn, r);
		}
		if (!conn->may_wait && fetching->left.count > 0) {
			return STEP_AGAIN; /* where this runs, others wait */
		}
	}
	return finish(conn, fetching);
}

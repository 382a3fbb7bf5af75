/* context_tell.c - telling what comes into the result of a search and what leaves it: ADDTO and REMOVEFROM. RFC 5267
 * sections 4.3.2 to 4.3.4. */
#include "grammar/astring.h"
#include "session/batch.h"
#include "session/context.h"

/* Messages that are searched again, or taken out, in one step. */
#define MESSAGES_AT_ONCE 1024

/* -- responses */

/* A list of positions and sets, as it is written. */
struct pairs {
	struct roost_conn *conn;
	const struct context *context;
	const char *item;
	size_t step; /* from the position of one to that of the next of the same pair */
	bool begun;
	size_t position; /* of the one before */
	uint32_t first, last; /* numbers not written yet */
};

/* "* ESEARCH (TAG "a1") UID" */
static void write_head(struct roost_conn *conn, const struct context *context)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* ESEARCH (TAG ");
	string_write(buf, context->command.tag);
	if (context->mailbox != NULL) {
		buf_string(buf, " MAILBOX ");
		conn_write_mailbox(conn, buf, context->mailbox);
		buf_string(buf, " UIDVALIDITY ");
		buf_number(buf, conn->view->uid_validity);
	}
	buf_string(buf, context->command.uid ? ") UID" : ")");
}

/* A response about a result without an order: the position is 0. */
static int write_set(struct roost_conn *conn, const struct context *context, const char *item,
	const struct roost_uidset *uids)
{
	struct roost_uidset numbers = ROOST_UIDSET_EMPTY;

	if (uids->count == 0) {
		return 0;
	}
	int r = context->command.uid ? roost_uidset_copy(&numbers, uids)
				     : view_numbers(conn->view, uids, &numbers);
	if (r == 0 && numbers.count > 0) {
		write_head(conn, context);
		buf_string(conn_buf(conn), item);
		buf_string(conn_buf(conn), "(0 ");
		uidset_write(conn_buf(conn), &numbers);
		buf_string(conn_buf(conn), ")\r\n");
	}
	roost_uidset_clear(&numbers);
	return r;
}

static void write_numbers(const struct pairs *pairs)
{
	struct buf *buf = conn_buf(pairs->conn);

	buf_number(buf, pairs->first);
	if (pairs->last > pairs->first) {
		buf_char(buf, ':');
		buf_number(buf, pairs->last);
	}
}

static void add_pair(void *context, size_t position, uint32_t uid)
{
	struct pairs *pairs = context;
	struct buf *buf = conn_buf(pairs->conn);
	uint32_t number = pairs->context->command.uid ? uid : view_sequence(pairs->conn->view, uid);

	if (!pairs->begun) {
		write_head(pairs->conn, pairs->context);
		buf_string(buf, pairs->item);
		buf_char(buf, '(');
	} else if (position == pairs->position + pairs->step && number == pairs->last + 1) {
		pairs->last = number;
		pairs->position = position;
		return;
	} else {
		write_numbers(pairs);
		buf_char(buf, position == pairs->position + pairs->step ? ',' : ' ');
	}
	if (!pairs->begun || position != pairs->position + pairs->step) {
		buf_number(buf, position);
		buf_char(buf, ' ');
	}
	pairs->begun = true;
	pairs->position = position;
	pairs->first = pairs->last = number;
}

static void end_pairs(const struct pairs *pairs)
{
	if (pairs->begun) {
		write_numbers(pairs);
		buf_string(conn_buf(pairs->conn), ")\r\n");
	}
}

/* Those that leave come each to the place where the one before stood; those that come stand behind each other. */
static struct pairs removing(struct roost_conn *conn, const struct context *context)
{
	return (struct pairs) { .conn = conn, .context = context, .item = " REMOVEFROM " };
}

static struct pairs adding(struct roost_conn *conn, const struct context *context)
{
	return (struct pairs) { .conn = conn, .context = context, .item = " ADDTO ", .step = 1 };
}

/* -- taking out and putting in */

static bool has_order(const struct context *context)
{
	return context->command.kind == COMMAND_SORT;
}

/* Of `uids` those that the client holds. */
static int find_held(
	const struct context *context, const struct roost_uidset *uids, struct roost_uidset *held)
{
	if (has_order(context)) {
		return order_find(&context->order, uids, held);
	}
	int r = roost_uidset_copy(held, uids);
	return r == 0 ? roost_uidset_intersect(held, &context->found) : r;
}

/* Take out what the client holds. */
static int take_out(
	struct roost_conn *conn, struct context *context, const struct roost_uidset *uids)
{
	if (uids->count == 0) {
		return 0;
	}
	if (has_order(context)) {
		struct pairs pairs = removing(conn, context);
		order_remove(&context->order, uids, add_pair, &pairs);
		end_pairs(&pairs);
		return 0;
	}
	int r = roost_uidset_remove_set(&context->found, uids);
	return r == 0 ? write_set(conn, context, " REMOVEFROM ", uids) : r;
}

/* When others turn out to be gone from the mailbox, they leave the order first, and it is tried again. */
static int put_in_order(
	struct roost_conn *conn, struct context *context, const struct roost_uidset *uids)
{
	struct roost_uidset lost = ROOST_UIDSET_EMPTY;
	int r;

	do {
		struct pairs pairs = adding(conn, context);
		roost_uidset_clear(&lost);
		r = order_insert(conn, context, uids, &lost, add_pair, &pairs);
		end_pairs(&pairs);
		if (r == 0) {
			r = take_out(conn, context, &lost);
		}
	} while (r == 0 && lost.count > 0);
	roost_uidset_clear(&lost);
	return r;
}

/* Put in what the client does not hold. */
static int put_in(struct roost_conn *conn, struct context *context, const struct roost_uidset *uids)
{
	if (uids->count == 0) {
		return 0;
	}
	if (has_order(context)) {
		return put_in_order(conn, context, uids);
	}
	int r = roost_uidset_add_set(&context->found, uids);
	if (r == 0 && context->found.count > conn->limits.context_entries) {
		r = ROOST_ERR_LIMIT;
	}
	return r == 0 ? write_set(conn, context, " ADDTO ", uids) : r;
}

/* -- searching again */

/* Of the batch those that may be in the result: that the client knows, and that are not gone. */
static int find_within(
	struct roost_conn *conn, const struct context *context, struct roost_uidset *within)
{
	struct roost_uidset_iter iter = { 0 };
	uint32_t uid;
	int r = 0;

	while (r == 0 && roost_uidset_next(&conn->contexts->batch, &iter, &uid)) {
		if (uid >= context->lowest && view_sequence(conn->view, uid) != 0 &&
			!roost_uidset_contains(&conn->view->gone, uid)) {
			r = roost_uidset_add(within, uid);
		}
	}
	return r;
}

static int match(struct roost_conn *conn, struct context *context,
	const struct roost_uidset *within, struct roost_uidset *matching)
{
	int r = query_renew(&context->query);

	return r == 0 ? mailbox_search_messages(conn->view->mailbox, conn->call,
				context->query.search, within, matching)
		      : r;
}

static int update(struct roost_conn *conn, struct context *context)
{
	struct roost_uidset within = ROOST_UIDSET_EMPTY;
	struct roost_uidset matching = ROOST_UIDSET_EMPTY;
	struct roost_uidset leaving = ROOST_UIDSET_EMPTY;
	int r = find_within(conn, context, &within);

	if (r == 0) {
		r = match(conn, context, &within, &matching);
	}
	if (r == 0) {
		r = find_held(context, &within, &leaving);
	}
	/* What matches and is held stays: it is neither among those that leave nor those that come. */
	struct roost_uidset coming = matching;
	matching = (struct roost_uidset)ROOST_UIDSET_EMPTY;
	if (r == 0) {
		r = roost_uidset_copy(&matching, &coming);
	}
	if (r == 0) {
		r = roost_uidset_remove_set(&coming, &leaving);
	}
	if (r == 0) {
		r = roost_uidset_remove_set(&leaving, &matching);
	}
	if (r == 0) {
		r = take_out(conn, context, &leaving);
	}
	if (r == 0) {
		r = put_in(conn, context, &coming);
	}
	roost_uidset_clear(&within);
	roost_uidset_clear(&matching);
	roost_uidset_clear(&leaving);
	roost_uidset_clear(&coming);
	return r;
}

/* Which new messages of the batch are to be told with their items. */
static int look(struct roost_conn *conn, struct context *context, const struct roost_uidset *fresh)
{
	struct roost_uidset within = ROOST_UIDSET_EMPTY;
	int r = find_within(conn, context, &within);

	if (r == 0) {
		r = roost_uidset_intersect(&within, fresh);
	}
	if (r == 0 && within.count > 0) {
		r = match(conn, context, &within, &context->wanted);
	}
	roost_uidset_clear(&within);
	return r;
}

/* Do something with each context. One with which it fails is dropped: the client could not trust what it holds. */
static int for_each(
	struct roost_conn *conn, int (*act)(struct roost_conn *conn, struct context *context))
{
	struct context *context = conn->contexts->first;

	while (context != NULL) {
		struct context *next = context->next;
		int r = act(conn, context);
		if (r == ROOST_ERR_CANCELLED || r == ROOST_ERR_NO_SUCH_MAILBOX) {
			return r;
		}
		if (r < 0) {
			conn_log(conn, ROOST_LOG_WARNING, "context-dropped", "error",
				roost_error_name(r), NULL);
			context_drop(conn, context,
				r == ROOST_ERR_LIMIT ? "The result has become too large"
						     : "The result could not be kept up to date");
		}
		context = next;
	}
	return 0;
}

static int look_for_items(struct roost_conn *conn, struct context *context)
{
	bool asks = context->command.search.wanted.update_items != NULL;

	return asks ? look(conn, context, &conn->contexts->fresh) : 0;
}

/* -- telling */

/* Take out the first of those that are gone, again and again. */
static int tell_gone(struct roost_conn *conn, struct context *context)
{
	struct roost_uidset held = ROOST_UIDSET_EMPTY;
	struct roost_uidset some = ROOST_UIDSET_EMPTY;
	int r = find_held(context, &conn->view->gone, &held);

	while (r == 0 && held.count > 0 && !output_is_full(&conn->output, conn->limits.output)) {
		r = batch_take(&held, MESSAGES_AT_ONCE, &some);
		if (r == 0) {
			r = take_out(conn, context, &some);
		}
		roost_uidset_clear(&some);
	}
	roost_uidset_clear(&held);
	return r;
}

int context_tell_gone(struct roost_conn *conn)
{
	return conn->contexts == NULL ? 0 : for_each(conn, tell_gone);
}

/* Take the next batch, and find out for which of its messages items are told. */
static int begin_batch(struct roost_conn *conn)
{
	struct contexts *contexts = conn->contexts;
	int r = 0;

	if (contexts->batch.count == 0) {
		r = batch_take(&contexts->dirty, MESSAGES_AT_ONCE, &contexts->batch);
		contexts->looked = false;
	}
	if (r < 0 || contexts->looked) {
		return r;
	}
	r = for_each(conn, look_for_items);
	if (r == 0 && conn->contexts != NULL) {
		contexts->looked = true;
		r = roost_uidset_remove_set(&contexts->fresh, &contexts->batch);
	}
	return r;
}

/* FETCH comes before ESEARCH: RFC 5465 section 7. */
static int tell_batch(struct roost_conn *conn)
{
	int r = begin_batch(conn);

	if (r == 0 && conn->contexts != NULL) {
		r = context_fetch(conn);
	}
	if (r < 0 || conn->contexts == NULL || context_has_wanted(conn)) {
		return r;
	}
	r = for_each(conn, update);
	if (r == 0 && conn->contexts != NULL) {
		roost_uidset_clear(&conn->contexts->batch);
	}
	return r;
}

int context_tell(struct roost_conn *conn)
{
	int r = 0;

	while (r == 0 && context_has_news(conn) &&
		!output_is_full(&conn->output, conn->limits.output)) {
		r = tell_batch(conn);
	}
	return r;
}

/* context_fetch.c - the items of new messages that come into a result: UPDATE (…). RFC 5465 section 7.
 *
 * A message may be wanted by several searches, and by NOTIFY: it is told once, with the items of all. */
#include "session/context.h"

#include "base/text.h"
#include "session/fetch.h"
#include "session/notify.h"

/* Messages with the same items that are told at once. */
struct telling {
	struct fetch fetch;
	uint32_t last; /* the UID told last */
};

bool context_has_wanted(const struct roost_conn *conn)
{
	const struct context *context = conn->contexts == NULL ? NULL : conn->contexts->first;

	while (context != NULL && context->wanted.count == 0) {
		context = context->next;
	}
	return context != NULL;
}

static bool notify_wants(const struct roost_conn *conn, uint32_t uid)
{
	return conn->notify != NULL && conn->notify->selected != NULL &&
	       roost_uidset_contains(&conn->notify->fresh, uid);
}

/* Whether both are wanted by the same. */
static bool wanted_alike(const struct roost_conn *conn, uint32_t a, uint32_t b)
{
	const struct context *context = conn->contexts->first;

	if (notify_wants(conn, a) != notify_wants(conn, b)) {
		return false;
	}
	while (context != NULL && roost_uidset_contains(&context->wanted, a) ==
					  roost_uidset_contains(&context->wanted, b)) {
		context = context->next;
	}
	return context == NULL;
}

static int find_wanted(const struct roost_conn *conn, struct roost_uidset *wanted)
{
	int r = 0;

	for (const struct context *context = conn->contexts->first; r == 0 && context != NULL;
		context = context->next) {
		r = roost_uidset_add_set(wanted, &context->wanted);
	}
	return r;
}

/* The first that is wanted, and those after it that are wanted by the same. */
static int find_alike(const struct roost_conn *conn, struct roost_uidset *alike)
{
	struct roost_uidset wanted = ROOST_UIDSET_EMPTY;
	struct roost_uidset_iter iter = { 0 };
	int r = find_wanted(conn, &wanted);
	uint32_t first = roost_uidset_first(&wanted);
	uint32_t uid;

	while (r == 0 && roost_uidset_next(&wanted, &iter, &uid) &&
		wanted_alike(conn, first, uid)) {
		r = roost_uidset_add(alike, uid);
	}
	roost_uidset_clear(&wanted);
	return r;
}

/* -- items */

static bool is_same(const struct fetch_item *a, const struct fetch_item *b)
{
	struct buf x, y;

	buf_init(&x, SIZE_MAX / 4);
	buf_init(&y, SIZE_MAX / 4);
	fetch_item_write_name(&x, a);
	fetch_item_write_name(&y, b);
	bool same = x.size == y.size && text_equal((struct roost_text) { x.data, x.size },
						(struct roost_text) { y.data, y.size });
	buf_free(&x);
	buf_free(&y);
	return a->kind == b->kind && same;
}

/* Add those of `more` that are not in the list yet. */
static int combine(
	struct roost_call *memory, const struct fetch_item *more, struct fetch_item **items)
{
	for (; more != NULL; more = more->next) {
		struct fetch_item **end = items;
		while (*end != NULL && !is_same(*end, more)) {
			end = &(*end)->next;
		}
		if (*end != NULL) {
			continue;
		}
		struct fetch_item *item = roost_call_alloc(memory, sizeof(*item));
		if (item == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		*item = *more;
		item->next = NULL;
		*end = item;
	}
	return 0;
}

/* All that is to be told of a message. */
static int combine_all(const struct roost_conn *conn, uint32_t uid, struct roost_call *memory,
	struct fetch_item **items)
{
	int r = notify_wants(conn, uid) ? combine(memory, conn->notify->selected->items, items) : 0;

	for (const struct context *context = conn->contexts->first; r == 0 && context != NULL;
		context = context->next) {
		if (roost_uidset_contains(&context->wanted, uid)) {
			r = combine(memory, context->command.search.wanted.update_items, items);
		}
	}
	return r;
}

/* -- telling */

static int deliver(void *context, const struct roost_message *message)
{
	struct telling *telling = context;
	struct roost_conn *conn = telling->fetch.conn;
	uint32_t sequence = view_sequence(conn->view, message->uid);
	int r = sequence == 0 ? 0 : fetch_tell(&telling->fetch, sequence, message);

	if (r < 0) {
		return r;
	}
	telling->last = message->uid;
	return output_is_full(&conn->output, conn->limits.output) ? ROOST_STOP : 0;
}

/* These were told, or are not there any more. */
static int forget(struct roost_conn *conn, const struct roost_uidset *uids)
{
	int r = conn->notify == NULL ? 0 : roost_uidset_remove_set(&conn->notify->fresh, uids);

	for (struct context *context = conn->contexts->first; r == 0 && context != NULL;
		context = context->next) {
		r = roost_uidset_remove_set(&context->wanted, uids);
	}
	return r;
}

static int tell_alike(
	struct roost_conn *conn, struct roost_call *memory, struct roost_uidset *alike)
{
	struct roost_fetch_options options = { .size = sizeof(options) };
	struct telling telling = { .last = 0 };
	struct fetch_item *items = NULL;
	int r = combine_all(conn, roost_uidset_first(alike), memory, &items);

	notify_plan_fetch(&telling.fetch, conn, items);
	options.fields = telling.fetch.fields;
	if (r == 0) {
		r = roost_call_create(&telling.fetch.scratch, conn->limits.command_memory);
	}
	if (r == 0) {
		r = mailbox_list_messages(
			conn->view->mailbox, conn->call, alike, &options, deliver, &telling);
	}
	roost_call_destroy(telling.fetch.scratch);
	fetch_clear(&telling.fetch);
	if (r == 0 && output_is_full(&conn->output, conn->limits.output) && telling.last != 0 &&
		telling.last < UINT32_MAX) {
		/* Stopped perhaps in the middle. */
		r = roost_uidset_remove_range(alike, telling.last + 1, UINT32_MAX);
	}
	return r;
}

int context_fetch(struct roost_conn *conn)
{
	int r = 0;

	while (r == 0 && context_has_wanted(conn) &&
		!output_is_full(&conn->output, conn->limits.output)) {
		struct roost_uidset alike = ROOST_UIDSET_EMPTY;
		struct roost_call *memory = NULL;
		r = roost_call_create(&memory, conn->limits.command_memory);
		if (r == 0) {
			r = find_alike(conn, &alike);
		}
		if (r == 0) {
			r = tell_alike(conn, memory, &alike);
		}
		if (r == 0) {
			r = forget(conn, &alike);
		}
		roost_uidset_clear(&alike);
		roost_call_destroy(memory);
	}
	return r;
}

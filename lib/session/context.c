/* context.c - searches whose results are kept up to date. */
#include "session/context.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "grammar/astring.h"

/* What the command of one may take. */
#define KEPT_COMMAND ((size_t)1024 * 1024)

static void destroy(struct context *context)
{
	if (context == NULL) {
		return;
	}
	query_clear(&context->query);
	roost_uidset_clear(&context->found);
	roost_uidset_clear(&context->wanted);
	order_clear(&context->order);
	roost_call_destroy(context->memory);
	free(context);
}

/* -- keeping one */

/* Why a search cannot be kept up to date, as it is; NULL when it can. */
static const char *refuse(const struct roost_conn *conn)
{
	const struct command *command = &conn->command;
	size_t count = conn->contexts == NULL ? 0 : conn->contexts->count;

	if (count >= conn->limits.contexts) {
		return "Too many searches are kept up to date";
	}
	if (search_key_has(command->search.key, SEARCH_OLDER) ||
		search_key_has(command->search.key, SEARCH_YOUNGER)) {
		return "A search by age changes by itself, and is not kept up to date";
	}
	if (command->kind == COMMAND_SORT && sort_criteria_have(&command->sort, SORT_RELEVANCY)) {
		return "An order by RELEVANCY is not kept up to date";
	}
	return NULL;
}

static int create(struct roost_conn *conn, struct context **context_out)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = roost_call_create(&context->memory, KEPT_COMMAND);
	if (r == 0) {
		r = conn_keep_command(conn, call_arena(context->memory), &context->command);
	}
	if (r == 0) {
		r = query_keep(conn, context->memory, &context->command, &context->query);
	}
	if (r < 0) {
		destroy(context);
		return r;
	}
	context->comparator = conn->comparator;
	context->descending = conn->descending;
	*context_out = context;
	return 0;
}

static int need_contexts(struct roost_conn *conn)
{
	if (conn->contexts == NULL) {
		conn->contexts = calloc(1, sizeof(*conn->contexts));
	}
	return conn->contexts == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

static void append(struct contexts *contexts, struct context *context)
{
	struct context **end = &contexts->first;

	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = context;
	contexts->count++;
}

static int copy_result(
	struct roost_conn *conn, const struct esearch *answer, struct context *context)
{
	int r = answer->sorted != NULL
			? order_create(&context->order, answer->sorted, answer->sorted_count)
			: roost_uidset_copy(&context->found, &answer->found);

	if (answer->mailbox != NULL) {
		const char *name = conn->view->mailbox->name;
		context->mailbox = roost_call_strndup(context->memory, name, strlen(name));
		r = context->mailbox == NULL ? ROOST_ERR_NO_MEMORY : r;
	}
	return r;
}

static const char *keep(
	struct roost_conn *conn, const struct query *query, const struct esearch *answer)
{
	static const char no_memory[] = "It takes too much memory to keep that up to date";
	size_t entries = answer->sorted != NULL ? answer->sorted_count : answer->found.count;
	const char *refusal = refuse(conn);
	struct context *context;

	if (refusal != NULL) {
		return refusal;
	}
	if (entries > conn->limits.context_entries) {
		return "The result is too large to be kept up to date";
	}
	if (need_contexts(conn) < 0 || create(conn, &context) < 0) {
		return no_memory;
	}
	if (copy_result(conn, answer, context) < 0) {
		destroy(context);
		return no_memory;
	}
	context->lowest = query->lowest;
	append(conn->contexts, context);
	return NULL;
}

void context_keep(struct roost_conn *conn, const struct query *query, struct esearch *answer)
{
	if ((conn->command.search.wanted.items & SEARCH_RETURN_UPDATE) != 0) {
		answer->refusal = keep(conn, query, answer);
	}
}

/* -- letting it go */

static void end_context(struct roost_conn *conn, struct context *context)
{
	struct context **at = &conn->contexts->first;

	while (*at != context) {
		at = &(*at)->next;
	}
	*at = context->next;
	destroy(context);
	conn->contexts->count--;
	if (conn->contexts->count == 0) {
		context_end(conn);
	}
}

static struct context *find(const struct roost_conn *conn, struct roost_text tag)
{
	struct context *context = conn->contexts == NULL ? NULL : conn->contexts->first;

	while (context != NULL && !text_equal(context->command.tag, tag)) {
		context = context->next;
	}
	return context;
}

bool context_has(const struct roost_conn *conn, struct roost_text tag)
{
	return find(conn, tag) != NULL;
}

bool context_cancel(struct roost_conn *conn, struct roost_text tag)
{
	struct context *context = find(conn, tag);

	if (context == NULL) {
		return false;
	}
	end_context(conn, context);
	return true;
}

void context_end(struct roost_conn *conn)
{
	struct contexts *contexts = conn->contexts;

	if (contexts == NULL) {
		return;
	}
	while (contexts->first != NULL) {
		struct context *context = contexts->first;
		contexts->first = context->next;
		destroy(context);
	}
	roost_uidset_clear(&contexts->dirty);
	roost_uidset_clear(&contexts->fresh);
	roost_uidset_clear(&contexts->own);
	roost_uidset_clear(&contexts->batch);
	free(contexts);
	conn->contexts = NULL;
}

void context_end_numbers(struct roost_conn *conn)
{
	struct context *context = conn->contexts == NULL ? NULL : conn->contexts->first;

	while (context != NULL) {
		struct context *next = context->next;
		if (!context->command.uid) {
			context_drop(conn, context, "There are no sequence numbers any more");
		}
		context = next;
	}
}

void context_refuse(struct roost_conn *conn, struct roost_text tag, const char *text)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* NO [NOUPDATE ");
	string_write(buf, tag);
	buf_string(buf, "] ");
	buf_string(buf, text);
	buf_string(buf, "\r\n");
}

void context_drop(struct roost_conn *conn, struct context *context, const char *text)
{
	context_refuse(conn, context->command.tag, text);
	end_context(conn, context);
}

/* -- what has happened */

int context_note_changed(struct roost_conn *conn, const struct roost_uidset *uids)
{
	return conn->contexts == NULL ? 0 : roost_uidset_add_set(&conn->contexts->dirty, uids);
}

void context_note_own(struct roost_conn *conn, const struct roost_uidset *uids)
{
	if (conn->contexts != NULL) {
		/* Without memory a message is told that need not be. */
		(void)roost_uidset_add_set(&conn->contexts->own, uids);
	}
}

static bool has_star(const struct contexts *contexts)
{
	const struct context *context = contexts->first;

	while (context != NULL && !context->query.has_star) {
		context = context->next;
	}
	return context != NULL;
}

int context_note_last(struct roost_conn *conn)
{
	if (conn->contexts == NULL || !has_star(conn->contexts) || conn->view->uids.count == 0) {
		return 0;
	}
	return roost_uidset_add(&conn->contexts->dirty, roost_uidset_last(&conn->view->uids));
}

int context_note_fresh(struct roost_conn *conn, const struct roost_uidset *uids)
{
	struct contexts *contexts = conn->contexts;

	if (contexts == NULL) {
		return 0;
	}
	int r = context_note_changed(conn, uids);
	if (r == 0) {
		r = context_note_last(conn); /* which will be the last no more */
	}
	if (r == 0) {
		r = roost_uidset_add_set(&contexts->fresh, uids);
	}
	if (r == 0) {
		r = roost_uidset_remove_set(&contexts->fresh, &contexts->own);
		roost_uidset_clear(&contexts->own);
	}
	return r;
}

bool context_has_news(const struct roost_conn *conn)
{
	return conn->contexts != NULL &&
	       (conn->contexts->dirty.count > 0 || conn->contexts->batch.count > 0);
}

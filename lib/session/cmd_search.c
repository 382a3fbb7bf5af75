/* cmd_search.c - SEARCH and UID SEARCH. RFC 3501 section 6.4.4, RFC 4731, RFC 5182, RFC 7162, RFC 9394. */
#include "grammar/astring.h"
#include "grammar/sequence_set.h"
#include "session/batch.h"
#include "session/query.h"

struct searching {
	struct query query;
	struct roost_uidset found;
	struct roost_uidset_iter iter;
	bool begun; /* the response is being written */
	bool tells_modseq; /* a key asked for it: RFC 7162 section 3.1.6 */
};

static void searching_free(void *task)
{
	struct searching *searching = task;

	query_clear(&searching->query);
	roost_uidset_clear(&searching->found);
}

static int note_modseq(void *context, const struct roost_message *message)
{
	uint64_t *highest = context;

	*highest = message->modseq > *highest ? message->modseq : *highest;
	return 0;
}

/* The highest mod-sequence of messages; 0 when there are none. */
static int find_modseq(
	struct roost_conn *conn, const struct roost_uidset *uids, uint64_t *modseq_out)
{
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_MODSEQ };

	*modseq_out = 0;
	return mailbox_list_messages(
		conn->view->mailbox, conn->call, uids, &options, note_modseq, modseq_out);
}

static int add_ends(const struct roost_uidset *found, unsigned items, struct roost_uidset *ends)
{
	int r = 0;

	if (found->count > 0 && (items & SEARCH_RETURN_MIN) != 0) {
		r = roost_uidset_add(ends, roost_uidset_first(found));
	}
	if (r == 0 && found->count > 0 && (items & SEARCH_RETURN_MAX) != 0) {
		r = roost_uidset_add(ends, roost_uidset_last(found));
	}
	return r;
}

/* What of the result the client hears of, and may save: RFC 5182 section 2.4. */
static int choose(const struct roost_uidset *found, const struct search_return *wanted,
	struct roost_uidset *chosen)
{
	unsigned items = wanted->items & ~(unsigned)SEARCH_RETURN_SAVE;

	if (items == 0 || (items & (SEARCH_RETURN_ALL | SEARCH_RETURN_COUNT)) != 0) {
		return roost_uidset_copy(chosen, found);
	}
	int r = add_ends(found, items, chosen);
	if (r == 0 && (items & SEARCH_RETURN_PARTIAL) != 0) {
		r = batch_take_partial(found, &wanted->partial, chosen);
	}
	return r;
}

/* A set in the numbers that the command deals in. */
static int in_client_numbers(
	struct roost_conn *conn, const struct roost_uidset *uids, struct roost_uidset *numbers)
{
	return conn->command.uid ? roost_uidset_copy(numbers, uids)
				 : view_numbers(conn->view, uids, numbers);
}

static void write_item(struct buf *buf, const char *name, uint64_t number)
{
	buf_string(buf, name);
	buf_number(buf, number);
}

static int write_partial(struct roost_conn *conn, const struct roost_uidset *found)
{
	const struct partial_range *range = &conn->command.search.wanted.partial;
	struct roost_uidset part = ROOST_UIDSET_EMPTY;
	struct roost_uidset numbers = ROOST_UIDSET_EMPTY;
	const char *sign = range->from_end ? "-" : "";
	struct buf *buf = conn_buf(conn);
	int r = batch_take_partial(found, range, &part);

	if (r == 0) {
		r = in_client_numbers(conn, &part, &numbers);
	}
	buf_string(buf, " PARTIAL (");
	write_item(buf, sign, range->first);
	buf_char(buf, ':');
	write_item(buf, sign, range->last);
	buf_char(buf, ' ');
	if (numbers.count == 0) {
		buf_string(buf, "NIL");
	} else {
		uidset_write(buf, &numbers);
	}
	buf_char(buf, ')');
	roost_uidset_clear(&part);
	roost_uidset_clear(&numbers);
	return r;
}

/* `* ESEARCH (TAG "a1") UID MIN 7 …`. RFC 4731 section 3.1. */
static int write_esearch(
	struct roost_conn *conn, const struct searching *searching, unsigned items, uint64_t modseq)
{
	struct roost_uidset numbers = ROOST_UIDSET_EMPTY;
	const struct roost_uidset *found = &searching->found;
	struct buf *buf = conn_buf(conn);
	int r = in_client_numbers(conn, found, &numbers);

	buf_string(buf, "* ESEARCH (TAG ");
	string_write(buf, conn->command.tag);
	buf_string(buf, conn->command.uid ? ") UID" : ")");
	if ((items & SEARCH_RETURN_MIN) != 0 && numbers.count > 0) {
		write_item(buf, " MIN ", roost_uidset_first(&numbers));
	}
	if ((items & SEARCH_RETURN_MAX) != 0 && numbers.count > 0) {
		write_item(buf, " MAX ", roost_uidset_last(&numbers));
	}
	if ((items & SEARCH_RETURN_COUNT) != 0) {
		write_item(buf, " COUNT ", roost_uidset_size(&numbers));
	}
	if ((items & SEARCH_RETURN_ALL) != 0 && numbers.count > 0) {
		buf_string(buf, " ALL ");
		uidset_write(buf, &numbers);
	}
	if (r == 0 && (items & SEARCH_RETURN_PARTIAL) != 0) {
		r = write_partial(conn, found);
	}
	if (modseq != 0) {
		write_item(buf, " MODSEQ ", modseq);
	}
	buf_string(buf, "\r\n");
	roost_uidset_clear(&numbers);
	return r;
}

/* Answer a search with RETURN, all at once: sets are short. */
static enum step answer_extended(struct roost_conn *conn, const struct searching *searching)
{
	const struct search_return *wanted = &conn->command.search.wanted;
	unsigned items = wanted->items & ~(unsigned)SEARCH_RETURN_SAVE;
	struct roost_uidset chosen = ROOST_UIDSET_EMPTY;
	uint64_t modseq = 0;
	int r = choose(&searching->found, wanted, &chosen);

	if (r == 0 && searching->tells_modseq) {
		r = find_modseq(conn, &chosen, &modseq);
	}
	if (r == 0 && items != 0) {
		r = write_esearch(conn, searching, items, modseq);
	}
	if (r == 0 && (wanted->items & SEARCH_RETURN_SAVE) != 0) {
		r = roost_uidset_copy(&conn->view->saved, &chosen);
	}
	roost_uidset_clear(&chosen);
	return r < 0 ? reply_error(conn, r) : reply_ok(conn, NULL, "Search done");
}

/* A part of the one line that the answer without RETURN is. */
static enum step answer_plain(struct roost_conn *conn, struct searching *searching)
{
	uint64_t modseq = 0;
	uint32_t uid;

	if (!searching->begun) {
		buf_string(conn_buf(conn), "* SEARCH");
		searching->begun = true;
	}
	while (roost_uidset_next(&searching->found, &searching->iter, &uid)) {
		uint32_t number = conn->command.uid ? uid : view_sequence(conn->view, uid);
		if (number == 0) {
			continue;
		}
		write_item(conn_buf(conn), " ", number);
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	int r = searching->tells_modseq ? find_modseq(conn, &searching->found, &modseq) : 0;
	struct buf *buf = conn_buf(conn);
	if (modseq != 0) {
		write_item(buf, " (MODSEQ ", modseq);
		buf_char(buf, ')');
	}
	buf_string(buf, "\r\n");
	return r < 0 ? reply_error(conn, r) : reply_ok(conn, NULL, "Search done");
}

static enum step find(struct roost_conn *conn)
{
	struct searching *searching = roost_call_alloc(conn->call, sizeof(*searching));
	const struct search_key *key = conn->command.search.key;

	if (searching == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	conn->task = searching;
	conn->task_free = searching_free;
	searching->tells_modseq = query_has_key(key, SEARCH_MODSEQ);
	if (searching->tells_modseq) {
		if (conn->view->modseq == 0) {
			return reply_bad(conn, "This mailbox has no mod-sequences");
		}
		conn_use_modseq(conn);
	}
	/* Numbers must mean the same until the end: RFC 7162 section 3.2.10.2. */
	conn->hold_expunges = conn->hold_expunges || query_has_key(key, SEARCH_SEQUENCE);
	int r = query_create(conn, conn->command.search.charset, key, &searching->query);
	if (r == 0) {
		r = mailbox_search_messages(conn->view->mailbox, conn->call,
			searching->query.search, &conn->view->uids, &searching->found);
	}
	return r < 0 ? query_reply_error(conn, &searching->query, r) : STEP_AGAIN;
}

enum step cmd_search(struct roost_conn *conn, struct roost_text line)
{
	bool extended = conn->command.search.wanted.given;

	(void)line;
	if (conn->task == NULL) {
		enum step step = find(conn);
		if (step != STEP_AGAIN) {
			/* A search that fails saves nothing, one that is wrong was none: RFC 5182 section 2.1. */
			bool saves = (conn->command.search.wanted.items & SEARCH_RETURN_SAVE) != 0;
			if (saves && conn->reply.kind == REPLY_NO) {
				roost_uidset_clear(&conn->view->saved);
			}
			return step;
		}
	}
	return extended ? answer_extended(conn, conn->task) : answer_plain(conn, conn->task);
}

/* esearch.c - telling what a search or sort has found. */
#include "session/esearch.h"

#include <stdlib.h>

#include "grammar/astring.h"
#include "grammar/sequence_set.h"
#include "session/batch.h"
#include "session/context.h"

enum stage {
	STAGE_CHOOSE,
	STAGE_NUMBERS, /* of a plain answer */
	STAGE_ALL, /* in the order of SORT, which may be long */
	STAGE_PARTIAL,
	STAGE_SCORES,
	STAGE_END,
};

void esearch_clear(struct esearch *esearch)
{
	roost_uidset_clear(&esearch->found);
	roost_uidset_clear(&esearch->chosen);
	roost_uidset_clear(&esearch->part);
	relevance_clear(&esearch->scores);
}

/* -- choosing */

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

/* The UID that is lowest in the order of the result, or highest; 0 when nothing was found. */
static uint32_t end_of(const struct esearch *esearch, bool highest)
{
	if (esearch->sorted != NULL) {
		size_t last = esearch->sorted_count - 1;
		return esearch->sorted_count == 0 ? 0 : esearch->sorted[highest ? last : 0];
	}
	return highest ? roost_uidset_last(&esearch->found) : roost_uidset_first(&esearch->found);
}

static int add_ends(const struct esearch *esearch, unsigned items, struct roost_uidset *ends)
{
	int r = 0;

	if (esearch->found.count > 0 && (items & SEARCH_RETURN_MIN) != 0) {
		r = roost_uidset_add(ends, end_of(esearch, false));
	}
	if (r == 0 && esearch->found.count > 0 && (items & SEARCH_RETURN_MAX) != 0) {
		r = roost_uidset_add(ends, end_of(esearch, true));
	}
	return r;
}

/* Where in the order of SORT a part begins, and behind it ends. */
static void find_part(const struct esearch *esearch, const struct partial_range *range,
	size_t *begin_out, size_t *end_out)
{
	size_t count = esearch->sorted_count;
	size_t first = range->first - 1 < count ? range->first - 1 : count;
	size_t end = range->last < count ? range->last : count;

	*begin_out = range->from_end ? count - end : first;
	*end_out = range->from_end ? count - first : end;
}

static int compare_uids(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

/* Adding to a set is quick only in ascending order. */
static int add_list(struct roost_uidset *set, const uint32_t *uids, size_t count)
{
	uint32_t *ascending = malloc((count > 0 ? count : 1) * sizeof(*ascending));
	int r = ascending == NULL ? ROOST_ERR_NO_MEMORY : 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		ascending[i] = uids[i];
	}
	if (r == 0) {
		qsort(ascending, count, sizeof(*ascending), compare_uids);
	}
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = roost_uidset_add(set, ascending[i]);
	}
	free(ascending);
	return r;
}

static int add_part(
	const struct esearch *esearch, const struct partial_range *range, struct roost_uidset *part)
{
	size_t begin, end;

	if (esearch->sorted == NULL) {
		return batch_take_partial(&esearch->found, range, part);
	}
	find_part(esearch, range, &begin, &end);
	return add_list(part, esearch->sorted + begin, end - begin);
}

/* The options that say which messages are meant. */
#define CHOOSING \
	(unsigned)(SEARCH_RETURN_MIN | SEARCH_RETURN_MAX | SEARCH_RETURN_ALL | \
		   SEARCH_RETURN_COUNT | SEARCH_RETURN_PARTIAL)

/* What of the result the client hears of, and may save: RFC 5182 section 2.4. */
static int choose(struct esearch *esearch, const struct search_return *wanted)
{
	unsigned items = wanted->items & CHOOSING;

	if (items == 0 || (items & (SEARCH_RETURN_ALL | SEARCH_RETURN_COUNT)) != 0) {
		return roost_uidset_copy(&esearch->chosen, &esearch->found);
	}
	int r = add_ends(esearch, items, &esearch->chosen);
	if (r == 0 && (items & SEARCH_RETURN_PARTIAL) != 0) {
		r = add_part(esearch, &wanted->partial, &esearch->chosen);
	}
	return r;
}

/* -- numbers */

/* As the client knows the message: its UID or its sequence number; 0 when it does not know it. */
static uint32_t number_of(struct roost_conn *conn, uint32_t uid)
{
	return conn->command.uid ? uid : view_sequence(conn->view, uid);
}

/* A set in the numbers that the command deals in. */
static int write_set(struct roost_conn *conn, const struct roost_uidset *uids)
{
	struct roost_uidset numbers = ROOST_UIDSET_EMPTY;
	int r = conn->command.uid ? roost_uidset_copy(&numbers, uids)
				  : view_numbers(conn->view, uids, &numbers);

	uidset_write(conn_buf(conn), &numbers);
	roost_uidset_clear(&numbers);
	return r;
}

static void write_item(struct buf *buf, const char *name, uint64_t number)
{
	buf_string(buf, name);
	buf_number(buf, number);
}

/* "4:6,2,9" from where the slice before ended, up to `end`. STEP_AGAIN when the output is full, else STEP_DONE. */
static enum step write_sorted(
	struct roost_conn *conn, struct esearch *esearch, size_t begin, size_t end)
{
	if (esearch->at < begin) {
		esearch->at = begin;
	}
	while (esearch->at < end) {
		struct buf *buf = conn_buf(conn);
		uint32_t first = number_of(conn, esearch->sorted[esearch->at]);
		uint32_t last = first;
		write_item(buf, esearch->at > begin ? "," : "", first);
		esearch->at++;
		while (esearch->at < end &&
			number_of(conn, esearch->sorted[esearch->at]) == last + 1) {
			last++;
			esearch->at++;
		}
		if (last > first) {
			write_item(buf, ":", last);
		}
		if (esearch->at < end && output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	esearch->at = 0;
	return STEP_DONE;
}

/* -- the answer with RETURN */

/* "* ESEARCH (TAG "a1") UID MIN 7 …", up to what may be long. RFC 4731 section 3.1. */
static void write_head(struct roost_conn *conn, const struct esearch *esearch, unsigned items)
{
	struct buf *buf = conn_buf(conn);
	bool some = esearch->found.count > 0;

	buf_string(buf, "* ESEARCH (TAG ");
	string_write(buf, conn->command.tag);
	if (esearch->mailbox != NULL) {
		buf_string(buf, " MAILBOX ");
		conn_write_mailbox(conn, buf, esearch->mailbox);
		write_item(buf, " UIDVALIDITY ", esearch->uid_validity);
	}
	buf_string(buf, conn->command.uid ? ") UID" : ")");
	if ((items & SEARCH_RETURN_MIN) != 0 && some) {
		write_item(buf, " MIN ", number_of(conn, end_of(esearch, false)));
	}
	if ((items & SEARCH_RETURN_MAX) != 0 && some) {
		write_item(buf, " MAX ", number_of(conn, end_of(esearch, true)));
	}
	if ((items & SEARCH_RETURN_COUNT) != 0) {
		write_item(buf, " COUNT ", roost_uidset_size(&esearch->found));
	}
	if ((items & SEARCH_RETURN_ALL) != 0 && some) {
		buf_string(buf, " ALL ");
	}
	if ((items & SEARCH_RETURN_PARTIAL) != 0) {
		const struct partial_range *range = &conn->command.search.wanted.partial;
		const char *sign = range->from_end ? "-" : "";
		buf_string(buf, " PARTIAL (");
		write_item(buf, sign, range->first);
		buf_char(buf, ':');
		write_item(buf, sign, range->last);
		buf_char(buf, ' ');
	}
}

static enum step write_all(struct roost_conn *conn, struct esearch *esearch, int *r)
{
	if (esearch->found.count == 0) {
		return STEP_DONE;
	}
	if (esearch->sorted != NULL) {
		return write_sorted(conn, esearch, 0, esearch->sorted_count);
	}
	*r = write_set(conn, &esearch->found);
	return STEP_DONE;
}

static enum step write_partial(struct roost_conn *conn, struct esearch *esearch, int *r)
{
	const struct partial_range *range = &conn->command.search.wanted.partial;
	size_t begin = 0, end = 0;

	if (esearch->sorted != NULL) {
		find_part(esearch, range, &begin, &end);
		if (write_sorted(conn, esearch, begin, end) == STEP_AGAIN) {
			return STEP_AGAIN;
		}
		buf_string(conn_buf(conn), begin < end ? ")" : "NIL)");
		return STEP_DONE;
	}
	*r = batch_take_partial(&esearch->found, range, &esearch->part);
	if (esearch->part.count == 0) {
		buf_string(conn_buf(conn), "NIL)");
	} else {
		int written = write_set(conn, &esearch->part);
		*r = *r < 0 ? *r : written;
		buf_char(conn_buf(conn), ')');
	}
	return STEP_DONE;
}

/* "RELEVANCY (4 99 42)", in the order of ALL or PARTIAL. */
static enum step write_scores(struct roost_conn *conn, struct esearch *esearch)
{
	const struct search_return *wanted = &conn->command.search.wanted;
	bool partial = (wanted->items & SEARCH_RETURN_PARTIAL) != 0;
	size_t begin = 0, end = esearch->sorted_count;
	uint32_t uid = 0;

	if (partial && esearch->sorted != NULL) {
		find_part(esearch, &wanted->partial, &begin, &end);
	}
	if (!esearch->in_scores) {
		esearch->at = begin;
		buf_string(conn_buf(conn), " RELEVANCY (");
	}
	while (esearch->sorted != NULL
			? esearch->at < end
			: roost_uidset_next(partial ? &esearch->part : &esearch->found,
				  &esearch->iter, &uid)) {
		if (esearch->sorted != NULL) {
			uid = esearch->sorted[esearch->at++];
		}
		write_item(conn_buf(conn), esearch->in_scores ? " " : "",
			relevance_score(&esearch->scores, uid));
		esearch->in_scores = true;
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	buf_char(conn_buf(conn), ')');
	return STEP_DONE;
}

static void write_end(struct roost_conn *conn, const struct esearch *esearch)
{
	struct buf *buf = conn_buf(conn);

	if (esearch->modseq != 0) {
		write_item(buf, " MODSEQ ", esearch->modseq);
	}
	buf_string(buf, "\r\n");
}

static int begin_extended(struct roost_conn *conn, struct esearch *esearch, unsigned items)
{
	const struct search_return *wanted = &conn->command.search.wanted;
	int r = choose(esearch, wanted);

	if (r == 0 && esearch->tells_modseq) {
		r = find_modseq(conn, &esearch->chosen, &esearch->modseq);
	}
	if (r == 0 && (wanted->items & SEARCH_RETURN_SAVE) != 0) {
		r = roost_uidset_copy(&conn->view->saved, &esearch->chosen);
	}
	if (r == 0 && items != 0) {
		write_head(conn, esearch, items);
	}
	return r;
}

static enum step run_extended(struct roost_conn *conn, struct esearch *esearch)
{
	unsigned items = conn->command.search.wanted.items & ~(unsigned)SEARCH_RETURN_SAVE;
	enum step step = STEP_DONE;
	int r = 0;

	if (esearch->stage == STAGE_CHOOSE) {
		r = begin_extended(conn, esearch, items);
		if (r == ROOST_ERR_NO_MEMORY &&
			(conn->command.search.wanted.items & SEARCH_RETURN_SAVE) != 0) {
			roost_uidset_clear(&conn->view->saved);
			return reply_no(conn, "NOTSAVED", "The result could not be saved");
		}
		if (r < 0) {
			return reply_error(conn, r);
		}
		esearch->stage = (items & SEARCH_RETURN_ALL) != 0       ? STAGE_ALL
				 : (items & SEARCH_RETURN_PARTIAL) != 0 ? STAGE_PARTIAL
									: STAGE_SCORES;
	}
	if (esearch->stage == STAGE_ALL) {
		step = write_all(conn, esearch, &r);
	} else if (esearch->stage == STAGE_PARTIAL) {
		step = write_partial(conn, esearch, &r);
	}
	if (step == STEP_DONE) {
		esearch->stage = STAGE_SCORES;
		step = (items & SEARCH_RETURN_RELEVANCY) != 0 ? write_scores(conn, esearch)
							      : STEP_DONE;
	}
	if (step == STEP_AGAIN) {
		return STEP_AGAIN;
	}
	if (items != 0) {
		write_end(conn, esearch);
	}
	if (esearch->refusal != NULL) {
		context_refuse(conn, conn->command.tag, esearch->refusal);
	}
	return r < 0 ? reply_error(conn, r) : reply_ok(conn, esearch->code, esearch->done);
}

/* -- the answer without */

/* The next UID to tell. */
static bool next(struct esearch *esearch, uint32_t *uid_out)
{
	if (esearch->sorted == NULL) {
		return roost_uidset_next(&esearch->found, &esearch->iter, uid_out);
	}
	if (esearch->at == esearch->sorted_count) {
		return false;
	}
	*uid_out = esearch->sorted[esearch->at++];
	return true;
}

/* A part of the one line that this answer is. */
static enum step run_plain(struct roost_conn *conn, struct esearch *esearch)
{
	uint64_t modseq = 0;
	uint32_t uid;

	if (esearch->stage == STAGE_CHOOSE) {
		buf_string(conn_buf(conn), esearch->sorted == NULL ? "* SEARCH" : "* SORT");
		esearch->stage = STAGE_NUMBERS;
	}
	while (next(esearch, &uid)) {
		uint32_t number = number_of(conn, uid);
		if (number == 0) {
			continue;
		}
		write_item(conn_buf(conn), " ", number);
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	int r = esearch->tells_modseq ? find_modseq(conn, &esearch->found, &modseq) : 0;
	struct buf *buf = conn_buf(conn);
	if (modseq != 0) {
		write_item(buf, " (MODSEQ ", modseq);
		buf_char(buf, ')');
	}
	buf_string(buf, "\r\n");
	return r < 0 ? reply_error(conn, r) : reply_ok(conn, esearch->code, esearch->done);
}

enum step esearch_run(struct roost_conn *conn, struct esearch *esearch)
{
	const struct command *command = &conn->command;
	enum step step = command->search.wanted.given ? run_extended(conn, esearch)
						      : run_plain(conn, esearch);

	/* A search that fails is none to be kept up to date. */
	if (step == STEP_DONE && conn->reply.kind != REPLY_OK &&
		(command->search.wanted.items & SEARCH_RETURN_UPDATE) != 0) {
		(void)context_cancel(conn, command->tag);
	}
	return step;
}

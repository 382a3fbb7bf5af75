/* cmd_thread.c - THREAD and UID THREAD. RFC 5256.
 *
 * The threads of a set of messages stay the same for as long as it is that set, so their text is kept for who asks
 * again (backend/memo.h): with UIDs, from which each session makes its sequence numbers. */
#include <stdio.h>

#include "backend/memo.h"
#include "base/text.h"
#include "search/thread.h"
#include "search/thread_record.h"
#include "session/query.h"
#include "session/records.h"

/* Octets of the text for each message at most: two numbers of ten digits would do. */
#define MAX_OF_MESSAGE 32u
/* Octets of the text that are told at a time. */
#define PIECE 4096u

struct threading {
	struct query query;
	struct roost_uidset found;
	enum roost_comparator comparator;
	struct threader *threader; /* while the threads are made */
	struct memo *memo; /* of the text */
	struct buf made; /* the text, when it was not there */
	struct roost_text rest; /* of the text, that is to be told */
};

static void threading_free(void *task)
{
	struct threading *threading = task;

	query_clear(&threading->query);
	roost_uidset_clear(&threading->found);
	threader_destroy(threading->threader);
	memo_close(threading->memo);
	buf_free(&threading->made);
}

static void write(void *context, size_t kind, const struct roost_message *message,
	const struct roost_outline *outline, struct buf *record)
{
	const struct threading *threading = context;

	(void)kind;
	thread_record_write(threading->comparator, message, outline, record);
}

static int take(void *context, uint32_t uid, const struct roost_text *records)
{
	struct threading *threading = context;

	return threader_add(threading->threader, uid, records[0]);
}

/* Whether a node stands in parentheses: it is a thread, or has siblings. */
static bool is_listed(const struct thread_node *nodes, uint32_t node)
{
	uint32_t parent = nodes[node].parent;

	return parent == 0 || nodes[parent].first_child != node || nodes[node].next != 0;
}

/* What stands before a node, and its UID, if it has one. */
static void write_node(struct buf *buf, const struct thread_node *nodes, uint32_t node)
{
	uint32_t parent = nodes[node].parent;
	bool after_dummy = parent != 0 && nodes[parent].uid == 0;

	if (nodes[parent].first_child == node && !after_dummy) {
		buf_char(buf, ' ');
	}
	if (is_listed(nodes, node)) {
		buf_char(buf, '(');
	}
	if (nodes[node].uid != 0) {
		buf_number(buf, nodes[node].uid);
	}
}

/* The node after one without children, having closed what ends before it. */
static uint32_t climb(struct buf *buf, const struct thread_node *nodes, uint32_t node)
{
	for (; node != 0; node = nodes[node].parent) {
		if (is_listed(nodes, node)) {
			buf_char(buf, ')');
		}
		if (nodes[node].next != 0) {
			return nodes[node].next;
		}
	}
	return 0;
}

static void write_threads(struct buf *buf, const struct thread_node *nodes)
{
	uint32_t node = nodes[0].first_child;

	while (node != 0) {
		write_node(buf, nodes, node);
		node = nodes[node].first_child != 0 ? nodes[node].first_child
						    : climb(buf, nodes, node);
	}
}

/* The threads of what was found, as a text with UIDs. */
static int make(struct roost_conn *conn, struct threading *threading, struct roost_text kind,
	bool *lasting_out)
{
	const struct records records = { .count = 1,
		.kinds = { kind },
		.fields = THREAD_RECORD_FIELDS,
		.write = write,
		.take = take,
		.context = threading };
	const struct thread_node *nodes = NULL;
	int r = threader_create(conn->command.thread, &threading->threader);

	if (r == 0) {
		r = records_gather(conn, &records, &threading->found, lasting_out);
	}
	if (r == 0) {
		r = threader_build(threading->threader, &nodes);
	}
	if (r == 0) {
		buf_init(&threading->made,
			MAX_OF_MESSAGE * ((size_t)roost_uidset_size(&threading->found) + 1));
		write_threads(&threading->made, nodes);
		r = buf_status(&threading->made);
	}
	threader_destroy(threading->threader);
	threading->threader = NULL;
	return r;
}

/* The same, unless it was kept. */
static int find_threads(struct roost_conn *conn, struct threading *threading)
{
	const struct view *view = conn->view;
	char record[32], threads[32];
	int n = snprintf(record, sizeof(record), "thread %d", (int)conn->comparator);
	int m = snprintf(threads, sizeof(threads), "threads %d %d", (int)conn->command.thread,
		(int)conn->comparator);
	bool lasting = false;

	threading->comparator = conn->comparator;
	threading->memo = memo_open_set(memos_of(view->mailbox), view->mailbox, view->uid_validity,
		(struct roost_text) { threads, (size_t)m }, &threading->found);
	threading->rest = memo_find_set(threading->memo);
	if (threading->rest.bytes != NULL) {
		return 0;
	}
	int r = make(conn, threading, (struct roost_text) { record, (size_t)n }, &lasting);
	if (r == 0) {
		threading->rest =
			(struct roost_text) { threading->made.data, threading->made.size };
	}
	if (r == 0 && lasting && threading->made.size > 0) {
		memo_keep_set(threading->memo, threading->rest);
	}
	return r;
}

static enum step begin(struct roost_conn *conn)
{
	struct threading *threading = roost_call_alloc(conn->call, sizeof(*threading));

	if (threading == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	conn->task = threading;
	conn->task_free = threading_free;
	enum step step = query_find(conn, &threading->query, &threading->found);
	if (step != STEP_AGAIN) {
		return step;
	}
	int r = find_threads(conn, threading);
	if (r < 0) {
		return reply_error(conn, r);
	}
	buf_string(conn_buf(conn), "* THREAD");
	return STEP_AGAIN;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How much of a text is told next: never half of a number. */
static size_t measure_piece(struct roost_text text)
{
	size_t size = text.size < PIECE ? text.size : PIECE;

	while (size < text.size && is_digit(text.bytes[size])) {
		size++;
	}
	return size;
}

static void write_sequences(struct roost_conn *conn, const char *at, const char *end)
{
	struct buf *buf = conn_buf(conn);

	while (at < end) {
		const char *mark = at;
		while (at < end && !is_digit(*at)) {
			at++;
		}
		buf_add(buf, mark, (size_t)(at - mark));
		uint32_t uid = 0;
		for (mark = at; at < end && is_digit(*at); at++) {
			uid = uid * 10 + (uint32_t)(*at - '0');
		}
		if (at > mark) {
			buf_number(buf, view_sequence(conn->view, uid));
		}
	}
}

enum step cmd_thread(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		enum step step = begin(conn);
		if (step != STEP_AGAIN) {
			return step;
		}
	}
	struct threading *threading = conn->task;
	struct roost_text *rest = &threading->rest;
	while (rest->size > 0) {
		size_t size = measure_piece(*rest);
		if (conn->command.uid) {
			buf_add(conn_buf(conn), rest->bytes, size);
		} else {
			write_sequences(conn, rest->bytes, rest->bytes + size);
		}
		rest->bytes += size;
		rest->size -= size;
		if (rest->size > 0 && output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	buf_string(conn_buf(conn), "\r\n");
	return reply_ok(conn, threading->query.limit_code, "Threads made");
}

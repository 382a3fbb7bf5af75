/* cmd_thread.c - THREAD and UID THREAD. RFC 5256. */
#include <stdio.h>

#include "search/thread.h"
#include "search/thread_record.h"
#include "session/query.h"
#include "session/records.h"

struct threading {
	struct query query;
	struct roost_uidset found;
	struct threader *threader;
	enum roost_comparator comparator;
	const struct thread_node *nodes; /* the first is the root */
	uint32_t at; /* the node to tell next; 0 for none */
};

static void threading_free(void *task)
{
	struct threading *threading = task;

	query_clear(&threading->query);
	roost_uidset_clear(&threading->found);
	threader_destroy(threading->threader);
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

static int build(struct roost_conn *conn, struct threading *threading)
{
	char kind[32];
	int n = snprintf(kind, sizeof(kind), "thread %d", (int)conn->comparator);
	const struct records records = { .count = 1,
		.kinds = { { kind, (size_t)n } },
		.fields = THREAD_RECORD_FIELDS,
		.write = write,
		.take = take,
		.context = threading };
	int r = threader_create(conn->command.thread, &threading->threader);

	threading->comparator = conn->comparator;
	if (r == 0) {
		r = records_gather(conn, &records, &threading->found);
	}
	if (r == 0) {
		r = threader_build(threading->threader, &threading->nodes);
	}
	if (r == 0) {
		threading->at = threading->nodes[0].first_child;
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
	int r = build(conn, threading);
	if (r < 0) {
		return reply_error(conn, r);
	}
	buf_string(conn_buf(conn), "* THREAD");
	return STEP_AGAIN;
}

/* Whether a node stands in parentheses: it is a thread, or has siblings. */
static bool is_listed(const struct thread_node *nodes, uint32_t node)
{
	uint32_t parent = nodes[node].parent;

	return parent == 0 || nodes[parent].first_child != node || nodes[node].next != 0;
}

/* What stands before a node, and its number, if it has one. */
static void write_node(struct roost_conn *conn, const struct thread_node *nodes, uint32_t node)
{
	struct buf *buf = conn_buf(conn);
	uint32_t parent = nodes[node].parent;
	bool after_dummy = parent != 0 && nodes[parent].uid == 0;

	if (nodes[parent].first_child == node && !after_dummy) {
		buf_char(buf, ' ');
	}
	if (is_listed(nodes, node)) {
		buf_char(buf, '(');
	}
	if (nodes[node].uid != 0) {
		bool uid = conn->command.uid;
		buf_number(buf, uid ? nodes[node].uid : view_sequence(conn->view, nodes[node].uid));
	}
}

/* The node after one without children, having closed what ends before it. */
static uint32_t climb(struct roost_conn *conn, const struct thread_node *nodes, uint32_t node)
{
	for (; node != 0; node = nodes[node].parent) {
		if (is_listed(nodes, node)) {
			buf_char(conn_buf(conn), ')');
		}
		if (nodes[node].next != 0) {
			return nodes[node].next;
		}
	}
	return 0;
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
	const struct thread_node *nodes = threading->nodes;
	while (threading->at != 0) {
		uint32_t node = threading->at;
		write_node(conn, nodes, node);
		threading->at = nodes[node].first_child != 0 ? nodes[node].first_child
							     : climb(conn, nodes, node);
		if (threading->at != 0 && output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	buf_string(conn_buf(conn), "\r\n");
	return reply_ok(conn, threading->query.limit_code, "Threads made");
}

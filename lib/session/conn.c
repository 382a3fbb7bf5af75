/* conn.c - one IMAP connection without a socket, as who drives it has it: what it wants, what it sends, what it is told. */
#include <stdlib.h>
#include <string.h>

#include "session/info.h"
#include "session/progress.h"
#include "session/notify.h"
#include "session/session.h"

static void copy_options(struct roost_conn *conn, const struct roost_conn_options *options)
{
	conn->backend = options->backend;
	roost_limits_init(&conn->limits);
	if (options->limits != NULL) {
		size_t size = options->limits->size;
		memcpy(&conn->limits, options->limits,
			size < sizeof(conn->limits) ? size : sizeof(conn->limits));
		conn->limits.size = sizeof(conn->limits);
	}
	conn->starttls = options->starttls;
	conn->insecure_auth = options->insecure_auth;
	conn->literal_minus = options->literal_minus;
	conn->woken = options->woken;
	conn->log = options->log;
	conn->context = options->context;
	conn->command_done = options->command_done;
	conn->traces = options->traces;
	conn->can_deflate = options->deflate;
	conn->can_unauthenticate = !options->no_unauthenticate;
}

static void greet(struct roost_conn *conn)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* OK [CAPABILITY ");
	capability_write(conn, buf);
	buf_string(buf, "] roost is ready\r\n");
}

int roost_conn_create(const struct roost_conn_options *given, struct roost_conn **conn_out)
{
	struct roost_conn_options options = { .size = sizeof(options) };
	struct roost_conn *conn = calloc(1, sizeof(*conn));

	if (conn == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(&options, given, given->size < sizeof(options) ? given->size : sizeof(options));
	if (options.backend == NULL) {
		free(conn);
		return ROOST_ERR_INVALID;
	}
	copy_options(conn, &options);
	input_init(&conn->input, conn_line_before_sign_in(conn));
	conn->state = STATE_NOT_AUTHENTICATED;
	int r = info_copy(options.info, &conn->info);
	if (r == 0) {
		greet(conn);
		r = output_failed(&conn->output) ? ROOST_ERR_NO_MEMORY : 0;
	}
	if (r < 0) {
		roost_conn_destroy(conn);
		return r;
	}
	*conn_out = conn;
	return 0;
}

void conn_free_task(struct roost_conn *conn)
{
	if (conn->task_free != NULL) {
		conn->task_free(conn->task);
	}
	conn->task = NULL;
	conn->task_free = NULL;
}

static void drop_call(struct roost_conn *conn)
{
	roost_call_destroy(conn->call);
	progress_destroy(conn->progress);
	conn->call = NULL;
	conn->progress = NULL;
}

void roost_conn_destroy(struct roost_conn *conn)
{
	if (conn == NULL) {
		return;
	}
	conn_free_task(conn);
	conn_sign_out(conn);
	input_free(&conn->input);
	output_free(&conn->output);
	output_free(&conn->apart);
	drop_call(conn);
	free(conn->waiting_tag);
	free(conn->info);
	free(conn);
}

static bool is_full(const struct roost_conn *conn)
{
	return output_is_full(&conn->output, conn->limits.output);
}

bool conn_has_work(const struct roost_conn *conn)
{
	switch (conn->phase) {
	case PHASE_RUNNING:
	case PHASE_TELLING:
		return !is_full(conn);
	case PHASE_READING:
		/* What is passed over of a command has its tag in the memory that telling gives back. */
		return conn->tell_due && !conn->input.refused && !is_full(conn);
	case PHASE_WAITING:
		return conn->idling && conn->tell_due && !is_full(conn);
	default:
		return false;
	}
}

unsigned roost_conn_wants(const struct roost_conn *conn)
{
	bool sent = output_is_empty(&conn->output) && output_is_empty(&conn->apart);
	unsigned wants = sent ? 0 : ROOST_CONN_WRITE;

	if (conn->phase == PHASE_CLOSING) {
		return wants | ROOST_CONN_CLOSE;
	}
	if (conn->phase == PHASE_STARTTLS) {
		return wants | ROOST_CONN_STARTTLS;
	}
	if (conn->phase == PHASE_DEFLATE) {
		return wants | ROOST_CONN_DEFLATE;
	}
	if (conn_has_work(conn)) {
		wants |= ROOST_CONN_RUN;
		if (dispatch_may_block(conn)) {
			wants |= ROOST_CONN_MAY_BLOCK;
			wants |= conn->hard_work ? ROOST_CONN_HARD_WORK : 0;
		}
	}
	if (conn->phase == PHASE_HELD) {
		wants |= ROOST_CONN_DELAY;
	}
	if ((conn->phase == PHASE_READING || conn->phase == PHASE_WAITING) && !is_full(conn)) {
		wants |= ROOST_CONN_READ;
	}
	if (conn->idling || notify_listens(conn)) {
		wants |= ROOST_CONN_WAKE;
		wants |= dispatch_can_poll(conn) ? ROOST_CONN_POLL : 0;
	}
	return wants;
}

void conn_end(struct roost_conn *conn, const char *code, const char *text)
{
	if (conn->phase == PHASE_STARTTLS || conn->phase == PHASE_DEFLATE ||
		conn->phase == PHASE_RUNNING) {
		conn->phase = PHASE_CLOSING;
	} else {
		conn_bye(conn, code, text);
	}
}

size_t roost_conn_output(struct roost_conn *conn, struct roost_piece *pieces, size_t n)
{
	size_t count = output_pieces(&conn->apart, pieces, n);

	if (conn->parted || output_failed(&conn->output)) {
		return count;
	}
	return count + output_pieces(&conn->output, pieces + count, n - count);
}

void roost_conn_sent(struct roost_conn *conn, uint64_t n)
{
	if (conn->trace != NULL) {
		trace_output(conn, n);
	}
	n -= output_sent(&conn->apart, n);
	if (!conn->parted) {
		(void)output_sent(&conn->output, n);
	}
}

bool roost_conn_part_output(struct roost_conn *conn)
{
	/* Who traces looks at both. */
	if (conn->phase != PHASE_RUNNING || !is_full(conn) || conn->trace != NULL ||
		!output_is_empty(&conn->apart) || output_failed(&conn->output) ||
		!dispatch_may_block(conn)) {
		return false;
	}
	struct output emptied = conn->apart;
	conn->apart = conn->output;
	conn->output = emptied;
	conn->parted = true;
	return true;
}

void roost_conn_join_output(struct roost_conn *conn)
{
	conn->parted = false;
}

void roost_conn_tls_started(struct roost_conn *conn, const struct roost_conn_info *info)
{
	struct conn_info *copy;

	if (info_copy(info, &copy) < 0) {
		conn->phase = PHASE_CLOSING;
		return;
	}
	free(conn->info);
	conn->info = copy;
	conn->language = LANGUAGE_DEFAULT; /* who chose it is not certain: RFC 5255 section 7 */
	if (conn->phase == PHASE_STARTTLS) {
		conn->phase = PHASE_READING;
	}
}

void roost_conn_deflate_switched(struct roost_conn *conn)
{
	if (conn->phase == PHASE_DEFLATE) {
		conn->deflating = !conn->deflating;
		conn->phase = PHASE_READING;
		conn->tell_due = notify_is_due(conn) && conn_need_call(conn) == 0;
	}
}

void roost_conn_wake(struct roost_conn *conn)
{
	if (conn->idling && conn->phase == PHASE_WAITING) {
		conn->tell_due =
			(conn->tell_due || conn_has_news(conn)) && conn_need_call(conn) == 0;
	} else if (conn->phase == PHASE_READING && notify_is_due(conn)) {
		conn->tell_due = conn_need_call(conn) == 0;
	}
}

void roost_conn_poll(struct roost_conn *conn)
{
	bool listens = (conn->idling && conn->phase == PHASE_WAITING) ||
		       (notify_listens(conn) && conn->phase == PHASE_READING);

	if (listens && dispatch_can_poll(conn) && conn_need_call(conn) == 0) {
		conn->poll_due = true;
		conn->tell_due = true;
	}
}

uint32_t roost_conn_delay(const struct roost_conn *conn)
{
	return conn->phase == PHASE_HELD ? roost_call_get_delay(conn->call) : 0;
}

void roost_conn_resume(struct roost_conn *conn)
{
	if (conn->phase == PHASE_HELD) {
		conn->phase = PHASE_TELLING;
	}
}

unsigned roost_conn_timeout_seconds(const struct roost_conn *conn)
{
	return conn->user == NULL ? conn->limits.sign_in_seconds : conn->limits.idle_seconds;
}

uint64_t roost_conn_commands(const struct roost_conn *conn)
{
	return conn->commands;
}

void roost_conn_expire(struct roost_conn *conn)
{
	if (conn->phase != PHASE_CLOSING) {
		conn_log(conn, ROOST_LOG_INFO, "autologout", NULL);
		conn_end(conn, NULL, "Autologout: nothing was heard for too long");
	}
}

void roost_conn_shutdown(struct roost_conn *conn)
{
	conn->shutting_down = true;
	roost_conn_resume(conn); /* what is done is answered */
	if (conn->phase == PHASE_READING || conn->phase == PHASE_WAITING ||
		conn->phase == PHASE_STARTTLS || conn->phase == PHASE_DEFLATE) {
		conn_end(conn, "UNAVAILABLE", "The server is shutting down");
	}
}

void roost_conn_cancel(struct roost_conn *conn)
{
	__atomic_store_n(&conn->cancelled, true, __ATOMIC_RELAXED);
	if (conn->call != NULL) {
		roost_call_cancel(conn->call);
	}
}

size_t roost_conn_progress(struct roost_conn *conn, char *line, size_t size)
{
	return conn->progress == NULL ? 0 : progress_write(conn->progress, line, size);
}

void roost_conn_trim(struct roost_conn *conn)
{
	bool between_commands = conn->phase == PHASE_READING && !conn->input.refused;
	/* Nothing of IDLE is in the memory of the command. */
	bool idles = conn->phase == PHASE_WAITING && conn->idling;

	if ((between_commands || idles) && conn->input.bytes.size == 0 && !conn->tell_due) {
		drop_call(conn);
	}
	if (conn->phase == PHASE_READING || conn->phase == PHASE_WAITING) {
		input_trim(&conn->input);
		output_trim(&conn->output);
		output_trim(&conn->apart);
	}
}

const char *roost_conn_user(const struct roost_conn *conn)
{
	return conn->user == NULL ? NULL : conn->user->name;
}

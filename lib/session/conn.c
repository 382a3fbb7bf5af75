/* conn.c - one IMAP connection without a socket: its phases, from bytes to bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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

static void free_task(struct roost_conn *conn)
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
	free_task(conn);
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

/* Whether a slice of work is there to be run. */
static bool has_work(const struct roost_conn *conn)
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
	if (has_work(conn)) {
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

/* Say BYE, except to a client that listens for TLS or compression now, or whose answer is cut short: in the middle of that
 * nothing else can be said. */
static void end(struct roost_conn *conn, const char *code, const char *text)
{
	if (conn->phase == PHASE_STARTTLS || conn->phase == PHASE_DEFLATE ||
		conn->phase == PHASE_RUNNING) {
		conn->phase = PHASE_CLOSING;
	} else {
		conn_bye(conn, code, text);
	}
}

/* The command is answered: ready for the next. */
static void end_command(struct roost_conn *conn)
{
	free_task(conn);
	if (conn->command.kind == COMMAND_LOGIN || conn->command.kind == COMMAND_AUTHENTICATE) {
		arena_wipe(call_arena(conn->call));
		input_wipe(&conn->input);
	}
	input_reset(&conn->input);
	roost_call_reset(conn->call);
	free(conn->waiting_tag);
	conn->waiting_tag = NULL;
	conn->command = (struct command) { 0 };
	conn->answering = false;
	conn->idling = false;
	conn->poll_due = false;
	conn->tell_all = false;
	conn->phase = conn->next_phase;
	conn->tell_due = conn->phase == PHASE_READING && notify_is_due(conn);
	conn->next_phase = PHASE_READING;
	if (conn->shutting_down && conn->phase != PHASE_CLOSING) {
		end(conn, "UNAVAILABLE", "The server is shutting down");
	}
}

/* Nobody who sends one wrong command after the other means to speak IMAP. */
static void count_bad(struct roost_conn *conn, bool bad)
{
	conn->bad_in_row = bad ? conn->bad_in_row + 1 : 0;
	if (conn->bad_in_row >= conn->limits.bad_commands && conn->phase != PHASE_CLOSING) {
		conn_log(conn, ROOST_LOG_WARNING, "too-many-bad-commands", NULL);
		conn_bye(conn, NULL, "Too many bad commands");
	}
}

static void tell_done(const struct roost_conn *conn, struct roost_text tag)
{
	static const char *const results[] = {
		[REPLY_OK] = "OK", [REPLY_NO] = "NO", [REPLY_BAD] = "BAD"
	};
	struct roost_conn_command command = {
		.size = sizeof(command),
		.tag = tag,
		.name = command_title(&conn->command),
		.mailbox = conn->command.mailbox,
		.result = results[conn->reply.kind],
	};

	if (command.mailbox == NULL && conn->view != NULL) {
		command.mailbox = conn->view->mailbox->name;
	}
	conn->command_done(conn->context, &command);
}

void conn_answer(struct roost_conn *conn, struct roost_text tag)
{
	bool bad = conn->reply.kind == REPLY_BAD;

	if (conn->last_words != NULL) {
		conn_untagged(conn, conn->last_words);
		conn->last_words = NULL;
	}
	if (conn->command_done != NULL) {
		tell_done(conn, tag);
	}
	conn_tagged(conn, tag, &conn->reply);
	end_command(conn);
	count_bad(conn, bad);
}

int conn_need_call(struct roost_conn *conn)
{
	int r = conn->progress != NULL ? 0 : progress_create(&conn->progress);

	return r < 0 || conn->call != NULL
		       ? r
		       : roost_call_create(&conn->call, conn->limits.command_memory);
}

/* A command is whole: parse it, and run it if it may be run now. */
static int begin_command(struct roost_conn *conn)
{
	struct command_input input = input_command(&conn->input);
	const char *error = "Syntax error";
	const char *code = NULL;
	int r = conn_need_call(conn);

	if (r < 0) {
		return r;
	}
	conn->commands++;
	conn->holding = HOLDS_NOTHING;
	conn->names_settled = false;
	conn->has_to_wait = false;
	input.utf8_names = conn_has_enabled(conn, ENABLED_REV2);
	r = command_parse(call_arena(conn->call), &input, &conn->command, &error);
	if (r == 0) {
		error = dispatch_refusal(conn, &conn->command, &code);
	} else if (r == ROOST_ERR_NO_MEMORY) {
		error = "The command is too large";
	}
	if (error != NULL) {
		conn_log(conn, ROOST_LOG_DEBUG, "bad-command", "text", error, NULL);
		(void)reply_bad(conn, error);
		conn->reply.code = code;
		conn_answer(conn, conn->command.tag);
		return 0;
	}
	conn->holding = dispatch_holds(&conn->command);
	conn->phase = PHASE_RUNNING;
	return 0;
}

/* A line is whole, and ends a command or is what a command waited for. */
static int take_line(struct roost_conn *conn)
{
	if (conn->phase == PHASE_WAITING) {
		int r = conn_need_call(conn);
		conn->has_line = r == 0;
		conn->phase = r == 0 ? PHASE_RUNNING : PHASE_WAITING;
		return r;
	}
	if (conn->input.refused) {
		conn_answer(conn, conn->refused_tag);
		return 0;
	}
	return begin_command(conn);
}

static int take_event(struct roost_conn *conn, enum input_event event)
{
	if (conn->trace != NULL && (event == INPUT_LINE || event == INPUT_LITERAL)) {
		trace_input(conn);
	}
	switch (event) {
	case INPUT_MORE:
		return 0;
	case INPUT_LINE:
		return take_line(conn);
	case INPUT_LITERAL:
		return conn->phase == PHASE_WAITING ? take_line(conn) : literal_take(conn);
	case INPUT_TOO_LONG:
		conn_log(conn, ROOST_LOG_WARNING, "line-too-long", NULL);
		conn_bye(conn, "TOOBIG", "The command line is over the limit");
		return 0;
	case INPUT_NOT_SPOOLED:
		literal_lose(conn);
		return 0;
	case INPUT_FAILED:
		return ROOST_ERR_NO_MEMORY;
	}
	return 0;
}

int roost_conn_feed(struct roost_conn *conn, const void *bytes, size_t n, size_t *used_out)
{
	size_t used = 0;
	int r = 0;

	if (conn->phase == PHASE_STARTTLS) {
		used = n; /* sent in clear after STARTTLS: not the client's word (RFC 2595 section 2.4) */
	}
	while (r == 0 && used < n && (roost_conn_wants(conn) & ROOST_CONN_READ) != 0) {
		size_t taken;
		enum input_event event =
			input_take(&conn->input, (const char *)bytes + used, n - used, &taken);
		used += taken;
		r = take_event(conn, event);
	}
	*used_out = used;
	if (r < 0 || output_failed(&conn->output)) {
		conn_log(conn, ROOST_LOG_ERROR, "out-of-memory", NULL);
		conn->phase = PHASE_CLOSING;
		return ROOST_ERR_NO_MEMORY;
	}
	return 0;
}

/* The command goes on with the client's next line, and the bytes that it was made of go away. */
static void wait_for_line(struct roost_conn *conn)
{
	struct roost_text *tag = &conn->command.tag;

	if (conn->waiting_tag == NULL) {
		conn->waiting_tag = malloc(tag->size);
		if (conn->waiting_tag == NULL) {
			conn_bye(conn, "UNAVAILABLE", "Out of memory");
			return;
		}
		memcpy(conn->waiting_tag, tag->bytes, tag->size);
		tag->bytes = conn->waiting_tag;
	}
	conn->phase = PHASE_WAITING;
	conn->tell_due = conn->idling && conn_has_news(conn);
}

/* The command is done: it is answered now, or later if it was asked to be. */
static enum phase phase_of_done(const struct roost_conn *conn)
{
	bool held = roost_call_get_delay(conn->call) > 0 && !conn->shutting_down;

	return held ? PHASE_HELD : PHASE_TELLING;
}

static void run_handler(struct roost_conn *conn)
{
	struct command_input line = input_command(&conn->input);
	struct roost_text text =
		conn->has_line ? (struct roost_text) { line.bytes, line.size } : TEXT_ABSENT;
	call_put_off_hard_work(conn->call, !conn->hard_work);
	roost_call_set_may_wait(conn->call, dispatch_lets_ops_wait(conn));
	enum step step = dispatch_run(conn, text);

	roost_call_set_may_wait(conn->call, true);
	conn->hard_work = step == STEP_LATER;
	if (conn->phase == PHASE_CLOSING) {
		return;
	}
	switch (step) {
	case STEP_AGAIN:
	case STEP_LATER:
		return;
	case STEP_WAIT:
		free_task(conn);
		conn->has_to_wait = true;
		return;
	case STEP_LINE:
		wait_for_line(conn);
		input_wipe(&conn->input);
		input_reset(&conn->input);
		break;
	case STEP_CLOSE:
		conn->phase = PHASE_CLOSING;
		break;
	case STEP_DONE:
		conn->phase = phase_of_done(conn);
		break;
	}
	conn->has_line = false;
}

/* Tell news in IDLE, or to whom NOTIFY promised it between commands. Nothing of IDLE is in the memory of the command:
 * what telling took is given back, or else it would add up until the client has enough. */
static void run_listening(struct roost_conn *conn)
{
	if (conn->poll_due) {
		int r = dispatch_can_poll(conn) ? mailbox_poll(conn->view->mailbox, conn->call) : 0;
		if (r < 0) {
			conn_log(conn, ROOST_LOG_WARNING, "poll-failed", "error",
				roost_error_name(r), NULL);
		}
		conn->poll_due = false;
	}
	if (conn_tell(conn) == STEP_DONE) {
		conn->tell_due = false;
	}
	roost_call_reset(conn->call);
}

int roost_conn_run(struct roost_conn *conn)
{
	if (!has_work(conn)) {
		return 0;
	}
	conn->may_wait = dispatch_may_block(conn);
	if (conn->phase == PHASE_READING) {
		conn->holding = notify_delays_expunges(conn) ? HOLDS_EXPUNGES : HOLDS_NOTHING;
		run_listening(conn);
	} else if (conn->phase == PHASE_RUNNING) {
		bool quiet = !conn->answering && !conn->parted && output_is_empty(&conn->apart) &&
			     output_is_empty(&conn->output);
		progress_begin(conn->progress, conn, quiet);
		run_handler(conn);
		progress_end(conn->progress);
		conn->answering = conn->answering || !output_is_empty(&conn->output);
	}
	if (conn->phase == PHASE_TELLING && conn_tell(conn) == STEP_DONE &&
		conn->phase == PHASE_TELLING) {
		conn_answer(conn, conn->command.tag);
	}
	if (conn->phase == PHASE_WAITING && conn->idling && conn->tell_due) {
		run_listening(conn);
	}
	if (__atomic_load_n(&conn->cancelled, __ATOMIC_RELAXED)) {
		conn->phase = PHASE_CLOSING;
	}
	if (output_failed(&conn->output)) {
		conn_log(conn, ROOST_LOG_ERROR, "out-of-memory", NULL);
		conn->phase = PHASE_CLOSING;
		return ROOST_ERR_NO_MEMORY;
	}
	return 0;
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
		end(conn, NULL, "Autologout: nothing was heard for too long");
	}
}

void roost_conn_shutdown(struct roost_conn *conn)
{
	conn->shutting_down = true;
	roost_conn_resume(conn); /* what is done is answered */
	if (conn->phase == PHASE_READING || conn->phase == PHASE_WAITING ||
		conn->phase == PHASE_STARTTLS || conn->phase == PHASE_DEFLATE) {
		end(conn, "UNAVAILABLE", "The server is shutting down");
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

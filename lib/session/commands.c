/* commands.c - the commands of a connection, one after another: taken in, run, answered. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "session/notify.h"
#include "session/progress.h"
#include "session/session.h"

/* The command is answered: ready for the next. */
static void end_command(struct roost_conn *conn)
{
	conn_free_task(conn);
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
		conn_end(conn, "UNAVAILABLE", "The server is shutting down");
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
		conn_free_task(conn);
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
	if (!conn_has_work(conn)) {
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

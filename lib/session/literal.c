/* literal.c - what becomes of a literal that the client announces: taken, spooled or refused. RFC 3501 section 4.3, RFC
 * 7888. */
#include "base/text.h"
#include "session/batch.h"
#include "session/session.h"

/* Messages of one APPEND. */
#define MESSAGES_AT_ONCE 100

/* Answer a command after the client has sent all of it, which is not looked at any more. */
static void pass_over(struct roost_conn *conn, struct roost_text tag)
{
	char *copy = tag.bytes == NULL ? NULL : roost_call_strndup(conn->call, tag.bytes, tag.size);

	conn->refused_tag = (struct roost_text) { copy, copy == NULL ? 0 : tag.size };
	input_refuse_literal(&conn->input);
}

/* Answer a command whose literal is not wanted: at once when the client waits for us to ask for it. */
static int refuse_literal(struct roost_conn *conn, struct roost_text tag)
{
	if (conn->input.literal_waits) {
		conn_answer(conn, tag);
	} else {
		pass_over(conn, tag);
	}
	return 0;
}

static int take_message_literal(struct roost_conn *conn, struct roost_text tag)
{
	uint64_t size = conn->input.literal_size;
	uint64_t most = conn->append_limit < conn->limits.message ? conn->append_limit
								  : conn->limits.message;

	if (size > most) {
		(void)reply_no(conn, "TOOBIG", "The message is too big; see APPENDLIMIT");
		return refuse_literal(conn, tag);
	}
	const char *limit = batch_refuse(conn, conn->input.literal_count + 1, true);
	if (limit != NULL) {
		(void)reply_no(conn, limit, "Too many messages for one APPEND");
		return refuse_literal(conn, tag);
	}
	/* Several messages may be larger than one, but not without end. */
	if (conn->input.literal_count >= MESSAGES_AT_ONCE ||
		conn->input.spooled / 4 + size / 4 > conn->limits.message) {
		(void)reply_no(conn, "LIMIT", "Too much for one APPEND; send it in several");
		return refuse_literal(conn, tag);
	}
	if (conn->literal_minus && !conn->input.literal_waits && size > 4096) {
		(void)reply_bad(conn, "Literals with a plus sign are for up to 4096 octets");
		conn->reply.code = "TOOBIG";
		return refuse_literal(conn, tag);
	}
	int r = input_spool_literal(&conn->input, conn->limits.spool_memory);
	if (r == 0 && conn->input.literal_waits) {
		conn_continue(conn, "Send the message");
	}
	return r;
}

/* A message that cannot be kept, for want of disk or memory. */
void literal_lose(struct roost_conn *conn)
{
	struct command_input input = input_command(&conn->input);
	struct command_preview preview;

	command_preview(&input, &preview);
	conn_log(conn, ROOST_LOG_ERROR, "message-not-spooled", NULL);
	(void)reply_no(conn, "UNAVAILABLE", "There is no room for the message now");
	pass_over(conn, preview.tag);
}

/* Whether a literal that is no message is more than may be gathered. */
static bool is_too_big(const struct roost_conn *conn, const struct input *input)
{
	uint64_t most =
		conn->user == NULL ? conn->limits.literal_before_sign_in : conn->limits.literal;

	if (conn->literal_minus && !input->literal_waits && input->literal_size > 4096) {
		return true; /* RFC 7888 section 5 */
	}
	return input->literal_size > most || input->literal_octets > most - input->literal_size;
}

int literal_take(struct roost_conn *conn)
{
	struct command_input input = input_command(&conn->input);
	struct command_preview preview;
	int r = conn_need_call(conn);

	if (r < 0) {
		return r;
	}
	command_preview(&input, &preview);
	if (preview.is_append_message && conn->user != NULL) {
		return take_message_literal(conn, preview.tag);
	}
	if (preview.is_append_message && conn->input.literal_waits) {
		(void)reply_bad(conn, "Sign in first");
		return refuse_literal(conn, preview.tag);
	}
	if (is_too_big(conn, &conn->input)) {
		conn_log(conn, ROOST_LOG_WARNING, "literal-too-big", NULL);
		conn_bye(conn, "TOOBIG", "The literal is over the limit");
		return 0;
	}
	r = input_keep_literal(&conn->input);
	if (r == 0 && conn->input.literal_waits) {
		conn_continue(conn, "Go on");
	}
	return r;
}

/* trace.c - the conversation with a client in the log, for who looks for what goes wrong.
 *
 * It begins after sign-in. Of literals only the size is told: they are messages, and may be passwords. Of LOGIN
 * and AUTHENTICATE, which a client may send at the wrong time, only the name is. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/logfmt.h"
#include "base/text.h"
#include "session/info.h"
#include "session/session.h"

#define SHOWN_MAX 1000 /* bytes of a line */
#define TAIL_MAX 32 /* a literal's size stands in these last bytes of a line */
#define ENTRY_MAX (5 * SHOWN_MAX)

/* What the server says is known as bytes only, so lines and literals are found again. */
struct trace {
	char line[SHOWN_MAX];
	char tail[TAIL_MAX];
	size_t tail_size;
	uint64_t size; /* of the line, shown or not */
	uint64_t literal_left;
	bool goes_on; /* the line is the rest of a response, behind a literal */
	bool hide_next; /* the client's next line may be a password */
};

/* Bytes may be anything: what is not plain is written as \xNN. */
static void add_escaped(struct buf *buf, const char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '"' || c == '\\') {
			buf_char(buf, '\\');
		}
		if (c >= ' ' && c < 127) {
			buf_char(buf, (char)c);
		} else {
			buf_string(buf, "\\x");
			buf_char(buf, digits[c >> 4]);
			buf_char(buf, digits[c & 15]);
		}
	}
}

/* Log a line, of which `size` bytes were said and the first of them are given. */
static void tell(
	const struct roost_conn *conn, const char *from, struct roost_text line, uint64_t size)
{
	char port[8];
	struct buf buf;

	buf_init(&buf, ENTRY_MAX);
	(void)snprintf(port, sizeof(port), "%u", (unsigned)conn->info->info.remote_port);
	logfmt_add(&buf, "event", "trace");
	logfmt_add(&buf, "user", conn->user != NULL ? conn->user->name : "");
	logfmt_add(&buf, "address", conn->info->info.remote_address);
	logfmt_add(&buf, "port", port);
	logfmt_add(&buf, "from", from);
	buf_string(&buf, " line=\"");
	size_t shown = line.size < SHOWN_MAX ? line.size : SHOWN_MAX;
	add_escaped(&buf, line.bytes, shown);
	buf_char(&buf, '"');
	if (shown < size) {
		buf_string(&buf, " cut=");
		buf_number(&buf, size - shown);
	}
	conn->log(conn->context, ROOST_LOG_INFO, logfmt_line(&buf));
	buf_free(&buf);
}

void trace_begin(struct roost_conn *conn)
{
	if (conn->log != NULL && conn->traces != NULL &&
		conn->traces(conn->context, conn->user->name)) {
		trace_end(conn);
		conn->trace = calloc(1, sizeof(*conn->trace));
	}
}

void trace_end(struct roost_conn *conn)
{
	free(conn->trace);
	conn->trace = NULL;
}

/* How much of a line may be shown: all of it, or up to a command that carries a password, whose name is told. */
static size_t shown_size(struct roost_text line, const char **secret_out)
{
	static const char *const secrets[] = { "LOGIN", "AUTHENTICATE" };
	const char *end = line.bytes + line.size;
	const char *c = line.bytes;

	*secret_out = NULL;
	for (int words = 0; words < 2; words++) {
		while (c < end && (unsigned char)*c <= ' ') {
			c++;
		}
		const char *word = c;
		while (c < end && (unsigned char)*c > ' ') {
			c++;
		}
		for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
			if (text_equal_nocase(text_between(word, c), text_from(secrets[i]))) {
				*secret_out = secrets[i];
				return (size_t)(c - line.bytes);
			}
		}
	}
	return line.size;
}

void trace_input(struct roost_conn *conn)
{
	const struct input *input = &conn->input;
	const char *secret;
	const char *ignored;

	/* The rest of a command that was refused, of which the beginning is gone. */
	if (input->refused) {
		return;
	}
	struct command_input all = input_command(input);
	struct roost_text command = { all.bytes, all.size };
	struct roost_text line = { all.bytes + input->line_start, all.size - input->line_start };
	uint64_t size = line.size;
	size_t shown = shown_size(command, &secret);
	bool first = input->line_start == 0;
	if (first && conn->trace->hide_next) {
		line.size = 0;
	} else if (secret != NULL) {
		line.size = first ? shown : 0;
	} else {
		line.size = shown_size(line, &ignored);
	}
	/* A client that takes its AUTHENTICATE for accepted goes on with the password. */
	conn->trace->hide_next = secret != NULL && secret[0] == 'A';
	tell(conn, "client", line, size);
}

/* Whether a response may have literals. What a person reads may end like one: it comes from anywhere. */
static bool has_literals(struct roost_text line)
{
	static const char *const status[] = { "OK ", "NO ", "BAD ", "BYE ", "PREAUTH " };

	if (line.size < 2 || memcmp(line.bytes, "* ", 2) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(status) / sizeof(status[0]); i++) {
		size_t n = strlen(status[i]);
		if (line.size >= 2 + n && memcmp(line.bytes + 2, status[i], n) == 0) {
			return false;
		}
	}
	return true;
}

static void add_to_line(struct trace *trace, const char *bytes, size_t n)
{
	if (trace->size < SHOWN_MAX) {
		size_t room = SHOWN_MAX - (size_t)trace->size;
		memcpy(trace->line + trace->size, bytes, n < room ? n : room);
	}
	trace->size += n;
	if (n >= TAIL_MAX) {
		memcpy(trace->tail, bytes + n - TAIL_MAX, TAIL_MAX);
		trace->tail_size = TAIL_MAX;
		return;
	}
	size_t keep = trace->tail_size < TAIL_MAX - n ? trace->tail_size : TAIL_MAX - n;
	memmove(trace->tail, trace->tail + trace->tail_size - keep, keep);
	memcpy(trace->tail + keep, bytes, n);
	trace->tail_size = keep + n;
}

/* A line of the server's, with its CR. */
static void end_line(const struct roost_conn *conn, struct trace *trace)
{
	uint64_t size = trace->size;
	struct roost_text tail = { trace->tail, trace->tail_size };
	bool waits;

	if (tail.size > 0 && tail.bytes[tail.size - 1] == '\r') {
		tail.size--;
		size--;
	}
	struct roost_text line = { trace->line, size < SHOWN_MAX ? (size_t)size : SHOWN_MAX };
	tell(conn, "server", line, size);
	trace->goes_on = (trace->goes_on || has_literals(line)) &&
			 input_announces_literal(tail, &trace->literal_left, &waits);
	if (!trace->goes_on) {
		trace->literal_left = 0;
	}
	trace->size = 0;
	trace->tail_size = 0;
}

/* Of the server's bytes. */
static void visit(void *context, const char *bytes, uint64_t n)
{
	const struct roost_conn *conn = context;
	struct trace *trace = conn->trace;

	while (n > 0) {
		uint64_t skip = n < trace->literal_left ? n : trace->literal_left;
		trace->literal_left -= skip;
		n -= skip;
		if (bytes == NULL || n == 0) {
			return;
		}
		bytes += skip;
		const char *newline = memchr(bytes, '\n', (size_t)n);
		size_t part = newline == NULL ? (size_t)n : (size_t)(newline - bytes);
		add_to_line(trace, bytes, part);
		if (newline == NULL) {
			return;
		}
		end_line(conn, trace);
		bytes += part + 1;
		n -= part + 1;
	}
}

void trace_output(struct roost_conn *conn, uint64_t n)
{
	output_visit(&conn->output, n, visit, conn);
}

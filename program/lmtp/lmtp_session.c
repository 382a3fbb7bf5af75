/* lmtp_session.c - one LMTP connection without a socket: what it is told and what it answers. */
#include "lmtp_session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "intake.h"
#include "lmtp_command.h"
#include "lmtp_reply.h"

/* Of one command; RFC 5321 section 4.5.3.1.4 asks for 512, and long addresses take more. */
#define LINE_MAX_SIZE 4096
/* Output that waits before no more is read. */
#define OUTPUT_HIGH ((size_t)16 << 10)
/* Commands that make no sense, before the connection ends. */
#define WRONG_COMMANDS_MAX 20

enum phase {
	PHASE_COMMAND,
	PHASE_USER, /* RCPT waits for its user */
	PHASE_DATA,
	PHASE_CHUNK,
	PHASE_DELIVERY,
	PHASE_END,
};

struct lmtp_session {
	struct lmtp_session_options options;
	enum phase phase;
	unsigned wrong_commands;

	char line[LINE_MAX_SIZE];
	size_t line_size;
	bool line_too_long;

	char client[256]; /* LHLO; "" before */

	/* One message, between MAIL and its end. */
	bool in_message;
	char *sender;
	bool smtputf8;
	uint64_t declared; /* SIZE, 0 when it was not told */
	struct path path; /* of the RCPT that waits */
	struct lmtp_recipient *recipients;
	size_t recipient_count;
	size_t recipient_capacity;
	bool has_intake;
	struct intake intake;
	uint64_t chunk_left;
	bool chunk_last;
	bool chunk_refused; /* its octets are passed over, and it has its reply already */
	bool chunks_failed; /* of this message: only RSET helps */
	struct lmtp_message message;
	size_t told; /* recipients that have had their reply */

	char *output;
	size_t output_size;
	size_t output_capacity;
};

static void put(struct lmtp_session *session, const char *text, size_t n)
{
	size_t need = session->output_size + n;
	if (session->phase == PHASE_END) {
		return;
	}
	if (need > session->output_capacity) {
		size_t capacity = 2 * need;
		char *output = realloc(session->output, capacity);
		if (output == NULL) {
			/* And nothing more is said, or a reply would be taken for the one before. */
			session->phase = PHASE_END;
			return;
		}
		session->output = output;
		session->output_capacity = capacity;
	}
	memcpy(session->output + session->output_size, text, n);
	session->output_size += n;
}

static void say(struct lmtp_session *session, const char *reply)
{
	put(session, reply, strlen(reply));
	put(session, "\r\n", 2);
}

__attribute__((format(printf, 2, 3))) static void say_with(
	struct lmtp_session *session, const char *format, ...)
{
	char reply[LMTP_REPLY_SIZE];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(reply, sizeof(reply), format, arguments);
	va_end(arguments);
	say(session, reply);
}

static void clear_message(struct lmtp_session *session)
{
	for (size_t i = 0; i < session->recipient_count; i++) {
		free(session->recipients[i].path);
		free(session->recipients[i].user);
		free(session->recipients[i].detail);
		free(session->recipients[i].reply);
	}
	free(session->recipients);
	session->recipients = NULL;
	session->recipient_count = session->recipient_capacity = 0;
	free(session->sender);
	session->sender = NULL;
	if (session->has_intake) {
		intake_clear(&session->intake);
	}
	roost_content_unref(session->message.content);
	session->message = (struct lmtp_message) { 0 };
	session->has_intake = session->in_message = session->chunks_failed = false;
	session->told = 0;
}

int lmtp_session_create(
	const struct lmtp_session_options *options, struct lmtp_session **session_out)
{
	struct lmtp_session *session = calloc(1, sizeof(*session));
	if (session == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	session->options = *options;
	if (options->busy) {
		lmtp_session_end(session, "4.3.2 There are too many connections");
	} else {
		say_with(session, "220 %s LMTP roost", options->host);
	}
	*session_out = session;
	return 0;
}

void lmtp_session_destroy(struct lmtp_session *session)
{
	if (session != NULL) {
		clear_message(session);
		free(session->output);
		free(session);
	}
}

enum lmtp_want lmtp_session_wants(const struct lmtp_session *session)
{
	switch (session->phase) {
	case PHASE_USER:
		return LMTP_WANT_USER;
	case PHASE_DELIVERY:
		return LMTP_WANT_DELIVERY;
	case PHASE_END:
		return LMTP_WANT_CLOSE;
	case PHASE_COMMAND:
	case PHASE_DATA:
	case PHASE_CHUNK:
		break;
	}
	return LMTP_WANT_INPUT;
}

static void say_wrong(struct lmtp_session *session, const char *reply)
{
	say(session, reply);
	if (++session->wrong_commands == WRONG_COMMANDS_MAX) {
		lmtp_session_end(session, "4.7.0 Too many commands that make no sense");
	}
}

/* One reply for each recipient, when what happened is the same for all. */
static void refuse_message(struct lmtp_session *session, const char *reply)
{
	for (size_t i = 0; i < session->recipient_count; i++) {
		say(session, reply);
	}
	clear_message(session);
	session->phase = session->phase == PHASE_END ? PHASE_END : PHASE_COMMAND;
}

/* The message is there: have it stored, for all at once. */
static void finish_message(struct lmtp_session *session)
{
	int r = intake_finish(&session->intake, &session->message.content);
	if (r < 0) {
		refuse_message(session, lmtp_reply_to_intake(r));
		return;
	}
	if (session->recipient_count == 0) {
		refuse_message(session, ""); /* only after BDAT: RFC 2033 section 4.3 */
		return;
	}
	session->message.sender = session->sender;
	session->message.client = session->client;
	session->message.smtputf8 = session->smtputf8;
	session->message.recipients = session->recipients;
	session->message.recipient_count = session->recipient_count;
	session->phase = PHASE_DELIVERY;
}

static void do_lhlo(struct lmtp_session *session, const struct lmtp_command *command)
{
	size_t n = command->name_size;
	n = n < sizeof(session->client) ? n : sizeof(session->client) - 1;
	clear_message(session);
	memcpy(session->client, command->name, n);
	session->client[n] = '\0';
	say_with(session, "250-%s", session->options.host);
	say(session, "250-8BITMIME");
	say(session, "250-CHUNKING");
	say(session, "250-ENHANCEDSTATUSCODES");
	say(session, "250-PIPELINING");
	say_with(session, "250-SIZE %llu", (unsigned long long)session->options.message_octets);
	say(session, "250 SMTPUTF8");
}

static void do_mail(struct lmtp_session *session, const struct lmtp_command *command)
{
	if (session->client[0] == '\0') {
		say_wrong(session, "503 5.5.1 LHLO comes first");
		return;
	}
	if (session->in_message) {
		say_wrong(session, "503 5.5.1 There is a sender already; RSET forgets it");
		return;
	}
	if (command->octets > session->options.message_octets) {
		say(session, "552 5.3.4 The message is too big");
		return;
	}
	session->sender = strdup(command->path.text);
	if (session->sender == NULL) {
		say(session, "451 4.3.0 Out of memory");
		return;
	}
	session->in_message = true;
	session->smtputf8 = command->smtputf8;
	session->declared = command->octets;
	say(session, "250 2.1.0 The sender is taken");
}

static void do_rcpt(struct lmtp_session *session, const struct lmtp_command *command)
{
	if (!session->in_message) {
		say_wrong(session, "503 5.5.1 MAIL comes first");
		return;
	}
	if (session->has_intake) {
		say_wrong(session, "503 5.5.1 Recipients come before BDAT");
		return;
	}
	if (command->path.eight_bit && !session->smtputf8) {
		say(session, "553 5.6.7 An address that is not ASCII needs SMTPUTF8");
		return;
	}
	if (session->recipient_count == session->options.recipients) {
		say(session, "452 4.5.3 These are as many recipients as one message may have");
		return;
	}
	session->path = command->path;
	session->phase = PHASE_USER;
}

static void begin_intake(struct lmtp_session *session)
{
	if (!session->has_intake) {
		intake_init(&session->intake, session->options.spool_memory,
			session->options.message_octets);
		session->has_intake = true;
	}
}

static void do_data(struct lmtp_session *session)
{
	if (session->has_intake) {
		say_wrong(session, "503 5.5.1 What begins with BDAT ends with BDAT");
		return;
	}
	if (session->recipient_count == 0) {
		say_wrong(session, session->in_message ? "503 5.5.1 There is no recipient"
						       : "503 5.5.1 MAIL comes first");
		return;
	}
	begin_intake(session);
	session->phase = PHASE_DATA;
	say(session, "354 Send the message, and a dot on a line of its own");
}

static void end_chunk(struct lmtp_session *session)
{
	session->phase = PHASE_COMMAND;
	if (session->chunk_refused) {
		return;
	}
	if (session->chunk_last) {
		finish_message(session);
	} else if (session->intake.error < 0) {
		session->chunks_failed = true;
		say(session, lmtp_reply_to_intake(session->intake.error));
	} else {
		say_with(session, "250 2.0.0 %llu octets so far",
			(unsigned long long)session->intake.size);
	}
}

static void do_bdat(struct lmtp_session *session, const struct lmtp_command *command)
{
	session->chunk_left = command->octets;
	session->chunk_last = command->last;
	session->chunk_refused = !session->in_message || session->chunks_failed;
	session->phase = PHASE_CHUNK;
	if (session->chunk_refused) {
		say_wrong(session, session->in_message
					   ? "503 5.5.1 A BDAT before failed; RSET begins anew"
					   : "503 5.5.1 MAIL comes first");
	} else {
		begin_intake(session);
	}
	if (session->chunk_left == 0 && session->phase == PHASE_CHUNK) {
		end_chunk(session);
	}
}

static void run(struct lmtp_session *session, const struct lmtp_command *command)
{
	switch (command->verb) {
	case LMTP_LHLO:
		do_lhlo(session, command);
		return;
	case LMTP_MAIL:
		do_mail(session, command);
		return;
	case LMTP_RCPT:
		do_rcpt(session, command);
		return;
	case LMTP_DATA:
		do_data(session);
		return;
	case LMTP_BDAT:
		do_bdat(session, command);
		return;
	case LMTP_RSET:
		clear_message(session);
		say(session, "250 2.0.0 Forgotten");
		return;
	case LMTP_NOOP:
		say(session, "250 2.0.0 Done nothing");
		return;
	case LMTP_VRFY:
		say(session, "252 2.0.0 RCPT tells whether there is such a user");
		return;
	case LMTP_HELP:
		say(session,
			"214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT; RFC 2033");
		return;
	case LMTP_QUIT:
		say(session, "221 2.0.0 Bye");
		session->phase = PHASE_END;
		return;
	}
}

static void end_line(struct lmtp_session *session)
{
	struct lmtp_command command;
	const char *wrong = NULL;
	size_t n = session->line_size;
	bool has_cr = n > 0 && session->line[n - 1] == '\r';
	if (session->line_too_long) {
		wrong = "500 5.5.2 The line is too long";
	} else if (!has_cr) {
		wrong = "500 5.5.2 A line ends with CR and LF";
	} else {
		wrong = lmtp_command_read(session->line, n - 1, &command);
	}
	session->line_size = 0;
	session->line_too_long = false;
	if (wrong != NULL) {
		say_wrong(session, wrong);
	} else {
		run(session, &command);
	}
}

static size_t feed_line(struct lmtp_session *session, const char *bytes, size_t n)
{
	const char *newline = memchr(bytes, '\n', n);
	size_t part = newline != NULL ? (size_t)(newline - bytes) : n;
	if (part > sizeof(session->line) - session->line_size) {
		session->line_too_long = true;
	}
	if (!session->line_too_long) {
		memcpy(session->line + session->line_size, bytes, part);
		session->line_size += part;
	}
	if (newline == NULL) {
		return n;
	}
	end_line(session);
	return part + 1;
}

static size_t feed_data(struct lmtp_session *session, const char *bytes, size_t n)
{
	bool ended;
	size_t used = intake_add_data(&session->intake, bytes, n, &ended);
	if (ended) {
		session->phase = PHASE_COMMAND;
		finish_message(session);
	}
	return used;
}

static size_t feed_chunk(struct lmtp_session *session, const char *bytes, size_t n)
{
	size_t used = n < session->chunk_left ? n : (size_t)session->chunk_left;
	if (!session->chunk_refused) {
		intake_add(&session->intake, bytes, used);
	}
	session->chunk_left -= used;
	if (session->chunk_left == 0) {
		end_chunk(session);
	}
	return used;
}

size_t lmtp_session_feed(struct lmtp_session *session, const char *bytes, size_t n)
{
	size_t used = 0;
	while (used < n && session->output_size < OUTPUT_HIGH) {
		switch (session->phase) {
		case PHASE_COMMAND:
			used += feed_line(session, bytes + used, n - used);
			break;
		case PHASE_DATA:
			used += feed_data(session, bytes + used, n - used);
			break;
		case PHASE_CHUNK:
			used += feed_chunk(session, bytes + used, n - used);
			break;
		case PHASE_USER:
		case PHASE_DELIVERY:
		case PHASE_END:
			return used;
		}
	}
	return used;
}

const struct path *lmtp_session_path(const struct lmtp_session *session)
{
	return &session->path;
}

static bool add_recipient(struct lmtp_session *session, const char *user, const char *detail)
{
	if (session->recipient_count == session->recipient_capacity) {
		size_t capacity = 2 * session->recipient_capacity + 4;
		struct lmtp_recipient *recipients =
			reallocarray(session->recipients, capacity, sizeof(*recipients));
		if (recipients == NULL) {
			return false;
		}
		session->recipients = recipients;
		session->recipient_capacity = capacity;
	}
	struct lmtp_recipient recipient = {
		.path = strdup(session->path.text),
		.user = strdup(user),
		.detail = detail != NULL ? strdup(detail) : NULL,
	};
	if (recipient.path == NULL || recipient.user == NULL ||
		(detail != NULL && recipient.detail == NULL)) {
		free(recipient.path);
		free(recipient.user);
		free(recipient.detail);
		return false;
	}
	session->recipients[session->recipient_count++] = recipient;
	return true;
}

void lmtp_session_found(
	struct lmtp_session *session, const char *user, const char *detail, uint64_t limit)
{
	session->phase = PHASE_COMMAND;
	if (session->declared > limit) {
		say(session, "552 5.2.3 The message is too big for this user");
	} else if (!add_recipient(session, user, detail)) {
		say(session, "451 4.3.0 Out of memory");
	} else {
		say(session, "250 2.1.5 The recipient is taken");
	}
}

void lmtp_session_not_found(struct lmtp_session *session, int error, const char *text)
{
	char reply[LMTP_REPLY_SIZE];
	session->phase = PHASE_COMMAND;
	lmtp_reply_to_delivery(reply, error < 0 ? error : ROOST_ERR_UNAVAILABLE, text);
	say(session, reply);
}

const struct lmtp_message *lmtp_session_message(const struct lmtp_session *session)
{
	return &session->message;
}

void lmtp_session_delivered(struct lmtp_session *session, size_t index, int error, const char *text)
{
	char reply[LMTP_REPLY_SIZE];
	lmtp_reply_to_delivery(reply, error, text);
	struct lmtp_recipient *recipient = &session->recipients[index];
	recipient->reply = strdup(reply);
	recipient->delivered = true;
	/* Replies come in the order of the recipients, each as soon as it can: RFC 2033 section 5. */
	while (session->told < session->recipient_count &&
		session->recipients[session->told].delivered) {
		const char *ready = session->recipients[session->told++].reply;
		if (ready == NULL) {
			session->phase = PHASE_END; /* no memory: what is not told is tried again */
			return;
		}
		say(session, ready);
	}
	if (session->told == session->recipient_count && session->phase != PHASE_END) {
		clear_message(session);
		session->phase = PHASE_COMMAND;
	}
}

void lmtp_session_end(struct lmtp_session *session, const char *text)
{
	if (session->phase != PHASE_END) {
		say_with(session, "421 %s", text);
		session->phase = PHASE_END;
	}
}

char *lmtp_session_take_output(struct lmtp_session *session, size_t *n_out)
{
	char *output = session->output_size > 0 ? session->output : NULL;
	if (output == NULL) {
		return NULL;
	}
	*n_out = session->output_size;
	session->output = NULL;
	session->output_size = session->output_capacity = 0;
	return output;
}

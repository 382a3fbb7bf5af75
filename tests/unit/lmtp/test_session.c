/* test_session.c - dialogues with an LMTP session: each whole, by single bytes, and cut at every
 * byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "lmtp_session.h"

#define GREETING "220 host LMTP roost\r\n"
#define LHLO "LHLO me\r\n"
#define LHLO_REPLY \
	"250-host\r\n250-8BITMIME\r\n250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n" \
	"250-PIPELINING\r\n250-SIZE 1000\r\n250 SMTPUTF8\r\n"
#define MAIL "MAIL FROM:<s@x>\r\n"
#define MAIL_REPLY "250 2.1.0 The sender is taken\r\n"
#define RCPT_REPLY "250 2.1.5 The recipient is taken\r\n"
#define UNKNOWN_REPLY "550 5.1.1 There is no such user here\r\n"
#define DATA_REPLY "354 Send the message, and a dot on a line of its own\r\n"
#define SAVED "250 2.1.5 Saved\r\n"
#define BEGIN LHLO MAIL
#define BEGIN_REPLY GREETING LHLO_REPLY MAIL_REPLY
#define UNKNOWN_COMMAND "500 5.5.1 Not a command of LMTP that is known here\r\n"

/* `stored` is a line "sender>user:detail=message" for each message that a store was given. A user
 * that begins with "full", "big", "down", "gone" or "locked" is one whose store says so. */
struct dialogue {
	const char *name, *input, *output, *stored;
	size_t input_size; /* 0: as long as the text */
};

static const struct dialogue dialogues[] = {
	{ "greeting", "", GREETING, "", 0 },
	{ "the example of RFC 2033",
		BEGIN
		"RCPT TO:<pat@foo.edu>\r\nRCPT TO:<nobody@foo.edu>\r\nRCPT TO:<full@foo.edu>\r\n"
		"DATA\r\nBlah blah blah...\r\n...etc. etc. etc.\r\n.\r\nQUIT\r\n",
		BEGIN_REPLY RCPT_REPLY UNKNOWN_REPLY RCPT_REPLY DATA_REPLY SAVED
		"452 4.2.2 There is no room\r\n221 2.0.0 Bye\r\n",
		"s@x>pat:=Blah blah blah...\r\n..etc. etc. etc.\r\n\n"
		"s@x>full:=Blah blah blah...\r\n..etc. etc. etc.\r\n\n",
		0 },
	{ "every error of a store",
		BEGIN "RCPT TO:<big>\r\nRCPT TO:<down>\r\nRCPT TO:<gone>\r\nRCPT TO:<locked>\r\n"
		      "DATA\r\n.\r\n",
		BEGIN_REPLY RCPT_REPLY RCPT_REPLY RCPT_REPLY RCPT_REPLY DATA_REPLY
		"552 5.2.3 There is no room\r\n451 4.3.0 There is no room\r\n" UNKNOWN_REPLY
		"550 5.2.1 There is no room\r\n",
		"s@x>big:=\ns@x>down:=\ns@x>gone:=\ns@x>locked:=\n", 0 },
	{ "trouble with finding out who it is",
		BEGIN "RCPT TO:<trouble>\r\nRCPT TO:<anna>\r\nDATA\r\nx\r\n.\r\n",
		BEGIN_REPLY "451 4.3.0 The disk is gone?\r\n" RCPT_REPLY DATA_REPLY SAVED,
		"s@x>anna:=x\r\n\n", 0 },
	{ "details, and the same twice",
		BEGIN
		"RCPT TO:<anna+list@x>\r\nRCPT TO:<anna@y>\r\nRCPT TO:<anna@y>\r\nDATA\r\n.\r\n",
		BEGIN_REPLY RCPT_REPLY RCPT_REPLY RCPT_REPLY DATA_REPLY SAVED SAVED SAVED,
		"s@x>anna:list=\ns@x>anna:=\ns@x>anna:=\n", 0 },
	{ "two messages, and one from nobody",
		BEGIN "RCPT TO:<anna>\r\nDATA\r\n1\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<bert>\r\n"
		      "DATA\r\n2\r\n.\r\n",
		BEGIN_REPLY RCPT_REPLY DATA_REPLY SAVED MAIL_REPLY RCPT_REPLY DATA_REPLY SAVED,
		"s@x>anna:=1\r\n\n>bert:=2\r\n\n", 0 },
	{ "HELO and EHLO", "HELO me\r\nEHLO me\r\n",
		GREETING "500 5.5.1 This is LMTP: say LHLO\r\n500 5.5.1 This is LMTP: say LHLO\r\n",
		"", 0 },
	{ "order",
		MAIL LHLO "RCPT TO:<anna>\r\nDATA\r\n" MAIL MAIL
			  "DATA\r\nRCPT TO:<nobody>\r\nDATA\r\n",
		GREETING "503 5.5.1 LHLO comes first\r\n" LHLO_REPLY
			 "503 5.5.1 MAIL comes first\r\n503 5.5.1 MAIL comes first\r\n" MAIL_REPLY
			 "503 5.5.1 There is a sender already; RSET forgets it\r\n"
			 "503 5.5.1 There is no recipient\r\n" UNKNOWN_REPLY
			 "503 5.5.1 There is no recipient\r\n",
		"", 0 },
	{ "RSET and LHLO forget",
		BEGIN "RCPT TO:<anna>\r\nRSET\r\nDATA\r\n" MAIL "RCPT TO:<anna>\r\n" LHLO
		      "DATA\r\n",
		BEGIN_REPLY RCPT_REPLY
		"250 2.0.0 Forgotten\r\n503 5.5.1 MAIL comes first\r\n" MAIL_REPLY RCPT_REPLY
			LHLO_REPLY "503 5.5.1 MAIL comes first\r\n",
		"", 0 },
	{ "small commands", "NOOP\r\nnoop anything\r\nVRFY anna\r\nHELP me\r\nquit\r\nNOOP\r\n",
		GREETING "250 2.0.0 Done nothing\r\n250 2.0.0 Done nothing\r\n"
			 "252 2.0.0 RCPT tells whether there is such a user\r\n"
			 "214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT; RFC 2033\r\n"
			 "221 2.0.0 Bye\r\n",
		"", 0 },
	{ "no commands",
		"\r\n \r\nFOO\r\nLHLOme\r\nLHLO\r\nLHLO a b\r\nLHLO \xc3\xa4\r\nDATA x\r\n",
		GREETING UNKNOWN_COMMAND UNKNOWN_COMMAND UNKNOWN_COMMAND UNKNOWN_COMMAND
		"501 5.5.4 LHLO needs the client's name\r\n"
		"501 5.5.4 LHLO needs the client's name\r\n501 5.5.4 A name in LHLO is ASCII\r\n"
		"501 5.5.4 This command stands alone\r\n",
		"", 0 },
	{ "senders",
		LHLO
		"MAIL FROM:<a@x\r\nMAIL FROM:a@x\r\nMAIL FROM <a@x>\r\nMAIL FROM:<a@x>SIZE=1\r\n"
		"mail from: <a@x> size=5 body=8bitmime\r\n",
		GREETING LHLO_REPLY
		"501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>\r\n"
		"501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>\r\n"
		"501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>\r\n"
		"501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>\r\n" MAIL_REPLY,
		"", 0 },
	{ "parameters",
		LHLO "MAIL FROM:<a@x> FOO\r\nMAIL FROM:<a@x> SIZE=\r\nMAIL FROM:<a@x> SIZE=1x\r\n"
		     "MAIL FROM:<a@x> BODY=BINARYMIME\r\nMAIL FROM:<a@x> SIZE=1001\r\n"
		     "MAIL FROM:<a@x> SIZE=99999999999999999999\r\nMAIL FROM:<a@x> SIZE=1000 "
		     "BODY=7BIT\r\n"
		     "RCPT TO:<anna> NOTIFY=NEVER\r\n",
		GREETING LHLO_REPLY "555 5.5.4 MAIL has a parameter that is not offered here\r\n"
				    "501 5.5.4 SIZE is a number of octets\r\n"
				    "501 5.5.4 SIZE is a number of octets\r\n"
				    "555 5.5.4 MAIL has a parameter that is not offered here\r\n"
				    "552 5.3.4 The message is too big\r\n"
				    "552 5.3.4 The message is too big\r\n" MAIL_REPLY
				    "555 5.5.4 RCPT takes no parameters here\r\n",
		"", 0 },
	{ "recipients",
		BEGIN "RCPT TO:<>\r\nRCPT TO:anna\r\nRCPT FROM:<anna>\r\nRCPT\r\n"
		      "RCPT TO: <\"anna+two words\"@x>\r\nDATA\r\n.\r\n",
		BEGIN_REPLY
		"501 5.1.3 The recipient is given as RCPT TO:<user@domain>\r\n"
		"501 5.1.3 The recipient is given as RCPT TO:<user@domain>\r\n"
		"501 5.1.3 The recipient is given as RCPT TO:<user@domain>\r\n"
		"501 5.1.3 The recipient is given as RCPT TO:<user@domain>\r\n" RCPT_REPLY
			DATA_REPLY SAVED,
		"s@x>anna:two words=\n", 0 },
	{ "too many recipients",
		BEGIN "RCPT TO:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nRCPT TO:<d>\r\nRCPT TO:<e>\r\n"
		      "DATA\r\n.\r\n",
		BEGIN_REPLY RCPT_REPLY RCPT_REPLY RCPT_REPLY RCPT_REPLY
		"452 4.5.3 These are as many recipients as one message may have\r\n" DATA_REPLY
			SAVED SAVED SAVED SAVED,
		"s@x>a:=\ns@x>b:=\ns@x>c:=\ns@x>d:=\n", 0 },
	{ "SMTPUTF8",
		LHLO "MAIL FROM:<\xc3\xa4@x>\r\nMAIL FROM:<a@x>\r\nRCPT TO:<\xc3\xa4>\r\nRSET\r\n"
		     "MAIL FROM:<\xc3\xa4@x> SMTPUTF8\r\nRCPT TO:<j\xc3\xb6rg@x>\r\nDATA\r\n.\r\n",
		GREETING LHLO_REPLY
		"553 5.6.7 An address that is not ASCII needs SMTPUTF8\r\n" MAIL_REPLY
		"553 5.6.7 An address that is not ASCII needs SMTPUTF8\r\n"
		"250 2.0.0 Forgotten\r\n" MAIL_REPLY RCPT_REPLY DATA_REPLY SAVED,
		"\xc3\xa4@x>j\xc3\xb6rg:=\n", 0 },
	{ "too big for one user",
		LHLO "MAIL FROM:<a@x> SIZE=501\r\nRCPT TO:<small>\r\nRCPT TO:<anna>\r\nRSET\r\n"
		     "MAIL FROM:<a@x> SIZE=500\r\nRCPT TO:<small>\r\n",
		GREETING LHLO_REPLY MAIL_REPLY
		"552 5.2.3 The message is too big for this user\r\n" RCPT_REPLY
		"250 2.0.0 Forgotten\r\n" MAIL_REPLY RCPT_REPLY,
		"", 0 },
	{ "line ends of commands", "NOOP\nNOOP\r\r\nNO\rOP\r\nNOOP\r\n",
		GREETING "500 5.5.2 A line ends with CR and LF\r\n" UNKNOWN_COMMAND UNKNOWN_COMMAND
			 "250 2.0.0 Done nothing\r\n",
		"", 0 },
	{ "smuggling",
		BEGIN
		"RCPT TO:<anna>\r\nDATA\r\na\n.\nMAIL FROM:<evil>\n\r\n\n.\r\nMAIL FROM:<e>\r\n"
		".\n\r\n\r.\r\nRSET\r\n.\r\n",
		BEGIN_REPLY RCPT_REPLY DATA_REPLY SAVED,
		"s@x>anna:=a\r\n.\r\nMAIL FROM:<evil>\r\n\r\n\r\n.\r\nMAIL FROM:<e>\r\n"
		"\r\n\r\n\r.\r\nRSET\r\n\n",
		0 },
	{ "BDAT",
		BEGIN
		"RCPT TO:<anna>\r\nRCPT TO:<full>\r\nBDAT 4\r\n.\r\nbBDAT 0\r\nBDAT 3 last\r\nc\r\n"
		"NOOP\r\n",
		BEGIN_REPLY RCPT_REPLY RCPT_REPLY
		"250 2.0.0 4 octets so far\r\n250 2.0.0 4 octets so far\r\n" SAVED
		"452 4.2.2 There is no room\r\n250 2.0.0 Done nothing\r\n",
		"s@x>anna:=.\r\nbc\r\n\ns@x>full:=.\r\nbc\r\n\n", 0 },
	{ "BDAT and all else",
		LHLO "BDAT 6\r\nNOOP\r\n" MAIL "BDAT 1\r\naRCPT TO:<anna>\r\nDATA\r\n"
		     "BDAT 1 LAST\r\nbBDAT\r\nBDAT x\r\nBDAT 1 FIRST\r\nNOOP\r\n",
		GREETING LHLO_REPLY
		"503 5.5.1 MAIL comes first\r\n" MAIL_REPLY "250 2.0.0 1 octets so far\r\n"
		"503 5.5.1 Recipients come before BDAT\r\n"
		"503 5.5.1 What begins with BDAT ends with BDAT\r\n"
		"501 5.5.4 BDAT is given as BDAT octets, or BDAT octets LAST\r\n"
		"501 5.5.4 BDAT is given as BDAT octets, or BDAT octets LAST\r\n"
		"501 5.5.4 BDAT is given as BDAT octets, or BDAT octets LAST\r\n"
		"250 2.0.0 Done nothing\r\n",
		"", 0 },
	{ "NUL",
		"NO\0OP\r\n" LHLO "MAIL FROM:<a\0b>\r\n" MAIL
		"RCPT TO:<anna>\r\nDATA\r\n\0\r\n.\r\n",
		GREETING UNKNOWN_COMMAND LHLO_REPLY
		"501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>\r\n" MAIL_REPLY
			RCPT_REPLY DATA_REPLY SAVED,
		"s@x>anna:=?\r\n\n",
		sizeof("NO\0OP\r\n" LHLO "MAIL FROM:<a\0b>\r\n" MAIL
		       "RCPT TO:<anna>\r\nDATA\r\n\0\r\n.\r\n") -
			1 },
};

/* What a dialogue gave. */
struct heard {
	char output[16384];
	size_t output_size;
	char stored[4096];
	size_t stored_size;
};

static void take_output(struct lmtp_session *session, struct heard *heard)
{
	size_t n;
	char *output;
	while ((output = lmtp_session_take_output(session, &n)) != NULL) {
		assert_true(heard->output_size + n < sizeof(heard->output));
		memcpy(heard->output + heard->output_size, output, n);
		heard->output_size += n;
		free(output);
	}
}

static void look_up(struct lmtp_session *session)
{
	const struct path *path = lmtp_session_path(session);
	char user[PATH_MAX_TEXT + 1];
	(void)snprintf(user, sizeof(user), "%s", path->local);
	char *plus = strchr(user, '+');
	if (plus != NULL) {
		*plus++ = '\0';
	}
	if (strcmp(user, "nobody") == 0) {
		lmtp_session_not_found(session, ROOST_ERR_INVALID_CREDENTIALS, NULL);
	} else if (strcmp(user, "trouble") == 0) {
		lmtp_session_not_found(session, ROOST_ERR_IO, "The disk is gone\n");
	} else {
		lmtp_session_found(
			session, user, plus, strcmp(user, "small") == 0 ? 500 : ROOST_NO_LIMIT);
	}
}

static int store(struct heard *heard, const struct lmtp_message *message, size_t index)
{
	static const struct {
		const char *user;
		int error;
	} rows[] = { { "full", ROOST_ERR_OVER_QUOTA }, { "big", ROOST_ERR_TOO_BIG },
		{ "down", ROOST_ERR_UNAVAILABLE }, { "gone", ROOST_ERR_INVALID_CREDENTIALS },
		{ "locked", ROOST_ERR_AUTHORIZATION_FAILED } };
	const struct lmtp_recipient *to = &message->recipients[index];
	char bytes[1001];
	size_t n = (size_t)message->content->size;
	assert_true(n <= 1000);
	assert_int_equal(roost_content_read(message->content, 0, bytes, n), (int64_t)n);
	for (size_t i = 0; i < n; i++) {
		bytes[i] = bytes[i] == '\0' ? '?' : bytes[i];
	}
	bytes[n] = '\0';
	heard->stored_size += (size_t)snprintf(heard->stored + heard->stored_size,
		sizeof(heard->stored) - heard->stored_size, "%s>%s:%s=%s\n", message->sender,
		to->user, to->detail != NULL ? to->detail : "", bytes);
	assert_true(heard->stored_size < sizeof(heard->stored));
	assert_string_equal(message->client, "me");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(to->user, rows[i].user) == 0) {
			return rows[i].error;
		}
	}
	return 0;
}

/* Store for all, and answer from the last to the first: the replies are sorted by the session. */
static void deliver(struct lmtp_session *session, struct heard *heard)
{
	const struct lmtp_message *message = lmtp_session_message(session);
	size_t count = message->recipient_count;
	int errors[10];
	assert_true(count > 0 && count <= 10);
	for (size_t i = 0; i < count; i++) {
		errors[i] = store(heard, message, i);
	}
	for (size_t i = count; i-- > 0;) {
		assert_int_equal(lmtp_session_wants(session), LMTP_WANT_DELIVERY);
		lmtp_session_delivered(
			session, i, errors[i], errors[i] < 0 ? "There is no room" : NULL);
	}
}

static void feed(struct lmtp_session *session, struct heard *heard, const char *bytes, size_t n)
{
	size_t used = 0;
	while (lmtp_session_wants(session) != LMTP_WANT_CLOSE) {
		switch (lmtp_session_wants(session)) {
		case LMTP_WANT_INPUT:
			if (used == n) {
				return;
			}
			used += lmtp_session_feed(session, bytes + used, n - used);
			break;
		case LMTP_WANT_USER:
			look_up(session);
			break;
		case LMTP_WANT_DELIVERY:
			deliver(session, heard);
			break;
		case LMTP_WANT_CLOSE:
			break;
		}
		take_output(session, heard);
	}
}

static struct lmtp_session *begin(void)
{
	const struct lmtp_session_options options = {
		.host = "host",
		.message_octets = 1000,
		.spool_memory = 100,
		.recipients = 4,
	};
	struct lmtp_session *session = NULL;
	assert_int_equal(lmtp_session_create(&options, &session), 0);
	return session;
}

static void check(
	const struct dialogue *dialogue, const struct heard *heard, const char *how, size_t at)
{
	if (heard->output_size != strlen(dialogue->output) ||
		memcmp(heard->output, dialogue->output, heard->output_size) != 0 ||
		strcmp(heard->stored, dialogue->stored) != 0) {
		print_message("%s, %s %zu:\n%.*s\nstored:\n%s\n", dialogue->name, how, at,
			(int)heard->output_size, heard->output, heard->stored);
		fail();
	}
}

static void play(const struct dialogue *dialogue, size_t first, size_t step)
{
	struct lmtp_session *session = begin();
	struct heard *heard = calloc(1, sizeof(*heard));
	assert_non_null(heard);
	size_t size = dialogue->input_size != 0 ? dialogue->input_size : strlen(dialogue->input);
	take_output(session, heard);
	for (size_t at = 0, n = first; at < size; at += n, n = step) {
		n = n < size - at ? n : size - at;
		/* Exactly as large as the piece, so that a sanitizer sees a read beyond it. */
		char *piece = malloc(n > 0 ? n : 1);
		assert_non_null(piece);
		memcpy(piece, dialogue->input + at, n);
		feed(session, heard, piece, n);
		free(piece);
	}
	check(dialogue, heard, step == 1 ? "by bytes" : "cut at", first);
	lmtp_session_destroy(session);
	free(heard);
}

static void test_dialogues(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dialogues) / sizeof(dialogues[0]); i++) {
		const struct dialogue *dialogue = &dialogues[i];
		size_t size =
			dialogue->input_size != 0 ? dialogue->input_size : strlen(dialogue->input);
		play(dialogue, 1, 1);
		for (size_t cut = 0; cut <= size; cut++) {
			play(dialogue, cut, size);
		}
	}
}

static void expect(struct heard *heard, const char *output)
{
	heard->output[heard->output_size] = '\0';
	assert_string_equal(heard->output, output);
	heard->output_size = 0;
}

/* Replies come as soon as those before them are there. */
static void test_replies_in_order(void **state)
{
	(void)state;
	struct lmtp_session *session = begin();
	struct heard *heard = calloc(1, sizeof(*heard));
	assert_non_null(heard);
	const char *input =
		BEGIN "RCPT TO:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\n.\r\nNOOP\r\n";
	size_t used = 0;
	while (lmtp_session_wants(session) != LMTP_WANT_DELIVERY) {
		used += lmtp_session_feed(session, input + used, strlen(input) - used);
		if (lmtp_session_wants(session) == LMTP_WANT_USER) {
			look_up(session);
		}
	}
	take_output(session, heard);
	heard->output_size = 0;
	assert_int_equal(lmtp_session_feed(session, input + used, strlen(input) - used), 0);
	lmtp_session_delivered(session, 1, 0, "One");
	take_output(session, heard);
	expect(heard, "");
	lmtp_session_delivered(session, 0, 0, "Two \xc3\xa4\r\n550 x");
	take_output(session, heard);
	expect(heard, "250 2.1.5 Two ????550 x\r\n250 2.1.5 One\r\n");
	assert_int_equal(lmtp_session_wants(session), LMTP_WANT_DELIVERY);
	lmtp_session_delivered(session, 2, ROOST_ERR_IO, NULL);
	take_output(session, heard);
	expect(heard, "451 4.3.0 The mail store could not be read or written\r\n");
	feed(session, heard, input + used, strlen(input) - used);
	expect(heard, "250 2.0.0 Done nothing\r\n");
	lmtp_session_destroy(session);
	free(heard);
}

static void test_long_lines(void **state)
{
	(void)state;
	static char input[20000];
	struct lmtp_session *session = begin();
	struct heard *heard = calloc(1, sizeof(*heard));
	assert_non_null(heard);
	memset(input, 'x', sizeof(input));
	memcpy(input, "NOOP ", 5);
	memcpy(input + 4094, "\r\n", 2); /* as long as may be: 4096 with the CR, without the LF */
	memcpy(input + sizeof(input) - 8, "\r\nNOOP\r\n", 8);
	take_output(session, heard);
	heard->output_size = 0;
	feed(session, heard, input, sizeof(input));
	expect(heard, "250 2.0.0 Done nothing\r\n500 5.5.2 The line is too long\r\n"
		      "250 2.0.0 Done nothing\r\n");
	/* So is one that comes slowly, and a path that is too long. */
	for (size_t i = 0; i < 5000; i++) {
		feed(session, heard, "x", 1);
	}
	feed(session, heard, "\r\n", 2);
	expect(heard, "500 5.5.2 The line is too long\r\n");
	memset(input, 'x', sizeof(input));
	memcpy(input, LHLO "MAIL FROM:<", 20);
	memcpy(input + 2000, ">\r\n", 3);
	feed(session, heard, input, 2003);
	expect(heard,
		LHLO_REPLY "501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>\r\n");
	lmtp_session_destroy(session);
	free(heard);
}

/* A message that is too big is refused for each recipient, and the next one is taken. */
static void test_too_big(void **state)
{
	(void)state;
	char big[2001];
	struct lmtp_session *session = begin();
	struct heard *heard = calloc(1, sizeof(*heard));
	assert_non_null(heard);
	memset(big, 'x', sizeof(big));
	take_output(session, heard);
	feed(session, heard, BEGIN "RCPT TO:<a>\r\nRCPT TO:<b>\r\nDATA\r\n",
		strlen(BEGIN "RCPT TO:<a>\r\nRCPT TO:<b>\r\nDATA\r\n"));
	heard->output_size = 0;
	feed(session, heard, big, sizeof(big));
	feed(session, heard, "\r\n.\r\n" MAIL "RCPT TO:<a>\r\nBDAT 999\r\n",
		strlen("\r\n.\r\n" MAIL "RCPT TO:<a>\r\nBDAT 999\r\n"));
	feed(session, heard, big, 999);
	feed(session, heard, "BDAT 2\r\nxxBDAT 1 LAST\r\nxRSET\r\n",
		strlen("BDAT 2\r\nxxBDAT 1 LAST\r\nxRSET\r\n"));
	expect(heard,
		"552 5.3.4 The message is too big\r\n552 5.3.4 The message is too "
		"big\r\n" MAIL_REPLY RCPT_REPLY
		"250 2.0.0 999 octets so far\r\n552 5.3.4 The message is too big\r\n"
		"503 5.5.1 A BDAT before failed; RSET begins anew\r\n250 2.0.0 Forgotten\r\n");
	feed(session, heard, MAIL "RCPT TO:<a>\r\nBDAT 1001 LAST\r\n",
		strlen(MAIL "RCPT TO:<a>\r\nBDAT 1001 LAST\r\n"));
	feed(session, heard, big, 1001);
	expect(heard, MAIL_REPLY RCPT_REPLY "552 5.3.4 The message is too big\r\n");
	assert_int_equal(heard->stored_size, 0);
	lmtp_session_destroy(session);
	free(heard);
}

static void test_ends(void **state)
{
	(void)state;
	struct heard *heard = calloc(1, sizeof(*heard));
	assert_non_null(heard);
	/* After too much nonsense. */
	struct lmtp_session *session = begin();
	for (size_t i = 0; i < 30; i++) {
		feed(session, heard, "X\r\n", 3);
	}
	assert_int_equal(lmtp_session_wants(session), LMTP_WANT_CLOSE);
	static const char last[] =
		UNKNOWN_COMMAND "421 4.7.0 Too many commands that make no sense\r\n";
	size_t n = sizeof(last) - 1;
	assert_int_equal(heard->output_size,
		strlen(GREETING) + 20 * strlen(UNKNOWN_COMMAND) + n - strlen(UNKNOWN_COMMAND));
	assert_memory_equal(heard->output + heard->output_size - n, last, n);
	lmtp_session_destroy(session);
	/* When the server wants it, in the middle of a message. */
	heard->output_size = 0;
	session = begin();
	feed(session, heard, BEGIN "RCPT TO:<a>\r\nDATA\r\nhalf",
		strlen(BEGIN "RCPT TO:<a>\r\nDATA\r\nhalf"));
	heard->output_size = 0;
	lmtp_session_end(session, "4.3.2 Over");
	take_output(session, heard);
	expect(heard, "421 4.3.2 Over\r\n");
	assert_int_equal(lmtp_session_wants(session), LMTP_WANT_CLOSE);
	assert_int_equal(lmtp_session_feed(session, "x", 1), 0);
	lmtp_session_destroy(session);
	lmtp_session_destroy(NULL);
	free(heard);
}

static void test_busy(void **state)
{
	(void)state;
	const struct lmtp_session_options options = { .host = "host", .busy = true };
	struct lmtp_session *session = NULL;
	struct heard *heard = calloc(1, sizeof(*heard));
	assert_non_null(heard);
	assert_int_equal(lmtp_session_create(&options, &session), 0);
	assert_int_equal(lmtp_session_wants(session), LMTP_WANT_CLOSE);
	take_output(session, heard);
	expect(heard, "421 4.3.2 There are too many connections\r\n");
	lmtp_session_destroy(session);
	free(heard);
}

/* A client that asks and does not read: no more is taken than what was answered is sent. */
static void test_much_output(void **state)
{
	(void)state;
	enum { COMMANDS = 5000 };
	static char input[COMMANDS * 6];
	struct lmtp_session *session = begin();
	for (size_t i = 0; i < COMMANDS; i++) {
		memcpy(input + 6 * i, "NOOP\r\n", 6);
	}
	size_t used = 0;
	size_t replies = 0;
	while (used < sizeof(input)) {
		size_t taken = lmtp_session_feed(session, input + used, sizeof(input) - used);
		size_t n = 0;
		char *output = lmtp_session_take_output(session, &n);
		assert_true(taken > 0 && n < 20000);
		for (size_t i = 0; i < n; i++) {
			replies += output[i] == '\n';
		}
		free(output);
		used += taken;
	}
	assert_int_equal(replies, COMMANDS + 1);
	lmtp_session_destroy(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialogues),
		cmocka_unit_test(test_replies_in_order),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_too_big),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_much_output),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

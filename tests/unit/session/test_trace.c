/* test_trace.c - the conversation in the log: what is shown of it, and what never is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/conn.h>
#include <roost/memory.h>

struct talk {
	struct roost_conn *conn;
	size_t at_once; /* bytes that are fed and sent */
	char log[65536]; /* the traces */
	char commands[4096]; /* what command_done told */
};

static void add(char *text, size_t room, const char *more)
{
	size_t n = strlen(text);
	assert_true(n + strlen(more) + 2 < room);
	(void)snprintf(text + n, room - n, "%s\n", more);
}

static void take_log(void *context, enum roost_log_level level, const char *line)
{
	struct talk *talk = context;
	if (strncmp(line, "event=trace ", 12) == 0) {
		assert_int_equal(level, ROOST_LOG_INFO);
		const char *head = "event=trace user=anna address=\"\" port=0 from=";
		assert_memory_equal(line, head, strlen(head));
		add(talk->log, sizeof(talk->log), line + strlen(head));
	}
}

static bool traces_anna(void *context, const char *user)
{
	(void)context;
	return strcmp(user, "anna") == 0;
}

static void take_command(void *context, const struct roost_conn_command *command)
{
	struct talk *talk = context;
	char line[256];
	(void)snprintf(line, sizeof(line), "%.*s %s %s %s",
		command->tag.bytes == NULL ? 1 : (int)command->tag.size,
		command->tag.bytes == NULL ? "*" : command->tag.bytes, command->name,
		command->mailbox == NULL ? "-" : command->mailbox, command->result);
	add(talk->commands, sizeof(talk->commands), line);
}

/* Do and send what there is to do and to send. */
static void settle(struct talk *talk)
{
	unsigned wants = 0;
	do {
		wants = roost_conn_wants(talk->conn);
		if ((wants & ROOST_CONN_RUN) != 0) {
			assert_int_equal(roost_conn_run(talk->conn), 0);
		}
		struct roost_piece piece;
		if (roost_conn_output(talk->conn, &piece, 1) == 1) {
			uint64_t n = piece.size < talk->at_once ? piece.size : talk->at_once;
			roost_conn_sent(talk->conn, n);
			wants |= ROOST_CONN_WRITE;
		}
	} while ((wants & (ROOST_CONN_RUN | ROOST_CONN_WRITE)) != 0);
}

static void say(struct talk *talk, const char *bytes)
{
	size_t n = strlen(bytes);
	settle(talk);
	while (n > 0 && (roost_conn_wants(talk->conn) & ROOST_CONN_READ) != 0) {
		size_t used;
		size_t part = n < talk->at_once ? n : talk->at_once;
		assert_int_equal(roost_conn_feed(talk->conn, bytes, part, &used), 0);
		settle(talk);
		bytes += used;
		n -= used;
	}
}

/* Begin and end a conversation; in between the client says the text. */
static void converse(struct talk *talk, const char *text, size_t at_once)
{
	struct roost_backend *backend;
	assert_int_equal(roost_memory_create(NULL, &backend), 0);
	assert_int_equal(roost_memory_add_user(backend, "anna", "secret"), 0);
	assert_int_equal(roost_memory_add_user(backend, "ben", "secret"), 0);
	*talk = (struct talk) { .at_once = at_once };
	const struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = backend,
		.insecure_auth = true,
		.log = take_log,
		.context = talk,
		.command_done = take_command,
		.traces = traces_anna,
	};
	assert_int_equal(roost_conn_create(&options, &talk->conn), 0);
	say(talk, text);
	roost_conn_destroy(talk->conn);
	roost_backend_destroy(backend);
}

/* What is said after sign-in, and what the log must hold of it, or must not. */
static const struct {
	const char *said;
	const char *shown[6];
	const char *hidden[3];
} cases[] = {
	{ "b NOOP\r\n", { "client line=\"b NOOP\"\n", "server line=\"b OK Nothing done\"\n" },
		{ "secret" } },
	{ "b APPEND INBOX {30+}\r\nSubject: hush\r\n\r\nhush, hush!\r\n\r\nc SELECT INBOX\r\n"
	  "d FETCH 1 (FLAGS BODY.PEEK[] BODY[HEADER.FIELDS (Subject)])\r\n",
		{ "client line=\"b APPEND INBOX {30+}\"\n", "client line=\"\"\n",
			"client line=\"c SELECT INBOX\"\n", "BODY[] {30}\"\n",
			"server line=\" BODY[HEADER.FIELDS (Subject)] {17}\"\n",
			"server line=\"d OK" },
		{ "hush" } },
	/* Passwords at the wrong time. */
	{ "b LOGIN anna hunter2\r\n", { "client line=\"b LOGIN\" cut=13\n", "server line=\"b BAD" },
		{ "hunter2" } },
	{ "b   login anna hunter2\r\n", { "client line=\"b   login\" cut=" }, { "hunter2" } },
	{ "b\tlogin\tanna hunter2\r\n", { "client line=\"b\\x09login\" cut=" }, { "hunter2" } },
	{ "b LOGIN {4+}\r\nanna {7+}\r\nhunter2\r\n",
		{ "client line=\"b LOGIN\" cut=5\n", "client line=\"\" cut=5\n",
			"client line=\"\"\n" },
		{ "hunter2" } },
	{ "b LOGIN {4+}\r\nanna hunter2\r\n", { "client line=\"\" cut=8\n" }, { "hunter2" } },
	{ "{1+}\r\nb LOGIN anna hunter2\r\n", { "client line=\" LOGIN\" cut=" }, { "hunter2" } },
	{ "b AUTHENTICATE PLAIN aHVudGVyMg==\r\n", { "client line=\"b AUTHENTICATE\" cut=19\n" },
		{ "aHVudGVyMg" } },
	{ "b AUTHENTICATE PLAIN\r\naHVudGVyMg==\r\nc NOOP\r\n",
		{ "client line=\"\" cut=12\n", "client line=\"c NOOP\"\n" },
		{ "client line=\"aHV" } },
	/* Bytes that would harm a terminal, or look like the log's own. */
	{ "b \x1b[31m\xff\"\\\r\n", { "client line=\"b \\x1b[31m\\xff\\\"\\\\\"\n" }, { "\x1b" } },
	{ "b NOOP\n\n", { "client line=\"b NOOP\"\n", "client line=\"\"\n" }, { NULL } },
	/* What a person reads is no literal, though it ends like one. */
	{ "b {9}\r\n", { "client line=\"b {9}\"\n" }, { NULL } },
	{ "b SELECT {7+}\r\nnowhere\r\nc NOOP\r\n",
		{ "client line=\"b SELECT {7+}\"\n", "server line=\"b NO [NONEXISTENT]",
			"server line=\"c OK Nothing done\"\n" },
		{ "client line=\"nowhere" } },
	{ "b CREATE \"a\\\"b {5}\"\r\nc LIST \"\" %\r\nd NOOP\r\n",
		{ "server line=\"d OK Nothing done\"\n" }, { NULL } },
};

static void test_cases(void **state)
{
	static const size_t at_once[] = { 1, 7, 100000 };
	(void)state;
	for (size_t i = 0; i < 3 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk talk;
		char text[1024];
		(void)snprintf(text, sizeof(text), "a LOGIN anna secret\r\n%s", cases[i / 3].said);
		converse(&talk, text, at_once[i % 3]);
		for (size_t k = 0; k < 6 && cases[i / 3].shown[k] != NULL; k++) {
			if (strstr(talk.log, cases[i / 3].shown[k]) == NULL) {
				fail_msg("%s is not in\n%s", cases[i / 3].shown[k], talk.log);
			}
		}
		for (size_t k = 0; k < 3 && cases[i / 3].hidden[k] != NULL; k++) {
			if (strstr(talk.log, cases[i / 3].hidden[k]) != NULL) {
				fail_msg("%s is in\n%s", cases[i / 3].hidden[k], talk.log);
			}
		}
	}
}

static void test_before_sign_in(void **state)
{
	struct talk talk;
	(void)state;
	converse(&talk, "a NOOP\r\nb LOGIN anna wrong\r\nc LOGIN ben secret\r\nd NOOP\r\n", 100000);
	assert_string_equal(talk.log, "");
	converse(&talk, "a NOOP\r\nb AUTHENTICATE PLAIN\r\nAGFubmEAc2VjcmV0\r\nd NOOP\r\n", 3);
	assert_null(strstr(talk.log, "AGFub"));
	assert_null(strstr(talk.log, "a NOOP"));
	assert_non_null(strstr(talk.log, "client line=\"d NOOP\"\n"));
}

static void test_long_line(void **state)
{
	char text[8192] = "a LOGIN anna secret\r\nb ";
	struct talk talk;
	(void)state;
	memset(text + strlen(text), '\x01', 5000);
	memcpy(text + strlen(text), "\r\nc NOOP\r\n", 11);
	converse(&talk, text, 1000);
	assert_non_null(strstr(talk.log, "\\x01\\x01\" cut=4002\n"));
	assert_non_null(strstr(talk.log, "client line=\"c NOOP\"\n"));
}

static void test_commands(void **state)
{
	struct talk talk;
	(void)state;
	converse(&talk,
		"a NOOP\r\nb LOGIN anna wrong\r\nc LOGIN anna secret\r\nd SELECT INBOX\r\n"
		"e UID FETCH 1 FLAGS\r\nf COPY 1 Work\r\ng FROB\r\n\r\nh IDLE\r\nDONE\r\n"
		"i UNSELECT\r\nj SELECT nowhere\r\nk LOGOUT\r\n",
		100000);
	assert_string_equal(talk.commands,
		"a NOOP - OK\nb LOGIN - NO\nc LOGIN - OK\nd SELECT INBOX OK\n"
		"e UID FETCH INBOX OK\nf COPY Work BAD\ng UNKNOWN INBOX BAD\n* UNKNOWN INBOX BAD\n"
		"h IDLE INBOX OK\ni UNSELECT - OK\nj SELECT nowhere NO\nk LOGOUT - OK\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_before_sign_in),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_conn.c - a connection driven by hand, where transcripts cannot reach: small memory, trimming, TLS that begins
 * while the server stops, no updates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/memory.h>
#include <roost/updates.h>

#include "client.h"
#include "one_mailbox.h"

struct house {
	struct roost_backend *backend;
	struct roost_updates *updates;
	struct roost_limits limits;
	struct client anna, other;
};

static void check_said(const struct client *client, const char *part)
{
	if (!client_heard(client, part)) {
		fail_msg("expected \"%s\" in \"%s\"", part, client->said);
	}
}

static void connect_client(struct house *house, struct client *client)
{
	struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = house->backend,
		.limits = &house->limits,
		.insecure_auth = true,
		.starttls = true,
		.woken = house->updates != NULL ? client_woken : NULL,
		.context = client,
	};

	client_open(client, &options);
}

static void sign_in(struct house *house, struct client *client)
{
	connect_client(house, client);
	client_say(client, "l LOGIN anna secret\r\n");
	check_said(client, "l OK ");
}

static void begin(struct house *house, bool updates)
{
	memset(house, 0, sizeof(*house));
	roost_limits_init(&house->limits);
	assert_int_equal(roost_memory_create(NULL, &house->backend), 0);
	assert_int_equal(roost_memory_add_user(house->backend, "anna", "secret"), 0);
	if (updates) {
		assert_int_equal(roost_updates_create(house->backend, &house->updates), 0);
	}
}

static void end(struct house *house)
{
	client_close(&house->anna);
	client_close(&house->other);
	roost_updates_destroy(house->updates);
	roost_backend_destroy(house->backend);
}

static struct house house;

/* What one look takes is given back before the next: IDLE goes on for as long as it likes. */
static void test_idle_takes_no_memory(void **state)
{
	char expected[64];

	(void)state;
	begin(&house, true);
	sign_in(&house, &house.other);
	client_say(&house.other,
		"a APPEND INBOX (one two three four five six seven) {4+}\r\nA: b\r\n");
	house.limits.command_memory = 8192;
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a SELECT INBOX\r\nb IDLE\r\n");
	check_said(&house.anna, "+ ");
	for (int i = 2; i < 300; i++) {
		client_say(&house.other, "b APPEND INBOX {4+}\r\nA: b\r\n");
		check_said(&house.other, "b OK ");
		client_forget(&house.anna);
		client_settle(&house.anna);
		(void)snprintf(expected, sizeof(expected), "* %d EXISTS", i);
		check_said(&house.anna, expected);
	}
	client_say(&house.anna, "DONE\r\n");
	check_said(&house.anna, "b OK ");
	end(&house);
}

/* Each key of a search may name nearly all of a mailbox with many gaps; together they have a limit. */
static void test_search_sets_are_limited(void **state)
{
	char command[4096];
	size_t size = 0;

	(void)state;
	begin(&house, true);
	house.limits.command_memory = 65536;
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a SELECT INBOX\r\n");
	for (int i = 0; i < 400; i++) {
		client_say(&house.anna, i % 2 == 0 ? "b APPEND INBOX (\\Deleted) {4+}\r\nA: b\r\n"
						   : "b APPEND INBOX {4+}\r\nA: b\r\n");
	}
	client_say(&house.anna, "c EXPUNGE\r\n");
	client_say(&house.anna, "d SEARCH 1:* UID 1:*\r\n");
	check_said(&house.anna, "d OK ");
	for (int i = 0; i < 61; i++) {
		size += (size_t)snprintf(
			command + size, sizeof(command) - size, i == 0 ? "d SEARCH" : " 1:*");
	}
	(void)snprintf(command + size, sizeof(command) - size, "\r\n");
	client_say(&house.anna, command);
	check_said(&house.anna, "d NO [LIMIT] ");
	end(&house);
}

/* Trimmed between the octets that are passed over and the end of their command. */
static void test_trim_keeps_a_refusal(void **state)
{
	(void)state;
	begin(&house, true);
	house.limits.message = 10;
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a APPEND INBOX {11+}\r\n01234567890");
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "\r\nb NOOP\r\n");
	check_said(&house.anna, "a NO [TOOBIG] ");
	check_said(&house.anna, "b OK ");
	end(&house);
}

/* Who idles gives back even the memory of the command, and gets it again to hear of news and to end. */
static void test_trim_in_idle(void **state)
{
	char line[ROOST_CONN_PROGRESS_MAX];

	(void)state;
	begin(&house, true);
	sign_in(&house, &house.other);
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a SELECT INBOX\r\nb IDLE\r\n");
	check_said(&house.anna, "+ ");
	for (int i = 0; i < 3; i++) {
		roost_conn_trim(house.anna.conn);
		roost_conn_trim(house.anna.conn);
		assert_int_equal(roost_conn_progress(house.anna.conn, line, sizeof(line)), 0);
		client_forget(&house.anna);
		roost_conn_wake(house.anna.conn); /* for nothing */
		client_settle(&house.anna);
		assert_int_equal(house.anna.size, 0);
		client_say(&house.other, "d APPEND INBOX {4+}\r\nA: b\r\n");
		check_said(&house.other, "d OK ");
		client_forget(&house.anna);
		roost_conn_trim(house.anna.conn); /* with news that were not told */
		client_settle(&house.anna);
		check_said(&house.anna, " EXISTS\r\n");
	}
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "DONE\r\ne IDLE\r\n");
	check_said(&house.anna, "b OK ");
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "DO");
	roost_conn_trim(house.anna.conn); /* within the line */
	client_say(&house.anna, "NE\r\n");
	check_said(&house.anna, "e OK ");
	client_say(&house.anna, "f IDLE\r\n");
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "f NOOP\r\n");
	check_said(&house.anna, "f BAD ");
	client_say(&house.anna, "g IDLE\r\n");
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "{3}\r\n");
	check_said(&house.anna, "g BAD ");
	client_say(&house.anna, "h IDLE\r\n");
	roost_conn_trim(house.anna.conn);
	roost_conn_shutdown(house.anna.conn);
	client_forget(&house.anna);
	client_settle(&house.anna);
	check_said(&house.anna, "* BYE ");
	end(&house);
}

/* A mechanism keeps what it was told in the memory of its command. */
static void test_trim_in_authenticate(void **state)
{
	(void)state;
	begin(&house, true);
	connect_client(&house, &house.anna);
	client_say(&house.anna, "a AUTHENTICATE LOGIN\r\n");
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "YW5uYQ==\r\n");
	roost_conn_trim(house.anna.conn);
	client_say(&house.anna, "c2VjcmV0\r\n");
	check_said(&house.anna, "a OK ");
	end(&house);
}

static void test_no_room_for_a_message(void **state)
{
	(void)state;
	begin(&house, true);
	house.limits.spool_memory = 10;
	sign_in(&house, &house.anna);
	assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
	client_say(&house.anna, "a APPEND INBOX {11}\r\n");
	check_said(&house.anna, "+ ");
	client_say(&house.anna, "01234567890\r\n");
	assert_int_equal(unsetenv("TMPDIR"), 0);
	check_said(&house.anna, "a NO [UNAVAILABLE] ");
	client_say(&house.anna, "b STATUS INBOX (MESSAGES)\r\n");
	check_said(&house.anna, "MESSAGES 0");
	end(&house);
}

/* Between the answer to STARTTLS and TLS nothing may be said in clear, not even BYE. */
static void test_the_end_while_tls_begins(void **state)
{
	struct roost_conn_info info = {
		.size = sizeof(info), .tls = true, .tls_version = "TLSv1.3"
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin(&house, true);
		connect_client(&house, &house.anna);
		client_say(&house.anna, "a STARTTLS\r\n");
		check_said(&house.anna, "a OK ");
		assert_true((roost_conn_wants(house.anna.conn) & ROOST_CONN_STARTTLS) != 0);
		client_forget(&house.anna);
		if (i == 0) {
			roost_conn_shutdown(house.anna.conn);
		} else {
			roost_conn_expire(house.anna.conn);
		}
		client_settle(&house.anna);
		assert_int_equal(house.anna.size, 0);
		assert_int_equal(roost_conn_wants(house.anna.conn), ROOST_CONN_CLOSE);
		roost_conn_tls_started(house.anna.conn, &info);
		assert_int_equal(roost_conn_wants(house.anna.conn), ROOST_CONN_CLOSE);
		end(&house);
	}
}

/* A session knows of what it does itself, however it spells INBOX, also where nobody collects updates. */
/* A client that does not read its answer is let go, but is told nothing in the middle of a line. */
static void test_expire_within_an_answer(void **state)
{
	static const char search[] = "s SEARCH ALL\r\n";
	size_t used;

	(void)state;
	begin(&house, true);
	house.limits.output = 100;
	sign_in(&house, &house.anna);
	for (int i = 0; i < 60; i++) {
		client_say(&house.anna, "a APPEND INBOX {5+}\r\nA: b\n\r\n");
		check_said(&house.anna, "a OK ");
	}
	client_say(&house.anna, "b SELECT INBOX\r\n");
	client_forget(&house.anna);
	assert_int_equal(roost_conn_feed(house.anna.conn, search, sizeof(search) - 1, &used), 0);
	while ((roost_conn_wants(house.anna.conn) & ROOST_CONN_RUN) != 0) {
		assert_int_equal(roost_conn_run(house.anna.conn), 0);
	}
	roost_conn_expire(house.anna.conn);
	while ((roost_conn_wants(house.anna.conn) & ROOST_CONN_WRITE) != 0) {
		client_hear(&house.anna);
	}
	check_said(&house.anna, "* SEARCH 1 2 3");
	assert_null(strstr(house.anna.said, "BYE"));
	assert_true((roost_conn_wants(house.anna.conn) & ROOST_CONN_CLOSE) != 0);
	end(&house);
}

static void test_without_updates(void **state)
{
	(void)state;
	begin(&house, false);
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a CREATE INBOX/x\r\n");
	client_say(&house.anna, "b SELECT inbox/x\r\n");
	client_say(&house.anna, "c APPEND Inbox/x {4+}\r\nA: b\r\n");
	check_said(&house.anna, "* 1 EXISTS");
	client_say(&house.anna, "d COPY 1 inBOX/x\r\n");
	check_said(&house.anna, "* 2 EXISTS");
	client_say(&house.anna, "e MOVE 1 inbox/x\r\n");
	check_said(&house.anna, "* 1 EXPUNGE\r\n* 2 EXISTS");
	client_say(&house.anna, "f DELETE inbox/x\r\n");
	check_said(&house.anna, "[CLOSED]");
	client_say(&house.anna, "g FETCH 1 FLAGS\r\n");
	check_said(&house.anna, "g BAD ");
	end(&house);
}

static struct roost_user *replacer;

/* While the sessions are told of the message, somebody gives the mailbox's name to another one. */
static void replace_mailbox(void *context)
{
	struct roost_create_options options = { .size = sizeof(options) };
	struct roost_call *call;

	if (*(bool *)context) {
		return;
	}
	*(bool *)context = true;
	assert_int_equal(roost_call_create(&call, 1 << 20), 0);
	assert_int_equal(replacer->ops->rename_mailbox(replacer, call, "work", "old"), 0);
	assert_int_equal(replacer->ops->create_mailbox(replacer, call, "work", &options), 0);
	roost_call_destroy(call);
}

/* APPENDUID is of the mailbox that has the message, even if that has lost its name. */
static void test_append_uid_of_a_renamed_mailbox(void **state)
{
	struct roost_credentials credentials = {
		.size = sizeof(credentials), .kind = ROOST_CREDENTIALS_VERIFIED, .username = "anna"
	};
	struct roost_call *call;
	char expected[64];
	unsigned validity = 0;
	bool replaced = true;

	(void)state;
	begin(&house, true);
	struct roost_conn_options options = { .size = sizeof(options),
		.backend = house.backend,
		.insecure_auth = true,
		.woken = replace_mailbox,
		.context = &replaced };
	assert_int_equal(roost_call_create(&call, 1 << 20), 0);
	assert_int_equal(
		house.backend->ops->login(house.backend, call, &credentials, &replacer), 0);
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a CREATE work\r\n");
	client_open(&house.other, &options);
	client_say(&house.other, "a LOGIN anna secret\r\nb SELECT work\r\n");
	const char *told = strstr(house.other.said, "[UIDVALIDITY ");
	assert_non_null(told);
	assert_int_equal(sscanf(told, "[UIDVALIDITY %u]", &validity), 1);

	replaced = false;
	client_say(&house.anna, "b APPEND work {4+}\r\nA: b\r\n");
	assert_true(replaced);
	(void)snprintf(expected, sizeof(expected), "b OK [APPENDUID %u 1]", validity);
	check_said(&house.anna, expected);
	replacer->ops->logout(replacer);
	roost_call_destroy(call);
	end(&house);
}

/* A backend of two messages; the bytes of the second cannot be read. */

static int64_t read_nothing(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	(void)content, (void)offset, (void)buffer, (void)n;
	return ROOST_ERR_IO;
}

static void keep_content(struct roost_content *content)
{
	(void)content;
}

static const struct roost_content_ops broken_ops = {
	.size = sizeof(broken_ops), .read_at = read_nothing, .destroy = keep_content
};
static struct roost_content broken;
static struct roost_content *whole;
static struct one_mailbox damaged;

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	(void)mailbox, (void)call;
	snapshot_out->uid_validity = 1;
	snapshot_out->uid_next = 3;
	return roost_uidset_add_range(&snapshot_out->uids, 1, 2);
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	int r = 0;

	(void)mailbox, (void)call, (void)options;
	for (uint32_t uid = 1; r == 0 && uid <= 2; uid++) {
		struct roost_message message = { .size = sizeof(message), .uid = uid };
		message.has =
			ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_CONTENT;
		message.content = uid == 1 ? whole : &broken;
		if (roost_uidset_contains(uids, uid)) {
			r = deliver(context, &message);
		}
	}
	return r == ROOST_STOP ? 0 : r;
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	(void)mailbox;
}

static const struct roost_mailbox_ops damaged_mailbox_ops = {
	.size = sizeof(damaged_mailbox_ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.close = close_mailbox,
};
/* What cannot be read is left out in the words of the grammar, and the other messages are there. */
static void test_a_message_that_cannot_be_read(void **state)
{
	(void)state;
	one_mailbox_init(&damaged, &damaged_mailbox_ops);
	damaged.backend.features = ROOST_FEATURE_READ_ONLY;
	roost_content_init(&broken, &broken_ops, 30);
	assert_int_equal(roost_content_create_copy("A: b\r\n", 6, &whole), 0);
	memset(&house, 0, sizeof(house));
	roost_limits_init(&house.limits);
	house.backend = &damaged.backend;
	sign_in(&house, &house.anna);
	client_say(&house.anna, "a EXAMINE INBOX\r\n");
	client_say(&house.anna, "b FETCH 1:2 (RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)\r\n");
	check_said(&house.anna, "* 1 FETCH (RFC822.SIZE 6 ENVELOPE (NIL NIL ");
	check_said(&house.anna,
		"* 2 FETCH (RFC822.SIZE 30 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
		"BODY (\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0) "
		"BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0 NIL NIL NIL NIL))\r\n");
	check_said(&house.anna, "b NO [CORRUPTION] ");
	client_say(&house.anna, "c FETCH 1:2 (BODY[] BODY[HEADER])\r\n");
	check_said(
		&house.anna, "* 1 FETCH (BODY[] {6}\r\nA: b\r\n BODY[HEADER] {6}\r\nA: b\r\n)\r\n");
	check_said(&house.anna, "* 2 FETCH (BODY[] NIL BODY[HEADER] NIL)\r\n");
	check_said(&house.anna, "c NO [CORRUPTION] ");
	client_close(&house.anna);
	roost_content_unref(whole);
}

/* Wherever in a line the output goes on in another piece of memory: the line stays whole, and all is counted. */
static void test_long_lists(void **state)
{
	char text[128];

	(void)state;
	begin(&house, false);
	sign_in(&house, &house.anna);
	for (unsigned i = 0; i < 700; i++) {
		(void)snprintf(text, sizeof(text), "c CREATE \"Mailbox number %05u\"\r\n", i);
		client_say(&house.anna, text);
	}
	for (unsigned shift = 0; shift < 60; shift++) {
		char first[64];
		memset(first, '-', sizeof(first));
		first[shift + 1] = '\0';
		(void)snprintf(text, sizeof(text), "d CREATE \"%s\"\r\n", first);
		client_say(&house.anna, text);
		client_say(&house.anna, "a LIST \"\" *\r\n");
		const char *line = house.anna.said;
		unsigned lines = 0;
		while (strncmp(line, "a OK ", 5) != 0) {
			static const char start[] = "* LIST (\\HasNoChildren) \"/\" ";
			assert_memory_equal(line, start, sizeof(start) - 1);
			line = strstr(line, "\r\n");
			assert_non_null(line);
			line += 2;
			lines++;
		}
		assert_int_equal(lines, 702);
		assert_int_equal(roost_conn_wants(house.anna.conn), ROOST_CONN_READ);
		(void)snprintf(text, sizeof(text), "e DELETE \"%s\"\r\n", first);
		client_say(&house.anna, text);
	}
	end(&house);
}

/* All that anna is told, with some of it sent and made at the same time, as it were: a part is set apart, more is run,
 * and the part goes out in pieces before, during and after. */
static size_t hear_ahead(struct client *client, char *heard, size_t size)
{
	struct roost_piece piece;
	size_t at = 0, parted = 0;
	bool ahead = false;
	unsigned wants;

	while (((wants = roost_conn_wants(client->conn)) & (ROOST_CONN_RUN | ROOST_CONN_WRITE)) !=
		0) {
		if ((wants & ROOST_CONN_RUN) != 0) {
			assert_int_equal(roost_conn_run(client->conn), 0);
			roost_conn_join_output(client->conn);
			ahead = roost_conn_part_output(client->conn);
			parted += ahead;
		}
		for (int i = 0; i < 2 && roost_conn_output(client->conn, &piece, 1) > 0; i++) {
			size_t n = piece.size < 700 ? (size_t)piece.size : 700;
			assert_null(piece.content);
			assert_true(at + n < size);
			memcpy(heard + at, piece.bytes, n);
			at += n;
			roost_conn_sent(client->conn, n);
		}
		assert_true(!ahead || (roost_conn_wants(client->conn) & ROOST_CONN_RUN) != 0);
	}
	assert_false(ahead);
	assert_true(parted > 3);
	heard[at] = '\0';
	return at;
}

static void test_work_ahead(void **state)
{
	static char heard[65536];
	size_t used;

	(void)state;
	begin(&house, true);
	house.backend->features &= ~(unsigned)ROOST_FEATURE_READS_NEVER_BLOCK;
	house.limits.output = 1024;
	sign_in(&house, &house.anna);
	for (int i = 0; i < 100; i++) {
		char line[200];
		(void)snprintf(line, sizeof(line),
			"a APPEND INBOX {103+}\r\nSubject: %03d\r\n\r\n%086d\r\n", i, i);
		client_say(&house.anna, line);
		check_said(&house.anna, "a OK ");
	}
	client_say(&house.anna, "a SELECT INBOX\r\n");
	assert_false(roost_conn_part_output(house.anna.conn)); /* nothing is to be said */
	client_say(&house.anna, "b FETCH 1:* BODY.PEEK[]\r\n");
	const char *command = "b FETCH 1:* BODY.PEEK[]\r\n";
	assert_int_equal(roost_conn_feed(house.anna.conn, command, strlen(command), &used), 0);
	size_t size = hear_ahead(&house.anna, heard, sizeof(heard));
	assert_int_equal(size, house.anna.size);
	assert_memory_equal(heard, house.anna.said, size);
	/* Gone in the middle. */
	assert_int_equal(roost_conn_feed(house.anna.conn, command, strlen(command), &used), 0);
	assert_int_equal(roost_conn_run(house.anna.conn), 0);
	assert_true(roost_conn_part_output(house.anna.conn));
	assert_false(roost_conn_part_output(house.anna.conn)); /* not twice */
	assert_int_equal(roost_conn_run(house.anna.conn), 0);
	end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_that_cannot_be_read),
		cmocka_unit_test(test_append_uid_of_a_renamed_mailbox),
		cmocka_unit_test(test_long_lists),
		cmocka_unit_test(test_work_ahead),
		cmocka_unit_test(test_idle_takes_no_memory),
		cmocka_unit_test(test_search_sets_are_limited),
		cmocka_unit_test(test_trim_keeps_a_refusal),
		cmocka_unit_test(test_trim_in_idle),
		cmocka_unit_test(test_trim_in_authenticate),
		cmocka_unit_test(test_no_room_for_a_message),
		cmocka_unit_test(test_the_end_while_tls_begins),
		cmocka_unit_test(test_expire_within_an_answer),
		cmocka_unit_test(test_without_updates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

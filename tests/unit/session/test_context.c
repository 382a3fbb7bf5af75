/* test_context.c - results that are kept up to date (RFC 5267), as a client follows them while others change the mailbox
 * at random: they must be what a new search finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/memory.h>

#include "session/session.h"

#include "client.h"

#define MOST 8192

/* A result as the client holds it. */
struct result {
	const char *head, *tail; /* of the command, around RETURN */
	bool uid;
	bool ordered;
	uint32_t numbers[MOST];
	size_t count;
};

struct fixture {
	struct roost_backend *backend;
	struct roost_updates *updates;
	struct client client, other;
	uint32_t random;
};

static void woken(void *context)
{
	(void)context;
}

static uint32_t random_below(struct fixture *fixture, uint32_t n)
{
	fixture->random = fixture->random * 1664525u + 1013904223u;
	return (fixture->random >> 8) % n;
}

static void sign_in(struct fixture *fixture, struct client *client)
{
	static const struct roost_conn_info info = {
		.size = sizeof(info), .remote_address = "", .local_address = "", .tls = true
	};
	struct roost_limits limits;

	roost_limits_init(&limits);
	limits.output = 500; /* so that telling has to go on again and again */
	const struct roost_conn_options options = { .size = sizeof(options),
		.backend = fixture->backend,
		.limits = &limits,
		.info = &info,
		.woken = woken };
	client_open(client, &options);
	client_say(client, "a LOGIN anna secret\r\n");
	client_say(client, "a SELECT INBOX\r\n");
	assert_true(client_heard(client, "a OK"));
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const struct roost_memory_options memory = { .size = sizeof(memory) };

	assert_non_null(fixture);
	assert_int_equal(roost_memory_create(&memory, &fixture->backend), 0);
	assert_int_equal(roost_memory_add_user(fixture->backend, "anna", "secret"), 0);
	assert_int_equal(roost_updates_create(fixture->backend, &fixture->updates), 0);
	sign_in(fixture, &fixture->client);
	sign_in(fixture, &fixture->other);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	client_close(&fixture->client);
	client_close(&fixture->other);
	roost_updates_destroy(fixture->updates);
	roost_backend_destroy(fixture->backend);
	free(fixture);
	return 0;
}

/* -- a client that follows */

static void insert(struct result *result, size_t position, uint32_t number)
{
	size_t at = position - 1;

	assert_true(result->count < MOST);
	if (position == 0) {
		assert_false(result->ordered);
		for (at = 0; at < result->count && result->numbers[at] < number; at++) {
		}
		assert_true(at == result->count || result->numbers[at] > number);
	}
	assert_true(at <= result->count);
	memmove(result->numbers + at + 1, result->numbers + at,
		(result->count - at) * sizeof(number));
	result->numbers[at] = number;
	result->count++;
}

static void take(struct result *result, size_t position, uint32_t number)
{
	size_t at = position - 1;

	if (position == 0) {
		assert_false(result->ordered);
		for (at = 0; at < result->count && result->numbers[at] != number; at++) {
		}
	}
	assert_true(at < result->count);
	assert_int_equal(result->numbers[at], number);
	result->count--;
	memmove(result->numbers + at, result->numbers + at + 1,
		(result->count - at) * sizeof(number));
}

/* "3:5,7", as a list of ascending ranges. */
static const char *follow_set(
	struct result *result, bool comes, unsigned long position, const char *text)
{
	unsigned long step = comes && position != 0 ? 1 : 0;

	do {
		char *end;
		unsigned long first = strtoul(text, &end, 10);
		unsigned long last = *end == ':' ? strtoul(end + 1, &end, 10) : first;
		assert_true(first > 0 && first <= last);
		for (; first <= last; first++, position += step) {
			if (comes) {
				insert(result, position, (uint32_t)first);
			} else {
				take(result, position, (uint32_t)first);
			}
		}
		text = end + 1;
	} while (text[-1] == ',');
	return text - 1;
}

/* "* ESEARCH (TAG "c1") UID ADDTO (2 7 3 8)", from behind the tag. */
static void follow_update(struct result *result, const char *text)
{
	bool uid = strncmp(text, "UID ", 4) == 0;

	assert_int_equal(uid, result->uid);
	text += uid ? 4 : 0;
	bool comes = strncmp(text, "ADDTO (", 7) == 0;
	assert_true(comes || strncmp(text, "REMOVEFROM (", 12) == 0);
	text = strchr(text, '(') + 1;
	for (;;) {
		char *end;
		unsigned long position = strtoul(text, &end, 10);
		assert_int_equal(*end, ' ');
		text = follow_set(result, comes, position, end + 1);
		if (*text == ')') {
			break;
		}
		assert_int_equal(*text, ' ');
		text++;
	}
	assert_memory_equal(text, ")\r\n", 3);
}

/* Numbers that are held are of messages that there are: REMOVEFROM came before. */
static void follow_expunge(struct result *results, size_t n, uint32_t number)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; !results[i].uid && j < results[i].count; j++) {
			assert_int_not_equal(results[i].numbers[j], number);
			results[i].numbers[j] -= results[i].numbers[j] > number ? 1 : 0;
		}
	}
}

static size_t follow(const struct client *client, struct result *results, size_t n)
{
	static const char update[] = "* ESEARCH (TAG \"c";
	size_t updates = 0;

	for (const char *line = client->said; *line != '\0'; line = strstr(line, "\r\n") + 2) {
		assert_null(strstr(line, "NOUPDATE"));
		if (strncmp(line, update, sizeof(update) - 1) == 0) {
			unsigned long i = strtoul(line + sizeof(update) - 1, NULL, 10);
			assert_true(i < n);
			follow_update(&results[i], strchr(line, ')') + 2);
			updates++;
		} else if (strncmp(line, "* ", 2) == 0) {
			char *end;
			unsigned long number = strtoul(line + 2, &end, 10);
			if (strncmp(end, " EXPUNGE\r\n", 10) == 0) {
				follow_expunge(results, n, (uint32_t)number);
			}
		}
	}
	return updates;
}

/* What a new search finds. */
static size_t search(struct client *client, const struct result *result, uint32_t *numbers)
{
	char line[256];
	size_t count = 0;

	(void)snprintf(line, sizeof(line), "s %s %s\r\n", result->head, result->tail);
	client_say(client, line);
	const char *at = strstr(client->said, result->ordered ? "* SORT" : "* SEARCH");
	assert_non_null(at);
	at += result->ordered ? 6 : 8;
	while (*at == ' ') {
		char *end;
		assert_true(count < MOST);
		numbers[count++] = (uint32_t)strtoul(at + 1, &end, 10);
		at = end;
	}
	assert_memory_equal(at, "\r\n", 2);
	return count;
}

static void compare(struct client *client, const struct result *result)
{
	static uint32_t numbers[MOST];
	size_t count = search(client, result, numbers);

	assert_int_equal(count, result->count);
	assert_memory_equal(numbers, result->numbers, count * sizeof(numbers[0]));
}

/* -- others who change the mailbox */

static unsigned long count_messages(struct client *client)
{
	client_say(client, "n STATUS INBOX (MESSAGES)\r\n");
	return strtoul(strstr(client->said, "(MESSAGES ") + 10, NULL, 10);
}

static void append(struct fixture *fixture)
{
	static const char *const flags[] = { "", "\\Flagged", "\\Deleted \\Seen", "\\Seen" };
	char line[200], message[100];

	(void)snprintf(message, sizeof(message), "Subject: %s%c%c\r\n\r\n%.*s\r\n",
		random_below(fixture, 3) == 0 ? "Re: " : "", 'a' + (int)random_below(fixture, 4),
		'A' + (int)random_below(fixture, 9), (int)random_below(fixture, 9), "12345678");
	(void)snprintf(line, sizeof(line), "o APPEND INBOX (%s) {%zu+}\r\n%s\r\n",
		flags[random_below(fixture, 4)], strlen(message), message);
	client_say(&fixture->other, line);
}

static void change(struct fixture *fixture, unsigned long count)
{
	static const char *const flags[] = { "+FLAGS.SILENT (\\Flagged)",
		"-FLAGS.SILENT (\\Flagged)", "+FLAGS.SILENT (\\Deleted)",
		"-FLAGS.SILENT (\\Deleted)", "FLAGS.SILENT (\\Seen)" };
	char line[100];
	uint32_t what = random_below(fixture, 10);

	if (what < 4 || count == 0) {
		append(fixture);
	} else if (what < 5) {
		client_say(&fixture->other, "o EXPUNGE\r\n");
	} else {
		uint32_t first = 1 + random_below(fixture, (uint32_t)count);
		uint32_t last = random_below(fixture, 8) == 0 ? (uint32_t)count : first;
		(void)snprintf(line, sizeof(line), "o STORE %u:%u %s\r\n", (unsigned)first,
			(unsigned)last, flags[random_below(fixture, 5)]);
		client_say(&fixture->other, line);
	}
}

static void test_follow(void **state)
{
	static struct result results[] = {
		{ .head = "UID SORT",
			.tail = "(SUBJECT REVERSE SIZE) UTF-8 UNFLAGGED",
			.uid = true,
			.ordered = true },
		{ .head = "SORT", .tail = "(REVERSE SUBJECT) UTF-8 UNDELETED", .ordered = true },
		{ .head = "UID SEARCH", .tail = "OR FLAGGED UID *", .uid = true },
		{ .head = "SEARCH", .tail = "UNSEEN" },
		{ .head = "UID SORT", .tail = "(ARRIVAL) UTF-8 ALL", .uid = true, .ordered = true },
	};
	size_t n = sizeof(results) / sizeof(results[0]), updates = 0;
	struct fixture *fixture = *state;
	struct client *client = &fixture->client;
	char line[200];

	fixture->random = 20080701;
	for (int i = 0; i < 10; i++) {
		append(fixture);
	}
	client_say(client, "a NOOP\r\n");
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(line, sizeof(line), "c%zu %s RETURN (UPDATE COUNT) %s\r\n", i,
			results[i].head, results[i].tail);
		client_say(client, line);
		assert_non_null(strstr(client->said, " OK "));
		results[i].count = search(client, &results[i], results[i].numbers);
	}
	for (int round = 0; round < 150; round++) {
		unsigned long count = count_messages(&fixture->other);
		if (round % 50 == 25) {
			client_say(
				&fixture->other, "o COPY 1:* INBOX\r\n"); /* more than one batch */
		}
		for (uint32_t i = random_below(fixture, 12); i > 0; i--) {
			change(fixture, count);
			count = count_messages(&fixture->other);
		}
		if (random_below(fixture, 3) == 0) {
			client_say(client, "f FETCH 1 (UID)\r\n"); /* EXPUNGE has to wait */
			updates += follow(client, results, n);
		}
		client_say(client, "a NOOP\r\n");
		updates += follow(client, results, n);
		for (size_t i = 0; i < n; i++) {
			compare(client, &results[i]);
		}
	}
	assert_true(updates > 300);
}

/* Thousands at once: in parts, while the client reads slowly. */
static void test_many(void **state)
{
	static struct result results[] = {
		{ .head = "UID SORT",
			.tail = "(REVERSE SIZE SUBJECT) UTF-8 UNFLAGGED",
			.uid = true,
			.ordered = true },
		{ .head = "SEARCH", .tail = "UNFLAGGED" },
	};
	static const char *const steps[] = {
		"o COPY 1:* INBOX\r\n",
		"o STORE 1:* +FLAGS.SILENT (\\Flagged)\r\n",
		"o STORE 2:3000 -FLAGS.SILENT (\\Flagged)\r\n",
		"o STORE 1000:5000 +FLAGS.SILENT (\\Deleted)\r\n",
		"o EXPUNGE\r\n",
	};
	struct fixture *fixture = *state;
	struct client *client = &fixture->client;

	fixture->random = 5267;
	for (int i = 0; i < 20; i++) {
		append(fixture);
	}
	while (count_messages(&fixture->other) < 3000) {
		client_say(&fixture->other, "o COPY 1:* INBOX\r\n");
	}
	client_say(&fixture->other, "o STORE 1:* -FLAGS.SILENT (\\Deleted)\r\n");
	client_say(client, "a NOOP\r\n");
	client_say(
		client, "c0 UID SORT RETURN (UPDATE) (REVERSE SIZE SUBJECT) UTF-8 UNFLAGGED\r\n");
	client_say(client, "c1 SEARCH RETURN (UPDATE) UNFLAGGED\r\n");
	for (size_t i = 0; i < 2; i++) {
		results[i].count = search(client, &results[i], results[i].numbers);
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		client_say(&fixture->other, steps[i]);
		client_say(client, "a NOOP\r\n");
		(void)follow(client, results, 2);
		compare(client, &results[0]);
		compare(client, &results[1]);
	}
}

/* -- what it costs */

static struct roost_mailbox_ops counting;
static const struct roost_mailbox_ops *counted;
static uint64_t asked; /* messages that the backend was asked for */

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	asked += roost_uidset_size(uids);
	return counted->list_messages(mailbox, call, uids, options, deliver, context);
}

static int search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *sought, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	asked += roost_uidset_size(within);
	return ROOST_HAS_OP(counted, search_messages)
		       ? counted->search_messages(mailbox, call, sought, within, uids_out)
		       : ROOST_ERR_NOT_SUPPORTED;
}

static void count_asked(struct roost_mailbox *mailbox)
{
	counted = mailbox->ops;
	memcpy(&counting, counted,
		counted->size < sizeof(counting) ? counted->size : sizeof(counting));
	counting.list_messages = list_messages;
	counting.search_messages = search_messages;
	mailbox->ops = &counting;
}

/* A change costs what changed, not what there is: with 4,000 messages a binary search asks for 12. */
static void test_cost(void **state)
{
	static const char *const changes[] = {
		"o STORE 700 +FLAGS (\\Flagged)\r\n",
		"o STORE 700 -FLAGS (\\Flagged)\r\n",
		"o COPY 1200 INBOX\r\n",
		"o STORE 5 +FLAGS (\\Flagged \\Deleted)\r\n",
		"o EXPUNGE\r\n",
		"o STORE 77 +FLAGS (\\Seen)\r\n",
	};
	struct fixture *fixture = *state;
	struct client *client = &fixture->client;

	fixture->random = 17;
	for (int i = 0; i < 30; i++) {
		append(fixture);
	}
	while (count_messages(&fixture->other) < 3000) {
		client_say(&fixture->other, "o COPY 1:* INBOX\r\n");
	}
	client_say(&fixture->other, "o STORE 1:* FLAGS.SILENT ()\r\n");
	client_say(client, "a NOOP\r\n");
	client_say(client, "c0 SORT RETURN (UPDATE) (SUBJECT SIZE) UTF-8 UNFLAGGED\r\n");
	client_say(client, "c1 UID SEARCH RETURN (UPDATE) UNFLAGGED\r\n");
	count_asked(client->conn->view->mailbox);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		client_say(&fixture->other, changes[i]);
		asked = 0;
		client_say(client, "a NOOP\r\n");
		assert_true(client->size > strlen("a OK \r\n"));
		assert_true(asked <= 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_follow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cost, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

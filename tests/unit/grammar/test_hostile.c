/* test_hostile.c - commands cut off, changed at random, and read with too little memory: nothing of
 * that may do more harm than an error. Meant for a build with sanitizers. */
#include "expect.h"

#include <stdlib.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* One of each form. */
static const char *const commands[] = {
	"a1 CAPABILITY",
	"a1 ID (\"name\" \"x \\\"y\\\"\" \"version\" NIL {3}\r\nabc {1}\r\nx)",
	"a1 AUTHENTICATE PLAIN AGFubmEAc2VjcmV0",
	"a1 LOGIN {4}\r\nanna \"se\\\\cret\"",
	"a1 ENABLE CONDSTORE QRESYNC UTF8=ACCEPT",
	"a1 SELECT \"Entw&APw-rfe &2D3eCg-\"",
	"a1 RENAME {3}\r\nabc &AOk-&-",
	"a1 LIST \"\" \"%/&AOk-*\"",
	"a1 LSUB {0}\r\n {1}\r\n*",
	"a1 STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN SIZE APPENDLIMIT)",
	"a1 APPEND {5+}\r\nInbox (\\Seen $Forwarded x) \"17-Jul-1996 02:44:25 -0700\" {11}\r\n"
	"hello\r\nyou\n",
	"a1 UID EXPUNGE 1:*,5",
	"a1 UID SEARCH CHARSET UTF-8 (OR FROM \"a\\\"b\" NOT HEADER X-Y {3}\r\nabc) 2,4:7 "
	"UNKEYWORD $x SINCE \"1-Feb-1994\" LARGER 100 NEW (BODY {1}\r\n\xe9 UID *:4)",
	"a1 FETCH 1:3,* (FLAGS BODY.PEEK[1.2.HEADER.FIELDS.NOT (From \"To\" {2}\r\nCc)]<0.100> "
	"BODYSTRUCTURE RFC822.TEXT BODY[1.MIME])",
	"a1 FETCH 1 (UID BODY[1.2.MIME] BODY[HEADER] BODY[]<7.9>)",
	"a1 FETCH 1 FULL",
	"a1 UID STORE 1,2 -FLAGS.SILENT (\\Deleted a A b \\Recent)",
	"a1 STORE 5 +FLAGS \\Seen $x \\Draft",
	"a1 UID MOVE 1:4294967295 \"Archive/\\\"2024\\\"\"",
};

static int parse(const char *bytes, size_t n, size_t memory, struct buf *dump)
{
	buf_reset(dump);
	return dump_parsed(dump, bytes, n, memory);
}

static void prefixes(void **state)
{
	struct buf dump;

	(void)state;
	buf_init(&dump, 1 << 20);
	for (size_t i = 0; i < COUNT(commands); i++) {
		for (size_t n = 0; n <= strlen(commands[i]); n++) {
			int r = parse(commands[i], n, 1 << 20, &dump);

			assert_true(r == 0 || r == ROOST_ERR_INVALID);
			assert_int_equal(buf_status(&dump), 0);
		}
	}
	buf_free(&dump);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Change, drop, double or replace a piece. Returns the new length. */
static size_t mutate(char *bytes, size_t n, size_t capacity, uint32_t *random)
{
	static const char *const pieces[] = { " ", "(", ")", "\"", "\\", "{", "}", "{3}\r\n",
		"{0+}\r\n", "*", ":", ",", "0", "4294967296", "&", "-", "[", "]", "<", ">", "\r\n",
		"NIL", "\xff", "NOT ", "OR ", "{99999999999999999999}\r\n", "." };
	size_t at = n > 0 ? next_random(random) % n : 0;
	const char *piece = pieces[next_random(random) % COUNT(pieces)];
	size_t length = strlen(piece);

	switch (next_random(random) % 4) {
	case 0:
		if (n > 0) {
			bytes[at] = (char)next_random(random);
		}
		return n;
	case 1:
		length = n - at < 4 ? n - at : next_random(random) % 4;
		memmove(bytes + at, bytes + at + length, n - at - length);
		return n - length;
	case 2:
		length = n - at < 20 ? n - at : next_random(random) % 20;
		if (n + length > capacity) {
			return n;
		}
		memmove(bytes + at + length, bytes + at, n - at);
		return n + length;
	default:
		if (n + length > capacity) {
			return n;
		}
		memmove(bytes + at + length, bytes + at, n - at);
		memcpy(bytes + at, piece, length);
		return n + length;
	}
}

static void mutations(void **state)
{
	uint32_t random = 20240229;
	struct buf dump;
	char bytes[1000];

	(void)state;
	buf_init(&dump, 1 << 20);
	for (int round = 0; round < 100000; round++) {
		const char *command = commands[next_random(&random) % COUNT(commands)];
		size_t n = strlen(command);
		int r;

		memcpy(bytes, command, n);
		for (unsigned i = next_random(&random) % 4 + 1; i > 0; i--) {
			n = mutate(bytes, n, sizeof(bytes), &random);
		}
		r = parse(bytes, n, 1 << 20, &dump);
		assert_true(r == 0 || r == ROOST_ERR_INVALID);
		assert_true(dump.size > 0);
		if (r == 0) {
			continue;
		}
		/* The text goes to the client, whatever the client sent. */
		for (size_t i = 0; i < dump.size; i++) {
			assert_true(dump.data[i] >= ' ' && dump.data[i] <= '~');
		}
		assert_true(dump.size < n + 200);
	}
	buf_free(&dump);
}

static void too_little_memory(void **state)
{
	struct buf dump, whole;

	(void)state;
	buf_init(&dump, 1 << 20);
	buf_init(&whole, 1 << 20);
	for (size_t i = 0; i < COUNT(commands); i++) {
		size_t n = strlen(commands[i]);
		int r = ROOST_ERR_NO_MEMORY;

		assert_int_equal(parse(commands[i], n, 1 << 20, &whole), 0);
		for (size_t memory = 0; r == ROOST_ERR_NO_MEMORY; memory += 16) {
			r = parse(commands[i], n, memory, &dump);
			assert_true(memory < 1 << 16);
		}
		assert_int_equal(r, 0);
		assert_int_equal(dump.size, whole.size);
		assert_memory_equal(dump.data, whole.data, whole.size);
	}
	buf_free(&dump);
	buf_free(&whole);
}

static void errors_need_no_memory(void **state)
{
	struct buf dump;

	(void)state;
	buf_init(&dump, 1 << 20);
	assert_int_equal(parse("a FOO", 5, 0, &dump), ROOST_ERR_INVALID);
	assert_int_equal(dump.size, strlen("a ! Syntax error"));
	assert_int_equal(parse("a SELECT", 8, 0, &dump), ROOST_ERR_INVALID);
	assert_int_equal(dump.size, strlen("a ! Syntax error"));
	buf_free(&dump);
}

/* Long and dull commands that a careless reader would take quadratic time for. */
static void large(void **state)
{
	static const struct {
		const char *first, *more, *last;
	} table[] = {
		{ "a SEARCH ", "1,", "1" },
		{ "a SEARCH 1", " ", "" },
		{ "a SEARCH 1", " ", "x" },
		{ "a STORE 1 FLAGS (", "a ", "a)" },
		{ "a STORE 1 FLAGS ", "\\Seen ", "" },
		{ "a ENABLE", " x", "" },
		{ "a LOGIN \"", "\\\\", "\" x" },
		{ "a SELECT \"", "&AOk-x", "\"" },
		{ "a FETCH 1 (FLAGS", " FLAGS", ")" },
		{ "a NOOP", " ", "" },
		{ "", "a", " NOOP" },
		{ "a ", "x", "" },
		{ "a APPEND ", "x", " {1}\r\nm" },
		{ "a APPEND x {1}\r\nm", " ", "" },
		{ "a LIST \"\" ", "%*", "" },
	};
	struct buf buf, dump;

	(void)state;
	buf_init(&buf, 1 << 22);
	buf_init(&dump, 1 << 23);
	for (size_t i = 0; i < COUNT(table); i++) {
		buf_reset(&buf);
		buf_string(&buf, table[i].first);
		while (buf.size < 1 << 20) {
			buf_string(&buf, table[i].more);
		}
		buf_string(&buf, table[i].last);
		(void)parse(buf.data, buf.size, 1 << 26, &dump);
		assert_true(dump.size > 0);
	}
	buf_free(&buf);
	buf_free(&dump);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes),
		cmocka_unit_test(mutations),
		cmocka_unit_test(too_little_memory),
		cmocka_unit_test(errors_need_no_memory),
		cmocka_unit_test(large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

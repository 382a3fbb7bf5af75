/* test_input.c - commands are gathered the same however their bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

#include "session/input.h"

#define LIMIT 60

/* What an input made of its bytes, as text: a line each. */
struct story {
	char text[4096];
	size_t size;
};

__attribute__((format(printf, 2, 3))) static void tell(struct story *story, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int n = vsnprintf(
		story->text + story->size, sizeof(story->text) - story->size, format, arguments);
	va_end(arguments);
	assert_true(n >= 0 && story->size + (size_t)n < sizeof(story->text));
	story->size += (size_t)n;
}

static void tell_command(struct story *story, const struct input *input)
{
	struct command_input command = input_command(input);

	tell(story, "%s[", input->refused ? "refused" : "command");
	for (size_t i = 0; i < command.size; i++) {
		tell(story, command.bytes[i] == '\r' || command.bytes[i] == '\n' ? "." : "%c",
			command.bytes[i]);
	}
	tell(story, "]");
	for (size_t i = 0; i < command.literal_count; i++) {
		struct roost_content *content = command.literals[i].content;
		if (content == NULL) {
			tell(story, " inline");
			continue;
		}
		char octets[256] = "";
		assert_int_equal(
			roost_content_read(content, 0, octets, sizeof(octets) - 1), content->size);
		tell(story, " spooled(%s)", octets);
	}
	tell(story, "\n");
}

/* Literals of 5 octets are kept, of 9 refused, others spooled. */
static void take_literal(struct story *story, struct input *input)
{
	tell(story, "literal %llu%s\n", (unsigned long long)input->literal_size,
		input->literal_waits ? "" : "+");
	if (input->literal_size == 5 || input->literal_size == 0) {
		assert_int_equal(input_keep_literal(input), 0);
	} else if (input->literal_size == 9) {
		input_refuse_literal(input);
	} else {
		assert_int_equal(input_spool_literal(input, 8), 0);
	}
}

static void run(struct story *story, const char *bytes, size_t n, size_t step)
{
	struct input input;

	story->size = 0;
	story->text[0] = '\0';
	input_init(&input, LIMIT);
	for (size_t at = 0; at < n;) {
		size_t length = n - at < step ? n - at : step;
		size_t used;
		enum input_event event = input_take(&input, bytes + at, length, &used);
		at += used;
		if (event == INPUT_LINE) {
			tell_command(story, &input);
			input_reset(&input);
		} else if (event == INPUT_LITERAL) {
			take_literal(story, &input);
		} else if (event == INPUT_TOO_LONG) {
			tell(story, "too long\n");
			break;
		} else if (event == INPUT_NOT_SPOOLED) {
			tell(story, "not spooled\n");
			input_refuse_literal(&input);
		} else {
			assert_int_equal(event, INPUT_MORE);
			assert_int_equal(used, length);
		}
		input_trim(&input); /* may come at any time, and does no harm */
	}
	input_free(&input);
}

static const struct {
	const char *bytes;
	const char *story;
} rows[] = {
	{ "a NOOP\r\nb NOOP\r\n", "command[a NOOP]\ncommand[b NOOP]\n" },
	{ "a NOOP\nb\r\r\n\r\n", "command[a NOOP]\ncommand[b.]\ncommand[]\n" },
	{ "a X {5}\r\n12345 Y\r\n", "literal 5\ncommand[a X {5}..12345 Y] inline\n" },
	{ "a X {5+}\r\n1\r\n45 {7}\r\nabcdefg\r\n",
		"literal 5+\nliteral 7\ncommand[a X {5+}..1..45 {7}..] inline spooled(abcdefg)\n" },
	{ "a {12+}\r\nabcdefghijkl\r\n",
		"literal 12+\ncommand[a {12+}..] spooled(abcdefghijkl)\n" },
	{ "a {0}\r\n\r\n", "literal 0\ncommand[a {0}..] inline\n" },
	{ "a {9+}\r\nnine nine rest {5+}\r\n12345\r\nb\r\n",
		"literal 9+\nrefused[]\ncommand[b]\n" },
	{ "a {9+}\r\nnine nine rest {5}\r\nb\r\n", "literal 9+\nrefused[ rest {5}]\ncommand[b]\n" },
	{ "a {5+}\r\n{{5}}\r\nb\r\n", "literal 5+\ncommand[a {5+}..{{5}}] inline\ncommand[b]\n" },
	{ "a {5+}\r\n1234\r\nb\r\n", "literal 5+\ncommand[a {5+}..1234.] inline\ncommand[b]\n" },
	{ "a \"{5}\"\r\n", "command[a \"{5}\"]\n" },
	{ "{}\r\n{+}\r\nx}\r\n{5\r\n", "command[{}]\ncommand[{+}]\ncommand[x}]\ncommand[{5]\n" },
	{ "{99999999999999999999999}\r\n", "literal 18446744073709551615\n" },
	{ "0123456789012345678901234567890123456789012345678901234567890\r\n", "too long\n" },
	{ "01234567890123456789012345678901234567890123456789012 {5}\r\n12345 01234\r\n",
		"literal 5\ntoo long\n" },
};

static void test_stories(void **state)
{
	static struct story story;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].bytes);
		for (size_t step = 1; step <= n; step++) {
			run(&story, rows[i].bytes, n, step);
			assert_string_equal(story.text, rows[i].story);
		}
	}
}

/* A message that fits nowhere is passed over, and the next command is understood. */
static void test_no_room_to_spool(void **state)
{
	static const char bytes[] =
		"a {12+}\r\nabcdefghijkl rest {5+}\r\n12345\r\nb {7}\r\nabcdefg\r\n";
	static struct story story;

	(void)state;
	assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
	for (size_t step = 1; step < sizeof(bytes); step++) {
		run(&story, bytes, sizeof(bytes) - 1, step);
		assert_string_equal(story.text, "literal 12+\nnot spooled\nrefused[]\n"
						"literal 7\ncommand[b {7}..] spooled(abcdefg)\n");
	}
	assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void test_too_many_literals(void **state)
{
	struct input input;
	size_t used;
	int count = 0;

	(void)state;
	input_init(&input, 100000);
	while (input_take(&input, "{0}\r\n", 5, &used) == INPUT_LITERAL) {
		assert_int_equal(input_keep_literal(&input), 0);
		count++;
	}
	assert_int_equal(count, INPUT_MAX_LITERALS);
	input_free(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),
		cmocka_unit_test(test_no_room_to_spool),
		cmocka_unit_test(test_too_many_literals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

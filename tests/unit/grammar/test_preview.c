/* test_preview.c - what can be said of a command before all of it is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "grammar/command.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void previews(void **state)
{
	static const struct {
		const char *bytes;
		const char *tag; /* NULL: unreadable */
		bool is_append_message;
	} table[] = {
		{ "a APPEND x {5}", "a", true },
		{ "a append x {5+}", "a", true },
		{ "a APPEND x {5}\r\n", "a", true },
		{ "a APPEND \"x y\" {5}", "a", true },
		{ "a APPEND \"x \\\" {6} y\" (\\Seen) {5}", "a", true },
		{ "a APPEND x (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {5}", "a", true },
		{ "a APPEND {1}\r\nx {5}", "a", true },
		{ "a APPEND {3+}\r\n{5} {5}", "a", true },
		{ "a APPEND {0}\r\n {5}", "a", true },
		{ "a APPEND {5}", "a", false },
		{ "a APPEND {5}\r\n", "a", false },
		{ "a APPEND {5}\r\nab {5}", "a", false },
		{ "a APPEND {4}\r\n {5}", "a", false },
		{ "a APPEND {0}\r\n", "a", false },
		{ "a APPEND x{5}", "a", false },
		{ "a APPEND \"x\"{5}", "a", false },
		{ "a APPEND x {}", "a", false },
		{ "a APPEND x 5}", "a", false },
		{ "a APPEND x {5-}", "a", false },
		{ "a APPEND x {+}", "a", false },
		{ "a APPEND x +}", "a", false },
		{ "a APPEND x }", "a", false },
		{ "a APPEND x (\\Seen)", "a", false },
		{ "a APPEND x ", "a", false },
		{ "a APPEND x", "a", false },
		{ "a APPEND ", "a", false },
		{ "a APPEND", "a", false },
		{ "a APPEND  x {5}", "a", true },
		{ "a APPEND \"x {5}", "a", false },
		{ "a APPEND \"x\\", "a", false },
		{ "a APPENDX x {5}", "a", false },
		{ "a UID APPEND x {5}", "a", false },
		{ "a REPLACE 4 x {5}", "a", true },
		{ "a uid replace 4 x (\\Seen) {5}", "a", true },
		{ "a REPLACE * \"x y\" {5}", "a", true },
		{ "a REPLACE 4 {1}\r\nx {5}", "a", true },
		{ "a REPLACE 4 {5}", "a", false },
		{ "a REPLACE x {5}", "a", false },
		{ "a REPLACE 4", "a", false },
		{ "a REPLACE {5}", "a", false },
		{ "a REPLACE 1:2 x {5}", "a", false },
		{ "a UID REPLACE", "a", false },
		{ "a UID UID REPLACE 4 x {5}", "a", false },
		{ "a LOGIN x {5}", "a", false },
		{ "a LOGIN {5}\r\nanna {5}", "a", false },
		{ "abc", "abc", false },
		{ "abc ", "abc", false },
		{ " a APPEND x {5}", NULL, false },
		{ "+ APPEND x {5}", NULL, false },
		{ "{5}", NULL, false },
		{ "", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t n = strlen(table[i].bytes);
		char *exact = malloc(n > 0 ? n : 1);
		struct command_literal literals[2] = { { NULL }, { NULL } };
		struct command_input input = { exact, n, literals, 2, false };
		struct command_preview preview;

		memcpy(exact, table[i].bytes, n);
		command_preview(&input, &preview);
		assert_true(text_equal(preview.tag, text_from(table[i].tag)));
		assert_int_equal(preview.tag.bytes == NULL, table[i].tag == NULL);
		if (preview.is_append_message != table[i].is_append_message) {
			fail_msg("%s", table[i].bytes);
		}
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(previews),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_astring.c - strings as they are written, and that they are read as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "grammar/astring.h"
#include "grammar/command.h"
#include "grammar/lexer.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void written(void **state)
{
	static const struct {
		struct roost_text text;
		struct roost_text string, astring;
	} table[] = {
		{ { "", 0 }, { "\"\"", 2 }, { "\"\"", 2 } },
		{ { NULL, 0 }, { "\"\"", 2 }, { "\"\"", 2 } },
		{ { "a", 1 }, { "\"a\"", 3 }, { "a", 1 } },
		{ { "a b", 3 }, { "\"a b\"", 5 }, { "\"a b\"", 5 } },
		{ { "a]", 2 }, { "\"a]\"", 4 }, { "a]", 2 } },
		{ { "nIl", 3 }, { "\"nIl\"", 5 }, { "\"nIl\"", 5 } },
		{ { "a*", 2 }, { "\"a*\"", 4 }, { "\"a*\"", 4 } },
		{ { "\t\x7f", 2 }, { "\"\t\x7f\"", 4 }, { "\"\t\x7f\"", 4 } },
		{ { "\"", 1 }, { "\"\\\"\"", 4 }, { "\"\\\"\"", 4 } },
		{ { "a\\\"b", 4 }, { "\"a\\\\\\\"b\"", 8 }, { "\"a\\\\\\\"b\"", 8 } },
		{ { "\r\n", 2 }, { "{2}\r\n\r\n", 7 }, { "{2}\r\n\r\n", 7 } },
		{ { "\xc3\xa9", 2 }, { "{2}\r\n\xc3\xa9", 7 }, { "{2}\r\n\xc3\xa9", 7 } },
		{ { "a\0b", 3 }, { "{2}\r\nab", 7 }, { "{2}\r\nab", 7 } },
		{ { "\0", 1 }, { "{0}\r\n", 5 }, { "{0}\r\n", 5 } },
	};
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	for (size_t i = 0; i < COUNT(table); i++) {
		buf_reset(&buf);
		string_write(&buf, table[i].text);
		assert_int_equal(buf.size, table[i].string.size);
		assert_memory_equal(buf.data, table[i].string.bytes, buf.size);
		buf_reset(&buf);
		astring_write(&buf, table[i].text);
		assert_int_equal(buf.size, table[i].astring.size);
		assert_memory_equal(buf.data, table[i].astring.bytes, buf.size);
	}
	buf_free(&buf);
}

static void every_byte_comes_back(void **state)
{
	struct buf buf;
	struct arena arena;

	(void)state;
	buf_init(&buf, 1000);
	arena_init(&arena, 1 << 20);
	for (unsigned c = 1; c < 256; c++) {
		char bytes[3] = { 'x', (char)c, 'y' };
		struct command_literal literal = { NULL };
		struct command_input input;
		struct roost_text text;
		struct lexer lexer;

		buf_reset(&buf);
		astring_write(&buf, (struct roost_text) { bytes, 3 });
		input = (struct command_input) { buf.data, buf.size, &literal, 1, false };
		lexer_init(&lexer, &arena, &input);
		assert_true(lexer_astring(&lexer, "a string", &text));
		assert_true(lexer_end(&lexer));
		assert_true(text_equal(text, (struct roost_text) { bytes, 3 }));
	}
	arena_reset(&arena);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written),
		cmocka_unit_test(every_byte_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

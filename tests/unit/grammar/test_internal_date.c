/* test_internal_date.c - dates of APPEND, FETCH and SEARCH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "grammar/command.h"
#include "grammar/internal_date.h"
#include "grammar/lexer.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct lexer lexer_over(struct arena *arena, const char *text)
{
	struct command_input input = { text, strlen(text), NULL, 0, false };
	struct lexer lexer;

	lexer_init(&lexer, arena, &input);
	return lexer;
}

static void date_times(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t seconds;
		int32_t zone;
	} table[] = {
		{ "\"17-Jul-1996 02:44:25 -0700\"", true, 837596665, -420 },
		{ "\"01-Jan-1970 00:00:00 +0000\"", true, 0, 0 },
		{ "\" 1-jan-1970 00:00:00 -0000\"", true, 0, 0 },
		{ "\"1-JAN-1970 01:00:00 +0100\"", true, 0, 60 },
		{ "\"31-Dec-1969 23:59:59 +0000\"", true, -1, 0 },
		{ "\"29-Feb-2024 00:00:00 +0000\"", true, 1709164800, 0 },
		{ "\"31-Dec-2016 23:59:60 +0000\"", true, 1483228800, 0 },
		{ "\"01-Jan-1970 14:00:00 +1400\"", true, 0, 840 },
		{ "\"29-Feb-2023 00:00:00 +0000\"", false, 0, 0 },
		{ "\"31-Apr-2024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"00-Jan-2024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"32-Jan-2024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"01-Foo-2024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"01-Jan-24 00:00:00 +0000\"", false, 0, 0 },
		{ "\"01-Jan-02024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"01-Jan-2024 24:00:00 +0000\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:60:00 +0000\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:61 +0000\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00 +1401\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00 -1500\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00 +0060\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00 0000\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00 GMT\"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00 +0000 \"", false, 0, 0 },
		{ "\"01-Jan-2024 00:00:00\"", false, 0, 0 },
		{ "\"01-Jan-2024  0:00:00 +0000\"", false, 0, 0 },
		{ "\"  1-Jan-2024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"Mon, 01 Jan 2024 00:00:00 +0000\"", false, 0, 0 },
		{ "\"01-Ja\"", false, 0, 0 },
		{ "\"01-Jan-20", false, 0, 0 },
		{ "\"\"", false, 0, 0 },
		{ "17-Jul-1996", false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct roost_time time = { 77, 77 };
		struct arena arena;
		struct lexer lexer;

		arena_init(&arena, 1 << 16);
		lexer = lexer_over(&arena, table[i].text);
		if (internal_date_parse(&lexer, &time) != table[i].valid) {
			fail_msg("%s", table[i].text);
		}
		if (table[i].valid) {
			assert_int_equal(time.seconds, table[i].seconds);
			assert_int_equal(time.zone, table[i].zone);
			assert_ptr_equal(lexer.at, lexer.end);
		} else {
			assert_int_equal(time.seconds, 77);
			assert_non_null(lexer.error);
		}
		arena_reset(&arena);
	}
}

static void days(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t day;
	} table[] = {
		{ "1-Jan-1970", true, 0 },
		{ "01-JAN-1970", true, 0 },
		{ "\"2-jan-1970\"", true, 1 },
		{ "31-Dec-1969", true, -1 },
		{ "29-Feb-2000", true, 11016 },
		{ "29-Feb-1900", false, 0 },
		{ "1-Jan-70", false, 0 },
		{ "001-Jan-1970", false, 0 },
		{ "1-Jan-1970x", false, 0 },
		{ "\"1-Jan-1970 \"", false, 0 },
		{ "\" 1-Jan-1970\"", false, 0 },
		{ "\"1-Jan-1970", false, 0 },
		{ "1-1-1970", false, 0 },
		{ "1970-01-01", false, 0 },
		{ "-1-Jan-1970", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct arena arena;
		struct lexer lexer;
		int64_t day = 77;

		arena_init(&arena, 1 << 16);
		lexer = lexer_over(&arena, table[i].text);
		if (internal_date_parse_day(&lexer, &day) != table[i].valid) {
			fail_msg("%s", table[i].text);
		}
		assert_int_equal(day, table[i].valid ? table[i].day : 77);
		arena_reset(&arena);
	}
}

static void written(void **state)
{
	static const struct {
		struct roost_time time;
		const char *text;
	} table[] = {
		{ { 837596665, -420 }, "\"17-Jul-1996 02:44:25 -0700\"" },
		{ { 0, 0 }, "\"01-Jan-1970 00:00:00 +0000\"" },
		{ { 0, 345 }, "\"01-Jan-1970 05:45:00 +0545\"" },
		{ { -1, -1 }, "\"31-Dec-1969 23:58:59 -0001\"" },
		{ { 253402300799, 0 }, "\"31-Dec-9999 23:59:59 +0000\"" },
		{ { INT64_MAX, 0 }, "\"31-Dec-9999 23:59:59 +0000\"" },
		{ { INT64_MIN, 0 }, "\"01-Jan-0000 00:00:00 +0000\"" },
		{ { 0, INT32_MAX }, "\"05-Jan-1970 03:59:00 +9959\"" },
		{ { 0, INT32_MIN }, "\"27-Dec-1969 20:01:00 -9959\"" },
		{ { INT64_MAX, INT32_MAX }, "\"05-Jan-9999 03:58:59 +9959\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct buf buf;

		buf_init(&buf, 100);
		internal_date_write(&buf, table[i].time);
		buf_char(&buf, '\0');
		assert_string_equal(buf.data, table[i].text);
		buf_free(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(date_times),
		cmocka_unit_test(days),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

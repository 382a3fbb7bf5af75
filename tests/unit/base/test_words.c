/* test_words.c - text, UTF-8, dates and flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <roost/error.h>
#include <roost/flags.h>
#include <roost/util.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/logfmt.h"
#include "base/text.h"
#include "base/utf8.h"

static void test_text(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool is_number;
		uint64_t number;
	} rows[] = {
		{ "0", 10, true, 0 },
		{ "10", 10, true, 10 },
		{ "11", 10, false, 0 },
		{ "7", 5, false, 0 },
		{ "007", 10, true, 7 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "", 10, false, 0 },
		{ "1a", 100, false, 0 },
		{ "-1", 100, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t number = 0;
		assert_int_equal(text_number(text_from(rows[i].text), rows[i].max, &number),
			rows[i].is_number);
		assert_true(number == rows[i].number);
	}
	assert_true(text_equal(text_trim(TEXT(" \t\r\nx y\n")), TEXT("x y")));
	assert_true(text_equal(text_trim(TEXT("  ")), TEXT("")));
	assert_true(text_equal_nocase(TEXT("InBox"), TEXT("INBOX")));
	assert_false(text_equal_nocase(TEXT("InBo"), TEXT("INBOX")));
	assert_true(text_starts_nocase(TEXT("Re: x"), TEXT("RE:")));
	assert_false(text_starts_nocase(TEXT("R"), TEXT("RE:")));
}

static void test_utf8(void **state)
{
	static const struct {
		const char *bytes;
		bool valid;
	} rows[] = {
		{ "", true },
		{ "plain", true },
		{ "\xc3\xa9", true },
		{ "\xe2\x82\xac", true },
		{ "\xf0\x9f\x90\x93", true },
		{ "\xf4\x8f\xbf\xbf", true },
		{ "\xf4\x90\x80\x80", false }, /* above U+10FFFF */
		{ "\xc0\x80", false }, /* overlong */
		{ "\xe0\x80\x80", false },
		{ "\xf0\x80\x80\x80", false },
		{ "\xed\xa0\x80", false }, /* a surrogate */
		{ "\xc3", false },
		{ "\xe2\x82", false },
		{ "\x80", false },
		{ "\xff", false },
		{ "\xc3\x28", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			utf8_is_valid(rows[i].bytes, strlen(rows[i].bytes)), rows[i].valid);
	}
	for (uint32_t c = 0; c < 0x110100; c++) {
		char bytes[4];
		uint32_t back = 0;
		size_t n = utf8_encode(c, bytes);
		bool is_character = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		assert_int_equal(n > 0, is_character);
		if (n > 0) {
			assert_int_equal(utf8_decode(bytes, n, &back), n);
			assert_int_equal(back, c);
		}
	}
}

/* The C library's calendar says the same, over 800 years. */
static void test_date(void **state)
{
	(void)state;
	for (int64_t day = -150000; day < 150000; day += 7) {
		time_t seconds = (time_t)(day * 86400 + 3723);
		struct tm tm;
		struct date_parts parts;
		assert_non_null(gmtime_r(&seconds, &tm));
		date_parts_of((struct roost_time) { seconds, 0 }, &parts);
		assert_int_equal(parts.year, tm.tm_year + 1900);
		assert_int_equal(parts.month, tm.tm_mon + 1);
		assert_int_equal(parts.day, tm.tm_mday);
		assert_int_equal(parts.weekday, tm.tm_wday);
		assert_int_equal(parts.hour, 1);
		assert_int_equal(parts.minute, 2);
		assert_int_equal(parts.second, 3);
		assert_int_equal(date_to_days(parts.year, parts.month, parts.day), day);
		assert_true(date_is_valid(parts.year, parts.month, parts.day));
	}
	struct roost_time evening = date_time(1996, 7, 17, 22, 44, 25, -420);
	assert_int_equal(evening.seconds, 837668665);
	assert_int_equal(date_day_of(evening), date_to_days(1996, 7, 17));
	assert_false(date_is_valid(1900, 2, 29));
	assert_true(date_is_valid(2000, 2, 29));
	assert_false(date_is_valid(2001, 4, 31));
	assert_false(date_is_valid(2001, 13, 1));
	assert_false(date_is_valid(2001, 0, 1));
	assert_int_equal(date_month_from_name("fEb"), 2);
	assert_int_equal(date_month_from_name("Fex"), 0);
	assert_string_equal(date_month_name(12), "Dec");
}

static void test_flag_words(void **state)
{
	(void)state;
	assert_int_equal(roost_flag_from_name("\\sEEN", 5), ROOST_FLAG_SEEN);
	assert_int_equal(roost_flag_from_name("\\Recent", 7), 0);
	assert_string_equal(roost_flag_name(ROOST_FLAG_DRAFT), "\\Draft");
	assert_true(roost_keyword_is_valid("$Forwarded", 10));
	assert_false(roost_keyword_is_valid("", 0));
	assert_false(roost_keyword_is_valid("a b", 3));
	assert_false(roost_keyword_is_valid("\\x", 2));
	assert_false(roost_keyword_is_valid("a]", 2));
	assert_false(roost_keyword_is_valid("\xc3\xa9", 2));
}

static void test_update_flags(void **state)
{
	static const char *const old[] = { "Work", "$Junk" };
	static const char *const given[] = { "WORK", "New" };
	static const struct {
		enum roost_flags_mode mode;
		unsigned system;
		size_t count;
		const char *keywords[3];
	} rows[] = {
		{ ROOST_FLAGS_SET, ROOST_FLAG_DELETED, 2, { "Work", "New" } },
		{ ROOST_FLAGS_ADD, ROOST_FLAG_DELETED | ROOST_FLAG_SEEN, 3,
			{ "Work", "$Junk", "New" } },
		{ ROOST_FLAGS_REMOVE, ROOST_FLAG_SEEN, 1, { "$Junk" } },
	};
	struct roost_flags flags = { ROOST_FLAG_SEEN, 2, old };
	struct roost_call *call;

	(void)state;
	assert_int_equal(roost_call_create(&call, 0), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct roost_flags_change change = { .size = sizeof(change),
			.mode = rows[i].mode,
			.flags = { ROOST_FLAG_DELETED, 2, given } };
		struct roost_flags result;
		assert_int_equal(roost_util_update_flags(call, &flags, &change, &result), 0);
		assert_int_equal(result.system, rows[i].system);
		assert_int_equal(result.keyword_count, rows[i].count);
		for (size_t k = 0; k < rows[i].count; k++) {
			assert_string_equal(result.keywords[k], rows[i].keywords[k]);
		}
	}
	roost_call_destroy(call);
}

__attribute__((sentinel)) static void check_line(const char *expected, ...)
{
	struct buf buf;
	va_list pairs;

	buf_init(&buf, LOGFMT_MAX);
	va_start(pairs, expected);
	logfmt_add_pairs(&buf, pairs);
	va_end(pairs);
	assert_string_equal(logfmt_line(&buf), expected);
	buf_free(&buf);
}

#define X32 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG X32 X32 X32 X32 X32 X32 X32 X32

static void test_logfmt(void **state)
{
	static char long_text[LOGFMT_MAX + 1];

	(void)state;
	check_line("event=x user=anna", "event", "x", "user", "anna", NULL);
	check_line("a=\"two words\" b=\"\" c=\"q\\\"\\\\\"", "a", "two words", "b", "", "c",
		"q\"\\", NULL);
	check_line("a=\"x??y=\"", "a", "x\r\ny=", NULL); /* a line stays a line */
	memset(long_text, 'x', LOGFMT_MAX);
	check_line("name=" LONG " error=x", "name", long_text, "error", "x", NULL);
	const char *t = long_text;
	check_line("event=log-line-lost", "a", t, "b", t, "c", t, "d", t, "e", t, "f", t, "g", t,
		"h", t, NULL);
}

/* At every place and of every length, with bytes beside those that are looked for. */
static void test_runs(void **state)
{
	static const char stops[] = "=\r\n";
	char bytes[80];
	(void)state;
	for (size_t n = 0; n < 52; n++) {
		for (size_t at = 0; at <= n; at++) {
			for (size_t start = 0; start < 16; start++) {
				for (size_t k = 0; k < 3; k++) {
					memset(bytes, "<\f\v"[k], sizeof(bytes));
					bytes[start + at] = stops[k];
					assert_int_equal(ascii_until(bytes + start, n, stops), at);
				}
				memset(bytes, '\x7f', sizeof(bytes));
				bytes[start + at] = '\x80';
				assert_int_equal(ascii_run(bytes + start, n), at);
			}
		}
	}
	memset(bytes, '\x8d', sizeof(bytes)); /* CR but for the top bit */
	assert_int_equal(ascii_until(bytes, sizeof(bytes), stops), sizeof(bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_flag_words),
		cmocka_unit_test(test_update_flags),
		cmocka_unit_test(test_logfmt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

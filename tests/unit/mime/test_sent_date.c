/* test_sent_date.c - Date fields, good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "mime/sent_date.h"

#define NONE -99999

static const struct {
	const char *value;
	int year;
	unsigned month, day, hour, minute, second;
	int zone;
} table[] = {
	{ "Mon, 7 Feb 1994 21:52:25 -0800 (PST)", 1994, 2, 7, 21, 52, 25, -480 },
	{ "7 Feb 1994 21:52:25 -0800", 1994, 2, 7, 21, 52, 25, -480 },
	{ "7 Feb 1994 21:52 +0530", 1994, 2, 7, 21, 52, 0, 330 },
	{ "Mon,7 Feb 1994 21:52:25 +0000", 1994, 2, 7, 21, 52, 25, 0 },
	{ "Mon, 07 FEB 1994 01:02:03 GMT", 1994, 2, 7, 1, 2, 3, 0 },
	{ "Mon, 07 February 1994 01:02:03 EST", 1994, 2, 7, 1, 2, 3, -300 },
	{ "07 Feb 1994 01:02:03 EDT", 1994, 2, 7, 1, 2, 3, -240 },
	{ "07 Feb 1994 01:02:03 cst", 1994, 2, 7, 1, 2, 3, -360 },
	{ "07 Feb 1994 01:02:03 PDT", 1994, 2, 7, 1, 2, 3, -420 },
	{ "07 Feb 1994 01:02:03 Z", 1994, 2, 7, 1, 2, 3, 0 },
	{ "07 Feb 1994 01:02:03 A", 1994, 2, 7, 1, 2, 3, 0 },
	{ "07 Feb 1994 01:02:03 CEST", 1994, 2, 7, 1, 2, 3, 0 },
	/* RFC 5322 section 4.3. */
	{ "7 Feb 94 01:02:03 +0100", 1994, 2, 7, 1, 2, 3, 60 },
	{ "7 Feb 04 01:02:03 +0100", 2004, 2, 7, 1, 2, 3, 60 },
	{ "7 Feb 49 01:02:03 +0100", 2049, 2, 7, 1, 2, 3, 60 },
	{ "7 Feb 50 01:02:03 +0100", 1950, 2, 7, 1, 2, 3, 60 },
	{ "7 Feb 104 01:02:03 +0100", 2004, 2, 7, 1, 2, 3, 60 },
	{ "Mon (a (nested) comment), 7 (x) Feb (y) 1994 (z) 1:02 (w) -0000", 1994, 2, 7, 1, 2, 0,
		0 },
	/* Not RFC 5322 at all. */
	{ "Mon Feb  7 21:52:25 1994", 1994, 2, 7, 21, 52, 25, 0 },
	{ "Mon Feb  7 21:52:25 EST 1994", 1994, 2, 7, 21, 52, 25, -300 },
	{ "Monday, 07-Feb-94 21:52:25 GMT", 1994, 2, 7, 21, 52, 25, 0 },
	{ "07-Feb-1994 21:52:25 +0100", 1994, 2, 7, 21, 52, 25, 60 },
	{ "Mon, 7 Feb 1994 09:52:25 PM +0100", 1994, 2, 7, 21, 52, 25, 60 },
	{ "Mon, 7 Feb 1994 12:52:25 AM", 1994, 2, 7, 0, 52, 25, 0 },
	{ "7 Feb 1994", 1994, 2, 7, 0, 0, 0, 0 },
	{ "7 Feb 1994 25:61:00 +0100", 1994, 2, 7, 0, 0, 0, 60 },
	{ "7 Feb 1994 21:52:25.123 +0100", 1994, 2, 7, 21, 52, 25, 60 },
	{ "7 Feb 1994 21:52:25 +01:00", 1994, 2, 7, 21, 52, 25, 60 },
	{ "7 Feb 1994 21:52:25 +01", 1994, 2, 7, 21, 52, 25, 60 },
	{ "7 Feb 1994 21:52:25 +9999", 1994, 2, 7, 21, 52, 25, 0 },
	{ "7 Feb 1994 23:59:60 +0000", 1994, 2, 7, 23, 59, 60, 0 },
	{ "29 Feb 2004 00:00:00 +0000", 2004, 2, 29, 0, 0, 0, 0 },
	{ "", NONE, 0, 0, 0, 0, 0, 0 },
	{ "yesterday", NONE, 0, 0, 0, 0, 0, 0 },
	{ "30 Feb 2004 00:00:00 +0000", NONE, 0, 0, 0, 0, 0, 0 },
	{ "0 Feb 2004 00:00:00 +0000", NONE, 0, 0, 0, 0, 0, 0 },
	{ "7 Foo 2004 00:00:00 +0000", NONE, 0, 0, 0, 0, 0, 0 },
	{ "7 Feb 99999 00:00:00 +0000", NONE, 0, 0, 0, 0, 0, 0 },
	{ "7 Feb 0000 00:00:00 +0000", NONE, 0, 0, 0, 0, 0, 0 },
	{ "99999999999999999999 Feb 2004", NONE, 0, 0, 0, 0, 0, 0 },
	{ "(7 Feb 1994 21:52:25 +0100", NONE, 0, 0, 0, 0, 0, 0 },
	{ "\xff\xfe(\\", NONE, 0, 0, 0, 0, 0, 0 },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct roost_time time = { 1, 1 };
		size_t n = strlen(table[i].value);
		char *exact = malloc(n > 0 ? n : 1);
		memcpy(exact, table[i].value, n);
		bool read = sent_date_parse((struct roost_text) { exact, n }, &time);
		free(exact);
		if (read != (table[i].year != NONE)) {
			print_error("value: %s\n", table[i].value);
		}
		assert_int_equal(read, table[i].year != NONE);
		if (!read) {
			continue;
		}
		struct roost_time expected = date_time(table[i].year, table[i].month, table[i].day,
			table[i].hour, table[i].minute, table[i].second, table[i].zone);
		if (time.seconds != expected.seconds || time.zone != expected.zone) {
			print_error("value: %s\n", table[i].value);
		}
		assert_int_equal(time.seconds, expected.seconds);
		assert_int_equal(time.zone, expected.zone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_table) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

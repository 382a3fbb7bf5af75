/* test_search_key.c - every key of SEARCH, and how deep and how many they may be. */
#include "expect.h"

#include <roost/limits.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void keys(void **state)
{
	static const struct expectation table[] = {
		{ "ALL", "(all)" },
		{ "all", "(all)" },
		{ "ANSWERED", "(flag \\Answered)" },
		{ "BCC x", "(header |Bcc| |x|)" },
		{ "BEFORE 1-Feb-1994", "(before 1994-2-1)" },
		{ "BODY \"a b\"", "(body |a b|)" },
		{ "CC {3}\r\na\rb", "(header |Cc| |a\rb|)" },
		{ "DELETED", "(flag \\Deleted)" },
		{ "DRAFT", "(flag \\Draft)" },
		{ "FLAGGED", "(flag \\Flagged)" },
		{ "FROM \"\"", "(header |From| ||)" },
		{ "HEADER X-Y z", "(header |X-Y| |z|)" },
		{ "HEADER \"Message-ID\" {0}\r\n", "(header |Message-ID| ||)" },
		{ "KEYWORD $Junk", "(keyword |$Junk|)" },
		{ "LARGER 0", "(larger 0)" },
		{ "LARGER 18446744073709551615", "(larger 18446744073709551615)" },
		{ "NEW", "(and (recent) (not (flag \\Seen)))" },
		{ "NOT NOT SEEN", "(not (not (flag \\Seen)))" },
		{ "OLD", "(not (recent))" },
		{ "ON \"29-feb-2024\"", "(on 2024-2-29)" },
		{ "MODSEQ 620162338", "(modseq 620162338)" },
		{ "MODSEQ \"/flags/\\\\draft\" all 620162338", "(modseq 620162338)" },
		{ "modseq \"/flags/$x\" PRIV 0", "(modseq 0)" },
		{ "OLDER 259200", "(older 259200)" },
		{ "younger 4294967295", "(younger 4294967295)" },
		{ "SAVEDBEFORE 1-Jan-2020", "(savedbefore 2020-1-1)" },
		{ "SAVEDON 1-Jan-2020", "(savedon 2020-1-1)" },
		{ "SAVEDSINCE 1-Jan-2020", "(savedsince 2020-1-1)" },
		{ "SAVEDATESUPPORTED", "(all)" },
		{ "EMAILID M6d99ac3275bb4e", "(emailid |M6d99ac3275bb4e|)" },
		{ "THREADID T64b478a75b7ea9", "(threadid |T64b478a75b7ea9|)" },
		{ "$", "(sequence $)" },
		{ "UID $", "(uid $)" },
		{ "OR $ 1,3000:3021", "(or (sequence $) (sequence 1,3000:3021))" },
		{ "OR SEEN NOT DRAFT", "(or (flag \\Seen) (not (flag \\Draft)))" },
		{ "OR OR 1 2 3", "(or (or (sequence 1) (sequence 2)) (sequence 3))" },
		{ "RECENT", "(recent)" },
		{ "SEEN", "(flag \\Seen)" },
		{ "SENTBEFORE 01-JAN-1970", "(sentbefore 1970-1-1)" },
		{ "SENTON 1-Jan-1970", "(senton 1970-1-1)" },
		{ "SENTSINCE 1-Jan-1970", "(sentsince 1970-1-1)" },
		{ "SINCE 31-Dec-9999", "(since 9999-12-31)" },
		{ "SMALLER 4294967295", "(smaller 4294967295)" },
		{ "SUBJECT \xc3\xa9", "(header |Subject| |\xc3\xa9|)" },
		{ "TEXT x]", "(text |x]|)" },
		{ "TO x", "(header |To| |x|)" },
		{ "UID 1:*,5", "(uid 1:*,5)" },
		{ "UNANSWERED", "(not (flag \\Answered))" },
		{ "UNDELETED", "(not (flag \\Deleted))" },
		{ "UNDRAFT", "(not (flag \\Draft))" },
		{ "UNFLAGGED", "(not (flag \\Flagged))" },
		{ "UNKEYWORD x", "(not (keyword |x|))" },
		{ "UNSEEN", "(not (flag \\Seen))" },
		{ "1,3:5,*", "(sequence 1,3:5,*)" },
		{ "*", "(sequence *)" },
		{ "(SEEN)", "(and (flag \\Seen))" },
		{ "(1 (2 3) NOT (4))", "(and (sequence 1) (and (sequence 2) (sequence 3)) (not "
				       "(and (sequence 4))))" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char input[200], dump[200];

		snprintf(input, sizeof(input), "a SEARCH %s", table[i].input);
		snprintf(dump, sizeof(dump), "a SEARCH (and %s)", table[i].dump);
		expect_dump(input, strlen(input), dump);
		snprintf(input, sizeof(input), "a UID SEARCH CHARSET utf-8 1 %s ALL",
			table[i].input);
		snprintf(dump, sizeof(dump),
			"a UID SEARCH charset=|utf-8| (and (sequence 1) %s (all))", table[i].dump);
		expect_dump(input, strlen(input), dump);
	}
}

static void whole_searches(void **state)
{
	static const struct expectation table[] = {
		{ "a SEARCH ALL   ", "a SEARCH (and (all))" },
		{ "a SEARCH charset \"UTF-8\" 1", "a SEARCH charset=|UTF-8| (and (sequence 1))" },
		{ "a SEARCH CHARSET {8}\r\nUS-ASCII TEXT {1+}\r\nx 1",
			"a SEARCH charset=|US-ASCII| (and (text |x|) (sequence 1))" },
		{ "a SEARCH", "a ! Expected a SEARCH key after SEARCH" },
		{ "a SEARCH ", "a ! Expected a SEARCH key after SEARCH" },
		{ "a UID SEARCH ()", "a ! Expected a SEARCH key after (" },
		{ "a SEARCH ( ALL)", "a ! Expected a SEARCH key after (" },
		{ "a SEARCH (ALL )", "a ! Expected a SEARCH key after ALL" },
		{ "a SEARCH (ALL", "a ! Expected ) after ALL" },
		{ "a SEARCH (ALL ", "a ! Expected a SEARCH key after ALL" },
		{ "a SEARCH ALL)", "a ! Unexpected text after ALL" },
		{ "a SEARCH (ALL))", "a ! Unexpected text after )" },
		{ "a SEARCH (ALL)(ALL)", "a ! Missing space after )" },
		{ "a SEARCH ALL  SEEN", "a ! Expected a SEARCH key after ALL" },
		{ "a SEARCH FOO", "a ! Unknown SEARCH key FOO" },
		{ "a SEARCH ALLX", "a ! Unknown SEARCH key ALLX" },
		{ "a SEARCH ALL RETURN (MIN)", "a ! Unknown SEARCH key RETURN" },
		{ "a SEARCH ALL CHARSET UTF-8", "a ! Unknown SEARCH key CHARSET" },
		{ "a SEARCH CHARSET UTF-8", "a ! Expected a SEARCH key after a charset" },
		{ "a SEARCH CHARSET", "a ! Unknown SEARCH key CHARSET" },
		{ "a SEARCH \"ALL\"", "a ! Expected a SEARCH key after SEARCH" },
		{ "a SEARCH NOT", "a ! Expected a SEARCH key after NOT" },
		{ "a SEARCH OR ALL", "a ! Expected a SEARCH key after ALL" },
		{ "a SEARCH OR (ALL SEEN)", "a ! Expected a SEARCH key after )" },
		{ "a SEARCH FROM", "a ! Expected a text to search for after FROM" },
		{ "a SEARCH FROM (x)", "a ! Expected a text to search for after FROM" },
		{ "a SEARCH HEADER x", "a ! Expected a text to search for after a field name" },
		{ "a SEARCH KEYWORD \\Seen", "a ! Invalid keyword \\Seen" },
		{ "a SEARCH KEYWORD \"x\"", "a ! Invalid keyword \"x\"" },
		{ "a SEARCH LARGER x", "a ! Expected a number after LARGER" },
		{ "a SEARCH LARGER -1", "a ! Expected a number after LARGER" },
		{ "a SEARCH LARGER 18446744073709551616",
			"a ! This number is too large: 18446744073709551616" },
		{ "a SEARCH UID", "a ! Expected a UID set after UID" },
		{ "a SEARCH UID x", "a ! Expected a message set such as 1,3:5,7:* after UID" },
		{ "a SEARCH $x", "a ! Missing space after a message set" },
		{ "a SEARCH 0", "a ! Expected a number from 1 up, or * after SEARCH" },
		{ "a SEARCH ON 31-Feb-2024",
			"a ! Expected a date such as 1-Feb-1994, not 31-Feb-2024" },
		{ "a SEARCH ON", "a ! Expected a date after ON" },
		{ "a SEARCH 1 2,",
			"a ! Expected a number from 1 up, or * after a number from 1 up, or *" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

/* `n` times `before`, then `middle`, then `n` times `after`. */
static int search(const char *before, size_t n, const char *middle, const char *after, char *error)
{
	struct buf buf, dump;
	int r;

	buf_init(&buf, 1 << 24);
	buf_init(&dump, 1 << 24);
	buf_string(&buf, "a SEARCH ");
	for (size_t i = 0; i < n; i++) {
		buf_string(&buf, before);
	}
	buf_string(&buf, middle);
	for (size_t i = 0; i < n; i++) {
		buf_string(&buf, after);
	}
	r = dump_parsed(&dump, buf.data, buf.size, 1 << 24);
	buf_char(&dump, '\0');
	snprintf(error, 100, "%s", dump.data);
	buf_free(&buf);
	buf_free(&dump);
	return r;
}

static void limits(void **state)
{
	static const struct {
		const char *before, *middle, *after;
		size_t most;
		const char *error;
	} table[] = {
		{ "NOT ", "ALL", "", ROOST_MAX_NESTING,
			"a ! The SEARCH keys are nested too deeply" },
		{ "(", "ALL", ")", ROOST_MAX_NESTING, "a ! The SEARCH keys are nested too deeply" },
		{ "OR 1 ", "ALL", "", ROOST_MAX_NESTING,
			"a ! The SEARCH keys are nested too deeply" },
		{ "OR ", "ALL", " 1", ROOST_MAX_NESTING,
			"a ! The SEARCH keys are nested too deeply" },
		{ "ALL ", "ALL", "", ROOST_MAX_SEARCH_KEYS - 1, "a ! Too many SEARCH keys" },
		{ "NEW ", "ALL", "", ROOST_MAX_SEARCH_KEYS - 1, "a ! Too many SEARCH keys" },
		{ "NOT 1 ", "ALL", "", (ROOST_MAX_SEARCH_KEYS - 1) / 2,
			"a ! Too many SEARCH keys" },
	};
	char error[100];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		assert_int_equal(search(table[i].before, table[i].most, table[i].middle,
					 table[i].after, error),
			0);
		assert_int_equal(search(table[i].before, table[i].most + 1, table[i].middle,
					 table[i].after, error),
			ROOST_ERR_INVALID);
		assert_string_equal(error, table[i].error);
		assert_int_equal(
			search(table[i].before, 100000, table[i].middle, table[i].after, error),
			ROOST_ERR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(whole_searches),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_names.c - names of mailboxes and files, and patterns for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file_name.h"
#include "mailbox_name.h"
#include "maildir_name.h"
#include "pattern.h"

static void test_patterns(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "a/b", true },
		{ "%", "a/b", false },
		{ "%", "ab", true },
		{ "%/%", "a/b", true },
		{ "%/%", "a/b/c", false },
		{ "a%c*e", "abc/d/e", true },
		{ "a%c*e", "a/c/d/e", false },
		{ "*%b", "a/xb", true },
		{ "%*b", "a/xb", true },
		{ "*a%b", "xa/ayb", true },
		{ "Work", "work", false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(pattern_matches(rows[i].pattern, rows[i].name), rows[i].matches);
	}
}

static void test_encoding(void **state)
{
	static const char *const rows[][2] = {
		{ "Work/Old", "Work/Old" },
		{ "a.b", "a&AC4-b" },
		{ "R&D", "R&-D" },
		{ "&", "&-" },
		{ "ä.ö", "&AOQALgD2-" },
		{ "日本語", "&ZeVnLIqe-" },
		{ "😀x", "&2D3eAA-x" },
		{ "..", "&AC4ALg-" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *encoded = mailbox_name_encode(rows[i][0], ".");
		assert_string_equal(encoded, rows[i][1]);
		char *decoded = mailbox_name_decode(encoded);
		assert_string_equal(decoded, rows[i][0]);
		free(encoded);
		free(decoded);
	}
}

static void test_names_of_servers(void **state)
{
	static const struct {
		const char *raw;
		char delimiter;
		const char *name;
	} rows[] = {
		{ "inbox", '/', "INBOX" },
		{ "InBox.a", '.', "INBOX/a" },
		{ "a.b", '/', "a.b" },
		{ "a/b.c", '.',
			"a\xe2\x88\x95"
			"b/c" },
		{ "&AOQ-", '\0', "ä" },
		{ "ä", '/', "ä" },
		{ "a//b", '/', NULL },
		{ "", '/', NULL },
		{ "/", '/', NULL },
		{ "a\x01", '/', NULL },
		{ "\xff", '/', NULL },
		{ "&&&", '/', "&&&" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct roost_text raw = { rows[i].raw, strlen(rows[i].raw) };
		char *name = mailbox_name_of_server(raw, rows[i].delimiter);
		if (rows[i].name == NULL) {
			assert_null(name);
		} else {
			assert_string_equal(name, rows[i].name);
		}
		free(name);
	}
}

static void test_file_names(void **state)
{
	static const char *const rows[][2] = {
		{ "Work", "Work.mbox" },
		{ "Work/Old", "Work/Old.mbox" },
		{ "..", "%2E%2E.mbox" },
		{ "../a", "%2E%2E/a.mbox" },
		{ ".a/b ", "%2Ea/b%20.mbox" },
		{ "a%\x01", "a%25%01.mbox" },
		{ "x.mbox/y.eml", "x%2Embox/y%2Eeml.mbox" },
		{ "roost-export", "%72oost-export.mbox" },
	};
	char longest[901];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *path = file_name_of_mailbox(rows[i][0], ".mbox", false);
		assert_string_equal(path, rows[i][1]);
		free(path);
	}
	memset(longest, 'x', 900);
	longest[900] = '\0';
	char *one = file_name_of_mailbox(longest, "", false);
	longest[899] = 'y';
	char *other = file_name_of_mailbox(longest, "", false);
	assert_in_range(strlen(one), 1, 200);
	assert_string_not_equal(one, other);
	free(one);
	free(other);
}

static void test_maildir_names(void **state)
{
	static const int64_t seconds[] = { 0, 1, -1, 1710000000, -62135596800, 253402300799 };
	(void)state;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		struct roost_time date = { seconds[i], -690 };
		struct roost_time again = { 0 };
		uint32_t uid = 0;
		char *name = maildir_name_create(UINT32_MAX, 4294967294u, date, UINT64_MAX);
		assert_true(maildir_name_is_ours(name, &again, &uid));
		assert_int_equal(uid, 4294967294u);
		assert_int_equal(again.seconds, date.seconds);
		assert_int_equal(again.zone, date.zone);
		free(name);
	}
	static const char *const others[] = { "", "1", "1.M2.host", "1.V2R3Z4.host",
		"1.V2R0Z0.roost,", "1.V2R3Z9999.roost,", "x.V2R3Z4.roost,",
		"1.V2R99999999999Z4.roost," };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct roost_time date;
		uint32_t uid = 0;
		assert_false(maildir_name_is_ours(others[i], &date, &uid));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_names_of_servers),
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_maildir_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

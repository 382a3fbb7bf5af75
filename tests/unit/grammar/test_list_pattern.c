/* test_list_pattern.c - the patterns of LIST and LSUB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <roost/limits.h>

#include "grammar/list_pattern.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *name;
		char delimiter;
		bool matches;
	} table[] = {
		{ "", "", '/', true },
		{ "", "a", '/', false },
		{ "a", "", '/', false },
		{ "a", "a", '/', true },
		{ "a", "A", '/', false },
		{ "a", "ab", '/', false },
		{ "ab", "a", '/', false },
		{ "*", "", '/', true },
		{ "*", "a/b/c", '/', true },
		{ "%", "", '/', true },
		{ "%", "a", '/', true },
		{ "%", "a/b", '/', false },
		{ "%", "a/b", '.', true },
		{ "%", "a/b", '\0', true },
		{ "%/%", "a/b", '/', true },
		{ "%/%", "a/b/c", '/', false },
		{ "%/%", "a", '/', false },
		{ "a/%", "a/", '/', true },
		{ "a*", "a", '/', true },
		{ "a*c", "abbc", '/', true },
		{ "a*c", "ac", '/', true },
		{ "a*c", "acb", '/', false },
		{ "*b*", "abc", '/', true },
		{ "*b%", "ab/c", '/', false },
		{ "*/%", "a/b/c", '/', true },
		{ "%*", "a/b", '/', true },
		{ "*%", "a/b", '/', true },
		{ "%%", "a/b", '/', false },
		{ "%%", "ab", '/', true },
		{ "**", "a/b", '/', true },
		{ "a%c%e", "abcde", '/', true },
		{ "a%c%e", "abc/e", '/', false },
		{ "a%b*c", "axxb/c", '/', true },
		{ "a%b*c", "a/xb/c", '/', false },
		{ "*aab", "aaaaab", '/', true },
		{ "*ab*ab", "abab", '/', true },
		{ "*ab*ab", "aba", '/', false },
		{ "a?c", "abc", '/', false },
		{ "[a]", "a", '/', false },
		{ "\xc3\xa9%", "\xc3\xa9t\xc3\xa9", '/', true },
		{ "inbox", "INBOX", '/', true },
		{ "INBOX", "INBOX", '/', true },
		{ "iNb%", "INBOX", '/', true },
		{ "*x", "INBOX", '/', true },
		{ "%ox/*", "INBOX/a", '/', true },
		{ "inbox/a", "INBOX/a", '/', true },
		{ "inbox/A", "INBOX/a", '/', false },
		{ "inbox/a", "INBOX/a", '.', false },
		{ "inbox", "INBOXES", '/', false },
		{ "inboxes", "INBOXES", '/', false },
		{ "x/inbox", "x/INBOX", '/', false },
		{ "INBOX", "inbox", '/', false },
		{ "inbox%", "INBOX/a", '/', false },
		{ "inbox*", "INBOX/a", '/', true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		if (list_pattern_matches(table[i].pattern, table[i].name, table[i].delimiter) !=
			table[i].matches) {
			fail_msg("%s with %s", table[i].pattern, table[i].name);
		}
	}
}

/* By trying everything: what the words of RFC 3501 say. */
static bool matches_slowly(const char *pattern, const char *name, char delimiter)
{
	if (*pattern == '\0') {
		return *name == '\0';
	}
	if (*pattern == '*' || *pattern == '%') {
		return matches_slowly(pattern + 1, name, delimiter) ||
		       (*name != '\0' && (*pattern == '*' || *name != delimiter) &&
			       matches_slowly(pattern, name + 1, delimiter));
	}
	return *pattern == *name && matches_slowly(pattern + 1, name + 1, delimiter);
}

static void all_small_ones(void **state)
{
	static const char letters[] = "ab/*%";
	char pattern[6], name[6];

	(void)state;
	for (unsigned p = 0; p < 5 * 5 * 5 * 5; p++) {
		for (unsigned n = 0; n < 4 * 4 * 4 * 4 * 4; n++) {
			unsigned rest = p;

			for (int i = 0; i < 4; i++, rest /= 5) {
				pattern[i] = letters[rest % 5];
			}
			pattern[4] = '\0';
			rest = n;
			for (int i = 0; i < 5; i++, rest /= 4) {
				name[i] = "ab/\0"[rest % 4];
			}
			name[5] = '\0';
			assert_int_equal(list_pattern_matches(pattern, name, '/'),
				matches_slowly(pattern, name, '/'));
		}
	}
}

static void long_ones(void **state)
{
	static char pattern[2 * ROOST_MAX_MAILBOX_NAME + 2], name[ROOST_MAX_MAILBOX_NAME + 1];

	(void)state;
	memset(name, 'a', ROOST_MAX_MAILBOX_NAME);
	for (size_t i = 0; i < 2 * ROOST_MAX_MAILBOX_NAME; i++) {
		pattern[i] = "*a%a"[i % 4];
	}
	pattern[2 * ROOST_MAX_MAILBOX_NAME - 1] = 'b';
	assert_false(list_pattern_matches(pattern, name, '/'));
	pattern[2 * ROOST_MAX_MAILBOX_NAME - 1] = 'a';
	assert_true(list_pattern_matches(pattern, name, '/'));
	memset(pattern, '*', 2 * ROOST_MAX_MAILBOX_NAME);
	assert_true(list_pattern_matches(pattern, name, '/'));
	pattern[2 * ROOST_MAX_MAILBOX_NAME] = '*';
	assert_false(list_pattern_matches(pattern, name, '/'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(all_small_ones),
		cmocka_unit_test(long_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

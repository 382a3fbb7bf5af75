/* test_user_name.c - names of users, and the folders that are called so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "accounts/user_name.h"

static const struct {
	const char *name;
	const char *folded; /* NULL: no name */
	const char *folder;
} names[] = {
	{ "anna", "anna", "anna" },
	{ "AnnaZ09._-", "annaz09._-", "annaz09._-" },
	{ "anna@Farm.example", "anna@farm.example", "anna%40farm.example" },
	{ "\xc3\x84\xc3\xa4", "\xc3\x84\xc3\xa4", "%C3%84%C3%A4" },
	{ "\xf0\x9f\x90\xa4", "\xf0\x9f\x90\xa4", "%F0%9F%90%A4" },
	{ "..", "..", "%2E." },
	{ "/", "/", "%2F" },
	{ "%41", "%41", "%2541" },
	{ " ", " ", "%20" },
	{ "", NULL, "" },
	{ "a\nb", NULL, "a%0Ab" },
	{ "a\x7f", NULL, "a%7F" },
	{ "\xc2\x85", NULL, "%C2%85" },
	{ "\xff", NULL, "%FF" },
	{ "\xc3", NULL, "%C3" },
	{ "\xc3(", NULL, "%C3%28" },
	{ "\xc0\xaf", NULL, "%C0%AF" },
	{ "\xe0\x80\xaf", NULL, "%E0%80%AF" },
	{ "\xed\xa0\x80", NULL, "%ED%A0%80" },
	{ "\xf4\x90\x80\x80", NULL, "%F4%90%80%80" },
	{ "\xf8\x88\x80\x80\x80", NULL, "%F8%88%80%80%80" },
	{ "\xe2\x82", NULL, "%E2%82" },
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *why = NULL;
		char *folded = user_name_fold(names[i].name, &why);
		char *back = user_name_of_folder(names[i].folder);
		if (names[i].folded == NULL) {
			assert_null(folded);
			assert_non_null(why);
			assert_null(back);
		} else {
			assert_non_null(folded);
			assert_non_null(back);
			assert_string_equal(folded, names[i].folded);
			assert_string_equal(back, names[i].folded);
		}
		free(folded);
		free(back);
	}
}

/* Folders that no user's name leads to. */
static void test_other_folders(void **state)
{
	static const char *const others[] = { ".", "..", ".hidden", "Anna", "a b", "%61nna",
		"%c3%a4", "%4", "%", "a%2Eb", "%2E", "lost+found", "%41nna", "\xc3\xa4" };
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		char *name = user_name_of_folder(others[i]);
		if (name != NULL && strcmp(others[i], "%2E") != 0) {
			fail_msg("%s is taken for the folder of %s", others[i], name);
		}
		free(name);
	}
}

static void test_lengths(void **state)
{
	(void)state;
	char name[400];
	for (size_t n = 1; n < sizeof(name); n++) {
		memset(name, 'a', n);
		name[n] = '\0';
		char *folded = user_name_fold(name, NULL);
		assert_true(n > 255 ? folded == NULL : n > 250 || folded != NULL);
		free(folded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_other_folders),
		cmocka_unit_test(test_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

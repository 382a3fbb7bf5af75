/* test_account_text.c - what stands in the file of an account: read, and changed around what people
 * wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "accounts/account_text.h"

static const struct {
	const char *text;
	enum account_result result;
	const char *password;
	bool disabled;
} texts[] = {
	{ "", ACCOUNT_GOOD, NULL, false },
	{ "# nothing\n", ACCOUNT_GOOD, NULL, false },
	{ "password = $y$a\n", ACCOUNT_GOOD, "$y$a", false },
	{ "password=$y$a", ACCOUNT_GOOD, "$y$a", false },
	{ "password : x\r\ndisabled = YES\r\n", ACCOUNT_GOOD, "x", true },
	{ "password =\n", ACCOUNT_GOOD, NULL, false },
	{ "disabled = off\n", ACCOUNT_GOOD, NULL, false },
	{ "quota = 1\n[s]\ndisabled = maybe\npassword = x\n", ACCOUNT_GOOD, NULL, false },
	{ "disabled =\n", ACCOUNT_DAMAGED, NULL, false },
	{ "disabled = maybe\n", ACCOUNT_DAMAGED, NULL, false },
	{ "password = a\npassword = b\n", ACCOUNT_DAMAGED, NULL, false },
	{ "password = a\n b\n", ACCOUNT_DAMAGED, NULL, false },
	{ "password\n", ACCOUNT_DAMAGED, NULL, false },
	{ "\x01\x02\n", ACCOUNT_DAMAGED, NULL, false },
	{ "[s\npassword = a\n", ACCOUNT_DAMAGED, NULL, false },
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct account_file account = { 0 };
		if (account_text_parse(texts[i].text, &account) != texts[i].result) {
			fail_msg("text %zu: %s", i, texts[i].text);
		}
		if (texts[i].password == NULL) {
			assert_null(account.password);
		} else {
			assert_string_equal(account.password, texts[i].password);
		}
		assert_int_equal(account.disabled, texts[i].disabled);
		account_file_clear(&account);
	}
}

static const struct {
	const char *before;
	struct account_change change;
	const char *after; /* NULL: only a person can change it */
} changes[] = {
	{ "", { .password = "p" }, "password = p\n" },
	{ "password = a\n", { .password = "p" }, "password = p\n" },
	{ "password = a\n", { .password = "" }, "" },
	{ "password = a", { .disabled = "yes" }, "disabled = yes\npassword = a\n" },
	{ "disabled: no\n# x\n", { .disabled = "" }, "# x\n" },
	{ "# x\npassword\t= a\nquota = 1\n[s]\npassword = b\n", { .password = "p" },
		"password = p\n# x\nquota = 1\n[s]\npassword = b\n" },
	{ "passwords = a\n", { .password = "p" }, "password = p\npasswords = a\n" },
	{ "password = a\n", { 0 }, "password = a\n" },
	{ "quota = 1\n password = a\n", { .password = "p" },
		"password = p\nquota = 1\n password = a\n" },
	{ " password = a\n", { .password = "p" }, NULL },
	{ "disabled = maybe\n", { .password = "p" }, NULL },
	{ "nonsense\n", { .password = "p" }, NULL },
	{ "", { .password = "a\nb" }, NULL },
	{ "", { .password = " a" }, NULL },
};

static void test_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char *after = NULL;
		enum account_result result =
			account_text_change(changes[i].before, &changes[i].change, &after);
		if (changes[i].after == NULL) {
			assert_int_equal(result, ACCOUNT_DAMAGED);
			assert_null(after);
		} else {
			assert_int_equal(result, ACCOUNT_GOOD);
			assert_string_equal(after, changes[i].after);
		}
		free(after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_hash.c - hashes of passwords: made, recognised and matched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "accounts/hash.h"

static void test_make(void **state)
{
	(void)state;
	char *one = hash_make("secret");
	char *two = hash_make("secret");
	assert_non_null(one);
	assert_non_null(two);
	assert_string_not_equal(one, two);
	assert_string_equal(hash_scheme(one), "yescrypt");
	assert_true(hash_matches(one, "secret"));
	assert_false(hash_matches(one, "secreT"));
	assert_false(hash_matches(one, ""));
	assert_false(hash_matches(one, "secret "));
	free(one);
	free(two);
}

static void test_decoy(void **state)
{
	(void)state;
	char *decoy = hash_decoy();
	assert_non_null(decoy);
	char *made = hash_make("x");
	assert_non_null(made);
	assert_string_equal(hash_scheme(decoy), "yescrypt");
	/* It costs what a real one costs: the parameters are the same. */
	assert_int_equal(strchr(decoy + 3, '$') - decoy, strchr(made + 3, '$') - made);
	assert_memory_equal(decoy, made, (size_t)(strchr(made + 3, '$') - made));
	assert_false(hash_matches(decoy, ""));
	assert_false(hash_matches(decoy, "roost"));
	free(decoy);
	free(made);
}

#define A10 "aaaaaaaaaa"
#define A43 A10 A10 A10 A10 "aaa"
#define A53 A43 A10
#define A86 A43 A43

static const struct {
	const char *text;
	const char *scheme; /* NULL: none of ours */
} kinds[] = {
	{ "$2b$10$" A53, "bcrypt" },
	{ "$2a$04$" A53, "bcrypt" },
	{ "$2y$16$" A53, "bcrypt" },
	{ "$2x$10$" A53, NULL },
	{ "$2$10$" A53, NULL },
	{ "$2b$17$" A53, NULL },
	{ "$2b$03$" A53, NULL },
	{ "$2b$1$" A53 "a", NULL },
	{ "$2b$ 9$" A53, NULL },
	{ "$2b$10$" A53 "a", NULL },
	{ "$2b$10$" A43 "aaaaaaaaa", NULL },
	{ "$2b$10$" A43 "aaaaaaaaa!", NULL },
	{ "$6$salt$" A86, "sha512-crypt" },
	{ "$6$$" A86, "sha512-crypt" },
	{ "$6$rounds=1000$salt$" A86, "sha512-crypt" },
	{ "$6$rounds=5000000$salt$" A86, "sha512-crypt" },
	{ "$6$rounds=5000001$salt$" A86, NULL },
	{ "$6$rounds=-1$salt$" A86, NULL },
	{ "$6$rounds=99999999999999999999$salt$" A86, NULL },
	{ "$6$rounds=$salt$" A86, NULL },
	{ "$6$rounds=1000", NULL },
	{ "$6$salt$" A86 "a", NULL },
	{ "$6$salt$" A43, NULL },
	{ "$6$12345678901234567$" A86, NULL },
	{ "$6$salt", NULL },
	{ "$6$", NULL },
	{ "$5$salt$" A43, "sha256-crypt" },
	{ "$5$salt$" A86, NULL },
	{ "$y$j9T$abcdefghijklmnop$" A43, "yescrypt" },
	{ "$y$j9T$abcdefghijklmnop$" A43 "a", NULL },
	{ "$y$j9T$abcdefghijklmnop", NULL },
	{ "$y$j9T", NULL },
	{ "$y$$$" A43, NULL },
	{ "$y$", NULL },
	{ "$y", NULL },
	{ "$2", NULL },
	{ "$", NULL },
	{ "", NULL },
	{ "secret", NULL },
	{ "rl0uE0wyL3QWg", NULL },
	{ "$1$salt$aaaaaaaaaaaaaaaaaaaaaa", NULL },
	{ "!$2b$10$" A53, NULL },
	{ "$2b$10$" A53 "\n", NULL },
};

static void test_schemes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *scheme = hash_scheme(kinds[i].text);
		if (kinds[i].scheme == NULL
				? scheme != NULL
				: scheme == NULL || strcmp(scheme, kinds[i].scheme) != 0) {
			fail_msg("%s is taken for %s", kinds[i].text,
				scheme == NULL ? "nothing" : scheme);
		}
	}
	static char longer[2000] = "$6$";
	memset(longer + 3, 'a', sizeof(longer) - 4);
	assert_null(hash_scheme(longer));
}

static void test_prefixes(void **state)
{
	static const char hash[] = "$2b$10$" A53;
	static const char *const good[] = { "", "{CRYPT}", "{crypt}", "{BLF-CRYPT}",
		"{SHA512-CRYPT}", "{SHA256-crypt}" };
	static const char *const bad[] = { "{PLAIN}", "{}", "{CRYPT", "{CRYPT} ", "{CRYPT}{CRYPT}",
		"{SSHA}" };
	char text[200];
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", good[i], hash);
		assert_ptr_equal(hash_of_text(text), text + strlen(good[i]));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", bad[i], hash);
		assert_null(hash_of_text(text));
	}
}

/* A password that crypt(3) does not take matches nothing. */
static void test_long_password(void **state)
{
	static char text[HASH_MAX_PASSWORD + 2];
	(void)state;
	memset(text, 'a', HASH_MAX_PASSWORD);
	char *hash = hash_make(text);
	assert_non_null(hash);
	assert_true(hash_matches(hash, text));
	text[HASH_MAX_PASSWORD] = 'a';
	assert_null(hash_make(text));
	assert_false(hash_matches(hash, text));
	free(hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_decoy),
		cmocka_unit_test(test_schemes),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_long_password),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_cache.c - what was right is remembered for a while, and no more of it than there is room for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "accounts/cache.h"

static struct digest_key *key;

static struct digest digest_of(const char *a, const char *b)
{
	const char *const texts[] = { a, b };
	struct digest digest;
	assert_true(digest_make(key, 'c', texts, 2, &digest));
	return digest;
}

static void test_digests(void **state)
{
	(void)state;
	struct digest one = digest_of("ab", "c");
	struct digest two = digest_of("a", "bc");
	struct digest again = digest_of("ab", "c");
	const char *const texts[] = { "ab", "c" };
	struct digest other_kind;
	struct digest other_key;
	struct digest_key *fresh = digest_key_create();
	assert_true(digest_equal(&one, &again));
	assert_false(digest_equal(&one, &two));
	assert_true(digest_make(key, 'd', texts, 2, &other_kind));
	assert_false(digest_equal(&one, &other_kind));
	assert_non_null(fresh);
	assert_true(digest_make(fresh, 'c', texts, 2, &other_key));
	assert_false(digest_equal(&one, &other_key));
	digest_key_destroy(fresh);
}

static void test_time(void **state)
{
	(void)state;
	struct cache *cache = cache_create(600);
	struct digest right = digest_of("anna", "secret");
	struct digest wrong = digest_of("anna", "wrong");
	assert_non_null(cache);
	assert_false(cache_has(cache, &right, 1));
	cache_note(cache, &right, 1);
	assert_true(cache_has(cache, &right, 1));
	assert_false(cache_has(cache, &wrong, 1));
	assert_true(cache_has(cache, &right, 600));
	assert_false(cache_has(cache, &right, 601));
	cache_note(cache, &right, 601);
	assert_true(cache_has(cache, &right, 1200));
	cache_destroy(cache);
}

static void test_off(void **state)
{
	(void)state;
	struct cache *cache = cache_create(0);
	struct digest right = digest_of("anna", "secret");
	assert_non_null(cache);
	cache_note(cache, &right, 1);
	assert_false(cache_has(cache, &right, 1));
	cache_destroy(cache);
	cache_destroy(NULL);
}

/* Many more than there is room for: the newest are there, and nothing is that was not noted. */
static void test_room(void **state)
{
	(void)state;
	enum { MANY = 40000, NEWEST = 1000 };
	struct cache *cache = cache_create(1000000);
	unsigned kept = 0;
	assert_non_null(cache);
	for (int i = 0; i < MANY; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "%d", i);
		struct digest digest = digest_of(name, "secret");
		assert_false(cache_has(cache, &digest, (uint64_t)i + 1));
		cache_note(cache, &digest, (uint64_t)i + 1);
		assert_true(cache_has(cache, &digest, (uint64_t)i + 1));
	}
	for (int i = MANY - NEWEST; i < MANY; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "%d", i);
		struct digest digest = digest_of(name, "secret");
		kept += cache_has(cache, &digest, MANY);
	}
	assert_true(kept > NEWEST * 9 / 10);
	cache_destroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_room),
	};
	key = digest_key_create();
	int failed = key == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
	digest_key_destroy(key);
	return failed;
}

/* test_guesses.c - failed sign-ins: delays that grow, lockouts that pass, and who is not hit by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "accounts/guesses.h"

static struct digest_key *key;
static struct guesses *guesses;

static struct guess_limits limits = {
	.window = 600,
	.longest_delay = 15000,
	.per_address = 5,
	.per_user = 8,
	.lockout = 300,
};

static void begin(const struct guess_limits *with)
{
	guesses = guesses_create(with, key);
	assert_non_null(guesses);
}

static void end(void)
{
	guesses_destroy(guesses);
	guesses = NULL;
}

static unsigned mistake(const char *address, const char *name, const char *password, uint64_t now)
{
	const struct guesser guesser = { address, name };
	const char *const texts[] = { name, password };
	struct digest digest;
	assert_true(digest_make(key, 'w', texts, 2, &digest));
	return guesses_fail(guesses, &guesser, &digest, now);
}

/* With a password that nobody has tried. */
static unsigned guess(const char *address, const char *name, uint64_t now)
{
	static unsigned number;
	char password[16];
	(void)snprintf(password, sizeof(password), "%u", number++);
	return mistake(address, name, password, now);
}

static enum guess_lock look(const char *address, const char *name, uint64_t now)
{
	const struct guesser guesser = { address, name };
	return guesses_check(guesses, &guesser, now);
}

static void succeed(const char *address, const char *name, uint64_t now)
{
	const struct guesser guesser = { address, name };
	guesses_succeed(guesses, &guesser, now);
}

static void test_delay_grows(void **state)
{
	static const unsigned delays[] = { 0, 1000, 2000, 4000, 8000, 15000, 15000, 15000 };
	struct guess_limits patient = limits;
	(void)state;
	patient.per_address = patient.per_user = 0;
	begin(&patient);
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		assert_int_equal(guess("192.0.2.1", "anna", 100), delays[i]);
	}
	/* Of the address, whoever it tries. */
	assert_int_equal(guess("192.0.2.1", "bert", 100), 15000);
	/* Of the user, wherever it is tried. */
	assert_int_equal(guess("192.0.2.2", "anna", 100), 15000);
	assert_int_equal(guess("192.0.2.3", "carl", 100), 0);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(guess("192.0.2.1", "anna", 101), 15000);
	}
	assert_int_equal(look("192.0.2.1", "anna", 101), GUESS_FREE);
	/* The window is over. */
	assert_int_equal(guess("192.0.2.1", "anna", 701), 0);
	end();
	patient.longest_delay = 0;
	begin(&patient);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(guess("192.0.2.1", "anna", 100), 0);
	}
	end();
}

static void test_address_is_locked(void **state)
{
	(void)state;
	begin(&limits);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_FREE);
		(void)guess("192.0.2.1", i % 2 == 0 ? "anna" : "bert", 100);
	}
	assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_ADDRESS_LOCKED);
	assert_int_equal(look("192.0.2.1", "nobody yet", 399), GUESS_ADDRESS_LOCKED);
	assert_int_equal(look("192.0.2.2", "anna", 100), GUESS_FREE);
	assert_int_equal(look("192.0.2.1", "anna", 400), GUESS_FREE);
	/* Then it begins anew. */
	for (int i = 0; i < 4; i++) {
		(void)guess("192.0.2.1", "anna", 400);
		assert_int_equal(look("192.0.2.1", "anna", 400), GUESS_FREE);
	}
	(void)guess("192.0.2.1", "anna", 400);
	assert_int_equal(look("192.0.2.1", "anna", 400), GUESS_ADDRESS_LOCKED);
	end();
}

static void test_user_is_locked(void **state)
{
	char address[32];
	(void)state;
	begin(&limits);
	succeed("198.51.100.7", "anna", 50);
	for (int i = 0; i < 8; i++) {
		(void)snprintf(address, sizeof(address), "192.0.2.%d", i);
		(void)guess(address, "anna", 100);
	}
	assert_int_equal(look("203.0.113.1", "anna", 100), GUESS_USER_LOCKED);
	assert_int_equal(look("203.0.113.1", "bert", 100), GUESS_FREE);
	/* From where anna has signed in before she still can, but not for ever. */
	assert_int_equal(look("198.51.100.7", "anna", 100), GUESS_FREE);
	assert_int_equal(look("203.0.113.1", "anna", 400), GUESS_FREE);
	for (int i = 0; i < 8; i++) {
		(void)snprintf(address, sizeof(address), "192.0.2.%d", i);
		(void)guess(address, "anna", 100000);
	}
	assert_int_equal(look("198.51.100.7", "anna", 100000), GUESS_USER_LOCKED);
	end();
}

static void test_success_takes_back_its_own(void **state)
{
	(void)state;
	begin(&limits);
	(void)guess("192.0.2.1", "anna", 100);
	(void)guess("192.0.2.1", "anna", 100);
	succeed("192.0.2.1", "anna", 100);
	assert_int_equal(guess("192.0.2.1", "anna", 100), 0);
	succeed("192.0.2.1", "anna", 100);
	/* Who has an account of their own cannot take back guesses at others. */
	for (int i = 0; i < 5; i++) {
		(void)guess("192.0.2.1", "bert", 100);
		succeed("192.0.2.1", "anna", 100);
	}
	assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_ADDRESS_LOCKED);
	end();
}

static void test_same_mistake(void **state)
{
	(void)state;
	begin(&limits);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(mistake("192.0.2.1", "anna", "old", 100), 0);
		assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_FREE);
	}
	/* The same password at many users is a guess. */
	for (int i = 0; i < 4; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "user%d", i);
		(void)mistake("192.0.2.1", name, "summer", 100);
	}
	assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_ADDRESS_LOCKED);
	end();
	/* And so are two in turn. */
	begin(&limits);
	for (int i = 0; i < 5; i++) {
		(void)mistake("192.0.2.1", "anna", i % 2 == 0 ? "one" : "two", 100);
	}
	assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_ADDRESS_LOCKED);
	end();
}

static const struct {
	const char *one;
	const char *two;
	bool same;
} sources[] = {
	{ "192.0.2.1", "192.0.2.2", false },
	{ "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true },
	{ "2001:db8::1", "2001:0DB8:0:0:1234:0:0:1", true },
	{ "2001:db8::1", "2001:db8:0:1::1", false },
	{ "::ffff:192.0.2.1", "192.0.2.1", true },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
	{ "fe80::1%eth0", "fe80::1%eth1", false },
};

static void test_sources(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		begin(&limits);
		for (int n = 0; n < 5; n++) {
			(void)guess(sources[i].one, "anna", 100);
		}
		enum guess_lock lock = look(sources[i].two, "bert", 100);
		if ((lock == GUESS_ADDRESS_LOCKED) != sources[i].same) {
			fail_msg("%s and %s", sources[i].one, sources[i].two);
		}
		end();
	}
}

/* Without an address, and for those of this machine if so wished, only the user counts. */
static void test_spared(void **state)
{
	static const char *const addresses[] = { "127.0.0.1", "127.9.9.9", "::1",
		"::ffff:127.0.0.1", "" };
	struct guess_limits sparing = limits;
	(void)state;
	sparing.spare_loopback = true;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		begin(&sparing);
		for (int n = 0; n < 8; n++) {
			assert_int_equal(look(addresses[i], "anna", 100), GUESS_FREE);
			(void)guess(addresses[i], "anna", 100);
		}
		assert_int_equal(look(addresses[i], "bert", 100), GUESS_FREE);
		assert_int_equal(look(addresses[i], "anna", 100), GUESS_USER_LOCKED);
		end();
		begin(&limits);
		for (int n = 0; n < 8; n++) {
			(void)guess(addresses[i], "anna", 100);
		}
		assert_int_equal(look(addresses[i], "bert", 100),
			addresses[i][0] == '\0' ? GUESS_FREE : GUESS_ADDRESS_LOCKED);
		end();
	}
}

/* More of everything than there is room for: what is new counts, what is old is forgotten. */
static void test_room(void **state)
{
	char address[32];
	char name[32];
	(void)state;
	begin(&limits);
	for (int i = 0; i < 5; i++) {
		(void)guess("192.0.2.1", "anna", 100);
	}
	for (int i = 0; i < 30000; i++) {
		(void)snprintf(
			address, sizeof(address), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		(void)snprintf(name, sizeof(name), "user%d", i);
		(void)guess(address, name, 100);
	}
	assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_FREE);
	for (int i = 0; i < 5; i++) {
		(void)guess("192.0.2.1", "anna", 100);
	}
	assert_int_equal(look("192.0.2.1", "anna", 100), GUESS_ADDRESS_LOCKED);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delay_grows),
		cmocka_unit_test(test_address_is_locked),
		cmocka_unit_test(test_user_is_locked),
		cmocka_unit_test(test_success_takes_back_its_own),
		cmocka_unit_test(test_same_mistake),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_spared),
		cmocka_unit_test(test_room),
	};
	key = digest_key_create();
	int failed = key == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
	digest_key_destroy(key);
	return failed;
}

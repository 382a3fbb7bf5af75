/* test_verifier.c - who may sign in: what it costs in hashes, which nobody can tell apart, and what the
 * client and the log are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/call.h>
#include <roost/error.h>

#include "accounts/account_file.h"
#include "accounts/hash.h"
#include "accounts/verifier.h"
#include "base/call.h"

static char data[] = "/tmp/roost-verifier-XXXXXX";
static unsigned hashes;
static char setting[16]; /* how the last one began */

char *__real_crypt_rn(const char *phrase, const char *setting, void *data, int size);
char *__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size);

char *__wrap_crypt_rn(const char *phrase, const char *with, void *memory, int size)
{
	hashes++;
	(void)snprintf(setting, sizeof(setting), "%.6s", with);
	return __real_crypt_rn(phrase, with, memory, size);
}

static struct accounts accounts;
static struct verifier *verifier;
static struct roost_call *call;
static const char *address;

static struct verifier_options defaults(void)
{
	return (struct verifier_options) {
		.data = data,
		.accounts = &accounts,
		.cache_seconds = 600,
		.guesses = { .window = 600, .longest_delay = 15000, .lockout = 300 },
	};
}

static void restart(const struct verifier_options *options)
{
	verifier_destroy(verifier);
	verifier = NULL;
	assert_int_equal(verifier_create(options, &verifier), 0);
}

static int check(enum roost_credentials_kind kind, const char *name, const char *authzid,
	const char *secret, size_t n, const char *mechanism)
{
	const struct roost_conn_info info = {
		.size = sizeof(info), .remote_address = address, .local_address = ""
	};
	const struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = kind,
		.username = name,
		.authzid = authzid,
		.secret = secret,
		.secret_size = n,
		.mechanism = mechanism,
		.connection = &info,
	};
	char *user = NULL;
	roost_call_reset(call);
	hashes = 0;
	int r = verifier_check(verifier, call, &credentials, &user);
	if (r == 0) {
		assert_non_null(user);
		assert_string_equal(user, "anna");
	} else {
		assert_null(user);
	}
	free(user);
	return r;
}

static int sign_in(const char *name, const char *password)
{
	return check(ROOST_CREDENTIALS_PASSWORD, name, NULL, password, strlen(password), "PLAIN");
}

static int verified(const char *name, const char *mechanism)
{
	return check(ROOST_CREDENTIALS_VERIFIED, name, NULL, NULL, 0, mechanism);
}

static void add_account(const char *name, const char *password, const char *disabled)
{
	char *hash = password == NULL ? NULL : hash_make(password);
	const struct account_change change = { hash, disabled };
	assert_int_equal(account_file_add(data, name, &change), ACCOUNT_GOOD);
	free(hash);
}

static void damage(const char *name)
{
	char path[128];
	(void)snprintf(path, sizeof(path), "%s/users/%s/account", data, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs("what is this\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
	(void)state;
	add_account("anna", "secret", NULL);
	add_account("closed", "secret", "yes");
	add_account("none", NULL, NULL);
	add_account("damaged", "secret", NULL);
	damage("damaged");
	address = "192.0.2.1";
	const struct verifier_options options = defaults();
	return roost_call_create(&call, 0) < 0 || verifier_create(&options, &verifier) < 0 ? -1 : 0;
}

static int end(void **state)
{
	static const char *const names[] = { "anna", "closed", "none", "damaged" };
	char path[128];
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)account_file_remove(data, names[i]);
		(void)snprintf(path, sizeof(path), "%s/users/%s", data, names[i]);
		(void)rmdir(path);
	}
	verifier_destroy(verifier);
	verifier = NULL;
	roost_call_destroy(call);
	accounts_clear(&accounts);
	return 0;
}

/* Whatever is wrong: one hash of one kind, one error, no text of its own. */
static void test_refusals_are_alike(void **state)
{
	static const struct {
		const char *name;
		const char *password;
		const char *reason;
	} rows[] = {
		{ "anna", "wrong", "wrong password" },
		{ "anna", "", "wrong password" },
		{ "closed", "secret", "disabled" },
		{ "closed", "wrong", "disabled" },
		{ "none", "", "the account has no password" },
		{ "damaged", "secret", "the account file cannot be understood" },
		{ "nobody", "secret", "unknown user" },
		{ "", "secret", "unknown user" },
		{ "..", "secret", "unknown user" },
		{ "a/b", "secret", "unknown user" },
		{ "a\nb", "secret", "unknown user" },
		{ "\xff", "secret", "unknown user" },
	};
	char first[16] = "";
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			sign_in(rows[i].name, rows[i].password), ROOST_ERR_INVALID_CREDENTIALS);
		assert_int_equal(hashes, 1);
		assert_null(roost_call_text(call));
		assert_string_equal(roost_call_reason(call), rows[i].reason);
		if (i == 0) {
			(void)snprintf(first, sizeof(first), "%s", setting);
		}
		assert_string_equal(setting, first);
	}
	static char long_name[3000];
	memset(long_name, 'a', sizeof(long_name) - 1);
	assert_int_equal(sign_in(long_name, "secret"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	/* Bytes behind a NUL do not make it right. */
	assert_int_equal(check(ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "secret\0x", 8, "PLAIN"),
		ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	assert_int_equal(check(ROOST_CREDENTIALS_PASSWORD, "anna", NULL, NULL, 0, "PLAIN"),
		ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	assert_int_equal(check(ROOST_CREDENTIALS_TOKEN, "anna", NULL, "secret", 6, "XOAUTH2"),
		ROOST_ERR_INVALID_CREDENTIALS);
}

static void test_remembered(void **state)
{
	(void)state;
	assert_int_equal(sign_in("anna", "secret"), 0);
	assert_int_equal(hashes, 1);
	assert_int_equal(sign_in("ANNA", "secret"), 0);
	assert_int_equal(hashes, 0);
	assert_int_equal(sign_in("anna", "wrong"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	/* A wrong one is not remembered. */
	assert_int_equal(sign_in("anna", "wrong"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	assert_int_equal(sign_in("anna", "secret"), 0);
	assert_int_equal(hashes, 0);
	struct verifier_options options = defaults();
	options.cache_seconds = 0;
	restart(&options);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sign_in("anna", "secret"), 0);
		assert_int_equal(hashes, 1);
	}
}

static void test_changes_count_at_once(void **state)
{
	char *hash = hash_make("other");
	struct account_change change = { .password = hash };
	(void)state;
	assert_int_equal(sign_in("anna", "secret"), 0);
	assert_int_equal(account_file_change(data, "anna", &change), ACCOUNT_GOOD);
	assert_int_equal(sign_in("anna", "secret"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(sign_in("anna", "other"), 0);
	change = (struct account_change) { .disabled = "yes" };
	assert_int_equal(account_file_change(data, "anna", &change), ACCOUNT_GOOD);
	assert_int_equal(sign_in("anna", "other"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	change.disabled = "";
	assert_int_equal(account_file_change(data, "anna", &change), ACCOUNT_GOOD);
	assert_int_equal(sign_in("anna", "other"), 0);
	assert_int_equal(hashes, 0);
	assert_int_equal(account_file_remove(data, "anna"), ACCOUNT_GOOD);
	assert_int_equal(sign_in("anna", "other"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	free(hash);
}

/* What is remembered needs no hard work; what does is put off before it, and given up by who has gone. */
static void test_hard_work_is_put_off(void **state)
{
	static const char *const names[] = { "anna", "nobody", "closed", "none", "a\nb" };
	const struct roost_conn_info info = {
		.size = sizeof(info), .remote_address = "192.0.2.1", .local_address = ""
	};
	char *user = NULL;
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct roost_credentials credentials = {
			.size = sizeof(credentials),
			.kind = ROOST_CREDENTIALS_PASSWORD,
			.username = names[i],
			.secret = "secret",
			.secret_size = 6,
			.mechanism = "LOGIN",
			.connection = &info,
		};
		hashes = 0;
		roost_call_reset(call);
		call_put_off_hard_work(call, true);
		assert_int_equal(verifier_check(verifier, call, &credentials, &user), ROOST_LATER);
		assert_null(user);
		assert_int_equal(roost_call_get_delay(call), 0);
		call_put_off_hard_work(call, false);
		roost_call_cancel(call);
		assert_int_equal(
			verifier_check(verifier, call, &credentials, &user), ROOST_ERR_CANCELLED);
		assert_int_equal(hashes, 0);
	}
	assert_int_equal(sign_in("anna", "secret"), 0);
	roost_call_reset(call);
	call_put_off_hard_work(call, true);
	const struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = "anna",
		.secret = "secret",
		.secret_size = 6,
		.mechanism = "LOGIN",
		.connection = &info,
	};
	assert_int_equal(verifier_check(verifier, call, &credentials, &user), 0);
	free(user);
}

static void test_failures_are_held_back(void **state)
{
	static const unsigned delays[] = { 0, 1000, 2000, 4000, 8000, 15000, 15000 };
	char password[16];
	(void)state;
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		(void)snprintf(password, sizeof(password), "%zu", i);
		/* Whether there is such a user or not. */
		for (int known = 0; known < 2; known++) {
			address = known ? "192.0.2.1" : "198.51.100.1";
			(void)sign_in(known ? "anna" : "nobody", password);
			assert_int_equal(roost_call_get_delay(call), delays[i]);
		}
	}
	/* Who knows the password does not wait. */
	address = "192.0.2.1";
	assert_int_equal(sign_in("anna", "secret"), 0);
	assert_int_equal(roost_call_get_delay(call), 0);
}

static void test_locked(void **state)
{
	static const char *const names[] = { "anna", "nobody" };
	struct verifier_options options = defaults();
	(void)state;
	options.guesses.per_address = 2;
	options.guesses.per_user = 3;
	restart(&options);
	/* From here anna has signed in. */
	address = "203.0.113.9";
	assert_int_equal(sign_in("anna", "secret"), 0);
	for (size_t i = 0; i < 2; i++) {
		char password[16];
		for (int k = 0; k < 4; k++) {
			address = k < 2 ? "192.0.2.1" : "192.0.2.2";
			(void)snprintf(password, sizeof(password), "%d", k);
			(void)sign_in(names[i], password);
			if (i == 0) {
				assert_int_equal(hashes, k < 3);
			}
		}
		assert_int_equal(sign_in(names[i], "secret"), ROOST_ERR_UNAVAILABLE);
		assert_int_equal(hashes, 0);
		assert_int_equal(roost_call_get_delay(call), 15000);
		assert_non_null(strstr(roost_call_text(call), "too many failed sign-ins"));
		address = "198.51.100.1";
		/* Not where a sign-in was remembered, not with the right password. */
		if (i == 0) {
			assert_int_equal(sign_in("anna", "secret"), ROOST_ERR_UNAVAILABLE);
			assert_string_equal(
				roost_call_reason(call), "locked: too many failures for this user");
		}
	}
	address = "203.0.113.9";
	assert_int_equal(sign_in("anna", "secret"), 0);
}

static void test_command_line(void **state)
{
	(void)state;
	char *hash = hash_make("hashed");
	char *text = NULL;
	assert_true(asprintf(&text, "Anna:%s", hash) > 0);
	assert_true(accounts_add(&accounts, text));
	assert_int_equal(sign_in("anna", "secret"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(sign_in("anna", "hashed"), 0);
	assert_int_equal(hashes, 1);
	assert_int_equal(sign_in("anna", hash), ROOST_ERR_INVALID_CREDENTIALS);
	accounts_clear(&accounts);
	free(text);
	free(hash);
	assert_true(accounts_add(&accounts, "Anna:plain:text"));
	assert_int_equal(sign_in("anna", "plain:text"), 0);
	assert_int_equal(hashes, 0);
	/* A wrong one costs what it costs elsewhere. */
	assert_int_equal(sign_in("anna", "plain:texts"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
	assert_int_equal(sign_in("anna", "secret"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 1);
}

static void test_verified(void **state)
{
	(void)state;
	assert_int_equal(verified("anna", ""), 0);
	assert_int_equal(verified("Anna", "EXTERNAL"), 0);
	assert_int_equal(verified("nobody", ""), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(verified("nobody", "EXTERNAL"), ROOST_ERR_INVALID_CREDENTIALS);
	/* Mail for who cannot sign in at the moment is still taken. */
	assert_int_equal(verified("closed", "EXTERNAL"), ROOST_ERR_INVALID_CREDENTIALS);
	assert_int_equal(hashes, 0);
}

static void test_authzid(void **state)
{
	static const struct {
		const char *authzid;
		int result;
	} rows[] = {
		{ "", 0 },
		{ "anna", 0 },
		{ "ANNA", 0 },
		{ "closed", ROOST_ERR_AUTHORIZATION_FAILED },
		{ "nobody", ROOST_ERR_AUTHORIZATION_FAILED },
		{ "a\nb", ROOST_ERR_AUTHORIZATION_FAILED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(check(ROOST_CREDENTIALS_PASSWORD, "anna", rows[i].authzid,
					 "secret", 6, "PLAIN"),
			rows[i].result);
	}
	/* Nothing is told before the password was right. */
	assert_int_equal(check(ROOST_CREDENTIALS_PASSWORD, "anna", "nobody", "wrong", 5, "PLAIN"),
		ROOST_ERR_INVALID_CREDENTIALS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refusals_are_alike),
		TEST(test_remembered),
		TEST(test_changes_count_at_once),
		TEST(test_hard_work_is_put_off),
		TEST(test_failures_are_held_back),
		TEST(test_locked),
		TEST(test_command_line),
		TEST(test_verified),
		TEST(test_authzid),
	};
	if (mkdtemp(data) == NULL) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	char users[64];
	(void)snprintf(users, sizeof(users), "%s/users", data);
	(void)rmdir(users);
	return rmdir(data) == 0 ? failed : 1;
}

/* test_pam.c - accounts of PAM: real stacks, in a folder of their own. */
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

#include <roost/error.h>

#include "accounts/pam.h"

/* Without a service, pam_start() of Linux-PAM 1.5 forgets some octets of its own. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libpam.so";
}

static char folder[] = "/tmp/roost-pam-XXXXXX";
static char service[64];
static char users[64];

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int ask(const char *user, const char *password, const char **reason_out)
{
	const struct pam_question question = { folder, user, password, "192.0.2.1" };
	*reason_out = NULL;
	return pam_ask(&question, reason_out);
}

static int ask_account(const char *user, bool closed)
{
	const struct pam_question question = { .folder = folder, .user = user, .address = "" };
	const char *reason = NULL;
	int r = pam_ask_account(&question, closed, &reason);
	assert_true((r == 0) == (reason == NULL));
	return r;
}

#if defined(PAM_PERMIT) && defined(PAM_DENY)
static void test_permit_and_deny(void **state)
{
	static const struct {
		const char *auth;
		const char *account;
		int result;
		int account_result;
	} rows[] = {
		{ PAM_PERMIT, PAM_PERMIT, 0, 0 },
		{ PAM_DENY, PAM_PERMIT, ROOST_ERR_INVALID_CREDENTIALS, 0 },
		{ PAM_PERMIT, PAM_DENY, ROOST_ERR_INVALID_CREDENTIALS,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ PAM_PERMIT, "/nowhere/pam_none.so", ROOST_ERR_UNAVAILABLE,
			ROOST_ERR_UNAVAILABLE },
	};
	char text[512];
	const char *reason;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text), "auth required %s\naccount required %s\n",
			rows[i].auth, rows[i].account);
		write_file(service, text);
		assert_int_equal(ask("anna", "secret", &reason), rows[i].result);
		assert_true((reason == NULL) == (rows[i].result == 0));
		if (rows[i].account_result != ROOST_ERR_INVALID_CREDENTIALS) {
			assert_int_equal(ask_account("anna", true), rows[i].account_result);
		}
	}
}
#endif

#ifdef PAM_MATRIX
static void test_passwords(void **state)
{
	static const struct {
		const char *user;
		const char *password;
		int result;
	} rows[] = {
		{ "anna", "secret", 0 },
		{ "bert", "s p\xc3\xa4 ce", 0 },
		{ "anna", "wrong", ROOST_ERR_INVALID_CREDENTIALS },
		{ "anna", "", ROOST_ERR_INVALID_CREDENTIALS },
		{ "bert", "secret", ROOST_ERR_INVALID_CREDENTIALS },
		{ "carl", "secret", ROOST_ERR_INVALID_CREDENTIALS },
		{ "other", "secret", ROOST_ERR_INVALID_CREDENTIALS },
	};
	char text[512];
	const char *reason;
	(void)state;
	write_file(users, "anna:secret:roost\nbert:s p\xc3\xa4 ce:roost\nother:secret:sshd\n");
	(void)snprintf(text, sizeof(text),
		"auth required %s passdb=%s\naccount required %s passdb=%s\n", PAM_MATRIX, users,
		PAM_MATRIX, users);
	write_file(service, text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int r = ask(rows[i].user, rows[i].password, &reason);
		if (r != rows[i].result) {
			fail_msg("%s with %s: %s, %s", rows[i].user, rows[i].password,
				roost_error_name(r), reason == NULL ? "" : reason);
		}
		assert_true((reason == NULL) == (r == 0));
	}
	assert_int_equal(ask_account("anna", true), 0);
}
#endif

/* No service at all. */
static void test_no_service(void **state)
{
	const char *reason;
	(void)state;
	(void)unlink(service);
	assert_true(ask("anna", "secret", &reason) < 0);
	assert_non_null(reason);
	assert_true(ask_account("anna", true) < 0);
}

static int begin(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	(void)snprintf(service, sizeof(service), "%s/roost", folder);
	(void)snprintf(users, sizeof(users), "%s/users", folder);
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)unlink(service);
	(void)unlink(users);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#if defined(PAM_PERMIT) && defined(PAM_DENY)
		cmocka_unit_test(test_permit_and_deny),
#endif
#ifdef PAM_MATRIX
		cmocka_unit_test(test_passwords),
#endif
		cmocka_unit_test(test_no_service),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

/* test_kit.c - the conformance kit finds nothing in a right backend, and in each broken one what is
 * broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <roost/check.h>

#include "mutants.h"

static int create(void *context, struct roost_backend **backend_out)
{
	const struct mutant *mutant = context;
	struct wrap *wrap;
	int r = wrap_create(WRAP_APPEND_LIMIT, &wrap);
	if (r < 0) {
		return r;
	}
	if (mutant != NULL) {
		mutant->mutate(wrap);
	}
	*backend_out = &wrap->base;
	return 0;
}

/* Memory has no restarts; what the cases about them do must hold all the same. */
static int reopen(void *context, struct roost_backend **backend)
{
	(void)context;
	(void)backend;
	return 0;
}

struct tally {
	const char *name; /* of the case to watch, or NULL */
	bool seen;
	enum roost_check_result result; /* of that case */
	unsigned passed, failed, skipped;
};

static void report(
	void *context, const char *name, enum roost_check_result result, const char *text)
{
	struct tally *tally = context;
	if (tally->name != NULL && strcmp(tally->name, name) == 0) {
		tally->seen = true;
		tally->result = result;
	}
	tally->passed += result == ROOST_CHECK_PASSED;
	tally->failed += result == ROOST_CHECK_FAILED;
	tally->skipped += result == ROOST_CHECK_SKIPPED;
	if (tally->name == NULL && result == ROOST_CHECK_FAILED) {
		print_message("%s: %s\n", name, text);
	}
	assert_true((text == NULL) == (result == ROOST_CHECK_PASSED));
	assert_true(text == NULL || text[0] != '\0');
}

static int run(const struct mutant *mutant, const char *only, struct tally *tally)
{
	struct roost_check_factory factory = {
		.size = sizeof(factory),
		.create = create,
		.reopen = reopen,
		.context = (void *)(uintptr_t)mutant,
	};
	struct roost_check_options options = {
		.size = sizeof(options),
		.username = "anna",
		.password = "secret",
		.other_username = "bert",
		.other_password = "geheim",
		.only = only,
		.append_limit = WRAP_APPEND_LIMIT,
	};
	struct roost_check_report told = {
		.size = sizeof(told),
		.report = report,
		.context = tally,
	};
	return roost_check_backend(&factory, &options, &told);
}

static void right_backend(void **state)
{
	(void)state;
	struct tally tally = { 0 };
	int failed = run(NULL, NULL, &tally);
	assert_int_equal(failed, 0);
	assert_int_equal(tally.failed, 0);
	assert_true(tally.passed >= 200);
	assert_int_equal(tally.skipped, 0);
}

static void broken_backends(const struct mutant *mutants, size_t count)
{
	unsigned missed = 0;
	for (size_t i = 0; i < count; i++) {
		struct tally right = { .name = mutants[i].noticed_by };
		struct tally broken = { .name = mutants[i].noticed_by };
		(void)run(NULL, mutants[i].noticed_by, &right);
		int failed = run(&mutants[i], mutants[i].noticed_by, &broken);
		if (!right.seen || right.result != ROOST_CHECK_PASSED ||
			broken.result != ROOST_CHECK_FAILED || failed != (int)broken.failed) {
			print_message("a backend that %s is not noticed by \"%s\"\n",
				mutants[i].what, mutants[i].noticed_by);
			missed++;
		}
	}
	assert_int_equal(missed, 0);
}

static void broken_users(void **state)
{
	(void)state;
	broken_backends(mutants_user, mutants_user_count);
}

static void broken_reads(void **state)
{
	(void)state;
	broken_backends(mutants_read, mutants_read_count);
}

static void broken_writes(void **state)
{
	(void)state;
	broken_backends(mutants_write, mutants_write_count);
}

/* The six ops of a backend that can only be read. */
static void keep_six_ops(struct wrap *wrap)
{
	wrap->base.features = 0;
	wrap->backend_ops.append_limit = NULL;
	wrap->backend_ops.set_updates = NULL;
	wrap->user_ops = (struct roost_user_ops) {
		.size = sizeof(wrap->user_ops),
		.list_mailboxes = wrap_list_mailboxes,
		.get_mailbox = wrap_get_mailbox,
		.logout = wrap->user_ops.logout,
	};
	wrap->mailbox_ops = (struct roost_mailbox_ops) {
		.size = sizeof(wrap->mailbox_ops),
		.snapshot = wrap_snapshot,
		.list_messages = wrap_list_messages,
		.close = wrap->mailbox_ops.close,
	};
}

static void six_ops(void **state)
{
	(void)state;
	const struct mutant small = { "has six ops", "", keep_six_ops };
	struct tally tally = { 0 };
	assert_int_equal(run(&small, NULL, &tally), 0);
	assert_true(tally.passed >= 8);
	assert_true(tally.skipped >= 100);
}

/* All the ops, which change nothing. */
static void forbid_writing(struct wrap *wrap)
{
	wrap->base.features |= ROOST_FEATURE_READ_ONLY;
}

static void read_only_store(void **state)
{
	(void)state;
	const struct mutant closed = { "is read-only", "", forbid_writing };
	struct tally tally = { 0 };
	assert_int_equal(run(&closed, NULL, &tally), 0);
	assert_true(tally.passed >= 8);
	assert_true(tally.skipped >= 100);
}

static void lose_snapshot(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = NULL;
}

static void lose_get_mailbox(struct wrap *wrap)
{
	wrap->user_ops.get_mailbox = NULL;
}

static void lose_login(struct wrap *wrap)
{
	wrap->backend_ops.login = NULL;
}

static void required_ops(void **state)
{
	(void)state;
	static const struct mutant lacking[] = {
		{ "has no snapshot", "", lose_snapshot },
		{ "has no get_mailbox", "", lose_get_mailbox },
		{ "has no login", "", lose_login },
	};
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		struct tally tally = { 0 };
		assert_true(run(&lacking[i], NULL, &tally) < 0);
		assert_int_equal(tally.passed, 0);
	}
}

static int no_backend(void *context, struct roost_backend **backend_out)
{
	(void)context;
	(void)backend_out;
	return ROOST_ERR_IO;
}

static void wrong_use(void **state)
{
	(void)state;
	struct roost_check_factory factory = { .size = sizeof(factory), .create = no_backend };
	struct roost_check_options options = {
		.size = sizeof(options),
		.username = "anna",
		.password = "secret",
	};
	assert_true(roost_check_backend(NULL, &options, NULL) < 0);
	assert_true(roost_check_backend(&factory, NULL, NULL) < 0);
	assert_true(roost_check_backend(&factory, &options, NULL) < 0);
	factory.create = create;
	options.password = "wrong";
	assert_true(roost_check_backend(&factory, &options, NULL) < 0);
	options.password = "secret";
	options.only = "mailbox/INBOX";
	options.size = offsetof(struct roost_check_options, threads);
	assert_int_equal(roost_check_backend(&factory, &options, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_backend),
		cmocka_unit_test(broken_users),
		cmocka_unit_test(broken_reads),
		cmocka_unit_test(broken_writes),
		cmocka_unit_test(six_ops),
		cmocka_unit_test(read_only_store),
		cmocka_unit_test(required_ops),
		cmocka_unit_test(wrong_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

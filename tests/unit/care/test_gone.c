/* test_gone.c - users who are removed while all are looked after. */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/verb.h"
#include "local_session.h"

static const char *const users[] = { "anna", "bert", "cleo" };

/* A store with mail of all of them. */
static struct house {
	char folder[256], data[264], backup[264];
	const char *leaving; /* removed when it is this one's turn; NULL: nobody */
	unsigned turns;
} house;

static void begin_turn(struct roost_backend *backend, const char *name)
{
	house.turns++;
	if (house.leaving != NULL && strcmp(name, house.leaving) == 0) {
		struct roost_call *call = NULL;
		assert_int_equal(roost_call_create(&call, 0), 0);
		assert_int_equal(roost_local_remove_user(backend, call, name), 0);
		roost_call_destroy(call);
	}
}

/* As the functions of those names, but somebody was there before. */
int __wrap_roost_local_check(struct roost_backend *backend, struct roost_call *call,
	const char *name, const struct roost_local_check_options *options);
int __real_roost_local_check(struct roost_backend *backend, struct roost_call *call,
	const char *name, const struct roost_local_check_options *options);
int __wrap_roost_local_backup(struct roost_backend *backend, struct roost_call *call,
	const char *name, const char *destination,
	const struct roost_local_backup_options *options);
int __real_roost_local_backup(struct roost_backend *backend, struct roost_call *call,
	const char *name, const char *destination,
	const struct roost_local_backup_options *options);
int __wrap_roost_local_stats(struct roost_backend *backend, struct roost_call *call,
	const char *name, struct roost_local_stats *stats_out);
int __real_roost_local_stats(struct roost_backend *backend, struct roost_call *call,
	const char *name, struct roost_local_stats *stats_out);

int __wrap_roost_local_check(struct roost_backend *backend, struct roost_call *call,
	const char *name, const struct roost_local_check_options *options)
{
	begin_turn(backend, name);
	return __real_roost_local_check(backend, call, name, options);
}

int __wrap_roost_local_backup(struct roost_backend *backend, struct roost_call *call,
	const char *name, const char *destination, const struct roost_local_backup_options *options)
{
	begin_turn(backend, name);
	return __real_roost_local_backup(backend, call, name, destination, options);
}

int __wrap_roost_local_stats(struct roost_backend *backend, struct roost_call *call,
	const char *name, struct roost_local_stats *stats_out)
{
	begin_turn(backend, name);
	return __real_roost_local_stats(backend, call, name, stats_out);
}

static int set_up(void **state)
{
	struct roost_backend *backend;
	(void)state;
	house = (struct house) { .leaving = NULL };
	local_folder_make(house.folder, sizeof(house.folder));
	(void)snprintf(house.data, sizeof(house.data), "%s/mail", house.folder);
	(void)snprintf(house.backup, sizeof(house.backup), "%s/backup", house.folder);
	assert_int_equal(local_session_open(house.data, 0, 0, &backend), 0);
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		struct local_session session;
		assert_int_equal(local_session_login(&session, backend, users[i]), 0);
		local_session_logout(&session);
	}
	roost_backend_destroy(backend);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	local_folder_remove(house.folder);
	return 0;
}

/* Run a verb in a store that is made anew; its status. */
static int run(const struct verb *verb, const char *leaving, const char *const *arguments)
{
	const char *argv[8] = { verb->name, "--data", house.data };
	int argc = 3;
	while (*arguments != NULL) {
		argv[argc++] = *arguments++;
	}
	assert_int_equal(tear_down(NULL) + set_up(NULL), 0);
	house.leaving = leaving;
	optind = 0; /* begin anew */
	return verb->run(argc, (char **)argv);
}

static void test_all(void **state)
{
	const char *none[] = { NULL }, *json[] = { "--json", NULL };
	const char *backup[] = { "--all", house.backup, NULL };
	const struct {
		const struct verb *verb;
		const char *const *arguments;
	} rows[] = {
		{ &check_verb, none },
		{ &stats_verb, none },
		{ &stats_verb, json },
		{ &backup_verb, backup },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; k < sizeof(users) / sizeof(users[0]); k++) {
			assert_int_equal(run(rows[i].verb, users[k], rows[i].arguments), VERB_GOOD);
			assert_int_equal(house.turns, sizeof(users) / sizeof(users[0]));
		}
		assert_int_equal(run(rows[i].verb, NULL, rows[i].arguments), VERB_GOOD);
	}
}

/* Who was named is missed. */
static void test_named(void **state)
{
	const char *named[] = { "anna", "bert", NULL };
	const char *backup[] = { "anna", "bert", house.backup, NULL };
	(void)state;
	assert_int_equal(run(&check_verb, "anna", named), VERB_TROUBLE);
	assert_int_equal(run(&stats_verb, "anna", named), VERB_TROUBLE);
	assert_int_equal(run(&backup_verb, "bert", backup), VERB_TROUBLE);
	assert_int_equal(house.turns, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_named, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

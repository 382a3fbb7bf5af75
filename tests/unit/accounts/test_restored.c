/* test_restored.c - accounts that change while the mail of their user is restored: what was told to be
 * done is done. */
#include "accounts/account_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include <cmocka.h>

#include "local_session.h"

enum what { ADD, CHANGE, REMOVE };

/* A store in which anna has an account and mail, and a backup of both. */
static struct house {
	char folder[256], data[264], anna[276], backup[264], from[276];
	struct roost_backend *backend;
	struct roost_call *call;
} house;

/* What somebody does when a folder is about to take its place, and how far that has come. */
static struct meanwhile {
	bool armed;
	enum what what;
	pthread_t thread;
	enum account_result result;
	atomic_bool done, waits;
} meanwhile;
static _Thread_local bool is_meanwhile;

/* What happens before the next such call. */
static void (*before_flock)(void), (*before_openat)(void);

static enum account_result do_now(enum what what, const char *password)
{
	const struct account_change change = { .password = password };
	return what == ADD      ? account_file_add(house.data, "anna", &change)
	       : what == CHANGE ? account_file_change(house.data, "anna", &change)
				: account_file_remove(house.data, "anna");
}

static void *run_meanwhile(void *context)
{
	is_meanwhile = true;
	meanwhile.result = do_now(meanwhile.what, "new");
	atomic_store(&meanwhile.done, true);
	return context;
}

int __wrap_renameat2(int from, const char *path, int to, const char *place, unsigned flags);
int __real_renameat2(int from, const char *path, int to, const char *place, unsigned flags);
int __wrap_flock(int fd, int operation);
int __real_flock(int fd, int operation);
int __wrap_openat64(int folder, const char *name, int flags, ...);
int __real_openat64(int folder, const char *name, int flags, ...);

/* Goes on when what happens meanwhile is done, or waits. */
int __wrap_renameat2(int from, const char *path, int to, const char *place, unsigned flags)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	if (meanwhile.armed) {
		meanwhile.armed = false;
		assert_int_equal(pthread_create(&meanwhile.thread, NULL, run_meanwhile, NULL), 0);
		while (!atomic_load(&meanwhile.done) && !atomic_load(&meanwhile.waits)) {
			(void)nanosleep(&pause, NULL);
		}
	}
	return __real_renameat2(from, path, to, place, flags);
}

static void happen(void (**what)(void))
{
	void (*now)(void) = *what;
	*what = NULL;
	if (now != NULL) {
		now();
	}
}

int __wrap_flock(int fd, int operation)
{
	if (!is_meanwhile) {
		happen(&before_flock);
	} else if (__real_flock(fd, operation | LOCK_NB) < 0) {
		atomic_store(&meanwhile.waits, true);
	}
	return __real_flock(fd, operation);
}

int __wrap_openat64(int folder, const char *name, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	if (!is_meanwhile) {
		happen(&before_openat);
	}
	return __real_openat64(folder, name, flags, mode);
}

static void restore(void)
{
	const struct roost_local_restore_options options = {
		.size = sizeof(options),
		.replace = true,
	};
	int r = roost_local_restore(house.backend, house.call, house.from, "anna", &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(house.call));
	}
}

static enum account_result restore_and(enum what what)
{
	meanwhile = (struct meanwhile) { .armed = true, .what = what };
	restore();
	assert_false(meanwhile.armed);
	assert_int_equal(pthread_join(meanwhile.thread, NULL), 0);
	return meanwhile.result;
}

static void expect_password(const char *password)
{
	struct account_file account = { .password = NULL };
	assert_int_equal(account_file_read(house.data, "anna", &account), ACCOUNT_GOOD);
	assert_string_equal(account.password, password);
	account_file_clear(&account);
}

static int set_up(void **state)
{
	struct local_session anna;
	(void)state;
	local_folder_make(house.folder, sizeof(house.folder));
	(void)snprintf(house.data, sizeof(house.data), "%s/mail", house.folder);
	(void)snprintf(house.anna, sizeof(house.anna), "%s/users/anna", house.data);
	(void)snprintf(house.backup, sizeof(house.backup), "%s/backup", house.folder);
	(void)snprintf(house.from, sizeof(house.from), "%s/anna", house.backup);
	assert_int_equal(do_now(ADD, "old"), ACCOUNT_GOOD);
	assert_int_equal(roost_call_create(&house.call, 0), 0);
	assert_int_equal(local_session_open(house.data, 0, 0, &house.backend), 0);
	assert_int_equal(local_session_login(&anna, house.backend, "anna"), 0);
	local_session_logout(&anna);
	assert_int_equal(
		roost_local_backup(house.backend, house.call, "anna", house.backup, NULL), 0);
	roost_backend_destroy(house.backend);
	return local_session_open(house.data, 0, 0, &house.backend);
}

static int tear_down(void **state)
{
	(void)state;
	roost_backend_destroy(house.backend);
	roost_call_destroy(house.call);
	local_folder_remove(house.folder);
	return 0;
}

static void test_changed_meanwhile(void **state)
{
	(void)state;
	assert_int_equal(restore_and(CHANGE), ACCOUNT_GOOD);
	expect_password("new");
}

static void test_removed_meanwhile(void **state)
{
	struct account_file account = { .password = NULL };
	(void)state;
	assert_int_equal(restore_and(REMOVE), ACCOUNT_GOOD);
	assert_int_equal(account_file_read(house.data, "anna", &account), ACCOUNT_MISSING);
}

/* Of a user who has nothing but the backup. Who comes first has the account. */
static void test_added_meanwhile(void **state)
{
	(void)state;
	local_folder_remove(house.anna);
	assert_int_equal(restore_and(ADD), ACCOUNT_GOOD);
	expect_password("new");
}

static void test_added_too_late(void **state)
{
	(void)state;
	assert_int_equal(do_now(REMOVE, NULL), ACCOUNT_GOOD);
	assert_int_equal(restore_and(ADD), ACCOUNT_EXISTS);
	expect_password("old");
}

/* The folder that was opened is not there any more when it is its turn. */
static void test_restored_meanwhile(void **state)
{
	static const enum what all[] = { CHANGE, REMOVE, ADD };
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		before_flock = restore;
		assert_int_equal(
			do_now(all[i], "new"), all[i] == ADD ? ACCOUNT_EXISTS : ACCOUNT_GOOD);
		assert_null(before_flock);
	}
	expect_password("old"); /* of the backup */
	before_openat = restore;
	expect_password("old");
	assert_null(before_openat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_changed_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_removed_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_added_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_added_too_late, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_restored_meanwhile, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

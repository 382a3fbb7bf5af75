/* test_lock.c - who works with a user's mail: sharing it, having it for oneself, and dying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/error.h>

#include "bell.h"
#include "local_folder.h"
#include "lock.h"

struct place {
	char folder[256];
	char path[300];
};

static void begin(struct place *place)
{
	local_folder_make(place->folder, sizeof(place->folder));
	(void)snprintf(place->path, sizeof(place->path), "%s/anna", place->folder);
}

static void end(struct place *place)
{
	local_folder_remove(place->folder);
}

static void test_sharing(void **state)
{
	struct place place;
	struct lock a = LOCK_NONE, b = LOCK_NONE, c = LOCK_NONE;
	(void)state;
	begin(&place);
	assert_int_equal(local_lock_enter(place.path, 0, &a), 0);
	assert_true(a.alone);
	assert_false(a.died);
	/* One stands in the door. */
	assert_int_equal(local_lock_enter(place.path, 0, &b), ROOST_ERR_IN_USE);
	assert_int_equal(local_lock_own(place.path, 6, &b), ROOST_ERR_IN_USE);
	assert_int_equal(b.fd, -1);
	local_lock_settle(&a);

	assert_int_equal(local_lock_enter(place.path, 0, &b), 0);
	assert_false(b.alone);
	local_lock_settle(&b);
	assert_int_equal(local_lock_own(place.path, 0, &c), ROOST_ERR_IN_USE);
	local_lock_leave(&a);
	assert_int_equal(a.fd, -1);
	assert_int_equal(local_lock_own(place.path, 0, &c), ROOST_ERR_IN_USE);
	local_lock_leave(&b);

	assert_int_equal(local_lock_own(place.path, 0, &c), 0);
	assert_true(c.alone);
	assert_false(c.died);
	assert_int_equal(local_lock_enter(place.path, 4, &a), ROOST_ERR_IN_USE);
	assert_int_equal(local_lock_own(place.path, 4, &a), ROOST_ERR_IN_USE);
	local_lock_leave(&c);
	local_lock_leave(&c);

	assert_int_equal(local_lock_enter(place.path, 0, &a), 0);
	assert_true(a.alone);
	assert_false(a.died);
	local_lock_leave(&a);
	end(&place);
}

static void test_eras(void **state)
{
	struct place place;
	struct lock a = LOCK_NONE;
	(void)state;
	begin(&place);
	assert_int_equal(local_lock_enter(place.path, 0, &a), 0);
	uint64_t era = a.era;
	local_lock_settle(&a);
	local_lock_leave(&a);
	assert_int_equal(local_lock_enter(place.path, 0, &a), 0);
	assert_int_equal(a.era, era);
	local_lock_leave(&a);
	assert_int_equal(local_lock_own(place.path, 0, &a), 0);
	assert_true(a.era > era);
	era = a.era;
	local_lock_leave(&a);
	assert_int_equal(local_lock_enter(place.path, 0, &a), 0);
	assert_int_equal(a.era, era);
	local_lock_settle(&a);
	assert_int_equal(a.era, era);
	local_lock_leave(&a);
	end(&place);
}

/* A process that takes the lock, in whatever way, and is gone without a word. */
static void die_with(
	const char *path, int (*take)(const char *, unsigned, struct lock *), bool settle)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct lock lock;
		if (take(path, 1000, &lock) < 0) {
			_exit(1);
		}
		if (settle) {
			local_lock_settle(&lock);
		}
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void expect_died(const char *path, bool expected, bool clean)
{
	struct lock lock = LOCK_NONE;
	assert_int_equal(local_lock_enter(path, 0, &lock), 0);
	assert_true(lock.alone);
	assert_int_equal(lock.died, expected);
	if (clean) {
		lock.died = false;
	}
	local_lock_settle(&lock);
	local_lock_leave(&lock);
}

static void test_dying(void **state)
{
	struct place place;
	struct lock a = LOCK_NONE, b = LOCK_NONE;
	(void)state;
	begin(&place);
	for (int round = 0; round < 3; round++) {
		die_with(place.path, round == 2 ? local_lock_own : local_lock_enter, round == 1);
		/* It blocks nobody, and is known until somebody has cleaned up. */
		expect_died(place.path, true, false);
		expect_died(place.path, true, true);
		expect_died(place.path, false, true);
	}
	/* One dies while another is in: who comes when that one has gone hears of it. */
	assert_int_equal(local_lock_enter(place.path, 0, &a), 0);
	local_lock_settle(&a);
	die_with(place.path, local_lock_enter, true);
	assert_int_equal(local_lock_enter(place.path, 0, &b), 0);
	assert_false(b.alone);
	assert_false(b.died);
	local_lock_settle(&b);
	local_lock_leave(&a);
	local_lock_leave(&b);
	/* One's own lock tells, and cleans up, too. */
	assert_int_equal(local_lock_own(place.path, 0, &a), 0);
	assert_true(a.died);
	local_lock_leave(&a);
	assert_int_equal(local_lock_own(place.path, 0, &a), 0);
	assert_true(a.died);
	a.died = false;
	local_lock_leave(&a);
	expect_died(place.path, false, false);
	end(&place);
}

/* Whatever the file says, nobody is kept out. */
static void test_damaged_file(void **state)
{
	static const char *const texts[] = { "", "x", "-1 -1", "4294967295 18446744073709551615\n",
		"99999999999999999999999999999999999999999999999999", "\n\n\n\n" };
	struct place place;
	(void)state;
	begin(&place);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct lock lock = LOCK_NONE;
		FILE *file = fopen(place.path, "w");
		assert_non_null(file);
		(void)fputs(texts[i], file);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(local_lock_enter(place.path, 0, &lock), 0);
		lock.died = false;
		local_lock_settle(&lock);
		local_lock_leave(&lock);
		expect_died(place.path, false, false);
	}
	struct lock lock = LOCK_NONE;
	char nowhere[400];
	(void)snprintf(nowhere, sizeof(nowhere), "%s/none/anna", place.folder);
	assert_int_equal(local_lock_enter(nowhere, 0, &lock), ROOST_ERR_IO);
	assert_int_equal(lock.fd, -1);
	end(&place);
}

static void test_joining(void **state)
{
	struct place place;
	int a = -1, b = -1;
	(void)state;
	begin(&place);
	assert_int_equal(local_lock_join(place.path, &a), 0);
	assert_false(local_lock_has_others(a));
	assert_int_equal(local_lock_join(place.path, &b), 0);
	assert_true(local_lock_has_others(a));
	assert_true(local_lock_has_others(b));
	(void)close(b);
	assert_false(local_lock_has_others(a));
	(void)close(a);
	end(&place);
}

/* How many events there are to be read. */
static int count_rings(int listener)
{
	char events[4096];
	int count = 0;
	ssize_t size = read(listener, events, sizeof(events));
	for (ssize_t at = 0; at < size; count++) {
		const struct inotify_event *event = (const void *)(events + at);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	return count;
}

/* Whoever comes in or goes out does not ring: a server would call itself back to what it has just closed. */
static void test_quiet(void **state)
{
	struct place place;
	struct lock lock = LOCK_NONE;
	(void)state;
	begin(&place);
	int listener = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	assert_true(listener >= 0);
	assert_true(inotify_add_watch(listener, place.folder, LOCAL_BELL_RINGS | IN_ONLYDIR) >= 0);
	assert_int_equal(local_lock_enter(place.path, 0, &lock), 0);
	local_lock_settle(&lock);
	local_lock_leave(&lock);
	assert_int_equal(local_lock_own(place.path, 0, &lock), 0);
	local_lock_leave(&lock);
	assert_int_equal(count_rings(listener), 0);
	local_bell_ring_at(place.path);
	assert_int_equal(count_rings(listener), 1);
	(void)close(listener);
	end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sharing),
		cmocka_unit_test(test_eras),
		cmocka_unit_test(test_dying),
		cmocka_unit_test(test_damaged_file),
		cmocka_unit_test(test_joining),
		cmocka_unit_test(test_quiet),
	};
	return cmocka_run_group_tests_name("local/lock", tests, NULL, NULL);
}

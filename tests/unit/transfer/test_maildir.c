/* test_maildir.c - a Maildir is read while a mail program renames, adds and removes files. */
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

#include "mail_file.h"
#include "maildir.h"
#include "maildir_subscriptions.h"

/* -- the Maildir, and what is done to it before a file is read */

static char folder[] = "/tmp/roost-maildir-XXXXXX";

static const struct change {
	const char *before; /* so the path ends that is read */
	const char *from;
	const char *to; /* NULL: it is removed; `from` NULL: it comes */
} * changes;
static size_t change_count, changed;

static const char *path_of(const char *name)
{
	static char paths[2][256];
	static unsigned turn;
	char *path = paths[turn++ % 2];
	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name)
{
	FILE *file = fopen(path_of(name), "we");
	assert_non_null(file);
	assert_true(fprintf(file, "Subject: %.1s\n\n", strchr(name, '/') + 1) > 0);
	assert_int_equal(fclose(file), 0);
}

static void change(const struct change *what)
{
	if (what->from == NULL) {
		write_file(what->to);
	} else if (what->to == NULL) {
		assert_int_equal(unlink(path_of(what->from)), 0);
	} else {
		assert_int_equal(rename(path_of(what->from), path_of(what->to)), 0);
	}
}

static bool ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);
	return n >= m && strcmp(path + n - m, end) == 0;
}

int __real_mail_file_read(const char *path, struct message *message);
int __wrap_mail_file_read(const char *path, struct message *message);

int __wrap_mail_file_read(const char *path, struct message *message)
{
	while (changed < change_count && ends_in(path, changes[changed].before)) {
		change(&changes[changed++]);
	}
	return __real_mail_file_read(path, message);
}

/* -- the deposit: what came of it, "1F 2 3S", and what failed */

struct deposit {
	char taken[64];
	unsigned failed;
};

bool deposit_goes_on(const struct deposit *deposit)
{
	(void)deposit;
	return true;
}

void deposit_expect(struct deposit *deposit, uint64_t steps)
{
	(void)deposit;
	(void)steps;
}

void deposit_advance(struct deposit *deposit, uint64_t steps)
{
	(void)deposit;
	(void)steps;
}

bool deposit_knows(struct deposit *deposit, const char *identity, const struct roost_flags *flags)
{
	(void)deposit;
	(void)identity;
	(void)flags;
	return false;
}

void deposit_add(
	struct deposit *deposit, struct message *message, const char *identity, const char *origin)
{
	size_t n = strlen(deposit->taken);
	(void)identity;
	(void)origin;
	assert_true(message->size > 9);
	(void)snprintf(deposit->taken + n, sizeof(deposit->taken) - n, "%s%c%s%s", n > 0 ? " " : "",
		message->bytes[9], (message->system_flags & ROOST_FLAG_FLAGGED) != 0 ? "F" : "",
		(message->system_flags & ROOST_FLAG_SEEN) != 0 ? "S" : "");
	message_clear(message);
}

void deposit_fail(struct deposit *deposit, const char *origin, const char *why)
{
	(void)origin;
	(void)why;
	deposit->failed++;
}

void deposit_break(struct deposit *deposit, const char *origin, const char *why)
{
	(void)deposit;
	fail_msg("%s: %s", origin, why);
}

bool source_enter(
	const struct source *source, struct deposit *deposit, const char *path, const char *name)
{
	(void)source;
	(void)deposit;
	(void)path;
	(void)name;
	return true;
}

void maildir_subscriptions_read(const struct source *source, struct deposit *deposit)
{
	(void)source;
	(void)deposit;
}

/* -- */

static void check(const struct change *of, size_t count, const char *taken, unsigned failed)
{
	static const char *const files[] = { "cur/1.a:2,", "cur/2.b:2,S", "new/3.c" };
	const struct source source = { .path = folder };
	struct deposit deposit = { .failed = 0 };
	(void)snprintf(folder, sizeof(folder), "/tmp/roost-maildir-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mkdir(path_of("cur"), 0700), 0);
	assert_int_equal(mkdir(path_of("new"), 0700), 0);
	for (size_t i = 0; i < 3; i++) {
		write_file(files[i]);
	}
	assert_int_equal(symlink("nowhere", path_of("cur/9.z:2,")), 0);
	changes = of;
	change_count = count;
	changed = 0;
	maildir_read(&source, &deposit);
	assert_int_equal(changed, count);
	assert_string_equal(deposit.taken, taken);
	assert_int_equal(deposit.failed, failed);
	static const char *const all[] = { "cur/1.a:2,", "cur/2.b:2,", "cur/2.b:2,S",
		"cur/2.b:2,FS", "cur/3.c:2,S", "cur/3.c:2,FS", "new/3.c", "new/4.d", "cur/9.z:2,",
		"cur/0.e:2," };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		(void)unlink(path_of(all[i]));
	}
	assert_int_equal(rmdir(path_of("cur")), 0);
	assert_int_equal(rmdir(path_of("new")), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void test_nothing_changes(void **state)
{
	(void)state;
	check(NULL, 0, "1 2S 3", 1);
}

static void test_renamed(void **state)
{
	static const struct change of[] = {
		{ "1.a:2,", "cur/2.b:2,S", "cur/2.b:2,FS" },
		{ "1.a:2,", "new/3.c", "cur/3.c:2,S" },
		{ "2.b:2,FS", "cur/3.c:2,S", "cur/3.c:2,FS" },
	};
	(void)state;
	check(of, 1, "1 3 2FS", 1);
	check(of, 2, "1 2FS 3S", 1);
	check(of, 3, "1 2FS 3FS", 1);
}

/* What was read already is not read again under its new name. */
static void test_renamed_after(void **state)
{
	static const struct change of[] = { { "3.c", "cur/2.b:2,S", "cur/2.b:2," } };
	(void)state;
	check(of, 1, "1 2S 3", 1);
}

static void test_gone_and_new(void **state)
{
	static const struct change of[] = {
		{ "1.a:2,", "cur/2.b:2,S", NULL },
		{ "3.c", NULL, "new/4.d" },
	};
	(void)state;
	check(of, 2, "1 3 4", 1);
}

/* It is not looked for for ever, and not passed over in silence. */
static void test_never_still(void **state)
{
	static const struct change of[] = {
		{ "2.b:2,S", "cur/2.b:2,S", "cur/2.b:2," },
		{ "2.b:2,", "cur/2.b:2,", "cur/2.b:2,S" },
		{ "2.b:2,S", "cur/2.b:2,S", "cur/2.b:2," },
		{ "2.b:2,", "cur/2.b:2,", "cur/2.b:2,S" },
		{ "2.b:2,S", "cur/2.b:2,S", "cur/2.b:2," },
	};
	(void)state;
	check(of, 4, "1 3 2S", 1);
	check(of, 5, "1 3", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changes),
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_renamed_after),
		cmocka_unit_test(test_gone_and_new),
		cmocka_unit_test(test_never_still),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_user_list.c - users are listed while one of them is removed. */
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

#include "accounts/account_file.h"
#include "accounts/user_list.h"

static char folder[] = "/tmp/roost-users-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[256];
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

enum account_result __real_account_file_read(
	const char *data, const char *name, struct account_file *account_out);
enum account_result __wrap_account_file_read(
	const char *data, const char *name, struct account_file *account_out);

/* Who comes first takes the next with them. */
enum account_result __wrap_account_file_read(
	const char *data, const char *name, struct account_file *account_out)
{
	if (strcmp(name, "anna") == 0) {
		assert_int_equal(rmdir(path_of("users/bert")), 0);
	}
	return __real_account_file_read(data, name, account_out);
}

static void test_removed_meanwhile(void **state)
{
	static const char *const made[] = { "users", "users/anna", "users/bert", "users/carl" };
	char said[64] = "";
	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		assert_int_equal(mkdir(path_of(made[i]), 0700), 0);
	}
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fflush(stdout), 0);
	int before = dup(STDOUT_FILENO);
	assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
	int status = user_list(folder);
	assert_int_equal(fflush(stdout), 0);
	assert_int_equal(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
	(void)close(before);
	rewind(file);
	(void)fread(said, 1, sizeof(said) - 1, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(status, 0);
	assert_string_equal(said, "anna\t-\tno-account\ncarl\t-\tno-account\n");
	assert_int_equal(rmdir(path_of("users/anna")), 0);
	assert_int_equal(rmdir(path_of("users/carl")), 0);
	assert_int_equal(rmdir(path_of("users")), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_removed_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

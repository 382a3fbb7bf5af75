/* test_schema.c - making and migrating mail.db. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

#include "local_folder.h"
#include "schema.h"

static void test_migrate(void **state)
{
	char folder[256], path[300], text[200] = "";
	struct driver *db = NULL;
	unsigned version = 0;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/mail.db", folder);
	assert_int_equal(local_driver_open(path, true, &db, text, sizeof(text)), 0);
	assert_int_equal(local_schema_migrate(db, 1000, text, sizeof(text)), 0);
	assert_int_equal(local_driver_schema_version(db, &version), 0);
	assert_int_equal(version, SCHEMA_VERSION);
	/* A second time there is nothing to do, and what was made stays. */
	assert_int_equal(local_schema_migrate(db, 2000, text, sizeof(text)), 0);
	struct driver_statement *s;
	assert_int_equal(local_driver_prepare(db, "SELECT name, uid_validity FROM mailbox", &s), 0);
	assert_int_equal(local_driver_step(s), 1);
	assert_memory_equal(local_driver_bytes(s, 0).bytes, "INBOX", 5);
	assert_int_equal(local_driver_number(s, 1), 1000);
	assert_int_equal(local_driver_step(s), 0);
	local_driver_done(s);

	assert_int_equal(local_driver_set_schema_version(db, SCHEMA_VERSION + 1), 0);
	assert_int_equal(local_schema_migrate(db, 3000, text, sizeof(text)), ROOST_ERR_UNAVAILABLE);
	assert_non_null(strstr(text, "newer"));

	/* A migration that fails leaves all as it was. */
	assert_int_equal(local_driver_set_schema_version(db, 0), 0);
	assert_true(local_schema_migrate(db, 4000, text, sizeof(text)) < 0);
	assert_non_null(strstr(text, "exists"));
	assert_false(local_driver_in_transaction(db));
	assert_int_equal(local_driver_schema_version(db, &version), 0);
	assert_int_equal(version, 0);
	local_driver_close(db);
	local_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_migrate) };
	return cmocka_run_group_tests_name("local/schema", tests, NULL, NULL);
}

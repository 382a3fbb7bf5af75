/* test_schema.c - making and migrating mail.db. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

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

/* Run the statements of a file, as the sqlite3 program would. */
static void load(const char *database, const char *name)
{
	char path[1024];
	char sql[65536];
	(void)snprintf(path, sizeof(path), "%s/%s", LOCAL_DATA, name);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	size_t n = fread(sql, 1, sizeof(sql) - 1, file);
	assert_true(n > 0 && n < sizeof(sql) - 1);
	sql[n] = '\0';
	(void)fclose(file);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t number(struct driver *db, const char *sql)
{
	struct driver_statement *s;
	assert_int_equal(local_driver_prepare(db, sql, &s), 0);
	assert_int_equal(local_driver_step(s), 1);
	int64_t answer = local_driver_number(s, 0);
	local_driver_done(s);
	return answer;
}

static void test_from_version_1(void **state)
{
	char folder[256], path[300], text[200] = "";
	struct driver *db = NULL;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/mail.db", folder);
	load(path, "mail_version_1.sql");
	assert_int_equal(local_driver_open(path, true, &db, text, sizeof(text)), 0);
	assert_int_equal(number(db, "PRAGMA user_version"), 1);
	assert_int_equal(local_schema_migrate(db, 1000, text, sizeof(text)), 0);
	assert_int_equal(number(db, "PRAGMA user_version"), SCHEMA_VERSION);

	/* Emails 1, 2 and 5 are one conversation, in three mailboxes; 3 and 6 stand alone. */
	assert_int_equal(number(db, "SELECT COUNT(*) FROM email WHERE thread = 1"), 3);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM email WHERE thread = id"), 3);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM message WHERE thread = 1"), 4);
	assert_int_equal(
		number(db, "SELECT COUNT(*) FROM message JOIN email ON email.id = message.email"
			   " WHERE message.thread = email.thread"),
		6);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM message_id WHERE thread = 1"), 3);
	assert_int_equal(number(db, "SELECT message_ids FROM account"), 4);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM flagging"), 0);
	/* None is in a pack. */
	assert_int_equal(number(db, "SELECT COUNT(*) FROM email WHERE pack = 0 AND pack_at = 0"),
		number(db, "SELECT COUNT(*) FROM email"));
	assert_int_equal(number(db, "SELECT COUNT(*) FROM pack"), 0);
	/* What was there before is there still. */
	assert_int_equal(number(db, "SELECT COUNT(*) FROM message"), 6);
	assert_int_equal(number(db, "SELECT SUM(octets) FROM message"), 487);
	assert_int_equal(number(db, "SELECT flags FROM message WHERE mailbox = 1 AND uid = 3"), 4);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM message WHERE keywords = 'Work'"), 2);
	assert_int_equal(number(db, "SELECT last FROM expunged WHERE mailbox = 1"), 4);
	local_driver_close(db);
	local_folder_remove(folder);
}

/* The version before has no changes of flags beside the messages. */
static void test_from_version_3(void **state)
{
	char folder[256], path[300], text[200] = "";
	struct driver *db = NULL;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/mail.db", folder);
	assert_int_equal(local_driver_open(path, true, &db, text, sizeof(text)), 0);
	assert_int_equal(local_schema_migrate(db, 1000, text, sizeof(text)), 0);
	assert_int_equal(local_driver_define(db, "DROP TABLE flagging"), 0);
	assert_int_equal(local_driver_define(db,
				 "INSERT INTO message VALUES (1, 1, 1, 5, 'Work', 7, 0, 9, 0, 0, "
				 "1)"),
		0);
	assert_int_equal(local_driver_set_schema_version(db, 3), 0);
	assert_int_equal(local_schema_migrate(db, 2000, text, sizeof(text)), 0);
	assert_int_equal(number(db, "PRAGMA user_version"), SCHEMA_VERSION);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM flagging"), 0);
	assert_int_equal(number(db, "SELECT flags FROM message WHERE keywords = 'Work'"), 5);
	local_driver_close(db);
	local_folder_remove(folder);
}

/* As one that dies in the middle leaves it: nothing has happened. */
static void test_all_or_nothing(void **state)
{
	char folder[256], path[300], text[200] = "";
	struct driver *db = NULL;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/mail.db", folder);
	load(path, "mail_version_1.sql");
	assert_int_equal(local_driver_open(path, true, &db, text, sizeof(text)), 0);
	/* Its last step finds no table of messages. */
	assert_int_equal(local_driver_define(db, "ALTER TABLE message RENAME TO hidden"), 0);
	assert_true(local_schema_migrate(db, 1000, text, sizeof(text)) < 0);
	assert_int_equal(number(db, "PRAGMA user_version"), 1);
	assert_int_equal(
		number(db, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'message_id'"), 0);
	assert_int_equal(local_driver_define(db, "ALTER TABLE hidden RENAME TO message"), 0);
	assert_int_equal(local_schema_migrate(db, 1000, text, sizeof(text)), 0);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM message WHERE thread = 1"), 4);
	local_driver_close(db);
	local_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_migrate),
		cmocka_unit_test(test_from_version_1),
		cmocka_unit_test(test_from_version_3),
		cmocka_unit_test(test_all_or_nothing),
	};
	return cmocka_run_group_tests_name("local/schema", tests, NULL, NULL);
}

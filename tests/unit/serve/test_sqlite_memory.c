/* test_sqlite_memory.c - SQLite works with memory that stands apart. */
#include "sqlite_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>

static sqlite3 *open_database(void)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	return db;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(stmt, 0);
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	return number;
}

static void test_rows(void **state)
{
	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		sqlite3 *db = open_database();
		assert_int_equal(
			sqlite3_exec(db,
				"CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT, bytes BLOB);"
				"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
				"WHERE i < 3000) "
				"INSERT INTO t SELECT i, 'text ' || i, zeroblob(i * 7) FROM n",
				NULL, NULL, NULL),
			SQLITE_OK);
		assert_int_equal(ask(db, "SELECT COUNT(*) FROM t"), 3000);
		assert_int_equal(ask(db, "SELECT SUM(LENGTH(bytes)) FROM t"), 31510500);
		assert_int_equal(ask(db, "SELECT id FROM t WHERE text = 'text 2999'"), 2999);
		assert_int_equal(ask(db, "SELECT LENGTH(GROUP_CONCAT(text, '')) FROM t"), 25893);
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
	}
}

/* Growing and shrinking, from small to what malloc() has and back, keeps what was there. */
static void test_sizes(void **state)
{
	(void)state;
	static const int sizes[] = { 1, 16, 17, 100, 4368, 8192, 8193, 100000, 200000, 8193, 8192,
		300, 290, 5, 70000, 5 };
	unsigned char *piece = NULL;
	int before = 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		piece = sqlite3_realloc(piece, sizes[i]);
		assert_non_null(piece);
		assert_true(sqlite3_msize(piece) >= (sqlite3_uint64)sizes[i]);
		int kept = before < sizes[i] ? before : sizes[i];
		for (int j = 0; j < kept; j++) {
			assert_int_equal(piece[j], (j * 7) & 0xff);
		}
		for (int j = 0; j < sizes[i]; j++) {
			piece[j] = (unsigned char)(j * 7);
		}
		before = sizes[i];
	}
	sqlite3_free(piece);
	sqlite3_free(NULL);
}

/* Who gives SQLite its memory, before and now. */
static struct sqlite3_mem_methods methods_before, methods_now;

static void test_parted(void **state)
{
	(void)state;
	assert_true(methods_before.xMalloc != NULL);
	assert_true(methods_now.xMalloc != methods_before.xMalloc);
	assert_true(methods_now.xFree != methods_before.xFree);
}

/* What was taken before is still SQLite's when it is asked for a second time. */
static void test_parted_twice(void **state)
{
	(void)state;
	char *piece = sqlite3_malloc(100);
	assert_non_null(piece);
	sqlite_memory_part();
	sqlite3_free(piece);
	test_rows(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parted),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_parted_twice),
	};
	(void)sqlite3_config(SQLITE_CONFIG_GETMALLOC, &methods_before);
	sqlite_memory_part();
	(void)sqlite3_config(SQLITE_CONFIG_GETMALLOC, &methods_now);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

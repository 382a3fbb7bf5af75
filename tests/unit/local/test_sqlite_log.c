/* test_sqlite_log.c - commits whose pages go to the log in one piece. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "local_folder.h"
#include "sqlite_log.h"

struct place {
	char folder[256], path[300], log[310];
	sqlite3 *db;
};

static sqlite3 *open_at(const char *path)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				 "PRAGMA wal_autocheckpoint = 0",
				 NULL, NULL, NULL),
		SQLITE_OK);
	return db;
}

static void begin(struct place *place)
{
	local_folder_make(place->folder, sizeof(place->folder));
	(void)snprintf(place->path, sizeof(place->path), "%s/test.db", place->folder);
	(void)snprintf(place->log, sizeof(place->log), "%s-wal", place->path);
	place->db = open_at(place->path);
	sqlite_log_gather(place->db);
	sqlite_log_gather(place->db); /* once more is no more */
	assert_int_equal(
		sqlite3_exec(place->db, "CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB)", NULL,
			NULL, NULL),
		SQLITE_OK);
}

static void end(struct place *place)
{
	assert_int_equal(sqlite3_close(place->db), SQLITE_OK);
	assert_int_not_equal(access(place->log, F_OK), 0);
	local_folder_remove(place->folder);
}

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int64_t number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static bool is_whole(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	bool whole = strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
	sqlite3_finalize(s);
	return whole;
}

/* How often this process has called the system to write; 0 where it is not told. */
static unsigned long count_writes(void)
{
	unsigned long n = 0;
	char line[100];
	FILE *file = fopen("/proc/self/io", "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		(void)sscanf(line, "syscw: %lu", &n);
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return n;
}

static off_t size_of(const char *path)
{
	struct stat is;
	return stat(path, &is) == 0 ? is.st_size : -1;
}

/* A row of some pages. */
#define ROW "INSERT INTO t (bytes) VALUES (randomblob(10000))"

static void test_one_write(void **state)
{
	struct place place;
	(void)state;
	begin(&place);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(run(place.db, ROW), SQLITE_OK);
	}
	unsigned long before = count_writes();
	assert_int_equal(run(place.db, ROW), SQLITE_OK);
	unsigned long after = count_writes();
	end(&place);
	if (before == 0) {
		skip();
	}
	assert_int_equal(after - before, 1);
}

static void copy_file(const char *from, const char *folder, const char *name)
{
	char to[320], bytes[4096];
	size_t n;
	(void)snprintf(to, sizeof(to), "%s/%s", folder, name);
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	}
	(void)fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* What another connection sees, and what there is when nothing more is written. */
static void test_others(void **state)
{
	struct place place;
	char copy[320];
	(void)state;
	begin(&place);
	sqlite3 *other = open_at(place.path);
	for (int i = 1; i <= 300; i++) {
		assert_int_equal(run(place.db, "BEGIN"), SQLITE_OK);
		assert_int_equal(run(place.db, ROW), SQLITE_OK);
		assert_int_equal(number(other, "SELECT COUNT(*) FROM t"), i - 1);
		assert_int_equal(run(place.db, "COMMIT"), SQLITE_OK);
		assert_int_equal(number(other, "SELECT COUNT(*) FROM t"), i);
		if (i % 70 == 0) { /* the log begins anew */
			assert_int_equal(run(other, "PRAGMA wal_checkpoint"), SQLITE_OK);
		}
		if (i % 50 == 0) {
			(void)snprintf(copy, sizeof(copy), "%s/copy.db", place.folder);
			copy_file(place.path, place.folder, "copy.db");
			copy_file(place.log, place.folder, "copy.db-wal");
			sqlite3 *after = open_at(copy);
			assert_int_equal(number(after, "SELECT COUNT(*) FROM t"), i);
			assert_true(is_whole(after));
			sqlite3_close(after);
		}
	}
	assert_true(is_whole(other));
	sqlite3_close(other);
	end(&place);
}

/* Pages that do not fit into memory go to the log before the commit, are read from there again, and may change. */
static void test_large(void **state)
{
	struct place place;
	(void)state;
	begin(&place);
	assert_int_equal(run(place.db, "PRAGMA cache_size = 10"), SQLITE_OK);
	for (int round = 0; round < 4; round++) {
		assert_int_equal(run(place.db, "BEGIN"), SQLITE_OK);
		for (int i = 0; i < 100; i++) {
			assert_int_equal(run(place.db, ROW), SQLITE_OK);
		}
		assert_int_equal(
			run(place.db, "UPDATE t SET bytes = zeroblob(9000) WHERE id % 3 = 0"),
			SQLITE_OK);
		assert_int_equal(
			number(place.db, "SELECT COUNT(*) FROM t WHERE length(bytes) = 9000"),
			((round + 1) / 2 + 1) * 100 / 3);
		assert_int_equal(run(place.db, round % 2 == 0 ? "COMMIT" : "ROLLBACK"), SQLITE_OK);
		assert_int_equal(number(place.db, "SELECT COUNT(*) FROM t"), (round / 2 + 1) * 100);
	}
	assert_true(is_whole(place.db));
	assert_int_equal(run(place.db, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
	assert_int_equal(size_of(place.log), 0);
	assert_int_equal(run(place.db, ROW), SQLITE_OK);
	assert_true(is_whole(place.db));
	end(&place);
}

/* What was gathered for a transaction that was rolled back never reaches the log: others may have
 * committed there meanwhile. */
static void test_rolled_back(void **state)
{
	struct place place;
	(void)state;
	begin(&place);
	sqlite3 *other = open_at(place.path);
	assert_int_equal(run(place.db, ROW), SQLITE_OK);
	/* So few pages fit that most go to the log before the end. */
	assert_int_equal(run(place.db, "PRAGMA cache_size = 4"), SQLITE_OK);
	for (int i = 0; i < 2; i++) {
		/* Nothing is read from the log, which is begun anew. */
		assert_int_equal(run(other, "PRAGMA wal_checkpoint"), SQLITE_OK);
		assert_int_equal(run(place.db, "BEGIN IMMEDIATE"), SQLITE_OK);
		assert_int_equal(run(place.db, ROW ";" ROW ";" ROW), SQLITE_OK);
		if (i == 0) {
			assert_int_equal(run(place.db, "ROLLBACK"), SQLITE_OK);
		} else { /* the engine rolls back by itself */
			assert_int_equal(run(place.db, "INSERT OR ROLLBACK INTO t (id) VALUES (1)"),
				SQLITE_CONSTRAINT);
			assert_int_equal(sqlite3_get_autocommit(place.db), 1);
		}
		for (int j = 0; j < 5; j++) {
			assert_int_equal(run(other, ROW), SQLITE_OK);
		}
		assert_int_equal(number(place.db, "SELECT COUNT(*) FROM t"), 6 + 5 * i);
		assert_true(is_whole(place.db));
		assert_int_equal(
			run(place.db, ROW "; DELETE FROM t WHERE id = (SELECT MAX(id) FROM t)"),
			SQLITE_OK);
		sqlite3 *third = open_at(place.path);
		assert_true(is_whole(third));
		assert_int_equal(
			number(third, "SELECT SUM(LENGTH(bytes)) FROM t"), 10000 * (6 + 5 * i));
		assert_int_equal(sqlite3_close(third), SQLITE_OK);
	}
	/* Nor when the connection is closed within it. */
	assert_int_equal(run(place.db, "BEGIN IMMEDIATE; " ROW ";" ROW ";" ROW), SQLITE_OK);
	assert_int_equal(sqlite3_close(place.db), SQLITE_OK);
	place.db = other;
	assert_true(is_whole(other));
	assert_int_equal(number(other, "SELECT COUNT(*) FROM t"), 11);
	end(&place);
}

/* A commit that cannot be written fails, and the next one that can be is right. */
static void test_full(void **state)
{
	struct place place;
	struct rlimit files;
	(void)state;
	begin(&place);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(run(place.db, ROW), SQLITE_OK);
	}
	off_t size = size_of(place.log);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &files), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	struct rlimit less = { (rlim_t)size + 5000, files.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	int stored = 5;
	while (run(place.db, ROW) == SQLITE_OK) {
		assert_in_range(++stored, 6, 100);
	}
	assert_true(sqlite3_get_autocommit(place.db));
	assert_int_equal(number(place.db, "SELECT COUNT(*) FROM t"), stored);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &files), 0);
	(void)signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(run(place.db, ROW), SQLITE_OK);
	assert_int_equal(number(place.db, "SELECT COUNT(*) FROM t"), stored + 1);
	assert_true(is_whole(place.db));
	end(&place);
}

/* Without a log it is SQLite as it was. */
static void test_no_log(void **state)
{
	sqlite3 *db = NULL;
	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite_log_gather(db);
	assert_int_equal(
		run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB);" ROW), SQLITE_OK);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM t"), 1);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_write),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_rolled_back),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_log),
	};
	return cmocka_run_group_tests_name("local/sqlite_log", tests, NULL, NULL);
}

/* test_driver.c - SQL as the local backend uses it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <roost/error.h>

#include "driver.h"
#include "local_folder.h"

struct place {
	char folder[256], path[300];
	struct driver *db;
};

static void begin(struct place *place)
{
	char text[100];
	local_folder_make(place->folder, sizeof(place->folder));
	(void)snprintf(place->path, sizeof(place->path), "%s/test.db", place->folder);
	assert_int_equal(local_driver_open(place->path, true, &place->db, text, sizeof(text)), 0);
	assert_int_equal(local_driver_define(place->db,
				 "CREATE TABLE t (id $ID PRIMARY KEY, name TEXT, bytes $BYTES)"),
		0);
}

static void end(struct place *place)
{
	local_driver_close(place->db);
	local_folder_remove(place->folder);
}

static int insert(struct driver *db, int64_t id, const char *bytes, size_t size)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "INSERT INTO t (id, name, bytes) VALUES (?, ?, ?)", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, id);
	local_driver_bind_null(s);
	local_driver_bind_bytes(s, bytes, size);
	return local_driver_run(s);
}

static int64_t count(struct driver *db)
{
	struct driver_statement *s;
	assert_int_equal(local_driver_prepare(db, "SELECT COUNT(*) FROM t", &s), 0);
	assert_int_equal(local_driver_step(s), 1);
	int64_t n = local_driver_number(s, 0);
	local_driver_done(s);
	return n;
}

static void test_values(void **state)
{
	struct place place;
	struct driver_statement *s;
	(void)state;
	begin(&place);
	assert_int_equal(insert(place.db, INT64_MIN, "a\0b", 3), 0);
	assert_int_equal(insert(place.db, INT64_MAX, NULL, 0), 0);
	assert_int_equal(
		local_driver_prepare(place.db, "SELECT id, name, bytes FROM t ORDER BY id", &s), 0);
	assert_int_equal(local_driver_step(s), 1);
	assert_true(local_driver_number(s, 0) == INT64_MIN);
	assert_null(local_driver_bytes(s, 1).bytes);
	assert_int_equal(local_driver_bytes(s, 2).size, 3);
	assert_memory_equal(local_driver_bytes(s, 2).bytes, "a\0b", 3);
	assert_int_equal(local_driver_step(s), 1);
	assert_true(local_driver_number(s, 0) == INT64_MAX);
	assert_non_null(local_driver_bytes(s, 2).bytes);
	assert_int_equal(local_driver_bytes(s, 2).size, 0);
	assert_int_equal(local_driver_step(s), 0);
	local_driver_done(s);
	end(&place);
}

static void test_transactions(void **state)
{
	struct place place;
	(void)state;
	begin(&place);
	assert_int_equal(local_driver_begin(place.db), 0);
	assert_int_equal(insert(place.db, 1, "x", 1), 0);
	assert_int_equal(local_driver_mark(place.db), 0);
	assert_int_equal(insert(place.db, 2, "x", 1), 0);
	assert_int_equal(insert(place.db, 2, "x", 1), ROOST_ERR_CORRUPT);
	assert_true(local_driver_in_transaction(place.db));
	assert_int_equal(local_driver_rollback_to_mark(place.db), 0);
	assert_int_equal(count(place.db), 1);
	assert_int_equal(local_driver_mark(place.db), 0);
	assert_int_equal(insert(place.db, 3, "x", 1), 0);
	assert_int_equal(local_driver_release_mark(place.db), 0);
	assert_int_equal(local_driver_commit(place.db), 0);
	assert_false(local_driver_in_transaction(place.db));
	assert_int_equal(count(place.db), 2);
	assert_int_equal(local_driver_begin(place.db), 0);
	assert_int_equal(insert(place.db, 4, "x", 1), 0);
	local_driver_rollback(place.db);
	local_driver_rollback(place.db);
	assert_int_equal(count(place.db), 2);
	end(&place);
}

/* A reader sees what was when it began, and does not keep a writer waiting. */
static void test_readers(void **state)
{
	struct place place;
	struct driver *reader = NULL;
	char text[100];
	(void)state;
	begin(&place);
	assert_int_equal(local_driver_open(place.path, false, &reader, text, sizeof(text)), 0);
	assert_int_equal(local_driver_begin_read(reader), 0);
	assert_int_equal(count(reader), 0);
	assert_int_equal(local_driver_begin(place.db), 0);
	assert_int_equal(insert(place.db, 1, "x", 1), 0);
	assert_int_equal(count(reader), 0);
	assert_int_equal(local_driver_commit(place.db), 0);
	assert_int_equal(count(reader), 0);
	local_driver_rollback(reader);
	assert_int_equal(count(reader), 1);
	local_driver_close(reader);
	end(&place);
}

static void test_refusals(void **state)
{
	struct place place;
	struct driver *other = NULL;
	struct driver_statement *s;
	char text[100] = "", sql[2000];
	unsigned version = 9;
	(void)state;
	begin(&place);
	assert_true(local_driver_open("/nonexistent/a.db", true, &other, text, sizeof(text)) < 0);
	assert_true(strlen(text) > 0);
	assert_true(local_driver_open(place.folder, true, &other, text, sizeof(text)) < 0);
	assert_null(other);
	assert_true(local_driver_prepare(place.db, "SELECT no FROM such", &s) < 0);
	assert_non_null(strstr(local_driver_text(place.db), "such"));
	memset(sql, 'x', sizeof(sql));
	sql[sizeof(sql) - 1] = '\0';
	assert_int_equal(local_driver_define(place.db, sql), ROOST_ERR_LIMIT);
	assert_int_equal(local_driver_schema_version(place.db, &version), 0);
	assert_int_equal(version, 0);
	assert_int_equal(local_driver_set_schema_version(place.db, 7), 0);
	assert_int_equal(local_driver_schema_version(place.db, &version), 0);
	assert_int_equal(version, 7);
	local_driver_close(NULL);
	end(&place);
}

struct patience {
	int questions; /* that are answered with going on */
};

static bool is_over(void *context)
{
	struct patience *patience = context;
	return patience->questions-- == 0;
}

/* Ended at any moment, all is as it was; and then it is done. */
static void test_compact(void **state)
{
	struct place place;
	struct patience patience = { 0 };
	char bytes[600];
	uint64_t before = 0, size = 0, unused = 0;
	(void)state;
	begin(&place);
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(local_driver_begin(place.db), 0);
	for (int64_t id = 1; id <= 3000; id++) {
		assert_int_equal(insert(place.db, id, bytes, sizeof(bytes)), 0);
	}
	assert_int_equal(local_driver_commit(place.db), 0);
	struct driver_statement *s;
	assert_int_equal(local_driver_prepare(place.db, "DELETE FROM t WHERE id % 10 > 0", &s), 0);
	assert_int_equal(local_driver_run(s), 0);
	assert_int_equal(local_driver_sizes(place.db, &before, &unused), 0);
	int r = ROOST_ERR_CANCELLED, stopped = 0;
	while (r == ROOST_ERR_CANCELLED) {
		patience.questions = stopped++;
		r = local_driver_compact(place.db, is_over, &patience);
		assert_int_equal(count(place.db), 300);
		assert_false(local_driver_in_transaction(place.db));
		assert_int_equal(local_driver_sizes(place.db, &size, &unused), 0);
		assert_true(r == 0 || size == before);
	}
	assert_int_equal(r, 0);
	assert_true(stopped > 2);
	assert_true(size < before / 5);
	assert_int_equal(unused, 0);
	assert_int_equal(insert(place.db, 4000, bytes, sizeof(bytes)), 0);
	end(&place);
}

/* -- a sick disk */

static bool reads_fail, writes_fail;
static unsigned reads_left; /* that do not fail */

static ssize_t pread_or_fail(int fd, void *bytes, size_t n, off_t at)
{
	if (reads_fail && reads_left == 0) {
		errno = EIO;
		return -1;
	}
	reads_left -= reads_fail;
	return pread(fd, bytes, n, at);
}

static ssize_t pwrite_or_fail(int fd, const void *bytes, size_t n, off_t at)
{
	if (writes_fail) {
		errno = EIO;
		return -1;
	}
	return pwrite(fd, bytes, n, at);
}

static void set_call(const char *name, sqlite3_syscall_ptr call)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	if (vfs->xGetSystemCall(vfs, name) != NULL) {
		assert_int_equal(vfs->xSetSystemCall(vfs, name, call), SQLITE_OK);
	}
}

/* What SQLite reads and writes with, as it was built. */
static void play_disk(bool begin)
{
	reads_fail = writes_fail = false;
	set_call("pread", begin ? (sqlite3_syscall_ptr)pread_or_fail : NULL);
	set_call("pread64", begin ? (sqlite3_syscall_ptr)pread_or_fail : NULL);
	set_call("pwrite", begin ? (sqlite3_syscall_ptr)pwrite_or_fail : NULL);
	set_call("pwrite64", begin ? (sqlite3_syscall_ptr)pwrite_or_fail : NULL);
}

static void fill(struct driver *db)
{
	char bytes[400];
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(local_driver_begin(db), 0);
	for (int64_t i = 1; i <= 3000; i++) {
		assert_int_equal(insert(db, i * 10, bytes, sizeof(bytes)), 0);
	}
	assert_int_equal(local_driver_commit(db), 0);
}

/* As jobs that share a transaction do it. */
static int insert_with_mark(struct driver *db, int64_t id)
{
	char bytes[400] = "";
	int r = local_driver_mark(db);
	if (r < 0) {
		return r;
	}
	r = insert(db, id, bytes, sizeof(bytes));
	if (r < 0) {
		if (local_driver_in_transaction(db) && local_driver_rollback_to_mark(db) < 0) {
			local_driver_rollback(db);
		}
		return r;
	}
	return local_driver_release_mark(db);
}

/* It is the disk that is to blame, also for what fails later for the same reason. */
static void test_failed_reads(void **state)
{
	struct place place;
	(void)state;
	begin(&place);
	fill(place.db);
	play_disk(true);
	for (unsigned healthy = 0; healthy < 30; healthy++) {
		char text[100];
		local_driver_close(place.db);
		assert_int_equal(
			local_driver_open(place.path, true, &place.db, text, sizeof(text)), 0);
		assert_int_equal(local_driver_begin(place.db), 0);
		reads_fail = true;
		reads_left = healthy;
		for (int64_t i = 0; i < 40; i++) {
			int r = insert_with_mark(place.db, 10 * (1 + i * 997 % 3000) + 1);
			assert_true(r == 0 || r == ROOST_ERR_IO);
		}
		reads_fail = false;
		local_driver_rollback(place.db);
	}
	play_disk(false);
	end(&place);
}

/* A commit that has failed may count after a crash until another one has written to the log. */
static void test_doubt(void **state)
{
	struct place place;
	(void)state;
	begin(&place);
	local_driver_keep_log(place.db);
	assert_int_equal(local_driver_begin(place.db), 0);
	assert_int_equal(insert(place.db, 1, "one", 3), 0);
	play_disk(true);
	writes_fail = true;
	assert_int_equal(local_driver_commit(place.db), ROOST_ERR_IO);
	play_disk(false);
	local_driver_rollback(place.db);
	assert_true(local_driver_in_doubt(place.db));
	assert_int_equal(local_driver_begin(place.db), 0);
	assert_int_equal(count(place.db), 0);
	assert_int_equal(local_driver_commit(place.db), 0);
	assert_true(local_driver_in_doubt(place.db));
	assert_int_equal(local_driver_begin(place.db), 0);
	assert_int_equal(local_driver_set_schema_version(place.db, 0), 0);
	assert_int_equal(local_driver_commit(place.db), 0);
	assert_false(local_driver_in_doubt(place.db));
	end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_transactions),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_compact),
		cmocka_unit_test(test_failed_reads),
		cmocka_unit_test(test_doubt),
	};
	return cmocka_run_group_tests_name("local/driver", tests, NULL, NULL);
}

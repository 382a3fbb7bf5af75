/* sqlite_driver.c - the driver on SQLite: connections, transactions and errors. */
#include "sqlite_driver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>

#include "folder.h"

/* How long a statement waits when somebody else has the database: another process, or an
 * administrator's shell. */
#define BUSY_SECONDS 10
/* Between two tries: often, since who waits has nothing but luck on its side when another process
 * commits one transaction after the other. */
#define BUSY_STEP_NANOSECONDS 1000000
#define RELAXED_BUSY_MILLISECONDS 200

static int map_io(sqlite3 *db)
{
	/* SQLite does not keep it for each kind of failure; the last call of the system is the one. */
	int number = sqlite3_system_errno(db);
	switch (number != 0 ? number : errno) {
	case EDQUOT:
		return ROOST_ERR_OVER_QUOTA;
	case ENOSPC:
		return ROOST_ERR_UNAVAILABLE;
	case EROFS:
		return ROOST_ERR_READ_ONLY;
	case EACCES:
	case EPERM:
		return ROOST_ERR_NO_PERMISSION;
	default:
		return ROOST_ERR_IO;
	}
}

int local_sqlite_map(sqlite3 *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
		/* What a disk does not read is called so too. */
		return errno == EIO || errno == ENXIO ? ROOST_ERR_IO : ROOST_ERR_CORRUPT;
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return ROOST_ERR_NO_MEMORY;
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT: /* the rows contradict each other */
	case SQLITE_MISMATCH:
	case SQLITE_ERROR: /* a table is missing: the statements themselves are right */
		return ROOST_ERR_CORRUPT;
	case SQLITE_FULL:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ROOST_ERR_UNAVAILABLE;
	case SQLITE_READONLY:
		return ROOST_ERR_READ_ONLY;
	case SQLITE_PERM:
		return ROOST_ERR_NO_PERMISSION;
	case SQLITE_TOOBIG:
		return ROOST_ERR_TOO_BIG;
	case SQLITE_INTERRUPT:
		return ROOST_ERR_CANCELLED;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return db == NULL ? ROOST_ERR_IO : map_io(db);
	default:
		return ROOST_ERR_IO;
	}
}

int local_sqlite_error(struct driver *driver, int code)
{
	int r = local_sqlite_map(driver->db, code);
	if (r == ROOST_ERR_CORRUPT && driver->disk_failed) {
		r = ROOST_ERR_IO;
	}
	driver->disk_failed =
		(driver->disk_failed || r == ROOST_ERR_IO) && local_driver_in_transaction(driver);
	return r;
}

int local_sqlite_execute(struct driver *driver, const char *sql)
{
	errno = 0;
	return local_sqlite_error(driver, sqlite3_exec(driver->db, sql, NULL, NULL, NULL));
}

/* Called while somebody else has the database; 0 gives up. */
static int wait_for_others(void *context, int tries)
{
	struct driver *driver = context;
	const struct timespec step = { .tv_nsec = BUSY_STEP_NANOSECONDS };
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (tries == 0) {
		driver->busy_since = now;
	}
	if (now.tv_sec - driver->busy_since.tv_sec > BUSY_SECONDS) {
		return 0;
	}
	(void)nanosleep(&step, NULL);
	return 1;
}

/* WAL and FULL: a commit is one write and one sync of the log, and readers never wait. */
static int configure(struct driver *driver, bool writer)
{
	(void)sqlite3_busy_handler(driver->db, wait_for_others, driver);
	(void)sqlite3_extended_result_codes(driver->db, 1);
	(void)sqlite3_db_config(driver->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(driver->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	int r = local_sqlite_execute(
		driver, "PRAGMA cell_size_check = ON; PRAGMA secure_delete = FAST");
	if (r == 0 && writer) {
		r = local_sqlite_execute(driver, "PRAGMA journal_mode = WAL");
	}
	if (r == 0) {
		r = local_sqlite_execute(
			driver, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 17825792");
	}
	return r;
}

int local_driver_open(
	const char *path, bool writer, struct driver **driver_out, char *text_out, size_t text_size)
{
	struct driver *driver = calloc(1, sizeof(*driver));
	if (driver == NULL) {
		(void)snprintf(text_out, text_size, "out of memory");
		return ROOST_ERR_NO_MEMORY;
	}
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		    (writer ? SQLITE_OPEN_CREATE : 0);
	/* SQLite gives what it makes beside the database to the owner of that, but not the database. When it
	 * could not be made, SQLite tells why. */
	if (writer && geteuid() == 0) {
		(void)local_folder_make_file(path);
	}
	errno = 0;
	int code = sqlite3_open_v2(path, &driver->db, flags, NULL);
	int r = code == SQLITE_OK ? configure(driver, writer) : local_sqlite_error(driver, code);
	if (r < 0) {
		(void)snprintf(text_out, text_size, "%s", local_driver_text(driver));
		local_driver_close(driver);
		return r;
	}
	*driver_out = driver;
	return 0;
}

/* "file:PATH?immutable=1", with what has a meaning in it escaped. */
static char *still_uri(const char *path)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char before[] = "file:", after[] = "?immutable=1";
	size_t n = sizeof(before) - 1;
	char *uri = malloc(strlen(path) * 3 + sizeof(before) + sizeof(after));
	if (uri == NULL) {
		return NULL;
	}
	memcpy(uri, before, n);
	for (; *path != '\0'; path++) {
		if (*path == '%' || *path == '?' || *path == '#') {
			uri[n++] = '%';
			uri[n++] = digits[(unsigned char)*path >> 4];
			uri[n++] = digits[(unsigned char)*path & 15];
		} else {
			uri[n++] = *path;
		}
	}
	memcpy(uri + n, after, sizeof(after));
	return uri;
}

int local_driver_open_still(
	const char *path, struct driver **driver_out, char *text_out, size_t text_size)
{
	char *log = NULL;
	struct driver *driver = calloc(1, sizeof(*driver));
	char *uri = still_uri(path);
	int r = driver == NULL || uri == NULL || asprintf(&log, "%s-wal", path) < 0
			? ROOST_ERR_NO_MEMORY
			: 0;
	if (r < 0) {
		(void)snprintf(text_out, text_size, "out of memory");
		free(driver);
		free(uri);
		return r;
	}
	/* What is only in the log is part of it, and takes a shared memory beside it to be read. */
	bool still = access(log, F_OK) != 0;
	errno = 0;
	int code = sqlite3_open_v2(still ? uri : path, &driver->db,
		(still ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE) |
			SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
		NULL);
	r = code == SQLITE_OK ? configure(driver, false) : local_sqlite_error(driver, code);
	if (r < 0) {
		(void)snprintf(text_out, text_size, "%s", local_driver_text(driver));
		local_driver_close(driver);
	} else {
		local_driver_leave(driver);
		*driver_out = driver;
	}
	free(uri);
	free(log);
	return r;
}

void local_driver_leave(struct driver *driver)
{
	(void)sqlite3_db_config(driver->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

int local_driver_relax(struct driver *driver)
{
	(void)sqlite3_busy_timeout(driver->db, RELAXED_BUSY_MILLISECONDS);
	local_driver_leave(driver);
	return local_sqlite_execute(driver, "PRAGMA synchronous = NORMAL");
}

void local_driver_close(struct driver *driver)
{
	if (driver == NULL) {
		return;
	}
	for (size_t i = 0; i < driver->count; i++) {
		(void)sqlite3_finalize(driver->statements[i].stmt);
	}
	(void)sqlite3_close(driver->db);
	free(driver);
}

const char *local_driver_text(struct driver *driver)
{
	if (driver->db == NULL) {
		return "out of memory";
	}
	return (sqlite3_errcode(driver->db) & 0xff) == SQLITE_BUSY
		       ? "another process has held the database for too long"
		       : sqlite3_errmsg(driver->db);
}

/* A statement of fixed text that has neither parameters nor rows. */
static int run(struct driver *driver, const char *sql)
{
	struct driver_statement *statement;
	int r = local_driver_prepare(driver, sql, &statement);
	return r < 0 ? r : local_driver_run(statement);
}

int local_driver_changed(struct driver *driver, bool *changed_out)
{
	struct driver_statement *statement;
	int r = local_driver_prepare(driver, "PRAGMA data_version", &statement);
	if (r == 0) {
		r = local_driver_step(statement);
		if (r == 1) {
			int64_t version = local_driver_number(statement, 0);
			*changed_out = !driver->has_version || version != driver->version;
			driver->version = version;
			driver->has_version = true;
		}
		local_driver_done(statement);
	}
	return r == 1 ? 0 : r < 0 ? r : ROOST_ERR_IO;
}

int local_driver_begin(struct driver *driver)
{
	return run(driver, "BEGIN IMMEDIATE");
}

int local_driver_begin_read(struct driver *driver)
{
	return run(driver, "BEGIN");
}

int local_driver_commit(struct driver *driver)
{
	int r = run(driver, "COMMIT");
	if (r < 0) {
		atomic_store(&driver->in_doubt, true);
	}
	return r;
}

bool local_driver_in_doubt(const struct driver *driver)
{
	return atomic_load(&driver->in_doubt);
}

bool local_driver_in_transaction(struct driver *driver)
{
	return !sqlite3_get_autocommit(driver->db);
}

void local_driver_rollback(struct driver *driver)
{
	for (size_t i = 0; i < driver->count; i++) {
		local_driver_done(&driver->statements[i]);
	}
	if (local_driver_in_transaction(driver)) {
		(void)local_sqlite_execute(driver, "ROLLBACK");
	}
}

int local_driver_mark(struct driver *driver)
{
	return run(driver, "SAVEPOINT mark");
}

int local_driver_release_mark(struct driver *driver)
{
	return run(driver, "RELEASE mark");
}

int local_driver_rollback_to_mark(struct driver *driver)
{
	for (size_t i = 0; i < driver->count; i++) {
		local_driver_done(&driver->statements[i]);
	}
	int r = local_sqlite_execute(driver, "ROLLBACK TO mark");
	return r < 0 ? r : local_driver_release_mark(driver);
}

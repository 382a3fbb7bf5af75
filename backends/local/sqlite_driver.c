/* sqlite_driver.c - the driver on SQLite. */
#include "driver.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include <roost/error.h>

#include "folder.h"
#include "sqlite_log.h"

/* Different statements that a connection keeps prepared; there are fewer in this store. */
#define STATEMENTS_MAX 160
/* How long a statement waits when somebody else has the database: another process, or an
 * administrator's shell. */
#define BUSY_SECONDS 10
/* Between two tries: often, since who waits has nothing but luck on its side when another process
 * commits one transaction after the other. */
#define BUSY_STEP_NANOSECONDS 1000000
/* Pages that are copied at a time. */
#define COPY_PAGES 1024
#define RELAXED_BUSY_MILLISECONDS 200
/* Instructions of SQLite between two questions whether to go on: a row is some four. */
#define STEPS 200

struct driver_statement {
	struct driver *driver;
	const char *sql;
	sqlite3_stmt *stmt;
	int next; /* the parameter to be set next */
	int failed; /* of a bind */
};

struct driver {
	sqlite3 *db;
	struct timespec busy_since;
	int64_t version; /* see local_driver_changed() */
	bool has_version;
	unsigned log_pages;
	atomic_bool in_doubt;
	bool disk_failed; /* in the transaction that goes on */
	size_t count;
	struct driver_statement statements[STATEMENTS_MAX];
};

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

/* With errno as the call has left it, that was 0 before. */
static int map_error(sqlite3 *db, int code)
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

/* After a disk has failed, SQLite may call damaged what it does not read again in that transaction. */
static int note_error(struct driver *driver, int code)
{
	int r = map_error(driver->db, code);
	if (r == ROOST_ERR_CORRUPT && driver->disk_failed) {
		r = ROOST_ERR_IO;
	}
	driver->disk_failed =
		(driver->disk_failed || r == ROOST_ERR_IO) && local_driver_in_transaction(driver);
	return r;
}

static int execute(struct driver *driver, const char *sql)
{
	errno = 0;
	return note_error(driver, sqlite3_exec(driver->db, sql, NULL, NULL, NULL));
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
	int r = execute(driver, "PRAGMA cell_size_check = ON; PRAGMA secure_delete = FAST");
	if (r == 0 && writer) {
		r = execute(driver, "PRAGMA journal_mode = WAL");
	}
	if (r == 0) {
		r = execute(
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
	int r = code == SQLITE_OK ? configure(driver, writer) : note_error(driver, code);
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
	r = code == SQLITE_OK ? configure(driver, false) : note_error(driver, code);
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

static int note_log(void *context, sqlite3 *db, const char *name, int pages)
{
	struct driver *driver = context;
	(void)db;
	(void)name;
	driver->log_pages = pages < 0 ? 0 : (unsigned)pages;
	atomic_store(&driver->in_doubt, false); /* what has failed is written over */
	return SQLITE_OK;
}

void local_driver_keep_log(struct driver *driver)
{
	(void)sqlite3_wal_hook(driver->db, note_log, driver);
	sqlite_log_gather(driver->db);
}

unsigned local_driver_log_pages(const struct driver *driver)
{
	return driver->log_pages;
}

int local_driver_checkpoint(struct driver *driver)
{
	errno = 0;
	int code =
		sqlite3_wal_checkpoint_v2(driver->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	/* Others are at it. */
	return (code & 0xff) == SQLITE_BUSY ? 0 : note_error(driver, code);
}

int local_driver_empty_log(struct driver *driver)
{
	errno = 0;
	return note_error(driver, sqlite3_wal_checkpoint_v2(driver->db, NULL,
					  SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

struct asking {
	bool (*stop)(void *context);
	void *context;
};

static int ask_to_stop(void *context)
{
	const struct asking *asking = context;
	return asking->stop(asking->context);
}

int local_driver_compact(struct driver *driver, bool (*stop)(void *context), void *context)
{
	struct asking asking = { stop, context };
	sqlite3_progress_handler(driver->db, STEPS, ask_to_stop, &asking);
	int r = execute(driver, "VACUUM");
	sqlite3_progress_handler(driver->db, 0, NULL, NULL);
	return r;
}

int local_driver_relax(struct driver *driver)
{
	(void)sqlite3_busy_timeout(driver->db, RELAXED_BUSY_MILLISECONDS);
	local_driver_leave(driver);
	return execute(driver, "PRAGMA synchronous = NORMAL");
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
		(void)execute(driver, "ROLLBACK");
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
	int r = execute(driver, "ROLLBACK TO mark");
	return r < 0 ? r : local_driver_release_mark(driver);
}

int local_driver_schema_version(struct driver *driver, unsigned *version_out)
{
	struct driver_statement *statement;
	int r = local_driver_prepare(driver, "PRAGMA user_version", &statement);
	if (r == 0) {
		r = local_driver_step(statement);
		if (r == 1) {
			*version_out = (unsigned)local_driver_number(statement, 0);
		}
		local_driver_done(statement);
	}
	return r < 0 ? r : 0;
}

int local_driver_set_schema_version(struct driver *driver, unsigned version)
{
	char sql[64];
	(void)snprintf(sql, sizeof(sql), "PRAGMA user_version = %u", version);
	return execute(driver, sql);
}

static const struct {
	const char *name, *text;
} words[] = {
	{ "$BYTES", "BLOB" }, { "$CLUSTERED", "WITHOUT ROWID" },
	{ "$ID", "INTEGER" }, /* the row's own number */
};
#define WORDS (sizeof(words) / sizeof(words[0]))

int local_driver_define(struct driver *driver, const char *sql)
{
	char text[1024];
	size_t n = 0;
	while (*sql != '\0' && n < sizeof(text) - 16) {
		size_t i = 0;
		while (i < WORDS && strncmp(sql, words[i].name, strlen(words[i].name)) != 0) {
			i++;
		}
		if (i < WORDS) {
			size_t size = strlen(words[i].text);
			memcpy(text + n, words[i].text, size);
			n += size;
			sql += strlen(words[i].name);
		} else {
			text[n++] = *sql++;
		}
	}
	text[n] = '\0';
	return *sql != '\0' ? ROOST_ERR_LIMIT : execute(driver, text);
}

int local_driver_check(
	struct driver *driver, void (*tell)(void *context, const char *text), void *context)
{
	struct driver_statement *statement;
	int r = local_driver_prepare(driver, "PRAGMA integrity_check(100)", &statement);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(statement)) == 1) {
		const char *text = (const char *)sqlite3_column_text(statement->stmt, 0);
		if (text != NULL && strcmp(text, "ok") != 0) {
			tell(context, text);
		}
	}
	local_driver_done(statement);
	return r;
}

/* Pages go a few at a time, so that one hears how far it has come. The transaction that is open
 * keeps them of one instant. */
static int copy_pages(struct driver *driver, sqlite3 *to,
	int (*progress)(void *context, uint64_t done, uint64_t total), void *context)
{
	uint64_t bytes = 0, free_bytes = 0;
	int r = local_driver_sizes(driver, &bytes, &free_bytes);
	sqlite3_backup *backup = r < 0 ? NULL : sqlite3_backup_init(to, "main", driver->db, "main");
	if (backup == NULL) {
		return r < 0 ? r : map_error(to, sqlite3_errcode(to));
	}
	int code = SQLITE_OK;
	while (r == 0 && code == SQLITE_OK) {
		code = sqlite3_backup_step(backup, COPY_PAGES);
		uint64_t pages = (uint64_t)sqlite3_backup_pagecount(backup);
		uint64_t left = (uint64_t)sqlite3_backup_remaining(backup);
		if (progress != NULL && pages > 0) {
			r = progress(context, bytes * (pages - left) / pages, bytes);
		}
	}
	int finished = sqlite3_backup_finish(backup);
	if (r == 0 && finished != SQLITE_OK) {
		r = map_error(to, finished);
	}
	return r;
}

int local_driver_copy(struct driver *driver, const char *path,
	int (*progress)(void *context, uint64_t done, uint64_t total), void *context)
{
	sqlite3 *to = NULL;
	errno = 0;
	int code = sqlite3_open_v2(path, &to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW,
		NULL);
	int r = code == SQLITE_OK ? map_error(to, sqlite3_exec(to, "PRAGMA synchronous = FULL",
							  NULL, NULL, NULL))
				  : map_error(to, code);
	if (r == 0) {
		r = copy_pages(driver, to, progress, context);
	}
	(void)sqlite3_close(to);
	return r;
}

static int read_number(struct driver *driver, const char *sql, int64_t *number_out)
{
	struct driver_statement *statement;
	int r = local_driver_prepare(driver, sql, &statement);
	if (r == 0) {
		r = local_driver_step(statement);
		*number_out = r == 1 ? local_driver_number(statement, 0) : 0;
		local_driver_done(statement);
	}
	return r < 0 ? r : 0;
}

int local_driver_sizes(struct driver *driver, uint64_t *bytes_out, uint64_t *free_out)
{
	int64_t size = 0, pages = 0, free_pages = 0;
	int r = read_number(driver, "PRAGMA page_size", &size);
	if (r == 0) {
		r = read_number(driver, "PRAGMA page_count", &pages);
	}
	if (r == 0) {
		r = read_number(driver, "PRAGMA freelist_count", &free_pages);
	}
	*bytes_out = (uint64_t)(size * pages);
	*free_out = (uint64_t)(size * free_pages);
	return r;
}

int local_driver_prepare(
	struct driver *driver, const char *sql, struct driver_statement **statement_out)
{
	for (size_t i = 0; i < driver->count; i++) {
		if (driver->statements[i].sql == sql ||
			strcmp(driver->statements[i].sql, sql) == 0) {
			*statement_out = &driver->statements[i];
			return 0;
		}
	}
	if (driver->count == STATEMENTS_MAX) {
		return ROOST_ERR_LIMIT;
	}
	struct driver_statement *statement = &driver->statements[driver->count];
	errno = 0;
	int code = sqlite3_prepare_v3(
		driver->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->stmt, NULL);
	if (code != SQLITE_OK) {
		return note_error(driver, code);
	}
	statement->driver = driver;
	statement->sql = sql;
	statement->next = 1;
	statement->failed = SQLITE_OK;
	driver->count++;
	*statement_out = statement;
	return 0;
}

static void note(struct driver_statement *statement, int code)
{
	if (code != SQLITE_OK) {
		statement->failed = code;
	}
}

void local_driver_bind_number(struct driver_statement *statement, int64_t number)
{
	note(statement, sqlite3_bind_int64(statement->stmt, statement->next++, number));
}

void local_driver_bind_text(struct driver_statement *statement, const char *text, size_t size)
{
	note(statement, sqlite3_bind_text64(statement->stmt, statement->next++, text, size,
				SQLITE_STATIC, SQLITE_UTF8));
}

void local_driver_bind_bytes(struct driver_statement *statement, const void *bytes, size_t size)
{
	/* A NULL pointer would bind NULL, and an empty message is no missing one. */
	note(statement, sqlite3_bind_blob64(statement->stmt, statement->next++,
				size == 0 ? "" : bytes, size, SQLITE_STATIC));
}

void local_driver_bind_null(struct driver_statement *statement)
{
	note(statement, sqlite3_bind_null(statement->stmt, statement->next++));
}

int local_driver_step(struct driver_statement *statement)
{
	errno = 0;
	int code =
		statement->failed != SQLITE_OK ? statement->failed : sqlite3_step(statement->stmt);
	return code == SQLITE_ROW ? 1 : note_error(statement->driver, code);
}

int local_driver_run(struct driver_statement *statement)
{
	int r = 1;
	while (r == 1) {
		r = local_driver_step(statement);
	}
	local_driver_done(statement);
	return r;
}

int64_t local_driver_number(struct driver_statement *statement, int column)
{
	return sqlite3_column_int64(statement->stmt, column);
}

struct roost_text local_driver_bytes(struct driver_statement *statement, int column)
{
	if (sqlite3_column_type(statement->stmt, column) == SQLITE_NULL) {
		return (struct roost_text) { NULL, 0 };
	}
	const void *bytes = sqlite3_column_blob(statement->stmt, column);
	int size = sqlite3_column_bytes(statement->stmt, column);
	return (struct roost_text) { size == 0 ? "" : bytes, size < 0 ? 0 : (size_t)size };
}

void local_driver_done(struct driver_statement *statement)
{
	(void)sqlite3_reset(statement->stmt);
	if (statement->next > 1) {
		(void)sqlite3_clear_bindings(statement->stmt);
	}
	statement->next = 1;
	statement->failed = SQLITE_OK;
}

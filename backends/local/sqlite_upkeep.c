/* sqlite_upkeep.c - the driver on SQLite: the log, the schema, and looking after a whole database. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <roost/error.h>

#include "sqlite_driver.h"
#include "sqlite_log.h"

/* Pages that are copied at a time. */
#define COPY_PAGES 1024
/* Instructions of SQLite between two questions whether to go on: a row is some four. */
#define STEPS 200

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
	return (code & 0xff) == SQLITE_BUSY ? 0 : local_sqlite_error(driver, code);
}

int local_driver_empty_log(struct driver *driver)
{
	errno = 0;
	return local_sqlite_error(driver, sqlite3_wal_checkpoint_v2(driver->db, NULL,
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
	int r = local_sqlite_execute(driver, "VACUUM");
	sqlite3_progress_handler(driver->db, 0, NULL, NULL);
	return r;
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
	return local_sqlite_execute(driver, sql);
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
	return *sql != '\0' ? ROOST_ERR_LIMIT : local_sqlite_execute(driver, text);
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
		return r < 0 ? r : local_sqlite_map(to, sqlite3_errcode(to));
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
		r = local_sqlite_map(to, finished);
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
	int r = code == SQLITE_OK
			? local_sqlite_map(to,
				  sqlite3_exec(to, "PRAGMA synchronous = FULL", NULL, NULL, NULL))
			: local_sqlite_map(to, code);
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

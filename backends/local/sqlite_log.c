/* sqlite_log.c - how a connection writes SQLite's log.
 *
 * SQLite writes each page of a commit with two calls of the system. Here they are gathered until the log is synced, or
 * looked at. Nothing else changes: what is gathered is written before the sync that makes it a commit, and what was not
 * synced never counted. What is gathered when a transaction is rolled back must be forgotten: when it is over, others
 * may commit at the same place. */
#include "sqlite_log.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What is gathered at most. SQLite writes no more than 128 KiB at once, and never has to. */
#define ROOM 98304u

/* Stands in the place of the file's methods. */
struct log {
	sqlite3_io_methods methods; /* the first: SQLite sees nothing else */
	sqlite3 *db;
	const sqlite3_io_methods *real;
	char *bytes;
	size_t count;
	sqlite3_int64 at; /* where they belong in the file */
};

static struct log *log_of(const sqlite3_file *file)
{
	return (struct log *)(uintptr_t)file->pMethods;
}

/* What could not be written is forgotten, as SQLite does: the transaction has failed. */
static int flush(sqlite3_file *file)
{
	struct log *log = log_of(file);
	size_t count = log->count;
	log->count = 0;
	return count == 0 ? SQLITE_OK : log->real->xWrite(file, log->bytes, (int)count, log->at);
}

/* Whether there is room for so many more. */
static bool has_room(struct log *log, size_t n)
{
	if (log->bytes == NULL) {
		log->bytes = malloc(ROOM);
	}
	return log->bytes != NULL && n <= ROOM - log->count;
}

static int log_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct log *log = log_of(file);
	bool follows = log->count > 0 && at == log->at + (sqlite3_int64)log->count;
	if (!follows || !has_room(log, (size_t)n)) {
		int code = flush(file);
		if (code != SQLITE_OK) {
			return code;
		}
		if (!has_room(log, (size_t)n)) {
			return log->real->xWrite(file, bytes, n, at);
		}
		log->at = at;
	}
	memcpy(log->bytes + log->count, bytes, (size_t)n);
	log->count += (size_t)n;
	return SQLITE_OK;
}

static int log_sync(sqlite3_file *file, int flags)
{
	struct log *log = log_of(file);
	int code = flush(file);
	/* Whoever waits for the next commit needs no memory for it. */
	free(log->bytes);
	log->bytes = NULL;
	return code != SQLITE_OK ? code : log->real->xSync(file, flags);
}

static int log_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
	int code = flush(file);
	return code != SQLITE_OK ? code : log_of(file)->real->xRead(file, bytes, n, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = flush(file);
	return code != SQLITE_OK ? code : log_of(file)->real->xTruncate(file, size);
}

static int log_file_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
	int code = flush(file);
	return code != SQLITE_OK ? code : log_of(file)->real->xFileSize(file, size_out);
}

static int log_close(sqlite3_file *file)
{
	struct log *log = log_of(file);
	(void)sqlite3_rollback_hook(log->db, NULL, NULL);
	/* What is gathered is of no commit, or it would have been synced. */
	file->pMethods = log->real;
	int code = file->pMethods->xClose(file);
	free(log->bytes);
	free(log);
	return code;
}

static void forget(void *context)
{
	struct log *log = context;
	log->count = 0;
}

void sqlite_log_gather(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	/* The log is opened by the first who reads. Without one this is the journal, which is closed now. */
	if (sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) !=
			SQLITE_OK ||
		file == NULL || file->pMethods == NULL || file->pMethods->xWrite == log_write) {
		return;
	}
	struct log *log = calloc(1, sizeof(*log));
	if (log == NULL) {
		return;
	}
	log->real = file->pMethods;
	log->methods = *log->real;
	log->methods.iVersion = 1;
	log->methods.xClose = log_close;
	log->methods.xRead = log_read;
	log->methods.xWrite = log_write;
	log->methods.xTruncate = log_truncate;
	log->methods.xSync = log_sync;
	log->methods.xFileSize = log_file_size;
	file->pMethods = &log->methods;
	log->db = db;
	(void)sqlite3_rollback_hook(db, forget, log);
}

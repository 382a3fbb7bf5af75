/* sqlite_driver.h - what the files of the driver on SQLite share. */
#ifndef LOCAL_SQLITE_DRIVER_H
#define LOCAL_SQLITE_DRIVER_H

#include <stdatomic.h>
#include <time.h>

#include <sqlite3.h>

#include "driver.h"

/* Different statements that a connection keeps prepared; there are fewer in this store. */
#define STATEMENTS_MAX 160

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

/* The error that a code of SQLite is, of a connection, which may be NULL. errno was 0 before the call, and is as that
 * has left it. */
int local_sqlite_map(sqlite3 *db, int code);
/* The same for a connection of ours. After a disk has failed, SQLite may call damaged what it does not read again in
 * that transaction: that is the disk's fault, too. */
int local_sqlite_error(struct driver *driver, int code);
/* SQL without parameters and answers. */
int local_sqlite_execute(struct driver *driver, const char *sql);

#endif

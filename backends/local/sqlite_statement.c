/* sqlite_statement.c - the driver on SQLite: statements, and what they answer. */
#include <errno.h>
#include <string.h>

#include <roost/error.h>

#include "sqlite_driver.h"

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
		return local_sqlite_error(driver, code);
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
	return code == SQLITE_ROW ? 1 : local_sqlite_error(statement->driver, code);
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

/* local_side.c - one of several that work on the same folder: a store, and anna with her INBOX. */
#include "local_side.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sqlite3.h>

void local_side_enter(struct local_side *side, const char *folder)
{
	assert_int_equal(local_session_open(folder, 0, 0, &side->backend), 0);
	assert_int_equal(local_session_login(&side->anna, side->backend, "anna"), 0);
	side->inbox = local_session_select(&side->anna, "INBOX", false);
	assert_non_null(side->inbox);
}

void local_side_leave(struct local_side *side)
{
	side->inbox->ops->close(side->inbox);
	local_session_logout(&side->anna);
	roost_backend_destroy(side->backend);
}

int64_t local_side_ask(const char *folder, const char *sql)
{
	char path[600];
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	(void)snprintf(path, sizeof(path), "%s/users/anna/mail.db", folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t answer = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

/* sqlite_log.h - how a connection writes SQLite's log. */
#ifndef LOCAL_SQLITE_LOG_H
#define LOCAL_SQLITE_LOG_H

#include <sqlite3.h>

/* Have a connection write what a commit adds to the log in one piece. Only for one with
 * `synchronous = FULL`: its commits end with a sync, before which nobody else looks at those pages. A connection that
 * has no log, or no memory is left, goes on as SQLite does by itself. Takes the connection's rollback hook. Not within a
 * transaction. */
void sqlite_log_gather(sqlite3 *db);

#endif

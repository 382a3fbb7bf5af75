/* driver.h - SQL, whoever runs it: what a database engine must be able to do for this store.
 *
 * A connection is used by one thread at a time. Everything returns 0 or a negative ROOST_ERR_…,
 * which local_driver_text() explains for the log. Statements are portable SQL with "?" parameters. */
#ifndef LOCAL_DRIVER_H
#define LOCAL_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

struct driver;
struct driver_statement;

/* Open a database for reading and writing; a writer makes it when it is missing. `text_out` is
 * filled with why it failed. */
int local_driver_open(const char *path, bool writer, struct driver **driver_out, char *text_out,
	size_t text_size);
/* Open a database for reading only; one that lies still, with nobody to change it, is read even
 * where nothing can be written. */
int local_driver_open_still(
	const char *path, struct driver **driver_out, char *text_out, size_t text_size);
/* Leave the files of a database as they are when it is closed, though nobody else has it open. */
void local_driver_leave(struct driver *driver);
/* What is in the database can be made anew: a commit need not be on disk when it returns, though
 * what is there later is what one commit left; nothing waits long for others, and closing
 * writes nothing. */
int local_driver_relax(struct driver *driver);
/* Close it, and roll back what is open. NULL is allowed. */
void local_driver_close(struct driver *driver);
/* Whether another connection, of this process or of another, has committed since this was asked
 * last; true the first time. Quick, and waits for nobody. */
int local_driver_changed(struct driver *driver, bool *changed_out);
/* What went wrong last. Lives until the next call. */
const char *local_driver_text(struct driver *driver);

/* Begin a transaction that writes, when those of others are over: ROOST_ERR_UNAVAILABLE when that
 * takes too long. A commit that has returned 0 is on disk. */
int local_driver_begin(struct driver *driver);
/* Begin a transaction that only reads, all of one instant, and waits for nobody. */
int local_driver_begin_read(struct driver *driver);
int local_driver_commit(struct driver *driver);
/* Whether a commit has failed, and none that wrote something has come about since: what is in the log of it may count
 * after a crash all the same. Of who keeps the log. Any thread may ask. */
bool local_driver_in_doubt(const struct driver *driver);
void local_driver_rollback(struct driver *driver);
/* Whether a transaction is open: an engine may roll it back by itself when a statement fails. */
bool local_driver_in_transaction(struct driver *driver);
/* A mark to which one may roll back inside of a transaction. */
int local_driver_mark(struct driver *driver);
int local_driver_release_mark(struct driver *driver);
int local_driver_rollback_to_mark(struct driver *driver);

/* The number kept in the database that tells its schema's version; 0 in a new one. */
int local_driver_schema_version(struct driver *driver, unsigned *version_out);
/* Inside of a transaction. */
int local_driver_set_schema_version(struct driver *driver, unsigned version);
/* Run one statement of a schema, in which $BYTES stands for the engine's type of byte strings, $ID
 * for the best type of a primary key that is a number, and $CLUSTERED for what makes it keep the
 * rows in the order of the primary key. */
int local_driver_define(struct driver *driver, const char *sql);

/* Look through all of the database, and call `tell` with each thing that is wrong with it, up to a
 * hundred. 0 though something is wrong; an error when it could not even be looked through. */
int local_driver_check(
	struct driver *driver, void (*tell)(void *context, const char *text), void *context);
/* Copy the whole database as the open transaction that reads sees it into a new file, which is on
 * disk then. `progress`, which may be NULL, is told of bytes, and ends the copy with an error. */
int local_driver_copy(struct driver *driver, const char *path,
	int (*progress)(void *context, uint64_t done, uint64_t total), void *context);
/* Copy a database whose beginning is damaged to a new file, and give it the beginning of a sound one
 * with the same tables, which nobody has open. */
int local_driver_revive(const char *path, const char *sound, const char *revived);
/* Commits only write to the log: who opened the database moves the pages on, by checkpoints, or the
 * log grows for ever. */
void local_driver_keep_log(struct driver *driver);
/* How many pages the log had after this connection's last commit. */
unsigned local_driver_log_pages(const struct driver *driver);
/* Move what others do not need in the log any more to where it belongs, without waiting for anybody; when that was all,
 * sync it, too. Not within a transaction. After it has failed the disk may have lost what was moved before that, which
 * is read all the same and is not moved again: then there must be no other, the log must stay (local_driver_leave), and
 * the database be closed, since who opens it next begins with the whole log. */
int local_driver_checkpoint(struct driver *driver);
/* Move all of the log to where it belongs, sync both and empty it: who opens the database next would read all of it.
 * Not within a transaction. ROOST_ERR_UNAVAILABLE when others need it for too long. */
int local_driver_empty_log(struct driver *driver);
/* Write all of the database anew, one table after the other in the order of its rows, without what is free. Others
 * can read meanwhile; who wants to write waits. `stop`, called now and then until the last step, ends it: then
 * nothing has changed, and it is ROOST_ERR_CANCELLED. Not within a transaction. */
int local_driver_compact(struct driver *driver, bool (*stop)(void *context), void *context);
/* What the database takes, and how much of that is free. */
int local_driver_sizes(struct driver *driver, uint64_t *bytes_out, uint64_t *free_out);

/* The prepared statement for a static text, ready for its parameters. The connection keeps it, so
 * it must not be in use already. */
int local_driver_prepare(
	struct driver *driver, const char *sql, struct driver_statement **statement_out);
/* Parameters are set in their order, all before the first step. What is bound must stay until
 * local_driver_done(). Failures are told by the next step. */
void local_driver_bind_number(struct driver_statement *statement, int64_t number);
void local_driver_bind_text(struct driver_statement *statement, const char *text, size_t size);
void local_driver_bind_bytes(struct driver_statement *statement, const void *bytes, size_t size);
void local_driver_bind_null(struct driver_statement *statement);
/* 1: there is a row; 0: the end. */
int local_driver_step(struct driver_statement *statement);
/* Step to the end, and be done. */
int local_driver_run(struct driver_statement *statement);
/* Columns of the row, from 0. Borrowed until the next step. NULL reads as 0 and as absent. */
int64_t local_driver_number(struct driver_statement *statement, int column);
struct roost_text local_driver_bytes(struct driver_statement *statement, int column);
/* Let go of rows and parameters. */
void local_driver_done(struct driver_statement *statement);

#endif

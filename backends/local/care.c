/* care.c - what checking, backing up and restoring have in common. */
#include "care.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bell.h"
#include "files.h"
#include "folder.h"

int local_care_begin(
	struct care *care, struct roost_backend *backend, struct roost_call *call, const char *name)
{
	*care = (struct care) {
		.store = local_store_of(backend),
		.call = call,
		.name = name,
	};
	if (care->store == NULL) {
		return roost_call_fail(
			call, ROOST_ERR_INVALID, "This can be done with a local store only");
	}
	int r = local_folder_of_user(care->store->folder, name, &care->folder);
	if (r == ROOST_ERR_CANNOT) {
		return roost_call_fail(call, r, "No user can have that name");
	}
	if (r == 0) {
		care->bodies = local_folder_join(care->folder, "bodies");
		care->database = local_folder_join(care->folder, "mail.db");
		care->log = local_folder_join(care->folder, "mail.db-wal");
		r = care->bodies == NULL || care->database == NULL || care->log == NULL
			    ? ROOST_ERR_NO_MEMORY
			    : 0;
	}
	if (r == 0) {
		care->has_log = local_files_are(care->log);
	}
	if (r < 0) {
		local_care_end(care);
	}
	return r;
}

void local_care_end(struct care *care)
{
	local_care_close(care, care->db);
	care->db = NULL;
	free(care->folder);
	free(care->bodies);
	free(care->database);
	free(care->log);
	care->folder = care->bodies = care->database = care->log = NULL;
}

int local_care_need_user(struct care *care)
{
	return local_files_are(care->folder) ? 0
					     : roost_call_failf(care->call, ROOST_ERR_INVALID,
						       "There is no user %s", care->name);
}

bool local_care_has_database(const struct care *care)
{
	struct stat is;
	return stat(care->database, &is) == 0 && is.st_size > 0;
}

static bool has_tables(const struct care *care)
{
	char text[256];
	struct driver *db = NULL;
	int64_t tables = 1;
	if (local_driver_open(care->database, false, &db, text, sizeof(text)) == 0) {
		if (care->has_log) {
			local_driver_leave(db);
		}
		(void)local_care_number(db, "SELECT COUNT(*) FROM sqlite_schema", &tables);
		local_care_close(care, db);
	}
	/* What cannot be read is told of by who needs it. */
	return tables > 0;
}

bool local_care_has_mail(const struct care *care)
{
	/* The bodies first: those that come after this look have a database. */
	return local_files_are(care->bodies) || (local_care_has_database(care) && has_tables(care));
}

/* How long one waits for others to let go: longer than a server keeps the mail of a user open who
 * has signed out, whose last messages it may still be filling into the index for searches. */
#define PATIENCE_MILLISECONDS 8000u

static int take_lock(struct care *care, struct lock *lock_out,
	int (*take)(const char *path, unsigned milliseconds, struct lock *lock_out))
{
	char *path = NULL;
	int r = local_folder_lock_of_user(care->store->folder, care->name, &path);
	if (r == 0) {
		errno = 0;
		r = take(path, PATIENCE_MILLISECONDS, lock_out);
		if (r == ROOST_ERR_IN_USE) {
			r = roost_call_failf(care->call, r,
				take == local_lock_own
					? "Somebody works with the mail of %s: sign out, or stop "
					  "the server"
					: "Somebody has the mail of %s for themselves: wait until "
					  "that is over",
				care->name);
		} else if (r < 0) {
			r = local_care_fail(care, r, "lock", path);
		}
	}
	if (r == 0) {
		care->has_log = local_files_are(care->log); /* who had it before may have gone */
		care->owns = take == local_lock_own;
	}
	free(path);
	return r;
}

int local_care_share(struct care *care, struct lock *lock_out)
{
	return take_lock(care, lock_out, local_lock_enter);
}

int local_care_own(struct care *care, struct lock *lock_out)
{
	return take_lock(care, lock_out, local_lock_own);
}

void local_care_leave(struct care *care, struct lock *lock)
{
	char *path = NULL;
	if (lock->fd < 0) {
		return;
	}
	local_lock_leave(lock);
	if (local_folder_lock_of_user(care->store->folder, care->name, &path) == 0) {
		local_bell_ring_at(path);
	}
	free(path);
}

int local_care_open_reader(struct care *care, const char *database, struct driver **driver_out)
{
	char text[256];
	struct driver *driver = NULL;
	int r = local_driver_open(database, false, &driver, text, sizeof(text));
	if (r < 0) {
		return roost_call_failf(
			care->call, r, "The database %s cannot be opened: %s", database, text);
	}
	/* Who comes after a process that died must still see so. */
	if (care->has_log) {
		local_driver_leave(driver);
	}
	int64_t ignored;
	r = local_driver_begin_read(driver);
	if (r == 0) {
		/* The first look at a row fixes the instant. */
		r = local_care_number(driver, "SELECT COUNT(*) FROM account", &ignored);
	}
	if (r < 0) {
		r = local_care_fail_database(care, driver, r);
		local_driver_rollback(driver);
		local_care_close(care, driver);
		return r;
	}
	*driver_out = driver;
	return 0;
}

void local_care_close(const struct care *care, struct driver *driver)
{
	struct stat is;
	/* Whoever came and wrote meanwhile may have gone and left the log, since the disk has failed: then
	 * the next one needs it. Readers write none. */
	if (driver != NULL && !care->owns && stat(care->log, &is) == 0 && is.st_size > 0) {
		local_driver_leave(driver);
	}
	local_driver_close(driver);
}

int local_care_open(struct care *care)
{
	return local_care_open_reader(care, care->database, &care->db);
}

int local_care_number(struct driver *db, const char *sql, int64_t *number_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r == 0) {
		r = local_driver_step(s);
		if (r >= 0) {
			*number_out = r == 1 ? local_driver_number(s, 0) : 0;
		}
		local_driver_done(s);
	}
	return r < 0 ? r : 0;
}

int local_care_fail(struct care *care, int error, const char *doing, const char *path)
{
	int number = errno;
	if (error == ROOST_ERR_NO_MEMORY || error == ROOST_ERR_CANCELLED) {
		return error;
	}
	return roost_call_failf(care->call, error, "Cannot %s %s: %s", doing, path,
		number != 0 ? strerror(number) : roost_error_text(error));
}

int local_care_fail_database(struct care *care, struct driver *db, int error)
{
	if (error == ROOST_ERR_NO_MEMORY || error == ROOST_ERR_CANCELLED) {
		return error;
	}
	return roost_call_failf(care->call, error, "The database of %s does not work: %s",
		care->name, local_driver_text(db));
}

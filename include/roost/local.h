/* local.h - a backend that keeps mail on disk, one folder for each user. In a library of its own,
 * libroost-local.
 *
 * What an op has acknowledged is on disk. One process at a time works on a folder; a second one is
 * refused. The folder looks so:
 *	lock                      locked by the process that works here
 *	users/NAME/mail.db        mailboxes, flags and small messages (SQLite)
 *	users/NAME/bodies/        one file for each larger message, never changed
 * where NAME is the user's, with every byte but a-z 0-9 . _ - written as %XX, and a dot at its
 * start too. */
#ifndef ROOST_LOCAL_H
#define ROOST_LOCAL_H

#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/conn.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_local_options {
	size_t size; /* of this struct */
	const char *folder; /* made if it is missing, but not the folder it is in */
	char delimiter; /* 0: '/'. Must stay what it was when mailboxes were made */
	uint64_t append_limit; /* octets of one message; 0: no limit */
	uint64_t quota; /* octets of all messages of one user; 0: no limit */

	/* Who may sign in: look at the credentials and tell whose mail to open, in memory of
	 * malloc() that the backend frees. Called by many threads at once; must take the same time
	 * whether the user exists or not. A user that is told for the first time gets a folder and
	 * an INBOX. 0, ROOST_ERR_INVALID_CREDENTIALS, _AUTHORIZATION_FAILED, _EXPIRED,
	 * _PRIVACY_REQUIRED; ROOST_LATER as roost_call_begin_hard_work() says. */
	int (*verify)(void *context, struct roost_call *call,
		const struct roost_credentials *credentials, char **user_name_out);

	roost_log_fn log; /* may be NULL. Told what an administrator should do something about */
	void *context; /* of verify and log */

	size_t open_databases; /* users whose database is kept open though nobody waits for it; 0:
				  128 */
	size_t inline_octets; /* messages up to this size are kept in mail.db; 0: 64 KiB */
};

/* Open the store in a folder. End it with roost_backend_destroy().
 * ROOST_ERR_INVALID (no folder, or nobody to verify), ROOST_ERR_IN_USE (another process works
 * there), ROOST_ERR_NO_PERMISSION, ROOST_ERR_READ_ONLY, ROOST_ERR_IO, ROOST_ERR_NO_MEMORY; the log
 * says why. */
ROOST_API int roost_local_create(
	const struct roost_local_options *options, struct roost_backend **backend_out);

/* The path of a user's folder in the store of that folder, whether or not it is there; `path_out` is
 * from malloc(). ROOST_ERR_CANNOT (the name is empty, or too long for a file system),
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_local_user_folder(const char *store_folder, const char *user, char **path_out);

ROOST_END_DECLS

#endif

/* local.h - a backend that keeps mail on disk, one folder for each user. In a library of its own,
 * libroost-local.
 *
 * What an op has acknowledged is on disk. Any number of processes may work on a folder: each sees at
 * once what another has done when it changes something, and otherwise within a second; the sessions
 * of one are told of what others do. They must be on one machine, and the folder in a file system of
 * its own disks, not of a network. The folder looks so:
 *	lock                      shared by the processes that work here
 *	locks/NAME                one for each user, held while his mail is open. Never removed
 *	users/NAME/mail.db        mailboxes, flags, and messages that have just come (SQLite)
 *	users/NAME/bodies/        packs, files into which these are moved in the background, many to
 *	                          each; and one file for each larger message, never changed
 *	users/NAME/search.db      what makes searches for text fast, filled in the background; it may be
 *	                          deleted at any time, and is made anew
 *	users/NAME/search.lock    locked by the process that fills it, and for a moment by who opens
 *	                          or deletes search.db
 * where NAME is the user's, with every byte but a-z 0-9 . _ - written as %XX, and a dot at its
 * start too. */
#ifndef ROOST_LOCAL_H
#define ROOST_LOCAL_H

#include <stdbool.h>
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
	size_t inline_octets; /* messages up to this size have no file of their own; 0: 64 KiB */
	bool no_text_index; /* leave search.db alone: searches for text look at every message */
	unsigned background_delay; /* milliseconds from when mail has come until what can wait is
				      done: packs, search.db; 0: 2000 */
	uint64_t
		pack_octets; /* a pack that has grown so large gets no more; 0, and at most: 64 MiB */
};

/* Open the store in a folder. End it with roost_backend_destroy().
 * ROOST_ERR_INVALID (no folder, or nobody to verify), ROOST_ERR_NO_PERMISSION, ROOST_ERR_READ_ONLY, ROOST_ERR_IO, ROOST_ERR_NO_MEMORY; the log
 * says why. */
ROOST_API int roost_local_create(
	const struct roost_local_options *options, struct roost_backend **backend_out);

/* The path of a user's folder in the store of that folder, whether or not it is there; `path_out` is
 * from malloc(). ROOST_ERR_CANNOT (the name is empty, or too long for a file system),
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_local_user_folder(const char *store_folder, const char *user, char **path_out);

/* Looking after a store: what follows works on the folders of users, beside sessions of this and of
 * other processes where it does not say otherwise. `backend` is one of roost_local_create();
 * another is ROOST_ERR_INVALID. Errors are explained in the call. Further errors of all:
 * ROOST_ERR_CANCELLED, ROOST_ERR_NO_PERMISSION, ROOST_ERR_READ_ONLY, ROOST_ERR_UNAVAILABLE (the disk
 * is full), ROOST_ERR_IO, ROOST_ERR_NO_MEMORY. */

/* Deliver the name of each user that has a folder, in byte order. `deliver` returns 0, ROOST_STOP,
 * or an error that is passed on. */
ROOST_API int roost_local_list_users(struct roost_backend *backend, struct roost_call *call,
	int (*deliver)(void *context, const char *name), void *context);

/* Remove a user with all mail, for good. ROOST_ERR_INVALID (there is no such user),
 * ROOST_ERR_IN_USE (somebody is signed in). */
ROOST_API int roost_local_remove_user(
	struct roost_backend *backend, struct roost_call *call, const char *name);

enum roost_local_severity {
	ROOST_LOCAL_NOTE, /* worth knowing, and nothing wrong */
	ROOST_LOCAL_WRONG, /* no mail is lost */
	ROOST_LOCAL_LOSS, /* mail is lost or changed, or may be */
};

/* Something that a check found, or that kept a backup from being whole. All text lives until the
 * callback returns, and may have come from a damaged disk: it is UTF-8 only if all is well. */
struct roost_local_finding {
	size_t size; /* of this struct */
	enum roost_local_severity severity;
	const char *what; /* a name for programs, "body-missing" */
	const char *where; /* "INBOX, UID 5", "bodies/000000000000002a" */
	const char *text; /* a sentence without its full stop */
	const char *remedy; /* what to do about it, "restore the file from a backup"; NULL when
			       `mend` says it */
	const char *mend; /* what repairing does about it, "count them anew"; NULL when it cannot */
	bool mended; /* that was done */
};
typedef void (*roost_local_finding_fn)(void *context, const struct roost_local_finding *finding);

struct roost_local_check_options {
	size_t size; /* of this struct */
	bool repair; /* mend what can be mended without losing mail; else nothing is changed */
	roost_local_finding_fn report; /* may be NULL */
	void (*progress)(void *context, uint64_t done, uint64_t total); /* messages; may be NULL */
	void *context; /* of both */
};

/* Look whether all of a user's mail is there as it was stored: the database, the bytes of each
 * message and its outline, whatever is counted, and what lies about. 0 when the check could be
 * made, whatever it found. ROOST_ERR_INVALID (there is no such user), ROOST_ERR_IN_USE (to repair,
 * and somebody is signed in). */
ROOST_API int roost_local_check(struct roost_backend *backend, struct roost_call *call,
	const char *name, const struct roost_local_check_options *options);

struct roost_local_backup_options {
	size_t size; /* of this struct */
	bool replace; /* a backup of the user that is there; what it has needs no second copy */
	bool copy; /* also where a body could be linked, which costs no room */
	roost_local_finding_fn report; /* told of messages whose bytes are missing; may be NULL */
	void (*progress)(void *context, uint64_t done, uint64_t total); /* octets; may be NULL */
	void *context; /* of both */
};

/* Copy a user's mail, as it is at one moment, to a folder of the user's own in `destination`, named
 * as in the store; both are made when they are missing. It is itself the folder of a user, and comes
 * into being whole or not at all. ROOST_ERR_INVALID (there is no such user, or no such place),
 * ROOST_ERR_MAILBOX_EXISTS (there is a backup of this user), ROOST_ERR_CORRUPT (the database). */
ROOST_API int roost_local_backup(struct roost_backend *backend, struct roost_call *call,
	const char *name, const char *destination,
	const struct roost_local_backup_options *options);

struct roost_local_restore_options {
	size_t size; /* of this struct */
	bool replace; /* the mail that the user has */
	void (*progress)(void *context, uint64_t done, uint64_t total); /* octets; may be NULL */
	void *context;
};

/* Give a user the mail that is in a folder, such as one that roost_local_backup() made. It is there
 * whole or not at all. Clients must not take messages of the past for those they know, so every
 * mailbox gets a new UID validity, but one that the user has in just the same state. A user who has
 * an account keeps it. ROOST_ERR_INVALID (no such folder, or no user's), ROOST_ERR_MAILBOX_EXISTS
 * (the user has mail), ROOST_ERR_IN_USE (somebody is signed in), ROOST_ERR_CORRUPT (the database in
 * the folder), ROOST_ERR_UNAVAILABLE (a newer roost wrote it). */
ROOST_API int roost_local_restore(struct roost_backend *backend, struct roost_call *call,
	const char *folder, const char *name, const struct roost_local_restore_options *options);

/* What a user has. Octets are those of messages, bytes those of disks. */
struct roost_local_stats {
	size_t size; /* of this struct; set by the caller */
	uint64_t mailboxes;
	uint64_t messages;
	uint64_t octets; /* of all messages, those that share their bytes counted again */
	uint64_t emails; /* messages that share no bytes */
	uint64_t email_octets;
	uint64_t shared; /* emails that are in several places */
	uint64_t files; /* emails that have a file of their own */
	uint64_t disk_bytes; /* what the folder takes on the disk */
	uint64_t database_bytes;
	uint64_t free_bytes; /* in the database, for new messages */
};
ROOST_API int roost_local_stats(struct roost_backend *backend, struct roost_call *call,
	const char *name, struct roost_local_stats *stats_out);

ROOST_END_DECLS

#endif

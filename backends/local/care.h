/* care.h - what checking, backing up and restoring have in common: one user's folder, looked at
 * beside the sessions that work in it. */
#ifndef LOCAL_CARE_H
#define LOCAL_CARE_H

#include <stdbool.h>
#include <stdint.h>

#include "lock.h"
#include "store.h"

struct care {
	struct store *store;
	struct roost_call *call;
	const char *name; /* the user's; borrowed */
	char *folder;
	char *bodies; /* paths in it */
	char *database;
	char *log; /* of the database */
	bool has_log; /* whether there was one when we came */
	bool owns; /* the user is ours */
	struct driver *db; /* NULL until it is opened */
};

/* Find a user's folder, there or not. ROOST_ERR_INVALID (the backend is of another kind),
 * ROOST_ERR_CANNOT (no user can have that name); explained. End it with local_care_end(). */
int local_care_begin(struct care *care, struct roost_backend *backend, struct roost_call *call,
	const char *name);
void local_care_end(struct care *care);
/* ROOST_ERR_INVALID, explained, when there is no such user. */
int local_care_need_user(struct care *care);

/* Whether there is a database; an empty file is none. */
bool local_care_has_database(const struct care *care);
/* Whether there is mail, or was: then a database that is missing is lost. Who signs in for the first
 * time makes the database, its tables, and then the folder of the bodies; until there are tables there
 * is no mail, whether that one is at it or died at it. */
bool local_care_has_mail(const struct care *care);

/* Come in beside others, standing in the door; and have the user for oneself. ROOST_ERR_IN_USE,
 * explained. */
int local_care_share(struct care *care, struct lock *lock_out);
int local_care_own(struct care *care, struct lock *lock_out);
/* Let go of either, if it is held; sessions that wait look at what is there now. */
void local_care_leave(struct care *care, struct lock *lock);

/* Open the database for reading, in a transaction that has begun. Nothing on disk changes by it. */
int local_care_open(struct care *care);
/* The same for a path. */
int local_care_open_reader(struct care *care, const char *database, struct driver **driver_out);
/* Close it, or what is open for writing in a user of one's own. NULL is allowed. */
void local_care_close(const struct care *care, struct driver *driver);
/* One row of one number; 0 when there is no row. */
int local_care_number(struct driver *db, const char *sql, int64_t *number_out);

/* Explain an error that has no explanation yet. Return `error`. */
int local_care_fail(struct care *care, int error, const char *doing, const char *path);
int local_care_fail_database(struct care *care, struct driver *db, int error);

#endif

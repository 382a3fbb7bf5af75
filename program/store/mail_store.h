/* mail_store.h - the store on disk, for the verbs that work on it, and for deliveries. */
#ifndef PROGRAM_MAIL_STORE_H
#define PROGRAM_MAIL_STORE_H

#include <stdbool.h>

#include <roost/backend.h>

/* Open the store in a folder for this process alone, in which everyone is trusted. When that cannot
 * be, says why on stderr and returns false. End it with roost_backend_destroy(). */
bool mail_store_open(const char *data, struct roost_backend **backend_out);

/* Say on stderr why a store could not be opened: the error that the log held back, which
 * log_hold_errors() asked for before. */
void mail_store_tell_failure(const char *data, int error);

/* Open the mail of a user as whoever runs the program, without a password: credentials of the kind
 * ROOST_CREDENTIALS_VERIFIED. End it with mail_store_sign_out(). As the login op. */
int mail_store_sign_in(struct roost_backend *backend, struct roost_call *call, const char *name,
	struct roost_user **user_out);
/* The user's logout op. NULL is allowed. */
void mail_store_sign_out(struct roost_user *user);

/* The path of a file in a user's folder, which is there once the user has signed in; from malloc.
 * When it cannot be, says why on stderr and returns false. */
bool mail_store_find_file(const char *data, const char *user, const char *name, char **path_out);

#endif

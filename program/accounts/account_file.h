/* account_file.h - the accounts of a store: users/NAME/account, one small INI file for each user.
 *
 *	password = $y$j9T$…     a hash, see hash.h; none: nobody signs in with a password
 *	disabled = yes          nobody signs in at all
 *
 * Other keys are kept as they are. The file is read at each sign-in, so that a change counts at
 * once, a user can be moved as a folder, and users who are not there cost nothing. Who writes one, or
 * puts another folder in place of the user's, has the folder that is there locked: flock(2). Names are
 * folded already (user_name.h); `data` is the folder of the store. */
#ifndef PROGRAM_ACCOUNT_FILE_H
#define PROGRAM_ACCOUNT_FILE_H

#include <stdbool.h>

struct account_file {
	char *password; /* NULL: none */
	bool disabled;
};

enum account_result {
	ACCOUNT_GOOD,
	ACCOUNT_MISSING,
	ACCOUNT_EXISTS,
	ACCOUNT_DAMAGED, /* it is there, and cannot be understood */
	ACCOUNT_TROUBLE, /* errno says which */
};

enum account_result account_file_read(
	const char *data, const char *name, struct account_file *account_out);
void account_file_clear(struct account_file *account);

/* What is to become of the keys: NULL leaves one alone, "" removes it. */
struct account_change {
	const char *password;
	const char *disabled;
};

/* Add an account, durably and all or nothing. Makes the folders of the store and of the user where
 * they are missing; who is root gives what it makes to the owner of the folder around it. */
enum account_result account_file_add(
	const char *data, const char *name, const struct account_change *change);
/* Change one in the same way. */
enum account_result account_file_change(
	const char *data, const char *name, const struct account_change *change);
/* Remove one, and leave the mail. */
enum account_result account_file_remove(const char *data, const char *name);

#endif

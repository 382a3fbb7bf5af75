/* verifier.h - who may sign in: passwords against the accounts of a store, of the command line or of
 * PAM, with a memory for what was right and a shorter patience for who guesses. */
#ifndef PROGRAM_VERIFIER_H
#define PROGRAM_VERIFIER_H

#include <stdbool.h>

#include <roost/backend.h>

#include "accounts.h"
#include "guesses.h"

struct verifier_options {
	const char *data; /* the folder of the store, where the account files are */
	const struct accounts *accounts; /* of the command line; looked at first; not changed
					    while there is a verifier */
	bool pam; /* ask PAM, and not the account files */
	const char *pam_folder; /* where PAM's services are; NULL: the system's */
	unsigned cache_seconds; /* for which a right password is remembered; 0: not at all */
	struct guess_limits guesses;
};

struct verifier;

/* Borrows the options' texts. ROOST_ERR_NO_MEMORY. */
int verifier_create(const struct verifier_options *options, struct verifier **verifier_out);
/* NULL is allowed. */
void verifier_destroy(struct verifier *verifier);

/* As the verify member of struct roost_local_options. The user that is told has a folded name
 * (user_name.h).
 *
 * A password is looked at in the same way, with the same cost, whether there is such a user or not,
 * and the client is told the same: the reason goes to the log. Credentials of the kind
 * ROOST_CREDENTIALS_VERIFIED with an empty mechanism are those of the program itself, which
 * delivers mail: all that counts is that there is such a user, disabled or not. */
int verifier_check(struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out);

#endif

/* pam.h - accounts of the system, asked of PAM by the service name "roost". */
#ifndef PROGRAM_PAM_H
#define PROGRAM_PAM_H

#include <stdbool.h>

struct pam_question {
	const char *folder; /* where the services are; NULL: the system's usual place */
	const char *user;
	const char *password;
	const char *address; /* where the client is; "" when it is nowhere */
};

/* Whether it is the user's password and the account is open. Takes as long as PAM does, which keeps
 * us waiting for no failure: that is our own business. 0, ROOST_ERR_INVALID_CREDENTIALS,
 * ROOST_ERR_EXPIRED (the password is right and has to be changed), ROOST_ERR_UNAVAILABLE;
 * `reason_out` says why, for the log. Static. */
int pam_ask(const struct pam_question *question, const char **reason_out);

/* Whether there is such an account, without a password; `closed`: also when it is closed or
 * expired. Errors as above. */
int pam_ask_account(const struct pam_question *question, bool closed, const char **reason_out);

#endif

/* privileges.h - who the program is: from root to somebody with fewer rights. */
#ifndef PROGRAM_PRIVILEGES_H
#define PROGRAM_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/* Whom to become. */
struct privileges {
	bool wanted; /* else all stays */
	const char *name;
	uid_t uid;
	gid_t gid;
};

/* Find the user, and the group: NULL for that of the user. When there is no such user, or the program may not become
 * it, says so on stderr and returns false. */
bool privileges_find(struct privileges *privileges, const char *user, const char *group);

/* Be that user for a while, so that files that are made are the user's; and root again. While there is one thread.
 * False: it failed, and stderr was told. */
bool privileges_borrow(const struct privileges *privileges);
bool privileges_return(const struct privileges *privileges);

/* Be that user for good, and never gain rights by running another program. Makes sure that there is no way back. */
bool privileges_drop(const struct privileges *privileges);

#endif

/* accounts.h - the users that the command line and user files name, with their passwords. */
#ifndef PROGRAM_ACCOUNTS_H
#define PROGRAM_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

struct account {
	char *name;
	char *password; /* or its hash, see hash.h */
};

struct accounts {
	struct account *list;
	size_t count;
};

/* Add the user of "NAME:PASSWORD"; the password may contain colons. On failure says why on stderr
 * (without the password) and returns false. */
bool accounts_add(struct accounts *accounts, const char *text);

/* Add the users of a file with a NAME:PASSWORD on each line; empty lines and lines that begin with
 * '#' are passed over. As above. */
bool accounts_add_file(struct accounts *accounts, const char *path);

/* The user of that name (`n` bytes, A-Z the same as a-z), or NULL. */
const struct account *accounts_find(const struct accounts *accounts, const char *name, size_t n);

/* Wipe the passwords and free all. */
void accounts_clear(struct accounts *accounts);

#endif

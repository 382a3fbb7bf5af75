/* owner.h - whose mail a verb works on. */
#ifndef PROGRAM_OWNER_H
#define PROGRAM_OWNER_H

#include <stdbool.h>

/* The user's name as the store has it, from malloc. A user is known who has an account or a folder
 * in the store; with `any`, everybody else is as good, and gets one. When it is no name, or nobody's,
 * says on stderr what to do and returns NULL. */
char *owner_find(const char *data, const char *name, bool any);

#endif

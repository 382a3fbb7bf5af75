/* secret.h - a password that is needed elsewhere. */
#ifndef PROGRAM_SECRET_H
#define PROGRAM_SECRET_H

#include <stdbool.h>

#define SECRET_MAX 1024

/* Read it: the first line of a file, or, with NULL, what is typed at the terminal without being
 * shown, or the first line of standard input. `secret_out` has room for SECRET_MAX bytes, and is to
 * be wiped. When there is none, says so on stderr and returns false. */
bool secret_read(const char *file, const char *prompt, char *secret_out);

#endif

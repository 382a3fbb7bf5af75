/* user_import.h - accounts of other programs, from a file like /etc/shadow. */
#ifndef PROGRAM_USER_IMPORT_H
#define PROGRAM_USER_IMPORT_H

#include <stdbool.h>

/* Add the users of a file ("-": standard input) with lines of NAME:HASH[:…]. With `replace`, who is
 * there already gets that hash. Lines that cannot be taken are told on stderr, and the others go in:
 * an enum verb_status. */
int user_import(const char *data, const char *path, bool replace);

#endif

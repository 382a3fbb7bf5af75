/* file_name.h - names of mailboxes as names of files that every file system takes. */
#ifndef PROGRAM_FILE_NAME_H
#define PROGRAM_FILE_NAME_H

#include <stdbool.h>

/* The mailbox's levels as folders, each with what a file's name cannot have as %XX, and the last
 * one with `end` behind it. A level that is too long is cut, and the path gets a digest of the name;
 * with `salt` it gets one anyway. From malloc; NULL when memory is out. */
char *file_name_of_mailbox(const char *name, const char *end, bool salt);

/* Cut a name that is longer than a file's may be, and put a digest of `name` behind it; with `salt`
 * in any case. Takes `encoded`, from malloc, which may be NULL. */
char *file_name_shorten(char *encoded, const char *name, bool salt);

#endif

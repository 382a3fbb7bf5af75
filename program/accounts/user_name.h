/* user_name.h - what a user may be called. */
#ifndef PROGRAM_USER_NAME_H
#define PROGRAM_USER_NAME_H

/* A name as it is kept and looked up: UTF-8 without control characters, A-Z made a-z; other letters
 * stay as they are. From malloc(). NULL when it is no name for a user, and then `why_out` (if not
 * NULL) says so, for "… is no name for a user: WHY". */
char *user_name_fold(const char *name, const char **why_out);

/* The name that a folder of a store's users/ is for; NULL when it is for none. From malloc(). */
char *user_name_of_folder(const char *folder);

#endif

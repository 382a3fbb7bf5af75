/* user_list.h - what accounts there are, for people and for scripts. */
#ifndef PROGRAM_USER_LIST_H
#define PROGRAM_USER_LIST_H

#include <stdbool.h>

/* A line for each user of the store: an enum verb_status. */
int user_list(const char *data);
/* What is known of one. */
int user_show(const char *data, const char *name);

/* Whether there is any account. */
bool user_list_is_any(const char *data);

#endif

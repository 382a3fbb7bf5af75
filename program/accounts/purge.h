/* purge.h - the end of a user's mail. */
#ifndef PROGRAM_PURGE_H
#define PROGRAM_PURGE_H

#include "account_file.h"

/* Remove a user's folder with all that is in it. It is out of the store at once, so that a user who
 * is added again begins anew; sessions that are still open write into what is gone. */
enum account_result purge_user(const char *data, const char *name);

#endif

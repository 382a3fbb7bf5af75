/* user.h - a signed-in user. */
#ifndef LOCAL_USER_H
#define LOCAL_USER_H

#include "store.h"

/* Takes over one user of the account, also when it fails. */
int local_user_create(struct account *account, struct roost_user **user_out);

#endif

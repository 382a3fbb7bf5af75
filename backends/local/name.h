/* name.h - names of mailboxes: which may be, and which stand below which. */
#ifndef LOCAL_NAME_H
#define LOCAL_NAME_H

#include <stdbool.h>

#include <roost/call.h>

/* Byte order, but the delimiter comes before all else: so each name is followed by those below
 * it. */
int local_name_compare(const char *a, const char *b, char delimiter);
bool local_name_is_below(const char *name, const char *superior, char delimiter);
/* Whether a mailbox may have the name. ROOST_ERR_CANNOT, explained. */
int local_name_check(struct roost_call *call, const char *name, char delimiter);

#endif

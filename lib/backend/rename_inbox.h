/* rename_inbox.h - RENAME of INBOX, for backends that have no own way. */
#ifndef BACKEND_RENAME_INBOX_H
#define BACKEND_RENAME_INBOX_H

#include <roost/backend.h>

/* Create `to` (normalized) and move all messages of INBOX there. INBOX and its children stay. RFC
 * 3501 section 6.3.5. Errors of the ops it takes; ROOST_ERR_NOT_SUPPORTED when one is missing. */
int rename_inbox(struct roost_user *user, struct roost_call *call, const char *to);

#endif

/* changing.h - whether a mailbox can be changed in some way at all. */
#ifndef BACKEND_CHANGING_H
#define BACKEND_CHANGING_H

#include <roost/backend.h>

/* 0 when the mailbox's backend can be changed and has the op; ROOST_ERR_READ_ONLY,
 * ROOST_ERR_NOT_SUPPORTED. */
static inline int changing_allowed(const struct roost_mailbox *mailbox, bool has_op)
{
	if (mailbox->user->backend->features & ROOST_FEATURE_READ_ONLY) {
		return ROOST_ERR_READ_ONLY;
	}
	return has_op ? 0 : ROOST_ERR_NOT_SUPPORTED;
}

#endif

/* changing.h - what the functions that change a mailbox share. */
#ifndef BACKEND_CHANGING_H
#define BACKEND_CHANGING_H

#include <roost/backend.h>

/* 0 when the user's backend can be changed and has the op; ROOST_ERR_READ_ONLY,
 * ROOST_ERR_NOT_SUPPORTED. */
static inline int changing_allowed(const struct roost_user *user, bool has_op)
{
	if (user->backend->features & ROOST_FEATURE_READ_ONLY) {
		return ROOST_ERR_READ_ONLY;
	}
	return has_op ? 0 : ROOST_ERR_NOT_SUPPORTED;
}

/* Remove messages that stand elsewhere now, whatever else has \Deleted: flag and expunge only them. When that fails, all
 * are told that they may have the flag. */
int mailbox_copy_remove(
	struct roost_mailbox *mailbox, struct roost_call *call, const struct roost_uidset *copied);

#endif

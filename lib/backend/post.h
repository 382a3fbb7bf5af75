/* post.h - telling all sessions of what was changed through roost. */
#ifndef BACKEND_POST_H
#define BACKEND_POST_H

#include <roost/updates.h>

/* Each does nothing when nobody collects updates. A post that fails for want of memory is lost: the
 * sessions find the change at their next snapshot. */

void post_mailbox(const struct roost_user *user, const char *mailbox);
void post_mailbox_event(const struct roost_user *user, const char *mailbox,
	enum roost_mailbox_event event, const char *new_name);
/* `origin` is the session that has been told already, or NULL. */
void post_flags(const struct roost_user *user, const char *mailbox, const struct roost_uidset *uids,
	const struct roost_user *origin);
void post_expunged(
	const struct roost_user *user, const char *mailbox, const struct roost_uidset *uids);

#endif

/* post.c - telling all sessions of what was changed through roost. */
#include "backend/post.h"

static void post(const struct roost_user *user, struct roost_update *update)
{
	struct roost_updates *updates = user->backend->updates;
	if (updates != NULL) {
		update->size = sizeof(*update);
		update->user = user->name;
		(void)roost_updates_post(updates, update);
	}
}

void post_mailbox(const struct roost_user *user, const char *mailbox)
{
	struct roost_update update = {
		.kind = ROOST_UPDATE_MAILBOX,
		.mailbox = mailbox,
		.origin = user,
	};
	post(user, &update);
}

void post_mailbox_event(const struct roost_user *user, const char *mailbox,
	enum roost_mailbox_event event, const char *new_name)
{
	struct roost_update update = {
		.kind = ROOST_UPDATE_MAILBOX_INFO,
		.mailbox = mailbox,
		.event = event,
		.new_name = new_name,
		.origin = user,
	};
	post(user, &update);
}

void post_flags(const struct roost_user *user, const char *mailbox, const struct roost_uidset *uids,
	const struct roost_user *origin)
{
	struct roost_update update = {
		.kind = ROOST_UPDATE_MESSAGE,
		.mailbox = mailbox,
		.uids = uids,
		.origin = origin,
	};
	if (uids->count > 0) {
		post(user, &update);
	}
}

void post_expunged(
	const struct roost_user *user, const char *mailbox, const struct roost_uidset *uids)
{
	struct roost_update update = {
		.kind = ROOST_UPDATE_EXPUNGE,
		.mailbox = mailbox,
		.uids = uids,
		.origin = user,
	};
	if (uids->count > 0) {
		post(user, &update);
	}
}

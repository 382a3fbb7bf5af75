/* user.c - a signed-in user: the ops on mailboxes by name. */
#include "memory.h"

#include <stdlib.h>

struct session {
	struct roost_user base;
	struct memory_account *account;
};

struct memory_account *memory_user_account(struct roost_user *user)
{
	return roost_container_of(user, struct session, base)->account;
}

static struct memory_tree *tree_of(struct roost_user *user)
{
	return &memory_user_account(user)->tree;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	return memory_tree_list(tree_of(user), call, options->subscribed_only, deliver, context);
}

static int create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	unsigned special_use = options == NULL ? 0 : options->special_use;
	if ((special_use & ~ROOST_MAILBOX_SPECIAL_USES) != 0) {
		return roost_call_fail(call, ROOST_ERR_CANNOT, "There is no such special use");
	}
	return memory_tree_create(tree_of(user), call, name, special_use);
}

static int delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name)
{
	uint64_t octets;
	int r = memory_tree_delete(tree_of(user), call, name, &octets);
	if (r == 0) {
		memory_account_give_back(memory_user_account(user), octets);
	}
	return r;
}

static int rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	return memory_tree_rename(tree_of(user), call, from, to);
}

static int set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed)
{
	return memory_tree_subscribe(tree_of(user), call, name, subscribed);
}

static int mailbox_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	struct memory_mailbox *mailbox;
	uint64_t epoch;
	int r = memory_tree_open(tree_of(user), call, name, &mailbox, &epoch);
	if (r < 0) {
		return r;
	}
	r = memory_mailbox_lock_read(mailbox, call, epoch);
	if (r == 0) {
		memory_mailbox_status(mailbox, status_out);
		memory_mailbox_unlock(mailbox);
		if ((items & ROOST_STATUS_MAILBOX_ID) != 0) {
			status_out->mailbox_id = memory_mailbox_id(mailbox, call);
			status_out->has |= ROOST_STATUS_MAILBOX_ID;
		}
	}
	memory_mailbox_unref(mailbox);
	return r;
}

static int append_limit(struct roost_user *user, struct roost_call *call, uint64_t *limit_out)
{
	(void)call;
	*limit_out = memory_account_append_limit(memory_user_account(user));
	return 0;
}

static void logout(struct roost_user *user)
{
	free(roost_container_of(user, struct session, base));
}

static const struct roost_user_ops ops = {
	.size = sizeof(ops),
	.list_mailboxes = list_mailboxes,
	.get_mailbox = memory_handle_create,
	.create_mailbox = create_mailbox,
	.delete_mailbox = delete_mailbox,
	.rename_mailbox = rename_mailbox,
	.set_subscribed = set_subscribed,
	.mailbox_status = mailbox_status,
	.append_limit = append_limit,
	.logout = logout,
};

int memory_user_create(struct memory_account *account, struct roost_user **user_out)
{
	struct session *session = calloc(1, sizeof(*session));
	if (session == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	session->account = account;
	session->base = (struct roost_user) {
		.ops = &ops,
		.backend = &account->memory->base,
		.name = account->name,
		.delimiter = account->memory->delimiter,
	};
	*user_out = &session->base;
	return 0;
}

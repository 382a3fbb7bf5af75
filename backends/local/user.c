/* user.c - a signed-in user: the ops on mailboxes by name. */
#include "user.h"

#include <stdlib.h>

#include "mailbox.h"
#include "recents.h"
#include "rows.h"
#include "tree.h"

struct session {
	struct roost_user base;
	struct account *account;
};

struct account *local_user_account(struct roost_user *user)
{
	return roost_container_of(user, struct session, base)->account;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct account *account = local_user_account(user);
	struct driver *reader = NULL;
	int r = local_store_begin_op(account, call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, call, &reader);
	if (r == 0) {
		r = local_listing_deliver(
			account, call, reader, options->subscribed_only, deliver, context);
		local_account_put_reader(account, reader);
		local_survey_begin(account);
	}
	local_store_end_op(account);
	return r;
}

static int create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	struct account *account = local_user_account(user);
	unsigned special_use = options == NULL ? 0 : options->special_use;
	if ((special_use & ~ROOST_MAILBOX_SPECIAL_USES) != 0) {
		return roost_call_fail(call, ROOST_ERR_CANNOT, "There is no such special use");
	}
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		r = local_tree_create(account, call, name, special_use);
		local_store_end_op(account);
	}
	return r;
}

static int delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name)
{
	struct account *account = local_user_account(user);
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		r = local_tree_delete(account, call, name);
		local_store_end_op(account);
	}
	return r;
}

static int rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	struct account *account = local_user_account(user);
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		r = local_tree_rename(account, call, from, to);
		local_store_end_op(account);
	}
	return r;
}

static int set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed)
{
	struct account *account = local_user_account(user);
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		r = local_listing_subscribe(account, call, name, subscribed);
		local_store_end_op(account);
	}
	return r;
}

/* Messages from that UID on. */
static int count_from(struct driver *reader, int64_t mailbox, uint32_t from, uint64_t *count_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		reader, "SELECT COUNT(*) FROM message WHERE mailbox = ? AND uid >= ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, from);
	r = local_driver_step(s);
	*count_out = r == 1 ? (uint64_t)local_driver_number(s, 0) : 0;
	local_driver_done(s);
	return r < 0 ? r : 0;
}

static int read_status(struct account *account, struct roost_call *call, struct driver *reader,
	const char *name, struct roost_mailbox_status *status)
{
	struct mailbox_row row;
	uint64_t recent;
	int r = local_mailbox_row_read(reader, call, name, 0, &row);
	if (r < 0) {
		return r;
	}
	/* The disk may know it as well by now, but not less than what was forgotten for it. */
	uint32_t from = local_recents_look(account, row.id);
	r = local_mailbox_row_read(reader, call, name, row.id, &row);
	if (r == 0) {
		from = from > row.recent_from ? from : row.recent_from;
		r = count_from(reader, row.id, from, &recent);
	}
	if (r < 0) {
		return r;
	}
	status->messages = (uint64_t)row.messages;
	status->recent = recent;
	status->unseen = (uint64_t)row.unseen;
	status->deleted = (uint64_t)row.deleted;
	status->octets = (uint64_t)row.octets;
	status->deleted_octets = (uint64_t)row.deleted_octets;
	status->highest_modseq = row.modseq;
	status->uid_next = row.uid_next;
	status->uid_validity = row.uid_validity;
	status->has = ROOST_STATUS_MESSAGES | ROOST_STATUS_RECENT | ROOST_STATUS_UNSEEN |
		      ROOST_STATUS_DELETED | ROOST_STATUS_SIZE | ROOST_STATUS_DELETED_STORAGE |
		      ROOST_STATUS_HIGHEST_MODSEQ | ROOST_STATUS_UID_NEXT |
		      ROOST_STATUS_UID_VALIDITY | ROOST_STATUS_MAILBOX_ID;
	status->mailbox_id = local_mailbox_object_id(call, row.uid_validity);
	return 0;
}

static int mailbox_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	struct account *account = local_user_account(user);
	struct driver *reader = NULL;
	(void)items;
	int r = local_store_begin_op(account, call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, call, &reader);
	if (r == 0) {
		r = read_status(account, call, reader, name, status_out);
		if (r < 0) {
			r = local_trouble(account, call, r, local_driver_text(reader));
		}
		local_account_put_reader(account, reader);
	}
	local_store_end_op(account);
	return r;
}

static int append_limit(struct roost_user *user, struct roost_call *call, uint64_t *limit_out)
{
	(void)call;
	*limit_out = local_user_account(user)->store->options.append_limit;
	return 0;
}

static void logout(struct roost_user *user)
{
	struct session *session = roost_container_of(user, struct session, base);
	local_store_put_account(session->account);
	free(session);
}

static const struct roost_user_ops ops = {
	.size = sizeof(ops),
	.list_mailboxes = list_mailboxes,
	.get_mailbox = local_mailbox_open,
	.create_mailbox = create_mailbox,
	.delete_mailbox = delete_mailbox,
	.rename_mailbox = rename_mailbox,
	.set_subscribed = set_subscribed,
	.mailbox_status = mailbox_status,
	.append_limit = append_limit,
	.logout = logout,
	.append_messages = local_append_messages,
};

int local_user_create(struct account *account, struct roost_user **user_out)
{
	struct session *session = calloc(1, sizeof(*session));
	if (session == NULL) {
		local_store_put_account(account);
		return ROOST_ERR_NO_MEMORY;
	}
	session->account = account;
	session->base = (struct roost_user) {
		.ops = &ops,
		.backend = &account->store->base,
		.name = account->name,
		.delimiter = account->store->options.delimiter,
	};
	*user_out = &session->base;
	return 0;
}

/* wrap.c - a backend around the memory backend that passes every op on. */
#include "wrap.h"

#include <stdlib.h>
#include <string.h>

#include <roost/memory.h>
#include <roost/util.h>

struct wrap *wrap_of_backend(struct roost_backend *backend)
{
	return roost_container_of(backend, struct wrap, base);
}

struct wrap_user *wrap_of_user(struct roost_user *user)
{
	return roost_container_of(user, struct wrap_user, base);
}

struct wrap_mailbox *wrap_of_mailbox(struct roost_mailbox *mailbox)
{
	return roost_container_of(mailbox, struct wrap_mailbox, base);
}

int wrap_login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct wrap *wrap = wrap_of_backend(backend);
	struct wrap_user *user = calloc(1, sizeof(*user));
	if (user == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = wrap->inner->ops->login(wrap->inner, call, credentials, &user->inner);
	if (r < 0) {
		free(user);
		return r;
	}
	user->base = *user->inner;
	user->base.ops = &wrap->user_ops;
	user->base.backend = backend;
	*user_out = &user->base;
	return 0;
}

static int append_limit(struct roost_backend *backend, struct roost_call *call, uint64_t *limit_out)
{
	struct roost_backend *inner = wrap_of_backend(backend)->inner;
	return inner->ops->append_limit(inner, call, limit_out);
}

static void set_updates(struct roost_backend *backend, struct roost_updates *updates)
{
	(void)backend;
	(void)updates;
}

static void destroy(struct roost_backend *backend)
{
	struct wrap *wrap = wrap_of_backend(backend);
	roost_backend_destroy(wrap->inner);
	free(wrap);
}

int wrap_list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	return inner->ops->list_mailboxes(inner, call, options, deliver, context);
}

int wrap_get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	struct wrap_mailbox *mailbox = calloc(1, sizeof(*mailbox));
	if (mailbox == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = inner->ops->get_mailbox(inner, call, name, options, &mailbox->inner);
	if (r < 0) {
		free(mailbox);
		return r;
	}
	mailbox->base.ops = &wrap_of_backend(user->backend)->mailbox_ops;
	mailbox->base.user = user;
	mailbox->base.name = mailbox->inner->name;
	mailbox->select = options->select && !options->read_only;
	*mailbox_out = &mailbox->base;
	return 0;
}

int wrap_create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	return inner->ops->create_mailbox(inner, call, name, options);
}

int wrap_delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	return inner->ops->delete_mailbox(inner, call, name);
}

static int rename_inbox(struct roost_user *inner, struct roost_call *call, const char *to)
{
	const struct roost_create_options create = { .size = sizeof(create) };
	const struct roost_open_options open = { .size = sizeof(open) };
	struct roost_mailbox *inbox;
	int r = inner->ops->create_mailbox(inner, call, to, &create);
	if (r < 0) {
		return r;
	}
	r = inner->ops->get_mailbox(inner, call, "INBOX", &open, &inbox);
	if (r < 0) {
		return r;
	}
	struct roost_uidset all = ROOST_UIDSET_EMPTY;
	struct roost_copy_result result = { .size = sizeof(result) };
	r = roost_uidset_add_range(&all, 1, UINT32_MAX);
	if (r == 0) {
		r = inbox->ops->move_messages(inbox, call, &all, to, &result);
	}
	roost_copy_result_clear(&result);
	roost_uidset_clear(&all);
	inbox->ops->close(inbox);
	return r;
}

int wrap_rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	if (strcmp(from, "INBOX") == 0) {
		return rename_inbox(inner, call, to);
	}
	return inner->ops->rename_mailbox(inner, call, from, to);
}

int wrap_set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	return inner->ops->set_subscribed(inner, call, name, subscribed);
}

int wrap_mailbox_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	return inner->ops->mailbox_status(inner, call, name, items, status_out);
}

int wrap_append_messages(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out)
{
	struct roost_user *inner = wrap_of_user(user)->inner;
	struct roost_open_options options = { .size = sizeof(options) };
	struct roost_mailbox_status status = { .size = sizeof(status) };
	struct roost_mailbox *mailbox;
	int r = inner->ops->mailbox_status(inner, call, name, ROOST_STATUS_UID_VALIDITY, &status);
	if (r == 0) {
		r = inner->ops->get_mailbox(inner, call, name, &options, &mailbox);
	}
	if (r < 0) {
		return r;
	}
	r = mailbox->ops->create_messages(mailbox, call, messages, count, uids_out);
	if (r == 0) {
		*uid_validity_out = status.uid_validity;
	}
	mailbox->ops->close(mailbox);
	return r;
}

static void logout(struct roost_user *user)
{
	struct wrap_user *wrapper = wrap_of_user(user);
	wrapper->inner->ops->logout(wrapper->inner);
	free(wrapper);
}

int wrap_snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->snapshot(inner, call, snapshot_out);
}

int wrap_list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->list_messages(inner, call, uids, options, deliver, context);
}

struct scan {
	struct roost_call *call;
	const struct roost_search *search;
	struct roost_uidset *found;
};

static int match(void *context, const struct roost_message *message)
{
	struct scan *scan = context;
	int r = roost_util_match(scan->call, scan->search, message);
	return r == 1 ? roost_uidset_add(scan->found, message->uid) : r;
}

int wrap_search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	struct roost_uidset found = ROOST_UIDSET_EMPTY;
	struct scan scan = { call, search, &found };
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = roost_util_match_fields(search),
	};
	int r = wrap_list_messages(mailbox, call, within, &options, match, &scan);
	if (r == 0) {
		r = roost_uidset_add_set(uids_out, &found);
	}
	roost_uidset_clear(&found);
	return r;
}

int wrap_create_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->create_messages(inner, call, messages, count, uids_out);
}

int wrap_update_messages_flags(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->update_messages_flags(
		inner, call, uids, change, modified_out, deliver, context);
}

int wrap_copy_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->copy_messages(inner, call, uids, destination, result_out);
}

int wrap_move_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->move_messages(inner, call, uids, destination, result_out);
}

int wrap_replace_message(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->replace_message(inner, call, uid, destination, message, result_out);
}

int wrap_expunge(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->expunge(inner, call, only, expunged_out);
}

int wrap_changed_since(struct roost_mailbox *mailbox, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out)
{
	struct roost_mailbox *inner = wrap_of_mailbox(mailbox)->inner;
	return inner->ops->changed_since(inner, call, modseq, vanished_out);
}

static int do_nothing(struct roost_mailbox *mailbox, struct roost_call *call)
{
	(void)mailbox;
	(void)call;
	return 0;
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	struct wrap_mailbox *wrapper = wrap_of_mailbox(mailbox);
	wrapper->inner->ops->close(wrapper->inner);
	free(wrapper);
}

static void fill_tables(struct wrap *wrap)
{
	wrap->backend_ops = (struct roost_backend_ops) {
		.size = sizeof(wrap->backend_ops),
		.login = wrap_login,
		.append_limit = append_limit,
		.set_updates = set_updates,
		.destroy = destroy,
	};
	wrap->user_ops = (struct roost_user_ops) {
		.size = sizeof(wrap->user_ops),
		.list_mailboxes = wrap_list_mailboxes,
		.get_mailbox = wrap_get_mailbox,
		.create_mailbox = wrap_create_mailbox,
		.delete_mailbox = wrap_delete_mailbox,
		.rename_mailbox = wrap_rename_mailbox,
		.set_subscribed = wrap_set_subscribed,
		.mailbox_status = wrap_mailbox_status,
		.logout = logout,
		.append_messages = wrap_append_messages,
	};
	wrap->mailbox_ops = (struct roost_mailbox_ops) {
		.size = sizeof(wrap->mailbox_ops),
		.snapshot = wrap_snapshot,
		.list_messages = wrap_list_messages,
		.search_messages = wrap_search_messages,
		.create_messages = wrap_create_messages,
		.update_messages_flags = wrap_update_messages_flags,
		.copy_messages = wrap_copy_messages,
		.move_messages = wrap_move_messages,
		.expunge = wrap_expunge,
		.replace_message = wrap_replace_message,
		.changed_since = wrap_changed_since,
		.check = do_nothing,
		.poll = do_nothing,
		.close = close_mailbox,
	};
}

int wrap_create(uint64_t limit, struct wrap **wrap_out)
{
	struct wrap *wrap = calloc(1, sizeof(*wrap));
	if (wrap == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	const struct roost_memory_options options = {
		.size = sizeof(options),
		.append_limit = limit,
	};
	int r = roost_memory_create(&options, &wrap->inner);
	if (r == 0) {
		r = roost_memory_add_user(wrap->inner, "anna", "secret");
	}
	if (r == 0) {
		r = roost_memory_add_user(wrap->inner, "bert", "geheim");
	}
	if (r < 0) {
		roost_backend_destroy(wrap->inner);
		free(wrap);
		return r;
	}
	fill_tables(wrap);
	wrap->base.ops = &wrap->backend_ops;
	wrap->base.features =
		wrap->inner->features | ROOST_FEATURE_TRIES | ROOST_FEATURE_TRIES_SEARCH;
	*wrap_out = wrap;
	return 0;
}

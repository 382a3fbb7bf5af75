/* wrap.h - a backend around the memory backend that passes every op on, with all optional ones, so
 * that a test can put a broken op in the place of a right one. */
#ifndef ROOST_TESTS_WRAP_H
#define ROOST_TESTS_WRAP_H

#include <roost/backend.h>

#define WRAP_APPEND_LIMIT (2u << 20)

/* The tables are the wrapper's own: change them before the first login. */
struct wrap {
	struct roost_backend base;
	struct roost_backend *inner;
	struct roost_backend_ops backend_ops;
	struct roost_user_ops user_ops;
	struct roost_mailbox_ops mailbox_ops;
};

struct wrap_user {
	struct roost_user base;
	struct roost_user *inner;
};

struct wrap_mailbox {
	struct roost_mailbox base;
	struct roost_mailbox *inner;
	bool select;
};

/* A wrapper with the users anna (secret) and bert (geheim). `limit` 0: no append limit. */
int wrap_create(uint64_t limit, struct wrap **wrap_out);

struct wrap *wrap_of_backend(struct roost_backend *backend);
struct wrap_user *wrap_of_user(struct roost_user *user);
struct wrap_mailbox *wrap_of_mailbox(struct roost_mailbox *mailbox);

/* The right ops, for broken ones to build on. */
int wrap_login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out);
int wrap_list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context);
int wrap_get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out);
int wrap_create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options);
int wrap_delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name);
int wrap_rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to);
int wrap_set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed);
int wrap_mailbox_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out);
int wrap_append_messages(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out);
int wrap_snapshot(struct roost_mailbox *mailbox, struct roost_call *call,
	struct roost_snapshot *snapshot_out);
int wrap_list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context);
int wrap_search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out);
int wrap_create_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out);
int wrap_update_messages_flags(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context);
int wrap_copy_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
int wrap_move_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
int wrap_replace_message(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out);
int wrap_expunge(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out);
int wrap_changed_since(struct roost_mailbox *mailbox, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out);

#endif

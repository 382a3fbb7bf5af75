/* ops.h - calling a backend: each op has a function here that the rest of the library uses instead.
 *
 * The functions supply what a backend leaves out, check in debug builds that it keeps its contract,
 * cap names and sizes, and tell every session of changes made. Contracts and errors are those of
 * the ops in roost/backend.h; a missing op that cannot be supplied is ROOST_ERR_NOT_SUPPORTED, and
 * everything that changes something is ROOST_ERR_READ_ONLY on a backend with
 * ROOST_FEATURE_READ_ONLY. */
#ifndef BACKEND_OPS_H
#define BACKEND_OPS_H

#include <roost/backend.h>

int backend_login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out);

int user_list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context);
int user_get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out);
/* `name` may end in the delimiter, which is taken off. INBOX is ROOST_ERR_MAILBOX_EXISTS. Names
 * that no mailbox may have (empty levels, control characters, too long, too deep) are
 * ROOST_ERR_CANNOT. */
int user_create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options);
int user_delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name);
/* Renames INBOX by creating `to` and moving all messages there, when the backend does not. */
int user_rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to);
int user_set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed);
/* Without the op, or for items that the op does not know, opens the mailbox and counts. */
int user_mailbox_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out);
/* The lowest of the user's, the backend's and `most`. */
int user_append_limit(
	struct roost_user *user, struct roost_call *call, uint64_t most, uint64_t *limit_out);
/* Makes the outlines that are missing in `messages`. Without the op, opens the mailbox. The UID validity is 0 when it is
 * not known. */
int user_append_messages(struct roost_user *user, struct roost_call *call, const char *name,
	struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out);
void user_logout(struct roost_user *user); /* NULL is allowed */

int mailbox_snapshot(struct roost_mailbox *mailbox, struct roost_call *call,
	struct roost_snapshot *snapshot_out);
int mailbox_list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context);
/* Without the op: scans. */
int mailbox_search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out);
/* Makes the outlines that are missing in `messages`. */
int mailbox_create_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out);
int mailbox_update_messages_flags(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context);
int mailbox_copy_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
/* Without the op: copies, adds \Deleted, expunges those UIDs. */
int mailbox_move_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
/* Without the op: stores the new message, adds \Deleted to the old one, expunges its UID. Makes the outline if it is
 * missing. */
int mailbox_replace_message(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out);
int mailbox_expunge(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out);
/* The UIDs expunged since `modseq`, perhaps more, but none of a message that is there. Without the op: all UIDs below
 * the next one that are not there. */
int mailbox_changed_since(struct roost_mailbox *mailbox, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out);
int mailbox_check(struct roost_mailbox *mailbox, struct roost_call *call);
int mailbox_poll(struct roost_mailbox *mailbox, struct roost_call *call);
void mailbox_close(struct roost_mailbox *mailbox); /* NULL is allowed */

/* The outline of a delivered message: the one it has, or, when that is missing or of another
 * version, one made from its content now, in the memory of the call. ROOST_ERR_IO,
 * ROOST_ERR_NO_MEMORY, ROOST_ERR_INVALID (neither outline nor content was delivered). */
int message_outline(struct roost_call *call, const struct roost_message *message,
	struct roost_outline *outline_out);

#endif

/* mailbox.h - an open mailbox: what sessions hold, and its ops. */
#ifndef LOCAL_MAILBOX_H
#define LOCAL_MAILBOX_H

#include "store.h"

struct mailbox {
	struct roost_mailbox base;
	struct account *account;
	int64_t id;
	struct index *index; /* a reference */
	bool read_only;
	bool selected;
	char name[];
};

struct account *local_user_account(struct roost_user *user);

int local_mailbox_open(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out);
struct mailbox *local_mailbox_of(struct roost_mailbox *base);
/* Take the index's lock for reading, when it is true and the handle good: the mailbox still has the
 * name that it was opened by. Else no lock is held.
 * ROOST_ERR_NO_SUCH_MAILBOX. */
int local_mailbox_lock(struct mailbox *mailbox, struct roost_call *call);
void local_mailbox_unlock(struct mailbox *mailbox);
/* ROOST_ERR_READ_ONLY, ROOST_ERR_CANCELLED, explained. */
int local_mailbox_check_writable(const struct mailbox *mailbox, struct roost_call *call);
/* RFC 8474. In the memory of the call; absent when that is full. */
struct roost_text local_mailbox_object_id(struct roost_call *call, uint32_t uid_validity);

/* fetch.c */
int local_fetch_list_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context);

/* search.c */
int local_search_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out);

/* append.c, flags.c, copy.c, expunge.c */
int local_append_create_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out);
int local_append_messages(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out);
int local_append_replace_message(struct roost_mailbox *base, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out);
int local_flags_update_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context);
int local_copy_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
int local_copy_move_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
int local_expunge_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out);
int local_expunge_changed_since(struct roost_mailbox *base, struct roost_call *call,
	uint64_t modseq, struct roost_uidset *vanished_out);

#endif

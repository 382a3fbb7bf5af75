/* memory.h - the objects of the memory backend and who locks what.
 *
 * The tree's lock guards which mailboxes there are, under which names; a mailbox's lock guards its
 * messages. Locks are taken in this order: the tree, then mailboxes by ascending UID validity. None
 * is held while a deliver callback runs or while message bytes are read or freed. */
#ifndef MEMORY_MEMORY_H
#define MEMORY_MEMORY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/memory.h>

#include "messages.h"
#include "threads.h"

struct memory {
	struct roost_backend base;
	char delimiter;
	uint64_t append_limit;
	uint64_t quota;
	uint32_t started; /* when, for object ids */
	_Atomic uint32_t uid_validity; /* the last one given */
	_Atomic uint64_t email_id; /* the last one given */
	pthread_rwlock_t lock; /* of what follows */
	struct memory_account **accounts; /* ordered by name; each stays until the end */
	size_t count, capacity;
};

/* A mailbox, wherever it stands in the tree, and after its deletion until its last handle. */
struct memory_mailbox {
	atomic_uint refs;
	uint32_t uid_validity; /* no other mailbox has the same */
	char *name; /* the tree's lock */
	unsigned special_use;
	pthread_rwlock_t lock; /* of what follows */
	uint64_t epoch; /* changed, with both locks, when the name is no longer this mailbox's */
	struct memory_messages messages;
	/* Messages from this UID on are recent: no session has taken them yet. Readers move it, so
	 * that selecting waits for nobody. */
	_Atomic uint32_t recent_from;
};

struct memory_names {
	char **names; /* in the order of the tree */
	size_t count, capacity;
};

/* The mailboxes of an account. A name without a mailbox is there as long as a mailbox is below
 * it. */
struct memory_tree {
	struct memory *memory;
	pthread_rwlock_t lock; /* of what follows */
	struct memory_mailbox **mailboxes; /* each followed by its children */
	size_t count, capacity;
	struct memory_names subscriptions;
};

struct memory_account {
	struct memory *memory;
	char *name;
	char *password;
	_Atomic uint64_t append_limit; /* the user's own */
	_Atomic uint64_t octets; /* of all messages in all mailboxes, for the quota */
	struct memory_threads threads;
	struct memory_tree tree;
};

/* backend.c */

/* Count more octets against the quota. ROOST_ERR_OVER_QUOTA, and nothing is counted. */
int memory_account_take(struct memory_account *account, struct roost_call *call, uint64_t octets);
void memory_account_give_back(struct memory_account *account, uint64_t octets);
/* The most octets of one message. */
uint64_t memory_account_append_limit(const struct memory_account *account);

/* user.c */

int memory_user_create(struct memory_account *account, struct roost_user **user_out);
struct memory_account *memory_user_account(struct roost_user *user);

/* tree.c */

/* An empty tree with an INBOX. ROOST_ERR_NO_MEMORY. */
int memory_tree_init(struct memory_tree *tree, struct memory *memory);
void memory_tree_finish(struct memory_tree *tree);
/* A reference to the mailbox of that name, and the epoch that it has under this name.
 * ROOST_ERR_NO_SUCH_MAILBOX. */
int memory_tree_open(struct memory_tree *tree, struct roost_call *call, const char *name,
	struct memory_mailbox **mailbox_out, uint64_t *epoch_out);
int memory_tree_create(
	struct memory_tree *tree, struct roost_call *call, const char *name, unsigned special_use);
/* Tells how many octets went away with the mailbox. */
int memory_tree_delete(
	struct memory_tree *tree, struct roost_call *call, const char *name, uint64_t *octets_out);
int memory_tree_rename(
	struct memory_tree *tree, struct roost_call *call, const char *from, const char *to);

/* For who holds the tree's lock: */

/* Byte order, but the delimiter comes before all else: so each name is followed by those below
 * it. */
int memory_tree_compare(const char *a, const char *b, char delimiter);
/* NULL when there is none. */
struct memory_mailbox *memory_tree_get(const struct memory_tree *tree, const char *name);
/* Whether there is such a name, with a mailbox or only with children. */
bool memory_tree_exists(const struct memory_tree *tree, const char *name);
/* Whether a mailbox may have the name. ROOST_ERR_CANNOT. */
int memory_tree_check_name(
	const struct memory_tree *tree, struct roost_call *call, const char *name);

/* listing.c */

int memory_tree_list(struct memory_tree *tree, struct roost_call *call, bool subscribed_only,
	roost_mailbox_fn deliver, void *context);
int memory_tree_subscribe(
	struct memory_tree *tree, struct roost_call *call, const char *name, bool subscribed);

/* mailbox.c */

/* A new mailbox with one reference. Takes over `name`, from malloc, also when it fails. */
int memory_mailbox_create(struct memory *memory, char *name, struct memory_mailbox **mailbox_out);
void memory_mailbox_unref(struct memory_mailbox *mailbox);
/* Take the lock, if the mailbox still is what it was at `epoch`; else no lock is held and the
 * result is ROOST_ERR_NO_SUCH_MAILBOX. */
int memory_mailbox_lock_read(
	struct memory_mailbox *mailbox, struct roost_call *call, uint64_t epoch);
int memory_mailbox_lock_write(
	struct memory_mailbox *mailbox, struct roost_call *call, uint64_t epoch);
void memory_mailbox_unlock(struct memory_mailbox *mailbox);
/* RFC 8474. In the memory of the call; absent when that is full. */
struct roost_text memory_mailbox_id(const struct memory_mailbox *mailbox, struct roost_call *call);
void memory_mailbox_status(struct memory_mailbox *mailbox, struct roost_mailbox_status *status);
/* A rwlock that lets writers through when there are always readers. 0, ROOST_ERR_NO_MEMORY. */
int memory_lock_init(pthread_rwlock_t *lock);

/* handle.c */

/* An open mailbox: what sessions hold. */
struct memory_handle {
	struct roost_mailbox base;
	struct memory_account *account;
	struct memory_mailbox *mailbox; /* a reference */
	uint64_t epoch;
	bool read_only;
	bool selected;
	char name[];
};
int memory_handle_create(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **handle_out);
struct memory_handle *memory_handle_of(struct roost_mailbox *base);
/* Hand one message to the callback, with the facts of `fields`. */
int memory_handle_deliver(
	const struct memory_entry *entry, unsigned fields, roost_message_fn deliver, void *context);

/* write.c, flags.c, copy.c, replace.c: the ops that change messages */

int memory_create_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out);
int memory_update_messages_flags(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context);
int memory_copy_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
int memory_move_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);
int memory_replace_message(struct roost_mailbox *base, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out);
int memory_expunge(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out);

#endif

/* backend.h - the interface: what to implement to have an IMAP server over your data.
 *
 * Three objects: a backend signs users in, a user has mailboxes, an open mailbox has messages. Each
 * is a struct that begins with a pointer to a const table of ops; embed it in a struct of your own
 * and find yourself again with roost_container_of(). Begin each table with `.size = sizeof(…)`.
 *
 * Ops are plain blocking code. The library calls them from worker threads, one call at a time on
 * one user or mailbox handle, but many handles at once, several of them on the same mailbox. A
 * backend speaks facts: UIDs, flags, dates, sizes and bytes. It never sees a sequence number or a
 * line of IMAP.
 *
 * Every op returns 0 or a negative ROOST_ERR_…, better by way of roost_call_fail(). Beside the
 * errors named at each op, any may return ROOST_ERR_NO_MEMORY, _IO, _UNAVAILABLE, _CANCELLED,
 * _CORRUPT or _NO_PERMISSION. Out-parameters are left alone on failure. What an op is given is
 * borrowed until it returns.
 *
 * A read-only backend needs six ops: login, list_mailboxes, get_mailbox, snapshot, list_messages
 * and close. All others may be NULL; what that means stands at each. */
#ifndef ROOST_BACKEND_H
#define ROOST_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/call.h>
#include <roost/content.h>
#include <roost/error.h>
#include <roost/flags.h>
#include <roost/limits.h>
#include <roost/outline.h>
#include <roost/search.h>
#include <roost/uidset.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_backend;
struct roost_user;
struct roost_mailbox;
struct roost_updates;

/* Where a connection comes from and how it is protected. Lives as long as the connection. */
struct roost_conn_info {
	size_t size; /* of this struct */
	const char *remote_address; /* "192.0.2.7", "2001:db8::1"; "" when there is no socket */
	const char *local_address;
	uint16_t remote_port;
	uint16_t local_port;
	bool tls;
	const char *tls_version; /* "TLSv1.3"; NULL without TLS */
	const char *tls_cipher; /* "TLS_AES_256_GCM_SHA384"; NULL without TLS */
	const void *client_certificate; /* DER; NULL when there is none */
	size_t client_certificate_size;
	bool client_certificate_verified;
};

enum roost_credentials_kind {
	ROOST_CREDENTIALS_PASSWORD, /* LOGIN, AUTHENTICATE PLAIN and LOGIN: check `secret` */
	ROOST_CREDENTIALS_VERIFIED, /* a SASL mechanism has proved the user already: only look it up
				     */
	ROOST_CREDENTIALS_TOKEN, /* `secret` is a bearer token */
	ROOST_CREDENTIALS_CERTIFICATE, /* SASL EXTERNAL: look at connection->client_certificate */
};

/* How a user proved who it is. Borrowed during the call; wiped by the library afterwards. */
struct roost_credentials {
	size_t size; /* of this struct */
	enum roost_credentials_kind kind;
	const char *username; /* whose password it is; UTF-8, NUL-terminated */
	const char *authzid; /* whose mail to open, if somebody else's; NULL or "": username's (RFC
				4616) */
	const char *secret; /* may hold any byte but is NUL-terminated as well; NULL where the kind
			       has none */
	size_t secret_size;
	const char *mechanism; /* "LOGIN" for the command, else the SASL name, "PLAIN" */
	const struct roost_conn_info *connection; /* never NULL */
};

/* Which members of struct roost_message are wanted, or are set. */
enum roost_message_field {
	ROOST_MESSAGE_FLAGS = 1 << 0,
	ROOST_MESSAGE_INTERNAL_DATE = 1 << 1,
	ROOST_MESSAGE_OCTETS = 1 << 2,
	ROOST_MESSAGE_MODSEQ = 1 << 3,
	ROOST_MESSAGE_SAVE_DATE = 1 << 4,
	ROOST_MESSAGE_EMAIL_ID = 1 << 5,
	ROOST_MESSAGE_THREAD_ID = 1 << 6,
	ROOST_MESSAGE_OUTLINE = 1 << 7,
	ROOST_MESSAGE_CONTENT = 1 << 8,
};

/* A message as list_messages delivers it. Everything in it is borrowed until the deliver callback
 * returns; take a reference to keep `content`. */
struct roost_message {
	size_t size; /* of this struct */
	uint32_t uid; /* always set */
	unsigned has; /* ROOST_MESSAGE_… bits of the members that are set; more than was asked for
			 is fine */
	struct roost_flags flags;
	struct roost_time internal_date;
	uint64_t octets; /* RFC822.SIZE: the size of the content */
	uint64_t modseq;
	struct roost_time save_date;
	struct roost_text email_id; /* RFC 8474 */
	struct roost_text thread_id;
	const void *outline; /* as the library made it; NULL, or an old one: the library makes it
				from content */
	size_t outline_size;
	struct roost_content *content;
};

/* Takes one message. 0 to go on, ROOST_STOP for no more, or an error for the op to return. No lock
 * that another op needs may be held during the call. */
typedef int (*roost_message_fn)(void *context, const struct roost_message *message);

struct roost_fetch_options {
	size_t size; /* of this struct */
	unsigned fields; /* ROOST_MESSAGE_… bits: what the caller will look at */
	uint64_t changed_since; /* 0, or deliver only messages with a higher modseq (RFC 7162) */
};

/* A message to be stored. */
struct roost_new_message {
	size_t size; /* of this struct */
	struct roost_content *content; /* take a reference to keep it */
	const void *outline; /* always there; copy it */
	size_t outline_size;
	struct roost_flags flags;
	struct roost_time internal_date;
	uint32_t wanted_uid; /* 0; else keep this UID if it is higher than all before (import) */
};

/* Attributes of a mailbox: RFC 3501 section 7.2.2, RFC 3348, RFC 5258, RFC 6154. */
enum roost_mailbox_attribute {
	ROOST_MAILBOX_NOSELECT = 1 << 0, /* only a name with children under it */
	ROOST_MAILBOX_NOINFERIORS = 1 << 1,
	ROOST_MAILBOX_MARKED = 1 << 2,
	ROOST_MAILBOX_UNMARKED = 1 << 3,
	ROOST_MAILBOX_NONEXISTENT = 1 << 4, /* a subscribed name without a mailbox */
	ROOST_MAILBOX_SUBSCRIBED = 1 << 5,
	ROOST_MAILBOX_ALL = 1 << 8, /* special uses */
	ROOST_MAILBOX_ARCHIVE = 1 << 9,
	ROOST_MAILBOX_DRAFTS = 1 << 10,
	ROOST_MAILBOX_FLAGGED = 1 << 11,
	ROOST_MAILBOX_JUNK = 1 << 12,
	ROOST_MAILBOX_SENT = 1 << 13,
	ROOST_MAILBOX_TRASH = 1 << 14,
	ROOST_MAILBOX_IMPORTANT = 1 << 15,
};
#define ROOST_MAILBOX_SPECIAL_USES 0xff00u

/* A mailbox in a list. Whether it has children the library works out from the names. */
struct roost_mailbox_info {
	size_t size; /* of this struct */
	const char *name; /* UTF-8, levels separated by the user's delimiter */
	unsigned attributes; /* ROOST_MAILBOX_… bits */
	struct roost_text mailbox_id; /* RFC 8474; absent when the backend has none */
};
/* As roost_message_fn. */
typedef int (*roost_mailbox_fn)(void *context, const struct roost_mailbox_info *info);

struct roost_list_options {
	size_t size; /* of this struct */
	bool subscribed_only; /* deliver the subscribed names, those without a mailbox too, and no
				 others */
};

struct roost_open_options {
	size_t size; /* of this struct */
	bool read_only; /* EXAMINE: nothing may be changed through this handle, \Recent neither:
			 * what tries is ROOST_ERR_READ_ONLY */
	bool select; /* for SELECT and EXAMINE; false: the handle is only for APPEND, COPY or STATUS
		      */
};

struct roost_create_options {
	size_t size; /* of this struct */
	unsigned special_use; /* ROOST_MAILBOX_… bits (RFC 6154, CREATE-SPECIAL-USE) */
};

/* All of a mailbox, of one instant. The caller zeroes it, sets `size`, and frees it with
 * roost_snapshot_clear(). The sets are the caller's; the op fills them. */
struct roost_snapshot {
	size_t size; /* of this struct */
	struct roost_uidset uids; /* every message there is */
	struct roost_uidset
		recent; /* those that no read-write snapshot of a handle opened with `select` was
			   given before. Such a snapshot takes them: the next one does not have
			   them. On a read-only handle they are told and stay. RFC 3501, 2.3.2 */
	uint32_t uid_validity; /* not 0 */
	uint32_t uid_next; /* higher than every UID given so far */
	uint64_t highest_modseq; /* 0 when the backend has no modseqs */
	uint64_t unseen_count; /* messages without \Seen */
	uint32_t first_unseen; /* the lowest such UID, 0 when there is none */
	struct roost_flags flags; /* all flags that messages here have or may have; keywords in the
				     call's memory */
	unsigned permanent_system; /* system flags that clients can change for good */
	bool permanent_keywords; /* the keywords in `flags` too */
	bool new_keywords; /* clients may invent keywords: "\*" */
	bool read_only; /* even though it was opened for writing */
	struct roost_text
		mailbox_id; /* RFC 8474; in the call's memory; absent when there is none */
};
/* Free what the sets hold. */
ROOST_API void roost_snapshot_clear(struct roost_snapshot *snapshot);

enum roost_status_item {
	ROOST_STATUS_MESSAGES = 1 << 0,
	ROOST_STATUS_RECENT = 1 << 1,
	ROOST_STATUS_UID_NEXT = 1 << 2,
	ROOST_STATUS_UID_VALIDITY = 1 << 3,
	ROOST_STATUS_UNSEEN = 1 << 4,
	ROOST_STATUS_DELETED = 1 << 5, /* messages with \Deleted: RFC 9051 */
	ROOST_STATUS_SIZE = 1 << 6, /* octets of all messages: RFC 8438 */
	ROOST_STATUS_HIGHEST_MODSEQ = 1 << 7,
	ROOST_STATUS_APPEND_LIMIT = 1 << 8, /* answered by the library */
	ROOST_STATUS_MAILBOX_ID = 1 << 9,
	ROOST_STATUS_DELETED_STORAGE = 1 << 10,
};

struct roost_mailbox_status {
	size_t size; /* of this struct */
	unsigned has; /* ROOST_STATUS_… bits that are set */
	uint64_t messages, recent, unseen, deleted, octets, deleted_octets, highest_modseq;
	uint32_t uid_next, uid_validity;
	struct roost_text mailbox_id; /* in the memory of the call */
};

/* Which message became which. The two sets are equally large; the first of one became the first of
 * the other, and so on. The caller zeroes it and frees it with roost_copy_result_clear(). */
struct roost_copy_result {
	size_t size; /* of this struct */
	uint32_t uid_validity; /* of the destination */
	struct roost_uidset source;
	struct roost_uidset destination;
};
ROOST_API void roost_copy_result_clear(struct roost_copy_result *result);

/* What a backend can say of itself, in roost_backend.features. */
enum roost_feature {
	ROOST_FEATURE_READS_NEVER_BLOCK = 1 << 0, /* snapshot, list_messages and status need no disk
						   and no network: they may run on the event loop */
	ROOST_FEATURE_READ_ONLY =
		1 << 1, /* nothing can be changed: APPEND, STORE and the like are refused */
	ROOST_FEATURE_MODSEQ = 1 << 2, /* has modseqs that last: RFC 7162 */
	ROOST_FEATURE_OBJECT_ID =
		1 << 3, /* has mailbox and email ids: RFC 8474. Thread ids are optional: a
			   message that is delivered without one has none, NIL */
	ROOST_FEATURE_SAVE_DATE = 1 << 4, /* RFC 8514 */
	ROOST_FEATURE_SPECIAL_USE = 1 << 5, /* can create mailboxes for a special use: RFC 6154 */
	ROOST_FEATURE_TRIES =
		1 << 6, /* list_messages and poll ask roost_call_may_wait(): they are tried on
					 the event loop, and need no worker when all is in memory */
	ROOST_FEATURE_TRIES_SEARCH =
		1 << 7, /* with ROOST_FEATURE_TRIES: search_messages asks, too. It
						is tried with a few keys, none of which looks into
						messages */
};

struct roost_backend_ops {
	size_t size; /* of this struct; new members are only ever added at the end */

	/* Sign a user in. Called for many connections at once. The user is the connection's own
	 * handle, until logout. Must take the same time whether the user exists or not; see
	 * roost_call_delay() and roost_call_explain() for failures, and
	 * roost_call_begin_hard_work() before a hash. Required.
	 * ROOST_ERR_INVALID_CREDENTIALS, _AUTHORIZATION_FAILED, _EXPIRED, _PRIVACY_REQUIRED. */
	int (*login)(struct roost_backend *backend, struct roost_call *call,
		const struct roost_credentials *credentials, struct roost_user **user_out);

	/* The most octets a message may have, for every user; ROOST_NO_LIMIT for no limit (0 is a
	 * limit). Optional: no limit. RFC 7889. */
	int (*append_limit)(
		struct roost_backend *backend, struct roost_call *call, uint64_t *limit_out);

	/* Called once before the first login with where to post changes that come from outside
	 * roost (see updates.h), and with NULL before they go away. Optional: changes made through
	 * roost are told to all sessions anyway. */
	void (*set_updates)(struct roost_backend *backend, struct roost_updates *updates);

	/* Free the backend; no user is left. Optional: nothing to free. */
	void (*destroy)(struct roost_backend *backend);
};

struct roost_backend {
	const struct roost_backend_ops *ops;
	unsigned features; /* ROOST_FEATURE_… bits */
	struct roost_updates
		*updates; /* the library's own, of roost_updates_create(); leave it NULL */
};

/* Call the destroy op, if there is one. NULL is allowed. */
ROOST_API void roost_backend_destroy(struct roost_backend *backend);

struct roost_user_ops {
	size_t size; /* of this struct; new members are only ever added at the end */

	/* Deliver the mailboxes, INBOX among them, in any order. Required. */
	int (*list_mailboxes)(struct roost_user *user, struct roost_call *call,
		const struct roost_list_options *options, roost_mailbox_fn deliver, void *context);

	/* Open a mailbox. Names are UTF-8; INBOX always comes spelled so. Required.
	 * ROOST_ERR_NO_SUCH_MAILBOX (also for one that is \Noselect). */
	int (*get_mailbox)(struct roost_user *user, struct roost_call *call, const char *name,
		const struct roost_open_options *options, struct roost_mailbox **mailbox_out);

	/* Create a mailbox and the superior names that are missing. A name that was used before
	 * gets a higher UID validity. Optional: NO [CANNOT]; so for all below. RFC 3501
	 * section 6.3.3. ROOST_ERR_MAILBOX_EXISTS, _CANNOT, _LIMIT. */
	int (*create_mailbox)(struct roost_user *user, struct roost_call *call, const char *name,
		const struct roost_create_options *options);

	/* Delete a mailbox and its messages. Its children stay; with children, the name stays as
	 * \Noselect. Deleting INBOX is ROOST_ERR_CANNOT, and the library refuses it first. Deleting
	 * a \Noselect name that has children is ROOST_ERR_HAS_CHILDREN. Subscriptions stay. RFC
	 * 3501 section 6.3.4. ROOST_ERR_NO_SUCH_MAILBOX. */
	int (*delete_mailbox)(struct roost_user *user, struct roost_call *call, const char *name);

	/* Rename a mailbox with its children, creating superior names of `to` that are missing. The
	 * library renames INBOX by itself (create, then move all messages), if this op answers
	 * ROOST_ERR_NOT_SUPPORTED for it. A \Noselect name can be renamed too. If there was a mailbox
	 * named `to` before, the UID validity must differ from its. RFC 3501 section 6.3.5.
	 * ROOST_ERR_NO_SUCH_MAILBOX, _MAILBOX_EXISTS, _CANNOT (into its own child). */
	int (*rename_mailbox)(
		struct roost_user *user, struct roost_call *call, const char *from, const char *to);

	/* Subscribe to a name or no longer. The mailbox need not exist. RFC 3501 section 6.3.6. */
	int (*set_subscribed)(struct roost_user *user, struct roost_call *call, const char *name,
		bool subscribed);

	/* Numbers of a mailbox without opening it: at least the `items` that the backend knows;
	 * \Recent stays as it is. Optional: the library opens the mailbox and counts. RFC 3501
	 * section 6.3.10. ROOST_ERR_NO_SUCH_MAILBOX. */
	int (*mailbox_status)(struct roost_user *user, struct roost_call *call, const char *name,
		unsigned items, struct roost_mailbox_status *status_out);

	/* As the backend's; the lower of the two counts. Optional. */
	int (*append_limit)(struct roost_user *user, struct roost_call *call, uint64_t *limit_out);

	/* The connection is done with the user: free it. All its mailboxes are closed. Optional. */
	void (*logout)(struct roost_user *user);

	/* Store messages in the mailbox of a name, as its create_messages does, without a handle;
	 * `uid_validity_out` is that of the mailbox which has them. Optional: the library opens the
	 * mailbox, and so it does when the answer is ROOST_ERR_NOT_SUPPORTED, to these messages
	 * perhaps. ROOST_ERR_NO_SUCH_MAILBOX, and as create_messages. */
	int (*append_messages)(struct roost_user *user, struct roost_call *call, const char *name,
		const struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
		struct roost_uidset *uids_out);
};

struct roost_user {
	const struct roost_user_ops *ops;
	struct roost_backend *backend;
	const char *name; /* as it should be spelled, whatever was typed; lives as long as the user.
			     Sessions of the same name are told of each other's changes. */
	char delimiter; /* between levels of mailbox names: '/' or '.', say; 0: names have one level
			 */
};

struct roost_mailbox_ops {
	size_t size; /* of this struct; new members are only ever added at the end */

	/* The state of the mailbox at one instant. UIDs only grow: once a snapshot has shown UID n,
	 * no message below n is ever added. Required. ROOST_ERR_NO_SUCH_MAILBOX once the mailbox
	 * was deleted or renamed; the other ops may answer so then, too. */
	int (*snapshot)(struct roost_mailbox *mailbox, struct roost_call *call,
		struct roost_snapshot *snapshot_out);

	/* Deliver the messages in `uids`, ascending, with the facts asked for; UIDs that are gone
	 * are passed over. Required. ROOST_ERR_CORRUPT only when none can be read: one broken
	 * message is delivered with what is known of it. */
	int (*list_messages)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_uidset *uids, const struct roost_fetch_options *options,
		roost_message_fn deliver, void *context);

	/* Add to `uids_out` those of `within` that match. Optional: the library scans with
	 * list_messages and roost_util_match(). ROOST_ERR_NOT_SUPPORTED for a search that the
	 * backend leaves to the library. */
	int (*search_messages)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_search *search, const struct roost_uidset *within,
		struct roost_uidset *uids_out);

	/* Store `count` messages, all or none, in this order, with ascending UIDs, which go to
	 * `uids_out`. Once this returns 0 they must survive a crash. Optional: NO [CANNOT]; so for
	 * all below. ROOST_ERR_TOO_BIG, _OVER_QUOTA, _LIMIT, _NO_SUCH_MAILBOX. */
	int (*create_messages)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_new_message *messages, size_t count,
		struct roost_uidset *uids_out);

	/* Change flags of the messages in `uids`; those that are gone are passed over. Messages
	 * changed after change->unchanged_since are left alone and added to `modified_out`.
	 * `deliver` (may be NULL) is given each other message with its new flags (and modseq),
	 * ascending; ROOST_STOP ends the delivering, not the changing.
	 * ROOST_ERR_READ_ONLY, _LIMIT. */
	int (*update_messages_flags)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_uidset *uids, const struct roost_flags_change *change,
		struct roost_uidset *modified_out, roost_message_fn deliver, void *context);

	/* Copy messages, all or none, into the mailbox named `destination` of the same user, with
	 * flags and internal date; those that are gone are passed over. Ascending source UIDs get
	 * ascending UIDs. RFC 3501 section 6.4.7, RFC 4315. ROOST_ERR_NO_SUCH_MAILBOX, _OVER_QUOTA,
	 * _LIMIT. */
	int (*copy_messages)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_uidset *uids, const char *destination,
		struct roost_copy_result *result_out);

	/* The same, and the messages are gone here, as one step. Optional: the library copies,
	 * flags and expunges. RFC 6851. */
	int (*move_messages)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_uidset *uids, const char *destination,
		struct roost_copy_result *result_out);

	/* Remove the messages that have \Deleted, only those in `only` unless it is NULL, and add
	 * their UIDs to `expunged_out`. Content that somebody has a reference to stays readable.
	 * ROOST_ERR_READ_ONLY. */
	int (*expunge)(struct roost_mailbox *mailbox, struct roost_call *call,
		const struct roost_uidset *only, struct roost_uidset *expunged_out);

	/* Add to `vanished_out` the UIDs expunged since `modseq`; too many rather than too few.
	 * Optional: the library takes every UID that is not there. RFC 7162 section 3.2.5.1. */
	int (*changed_since)(struct roost_mailbox *mailbox, struct roost_call *call,
		uint64_t modseq, struct roost_uidset *vanished_out);

	/* CHECK: bring to disk what is not there. Optional: nothing to do. RFC 3501 section 6.4.1.
	 */
	int (*check)(struct roost_mailbox *mailbox, struct roost_call *call);

	/* Look for changes from outside now, and post them. Called on NOOP, CHECK and now and then
	 * in IDLE. Optional: nothing to do. */
	int (*poll)(struct roost_mailbox *mailbox, struct roost_call *call);

	/* Free the handle. Required. */
	void (*close)(struct roost_mailbox *mailbox);

	/* Store one message in the mailbox named `destination` of the same user, which may be this one, and
	 * remove the message `uid` here, whatever flags it has, as one step: either both are done or
	 * nothing is, and nobody sees the new message beside the old one. Nothing of the old message
	 * passes to the new. Of the quota it takes only what the new one is larger by. In the result
	 * the source is the UID that went, the destination the one that came. Once this returns 0 it
	 * must survive a crash. Optional: the library stores, flags and expunges, which is not one
	 * step: when the last fails, both messages are there. RFC 8508. ROOST_ERR_EXPUNGED (there is
	 * no such message any more), ROOST_ERR_READ_ONLY, and as create_messages. */
	int (*replace_message)(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
		const char *destination, const struct roost_new_message *message,
		struct roost_copy_result *result_out);
};

struct roost_mailbox {
	const struct roost_mailbox_ops *ops;
	struct roost_user *user;
	const char *name; /* as it was opened; lives as long as the handle */
};

/* Whether a table, which may be older than this header, has the member and it is not NULL. */
#define ROOST_HAS_OP(ops, member) \
	((ops)->size >= offsetof(__typeof__(*(ops)), member) + sizeof((ops)->member) && \
		(ops)->member != NULL)

ROOST_END_DECLS

#endif

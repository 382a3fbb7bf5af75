/* rows.h - reading and writing the rows of mail.db, for jobs. */
#ifndef LOCAL_ROWS_H
#define LOCAL_ROWS_H

#include "job.h"

struct mailbox_row {
	int64_t id;
	uint32_t uid_validity, uid_next;
	uint64_t modseq;
	uint32_t recent_from;
	int64_t messages, unseen, deleted, octets, deleted_octets;
	int64_t forgotten; /* what was expunged up to this modseq is not all known */
	int64_t expunged; /* rows about what was expunged */
};

/* The mailbox of that name; with an `id` other than 0 only if it is that one.
 * ROOST_ERR_NO_SUCH_MAILBOX, explained. */
int local_mailbox_row_read(struct driver *db, struct roost_call *call, const char *name, int64_t id,
	struct mailbox_row *row_out);
int local_mailbox_row_write(struct driver *db, const struct mailbox_row *row);
/* Count a message in, or out with a `sign` of -1. */
void local_mailbox_row_count(struct mailbox_row *row, const struct entry *entry, int sign);
/* Note that `uids` went at the row's modseq; what finds no room is forgotten. */
int local_mailbox_row_expunge(
	struct driver *db, struct mailbox_row *row, const struct roost_uidset *uids);

struct account_row {
	int64_t mailbox, email, uid_validity; /* given last */
	int64_t octets; /* of all messages, for the quota */
	int64_t message_ids; /* given last, see thread.h */
};
int local_account_row_read(struct driver *db, struct account_row *row_out);
int local_account_row_write(struct driver *db, const struct account_row *row);
/* Count more octets. ROOST_ERR_OVER_QUOTA, explained. */
int local_account_row_take(struct account_row *row, const struct job *job, uint64_t octets);

/* The next UID of the mailbox, or `wanted` if it is higher. ROOST_ERR_LIMIT, explained. */
int local_message_row_number(
	struct mailbox_row *row, struct roost_call *call, uint32_t wanted, uint32_t *uid_out);
int local_message_row_insert(struct driver *db, int64_t mailbox, const struct entry *entry);
/* The messages from `first` to that of `last` become as it in flags, keywords and modseq. */
int local_message_rows_change(
	struct driver *db, int64_t mailbox, uint32_t first, const struct entry *last);
/* Add the messages of the set to `entries`, with their flaggings; with `deleted`, only those that have \Deleted, and
 * the mailbox may be settled for that. */
int local_message_rows_read(struct driver *db, struct roost_call *call, int64_t mailbox,
	const struct roost_uidset *uids, bool deleted, struct entries *entries);
/* The same from the index where it stands as the row does: what it knows costs a tenth. */
int local_messages_read(struct driver *db, struct roost_call *call, struct index *index,
	const struct mailbox_row *row, const struct roost_uidset *uids, bool deleted,
	struct entries *entries);
/* All of the set are there. */
int local_message_rows_delete(struct driver *db, int64_t mailbox, const struct roost_uidset *uids);

/* One copy more of an email, and one less: the last takes all of it along. */
int local_email_row_share(struct driver *db, int64_t email);
int local_email_row_release(struct driver *db, struct job *job, int64_t email);

/* Count in what was written to a pack, up to `size`: records of so many octets with their headers,
 * which emails need from now on. `made`: it may have no row yet; another must have one.
 * ROOST_ERR_EXPUNGED: it has none any more. */
int local_pack_row_add(struct driver *db, int64_t pack, bool made, int64_t size, int64_t octets);
/* An email of so many octets, whose row says so already, does not need the pack any more; without
 * any the pack goes. */
int local_pack_row_release(struct driver *db, struct job *job, int64_t pack, int64_t octets);

/* Every UID there can be. */
extern const struct roost_uidset local_rows_all_uids;
/* ROOST_ERR_LIMIT, explained. */
int local_rows_too_many_keywords(struct roost_call *call);
/* Look, when it is time for it, whether the call was cancelled. `done` counts messages. */
int local_rows_check_cancelled(struct roost_call *call, size_t done);
/* The same in a loop over `total` messages, of which the client is told how far it is. */
int local_rows_go_on(struct roost_call *call, size_t done, size_t total);

#endif

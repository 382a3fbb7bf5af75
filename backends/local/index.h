/* index.h - what is known in memory of the messages of an open mailbox, shared by its handles.
 *
 * Built by one scan, and kept true by a delta after each commit of this process; what others have
 * committed is read from the rows when it is noticed (refresh.c). Every change raises the mailbox's
 * modseq by one: so a delta that has been seen already is known by its modseq, and so is a gap. */
#ifndef LOCAL_INDEX_H
#define LOCAL_INDEX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

#include "driver.h"
#include "flagging.h"
#include "keywords.h"

/* One message in one mailbox. */
struct entry {
	uint32_t uid;
	int16_t zone; /* of the internal date */
	uint8_t system;
	uint64_t modseq;
	int64_t email;
	int64_t thread;
	uint64_t octets;
	int64_t date;
	int64_t saved;
	struct keywords *keywords; /* a reference */
};

/* Entries in the order of their UIDs. All-zero is empty. */
struct entries {
	struct entry *list;
	size_t count, capacity;
};
/* Takes over the reference, also on failure. ROOST_ERR_NO_MEMORY. */
int local_entries_add(struct entries *entries, struct entry entry);
void local_entries_clear(struct entries *entries);
/* Read the columns email, flags, keywords, modseq, saved, octets, date, zone, thread from `column`
 * on.
 * `last` (may be NULL) is an entry whose keywords are shared when they are the same. */
int local_entry_read(struct driver_statement *statement, int column, const struct entry *last,
	struct entry *entry_out);

/* What a commit did to one mailbox. All-zero with a mailbox: nothing. */
struct delta {
	int64_t mailbox;
	uint64_t modseq; /* after it */
	uint32_t uid_next; /* after it */
	struct entries added;
	struct entries changed; /* as they are now; all were there */
	struct flaggings flagged; /* laid over what is there, the changed and added as well */
	struct roost_uidset removed;
	bool ended; /* deleted or renamed */
	bool reload; /* the index must be built anew */
};
void local_delta_clear(struct delta *delta);

struct index {
	struct index *next; /* the account's lock */
	unsigned refs; /* the account's lock */
	int64_t mailbox;
	/* As of which of the account's generations it is true; 0: look again. */
	_Atomic uint64_t generation;
	pthread_rwlock_t lock; /* of what follows */
	bool loaded;
	bool gone; /* the mailbox was deleted */
	bool doubtful; /* modseqs may lie: the mail was replaced by older one */
	char *name; /* of the mailbox; NULL when it is not known, or one that this process changed */
	uint32_t uid_validity;
	uint32_t uid_next;
	uint64_t modseq;
	uint64_t unseen;
	struct entries entries;
	struct roost_uidset uids;
	struct names keywords; /* that the mailbox knows */
	/* No message with a lower UID is unseen. Readers move it up as they look. */
	_Atomic uint32_t unseen_from;
	/* Messages from this UID on are recent. Readers move it. */
	_Atomic uint32_t recent_from;
};

int local_index_create(int64_t mailbox, struct index **index_out);
void local_index_destroy(struct index *index);
/* Make a change known that this process has committed. Never fails: without memory the index is read
 * anew when it is needed. False when others have committed something before it, which must be read
 * from the rows. */
bool local_index_apply(struct index *index, const struct delta *delta);

/* Called with a message; `neighbour`: no other one stands between it and the one before. */
typedef int (*local_index_fn)(void *context, const struct entry *entry, bool neighbour);
/* Look at the messages of the set, as they are at that modseq: 1. When the index does not stand there: 0. Takes the
 * lock, so `look` must not wait for anything; its errors end it. */
int local_index_walk(struct index *index, uint32_t uid_validity, uint64_t modseq,
	const struct roost_uidset *uids, local_index_fn look, void *context);

/* With the lock for writing: */

/* Add, change and remove as the delta says. After a failure the index is good for nothing. */
int local_index_change(struct index *index, const struct delta *delta);
/* Forget all messages. */
void local_index_forget(struct index *index);

/* With the lock for reading: */

/* Whether the mailbox is there and has that name. */
bool local_index_is_named(const struct index *index, const char *name);
/* The position of the first message with that UID or a higher one. */
size_t local_index_find(const struct index *index, uint32_t uid);
/* The lowest UID without \Seen; 0 when there is none. */
uint32_t local_index_first_unseen(struct index *index);

/* Walks through the messages that are in a set. */
struct cursor {
	size_t range;
	size_t position;
};
/* Before the first message with that UID or a higher one. */
struct cursor local_cursor_at(
	const struct index *index, const struct roost_uidset *uids, uint32_t uid);
bool local_cursor_next(struct cursor *cursor, const struct index *index,
	const struct roost_uidset *uids, size_t *position_out);

#endif

/* messages.h - the messages of one mailbox in the order of their UIDs, with all that is counted
 * about them. Knows no locks: who changes it must be alone, who reads may read beside others.
 *
 * What can fail is done before anything is changed. */
#ifndef MEMORY_MESSAGES_H
#define MEMORY_MESSAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

#include "expunged.h"
#include "keywords.h"
#include "message.h"

/* One message in one mailbox. */
struct memory_entry {
	uint32_t uid;
	unsigned system;
	uint64_t modseq;
	int64_t save_date;
	struct memory_message *message;
	struct memory_keywords *keywords;
};

struct memory_entry memory_entry_ref(const struct memory_entry *entry);
void memory_entry_unref(struct memory_entry *entry);
/* Give back a whole array and free it. */
void memory_entries_free(struct memory_entry *entries, size_t count);

struct memory_messages {
	struct memory_entry *entries;
	size_t count, capacity;
	struct roost_uidset uids; /* of all entries */
	uint32_t uid_next;
	uint64_t modseq; /* the highest given so far */
	uint64_t unseen, deleted, octets, deleted_octets;
	/* No message with a lower UID is unseen. Readers move it up as they look. */
	_Atomic uint32_t unseen_from;
	struct memory_spellings spellings;
	struct memory_expunged expunged;
};

void memory_messages_init(struct memory_messages *messages);
void memory_messages_clear(struct memory_messages *messages);

/* The index of the first message with that UID or a higher one. */
size_t memory_messages_find(const struct memory_messages *messages, uint32_t uid);
/* The lowest UID without \Seen; 0 when there is none. */
uint32_t memory_messages_first_unseen(struct memory_messages *messages);

/* Walks through the messages that are in a set. All-zero is the beginning. */
struct memory_cursor {
	size_t range;
	size_t index;
};
/* A cursor that stands before the first message with that UID or a higher one. */
struct memory_cursor memory_cursor_at(
	const struct memory_messages *messages, const struct roost_uidset *uids, uint32_t uid);
/* The index of the next message; false at the end. */
bool memory_cursor_next(struct memory_cursor *cursor, const struct memory_messages *messages,
	const struct roost_uidset *uids, size_t *index_out);

/* The same keywords as this mailbox spells them; unused spellings make room for new ones. Errors
 * as of memory_spellings_adopt(). */
int memory_messages_adopt(struct memory_messages *messages, const char *const *names, size_t count,
	bool learn, struct memory_keywords **set_out);

/* Give the new entries their UIDs; an entry's own `uid`, unless 0, is its wish. Nothing is added
 * yet, but there is room. ROOST_ERR_LIMIT when UIDs are used up, ROOST_ERR_NO_MEMORY. */
int memory_messages_number(struct memory_messages *messages, struct memory_entry *entries,
	size_t count, struct roost_uidset *added_out);
/* Add the entries just numbered, which are now the mailbox's. ROOST_ERR_NO_MEMORY, and nothing was
 * done. */
int memory_messages_append(struct memory_messages *messages, const struct memory_entry *entries,
	size_t count, const struct roost_uidset *added);

/* Give an entry other flags. Takes over the reference to `keywords`. */
void memory_messages_set_flags(struct memory_messages *messages, struct memory_entry *entry,
	unsigned system, struct memory_keywords *keywords, uint64_t modseq);

/* What is about to be removed. */
struct memory_removal {
	struct roost_uidset doomed; /* all are in the mailbox */
	struct roost_uidset rest; /* what will be left */
	struct memory_entry *removed;
	size_t count;
};
/* Make ready for removing `doomed`, which is set. ROOST_ERR_NO_MEMORY. */
int memory_removal_prepare(struct memory_removal *removal, const struct memory_messages *messages);
/* Remove them, in one pass. Cannot fail. */
void memory_messages_remove(struct memory_messages *messages, struct memory_removal *removal);
/* Give back what was removed; do it when no lock is held. */
void memory_removal_finish(struct memory_removal *removal);

#endif

/* memo.h - what was worked out of messages once, in memory, for all sessions of a mailbox.
 *
 * Messages never change, so what is worked out of one alone - how its ENVELOPE reads, what it sorts by - stays true
 * for as long as its UID does (RFC 3501, 2.3.1.1). A memo keeps one kind of answer of one mailbox: bytes for each
 * UID. What is worked out of several together - how they thread - is true of exactly these: such a memo keeps one
 * answer, and is found by their set. It is only ever a help: an answer may be missing, or a whole memo, and is worked out again then. All memos of
 * a backend together stay under a bound; the mailboxes that were not asked for longest are forgotten first. */
#ifndef BACKEND_MEMO_H
#define BACKEND_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

/* Octets that one answer may have to be kept. */
#define MEMO_MAX_ANSWER 4096u
/* An answer about a set, and the set, may each have so much of what all may take. */
#define MEMO_SET_SHARE 8u
/* For so many sets at most answers of one kind are kept in a mailbox; others take their places. */
#define MEMO_SETS 4u

struct memos; /* of a backend */
struct memo; /* one kind of answer for one mailbox; any thread may use it */

/* `most` is how many octets they may take together. ROOST_ERR_NO_MEMORY. */
int memos_create(size_t most, struct memos **memos_out);
/* No memo may be open any more. NULL is allowed. */
void memos_destroy(struct memos *memos);

/* The memos of the mailbox's backend; NULL when it has none. Those of a struct roost_updates live as long as it. */
struct memos *memos_of(const struct roost_mailbox *mailbox);

/* The memo of the answers of kind `kind` (any bytes that name it) in a mailbox of `messages` messages. NULL when there
 * is none and none can be: everything below takes that for an empty one. */
struct memo *memo_open(struct memos *memos, const struct roost_mailbox *mailbox,
	uint32_t uid_validity, struct roost_text kind, uint64_t messages);
void memo_close(struct memo *memo);

/* Look up the answers of `count` messages; absent ones are absent texts. They live until memo_close(). Returns how
 * many are there. */
size_t memo_find(
	struct memo *memo, const uint32_t *uids, size_t count, struct roost_text *answers_out);
/* Keep an answer. Too large ones, and what there is no memory for, are not kept. */
void memo_add(struct memo *memo, uint32_t uid, struct roost_text answer);

/* The memo of the answer of kind `kind` about all of `uids` together. NULL as above. */
struct memo *memo_open_set(struct memos *memos, const struct roost_mailbox *mailbox,
	uint32_t uid_validity, struct roost_text kind, const struct roost_uidset *uids);
/* That answer, which lives until memo_close(); absent when it is not there. */
struct roost_text memo_find_set(struct memo *memo);
/* Keep it. Too large ones, and what there is no memory for, are not kept. */
void memo_keep_set(struct memo *memo, struct roost_text answer);

#endif

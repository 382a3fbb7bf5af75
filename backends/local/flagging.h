/* flagging.h - changes of flags that stand beside the messages they are of: one for a run of
 * neighbours, however many there are.
 *
 * A message has the flags, keywords and modseq of its row, changed by every flagging of its mailbox
 * that covers its UID and has a higher modseq than it has until then, in the order of their modseqs.
 * So a row that is written later is right by itself, and who reads rows lays the flaggings over
 * them. To settle a mailbox is to write its flaggings into the rows, after which they are gone;
 * messages stay what they were, modseqs included. */
#ifndef LOCAL_FLAGGING_H
#define LOCAL_FLAGGING_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/call.h>

#include "driver.h"
#include "keywords.h"

/* Neighbours that are worth a flagging; fewer have their rows written. */
#define FLAGGING_LEAST 64
/* Flaggings of one mailbox: before there are more it is settled. */
#define FLAGGINGS_MAX 32

struct entry;

struct flagging {
	uint64_t modseq;
	uint64_t before; /* the highest modseq that its messages had; known to who makes it only */
	uint32_t first, last;
	uint8_t kept, added; /* system flags: what was there is kept or not, and what comes to it */
	bool replaces; /* all keywords, by these */
	struct keywords *keywords; /* a reference */
};

/* In the order of their modseqs. All-zero is empty. */
struct flaggings {
	struct flagging *list;
	size_t count, capacity;
};
/* Takes over the reference, also on failure. ROOST_ERR_NO_MEMORY. */
int local_flaggings_add(struct flaggings *flaggings, struct flagging flagging);
void local_flaggings_clear(struct flaggings *flaggings);

/* Change a message, whether the flagging covers it or not. */
void local_flagging_apply(const struct flagging *flagging, struct entry *entry);
/* Make a message what it is from what its row says. */
void local_flaggings_overlay(const struct flaggings *flaggings, struct entry *entry);

/* flagging_rows.c: the rows of flaggings. Within a transaction. */

/* Add those with a higher modseq than `after`. One that can cover nothing is left out.
 * ROOST_ERR_CORRUPT when there are more than can be. */
int local_flagging_rows_read(
	struct driver *db, int64_t mailbox, uint64_t after, struct flaggings *flaggings);
/* Write new flaggings of one modseq, the highest of the mailbox; it may be settled by that. */
int local_flagging_rows_write(struct driver *db, int64_t mailbox, const struct flaggings *made);
/* Quick when there is nothing to settle. */
int local_flagging_rows_settle(struct driver *db, int64_t mailbox);

#endif

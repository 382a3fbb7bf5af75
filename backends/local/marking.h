/* marking.h - what one change of flags makes of messages: which of them change, in which runs of
 * neighbours, and how all of them are then. */
#ifndef LOCAL_MARKING_H
#define LOCAL_MARKING_H

#include "rows.h"

/* How a message is, changed or not, for who asked. */
struct marked {
	uint32_t uid;
	uint8_t system;
	uint64_t modseq;
	struct keywords *keywords; /* a reference */
};

/* Neighbours that change, among those of the delta that are written one by one. */
struct stretch {
	size_t from, to;
};

/* Neighbours whose flags change alike, as far as they have come. */
struct run {
	struct flagging flagging;
	size_t count; /* 0: there is none */
	size_t from; /* their place in the delta, while they are few */
	bool keeps; /* the keywords of all are what they were */
	bool replaces; /* the keywords of all become the same */
};

/* All-zero but for the first five. */
struct marking {
	struct roost_call *call;
	const struct roost_flags_change *change; /* as the mailbox spells it */
	struct mailbox_row *row; /* counted; its modseq is that of before */
	struct delta *delta; /* gets what changes */
	struct roost_uidset *modified; /* gets those that were modified since */

	struct marked *list; /* all others */
	size_t count, capacity;
	struct stretch *stretches;
	size_t stretch_count, stretch_capacity;
	struct run run;
	/* Neighbours often have the same keywords: what the last ones became. */
	struct keywords *last_before, *last_after;
	bool has_last;
};

/* A message more, in the order of their UIDs; a local_index_fn. It waits for nothing. */
int local_marking_take(void *marking, const struct entry *entry, bool neighbour);
/* After the last one. */
int local_marking_end(struct marking *marking);
/* Write the rows of what changed. */
int local_marking_write(struct marking *marking, struct driver *db);
void local_marking_clear(struct marking *marking);

#endif

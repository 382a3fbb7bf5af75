/* expunged.h - which UIDs were expunged when, as far back as there is room. */
#ifndef MEMORY_EXPUNGED_H
#define MEMORY_EXPUNGED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/uidset.h>

struct memory_expunge {
	uint64_t modseq;
	struct roost_uidset uids;
};

/* All-zero is empty. */
struct memory_expunged {
	struct memory_expunge *records; /* the oldest first */
	size_t count, capacity;
	size_t ranges; /* of all records */
	uint64_t forgotten; /* the highest modseq that is not among the records any more */
};

void memory_expunged_clear(struct memory_expunged *expunged);
/* Note that `uids` went at `modseq`, which is higher than any before. What finds no room is
 * forgotten. */
void memory_expunged_note(
	struct memory_expunged *expunged, uint64_t modseq, const struct roost_uidset *uids);
/* Whether memory_expunged_since() knows all. */
bool memory_expunged_knows(const struct memory_expunged *expunged, uint64_t modseq);
/* Add what went after `modseq`. ROOST_ERR_NO_MEMORY. */
int memory_expunged_since(
	const struct memory_expunged *expunged, uint64_t modseq, struct roost_uidset *vanished_out);

#endif

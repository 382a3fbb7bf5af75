/* numbering.h - numbers for byte strings, many at a time: for a table that only grows. */
#ifndef BASE_NUMBERING_H
#define BASE_NUMBERING_H

#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#include "base/arena.h"

struct numbering_slot;
struct numbering_entry;

/* An all-zero numbering is empty and ready. */
struct numbering {
	struct numbering_slot
		*slots; /* `room` of them, a power of two, at most half of them taken */
	size_t room;
	struct numbering_entry *entries;
	size_t count;
	uint64_t seed;
	struct arena texts;
};

void numbering_free(struct numbering *numbering);
/* The number of a string; 0 when it has none. */
uint32_t numbering_get(const struct numbering *numbering, struct roost_text text);
/* Where the number of a string stands, which until it is set is 0. Good until the next call. NULL: no memory. */
uint32_t *numbering_at(struct numbering *numbering, struct roost_text text);

#endif

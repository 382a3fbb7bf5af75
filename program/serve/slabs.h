/* slabs.h - memory for many small pieces that go together, apart from that of what stays.
 *
 * Pieces of one size stand in slabs of their own, in a range of addresses of their own. A slab without pieces goes back
 * to the system: when all pieces are given back, nothing is left of them between what lives longer. */
#ifndef PROGRAM_SLABS_H
#define PROGRAM_SLABS_H

#include <stdbool.h>
#include <stddef.h>

struct slabs;

/* Set `room` bytes of addresses aside, for all that will ever be there at once; they take no memory yet.
 * ROOST_ERR_NO_MEMORY. */
int slabs_create(size_t room, struct slabs **slabs_out);
/* The pieces go with it. NULL is allowed. */
void slabs_destroy(struct slabs *slabs);

/* A piece of at least `size` bytes, aligned for anything; NULL when that is more than a slab is for, or the room is
 * full. Any thread, as all that follows. */
void *slabs_take(struct slabs *slabs, size_t size);
void slabs_give_back(struct slabs *slabs, void *piece);
/* Whether it is a piece of these. */
bool slabs_own(const struct slabs *slabs, const void *piece);
/* What a piece has room for. */
size_t slabs_size(const struct slabs *slabs, const void *piece);
/* What a piece of that size would have room for; 0 when it is too large. */
size_t slabs_round(const struct slabs *slabs, size_t size);
/* Slabs that have pieces. */
size_t slabs_count(struct slabs *slabs);

#endif

/* arena.h - memory that is taken piece by piece and given back all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

/* An arena that was only zeroed is empty and may hold nothing; see arena_init. */
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used; /* of the newest block */
	size_t total; /* bytes of all blocks */
	size_t limit;
};

/* An empty arena that takes at most `limit` bytes from malloc. Takes nothing yet. */
void arena_init(struct arena *arena, size_t limit);
/* Zeroed memory, aligned for any type; NULL when `size` is 0, memory is out or the limit is
 * reached. */
void *arena_alloc(struct arena *arena, size_t size);
/* An array; NULL also when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy with a NUL added. */
char *arena_strndup(struct arena *arena, const char *bytes, size_t n);
/* Overwrite all that was taken, because there was a secret in it. */
void arena_wipe(struct arena *arena);
/* Give all back. The arena can be used again. */
void arena_reset(struct arena *arena);

#endif

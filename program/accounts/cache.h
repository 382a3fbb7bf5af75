/* cache.h - sign-ins that were right a short while ago, so that a client that comes back often does
 * not cost a hash each time. Holds digests, never passwords; its size is fixed.
 *
 * Any thread. Times are seconds of a clock that does not go back. */
#ifndef PROGRAM_CACHE_H
#define PROGRAM_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

struct cache;

/* One that remembers a sign-in for so long; 0: never. NULL when memory is out. */
struct cache *cache_create(unsigned seconds);
/* NULL is allowed. */
void cache_destroy(struct cache *cache);

/* Whether what the digest stands for was right, as noted before. What goes into the digest, the
 * hash of the account say, is what has to be the same still. */
bool cache_has(struct cache *cache, const struct digest *digest, uint64_t now);
void cache_note(struct cache *cache, const struct digest *digest, uint64_t now);

#endif

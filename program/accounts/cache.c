/* cache.c - sign-ins that were right a short while ago. */
#include "cache.h"

#include <pthread.h>
#include <stdlib.h>

/* Places where a digest may stand; the oldest of these makes room. */
#define WAYS 4
#define SETS 2048

struct entry {
	struct digest digest;
	uint64_t until; /* 0: free */
};

struct cache {
	pthread_mutex_t lock;
	unsigned seconds;
	struct entry sets[SETS][WAYS]; /* with the lock */
};

struct cache *cache_create(unsigned seconds)
{
	struct cache *cache = calloc(1, sizeof(*cache));
	if (cache != NULL) {
		cache->seconds = seconds;
		(void)pthread_mutex_init(&cache->lock, NULL);
	}
	return cache;
}

void cache_destroy(struct cache *cache)
{
	if (cache != NULL) {
		(void)pthread_mutex_destroy(&cache->lock);
		free(cache);
	}
}

/* With the lock: where it stands, or else where it should. */
static struct entry *find(struct cache *cache, const struct digest *digest, bool *found_out)
{
	struct entry *set = cache->sets[digest_slot(digest, SETS)];
	struct entry *oldest = set;
	for (struct entry *entry = set; entry < set + WAYS; entry++) {
		if (entry->until != 0 && digest_equal(&entry->digest, digest)) {
			*found_out = true;
			return entry;
		}
		oldest = entry->until < oldest->until ? entry : oldest;
	}
	*found_out = false;
	return oldest;
}

bool cache_has(struct cache *cache, const struct digest *digest, uint64_t now)
{
	bool found;
	(void)pthread_mutex_lock(&cache->lock);
	const struct entry *entry = find(cache, digest, &found);
	found = found && now < entry->until;
	(void)pthread_mutex_unlock(&cache->lock);
	return found;
}

void cache_note(struct cache *cache, const struct digest *digest, uint64_t now)
{
	bool found;
	(void)pthread_mutex_lock(&cache->lock);
	if (cache->seconds > 0) {
		*find(cache, digest, &found) =
			(struct entry) { .digest = *digest, .until = now + cache->seconds };
	}
	(void)pthread_mutex_unlock(&cache->lock);
}

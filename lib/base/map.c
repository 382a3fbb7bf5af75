/* map.c - a hash map from byte strings to pointers. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/hash.h"

#define FIRST_BUCKETS 16u

struct map_entry {
	struct map_entry *next;
	uint64_t hash;
	void *value;
	size_t key_size;
	char key[];
};

static struct map_entry **find(const struct map *map, const char *key, size_t n, uint64_t hash)
{
	struct map_entry **slot = &map->buckets[hash & (map->bucket_count - 1)];

	while (*slot != NULL && ((*slot)->hash != hash || (*slot)->key_size != n ||
					memcmp((*slot)->key, key, n) != 0)) {
		slot = &(*slot)->next;
	}
	return slot;
}

static int grow(struct map *map)
{
	size_t count = map->bucket_count == 0 ? FIRST_BUCKETS : map->bucket_count * 2;
	struct map_entry **buckets = calloc(count, sizeof(*buckets));

	if (buckets == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (map->bucket_count == 0) {
		map->seed = hash_seed(buckets);
	}
	for (size_t i = 0; i < map->bucket_count; i++) {
		for (struct map_entry *entry = map->buckets[i], *next; entry != NULL;
			entry = next) {
			next = entry->next;
			entry->next = buckets[entry->hash & (count - 1)];
			buckets[entry->hash & (count - 1)] = entry;
		}
	}
	free(map->buckets);
	map->buckets = buckets;
	map->bucket_count = count;
	return 0;
}

void map_free(struct map *map)
{
	for (size_t i = 0; i < map->bucket_count; i++) {
		for (struct map_entry *entry = map->buckets[i], *next; entry != NULL;
			entry = next) {
			next = entry->next;
			free(entry);
		}
	}
	free(map->buckets);
	*map = (struct map) { 0 };
}

void *map_get(const struct map *map, const char *key, size_t n)
{
	if (map->bucket_count == 0) {
		return NULL;
	}
	struct map_entry *entry = *find(map, key, n, hash_bytes(map->seed, key, n));
	return entry == NULL ? NULL : entry->value;
}

int map_set(struct map *map, const char *key, size_t n, void *value)
{
	if (map->count >= map->bucket_count) {
		int r = grow(map);
		if (r < 0) {
			return r;
		}
	}
	uint64_t hash = hash_bytes(map->seed, key, n);
	struct map_entry **slot = find(map, key, n, hash);
	if (*slot != NULL) {
		(*slot)->value = value;
		return 0;
	}
	struct map_entry *entry = malloc(sizeof(*entry) + n);
	if (entry == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*entry = (struct map_entry) { .hash = hash, .value = value, .key_size = n };
	memcpy(entry->key, key, n);
	*slot = entry;
	map->count++;
	return 0;
}

void *map_remove(struct map *map, const char *key, size_t n)
{
	if (map->bucket_count == 0) {
		return NULL;
	}
	struct map_entry **slot = find(map, key, n, hash_bytes(map->seed, key, n));
	struct map_entry *entry = *slot;
	if (entry == NULL) {
		return NULL;
	}
	void *value = entry->value;
	*slot = entry->next;
	free(entry);
	map->count--;
	return value;
}

void map_each(const struct map *map, void (*visit)(void *context, void *value), void *context)
{
	for (size_t i = 0; i < map->bucket_count; i++) {
		for (struct map_entry *entry = map->buckets[i]; entry != NULL;
			entry = entry->next) {
			visit(context, entry->value);
		}
	}
}

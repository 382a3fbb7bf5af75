/* map.h - a hash map from byte strings to pointers. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry;

struct map {
	struct map_entry **buckets;
	size_t bucket_count;
	size_t count;
	uint64_t seed; /* so that nobody can choose keys that collide */
};

/* An all-zero map is empty and ready. */
void map_free(struct map *map); /* the keys and buckets; the values are the caller's */
/* The value, or NULL. */
void *map_get(const struct map *map, const char *key, size_t n);
/* Set a value (not NULL), copying the key. 0, ROOST_ERR_NO_MEMORY. */
int map_set(struct map *map, const char *key, size_t n, void *value);
/* Take a value out; NULL when it was not there. */
void *map_remove(struct map *map, const char *key, size_t n);
/* Call `visit` for each value, in no order; the map must not change meanwhile. */
void map_each(const struct map *map, void (*visit)(void *context, void *value), void *context);

#endif

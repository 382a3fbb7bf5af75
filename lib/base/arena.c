/* arena.c - memory that is taken piece by piece and given back all at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK 1024u /* with its header: what one malloc takes at least */

struct arena_block {
	struct arena_block *next;
	size_t capacity; /* of data */
	alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena) { .limit = limit };
}

static size_t round_up(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static int add_block(struct arena *arena, size_t least)
{
	size_t capacity = FIRST_BLOCK - sizeof(struct arena_block);

	if (arena->blocks != NULL && capacity < arena->blocks->capacity * 2) {
		capacity = arena->blocks->capacity * 2; /* few blocks for a large command */
	}
	if (capacity > 1024 * 1024) {
		capacity = 1024 * 1024;
	}
	if (capacity < least) {
		capacity = least;
	}
	size_t left = arena->limit - arena->total;
	if (left < sizeof(struct arena_block) || left - sizeof(struct arena_block) < least) {
		return -1;
	}
	if (capacity > left - sizeof(struct arena_block)) {
		capacity = least;
	}
	struct arena_block *block = malloc(sizeof(*block) + capacity);
	if (block == NULL) {
		return -1;
	}
	block->next = arena->blocks;
	block->capacity = capacity;
	arena->blocks = block;
	arena->used = 0;
	arena->total += sizeof(*block) + capacity;
	return 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size == 0 || size > SIZE_MAX / 2) {
		return NULL;
	}
	size = round_up(size);
	if (arena->blocks == NULL || arena->blocks->capacity - arena->used < size) {
		if (add_block(arena, size) < 0) {
			return NULL;
		}
	}
	void *memory = arena->blocks->data + arena->used;
	arena->used += size;
	memset(memory, 0, size);
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	return size != 0 && count > SIZE_MAX / size ? NULL : arena_alloc(arena, count * size);
}

char *arena_strndup(struct arena *arena, const char *bytes, size_t n)
{
	char *copy = n < SIZE_MAX ? arena_alloc(arena, n + 1) : NULL;

	if (copy != NULL && n > 0) {
		memcpy(copy, bytes, n);
	}
	return copy;
}

void arena_wipe(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks; block != NULL; block = block->next) {
		explicit_bzero(block->data, block->capacity);
	}
}

void arena_reset(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct arena_block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
	arena->used = 0;
	arena->total = 0;
}

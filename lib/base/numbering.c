/* numbering.c - numbers for byte strings. */
#include "base/numbering.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define FIRST_ROOM 64u

/* Small, so that a table of many thousand stays near the processor. */
struct numbering_slot {
	uint32_t hash;
	uint32_t entry; /* from 1; 0: empty */
};

struct numbering_entry {
	const char *bytes;
	uint32_t size;
	uint32_t number;
};

void numbering_free(struct numbering *numbering)
{
	free(numbering->slots);
	free(numbering->entries);
	arena_reset(&numbering->texts);
	*numbering = (struct numbering) { 0 };
}

/* Where it stands, or would stand. */
static struct numbering_slot *find(
	const struct numbering *numbering, struct roost_text text, uint32_t hash)
{
	size_t at = hash & (numbering->room - 1);

	for (;; at = (at + 1) & (numbering->room - 1)) {
		struct numbering_slot *slot = &numbering->slots[at];
		if (slot->entry == 0) {
			return slot;
		}
		const struct numbering_entry *entry = &numbering->entries[slot->entry - 1];
		if (slot->hash == hash && entry->size == text.size &&
			memcmp(entry->bytes, text.bytes, text.size) == 0) {
			return slot;
		}
	}
}

static void put_again(struct numbering *numbering, struct numbering_slot slot)
{
	size_t at = slot.hash & (numbering->room - 1);

	while (numbering->slots[at].entry != 0) {
		at = (at + 1) & (numbering->room - 1);
	}
	numbering->slots[at] = slot;
}

static int grow(struct numbering *numbering)
{
	struct numbering_slot *old = numbering->slots;
	size_t old_room = numbering->room, room = old_room == 0 ? FIRST_ROOM : 2 * old_room;

	if (room > (size_t)1 << 31) {
		return -1;
	}
	struct numbering_entry *entries =
		realloc(numbering->entries, room / 2 * sizeof(*numbering->entries));
	if (entries == NULL) {
		return -1;
	}
	numbering->entries = entries;
	struct numbering_slot *slots = calloc(room, sizeof(*slots));
	if (slots == NULL) {
		return -1;
	}
	if (old_room == 0) {
		numbering->seed = hash_seed(slots);
		/* The caller knows how much is too much. */
		arena_init(&numbering->texts, SIZE_MAX / 4);
	}
	numbering->slots = slots;
	numbering->room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].entry != 0) {
			put_again(numbering, old[i]);
		}
	}
	free(old);
	return 0;
}

static uint32_t hash_of(const struct numbering *numbering, struct roost_text text)
{
	return (uint32_t)hash_bytes(numbering->seed, text.bytes, text.size);
}

uint32_t numbering_get(const struct numbering *numbering, struct roost_text text)
{
	if (numbering->count == 0) {
		return 0;
	}
	const struct numbering_slot *slot = find(numbering, text, hash_of(numbering, text));
	return slot->entry == 0 ? 0 : numbering->entries[slot->entry - 1].number;
}

uint32_t *numbering_at(struct numbering *numbering, struct roost_text text)
{
	if (numbering->count >= numbering->room / 2 && grow(numbering) < 0) {
		return NULL;
	}
	uint32_t hash = hash_of(numbering, text);
	struct numbering_slot *slot = find(numbering, text, hash);
	if (slot->entry == 0) {
		const char *copy = arena_strndup(&numbering->texts, text.bytes, text.size);
		if (copy == NULL) {
			return NULL;
		}
		numbering->entries[numbering->count] =
			(struct numbering_entry) { .bytes = copy, .size = (uint32_t)text.size };
		*slot = (struct numbering_slot) { hash, (uint32_t)++numbering->count };
	}
	return &numbering->entries[slot->entry - 1].number;
}

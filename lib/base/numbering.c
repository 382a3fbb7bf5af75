/* numbering.c - numbers for byte strings that stay where they are. */
#include "base/numbering.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define FIRST_ROOM 64u

struct numbering_slot {
	const char *bytes; /* NULL: empty */
	uint64_t hash;
	uint32_t size;
	uint32_t number;
};

void numbering_free(struct numbering *numbering)
{
	free(numbering->slots);
	*numbering = (struct numbering) { 0 };
}

/* Where it stands, or would stand. */
static struct numbering_slot *find(
	const struct numbering *numbering, struct roost_text text, uint64_t hash)
{
	size_t at = (size_t)hash & (numbering->room - 1);

	for (;; at = (at + 1) & (numbering->room - 1)) {
		struct numbering_slot *slot = &numbering->slots[at];
		if (slot->bytes == NULL ||
			(slot->hash == hash && slot->size == text.size &&
				memcmp(slot->bytes, text.bytes, text.size) == 0)) {
			return slot;
		}
	}
}

static int grow(struct numbering *numbering)
{
	struct numbering old = *numbering;
	size_t room = old.room == 0 ? FIRST_ROOM : old.room * 2;
	struct numbering_slot *slots = calloc(room, sizeof(*slots));

	if (slots == NULL) {
		return -1;
	}
	numbering->seed = old.room == 0 ? hash_seed(slots) : old.seed;
	numbering->slots = slots;
	numbering->room = room;
	for (size_t i = 0; i < old.room; i++) {
		const struct numbering_slot *slot = &old.slots[i];
		if (slot->bytes != NULL) {
			*find(numbering, (struct roost_text) { slot->bytes, slot->size },
				slot->hash) = *slot;
		}
	}
	free(old.slots);
	return 0;
}

uint32_t numbering_get(const struct numbering *numbering, struct roost_text text)
{
	if (numbering->count == 0) {
		return 0;
	}
	const struct numbering_slot *slot =
		find(numbering, text, hash_bytes(numbering->seed, text.bytes, text.size));
	return slot->bytes == NULL ? 0 : slot->number;
}

uint32_t *numbering_at(struct numbering *numbering, struct roost_text text)
{
	if (numbering->count >= numbering->room / 2 && grow(numbering) < 0) {
		return NULL;
	}
	uint64_t hash = hash_bytes(numbering->seed, text.bytes, text.size);
	struct numbering_slot *slot = find(numbering, text, hash);
	if (slot->bytes == NULL) {
		*slot = (struct numbering_slot) {
			.bytes = text.bytes, .hash = hash, .size = (uint32_t)text.size
		};
		numbering->count++;
	}
	return &slot->number;
}

/* flagging.c - changes of flags that stand beside the messages they are of. */
#include "flagging.h"

#include <stdlib.h>

#include "index.h"

int local_flaggings_add(struct flaggings *flaggings, struct flagging flagging)
{
	if (flaggings->count == flaggings->capacity) {
		size_t capacity = flaggings->capacity == 0 ? 4 : flaggings->capacity * 2;
		struct flagging *list = realloc(flaggings->list, capacity * sizeof(*list));
		if (list == NULL) {
			local_keywords_unref(flagging.keywords);
			return ROOST_ERR_NO_MEMORY;
		}
		flaggings->list = list;
		flaggings->capacity = capacity;
	}
	flaggings->list[flaggings->count++] = flagging;
	return 0;
}

void local_flaggings_clear(struct flaggings *flaggings)
{
	for (size_t i = 0; i < flaggings->count; i++) {
		local_keywords_unref(flaggings->list[i].keywords);
	}
	free(flaggings->list);
	*flaggings = (struct flaggings) { .list = NULL };
}

void local_flagging_apply(const struct flagging *flagging, struct entry *entry)
{
	entry->system = (uint8_t)((entry->system & flagging->kept) | flagging->added);
	entry->modseq = flagging->modseq;
	if (flagging->replaces && entry->keywords != flagging->keywords) {
		local_keywords_unref(entry->keywords);
		entry->keywords = local_keywords_ref(flagging->keywords);
	}
}

void local_flaggings_overlay(const struct flaggings *flaggings, struct entry *entry)
{
	for (size_t i = 0; i < flaggings->count; i++) {
		const struct flagging *flagging = &flaggings->list[i];
		if (flagging->first <= entry->uid && entry->uid <= flagging->last &&
			entry->modseq < flagging->modseq) {
			local_flagging_apply(flagging, entry);
		}
	}
}

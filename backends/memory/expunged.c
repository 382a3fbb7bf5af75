/* expunged.c - which UIDs were expunged when. */
#include "expunged.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define MAX_RECORDS 1024
#define MAX_RANGES 65536

static void forget(struct memory_expunged *expunged, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct memory_expunge *record = &expunged->records[i];
		expunged->forgotten = record->modseq;
		expunged->ranges -= record->uids.count;
		roost_uidset_clear(&record->uids);
	}
	if (count > 0) {
		expunged->count -= count;
		memmove(expunged->records, expunged->records + count,
			expunged->count * sizeof(*expunged->records));
	}
}

void memory_expunged_clear(struct memory_expunged *expunged)
{
	forget(expunged, expunged->count);
	free(expunged->records);
	*expunged = (struct memory_expunged) { .records = NULL };
}

static bool grow(struct memory_expunged *expunged)
{
	if (expunged->count < expunged->capacity) {
		return true;
	}
	size_t capacity = expunged->capacity == 0 ? 8 : expunged->capacity * 2;
	struct memory_expunge *records =
		realloc(expunged->records, capacity * sizeof(*expunged->records));
	if (records == NULL) {
		return false;
	}
	expunged->records = records;
	expunged->capacity = capacity;
	return true;
}

void memory_expunged_note(
	struct memory_expunged *expunged, uint64_t modseq, const struct roost_uidset *uids)
{
	/* Half at a time, so that making room costs little on average. */
	while (expunged->count > 0 &&
		(expunged->count >= MAX_RECORDS || expunged->ranges + uids->count > MAX_RANGES)) {
		forget(expunged, (expunged->count + 1) / 2);
	}
	struct memory_expunge record = { .modseq = modseq };
	if (uids->count > MAX_RANGES || !grow(expunged) ||
		roost_uidset_copy(&record.uids, uids) < 0) {
		forget(expunged, expunged->count);
		expunged->forgotten = modseq;
		return;
	}
	expunged->records[expunged->count++] = record;
	expunged->ranges += record.uids.count;
}

bool memory_expunged_knows(const struct memory_expunged *expunged, uint64_t modseq)
{
	return modseq >= expunged->forgotten;
}

int memory_expunged_since(
	const struct memory_expunged *expunged, uint64_t modseq, struct roost_uidset *vanished_out)
{
	for (size_t i = expunged->count; i > 0 && expunged->records[i - 1].modseq > modseq; i--) {
		int r = roost_uidset_add_set(vanished_out, &expunged->records[i - 1].uids);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

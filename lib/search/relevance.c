/* relevance.c - the scores of messages that a fuzzy search has found. */
#include "search/relevance.h"

#include <stdlib.h>

#include <roost/error.h>

static int grow(struct relevance *relevance)
{
	size_t capacity = relevance->capacity == 0 ? 256 : 2 * relevance->capacity;
	uint32_t *uids = realloc(relevance->uids, capacity * sizeof(*uids));

	if (uids == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	relevance->uids = uids;
	uint8_t *scores = realloc(relevance->scores, capacity);
	if (scores == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	relevance->scores = scores;
	relevance->capacity = capacity;
	return 0;
}

int relevance_add(struct relevance *relevance, uint32_t uid, int score)
{
	int r = relevance->count == relevance->capacity ? grow(relevance) : 0;

	if (r == 0) {
		relevance->uids[relevance->count] = uid;
		relevance->scores[relevance->count] = (uint8_t)score;
		relevance->count++;
	}
	return r;
}

unsigned relevance_score(const struct relevance *relevance, uint32_t uid)
{
	size_t begin = 0, end = relevance->count;

	while (begin < end) {
		size_t middle = begin + (end - begin) / 2;
		if (relevance->uids[middle] == uid) {
			return relevance->scores[middle];
		}
		if (relevance->uids[middle] < uid) {
			begin = middle + 1;
		} else {
			end = middle;
		}
	}
	return 1;
}

void relevance_clear(struct relevance *relevance)
{
	free(relevance->uids);
	free(relevance->scores);
	*relevance = (struct relevance) { .count = 0 };
}

/* relevance.h - the scores of messages that a fuzzy search has found. RFC 6203 section 4. */
#ifndef SEARCH_RELEVANCE_H
#define SEARCH_RELEVANCE_H

#include <stddef.h>
#include <stdint.h>

/* All zero: no scores. */
struct relevance {
	uint32_t *uids; /* ascending */
	uint8_t *scores; /* 1 to 100 */
	size_t count, capacity;
};

/* UIDs come in ascending order. ROOST_ERR_NO_MEMORY. */
int relevance_add(struct relevance *relevance, uint32_t uid, int score);
/* The score; 1 for a message that has none. */
unsigned relevance_score(const struct relevance *relevance, uint32_t uid);
void relevance_clear(struct relevance *relevance);

#endif

/* sort.h - messages in the order that SORT asks for. RFC 5256, RFC 5957. */
#ifndef SEARCH_SORT_H
#define SEARCH_SORT_H

#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/search.h>

#include "base/buf.h"
#include "grammar/sort_key.h"
#include "search/relevance.h"

/* Texts that agree in so many octets of what is compared are taken as equal. */
#define SORT_MAX_KEY 1000

struct sorter;

/* `descending` turns the order of texts around, as a comparator may ask for: RFC 4790 section 3.3.
 * ROOST_ERR_NO_MEMORY. */
int sorter_create(enum roost_comparator comparator, bool descending,
	const struct sort_criteria *criteria, struct sorter **sorter_out);
/* What RELEVANCY sorts by; must stay. */
void sorter_use_scores(struct sorter *sorter, const struct relevance *scores);
void sorter_destroy(struct sorter *sorter); /* NULL is allowed */

/* Which facts the messages must have: ROOST_MESSAGE_… bits, never the content. */
unsigned sorter_fields(const struct sorter *sorter);
/* Add what a message is sorted by for a criterion to an empty buffer: the same octets for as long as there is the
 * message, except for RELEVANCY, and for a text only with the same comparator. What a message lacks is empty, or 0. */
void sorter_read(struct sorter *sorter, size_t criterion, const struct roost_message *message,
	const struct roost_outline *outline, struct buf *key);
/* The next message, in the order of UIDs, with what sorter_read() gave for each criterion; that of
 * RELEVANCY is passed over. ROOST_ERR_NO_MEMORY. */
int sorter_add(struct sorter *sorter, uint32_t uid, const struct roost_text *keys);
/* The UIDs in order; ties are in the order of UIDs. The array lives as long as the sorter. Called once, last.
 * ROOST_ERR_NO_MEMORY. */
int sorter_sort(struct sorter *sorter, const uint32_t **uids_out, size_t *count_out);

/* Which of the messages that were added as the a-th and b-th, from 0, comes first: below 0 the one, above 0 the other.
 * Ties are in the order of UIDs. For this they may be added in any order, and also twice. */
int sorter_compare(const struct sorter *sorter, size_t a, size_t b);

/* The sent date, or without one the internal date, in seconds of UTC. RFC 5256 section 2.2. */
int64_t sort_sent_date(const struct roost_outline *outline, const struct roost_message *message);

#endif

/* fuzzy.h - a text that is looked for word by word, misspelled or not. RFC 6203.
 *
 * Each word of the text must be found, in any order and in any place of what is looked at. A word is
 * found, from the best to the worst, where
 *	it stands as it is,						100
 *	a word begins with it,						85
 *	a word contains it,						70
 *	it has four characters or more and one typing error,		60
 *	a word shares five characters or more at the start, and neither
 *	has more than three after them,					55
 *	it has eight characters or more and two typing errors.		40
 * A typing error is a character too many, one too few, one instead of another, or two neighbours that
 * have changed places. */
#ifndef SEARCH_FUZZY_H
#define SEARCH_FUZZY_H

#include <stdbool.h>

#include <roost/search.h>

#include "base/arena.h"
#include "search/words.h"

struct fuzzy;

/* Whether the key is one with a text that is to be found so. */
bool fuzzy_is_asked(const struct roost_search *search);
/* The text made ready, in the arena; NULL when it has no words. Of a text with very many words the
 * first count. ROOST_ERR_NO_MEMORY. */
int fuzzy_create(struct arena *arena, struct roost_text utf8, struct fuzzy **fuzzy_out);
/* Nothing was found yet. */
void fuzzy_forget(struct fuzzy *fuzzy);
/* A word of what is looked at, which counts `weight` percent. Returns whether all words are found by now. */
bool fuzzy_see(struct fuzzy *fuzzy, const struct word *word, unsigned weight);
/* How well all was found, on average: 0 to 100. */
unsigned fuzzy_score(const struct fuzzy *fuzzy);

#endif

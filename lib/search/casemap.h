/* casemap.h - one form for all spellings that a search takes as equal. */
#ifndef SEARCH_CASEMAP_H
#define SEARCH_CASEMAP_H

#include <stddef.h>

#include <roost/outline.h>

#include "base/buf.h"

/* Add the case-mapped form of `utf8` to `folded`: title case, decomposed with compatibility, title
 * case again (so that the ligature "fi" equals FI). Two texts that differ only in case have the
 * same form; text without accents is found in the same text with accents. What is no UTF-8 becomes
 * U+FFFD. RFC 5051, i;unicode-casemap. */
void casemap_fold(struct roost_text utf8, struct buf *folded);

#endif

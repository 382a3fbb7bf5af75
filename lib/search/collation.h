/* collation.h - what it takes for two texts to be equal, and which comes first. RFC 4790, RFC 5051, RFC 5255 section 4. */
#ifndef SEARCH_COLLATION_H
#define SEARCH_COLLATION_H

#include <roost/outline.h>
#include <roost/search.h>

#include "base/buf.h"

/* Add the form of `utf8` that the comparator compares octet by octet: two texts are equal if their forms are, one
 * is part of the other if its form is, and they are ordered as their forms. */
void collation_fold(enum roost_comparator comparator, struct roost_text utf8, struct buf *folded);

#endif

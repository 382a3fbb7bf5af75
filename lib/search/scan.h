/* scan.h - a text that comes in pieces, whatever its case: looking for several strings in it, or
 * handing it on. */
#ifndef SEARCH_SCAN_H
#define SEARCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>
#include <roost/search.h>

#include "base/buf.h"
#include "search/words.h"

struct fuzzy;

/* What is looked for. */
struct needle {
	struct roost_text folded; /* by the scan's comparator; not empty, unless there is `fuzzy` */
	struct fuzzy *fuzzy; /* look for these words instead */
	unsigned weight; /* percent that they count here */
	bool wanted; /* look for it now */
	bool found;
};

/* Takes the next piece of a folded text; `last`: the text ends with it. 0, or a negative error or
 * ROOST_STOP for no more. */
typedef int (*scan_sink_fn)(void *context, struct roost_text piece, bool last);

struct scan {
	struct needle **needles; /* the caller's */
	size_t needle_count;
	enum roost_comparator
		comparator; /* i;unicode-casemap, unless it is set after scan_init() */
	size_t overlap; /* bytes that a string may reach back into what was fed before */
	bool has_exact, has_fuzzy; /* among the needles */
	struct words words; /* for the fuzzy ones */
	struct buf window; /* folded text, not all of it looked at */
	/* Called when something was found; true: nothing more is of interest. May be NULL. */
	bool (*enough)(void *context);
	void *context;
	scan_sink_fn sink; /* takes the text instead of looking for needles */
	int result; /* what the sink said last */
	bool stopped; /* `enough` or the sink said so: feeding more does nothing */
};

/* It was not found yet. */
void needle_forget(struct needle *needle);

/* A scan for `needles`, which must stay. Takes no memory yet. */
void scan_init(struct scan *scan, struct needle **needles, size_t needle_count);
/* A scan that hands on what it is fed; `context` is the sink's. */
void scan_init_sink(struct scan *scan, scan_sink_fn sink, void *context);
void scan_free(struct scan *scan);
/* The next piece of the text, in whole characters. */
void scan_feed(struct scan *scan, struct roost_text utf8);
/* The text is over: look at what was not looked at. The scan is then ready for another text.
 * ROOST_ERR_NO_MEMORY, or an error of the sink. */
int scan_end(struct scan *scan);

#endif

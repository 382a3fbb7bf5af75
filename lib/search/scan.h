/* scan.h - looking for several strings in a text that comes in pieces, whatever their case. */
#ifndef SEARCH_SCAN_H
#define SEARCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

#include "base/buf.h"

/* What is looked for. */
struct needle {
	struct roost_text folded; /* by casemap_fold(); not empty */
	bool wanted; /* look for it now */
	bool found;
};

struct scan {
	struct needle **needles; /* the caller's */
	size_t needle_count;
	size_t overlap; /* bytes that a string may reach back into what was fed before */
	struct buf window; /* folded text, not all of it looked at */
	/* Called when something was found; true: nothing more is of interest. May be NULL. */
	bool (*enough)(void *context);
	void *context;
	bool stopped; /* `enough` said so: feeding more does nothing */
};

/* A scan for `needles`, which must stay. Takes no memory yet. */
void scan_init(struct scan *scan, struct needle **needles, size_t needle_count);
void scan_free(struct scan *scan);
/* The next piece of the text, in whole characters. */
void scan_feed(struct scan *scan, struct roost_text utf8);
/* The text is over: look at what was not looked at. The scan is then ready for another text.
 * ROOST_ERR_NO_MEMORY. */
int scan_end(struct scan *scan);

#endif

/* header.h - the fields of a header, decoded, for searching. */
#ifndef SEARCH_HEADER_H
#define SEARCH_HEADER_H

#include <roost/call.h>
#include <roost/content.h>
#include <roost/outline.h>

#include "search/scan.h"

/* Feed the header at `offset` to `scan`, each field as one line `Name: decoded value`. Cancelled
 * with the call. ROOST_ERR_NO_MEMORY, ROOST_ERR_CANCELLED, or from reading. */
int header_scan(struct roost_call *call, struct roost_content *content, uint64_t offset,
	uint64_t size, struct scan *scan);

/* Feed the decoded values of the message's fields named `name`, each as a text of its own. Returns
 * whether there is such a field (1 or 0), or an error as above. `content` may be NULL when only
 * that is asked: then `scan` must be NULL too. */
int header_scan_field(struct roost_call *call, struct roost_content *content,
	const struct roost_outline *outline, struct roost_text name, struct scan *scan);

#endif

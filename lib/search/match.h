/* match.h - a search made ready to be held against many messages. */
#ifndef SEARCH_MATCH_H
#define SEARCH_MATCH_H

#include <roost/backend.h>
#include <roost/call.h>
#include <roost/search.h>

struct matcher;

/* Call and search must stay. Takes no memory of the call, as a search may look at a million
 * messages. ROOST_ERR_NO_MEMORY, ROOST_ERR_LIMIT (nested too deep). */
int matcher_create(
	struct roost_call *call, const struct roost_search *search, struct matcher **matcher_out);
void matcher_destroy(struct matcher *matcher); /* NULL is allowed */

/* As roost_util_match(). What costs nothing is looked at first; the content is read at most once
 * for all bodies and texts together, and only until the answer is certain. */
int matcher_match(struct matcher *matcher, const struct roost_message *message);

#endif

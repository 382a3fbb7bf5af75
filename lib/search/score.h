/* score.h - how well messages fit a search with FUZZY. RFC 6203 section 4. */
#ifndef SEARCH_SCORE_H
#define SEARCH_SCORE_H

#include <roost/backend.h>
#include <roost/call.h>
#include <roost/search.h>

struct scorer;

/* Call and search must stay. ROOST_ERR_NO_MEMORY, ROOST_ERR_LIMIT (nested too deep). */
int scorer_create(
	struct roost_call *call, const struct roost_search *search, struct scorer **scorer_out);
void scorer_destroy(struct scorer *scorer); /* NULL is allowed */

/* The score, 1 to 100, of a message that matches and has the facts that roost_util_match_fields()
 * names. A text of TEXT counts whole in the subject, for three quarters elsewhere in the header, half
 * in the body; of several keys counts the mean, of OR the best. What is under NOT and what is not
 * fuzzy do not count; without any text that does, all are 100. ROOST_ERR_NO_MEMORY,
 * ROOST_ERR_CANCELLED, or from reading. */
int scorer_score(struct scorer *scorer, const struct roost_message *message);

#endif

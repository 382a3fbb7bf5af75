/* esearch.h - telling what a search or sort has found: ESEARCH, and the plain answers. RFC 4731, RFC 5267, RFC 9394. */
#ifndef SESSION_ESEARCH_H
#define SESSION_ESEARCH_H

#include "search/relevance.h"
#include "session/session.h"

/* What was found, and how far it has been told. All zero before it is filled in. */
struct esearch {
	struct roost_uidset found;
	/* The same UIDs in the order of SORT, borrowed; NULL: ascending. */
	const uint32_t *sorted;
	size_t sorted_count;
	struct relevance scores; /* of these, when RELEVANCY is asked for: RFC 6203 */
	bool tells_modseq; /* a key asked for it: RFC 7162 section 3.1.6 */
	const char *mailbox; /* of ESEARCH, to be named; NULL: the selected one, which is not */
	uint32_t uid_validity; /* of that */
	const char *done; /* the text of the reply; static */
	const char *code; /* its response code, or NULL */
	const char *refusal; /* why UPDATE is not done: RFC 5267 section 4.3.1; or NULL */

	/* For esearch_run(). */
	struct roost_uidset chosen; /* of `found`: what the client hears of */
	struct roost_uidset part; /* of PARTIAL, ascending */
	uint64_t modseq; /* of those; 0 for none to tell */
	struct roost_uidset_iter iter;
	size_t at; /* in `sorted` */
	unsigned stage;
	bool in_scores; /* some were told */
};

void esearch_clear(struct esearch *esearch);
/* A slice of the answer to the command at hand: "* ESEARCH …" if it came with RETURN, else "* SEARCH …" or, where the
 * order is of SORT, "* SORT …"; at last the reply. Saves the result, if that was asked for. */
enum step esearch_run(struct roost_conn *conn, struct esearch *esearch);

#endif

/* query.h - what a client searches for, in the terms of backends. For SEARCH, SORT, THREAD. RFC 3501 section 6.4.4. */
#ifndef SESSION_QUERY_H
#define SESSION_QUERY_H

#include "search/relevance.h"
#include "session/session.h"

struct owned_set;

/* All zero before query_create(). */
struct query {
	struct roost_conn *conn;
	struct roost_text charset;
	int64_t now; /* seconds: of OLDER and YOUNGER */
	struct owned_set *sets; /* that the search refers to */
	size_t sets_size; /* octets */
	unsigned fuzzy; /* FUZZY keys around the key that is converted */
	const struct roost_search *search; /* in `memory` */
	struct roost_call *memory; /* the command's, but for one that is kept */
	bool is_kept;
	bool has_star; /* kept, and a set of UIDs has `*` in it: query_renew() */
	const char *
		limit_code; /* of query_find(), when not all messages were looked at: RFC 9738; else NULL */
	uint32_t lowest; /* then the lowest UID of those; else 0 */
};

/* Turn the client's keys into a search: sequence numbers and UIDs as they are in the view now, texts in UTF-8.
 * ROOST_ERR_UNKNOWN_CHARSET, ROOST_ERR_LIMIT, ROOST_ERR_NO_MEMORY: see query_reply_error(). */
int query_create(struct roost_conn *conn, struct roost_text charset, const struct search_key *key,
	struct query *query);
/* The same of a command that is kept, in memory that is kept with it. Sequence numbers and "$" are as they are now (RFC
 * 5267 section 4.3), UIDs are also those that are yet to come. */
int query_keep(struct roost_conn *conn, struct roost_call *memory, const struct command *command,
	struct query *query);
/* Find again what `*` is. ROOST_ERR_NO_MEMORY. */
int query_renew(struct query *query);
/* Search the selected mailbox for what the command at hand asks for, be it SEARCH, SORT or THREAD. STEP_AGAIN: what
 * was found has been added to `found`; else the reply is set. */
enum step query_find(struct roost_conn *conn, struct query *query, struct roost_uidset *found);
/* Whether the command at hand asks for scores. */
bool query_wants_scores(const struct roost_conn *conn);
/* The scores of what a search found. ROOST_ERR_… */
int query_score(struct roost_conn *conn, const struct query *query,
	const struct roost_uidset *found, struct relevance *scores_out);
void query_clear(struct query *query);
/* The reply when query_create() or the search failed. */
enum step query_reply_error(struct roost_conn *conn, const struct query *query, int error);

/* Whether the search of a command has only a few keys, none of which looks into messages, and asks for nothing but what they
 * find. */
bool query_may_be_quick(const struct command *command);

#endif

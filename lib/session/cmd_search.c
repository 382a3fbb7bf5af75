/* cmd_search.c - SEARCH and UID SEARCH. RFC 3501 section 6.4.4, RFC 4731, RFC 5182, RFC 5267, RFC 7162, RFC 9394. */
#include "session/context.h"

struct searching {
	struct query query;
	struct esearch answer;
};

static void searching_free(void *task)
{
	struct searching *searching = task;

	query_clear(&searching->query);
	esearch_clear(&searching->answer);
}

static enum step find(struct roost_conn *conn)
{
	struct searching *searching = roost_call_alloc(conn->call, sizeof(*searching));

	if (searching == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	conn->task = searching;
	conn->task_free = searching_free;
	searching->answer.tells_modseq = search_key_has(conn->command.search.key, SEARCH_MODSEQ);
	searching->answer.done = "Search done";
	enum step step = query_find(conn, &searching->query, &searching->answer.found);
	searching->answer.code = searching->query.limit_code;
	if (step == STEP_AGAIN && query_wants_scores(conn)) {
		int r = query_score(conn, &searching->query, &searching->answer.found,
			&searching->answer.scores);
		step = r < 0 ? reply_error(conn, r) : STEP_AGAIN;
	}
	if (step == STEP_AGAIN) {
		context_keep(conn, &searching->query, &searching->answer);
	}
	return step;
}

enum step cmd_search(struct roost_conn *conn, struct roost_text line)
{
	struct search_return *wanted = &conn->command.search.wanted;

	(void)line;
	if (conn->task == NULL) {
		if (conn_has_enabled(conn, ENABLED_REV2) && !wanted->given) {
			/* RFC 9051 section 6.4.4: there is no SEARCH response any more. */
			*wanted = (struct search_return) { .given = true,
				.items = SEARCH_RETURN_ALL };
		}
		enum step step = find(conn);
		if (step != STEP_AGAIN) {
			return step;
		}
	}
	struct searching *searching = conn->task;
	return esearch_run(conn, &searching->answer);
}

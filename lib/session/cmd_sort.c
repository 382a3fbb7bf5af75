/* cmd_sort.c - SORT and UID SORT. RFC 5256, RFC 5267, RFC 5957. */
#include "session/context.h"
#include "session/sort_keys.h"

struct sorting {
	struct query query;
	struct sorter *sorter;
	struct esearch answer;
	struct roost_uidset there; /* of what was found: what could be looked at */
};

static void sorting_free(void *task)
{
	struct sorting *sorting = task;

	query_clear(&sorting->query);
	sorter_destroy(sorting->sorter);
	esearch_clear(&sorting->answer);
	roost_uidset_clear(&sorting->there);
}

static int added(void *context, uint32_t uid)
{
	struct sorting *sorting = context;

	return roost_uidset_add(&sorting->there, uid);
}

static int sort(struct roost_conn *conn, struct sorting *sorting)
{
	struct esearch *answer = &sorting->answer;
	int r = sorter_create(
		conn->comparator, conn->descending, &conn->command.sort, &sorting->sorter);

	if (r == 0 && query_wants_scores(conn)) {
		r = query_score(conn, &sorting->query, &answer->found, &answer->scores);
		sorter_use_scores(sorting->sorter, &answer->scores);
	}
	if (r == 0) {
		r = sort_keys_add(conn, sorting->sorter, &conn->command.sort, conn->comparator,
			&answer->found, added, sorting);
	}
	if (r == 0) {
		r = sorter_sort(sorting->sorter, &answer->sorted, &answer->sorted_count);
	}
	if (r == 0) {
		roost_uidset_clear(&answer->found);
		answer->found = sorting->there;
		sorting->there = (struct roost_uidset)ROOST_UIDSET_EMPTY;
	}
	return r;
}

static enum step begin(struct roost_conn *conn)
{
	struct sorting *sorting = roost_call_alloc(conn->call, sizeof(*sorting));

	if (sorting == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	conn->task = sorting;
	conn->task_free = sorting_free;
	sorting->answer.tells_modseq = search_key_has(conn->command.search.key, SEARCH_MODSEQ);
	sorting->answer.done = "Sorted";
	enum step step = query_find(conn, &sorting->query, &sorting->answer.found);
	sorting->answer.code = sorting->query.limit_code;
	if (step == STEP_AGAIN) {
		int r = sort(conn, sorting);
		step = r < 0 ? reply_error(conn, r) : STEP_AGAIN;
	}
	if (step == STEP_AGAIN) {
		context_keep(conn, &sorting->query, &sorting->answer);
	}
	return step;
}

enum step cmd_sort(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		enum step step = begin(conn);
		if (step != STEP_AGAIN) {
			return step;
		}
	}
	struct sorting *sorting = conn->task;
	return esearch_run(conn, &sorting->answer);
}

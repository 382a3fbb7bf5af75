/* answers.c - FETCH answers that were rendered before: memos beside the items of a FETCH. */
#include "session/answers.h"

#include "base/text.h"

/* Complete messages in a row for which it is worth to look at the others apart. */
#define WORTH_A_TURN 16u

struct kind {
	struct memo *memo; /* NULL: nothing is kept */
	struct roost_text *found; /* of each of `uids` */
};

struct answers {
	struct roost_conn *conn;
	size_t capacity, count;
	struct kind *kinds;
	size_t room; /* in `uids` and in each `found` */
	uint32_t *uids;
	size_t uid_count;
	size_t at; /* the message told of last */
};

int answers_create(struct roost_conn *conn, size_t count, struct answers **answers_out)
{
	struct roost_call *call = conn->call;
	struct answers *answers = roost_call_alloc(call, sizeof(*answers));
	struct kind *kinds = roost_call_alloc(call, count * sizeof(*kinds));

	if (answers == NULL || kinds == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*answers = (struct answers) { .conn = conn, .capacity = count, .kinds = kinds };
	*answers_out = answers;
	return 0;
}

void answers_destroy(struct answers *answers)
{
	for (size_t i = 0; answers != NULL && i < answers->count; i++) {
		memo_close(answers->kinds[i].memo);
	}
}

void answers_add_kind(struct answers *answers, struct roost_text kind)
{
	const struct view *view = answers->conn->view;
	bool named = kind.bytes != NULL;

	answers->kinds[answers->count++] = (struct kind) {
		.memo = !named ? NULL
			       : memo_open(memos_of(view->mailbox), view->mailbox,
					 view->uid_validity, kind, view_count(view)),
	};
}

static bool make_room(struct answers *answers, size_t count)
{
	struct roost_call *call = answers->conn->call;

	if (count <= answers->room) {
		return true;
	}
	answers->uids = roost_call_alloc(call, count * sizeof(*answers->uids));
	bool made = answers->uids != NULL;
	for (size_t i = 0; made && i < answers->count; i++) {
		answers->kinds[i].found = roost_call_alloc(call, count * sizeof(struct roost_text));
		made = answers->kinds[i].found != NULL;
	}
	answers->room = made ? count : 0;
	return made;
}

static bool is_complete(const struct answers *answers, size_t at)
{
	for (size_t i = 0; i < answers->count; i++) {
		if (answers->kinds[i].found[at].bytes == NULL) {
			return false;
		}
	}
	return true;
}

/* How many of the first messages are to be told of in one go: complete ones, or those up to some that are. */
static size_t count_alike(const struct answers *answers, bool complete)
{
	size_t at = 0, complete_run = 0;

	while (at < answers->uid_count) {
		if (is_complete(answers, at)) {
			complete_run++;
		} else if (complete) {
			return at;
		} else {
			complete_run = 0;
		}
		at++;
		if (!complete && complete_run == WORTH_A_TURN) {
			return at - complete_run;
		}
	}
	return at;
}

static void list_uids(struct answers *answers, const struct roost_uidset *uids, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < uids->count; i++) {
		uint32_t length = uids->ranges[i].last - uids->ranges[i].first + 1;
		for (uint32_t k = 0; k < length && n < count; k++) {
			answers->uids[n++] = uids->ranges[i].first + k;
		}
	}
	answers->uid_count = n;
}

bool answers_look_up(struct answers *answers, const struct roost_uidset *uids, uint32_t *last_out)
{
	size_t count = (size_t)roost_uidset_size(uids), found = 0;

	answers->at = 0;
	answers->uid_count = 0;
	*last_out = UINT32_MAX;
	if (count == 0 || count > ANSWERS_AT_ONCE || !make_room(answers, count)) {
		return false;
	}
	list_uids(answers, uids, count);
	for (size_t i = 0; i < answers->count; i++) {
		struct kind *kind = &answers->kinds[i];
		found += memo_find(kind->memo, answers->uids, count, kind->found);
	}
	if (found == 0 || found == count * answers->count) {
		return found > 0;
	}
	bool complete = is_complete(answers, 0);
	*last_out = answers->uids[count_alike(answers, complete) - 1];
	return complete;
}

struct roost_text answers_get(struct answers *answers, size_t kind, uint32_t uid)
{
	while (answers->at < answers->uid_count && answers->uids[answers->at] < uid) {
		answers->at++;
	}
	if (answers->at == answers->uid_count || answers->uids[answers->at] != uid) {
		return TEXT_ABSENT;
	}
	return answers->kinds[kind].found[answers->at];
}

void answers_keep(struct answers *answers, size_t kind, uint32_t uid, struct roost_text answer)
{
	memo_add(answers->kinds[kind].memo, uid, answer);
}

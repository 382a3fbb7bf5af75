/* query.c - what a client searches for, in the terms of backends. */
#include "session/query.h"

#include <time.h>

#include <roost/util.h>

#include "base/text.h"
#include "mime/charset.h"
#include "search/score.h"
#include "session/batch.h"
#include "session/context.h"

/* Keys of a search that may be quick. */
#define FEW_KEYS 16u
/* What the UID sets of one that is kept may take. */
#define KEPT_SETS ((size_t)1024 * 1024)

/* A UID set that a key of the search refers to. */
struct owned_set {
	struct roost_uidset uids;
	const struct sequence_set
		*star; /* the client's, if it is to be looked at again; else NULL */
	struct owned_set *next;
};

void query_clear(struct query *query)
{
	for (struct owned_set *set = query->sets; set != NULL; set = set->next) {
		roost_uidset_clear(&set->uids);
	}
	query->sets = NULL;
}

static bool has_star(const struct sequence_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->ranges[i].first == SEQUENCE_STAR || set->ranges[i].last == SEQUENCE_STAR) {
			return true;
		}
	}
	return false;
}

static int collect(
	const struct view *view, const struct sequence_set *set, struct roost_uidset *uids)
{
	return view_collect(view, set, roost_uidset_last(&view->uids), uids);
}

int query_renew(struct query *query)
{
	int r = 0;

	for (struct owned_set *set = query->sets; r == 0 && set != NULL; set = set->next) {
		r = set->star == NULL ? 0 : collect(query->conn->view, set->star, &set->uids);
	}
	return r;
}

/* The UIDs that a key names. Those of one that is kept need not be there yet. */
static int resolve_key(struct query *query, const struct search_key *key, struct owned_set *owned)
{
	struct view *view = query->conn->view;
	bool uid = key->kind == SEARCH_UID;

	if (!query->is_kept || !uid || key->set.saved) {
		return view_resolve(view, &key->set, uid, true, &owned->uids);
	}
	if (has_star(&key->set)) {
		owned->star = &key->set;
		query->has_star = true;
	}
	return collect(view, &key->set, &owned->uids);
}

static int resolve_set(
	struct query *query, const struct search_key *key, const struct roost_uidset **uids_out)
{
	struct roost_conn *conn = query->conn;
	size_t most = query->is_kept ? KEPT_SETS : conn->limits.command_memory;
	struct owned_set *owned = roost_call_alloc(query->memory, sizeof(*owned));

	if (owned == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	owned->next = query->sets;
	query->sets = owned;
	*uids_out = &owned->uids;
	int r = resolve_key(query, key, owned);
	/* Each of many keys may name all of a mailbox with many gaps. */
	query->sets_size += owned->uids.capacity * sizeof(owned->uids.ranges[0]);
	if (r == 0 && query->sets_size > most) {
		r = roost_call_fail(
			conn->call, ROOST_ERR_LIMIT, "The search names too many messages");
	}
	return r;
}

/* The text of a key in UTF-8. What comes without a charset is taken for UTF-8 too. */
static int convert_text(const struct query *query, struct roost_text text, const char **utf8_out)
{
	struct roost_conn *conn = query->conn;
	struct roost_text charset = query->charset;
	struct buf utf8;
	int r = 0;

	buf_init(&utf8, conn->limits.line * 4 + conn->limits.literal * 4);
	if (charset.bytes == NULL) {
		charset_to_utf8(TEXT("UTF-8"), text, &utf8);
	} else if (!charset_to_utf8_strict(charset, text, &utf8)) {
		r = ROOST_ERR_UNKNOWN_CHARSET;
	}
	if (r == 0) {
		*utf8_out = utf8.failed ? NULL
					: roost_call_strndup(query->memory, utf8.data, utf8.size);
		r = *utf8_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	buf_free(&utf8);
	return r;
}

static enum roost_search_key key_of(enum search_key_kind kind)
{
	static const enum roost_search_key keys[] = {
		[SEARCH_ALL] = ROOST_SEARCH_ALL,
		[SEARCH_AND] = ROOST_SEARCH_AND,
		[SEARCH_OR] = ROOST_SEARCH_OR,
		[SEARCH_NOT] = ROOST_SEARCH_NOT,
		[SEARCH_SEQUENCE] = ROOST_SEARCH_UIDS,
		[SEARCH_UID] = ROOST_SEARCH_UIDS,
		[SEARCH_RECENT] = ROOST_SEARCH_UIDS,
		[SEARCH_FLAG] = ROOST_SEARCH_FLAG,
		[SEARCH_KEYWORD] = ROOST_SEARCH_KEYWORD,
		[SEARCH_HEADER] = ROOST_SEARCH_HEADER,
		[SEARCH_BODY] = ROOST_SEARCH_BODY,
		[SEARCH_TEXT] = ROOST_SEARCH_TEXT,
		[SEARCH_BEFORE] = ROOST_SEARCH_BEFORE,
		[SEARCH_ON] = ROOST_SEARCH_ON,
		[SEARCH_SINCE] = ROOST_SEARCH_SINCE,
		[SEARCH_SENT_BEFORE] = ROOST_SEARCH_SENT_BEFORE,
		[SEARCH_SENT_ON] = ROOST_SEARCH_SENT_ON,
		[SEARCH_SENT_SINCE] = ROOST_SEARCH_SENT_SINCE,
		[SEARCH_LARGER] = ROOST_SEARCH_LARGER,
		[SEARCH_SMALLER] = ROOST_SEARCH_SMALLER,
		[SEARCH_MODSEQ] = ROOST_SEARCH_MODSEQ,
		[SEARCH_OLDER] = ROOST_SEARCH_OLDER,
		[SEARCH_YOUNGER] = ROOST_SEARCH_YOUNGER,
		[SEARCH_SAVED_BEFORE] = ROOST_SEARCH_SAVED_BEFORE,
		[SEARCH_SAVED_ON] = ROOST_SEARCH_SAVED_ON,
		[SEARCH_SAVED_SINCE] = ROOST_SEARCH_SAVED_SINCE,
		[SEARCH_EMAIL_ID] = ROOST_SEARCH_EMAIL_ID,
		[SEARCH_THREAD_ID] = ROOST_SEARCH_THREAD_ID,
	};

	return keys[kind];
}

static bool is_text(const struct search_key *key)
{
	return key->kind == SEARCH_HEADER || key->kind == SEARCH_BODY || key->kind == SEARCH_TEXT;
}

static int convert_words(
	const struct query *query, const struct search_key *key, struct roost_search *search)
{
	int r = 0;

	if (key->header.bytes != NULL) {
		search->header =
			roost_call_strndup(query->memory, key->header.bytes, key->header.size);
		r = search->header == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	if (r == 0 && key->text.bytes != NULL) {
		r = convert_text(query, key->text, &search->text);
	}
	return r;
}

/* The client's key in the terms of backends. The grammar has capped the depth. */
static int convert(
	struct query *query, const struct search_key *key, const struct roost_search **search_out)
{
	struct roost_conn *conn = query->conn;
	struct roost_search *search = roost_call_alloc(query->memory, sizeof(*search));
	const struct roost_search **child = NULL;
	int r = 0;

	if (key->kind == SEARCH_FUZZY) {
		query->fuzzy++;
		r = convert(query, key->children, search_out);
		query->fuzzy--;
		return r;
	}
	if (search == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*search = (struct roost_search) {
		.size = sizeof(*search),
		.key = key_of(key->kind),
		.system_flag = key->system_flag,
		.day = key->day,
		.number = key->number,
		.comparator = conn->comparator,
		.seconds = query->now - (int64_t)key->number, /* of OLDER and YOUNGER */
		.fuzzy = query->fuzzy > 0 && is_text(key),
	};
	*search_out = search;
	if (key->kind == SEARCH_RECENT) {
		search->uids = &conn->view->recent;
	} else if (key->kind == SEARCH_SEQUENCE || key->kind == SEARCH_UID) {
		r = resolve_set(query, key, &search->uids);
	} else {
		r = convert_words(query, key, search);
	}
	child = &search->children;
	for (const struct search_key *k = key->children; r == 0 && k != NULL; k = k->next) {
		r = convert(query, k, child);
		if (r == 0) {
			child = (const struct roost_search **)&((struct roost_search *)*child)
					->next;
		}
	}
	return r;
}

int query_create(struct roost_conn *conn, struct roost_text charset, const struct search_key *key,
	struct query *query)
{
	if (charset.bytes != NULL && !charset_is_known(charset)) {
		return ROOST_ERR_UNKNOWN_CHARSET;
	}
	query->conn = conn;
	query->charset = charset;
	query->memory = conn->call;
	query->now = (int64_t)time(NULL);
	return convert(query, key, &query->search);
}

int query_keep(struct roost_conn *conn, struct roost_call *memory, const struct command *command,
	struct query *query)
{
	query->conn = conn;
	query->charset = command->search.charset;
	query->memory = memory;
	query->is_kept = true;
	return convert(query, command->search.key, &query->search);
}

/* Of the messages that the client knows those that the query names by number or UID. */
static int list_named(const struct query *query, struct roost_uidset *named)
{
	int r = roost_uidset_copy(named, &query->conn->view->uids);

	/* The client's keys are the children of one AND. */
	for (const struct roost_search *key = query->search->children; r == 0 && key != NULL;
		key = key->next) {
		if (key->key == ROOST_SEARCH_UIDS) {
			r = roost_uidset_intersect(named, key->uids);
		}
	}
	return r;
}

/* Search the messages that the client knows; with a limit the newest of those that the query names by number or UID. */
static int run(struct query *query, struct roost_uidset *found)
{
	struct roost_conn *conn = query->conn;
	struct roost_mailbox *mailbox = conn->view->mailbox;
	struct roost_uidset within = ROOST_UIDSET_EMPTY;

	if (conn->limits.messages == 0) {
		return mailbox_search_messages(
			mailbox, conn->call, query->search, &conn->view->uids, found);
	}
	int r = list_named(query, &within);
	if (r == 0) {
		r = batch_limit(conn, &within, &query->limit_code);
		query->lowest = query->limit_code == NULL ? 0 : roost_uidset_first(&within);
	}
	if (r == 0) {
		r = mailbox_search_messages(mailbox, conn->call, query->search, &within, found);
	}
	roost_uidset_clear(&within);
	return r;
}

/* A charset that is not known is told as it is; a text that is not in the charset named is bad. */
enum step query_reply_error(struct roost_conn *conn, const struct query *query, int error)
{
	if (error == ROOST_ERR_UNKNOWN_CHARSET && query->conn == NULL) {
		return reply_no(conn, "BADCHARSET (US-ASCII UTF-8)", "That charset is not known");
	}
	if (error == ROOST_ERR_UNKNOWN_CHARSET) {
		return reply_bad(conn, "The text is not in the charset that was named");
	}
	return reply_error(conn, error);
}

static enum step find(struct roost_conn *conn, struct query *query, struct roost_uidset *found)
{
	const struct search_return *wanted = &conn->command.search.wanted;
	const struct search_key *key = conn->command.search.key;

	if ((wanted->items & SEARCH_RETURN_UPDATE) != 0 && context_has(conn, conn->command.tag)) {
		return reply_bad(
			conn, "That tag is in use: another search with it is kept up to date");
	}
	if (search_key_has(key, SEARCH_MODSEQ) ||
		fetch_item_have(wanted->update_items, FETCH_MODSEQ)) {
		if (conn->view->modseq == 0) {
			return reply_bad(conn, "This mailbox has no mod-sequences");
		}
		conn_use_modseq(conn);
	}
	/* Numbers must mean the same until the end: RFC 7162 section 3.2.10.2. */
	if (search_key_has(key, SEARCH_SEQUENCE)) {
		conn->holding = HOLDS_EXPUNGES;
	}
	int r = query_create(conn, conn->command.search.charset, key, query);
	if (r == 0) {
		r = run(query, found);
	}
	return r < 0 ? query_reply_error(conn, query, r) : STEP_AGAIN;
}

enum step query_find(struct roost_conn *conn, struct query *query, struct roost_uidset *found)
{
	enum step step = find(conn, query, found);
	bool saves = (conn->command.search.wanted.items & SEARCH_RETURN_SAVE) != 0;

	/* A search that fails saves nothing, one that is wrong was none: RFC 5182 section 2.1. */
	if (step != STEP_AGAIN && saves && conn->reply.kind == REPLY_NO) {
		roost_uidset_clear(&conn->view->saved);
	}
	return step;
}

static bool is_of_facts(const struct search_key *key)
{
	switch (key->kind) {
	case SEARCH_HEADER:
	case SEARCH_BODY:
	case SEARCH_TEXT:
	case SEARCH_SENT_BEFORE:
	case SEARCH_SENT_ON:
	case SEARCH_SENT_SINCE:
	case SEARCH_FUZZY:
	case SEARCH_MODSEQ: /* the answer needs more */
		return false;
	default:
		return true;
	}
}

/* `left` are the keys that there may be. */
static bool are_few_facts(const struct search_key *key, unsigned *left)
{
	for (const struct search_key *k = key->children; k != NULL; k = k->next) {
		if (*left == 0 || !is_of_facts(k)) {
			return false;
		}
		(*left)--;
		if (!are_few_facts(k, left)) {
			return false;
		}
	}
	return true;
}

bool query_may_be_quick(const struct command *command)
{
	const unsigned more =
		(unsigned)(SEARCH_RETURN_RELEVANCY | SEARCH_RETURN_CONTEXT | SEARCH_RETURN_UPDATE);
	unsigned left = FEW_KEYS;

	return (command->search.wanted.items & more) == 0 &&
	       are_few_facts(command->search.key, &left);
}

/* -- scores */

struct scoring {
	struct roost_call *call;
	struct scorer *scorer;
	struct relevance *scores;
	uint64_t done, total;
};

static int add_score(void *context, const struct roost_message *message)
{
	struct scoring *scoring = context;

	if (roost_call_cancelled(scoring->call)) {
		return ROOST_ERR_CANCELLED;
	}
	roost_call_progress(scoring->call, ++scoring->done, scoring->total);
	int score = scorer_score(scoring->scorer, message);
	if (score == ROOST_ERR_NO_MEMORY || score == ROOST_ERR_CANCELLED) {
		return score;
	}
	return score > 0 ? relevance_add(scoring->scores, message->uid, score) : 0;
}

bool query_wants_scores(const struct roost_conn *conn)
{
	const struct command *command = &conn->command;

	return (command->search.wanted.items & SEARCH_RETURN_RELEVANCY) != 0 ||
	       (command->kind == COMMAND_SORT &&
		       sort_criteria_have(&command->sort, SORT_RELEVANCY));
}

int query_score(struct roost_conn *conn, const struct query *query,
	const struct roost_uidset *found, struct relevance *scores_out)
{
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = roost_util_match_fields(query->search) };
	struct scoring scoring = {
		.call = conn->call, .scores = scores_out, .total = roost_uidset_size(found)
	};
	int r = scorer_create(conn->call, query->search, &scoring.scorer);

	if (r == 0) {
		r = mailbox_list_messages(
			conn->view->mailbox, conn->call, found, &options, add_score, &scoring);
		scorer_destroy(scoring.scorer);
	}
	return r;
}

/* search.c - searching a mailbox: what its index in memory knows, what search.db rules out, and
 * looking at the rest. RFC 3501 section 6.4.4. */
#include "mailbox.h"

#include <string.h>

#include <roost/util.h>

#include "rows.h"
#include "text_reader.h"

/* Keys that ask search.db; what more there are just looks at all messages. */
#define MAX_ASKED 32
/* Keys inside of keys; what is deeper is left to the library, which refuses it. */
#define MAX_DEPTH (4 * ROOST_MAX_NESTING)
/* So few of the messages are sooner looked at than search.db is asked, which knows of all that the user has: they are what
 * has changed under a search that is kept up to date. */
#define FEW 16

/* Where others wait for it, a search looks so often at a key for a message at most: it takes a quarter of a millisecond. */
#define TRIED 50000u
/* So few candidates are sooner looked at than narrowed down further. */
#define FEW_CANDIDATES 100

enum verdict { NO, YES, UNKNOWN };

/* A key of the search, with what is known about it. In the memory of the call. */
struct key {
	const struct roost_search *search;
	struct key *children, *next;
	bool asked; /* search.db: only `candidates` can match of what it knows whole */
	struct bits candidates; /* emails */
};

struct searching {
	struct mailbox *mailbox;
	struct roost_call *call;
	struct key *root;
	size_t key_count;
	struct key *asked[MAX_ASKED];
	size_t asked_count;
	struct text_cover cover;
	struct roost_uidset found, doubtful;
	struct roost_matcher *matcher;
	uint64_t done, total;
};

static bool is_branch(const struct roost_search *search)
{
	return search->key == ROOST_SEARCH_AND || search->key == ROOST_SEARCH_OR ||
	       search->key == ROOST_SEARCH_NOT;
}

static bool has_text(const struct roost_search *search)
{
	return search->text != NULL && search->text[0] != '\0';
}

static int build(struct searching *searching, const struct roost_search *search, unsigned depth,
	struct key **key_out)
{
	if (depth > MAX_DEPTH) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	struct key *key = roost_call_alloc(searching->call, sizeof(*key));
	if (key == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	key->search = search;
	searching->key_count++;
	struct key **end = &key->children;
	const struct roost_search *child = is_branch(search) ? search->children : NULL;
	for (; child != NULL; child = child->next) {
		int r = build(searching, child, depth + 1, end);
		if (r < 0) {
			return r;
		}
		end = &(*end)->next;
	}
	*key_out = key;
	return 0;
}

/* Whether search.db is of use for the key at all. */
static bool asks_for_text(const struct roost_search *search)
{
	if (search->size >= sizeof(*search) && search->fuzzy) {
		return false; /* what it rules out may be there misspelled */
	}
	return search->key == ROOST_SEARCH_HEADER ||
	       ((search->key == ROOST_SEARCH_BODY || search->key == ROOST_SEARCH_TEXT) &&
		       has_text(search));
}

static void gather_texts(struct searching *searching, struct key *key)
{
	if (asks_for_text(key->search) && searching->asked_count < MAX_ASKED) {
		searching->asked[searching->asked_count++] = key;
	}
	for (struct key *child = key->children; child != NULL; child = child->next) {
		gather_texts(searching, child);
	}
}

/* The candidates for a text, fewer each time. */
static int narrow(struct searching *searching, struct text_index *reader, struct key *key,
	struct roost_text text)
{
	struct roost_text folded;
	struct bits candidates;
	int r = roost_util_search_fold(searching->call, text, &folded);
	if (r == 0) {
		r = local_text_index_find(reader, folded, &candidates);
	}
	if (r != 1) {
		return r;
	}
	if (key->asked) {
		local_bits_intersect(&key->candidates, &candidates);
		local_bits_clear(&candidates);
	} else {
		key->candidates = candidates;
		key->asked = true;
	}
	return 0;
}

/* Names that are told as texts of their own, whatever stands around them. */
static bool is_plain_name(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_";
	return name[0] != '\0' && name[strspn(name, plain)] == '\0';
}

static int ask(struct searching *searching, struct text_index *reader, struct key *key)
{
	const struct roost_search *search = key->search;
	int r = 0;
	if (has_text(search)) {
		r = narrow(searching, reader, key,
			(struct roost_text) { search->text, strlen(search->text) });
	}
	bool few = key->asked && local_bits_count(&key->candidates) <= FEW_CANDIDATES;
	if (r == 0 && !few && search->key == ROOST_SEARCH_HEADER && search->header != NULL &&
		is_plain_name(search->header)) {
		r = narrow(searching, reader, key,
			(struct roost_text) { search->header, strlen(search->header) });
	}
	return r;
}

/* Ask search.db what can be ruled out. That it fails only means that nothing can. */
static int ask_all(struct searching *searching)
{
	struct account *account = searching->mailbox->account;
	struct driver *mail = NULL;
	struct text_index *reader;
	if (searching->asked_count == 0) {
		return 0;
	}
	int r = local_store_begin_op(account, searching->call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, searching->call, &mail);
	if (r == 0 && local_text_reader_take(account, mail, &reader) == 0) {
		r = local_text_index_begin_read(reader, &searching->cover);
		for (size_t i = 0; r == 0 && i < searching->asked_count; i++) {
			r = ask(searching, reader, searching->asked[i]);
		}
		local_text_reader_put(account, reader, r);
		if (r < 0 && r != ROOST_ERR_NO_MEMORY) {
			local_text_cover_clear(&searching->cover);
			r = 0;
		}
	}
	local_account_put_reader(account, mail);
	local_store_end_op(account);
	return r;
}

static int64_t day_of(const struct entry *entry)
{
	int64_t seconds = entry->date + (int64_t)entry->zone * 60;
	return seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
}

static enum verdict judge_flag(const struct roost_search *search, const struct entry *entry)
{
	const struct roost_flags flags = local_keywords_flags(entry->keywords, entry->system);
	if (search->key == ROOST_SEARCH_FLAG) {
		return (flags.system & search->system_flag) != 0;
	}
	return search->text != NULL && roost_flags_has_keyword(&flags, search->text);
}

/* What the index in memory knows about it, and search.db. */
static enum verdict judge_leaf(
	const struct searching *searching, const struct key *key, const struct entry *entry)
{
	const struct roost_search *search = key->search;
	switch (search->key) {
	case ROOST_SEARCH_ALL:
		return YES;
	case ROOST_SEARCH_UIDS:
		return search->uids != NULL && roost_uidset_contains(search->uids, entry->uid);
	case ROOST_SEARCH_FLAG:
	case ROOST_SEARCH_KEYWORD:
		return judge_flag(search, entry);
	case ROOST_SEARCH_BEFORE:
		return day_of(entry) < search->day;
	case ROOST_SEARCH_ON:
		return day_of(entry) == search->day;
	case ROOST_SEARCH_SINCE:
		return day_of(entry) >= search->day;
	case ROOST_SEARCH_LARGER:
		return entry->octets > search->number;
	case ROOST_SEARCH_SMALLER:
		return entry->octets < search->number;
	case ROOST_SEARCH_MODSEQ:
		return entry->modseq >= search->number;
	case ROOST_SEARCH_BODY:
	case ROOST_SEARCH_TEXT:
		if (!has_text(search)) {
			return YES; /* the empty string is in every text */
		}
		break;
	default:
		break;
	}
	bool ruled_out = key->asked && local_bits_has(&searching->cover.whole, entry->email) &&
			 !local_bits_has(&key->candidates, entry->email);
	return ruled_out ? NO : UNKNOWN;
}

static enum verdict judge(
	const struct searching *searching, const struct key *key, const struct entry *entry)
{
	if (!is_branch(key->search)) {
		return judge_leaf(searching, key, entry);
	}
	bool any = key->search->key == ROOST_SEARCH_OR;
	enum verdict decisive = any ? YES : NO, verdict = any ? NO : YES;
	for (const struct key *child = key->children; child != NULL; child = child->next) {
		enum verdict of_child = judge(searching, child, entry);
		if (of_child == decisive) {
			verdict = decisive;
			break;
		}
		verdict = of_child == UNKNOWN ? UNKNOWN : verdict;
	}
	if (key->search->key == ROOST_SEARCH_NOT && verdict != UNKNOWN) {
		return verdict == YES ? NO : YES;
	}
	return verdict;
}

/* Tell the certain from the doubtful. */
static int judge_all(struct searching *searching, const struct roost_uidset *within)
{
	struct mailbox *mailbox = searching->mailbox;
	int r = local_mailbox_lock(mailbox, searching->call);
	if (r < 0) {
		return r;
	}
	const struct index *index = mailbox->index;
	struct cursor cursor = local_cursor_at(index, within, 1);
	size_t position;
	for (size_t i = 0; r == 0 && local_cursor_next(&cursor, index, within, &position); i++) {
		const struct entry *entry = &index->entries.list[position];
		enum verdict verdict = judge(searching, searching->root, entry);
		if (verdict == YES) {
			r = roost_uidset_add(&searching->found, entry->uid);
		} else if (verdict == UNKNOWN) {
			r = roost_uidset_add(&searching->doubtful, entry->uid);
		}
		if (r == 0) {
			r = local_rows_check_cancelled(searching->call, i);
		}
	}
	local_mailbox_unlock(mailbox);
	return r;
}

static int look_at(void *context, const struct roost_message *message)
{
	struct searching *searching = context;
	if (roost_call_cancelled(searching->call)) {
		return ROOST_ERR_CANCELLED;
	}
	roost_call_progress(searching->call, ++searching->done, searching->total);
	int r = roost_matcher_match(searching->matcher, message);
	if (r == ROOST_ERR_NO_MEMORY || r == ROOST_ERR_CANCELLED) {
		return r;
	}
	/* A message that cannot be read does not match, and the others are searched on. */
	return r == 1 ? roost_uidset_add(&searching->found, message->uid) : 0;
}

/* Look at the messages of which the index cannot tell. */
static int look_at_doubtful(struct searching *searching, const struct roost_search *search)
{
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = roost_util_match_fields(search),
	};
	if (searching->doubtful.count == 0) {
		return 0;
	}
	if (!roost_call_may_wait(searching->call)) {
		return ROOST_ERR_WOULD_BLOCK;
	}
	searching->total = roost_uidset_size(&searching->doubtful);
	int r = roost_matcher_create(searching->call, search, &searching->matcher);
	if (r == 0) {
		r = local_fetch_list_messages(&searching->mailbox->base, searching->call,
			&searching->doubtful, &options, look_at, searching);
		roost_matcher_destroy(searching->matcher);
	}
	return r;
}

/* Whether these are few, and not all that there are. */
static int are_few(struct searching *searching, const struct roost_uidset *within, bool *few_out)
{
	uint64_t size = roost_uidset_size(within);
	*few_out = false;
	if (size > FEW) {
		return 0;
	}
	int r = local_mailbox_lock(searching->mailbox, searching->call);
	if (r == 0) {
		*few_out = size < searching->mailbox->index->entries.count;
		local_mailbox_unlock(searching->mailbox);
	}
	return r;
}

static int ask_if_many(struct searching *searching, const struct roost_uidset *within)
{
	bool few;
	gather_texts(searching, searching->root);
	int r = searching->asked_count > 0 ? are_few(searching, within, &few) : 0;
	if (r < 0 || searching->asked_count == 0) {
		return r;
	}
	if (few) {
		searching->asked_count = 0;
	}
	if (searching->asked_count > 0 && !roost_call_may_wait(searching->call)) {
		return ROOST_ERR_WOULD_BLOCK;
	}
	return ask_all(searching);
}

int local_search_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	struct searching searching = { .mailbox = local_mailbox_of(base), .call = call };
	int r = build(&searching, search, 0, &searching.root);
	if (r == 0 && !roost_call_may_wait(call) &&
		roost_uidset_size(within) > TRIED / searching.key_count) {
		r = ROOST_ERR_WOULD_BLOCK; /* it takes long */
	}
	if (r == 0) {
		r = ask_if_many(&searching, within);
	}
	if (r == 0) {
		r = judge_all(&searching, within);
	}
	if (r == 0) {
		r = look_at_doubtful(&searching, search);
	}
	if (r == 0) {
		r = roost_uidset_add_set(uids_out, &searching.found);
	}
	for (size_t i = 0; i < searching.asked_count; i++) {
		local_bits_clear(&searching.asked[i]->candidates);
	}
	local_text_cover_clear(&searching.cover);
	roost_uidset_clear(&searching.found);
	roost_uidset_clear(&searching.doubtful);
	return r;
}

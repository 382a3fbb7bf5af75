/* match.c - whether a message is what a search asks for. RFC 3501 section 6.4.4. */
#include "search/match.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <roost/util.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "search/body.h"
#include "search/collation.h"
#include "search/facts.h"
#include "search/fuzzy.h"
#include "search/header.h"
#include "search/opened.h"
#include "search/scan.h"

/* A search has at most ROOST_MAX_SEARCH_KEYS keys, and few of them are long. */
#define MAX_MEMORY ((size_t)64 * 1024 * 1024)

/* What a key has to look at, the cheapest first. */
enum level {
	LEVEL_FACTS,
	LEVEL_OUTLINE,
	LEVEL_HEADER,
	LEVEL_BODY,
};

enum verdict { NO, YES, UNKNOWN };

struct node {
	const struct roost_search *search;
	struct node *children, *next;
	enum level level;
	enum verdict verdict; /* of the message at hand */
	struct needle needle; /* HEADER, BODY, TEXT */
};

struct matcher {
	struct roost_call *call; /* only to see whether it was cancelled */
	struct arena arena;
	enum roost_comparator comparator;
	struct node *root;
	size_t body_count;
	struct node **body_nodes; /* BODY and TEXT with a text */
	struct needle **needles; /* theirs */
	struct scan scan; /* for these */
	/* The message at hand. */
	const struct roost_message *message;
	struct opened opened;
};

static bool is_branch(const struct roost_search *search)
{
	return search->key == ROOST_SEARCH_AND || search->key == ROOST_SEARCH_OR ||
	       search->key == ROOST_SEARCH_NOT;
}

static bool has_text(const struct roost_search *search)
{
	return search->text != NULL && search->text[0] != 0;
}

static enum level level_of(const struct roost_search *search)
{
	switch (search->key) {
	case ROOST_SEARCH_SENT_BEFORE:
	case ROOST_SEARCH_SENT_ON:
	case ROOST_SEARCH_SENT_SINCE:
		return LEVEL_OUTLINE;
	case ROOST_SEARCH_HEADER:
		return LEVEL_HEADER;
	case ROOST_SEARCH_BODY:
	case ROOST_SEARCH_TEXT:
		/* The empty string is in every text. */
		return has_text(search) ? LEVEL_BODY : LEVEL_FACTS;
	case ROOST_SEARCH_ALL:
	case ROOST_SEARCH_AND:
	case ROOST_SEARCH_OR:
	case ROOST_SEARCH_NOT:
	case ROOST_SEARCH_UIDS:
	case ROOST_SEARCH_FLAG:
	case ROOST_SEARCH_KEYWORD:
	case ROOST_SEARCH_BEFORE:
	case ROOST_SEARCH_ON:
	case ROOST_SEARCH_SINCE:
	case ROOST_SEARCH_LARGER:
	case ROOST_SEARCH_SMALLER:
	case ROOST_SEARCH_MODSEQ:
	case ROOST_SEARCH_OLDER:
	case ROOST_SEARCH_YOUNGER:
	case ROOST_SEARCH_SAVED_BEFORE:
	case ROOST_SEARCH_SAVED_ON:
	case ROOST_SEARCH_SAVED_SINCE:
	case ROOST_SEARCH_EMAIL_ID:
	case ROOST_SEARCH_THREAD_ID:
		break;
	}
	return LEVEL_FACTS;
}

/* A message without a Date field, or with one that cannot be read, was sent on no day: none of the
 * three keys matches it. The internal date does not stand in, as a client that asks for it has
 * BEFORE, ON and SINCE. */
static int sent_matches(struct matcher *matcher, const struct roost_search *search)
{
	struct roost_envelope envelope;
	int r = opened_get(&matcher->opened, matcher->message);
	if (r == 0) {
		r = roost_outline_envelope(&matcher->opened.outline, 0, &envelope);
	}
	if (r < 0) {
		return r;
	}
	if (!envelope.has_sent_date) {
		return NO;
	}
	int64_t day = date_day_of(envelope.sent_date);
	if (search->key == ROOST_SEARCH_SENT_BEFORE) {
		return day < search->day;
	}
	return search->key == ROOST_SEARCH_SENT_ON ? day == search->day : day >= search->day;
}

static bool found_enough(void *context)
{
	const struct needle *needle = context;
	return needle->found;
}

static int header_matches(struct matcher *matcher, struct node *node)
{
	struct needle *needles[] = { &node->needle };
	struct roost_text name = text_from(node->search->header);
	struct scan scan;
	int r = opened_get(&matcher->opened, matcher->message);
	if (r < 0) {
		return r;
	}
	if (!has_text(node->search)) {
		return header_scan_field(matcher->call, opened_content(matcher->message),
			&matcher->opened.outline, name, NULL);
	}
	needle_forget(&node->needle);
	node->needle.wanted = true;
	scan_init(&scan, needles, 1);
	scan.comparator = matcher->comparator;
	scan.enough = found_enough;
	scan.context = &node->needle;
	r = header_scan_field(matcher->call, opened_content(matcher->message),
		&matcher->opened.outline, name, &scan);
	scan_free(&scan);
	return r < 0 ? r : node->needle.found;
}

static int evaluate(struct matcher *matcher, struct node *node, enum level level);

/* A verdict, as far as it is certain, or an error. */
static int evaluate_branch(struct matcher *matcher, struct node *node, enum level level)
{
	bool any = node->search->key == ROOST_SEARCH_OR;
	enum verdict decisive = any ? YES : NO;
	enum verdict verdict = any ? NO : YES;
	for (struct node *child = node->children; child != NULL; child = child->next) {
		int r = evaluate(matcher, child, level);
		if (r < 0 || r == (int)decisive) {
			return r;
		}
		if (r == UNKNOWN) {
			verdict = UNKNOWN;
		}
	}
	return verdict;
}

static int evaluate_leaf(struct matcher *matcher, struct node *node)
{
	switch (node->level) {
	case LEVEL_FACTS:
		return facts_match(node->search, matcher->message);
	case LEVEL_OUTLINE:
		return sent_matches(matcher, node->search);
	case LEVEL_HEADER:
		return header_matches(matcher, node);
	case LEVEL_BODY:
		break;
	}
	return node->needle.found ? YES : UNKNOWN;
}

/* The verdict on a node from what may be looked at up to `level`. Recursion ends with the depth
 * that build() allowed. */
static int evaluate(struct matcher *matcher, struct node *node, enum level level)
{
	if (node->verdict != UNKNOWN || node->level > level) {
		return node->verdict;
	}
	int r;
	if (!is_branch(node->search)) {
		r = evaluate_leaf(matcher, node);
	} else {
		r = evaluate_branch(matcher, node, level);
		if (node->search->key == ROOST_SEARCH_NOT && (r == YES || r == NO)) {
			r = r == YES ? NO : YES;
		}
	}
	if (r >= 0) {
		node->verdict = (enum verdict)r;
	}
	return r;
}

static bool scan_found_enough(void *context)
{
	struct matcher *matcher = context;
	return evaluate(matcher, matcher->root, LEVEL_BODY) != UNKNOWN;
}

/* Look only for what is under nodes without a verdict. */
static void want_needles(struct node *node)
{
	if (node->verdict != UNKNOWN) {
		return;
	}
	node->needle.wanted = node->level == LEVEL_BODY;
	for (struct node *child = node->children; child != NULL; child = child->next) {
		want_needles(child);
	}
}

static void want_only_texts(struct matcher *matcher, bool *body_wanted)
{
	for (size_t i = 0; i < matcher->body_count; i++) {
		struct node *node = matcher->body_nodes[i];
		body_wanted[i] = node->needle.wanted;
		node->needle.wanted &= node->search->key == ROOST_SEARCH_TEXT;
	}
}

static void want_again(struct matcher *matcher, const bool *body_wanted)
{
	for (size_t i = 0; i < matcher->body_count; i++) {
		matcher->body_nodes[i]->needle.wanted = body_wanted[i];
	}
}

/* The message's own header is text, but not body. */
static int scan_own_header(struct matcher *matcher, struct roost_content *content)
{
	struct roost_part part;
	bool *body_wanted = calloc(matcher->body_count, sizeof(*body_wanted));
	int r = body_wanted == NULL ? ROOST_ERR_NO_MEMORY
				    : roost_outline_part(&matcher->opened.outline, 0, &part);
	if (r == 0) {
		want_only_texts(matcher, body_wanted);
		r = header_scan(matcher->call, content, part.header_offset, part.header_size,
			&matcher->scan);
		int end = scan_end(&matcher->scan);
		r = r == 0 ? end : r;
		want_again(matcher, body_wanted);
	}
	free(body_wanted);
	return r;
}

static int scan_message(struct matcher *matcher)
{
	struct roost_content *content = opened_content(matcher->message);
	bool texts = false;
	for (size_t i = 0; i < matcher->body_count; i++) {
		struct node *node = matcher->body_nodes[i];
		needle_forget(&node->needle);
		node->needle.wanted = false;
	}
	want_needles(matcher->root);
	for (size_t i = 0; i < matcher->body_count; i++) {
		struct node *node = matcher->body_nodes[i];
		texts |= node->needle.wanted && node->search->key == ROOST_SEARCH_TEXT;
	}
	if (content == NULL) {
		return ROOST_ERR_CORRUPT;
	}
	int r = opened_get(&matcher->opened, matcher->message);
	matcher->scan.stopped = false;
	if (r == 0 && texts) {
		r = scan_own_header(matcher, content);
	}
	if (r == 0 && !matcher->scan.stopped) {
		r = body_scan(matcher->call, content, &matcher->opened.outline, &matcher->scan);
	}
	int end = scan_end(&matcher->scan);
	r = r == 0 ? end : r;
	for (size_t i = 0; r == 0 && i < matcher->body_count; i++) {
		struct node *node = matcher->body_nodes[i];
		node->verdict = node->needle.found ? YES : NO;
	}
	return r;
}

static void forget_verdicts(struct node *node)
{
	node->verdict = UNKNOWN;
	for (struct node *child = node->children; child != NULL; child = child->next) {
		forget_verdicts(child);
	}
}

int matcher_match(struct matcher *matcher, const struct roost_message *message)
{
	int r = UNKNOWN;
	matcher->message = message;
	forget_verdicts(matcher->root);
	for (size_t i = 0; i < matcher->body_count; i++) {
		needle_forget(&matcher->body_nodes[i]->needle);
	}
	for (int level = LEVEL_FACTS; r == UNKNOWN && level <= LEVEL_HEADER; level++) {
		r = evaluate(matcher, matcher->root, (enum level)level);
	}
	if (r == UNKNOWN) {
		r = scan_message(matcher);
		if (r == 0) {
			r = evaluate(matcher, matcher->root, LEVEL_BODY);
		}
	}
	opened_close(&matcher->opened);
	return r;
}

static int fold_needle(struct matcher *matcher, const char *text, struct needle *needle)
{
	struct roost_text source = text_from(text);
	struct buf folded;
	buf_init(&folded, 64 + 16 * source.size);
	collation_fold(matcher->comparator, source, &folded);
	int r = buf_status(&folded);
	if (r == 0) {
		char *copy = arena_strndup(&matcher->arena, folded.data, folded.size);
		needle->folded = (struct roost_text) { copy, folded.size };
		r = copy == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	buf_free(&folded);
	return r;
}

/* A text without words, which FUZZY cannot look for, is looked for as it is. */
static int make_needle(
	struct matcher *matcher, const struct roost_search *search, struct needle *needle)
{
	int r = 0;
	needle->weight = 100;
	if (fuzzy_is_asked(search)) {
		r = fuzzy_create(&matcher->arena, text_from(search->text), &needle->fuzzy);
	}
	return r < 0 || needle->fuzzy != NULL ? r : fold_needle(matcher, search->text, needle);
}

static int build(struct matcher *matcher, const struct roost_search *search, unsigned depth,
	struct node **node_out)
{
	if (depth > FACTS_MAX_DEPTH) {
		return ROOST_ERR_LIMIT;
	}
	struct node *node = arena_alloc(&matcher->arena, sizeof(*node));
	if (node == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	node->search = search;
	node->level = level_of(search);
	if (node->level >= LEVEL_HEADER && has_text(search)) {
		int r = make_needle(matcher, search, &node->needle);
		if (r < 0) {
			return r;
		}
	}
	matcher->body_count += node->level == LEVEL_BODY;
	struct node **end = &node->children;
	const struct roost_search *child = is_branch(search) ? search->children : NULL;
	for (; child != NULL; child = child->next) {
		int r = build(matcher, child, depth + 1, end);
		if (r < 0) {
			return r;
		}
		end = &(*end)->next;
	}
	*node_out = node;
	return 0;
}

static void gather_body_nodes(struct matcher *matcher, struct node *node)
{
	if (node->level == LEVEL_BODY) {
		matcher->body_nodes[matcher->body_count] = node;
		matcher->needles[matcher->body_count] = &node->needle;
		matcher->body_count++;
	}
	for (struct node *child = node->children; child != NULL; child = child->next) {
		gather_body_nodes(matcher, child);
	}
}

static int prepare(struct matcher *matcher, const struct roost_search *search)
{
	int r = build(matcher, search, 0, &matcher->root);
	size_t count = matcher->body_count;
	if (r == 0 && count > 0) {
		struct arena *arena = &matcher->arena;
		matcher->body_nodes = arena_array(arena, count, sizeof(*matcher->body_nodes));
		matcher->needles = arena_array(arena, count, sizeof(*matcher->needles));
		if (matcher->body_nodes == NULL || matcher->needles == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		matcher->body_count = 0;
		gather_body_nodes(matcher, matcher->root);
	}
	return r;
}

int matcher_create(
	struct roost_call *call, const struct roost_search *search, struct matcher **matcher_out)
{
	struct matcher *matcher = calloc(1, sizeof(*matcher));
	if (matcher == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	matcher->call = call;
	arena_init(&matcher->arena, MAX_MEMORY);
	if (search->size >=
		offsetof(struct roost_search, comparator) + sizeof(search->comparator)) {
		matcher->comparator = search->comparator;
	}
	int r = prepare(matcher, search);
	if (r < 0) {
		arena_reset(&matcher->arena);
		free(matcher);
		return r;
	}
	scan_init(&matcher->scan, matcher->needles, matcher->body_count);
	matcher->scan.enough = scan_found_enough;
	matcher->scan.context = matcher;
	matcher->scan.comparator = matcher->comparator;
	*matcher_out = matcher;
	return 0;
}

void matcher_destroy(struct matcher *matcher)
{
	if (matcher != NULL) {
		scan_free(&matcher->scan);
		arena_reset(&matcher->arena);
		free(matcher);
	}
}

int roost_util_match(struct roost_call *call, const struct roost_search *search,
	const struct roost_message *message)
{
	struct matcher *matcher;
	int r = matcher_create(call, search, &matcher);
	if (r < 0) {
		return r;
	}
	r = matcher_match(matcher, message);
	matcher_destroy(matcher);
	return r;
}

/* A roost_matcher is what this file calls a matcher. */
static struct matcher *matcher_of(struct roost_matcher *matcher)
{
	return (struct matcher *)(void *)matcher;
}

int roost_matcher_create(struct roost_call *call, const struct roost_search *search,
	struct roost_matcher **matcher_out)
{
	struct matcher *matcher;
	int r = matcher_create(call, search, &matcher);
	if (r == 0) {
		*matcher_out = (struct roost_matcher *)(void *)matcher;
	}
	return r;
}

int roost_matcher_match(struct roost_matcher *matcher, const struct roost_message *message)
{
	return matcher_match(matcher_of(matcher), message);
}

void roost_matcher_destroy(struct roost_matcher *matcher)
{
	matcher_destroy(matcher_of(matcher));
}

/* score.c - how well messages fit a search with FUZZY. */
#include "search/score.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "search/body.h"
#include "search/facts.h"
#include "search/fuzzy.h"
#include "search/header.h"
#include "search/opened.h"
#include "search/scan.h"

#define MAX_MEMORY ((size_t)64 * 1024 * 1024)

/* Percent. */
enum weight {
	WEIGHT_SUBJECT = 100,
	WEIGHT_HEADER = 75,
	WEIGHT_BODY = 50,
	WEIGHT_BODY_KEY = 100, /* where the body is all that is looked at */
};

struct node {
	const struct roost_search *search;
	struct node *children, *next;
	struct needle needle; /* `fuzzy` is NULL when it does not count */
};

struct scorer {
	struct roost_call *call;
	struct arena arena;
	struct node *root;
	struct node **nodes; /* BODY and TEXT that count */
	struct needle **needles; /* theirs */
	size_t count;
};

static int build(struct scorer *scorer, const struct roost_search *search, unsigned depth,
	struct node **node_out)
{
	if (depth > FACTS_MAX_DEPTH) {
		return ROOST_ERR_LIMIT;
	}
	struct node *node = arena_alloc(&scorer->arena, sizeof(*node));
	if (node == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	node->search = search;
	if (fuzzy_is_asked(search)) {
		int r = fuzzy_create(&scorer->arena, text_from(search->text), &node->needle.fuzzy);
		if (r < 0) {
			return r;
		}
		scorer->count += node->needle.fuzzy != NULL && search->key != ROOST_SEARCH_HEADER;
	}
	struct node **end = &node->children;
	bool counts = search->key == ROOST_SEARCH_AND || search->key == ROOST_SEARCH_OR;
	const struct roost_search *child = counts ? search->children : NULL;
	for (; child != NULL; child = child->next) {
		int r = build(scorer, child, depth + 1, end);
		if (r < 0) {
			return r;
		}
		end = &(*end)->next;
	}
	*node_out = node;
	return 0;
}

static void gather(struct scorer *scorer, struct node *node)
{
	if (node->needle.fuzzy != NULL && node->search->key != ROOST_SEARCH_HEADER) {
		scorer->nodes[scorer->count] = node;
		scorer->needles[scorer->count] = &node->needle;
		scorer->count++;
	}
	for (struct node *child = node->children; child != NULL; child = child->next) {
		gather(scorer, child);
	}
}

static int prepare(struct scorer *scorer, const struct roost_search *search)
{
	int r = build(scorer, search, 0, &scorer->root);
	if (r < 0 || scorer->count == 0) {
		return r;
	}
	scorer->nodes = arena_array(&scorer->arena, scorer->count, sizeof(struct node *));
	scorer->needles = arena_array(&scorer->arena, scorer->count, sizeof(struct needle *));
	if (scorer->nodes == NULL || scorer->needles == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	scorer->count = 0;
	gather(scorer, scorer->root);
	return 0;
}

int scorer_create(
	struct roost_call *call, const struct roost_search *search, struct scorer **scorer_out)
{
	struct scorer *scorer = calloc(1, sizeof(*scorer));
	if (scorer == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	scorer->call = call;
	arena_init(&scorer->arena, MAX_MEMORY);
	int r = prepare(scorer, search);
	if (r < 0) {
		scorer_destroy(scorer);
		return r;
	}
	*scorer_out = scorer;
	return 0;
}

void scorer_destroy(struct scorer *scorer)
{
	if (scorer != NULL) {
		arena_reset(&scorer->arena);
		free(scorer);
	}
}

/* -- looking */

static void weigh(struct scorer *scorer, enum weight text, bool body)
{
	for (size_t i = 0; i < scorer->count; i++) {
		struct node *node = scorer->nodes[i];
		bool is_text = node->search->key == ROOST_SEARCH_TEXT;
		node->needle.wanted = is_text || body;
		node->needle.weight = is_text ? text : WEIGHT_BODY_KEY;
	}
}

static int look_for_texts(
	struct scorer *scorer, struct opened *opened, struct roost_content *content)
{
	struct roost_part part;
	struct scan scan;
	if (scorer->count == 0) {
		return 0;
	}
	int r = roost_outline_part(&opened->outline, 0, &part);
	scan_init(&scan, scorer->needles, scorer->count);
	weigh(scorer, WEIGHT_SUBJECT, false);
	if (r == 0) {
		r = header_scan_field(
			scorer->call, content, &opened->outline, TEXT("subject"), &scan);
	}
	weigh(scorer, WEIGHT_HEADER, false);
	if (r >= 0) {
		r = header_scan(scorer->call, content, part.header_offset, part.header_size, &scan);
		(void)scan_end(&scan); /* keeps no text, so that no memory can be out */
	}
	weigh(scorer, WEIGHT_BODY, true);
	if (r == 0) {
		r = body_scan(scorer->call, content, &opened->outline, &scan);
	}
	scan_free(&scan);
	return r;
}

static int look_for_fields(struct scorer *scorer, struct node *node, struct opened *opened,
	struct roost_content *content)
{
	int r = 0;
	if (node->needle.fuzzy != NULL && node->search->key == ROOST_SEARCH_HEADER) {
		struct needle *needles[] = { &node->needle };
		struct scan scan;
		node->needle.wanted = true;
		node->needle.weight = 100;
		scan_init(&scan, needles, 1);
		r = header_scan_field(scorer->call, content, &opened->outline,
			text_from(node->search->header), &scan);
		scan_free(&scan);
	}
	for (struct node *child = node->children; r >= 0 && child != NULL; child = child->next) {
		r = look_for_fields(scorer, child, opened, content);
	}
	return r < 0 ? r : 0;
}

static void forget(struct node *node)
{
	needle_forget(&node->needle);
	for (struct node *child = node->children; child != NULL; child = child->next) {
		forget(child);
	}
}

/* 0 when nothing in it counts, or nothing of that was found. */
static unsigned sum_up(const struct node *node)
{
	unsigned best = 0, sum = 0, count = 0;
	if (node->needle.fuzzy != NULL) {
		return fuzzy_score(node->needle.fuzzy);
	}
	for (const struct node *child = node->children; child != NULL; child = child->next) {
		unsigned score = sum_up(child);
		best = score > best ? score : best;
		sum += score;
		count += score > 0;
	}
	return node->search->key == ROOST_SEARCH_OR || count == 0 ? best : sum / count;
}

static bool has_fuzzy(const struct node *node)
{
	bool has = node->needle.fuzzy != NULL;
	for (const struct node *child = node->children; !has && child != NULL;
		child = child->next) {
		has = has_fuzzy(child);
	}
	return has;
}

int scorer_score(struct scorer *scorer, const struct roost_message *message)
{
	struct roost_content *content = opened_content(message);
	struct opened opened = { .known = false };
	if (!has_fuzzy(scorer->root)) {
		return 100;
	}
	forget(scorer->root);
	int r = opened_get(&opened, message);
	if (r == 0) {
		r = look_for_fields(scorer, scorer->root, &opened, content);
	}
	if (r == 0 && content != NULL) {
		r = look_for_texts(scorer, &opened, content);
	}
	opened_close(&opened);
	unsigned score = r == 0 ? sum_up(scorer->root) : 0;
	return r < 0 ? r : score > 0 ? (int)score : 1;
}

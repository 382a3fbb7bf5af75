/* check_search.c - cases about search_messages: its answers are those of a plain scan. */
#include "families.h"

#include <stdio.h>
#include <stdlib.h>

#include <roost/util.h>

#include "expect.h"
#include "step.h"

#define INTERNAL_DAY 11574 /* of the samples' first internal date */
#define SENT_DAY 8803 /* of the samples' first Date field */

static const struct roost_search leaves[] = {
	{ .key = ROOST_SEARCH_ALL },
	{ .key = ROOST_SEARCH_AND },
	{ .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_SEEN },
	{ .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_ANSWERED },
	{ .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_FLAGGED },
	{ .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_DELETED },
	{ .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_DRAFT },
	{ .key = ROOST_SEARCH_KEYWORD, .text = "Work" },
	{ .key = ROOST_SEARCH_KEYWORD, .text = "wORK" },
	{ .key = ROOST_SEARCH_KEYWORD, .text = "$forwarded" },
	{ .key = ROOST_SEARCH_KEYWORD, .text = "NoSuch" },
	{ .key = ROOST_SEARCH_HEADER, .header = "Subject", .text = "lunch" },
	{ .key = ROOST_SEARCH_HEADER, .header = "subject", .text = "LUNCH" },
	{ .key = ROOST_SEARCH_HEADER, .header = "Subject", .text = "gr\xc3\xbc\xc3\x9f" },
	{ .key = ROOST_SEARCH_HEADER, .header = "From", .text = "j\xc3\xbcrgen" },
	{ .key = ROOST_SEARCH_HEADER, .header = "From", .text = "example.org" },
	{ .key = ROOST_SEARCH_HEADER, .header = "X-Empty", .text = "" },
	{ .key = ROOST_SEARCH_HEADER, .header = "X-Missing", .text = "" },
	{ .key = ROOST_SEARCH_HEADER, .header = "Keywords", .text = "apple, pear" },
	{ .key = ROOST_SEARCH_BODY, .text = "lunch" },
	{ .key = ROOST_SEARCH_BODY, .text = "marmalade" },
	{ .key = ROOST_SEARCH_BODY, .text = "caf\xc3\xa9" },
	{ .key = ROOST_SEARCH_BODY, .text = "pear" },
	{ .key = ROOST_SEARCH_BODY, .text = "" },
	{ .key = ROOST_SEARCH_TEXT, .text = "lunch" },
	{ .key = ROOST_SEARCH_TEXT, .text = "k\xc3\xb6ln" },
	{ .key = ROOST_SEARCH_TEXT, .text = "p" },
	{ .key = ROOST_SEARCH_TEXT, .text = "no message has this text" },
	{ .key = ROOST_SEARCH_BEFORE, .day = INTERNAL_DAY + 1 },
	{ .key = ROOST_SEARCH_ON, .day = INTERNAL_DAY },
	{ .key = ROOST_SEARCH_ON, .day = INTERNAL_DAY + 2 },
	{ .key = ROOST_SEARCH_SINCE, .day = INTERNAL_DAY + 3 },
	{ .key = ROOST_SEARCH_SENT_BEFORE, .day = SENT_DAY + 1 },
	{ .key = ROOST_SEARCH_SENT_ON, .day = SENT_DAY },
	{ .key = ROOST_SEARCH_SENT_SINCE, .day = SENT_DAY + 1 },
	{ .key = ROOST_SEARCH_LARGER, .number = 0 },
	{ .key = ROOST_SEARCH_LARGER, .number = 100 },
	{ .key = ROOST_SEARCH_SMALLER, .number = 100 },
	{ .key = ROOST_SEARCH_SMALLER, .number = 1 },
	{ .key = ROOST_SEARCH_UIDS },
	{ .key = ROOST_SEARCH_MODSEQ, .number = 1 },
	{ .key = ROOST_SEARCH_MODSEQ, .number = UINT64_MAX },
};
#define LEAVES (sizeof(leaves) / sizeof(leaves[0]))

/* INBOX with the samples. */
struct library {
	struct check *c;
	struct roost_mailbox *inbox;
	struct step_messages *messages;
	const struct roost_uidset *all;
	const struct roost_uidset *some; /* every other message, and one that is not there */
	uint32_t random;
};

static bool prepare(struct check *c, struct library *library)
{
	struct mail mails[MAIL_SAMPLES];
	mail_samples(mails);
	library->c = c;
	library->random = 7;
	library->inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = library->inbox == NULL ? NULL
						      : step_append(c, __LINE__, library->inbox,
								mails, MAIL_SAMPLES);
	library->messages =
		uids == NULL ? NULL : step_list(c, __LINE__, library->inbox, NULL, 0x1ff);
	uint32_t some[MAIL_SAMPLES / 2 + 1];
	for (size_t i = 0; uids != NULL && i < MAIL_SAMPLES / 2; i++) {
		some[i] = uids[i * 2];
	}
	some[MAIL_SAMPLES / 2] = uids == NULL ? 1 : uids[MAIL_SAMPLES - 1] + 3;
	library->all = step_everything(c);
	library->some = step_set(c, some, MAIL_SAMPLES / 2 + 1);
	if (library->messages == NULL || library->all == NULL || library->some == NULL) {
		return false;
	}
	for (struct step_message *m = library->messages->first; m != NULL; m = m->next) {
		void *outline = NULL;
		size_t size = 0;
		if (m->facts.outline == NULL) {
			int r = roost_outline_create(m->facts.content, &outline, &size);
			if (!expect_ok(c, __LINE__, r, "making an outline") ||
				!fixture_own(c, outline, free, false)) {
				return false;
			}
			m->facts.outline = outline;
			m->facts.outline_size = size;
		}
	}
	return true;
}

static struct roost_search *copy_node(struct library *library, const struct roost_search *node)
{
	struct roost_search *copy = fixture_alloc(library->c, sizeof(*copy));
	if (copy != NULL) {
		*copy = *node;
		copy->size = sizeof(*copy);
		copy->next = NULL;
		if (copy->key == ROOST_SEARCH_UIDS) {
			copy->uids = library->some;
		}
		if (copy->key == ROOST_SEARCH_MODSEQ && (library->c->have & NEED_MODSEQ) == 0) {
			copy->key = ROOST_SEARCH_ALL;
		}
	}
	return copy;
}

/* A tree of at most `depth` levels; NULL without memory. */
static struct roost_search *grow(struct library *library, unsigned depth)
{
	uint32_t choice = mail_random(&library->random);
	if (depth == 0 || choice % 4 == 0) {
		return copy_node(library, &leaves[mail_random(&library->random) % LEAVES]);
	}
	static const enum roost_search_key keys[] = { ROOST_SEARCH_AND, ROOST_SEARCH_OR,
		ROOST_SEARCH_NOT, ROOST_SEARCH_NOT };
	struct roost_search node = { .key = keys[choice / 4 % 4] };
	unsigned count = node.key == ROOST_SEARCH_NOT ? 1 : 1 + mail_random(&library->random) % 3;
	for (unsigned i = 0; i < count; i++) {
		struct roost_search *child = grow(library, depth - 1);
		if (child == NULL) {
			return NULL;
		}
		child->next = node.children;
		node.children = child;
	}
	return copy_node(library, &node);
}

/* What a plain scan finds. */
static struct roost_uidset *scan(struct library *library, const struct roost_search *search,
	const struct roost_uidset *within)
{
	struct check *c = library->c;
	struct roost_uidset *found = step_set(c, NULL, 0);
	for (const struct step_message *m = library->messages->first; found != NULL && m != NULL;
		m = m->next) {
		if (!roost_uidset_contains(within, m->facts.uid)) {
			continue;
		}
		int r = roost_util_match(c->call, search, &m->facts);
		if (r == 1) {
			r = roost_uidset_add(found, m->facts.uid);
		}
		if (!expect_ok(c, __LINE__, r, "roost_util_match")) {
			return NULL;
		}
	}
	return found;
}

/* Compare one search; a backend may leave it to the library. `asked` counts those answered. */
static bool compare(struct library *library, const struct roost_search *search,
	const struct roost_uidset *within, const char *what, unsigned *asked)
{
	struct check *c = library->c;
	struct roost_uidset *got = step_set(c, NULL, 0);
	const struct roost_uidset *want = scan(library, search, within);
	if (got == NULL || want == NULL) {
		return false;
	}
	int r = library->inbox->ops->search_messages(library->inbox, c->call, search, within, got);
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		return expect_equal(c, __LINE__, roost_uidset_size(got), 0,
			"UIDs of a search that is not supported");
	}
	(*asked)++;
	return expect_ok(c, __LINE__, r, what) && expect_set(c, __LINE__, got, want, what);
}

static void skip_unless(struct check *c, unsigned asked)
{
	if (asked == 0) {
		fixture_skip(c, "the backend leaves all searches to the library");
	}
}

static void each_key(struct check *c)
{
	struct library library;
	unsigned asked = 0;
	if (!prepare(c, &library)) {
		return;
	}
	for (size_t i = 0; i < LEAVES; i++) {
		struct roost_search *leaf = copy_node(&library, &leaves[i]);
		struct roost_search *not =
			copy_node(&library, &(struct roost_search) { .key = ROOST_SEARCH_NOT });
		if (leaf == NULL || not == NULL) {
			return;
		}
		not ->children = leaf;
		char what[100];
		(void)snprintf(what, sizeof(what), "search for leaf %zu: key %d, \"%.40s\"", i,
			(int)leaf->key, leaf->text == NULL ? "" : leaf->text);
		if (!compare(&library, leaf, library.all, what, &asked) ||
			!compare(&library, not, library.all, what, &asked) ||
			!compare(&library, leaf, library.some, what, &asked)) {
			return;
		}
	}
	skip_unless(c, asked);
}

static void random_trees(struct check *c)
{
	struct library library;
	unsigned asked = 0;
	if (!prepare(c, &library)) {
		return;
	}
	for (unsigned i = 0; i < 300; i++) {
		const struct roost_search *search = grow(&library, 1 + i % 4);
		char what[40];
		(void)snprintf(what, sizeof(what), "random search %u", i);
		if (search == NULL ||
			!compare(&library, search, i % 3 == 0 ? library.some : library.all, what,
				&asked)) {
			return;
		}
	}
	skip_unless(c, asked);
}

static void adds_to_set(struct check *c)
{
	struct library library;
	struct roost_search all = { .size = sizeof(all), .key = ROOST_SEARCH_ALL };
	if (!prepare(c, &library)) {
		return;
	}
	struct roost_uidset *got = step_one(c, UINT32_MAX);
	struct roost_uidset *want = step_one(c, UINT32_MAX);
	const struct roost_uidset *there = scan(&library, &all, library.all);
	if (got == NULL || want == NULL || there == NULL ||
		roost_uidset_add_set(want, there) != 0) {
		return;
	}
	int r = library.inbox->ops->search_messages(library.inbox, c->call, &all, library.all, got);
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		fixture_skip(c, "the backend leaves this search to the library");
	} else if (expect_ok(c, __LINE__, r, "search_messages")) {
		(void)expect_set(c, __LINE__, got, want, "the set that results were added to");
	}
}

static void after_changes(struct check *c)
{
	struct library library;
	unsigned asked = 0;
	if (!prepare(c, &library)) {
		return;
	}
	uint32_t first = library.messages->first->facts.uid;
	if (!step_store(c, __LINE__, library.inbox, library.some, ROOST_FLAGS_SET,
		    "\\Answered Fresh") ||
		!step_remove(c, __LINE__, library.inbox, step_one(c, first)) ||
		step_append_flagged(c, __LINE__, library.inbox, 1, "fresh") == 0) {
		return;
	}
	library.messages = step_list(c, __LINE__, library.inbox, NULL, 0x1ff);
	static const struct roost_search changed[] = {
		{ .size = sizeof(changed[0]), .key = ROOST_SEARCH_KEYWORD, .text = "FRESH" },
		{ .size = sizeof(changed[0]),
			.key = ROOST_SEARCH_FLAG,
			.system_flag = ROOST_FLAG_ANSWERED },
		{ .size = sizeof(changed[0]), .key = ROOST_SEARCH_TEXT, .text = "message 1" },
		{ .size = sizeof(changed[0]), .key = ROOST_SEARCH_ALL },
	};
	for (size_t i = 0; i < 4 && library.messages != NULL; i++) {
		if (!compare(&library, &changed[i], library.all, "search after changes", &asked)) {
			return;
		}
	}
	skip_unless(c, asked);
}

static const struct check_case cases[] = {
	{ "search/each key equals a plain scan", NEED_SEARCH | NEED_APPEND, each_key },
	{ "search/random trees equal a plain scan", NEED_SEARCH | NEED_APPEND, random_trees },
	{ "search/adds to the set given", NEED_SEARCH | NEED_APPEND, adds_to_set },
	{ "search/after changes", NEED_SEARCH | NEED_EXPUNGED, after_changes },
};

const struct check_family check_search = { "check_search.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

/* scan.c - a text that comes in pieces, whatever its case. */
#include "search/scan.h"

#include <stdint.h>
#include <string.h>

#include <roost/error.h>

#include "search/collation.h"
#include "search/fuzzy.h"

#define LOOK_AT ((size_t)32 * 1024) /* bytes gathered before they are looked at */

void needle_forget(struct needle *needle)
{
	needle->found = false;
	if (needle->fuzzy != NULL) {
		fuzzy_forget(needle->fuzzy);
	}
}

void scan_init(struct scan *scan, struct needle **needles, size_t needle_count)
{
	*scan = (struct scan) { .needles = needles, .needle_count = needle_count };
	for (size_t i = 0; i < needle_count; i++) {
		if (needles[i]->fuzzy != NULL) {
			scan->has_fuzzy = true;
			continue;
		}
		scan->has_exact = true;
		if (needles[i]->folded.size - 1 > scan->overlap) {
			scan->overlap = needles[i]->folded.size - 1;
		}
	}
	/* What is fed is cut in pieces of bounded size by who reads it. */
	buf_init(&scan->window, SIZE_MAX / 4);
}

void scan_init_sink(struct scan *scan, scan_sink_fn sink, void *context)
{
	*scan = (struct scan) { .sink = sink, .context = context };
	buf_init(&scan->window, SIZE_MAX / 4);
}

void scan_free(struct scan *scan)
{
	buf_free(&scan->window);
}

static void see_word(void *context, const struct word *word)
{
	struct scan *scan = context;
	bool news = false;
	for (size_t i = 0; i < scan->needle_count; i++) {
		struct needle *needle = scan->needles[i];
		if (needle->fuzzy != NULL && needle->wanted &&
			fuzzy_see(needle->fuzzy, word, needle->weight)) {
			news = news || !needle->found;
			needle->found = true;
		}
	}
	if (news && scan->enough != NULL && scan->enough(scan->context)) {
		scan->stopped = true;
	}
}

static void look(struct scan *scan)
{
	bool news = false;
	for (size_t i = 0; i < scan->needle_count; i++) {
		struct needle *needle = scan->needles[i];
		if (needle->fuzzy == NULL && needle->wanted && !needle->found &&
			needle->folded.size <= scan->window.size &&
			memmem(scan->window.data, scan->window.size, needle->folded.bytes,
				needle->folded.size) != NULL) {
			needle->found = true;
			news = true;
		}
	}
	if (news && scan->enough != NULL && scan->enough(scan->context)) {
		scan->stopped = true;
	}
}

static void hand_on(struct scan *scan, bool last)
{
	bool empty = scan->window.size == 0;
	struct roost_text piece = { empty ? "" : scan->window.data, scan->window.size };
	scan->result = scan->sink(scan->context, piece, last);
	scan->stopped = scan->result != 0;
	buf_reset(&scan->window);
}

void scan_feed(struct scan *scan, struct roost_text utf8)
{
	if (scan->stopped || scan->window.failed) {
		return;
	}
	if (scan->has_fuzzy) {
		scan->words.tell = see_word;
		scan->words.context = scan; /* it may have moved */
		words_feed(&scan->words, utf8);
	}
	if (!scan->has_exact && scan->sink == NULL) {
		return;
	}
	collation_fold(scan->comparator, utf8, &scan->window);
	/* Looking again at the overlap must not cost more than looking at what is new. */
	if (scan->window.failed || scan->window.size < LOOK_AT + 2 * scan->overlap) {
		return;
	}
	if (scan->sink != NULL) {
		hand_on(scan, false);
		return;
	}
	look(scan);
	memmove(scan->window.data, scan->window.data + scan->window.size - scan->overlap,
		scan->overlap);
	scan->window.size = scan->overlap;
}

int scan_end(struct scan *scan)
{
	int r = buf_status(&scan->window);
	if (scan->has_fuzzy && scan->words.tell != NULL) {
		words_end(&scan->words);
	}
	if (r == 0 && !scan->stopped) {
		if (scan->sink != NULL) {
			hand_on(scan, true);
		} else if (scan->window.size > 0) {
			look(scan);
		}
	}
	buf_reset(&scan->window);
	return r == 0 && scan->result < 0 ? scan->result : r;
}

/* words.h - the words of a text that comes in pieces, for FUZZY: without case, without marks. */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

/* A longer run of letters is told in pieces that share WORD_SHARED characters. */
#define WORD_MAX 64
#define WORD_SHARED 31

/* Letters and digits with nothing else between them: decomposed with compatibility, case folded,
 * diacritics and other marks taken off. */
struct word {
	uint32_t characters[WORD_MAX];
	size_t size; /* characters */
	uint64_t letters; /* a bit for each character, by its low six bits */
};

typedef void (*word_fn)(void *context, const struct word *word);

struct words {
	struct word word; /* not at its end yet */
	word_fn tell;
	void *context;
};

/* The next piece of the text, in whole characters. */
void words_feed(struct words *words, struct roost_text utf8);
/* The text is over: what was gathered is a word. */
void words_end(struct words *words);

#endif

/* fuzzy.c - a text that is looked for word by word, misspelled or not. */
#include "search/fuzzy.h"

#include <string.h>

#include <roost/error.h>

#define MAX_WORDS 16
#define MAX_WORD (WORD_SHARED + 1) /* so that pieces of longer words have it whole */
#define MIN_STEM 5
#define MAX_ENDING 3
#define MAX_ERRORS 2

enum quality {
	QUALITY_EQUAL = 100,
	QUALITY_STARTS = 85,
	QUALITY_CONTAINS = 70,
	QUALITY_ONE_ERROR = 60,
	QUALITY_STEM = 55,
	QUALITY_TWO_ERRORS = 40,
};

struct fuzzy {
	struct word words[MAX_WORDS];
	unsigned best[MAX_WORDS]; /* quality and weight; 0: not found */
	size_t count;
	size_t missing; /* words with 0 */
};

/* -- one word in another */

static bool same(const uint32_t *a, const uint32_t *b, size_t n)
{
	return memcmp(a, b, n * sizeof(*a)) == 0;
}

static bool contains(const struct word *word, const struct word *wanted)
{
	for (size_t i = 1; i + wanted->size <= word->size; i++) {
		if (same(word->characters + i, wanted->characters, wanted->size)) {
			return true;
		}
	}
	return false;
}

static bool has_same_stem(const struct word *word, const struct word *wanted)
{
	size_t n = 0;

	while (n < word->size && n < wanted->size && word->characters[n] == wanted->characters[n]) {
		n++;
	}
	return n >= MIN_STEM && word->size - n <= MAX_ENDING && wanted->size - n <= MAX_ENDING;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Typing errors that make one of the other, of words that are about as long as each other. */
static unsigned count_errors(const struct word *a, const struct word *b)
{
	unsigned rows[3][MAX_WORD + 1]; /* the row at hand, the one before, the one before that */

	for (size_t j = 0; j <= b->size; j++) {
		rows[0][j] = (unsigned)j;
	}
	for (size_t i = 1; i <= a->size; i++) {
		unsigned *row = rows[i % 3], *before = rows[(i + 2) % 3],
			 *second = rows[(i + 1) % 3];
		unsigned lowest = row[0] = (unsigned)i;
		for (size_t j = 1; j <= b->size; j++) {
			uint32_t x = a->characters[i - 1], y = b->characters[j - 1];
			row[j] = least(least(before[j], row[j - 1]) + 1, before[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == b->characters[j - 2] &&
				y == a->characters[i - 2]) {
				row[j] = least(row[j], second[j - 2] + 1);
			}
			lowest = least(lowest, row[j]);
		}
		if (lowest > MAX_ERRORS) {
			return lowest;
		}
	}
	return rows[a->size % 3][b->size];
}

/* Each error changes at most two bits, one that goes and one that comes. */
static bool may_have_errors(const struct word *word, const struct word *wanted, unsigned errors)
{
	size_t difference =
		word->size > wanted->size ? word->size - wanted->size : wanted->size - word->size;
	unsigned bits = (unsigned)__builtin_popcountll(word->letters ^ wanted->letters);

	return difference <= errors && bits <= 2 * errors;
}

static unsigned judge_errors(const struct word *word, const struct word *wanted)
{
	unsigned allowed = wanted->size >= 8 ? 2 : wanted->size >= 4 ? 1 : 0;

	if (allowed == 0 || !may_have_errors(word, wanted, allowed)) {
		return 0;
	}
	unsigned errors = count_errors(word, wanted);
	if (errors > allowed) {
		return 0;
	}
	return errors <= 1 ? QUALITY_ONE_ERROR : QUALITY_TWO_ERRORS;
}

static unsigned judge(const struct word *word, const struct word *wanted)
{
	bool has_letters = (wanted->letters & ~word->letters) == 0 && word->size >= wanted->size;

	if (has_letters && same(word->characters, wanted->characters, wanted->size)) {
		return word->size == wanted->size ? QUALITY_EQUAL : QUALITY_STARTS;
	}
	if (has_letters && contains(word, wanted)) {
		return QUALITY_CONTAINS;
	}
	unsigned quality = judge_errors(word, wanted);
	return quality < QUALITY_STEM && has_same_stem(word, wanted) ? QUALITY_STEM : quality;
}

/* -- all of them */

static bool has(const struct fuzzy *fuzzy, const struct word *word)
{
	for (size_t i = 0; i < fuzzy->count; i++) {
		const struct word *known = &fuzzy->words[i];
		if (known->size == word->size &&
			same(known->characters, word->characters, word->size)) {
			return true;
		}
	}
	return false;
}

static void gather(void *context, const struct word *word)
{
	struct fuzzy *fuzzy = context;
	struct word cut = { .size = word->size < MAX_WORD ? word->size : MAX_WORD };

	for (size_t i = 0; i < cut.size; i++) {
		cut.characters[i] = word->characters[i];
		cut.letters |= UINT64_C(1) << (word->characters[i] & 63);
	}
	if (fuzzy->count < MAX_WORDS && !has(fuzzy, &cut)) {
		fuzzy->words[fuzzy->count++] = cut;
	}
}

bool fuzzy_is_asked(const struct roost_search *search)
{
	/* Who was compiled before there was FUZZY does not have it. */
	return search->size >= offsetof(struct roost_search, fuzzy) + sizeof(search->fuzzy) &&
	       search->fuzzy && search->text != NULL && search->text[0] != 0 &&
	       (search->key == ROOST_SEARCH_HEADER || search->key == ROOST_SEARCH_BODY ||
		       search->key == ROOST_SEARCH_TEXT);
}

int fuzzy_create(struct arena *arena, struct roost_text utf8, struct fuzzy **fuzzy_out)
{
	struct fuzzy *fuzzy = arena_alloc(arena, sizeof(*fuzzy));
	struct words words = { .tell = gather, .context = fuzzy };

	if (fuzzy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	words_feed(&words, utf8);
	words_end(&words);
	fuzzy_forget(fuzzy);
	*fuzzy_out = fuzzy->count > 0 ? fuzzy : NULL;
	return 0;
}

void fuzzy_forget(struct fuzzy *fuzzy)
{
	memset(fuzzy->best, 0, sizeof(fuzzy->best));
	fuzzy->missing = fuzzy->count;
}

bool fuzzy_see(struct fuzzy *fuzzy, const struct word *word, unsigned weight)
{
	for (size_t i = 0; i < fuzzy->count; i++) {
		if (fuzzy->best[i] >= weight) {
			continue; /* it cannot get better here */
		}
		unsigned quality = judge(word, &fuzzy->words[i]);
		unsigned counts = (quality * weight + 99) / 100;
		fuzzy->missing -= fuzzy->best[i] == 0 && counts > 0;
		fuzzy->best[i] = counts > fuzzy->best[i] ? counts : fuzzy->best[i];
	}
	return fuzzy->missing == 0;
}

unsigned fuzzy_score(const struct fuzzy *fuzzy)
{
	unsigned sum = 0;

	for (size_t i = 0; i < fuzzy->count; i++) {
		sum += fuzzy->best[i];
	}
	return sum / (unsigned)fuzzy->count;
}

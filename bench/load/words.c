/* words.c - made-up words and chance that is the same in every run. */
#include "words.h"

#include <string.h>

enum { WORDS = 5000, LETTERS_MAX = 15, LINE = 68, BASE64_LINE = 76 };

static const char *const onsets[] = { "b", "c", "d", "f", "g", "h", "j", "l", "m", "n", "p", "r",
	"s", "t", "v", "st", "tr", "pl", "gr", "" };
static const char *const vowels[] = { "a", "e", "i", "o", "u", "ea", "ou", "a", "e", "i" };
static const char *const codas[] = { "", "", "", "n", "r", "s", "t", "l", "nd", "ck" };

struct word {
	uint8_t length;
	char letters[LETTERS_MAX];
};

static struct word vocabulary[WORDS];

/* splitmix64: an addition and a mix. */
uint64_t words_chance(uint64_t *chance)
{
	uint64_t mix = *chance += 0x9e3779b97f4a7c15U;
	mix = (mix ^ (mix >> 30)) * 0xbf58476d1ce4e5b9U;
	mix = (mix ^ (mix >> 27)) * 0x94d049bb133111ebU;
	return mix ^ (mix >> 31);
}

uint32_t words_below(uint64_t *chance, uint32_t limit)
{
	return (uint32_t)(((words_chance(chance) >> 32) * limit) >> 32);
}

static void add_letters(struct word *word, const char *letters)
{
	size_t length = strlen(letters);
	memcpy(word->letters + word->length, letters, length);
	word->length = (uint8_t)(word->length + length);
}

#define PICK(list, chance) (list)[words_below(chance, sizeof(list) / sizeof(*(list)))]

static void make_vocabulary(void)
{
	uint64_t chance = 1;
	for (size_t i = 0; i < WORDS; i++) {
		/* At most three syllables of five letters. */
		uint32_t syllables = 1 + words_below(&chance, 3);
		for (uint32_t k = 0; k < syllables; k++) {
			add_letters(&vocabulary[i], PICK(onsets, &chance));
			add_letters(&vocabulary[i], PICK(vowels, &chance));
			add_letters(&vocabulary[i], k + 1 < syllables ? "" : PICK(codas, &chance));
		}
	}
}

size_t words_get(uint32_t number, const char **word)
{
	if (vocabulary[0].length == 0) {
		make_vocabulary();
	}
	*word = vocabulary[number % WORDS].letters;
	return vocabulary[number % WORDS].length;
}

size_t words_pick(uint64_t *chance, const char **word)
{
	uint64_t both = words_chance(chance);
	uint64_t product = (both >> 32) * (both & UINT32_MAX);
	return words_get((uint32_t)(((product >> 32) * WORDS) >> 32), word);
}

void words_add(struct bytes *bytes, uint32_t number, const char *behind)
{
	const char *word;
	size_t length = words_get(number, &word);
	bytes_add(bytes, word, length);
	bytes_add(bytes, behind, strlen(behind));
}

/* A last line that makes the length right. */
static void finish(struct bytes *bytes, size_t until, char filler)
{
	while (bytes->length + 2 < until) {
		bytes_add(bytes, &filler, 1);
	}
	if (bytes->length + 2 == until) {
		bytes_add(bytes, "\r\n", 2);
	}
}

void words_prose(struct bytes *bytes, size_t until, uint64_t *chance)
{
	while (bytes->length + LINE + LETTERS_MAX + 6 < until) {
		char line[LINE + LETTERS_MAX + 6];
		size_t used = 0;
		while (used < LINE) {
			const char *word;
			size_t length = words_pick(chance, &word);
			memcpy(line + used, word, length);
			line[used + length] = ' ';
			used += length + 1;
		}
		memcpy(line + used - 1, "\r\n\r\n", 4);
		/* Sometimes a paragraph ends. */
		used += words_below(chance, 9) == 0 ? 3 : 1;
		bytes_add(bytes, line, used);
	}
	finish(bytes, until, 'o');
}

void words_base64(struct bytes *bytes, size_t until, uint64_t *chance)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	while (bytes->length + BASE64_LINE + 2 + 4 <= until) {
		char line[BASE64_LINE + 2];
		uint64_t bits = 0;
		for (size_t i = 0; i < BASE64_LINE; i++, bits >>= 6) {
			bits = i % 10 == 0 ? words_chance(chance) : bits;
			line[i] = alphabet[bits & 63];
		}
		memcpy(line + BASE64_LINE, "\r\n", 2);
		bytes_add(bytes, line, sizeof(line));
	}
	/* "A" alone is no base64, but decoders take what they can of it. */
	finish(bytes, until, 'A');
}

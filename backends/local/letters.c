/* letters.c - the groups of three letters that a text has, as words of an index. */
#include "letters.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

/* A word is a number of so many bits, five for each of its characters. Groups may share one: that
 * makes for some more candidates. */
#define WORD_BITS 25
#define WORDS ((size_t)1 << WORD_BITS)

int local_letters_init(struct letters *letters, size_t most)
{
	*letters = (struct letters) { .most = most, .seen = calloc(1, WORDS / 8) };
	return letters->seen == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

void local_letters_free(struct letters *letters)
{
	free(letters->seen);
	free(letters->list);
	*letters = (struct letters) { .seen = NULL };
}

void local_letters_reset(struct letters *letters)
{
	for (size_t i = 0; i < letters->count; i++) {
		letters->seen[letters->list[i] / 8] = 0;
	}
	letters->count = 0;
	letters->before = 0;
}

/* The letter at `*at`, which moves on. What is no UTF-8 gives some letter, the same each time. */
static uint32_t next_letter(struct roost_text text, size_t *at)
{
	unsigned char first = (unsigned char)text.bytes[(*at)++];
	uint32_t letter = first;
	while (first >= 0x80 && *at < text.size &&
		((unsigned char)text.bytes[*at] & 0xc0) == 0x80) {
		letter = letter << 6 ^ ((unsigned char)text.bytes[(*at)++] & 0x3f);
	}
	return letter;
}

static uint32_t word_of(uint32_t a, uint32_t b, uint32_t c)
{
	uint64_t mixed = a * UINT64_C(0x9E3779B97F4A7C15);
	mixed = (mixed ^ mixed >> 32 ^ b) * UINT64_C(0xC2B2AE3D27D4EB4F);
	mixed = (mixed ^ mixed >> 32 ^ c) * UINT64_C(0x165667B19E3779F9);
	return (uint32_t)(mixed >> (64 - WORD_BITS));
}

static int add(struct letters *letters, uint32_t word)
{
	unsigned char bit = (unsigned char)(1u << word % 8);
	if ((letters->seen[word / 8] & bit) != 0) {
		return 0;
	}
	if (letters->count == letters->most) {
		return ROOST_ERR_LIMIT;
	}
	if (letters->count == letters->capacity) {
		size_t capacity = letters->capacity == 0 ? 8192 : letters->capacity * 2;
		uint32_t *list = realloc(letters->list, capacity * sizeof(*list));
		if (list == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		letters->list = list;
		letters->capacity = capacity;
	}
	letters->seen[word / 8] |= bit;
	letters->list[letters->count++] = word;
	return 0;
}

int local_letters_feed(struct letters *letters, struct roost_text piece, bool last)
{
	size_t at = 0;
	while (at < piece.size) {
		uint32_t letter = next_letter(piece, &at);
		if (letters->before == LETTERS_GROUP - 1) {
			int r = add(letters, word_of(letters->last[0], letters->last[1], letter));
			if (r < 0) {
				return r;
			}
		} else {
			letters->before++;
		}
		letters->last[0] = letters->last[1];
		letters->last[1] = letter;
	}
	letters->before = last ? 0 : letters->before;
	return 0;
}

static void write_word(uint32_t word, char *out)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	for (unsigned i = 0; i < LETTERS_WORD - 1; i++) {
		out[i] = digits[word >> 5 * i & 31];
	}
	out[LETTERS_WORD - 1] = ' ';
}

void local_letters_write(const struct letters *letters, char *words_out)
{
	for (size_t i = 0; i < letters->count; i++) {
		write_word(letters->list[i], words_out + i * LETTERS_WORD);
	}
}

static size_t count_letters(struct roost_text text)
{
	size_t count = 0;
	for (size_t at = 0; at < text.size; count++) {
		(void)next_letter(text, &at);
	}
	return count;
}

size_t local_letters_of_part(struct roost_text folded, size_t most, char *words_out)
{
	uint32_t last[LETTERS_GROUP - 1] = { 0 };
	size_t letters = count_letters(folded), count = 0, at = 0;
	size_t groups = letters < LETTERS_GROUP ? 0 : letters - LETTERS_GROUP + 1;
	for (size_t i = 0; i < letters; i++) {
		uint32_t letter = next_letter(folded, &at);
		/* Group i - 2 ends here: those are taken where the share that is due grows. */
		if (i >= LETTERS_GROUP - 1) {
			size_t group = i - (LETTERS_GROUP - 1);
			if (groups <= most || (group + 1) * most / groups > group * most / groups) {
				write_word(word_of(last[0], last[1], letter),
					words_out + count++ * LETTERS_WORD);
			}
		}
		last[0] = last[1];
		last[1] = letter;
	}
	return count;
}

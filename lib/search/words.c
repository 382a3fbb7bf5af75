/* words.c - the words of a text that comes in pieces. */
#include "search/words.h"

#include <stdbool.h>
#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"

#define MAX_DECOMPOSED 64 /* characters; Unicode's longest is 18 */

static void add(struct words *words, uint32_t character)
{
	struct word *word = &words->word;

	if (word->size == WORD_MAX) {
		uint32_t kept[WORD_SHARED];
		words->tell(words->context, word);
		memcpy(kept, word->characters + WORD_MAX - WORD_SHARED, sizeof(kept));
		*word = (struct word) { .size = 0 };
		for (size_t i = 0; i < WORD_SHARED; i++) {
			add(words, kept[i]);
		}
	}
	word->characters[word->size++] = character;
	word->letters |= UINT64_C(1) << (character & 63);
}

void words_end(struct words *words)
{
	if (words->word.size > 0) {
		words->tell(words->context, &words->word);
		words->word.size = 0;
		words->word.letters = 0;
	}
}

static bool is_in_word(utf8proc_int32_t character)
{
	switch (utf8proc_category(character)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

static void add_ascii(struct words *words, char c)
{
	if (c >= 'A' && c <= 'Z') {
		add(words, (uint32_t)(c - 'A' + 'a'));
	} else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
		add(words, (uint32_t)c);
	} else {
		words_end(words);
	}
}

/* A mark alone decomposes to nothing, and parts no word. */
static void add_character(struct words *words, uint32_t character)
{
	utf8proc_int32_t parts[MAX_DECOMPOSED];
	int boundary = 0;
	utf8proc_ssize_t count =
		utf8proc_decompose_char((utf8proc_int32_t)character, parts, MAX_DECOMPOSED,
			UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
				UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
			&boundary);

	if (count < 0 || count > MAX_DECOMPOSED) {
		parts[0] = (utf8proc_int32_t)character;
		count = 1;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		if (is_in_word(parts[i])) {
			add(words, (uint32_t)parts[i]);
		} else {
			words_end(words);
		}
	}
}

void words_feed(struct words *words, struct roost_text utf8)
{
	size_t i = 0;

	while (i < utf8.size) {
		if ((utf8.bytes[i] & 0x80) == 0) {
			add_ascii(words, utf8.bytes[i++]);
			continue;
		}
		uint32_t character = 0xFFFD;
		size_t size = utf8_decode(utf8.bytes + i, utf8.size - i, &character);
		add_character(words, size > 0 ? character : 0xFFFD);
		i += size > 0 ? size : 1;
	}
}

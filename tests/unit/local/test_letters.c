/* test_letters.c - the groups of three letters that a text has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

#include "letters.h"
#include "random_mail.h"

static struct roost_text text_of(const char *string)
{
	return (struct roost_text) { string, strlen(string) };
}

static size_t count_of(const char *string)
{
	struct letters letters;
	assert_int_equal(local_letters_init(&letters, 1000), 0);
	assert_int_equal(local_letters_feed(&letters, text_of(string), true), 0);
	size_t count = letters.count;
	local_letters_free(&letters);
	return count;
}

static void test_count(void **state)
{
	(void)state;
	assert_int_equal(count_of(""), 0);
	assert_int_equal(count_of("AB"), 0);
	assert_int_equal(count_of("ABC"), 1);
	assert_int_equal(count_of("ABCABC"), 3);
	assert_int_equal(count_of("AAAAAAAA"), 1);
	assert_int_equal(count_of("\xe6\x97\xa5\xe6\x9c\xac"), 0);
	assert_int_equal(count_of("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 1);
	assert_int_equal(count_of("\x80\x80\xff\xff\xc3"), 2); /* rubbish does no harm */
}

/* However it is cut, the words are the same; two texts have none in common that spans them. */
static void test_pieces(void **state)
{
	struct letters whole, pieces;
	(void)state;
	assert_int_equal(local_letters_init(&whole, 1000), 0);
	assert_int_equal(local_letters_init(&pieces, 1000), 0);
	assert_int_equal(local_letters_feed(&whole, text_of("HELLO WORLD"), true), 0);
	assert_int_equal(local_letters_feed(&pieces, text_of("H"), false), 0);
	assert_int_equal(local_letters_feed(&pieces, text_of(""), false), 0);
	assert_int_equal(local_letters_feed(&pieces, text_of("ELLO WO"), false), 0);
	assert_int_equal(local_letters_feed(&pieces, text_of("RLD"), false), 0);
	assert_int_equal(local_letters_feed(&pieces, text_of(""), true), 0);
	assert_int_equal(whole.count, pieces.count);
	assert_memory_equal(whole.list, pieces.list, whole.count * sizeof(*whole.list));
	local_letters_reset(&pieces);
	assert_int_equal(pieces.count, 0);
	assert_int_equal(local_letters_feed(&pieces, text_of("AB"), true), 0);
	assert_int_equal(local_letters_feed(&pieces, text_of("C"), true), 0);
	assert_int_equal(pieces.count, 0);
	local_letters_free(&whole);
	local_letters_free(&pieces);
}

static void test_limit(void **state)
{
	struct letters letters;
	(void)state;
	assert_int_equal(local_letters_init(&letters, 3), 0);
	assert_int_equal(local_letters_feed(&letters, text_of("ABCDE"), true), 0);
	assert_int_equal(local_letters_feed(&letters, text_of("ABCDE"), true), 0);
	assert_int_equal(local_letters_feed(&letters, text_of("BCDEF"), true), ROOST_ERR_LIMIT);
	local_letters_free(&letters);
}

static bool has_word(const char *words, size_t size, const char *word)
{
	for (size_t at = 0; at < size; at += LETTERS_WORD) {
		if (memcmp(words + at, word, LETTERS_WORD) == 0) {
			return true;
		}
	}
	return false;
}

/* All words of a part are words of the whole. */
static void test_parts(void **state)
{
	uint32_t seed = 99;
	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		char whole[200], part[24 * LETTERS_WORD];
		random_needle(&seed, whole, sizeof(whole));
		struct letters letters;
		assert_int_equal(local_letters_init(&letters, 1000), 0);
		assert_int_equal(local_letters_feed(&letters, text_of(whole), true), 0);
		char *words = malloc(letters.count * LETTERS_WORD + 1);
		assert_non_null(words);
		local_letters_write(&letters, words);
		/* From the start of a character, as what is looked for does. */
		size_t from = random_below(&seed, (uint32_t)strlen(whole) + 1);
		while ((whole[from] & 0xc0) == 0x80) {
			from++;
		}
		size_t most = 1 + random_below(&seed, 24);
		size_t count = local_letters_of_part(text_of(whole + from), most, part);
		assert_in_range(count, 0, most);
		for (size_t k = 0; k < count; k++) {
			assert_true(has_word(
				words, letters.count * LETTERS_WORD, part + k * LETTERS_WORD));
		}
		free(words);
		local_letters_free(&letters);
	}
}

static void test_share(void **state)
{
	char text[1001], words[24 * LETTERS_WORD];
	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		text[i] = (char)('A' + (i * i + i / 7) % 26);
	}
	for (size_t n = 3; n <= 1000; n++) {
		size_t count = local_letters_of_part((struct roost_text) { text, n }, 24, words);
		assert_int_equal(count, n - 2 < 24 ? n - 2 : 24);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_share),
	};
	return cmocka_run_group_tests_name("local/letters", tests, NULL, NULL);
}

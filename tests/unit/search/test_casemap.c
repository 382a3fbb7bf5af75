/* test_casemap.c - which texts a search takes as equal, and which as part of another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"
#include "search/casemap.h"

static const struct {
	const char *a, *b;
	bool equal;
} rows[] = {
	{ "", "", true },
	{ "abc", "ABC", true },
	{ "abc", "abd", false },
	{ "[{`@~", "[{`@~", true },
	{ "@", "`", false },
	{ "[", "{", false },
	{ "The quick brown fox jumps over it", "THE QUICK BROWN FOX JUMPS OVER IT", true },
	{ "zZ{aA`[@", "Zz{Aa`[@", true },
	{ "Straße", "STRAßE", true },
	{ "École", "éCOLE", true },
	{ "école",
		"e\xCC\x81"
		"cole",
		true }, /* composed and not */
	{ "école", "ecole", false },
	{ "ΑΒΓΩ", "αβγω", true },
	{ "Привет", "пРИВЕТ", true },
	{ "Ԁ", "ԁ", true },
	{ "ǆ", "Ǆ", true },
	{ "ǆ", "ǅ", true },
	{ "ﬁne", "FINE", true },
	{ "ＡＢＣ", "abc", true }, /* full width */
	{ "①", "1", true },
	{ "日本", "日本", true },
	{ "日本", "日木", false },
	{ "한글", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB\xE1\x84\x80\xE1\x85\xB3\xE1\x86\xAF",
		true },
	{ "a\xFF", "A\xEF\xBF\xBD", true },
	{ "a\xE2\x82", "A\xEF\xBF\xBD\xEF\xBF\xBD", true },
	{ "🦃", "🦃", true },
};

static void fold(const char *text, struct buf *folded)
{
	buf_init(folded, 1000);
	casemap_fold(text_from(text), folded);
	assert_false(folded->failed);
}

#define XS "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LARGE_XS "XXXXXXXXXXXXXXXXXXXXXXXXXXXXX"

static void fold_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf a, b;
		fold(rows[i].a, &a);
		fold(rows[i].b, &b);
		bool equal =
			a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
		if (equal != rows[i].equal) {
			fail_msg("\"%s\" and \"%s\"", rows[i].a, rows[i].b);
		}
		buf_free(&a);
		buf_free(&b);
	}
}

/* Every ASCII byte at every place of the sixteen that are folded together. */
static void fold_ascii_everywhere(void **state)
{
	(void)state;
	for (int c = 0; c < 128; c++) {
		for (size_t place = 0; place < 39; place++) {
			char text[40] = "abcdefghijklmnopqrs@[`{ABCDEFGHIJKLMNOP";
			struct buf folded;
			text[place] = (char)c;
			buf_init(&folded, 1000);
			casemap_fold((struct roost_text) { text, 39 }, &folded);
			assert_int_equal(folded.size, 39);
			for (size_t i = 0; i < 39; i++) {
				char wanted = text[i] >= 'a' && text[i] <= 'z'
						      ? (char)(text[i] - 32)
						      : text[i];
				assert_int_equal(folded.data[i], wanted);
			}
			buf_free(&folded);
		}
	}
}

/* Another character at every place. */
static void fold_between_ascii(void **state)
{
	(void)state;
	for (int place = 0; place < 29; place++) {
		char text[80], wanted[80];
		struct buf folded;
		(void)snprintf(text, sizeof(text), "%.*s\xc3\xa9%s", place, XS, XS);
		(void)snprintf(
			wanted, sizeof(wanted), "%.*sE\xcc\x81%s", place, LARGE_XS, LARGE_XS);
		fold(text, &folded);
		assert_int_equal(folded.size, strlen(wanted));
		assert_memory_equal(folded.data, wanted, folded.size);
		buf_free(&folded);
	}
}

static void fold_every_character(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 37) {
		char bytes[4];
		size_t size = utf8_encode(c, bytes);
		struct buf once, twice;
		if (size == 0) {
			continue;
		}
		buf_init(&once, 1000);
		buf_init(&twice, 1000);
		casemap_fold((struct roost_text) { bytes, size }, &once);
		assert_true(once.size > 0 && once.size <= 16 * size);
		assert_true(utf8_is_valid(once.data, once.size));
		/* What is folded stays as it is. */
		casemap_fold((struct roost_text) { once.data, once.size }, &twice);
		if (once.size != twice.size || memcmp(once.data, twice.data, once.size) != 0) {
			fail_msg("U+%04X", c);
		}
		buf_free(&once);
		buf_free(&twice);
	}
}

static void a_full_buffer_is_told(void **state)
{
	struct buf folded;
	(void)state;
	buf_init(&folded, 300);
	for (int i = 0; i < 100; i++) {
		casemap_fold(TEXT("ÄÖÜ and more"), &folded);
	}
	assert_true(folded.failed);
	buf_free(&folded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fold_pairs),
		cmocka_unit_test(fold_ascii_everywhere),
		cmocka_unit_test(fold_between_ascii),
		cmocka_unit_test(fold_every_character),
		cmocka_unit_test(a_full_buffer_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

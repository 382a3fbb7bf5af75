/* test_scan.c - strings found across the borders of pieces, and only there where they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "search/scan.h"

#define TEXT_SIZE ((size_t)100 * 1000)

static struct needle needle_of(const char *folded)
{
	return (struct needle) { .folded = text_from(folded), .wanted = true };
}

static void feed_in_pieces(struct scan *scan, const char *text, size_t n, size_t step)
{
	for (size_t i = 0; i < n; i += step) {
		scan_feed(scan, (struct roost_text) { text + i, n - i < step ? n - i : step });
	}
}

static void find_at_every_border(void **state)
{
	char *text = malloc(TEXT_SIZE);
	(void)state;
	assert_non_null(text);
	for (size_t at = 0; at + 6 <= TEXT_SIZE; at += at > 32700 && at < 33000 ? 1 : 331) {
		struct needle needle = needle_of("NEEDLE");
		struct needle other = needle_of("NEEDLES");
		struct needle *needles[] = { &needle, &other };
		struct scan scan;
		memset(text, 'n', TEXT_SIZE);
		memcpy(text + at, "Needle", 6);
		scan_init(&scan, needles, 2);
		feed_in_pieces(&scan, text, TEXT_SIZE, 4099);
		assert_int_equal(scan_end(&scan), 0);
		assert_true(needle.found);
		assert_false(other.found);
		scan_free(&scan);
	}
	free(text);
}

static void find_long_needles(void **state)
{
	size_t size = 200000;
	char *text = malloc(size + 1);
	(void)state;
	assert_non_null(text);
	memset(text, 'X', size);
	text[size] = 0;
	text[0] = 'A';
	struct needle needle = needle_of(text);
	struct needle *needles[] = { &needle };
	struct scan scan;
	scan_init(&scan, needles, 1);
	feed_in_pieces(&scan, "some text before it ", 20, 3);
	feed_in_pieces(&scan, text, size, 7);
	feed_in_pieces(&scan, " and after it", 13, 3);
	assert_int_equal(scan_end(&scan), 0);
	assert_true(needle.found);
	needle.found = false;
	feed_in_pieces(&scan, text, size - 1, 7);
	feed_in_pieces(&scan, "Y", 1, 1);
	assert_int_equal(scan_end(&scan), 0);
	assert_false(needle.found);
	scan_free(&scan);
	free(text);
}

static void texts_do_not_run_together(void **state)
{
	struct needle needle = needle_of("AB");
	struct needle *needles[] = { &needle };
	struct scan scan;
	(void)state;
	scan_init(&scan, needles, 1);
	scan_feed(&scan, TEXT("a"));
	assert_int_equal(scan_end(&scan), 0);
	scan_feed(&scan, TEXT("b"));
	assert_int_equal(scan_end(&scan), 0);
	assert_false(needle.found);
	scan_feed(&scan, TEXT("a"));
	scan_feed(&scan, TEXT("b"));
	assert_int_equal(scan_end(&scan), 0);
	assert_true(needle.found);
	scan_free(&scan);
}

static void only_wanted_needles_are_found(void **state)
{
	struct needle needle = needle_of("A");
	struct needle *needles[] = { &needle };
	struct scan scan;
	(void)state;
	needle.wanted = false;
	scan_init(&scan, needles, 1);
	scan_feed(&scan, TEXT("a"));
	assert_int_equal(scan_end(&scan), 0);
	assert_false(needle.found);
	scan_free(&scan);
}

static bool stop(void *context)
{
	++*(int *)context;
	return true;
}

static void enough_is_enough(void **state)
{
	struct needle needle = needle_of("A");
	struct needle other = needle_of("B");
	struct needle *needles[] = { &needle, &other };
	struct scan scan;
	int asked = 0;
	(void)state;
	scan_init(&scan, needles, 2);
	scan.enough = stop;
	scan.context = &asked;
	scan_feed(&scan, TEXT("a"));
	assert_int_equal(scan_end(&scan), 0);
	scan_feed(&scan, TEXT("b"));
	assert_int_equal(scan_end(&scan), 0);
	assert_true(scan.stopped);
	assert_true(needle.found);
	assert_false(other.found);
	assert_int_equal(asked, 1);
	scan_free(&scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_at_every_border),
		cmocka_unit_test(find_long_needles),
		cmocka_unit_test(texts_do_not_run_together),
		cmocka_unit_test(only_wanted_needles_are_found),
		cmocka_unit_test(enough_is_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

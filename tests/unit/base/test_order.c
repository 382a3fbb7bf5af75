/* test_order.c - sorting by numbers, and numbers for byte strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"
#include "base/numbering.h"
#include "base/radix.h"

static uint64_t random_number(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#define MOST 700

/* Against sorting by insertion; what has the same key stays in order. */
static void test_radix(void **state)
{
	static const uint64_t masks[] = { 0, 1, 0xff, 0xff00, 0xf00000000000000f, UINT64_MAX };
	uint64_t seed = 11;
	(void)state;
	for (size_t round = 0; round < 120; round++) {
		struct radix_item items[MOST], spare[MOST], expected[MOST];
		size_t count = round < 10 ? round : random_number(&seed) % MOST;
		uint64_t mask = masks[round % (sizeof(masks) / sizeof(masks[0]))];
		for (size_t i = 0; i < count; i++) {
			uint64_t key = random_number(&seed) & mask;
			items[i] = (struct radix_item) { key, (uint32_t)i };
			size_t at = i;
			for (; at > 0 && expected[at - 1].key > key; at--) {
				expected[at] = expected[at - 1];
			}
			expected[at] = items[i];
		}
		radix_sort(items, spare, count);
		for (size_t i = 0; i < count; i++) {
			assert_true(items[i].key == expected[i].key);
			assert_int_equal(items[i].value, expected[i].value);
		}
	}
}

static void test_signed_keys(void **state)
{
	static const int64_t ascending[] = { INT64_MIN, -86400, -1, 0, 1, 86400, INT64_MAX };
	(void)state;
	for (size_t i = 1; i < sizeof(ascending) / sizeof(ascending[0]); i++) {
		assert_true(radix_key_of(ascending[i - 1]) < radix_key_of(ascending[i]));
	}
}

#define TEXTS 20000

static struct roost_text write_text(char *text, size_t size, unsigned i)
{
	/* Of all lengths, and most alike but for one byte somewhere. */
	memset(text, 'x', size);
	int n = snprintf(text, size, "%u", i);
	text[n] = i % 2 == 0 ? '\0' : 'x';
	return (struct roost_text) { text, (size_t)n + i % 17 };
}

static void test_numbering(void **state)
{
	struct numbering numbering = { 0 };
	char other[32];
	(void)state;
	assert_int_equal(numbering_get(&numbering, (struct roost_text) { "x", 1 }), 0);
	for (unsigned i = 0; i < TEXTS; i++) {
		struct roost_text text = write_text(other, sizeof(other), i);
		uint32_t *number = numbering_at(&numbering, text);
		assert_non_null(number);
		assert_int_equal(*number, 0);
		*number = i + 1;
	}
	assert_int_equal(numbering.count, TEXTS);
	for (unsigned i = 0; i < TEXTS; i++) {
		struct roost_text text = write_text(other, sizeof(other), i);
		assert_int_equal(numbering_get(&numbering, text), i + 1);
		assert_int_equal(*numbering_at(&numbering, text), i + 1);
		text.bytes = memset(other, 'y', sizeof(other));
		assert_int_equal(numbering_get(&numbering, text), 0);
	}
	assert_int_equal(numbering.count, TEXTS);
	numbering_free(&numbering);
}

static void test_map(void **state)
{
	struct map map = { 0 };
	static char texts[TEXTS][32];
	char other[32];
	(void)state;
	for (unsigned i = 0; i < TEXTS; i++) {
		struct roost_text text = write_text(texts[i], sizeof(texts[i]), i);
		assert_int_equal(map_set(&map, text.bytes, text.size, texts[i]), 0);
	}
	for (unsigned i = 0; i < TEXTS; i++) {
		struct roost_text text = write_text(other, sizeof(other), i);
		assert_ptr_equal(map_get(&map, text.bytes, text.size), texts[i]);
		if (i % 2 == 0) {
			assert_ptr_equal(map_remove(&map, text.bytes, text.size), texts[i]);
			assert_null(map_get(&map, text.bytes, text.size));
		}
	}
	assert_int_equal(map.count, TEXTS / 2);
	map_free(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_radix),
		cmocka_unit_test(test_signed_keys),
		cmocka_unit_test(test_numbering),
		cmocka_unit_test(test_map),
	};
	return cmocka_run_group_tests_name("base/order", tests, NULL, NULL);
}

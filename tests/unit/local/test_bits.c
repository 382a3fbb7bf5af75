/* test_bits.c - a set of numbers that come in crowds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <roost/error.h>

#include "bits.h"

static const int64_t numbers[] = { 0, 7, 8, 8191, 8192, 20000, 1000000, INT64_C(1) << 32,
	(INT64_C(1) << 32) + 1, INT64_MAX };
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static void test_add(void **state)
{
	struct bits bits = { .pages = NULL };
	(void)state;
	assert_int_equal(local_bits_highest(&bits), -1);
	assert_false(local_bits_has(&bits, 0));
	/* In whatever order. */
	for (size_t i = 0; i < NUMBERS; i++) {
		assert_int_equal(local_bits_add(&bits, numbers[(i * 7) % NUMBERS]), 0);
	}
	for (size_t i = 0; i < NUMBERS; i++) {
		assert_true(local_bits_has(&bits, numbers[i]));
		assert_int_equal(local_bits_add(&bits, numbers[i]), 0);
	}
	assert_int_equal(local_bits_count(&bits), NUMBERS);
	assert_int_equal(local_bits_highest(&bits), INT64_MAX);
	assert_false(local_bits_has(&bits, 1));
	assert_false(local_bits_has(&bits, 8190));
	assert_false(local_bits_has(&bits, -1));
	assert_false(local_bits_has(&bits, INT64_MIN));
	assert_int_equal(local_bits_add(&bits, -1), ROOST_ERR_LIMIT);
	local_bits_clear(&bits);
	assert_false(local_bits_has(&bits, 0));
}

static void test_pages(void **state)
{
	struct bits bits = { .pages = NULL }, copy = { .pages = NULL };
	(void)state;
	assert_int_equal(local_bits_add(&bits, 8192 + 9), 0);
	assert_null(local_bits_page(&bits, 0));
	assert_non_null(local_bits_page(&bits, 1));
	assert_int_equal(local_bits_put(&copy, 5, local_bits_page(&bits, 1)), 0);
	assert_true(local_bits_has(&copy, 5 * 8192 + 9));
	assert_int_equal(local_bits_put(&copy, -1, local_bits_page(&bits, 1)), ROOST_ERR_LIMIT);
	local_bits_clear(&bits);
	local_bits_clear(&copy);
}

static void test_intersect(void **state)
{
	struct bits bits = { .pages = NULL }, other = { .pages = NULL };
	(void)state;
	for (size_t i = 0; i < NUMBERS; i++) {
		assert_int_equal(local_bits_add(&bits, numbers[i]), 0);
		if (i % 2 == 0) {
			assert_int_equal(local_bits_add(&other, numbers[i]), 0);
		}
	}
	assert_int_equal(local_bits_add(&other, 3), 0);
	local_bits_intersect(&bits, &other);
	for (size_t i = 0; i < NUMBERS; i++) {
		assert_int_equal(local_bits_has(&bits, numbers[i]), i % 2 == 0);
	}
	assert_false(local_bits_has(&bits, 3));
	local_bits_clear(&other);
	local_bits_intersect(&bits, &other);
	assert_int_equal(local_bits_count(&bits), 0);
	local_bits_clear(&bits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_intersect),
	};
	return cmocka_run_group_tests_name("local/bits", tests, NULL, NULL);
}

/* test_buf.c - what is written to a buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>

#include <cmocka.h>

#include <roost/error.h>

#include "base/buf.h"

static void expect_number(struct buf *buf, uint64_t number)
{
	char expected[32];
	int n = snprintf(expected, sizeof(expected), "%" PRIu64, number);
	buf_reset(buf);
	buf_number(buf, number);
	assert_int_equal(buf_status(buf), 0);
	assert_int_equal(buf->size, n);
	assert_memory_equal(buf->data, expected, (size_t)n);
}

static void test_number(void **state)
{
	struct buf buf;
	(void)state;
	buf_init(&buf, 100);
	for (uint64_t number = 0; number < 12345; number++) {
		expect_number(&buf, number);
	}
	for (uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10) {
		expect_number(&buf, power * 10 - 1);
		expect_number(&buf, power * 10);
		expect_number(&buf, power * 10 + 1);
	}
	expect_number(&buf, UINT64_MAX);
	buf_free(&buf);
}

static void test_full(void **state)
{
	struct buf buf;
	(void)state;
	buf_init(&buf, 4);
	buf_number(&buf, 123);
	assert_int_equal(buf_status(&buf), 0);
	buf_number(&buf, 45);
	assert_int_equal(buf_status(&buf), ROOST_ERR_NO_MEMORY);
	assert_int_equal(buf.size, 3);
	buf_char(&buf, '4'); /* the first failure stays */
	assert_int_equal(buf_status(&buf), ROOST_ERR_NO_MEMORY);
	buf_reset(&buf);
	buf_number(&buf, 1234);
	assert_int_equal(buf_status(&buf), 0);
	assert_memory_equal(buf.data, "1234", 4);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_full),
	};
	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}

/* test_memory.c - arena, buffer, map and call: limits are kept, and what was put in comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <roost/call.h>
#include <roost/error.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

static void test_arena(void **state)
{
	struct arena arena;
	unsigned char *pieces[200];

	(void)state;
	arena_init(&arena, 1000000);
	for (unsigned i = 0; i < 200; i++) {
		size_t size = 1 + i * 7;
		pieces[i] = arena_alloc(&arena, size);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++) {
			assert_int_equal(pieces[i][k], 0);
		}
		memset(pieces[i], (int)i, size);
	}
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(pieces[i][i * 7], i);
	}
	assert_null(arena_alloc(&arena, 0));
	assert_null(arena_alloc(&arena, 1000001));
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
	assert_string_equal(arena_strndup(&arena, "rooster", 5), "roost");
	arena_reset(&arena);
	assert_int_equal(arena.total, 0);
	unsigned taken = 0;
	while (arena_alloc(&arena, 1000) != NULL) {
		taken++;
	}
	assert_in_range(taken, 900, 1000);
	arena_reset(&arena);
}

static void test_buf(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	buf_number(&buf, 0);
	buf_number(&buf, UINT64_MAX);
	buf_char(&buf, 'x');
	buf_string(&buf, "yz");
	assert_int_equal(buf.size, 24);
	assert_memory_equal(buf.data, "018446744073709551615xyz", 24);
	for (int i = 0; i < 1000; i++) {
		buf_char(&buf, '.');
	}
	assert_int_equal(buf_status(&buf), ROOST_ERR_NO_MEMORY);
	assert_int_equal(buf.size, 1000);
	assert_null(buf_reserve(&buf, 0));
	buf_reset(&buf);
	assert_int_equal(buf_status(&buf), 0);
	buf_add(&buf, NULL, 0);
	assert_null(buf_reserve(&buf, 1001));
	buf_free(&buf);
	buf_init(&buf, 3); /* less than is taken at first otherwise */
	buf_string(&buf, "abc");
	assert_int_equal(buf_status(&buf), 0);
	buf_char(&buf, 'd');
	assert_int_equal(buf_status(&buf), ROOST_ERR_NO_MEMORY);
	assert_int_equal(buf.size, 3);
	buf_free(&buf);
}

static void count_value(void *context, void *value)
{
	*(int *)context += *(int *)value;
}

static void test_map(void **state)
{
	static int values[5000];
	struct map map = { 0 };
	char key[16];
	int sum = 0;

	(void)state;
	assert_null(map_get(&map, "a", 1));
	assert_null(map_remove(&map, "a", 1));
	for (int i = 0; i < 5000; i++) {
		values[i] = 1;
		size_t n = (size_t)snprintf(key, sizeof(key), "key %d", i);
		assert_int_equal(map_set(&map, key, n, &values[i]), 0);
	}
	assert_int_equal(map.count, 5000);
	map_each(&map, count_value, &sum);
	assert_int_equal(sum, 5000);
	for (int i = 0; i < 5000; i += 2) {
		size_t n = (size_t)snprintf(key, sizeof(key), "key %d", i);
		assert_ptr_equal(map_remove(&map, key, n), &values[i]);
	}
	for (int i = 0; i < 5000; i++) {
		size_t n = (size_t)snprintf(key, sizeof(key), "key %d", i);
		assert_ptr_equal(map_get(&map, key, n), i % 2 == 0 ? NULL : &values[i]);
	}
	assert_int_equal(map_set(&map, "", 0, &values[0]), 0);
	assert_ptr_equal(map_get(&map, "", 0), &values[0]);
	map_free(&map);
}

static void test_call(void **state)
{
	struct roost_call *call;
	char long_text[1000];
	uint64_t done, total;

	(void)state;
	assert_int_equal(roost_call_create(&call, 10000), 0);
	assert_null(roost_call_text(call));
	assert_int_equal(roost_call_fail(call, ROOST_ERR_LIMIT, "a\r\nb\tc\x7f"), ROOST_ERR_LIMIT);
	assert_string_equal(roost_call_text(call), "a  b c ");
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	(void)roost_call_failf(call, ROOST_ERR_IO, "%s", long_text);
	assert_int_equal(strlen(roost_call_text(call)), 400);
	assert_false(roost_call_cancelled(call));
	roost_call_cancel(call);
	assert_true(roost_call_cancelled(call));
	roost_call_progress(call, 3, 7);
	roost_call_get_progress(call, &done, &total);
	assert_int_equal(done, 3);
	assert_int_equal(total, 7);
	assert_null(roost_call_alloc(call, 20000));
	assert_non_null(roost_call_alloc(call, 8000));
	roost_call_reset(call);
	assert_null(roost_call_text(call));
	assert_false(roost_call_cancelled(call));
	assert_non_null(roost_call_alloc(call, 8000));
	roost_call_destroy(call);
	roost_call_destroy(NULL);
}

static void test_errors(void **state)
{
	(void)state;
	for (int error = ROOST_ERR_UNKNOWN_CHARSET; error < 0; error++) {
		assert_true(strncmp(roost_error_name(error), "ROOST_ERR_", 10) == 0);
		assert_string_not_equal(roost_error_name(error), "ROOST_ERR_?");
		assert_non_null(roost_error_response_code(error));
	}
	assert_string_equal(roost_error_name(-1000), "ROOST_ERR_?");
	assert_string_equal(roost_error_name(5), "ROOST_ERR_?");
	assert_string_equal(roost_error_text(INT32_MIN), "Something went wrong");
	assert_string_equal(roost_error_response_code(ROOST_ERR_TOO_BIG), "TOOBIG");
	assert_null(roost_error_response_code(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_output.c - bytes and content come out in the order they went in, however they are sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

#include "session/output.h"

/* Take up to `most` bytes out and append them to `taken`. */
static size_t take(struct output *output, char *taken, size_t most)
{
	struct roost_piece pieces[3];
	size_t n = output_pieces(output, pieces, 3);
	size_t total = 0;

	for (size_t i = 0; i < n && total < most; i++) {
		size_t size = pieces[i].size < most - total ? (size_t)pieces[i].size : most - total;
		if (pieces[i].content == NULL) {
			memcpy(taken + total, pieces[i].bytes, size);
		} else {
			assert_int_equal(roost_content_read(pieces[i].content, pieces[i].offset,
						 taken + total, size),
				size);
		}
		total += size;
	}
	output_sent(output, total);
	return total;
}

static void test_order(void **state)
{
	struct roost_content *content;
	char expected[8192], taken[8192];

	(void)state;
	assert_int_equal(roost_content_create_copy("0123456789", 10, &content), 0);
	for (size_t step = 1; step < 60; step++) {
		struct output output = { 0 };
		size_t size = 0, got = 0;
		unsigned seed = (unsigned)step;
		for (int i = 0; i < 200; i++) {
			if (rand_r(&seed) % 3 == 0) {
				uint64_t offset = (uint64_t)(rand_r(&seed) % 10);
				uint64_t n = (uint64_t)rand_r(&seed) % (11 - offset);
				output_content(&output, content, offset, n);
				memcpy(expected + size, &"0123456789"[offset], n);
				size += n;
			} else {
				buf_string(output_buf(&output), "line\r\n");
				memcpy(expected + size, "line\r\n", 6);
				size += 6;
			}
			if (rand_r(&seed) % 4 == 0) {
				got += take(&output, taken + got, step);
			}
		}
		while (!output_is_empty(&output)) {
			size_t n = take(&output, taken + got, step);
			assert_true(n > 0);
			got += n;
		}
		assert_int_equal(got, size);
		assert_memory_equal(taken, expected, size);
		assert_false(output_failed(&output));
		output_trim(&output);
		assert_null(output.first);
	}
	assert_int_equal(content->refs, 1);
	roost_content_unref(content);
}

static void test_full(void **state)
{
	struct output output = { 0 };
	struct roost_content *content;
	char line[1000];

	(void)state;
	memset(line, 'x', sizeof(line));
	for (int i = 0; i < 100; i++) {
		assert_int_equal(output_is_full(&output, 100000), false);
		buf_add(output_buf(&output), line, sizeof(line));
	}
	assert_true(output_is_full(&output, 100000));
	output_sent(&output, 99999);
	assert_false(output_is_full(&output, 100000));
	assert_false(output_is_empty(&output));
	output_free(&output);

	assert_int_equal(roost_content_create_copy("x", 1, &content), 0);
	int references = 0;
	while (!output_is_full(&output, 100000)) {
		output_content(&output, content, 0, 1);
		references++;
	}
	assert_in_range(references, 100, 1000);
	output_free(&output);
	assert_int_equal(content->refs, 1);
	roost_content_unref(content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

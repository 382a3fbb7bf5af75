/* test_lines.c - lines of content, in memory or through a window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>

#include "message.h"
#include "mime/lines.h"
#include "say.h"

/* One letter for each line: its size, then how it ends, such as "3c0l2r1." */
static void describe(struct lines *lines, char *text)
{
	struct segment segment;
	uint64_t size = 0;
	uint64_t at = lines->window_offset;
	int r;
	*text = '\0';
	while ((r = lines_next(lines, &segment)) > 0) {
		assert_int_equal(segment.first, size == 0 && segment.offset == at);
		assert_int_equal(segment.offset, at);
		size += segment.size;
		at += segment.size + segment.end_size;
		if (segment.last) {
			say(text, "%u,%u ", (unsigned)size, segment.end_size);
			size = 0;
		}
	}
	assert_int_equal(r, 0);
	assert_int_equal(at, lines->end);
}

static void test_ends(void **state)
{
	static const struct {
		const char *bytes;
		const char *expected;
	} table[] = {
		{ "", "" },
		{ "a", "1,0 " },
		{ "\n", "0,1 " },
		{ "\r", "0,1 " },
		{ "\r\n", "0,2 " },
		{ "ab\r\ncd\n\refg\r", "2,2 2,1 0,1 3,1 " },
		{ "\r\r\n\n\n\r", "0,1 0,2 0,1 0,1 0,1 " },
		{ "a\rb\nc\r\nd", "1,1 1,1 1,2 1,0 " },
	};
	char text[SAY_ROOM];
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct lines lines;
		struct roost_content *content;
		size_t n = strlen(table[i].bytes);
		assert_int_equal(roost_content_create_copy(table[i].bytes, n, &content), 0);
		lines_init(&lines, content, 0, n);
		describe(&lines, text);
		assert_string_equal(text, table[i].expected);
		lines_finish(&lines);
		roost_content_unref(content);
		for (size_t step = 1; step < 4; step++) {
			struct stream stream;
			stream_init(&stream, table[i].bytes, n, step);
			lines_init(&lines, &stream.base, 0, n);
			describe(&lines, text);
			assert_string_equal(text, table[i].expected);
			lines_finish(&lines);
		}
	}
}

/* Whatever lies at the border of the window, lines are the same as in memory. */
static void test_window_border(void **state)
{
	size_t size = 70000;
	char *bytes = malloc(size);
	char expected[SAY_ROOM];
	char text[SAY_ROOM];
	(void)state;
	for (size_t end = 65530; end < 65541; end++) {
		static const char *const ends[] = { "\r\n", "\n", "\r", "\r\r\n" };
		for (size_t i = 0; i < 4; i++) {
			struct lines lines;
			struct roost_content *content;
			struct stream stream;
			memset(bytes, 'x', size);
			memcpy(bytes + end, ends[i], strlen(ends[i]));
			assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
			lines_init(&lines, content, 3, size - 3);
			describe(&lines, expected);
			lines_finish(&lines);
			roost_content_unref(content);
			stream_init(&stream, bytes, size, 50000);
			lines_init(&lines, &stream.base, 3, size - 3);
			describe(&lines, text);
			lines_finish(&lines);
			assert_string_equal(text, expected);
		}
	}
	free(bytes);
}

static void test_first_segment_is_long(void **state)
{
	size_t size = 300000;
	char *bytes = malloc(size);
	struct stream stream;
	struct lines lines;
	struct segment segment;
	(void)state;
	memset(bytes, 'y', size);
	/* Short lines first, so that the long one begins anywhere in the window. */
	for (size_t i = 0; i < 60000; i += 37) {
		bytes[i] = '\n';
	}
	stream_init(&stream, bytes, size, size);
	lines_init(&lines, &stream.base, 0, size);
	while (lines_next(&lines, &segment) > 0) {
		assert_true(!segment.first || segment.last || segment.size >= LINES_START);
	}
	lines_finish(&lines);
	free(bytes);
}

static void test_failed_read(void **state)
{
	struct stream stream;
	struct lines lines;
	struct segment segment;
	int r;
	(void)state;
	stream_init(&stream, "one\ntwo\nthree", 13, 2);
	stream.fail_at = 9;
	lines_init(&lines, &stream.base, 0, 13);
	while ((r = lines_next(&lines, &segment)) > 0) {
		assert_true(segment.offset + segment.size <= 9);
	}
	assert_int_equal(r, ROOST_ERR_IO);
	lines_finish(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_window_border),
		cmocka_unit_test(test_first_segment_is_long),
		cmocka_unit_test(test_failed_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_content.c - every kind of content gives the same bytes at any offset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/content.h>
#include <roost/error.h>

static const char bytes[] = "0123456789abcdefghij";
#define SIZE 20u

static void check(struct roost_content *content)
{
	char buffer[SIZE + 5];

	assert_int_equal(content->size, SIZE);
	for (uint64_t offset = 0; offset <= SIZE + 2; offset++) {
		for (size_t n = 0; n <= SIZE + 4; n++) {
			size_t rest = offset < SIZE ? SIZE - (size_t)offset : 0;
			size_t expected = n < rest ? n : rest;
			assert_int_equal(roost_content_read(content, offset, buffer, n), expected);
			assert_memory_equal(buffer, bytes + (offset < SIZE ? offset : 0), expected);
		}
	}
	const void *pointer = roost_content_pointer(content);
	if (pointer != NULL) {
		assert_memory_equal(pointer, bytes, SIZE);
	}
	int fd;
	uint64_t offset;
	if (roost_content_descriptor(content, &fd, &offset) == 0) {
		assert_int_equal(pread(fd, buffer, SIZE, (off_t)offset), SIZE);
		assert_memory_equal(buffer, bytes, SIZE);
	}
}

static void note_release(void *context, const void *given)
{
	assert_ptr_equal(given, bytes);
	(*(int *)context)++;
}

static void test_memory(void **state)
{
	struct roost_content *content;
	int released = 0;

	(void)state;
	assert_int_equal(roost_content_create_copy(bytes, SIZE, &content), 0);
	check(content);
	roost_content_unref(content);
	assert_int_equal(
		roost_content_create_borrowed(bytes, SIZE, note_release, &released, &content), 0);
	check(content);
	roost_content_unref(roost_content_ref(content));
	assert_int_equal(released, 0);
	roost_content_unref(content);
	assert_int_equal(released, 1);
	roost_content_unref(NULL);
}

static struct roost_content *file_content(void)
{
	struct roost_content *content;
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fprintf(file, "header%s", bytes), 26);
	assert_int_equal(fflush(file), 0);
	int fd = dup(fileno(file));
	assert_true(fd >= 0);
	(void)fclose(file);
	assert_int_equal(roost_content_create_fd(fd, 6, SIZE, &content), 0);
	return content;
}

static void test_file(void **state)
{
	struct roost_content *content = file_content();

	(void)state;
	check(content);
	roost_content_unref(content);
}

/* A file shorter than it should be is damage, not an endless loop. */
static void test_short_file(void **state)
{
	struct roost_content *content;
	char buffer[100];
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	int fd = dup(fileno(file));
	(void)fclose(file);
	assert_int_equal(roost_content_create_fd(fd, 0, 50, &content), 0);
	assert_int_equal(roost_content_read(content, 0, buffer, 50), ROOST_ERR_CORRUPT);
	roost_content_unref(content);
}

static void test_pieces(void **state)
{
	struct roost_content *file = file_content();
	struct roost_content *content, *one;

	(void)state;
	struct roost_piece pieces[] = {
		{ .bytes = "012", .size = 3 },
		{ .content = file, .offset = 3, .size = 10 },
		{ .bytes = "", .size = 0 },
		{ .bytes = "defghi", .size = 6 },
		{ .content = file, .offset = 19, .size = 1 },
	};
	assert_int_equal(roost_content_create_pieces(pieces, 5, &content), 0);
	struct roost_piece single = { .content = file, .offset = 0, .size = SIZE };
	assert_int_equal(roost_content_create_pieces(&single, 1, &one), 0);
	roost_content_unref(file);
	check(content);
	check(one);
	roost_content_unref(content);
	roost_content_unref(one);
	assert_int_equal(roost_content_create_pieces(NULL, 0, &content), 0);
	assert_int_equal(content->size, 0);
	roost_content_unref(content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_short_file),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

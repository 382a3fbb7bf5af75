/* test_bodies.c - message bytes in files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/error.h>

#include "bodies.h"
#include "local_folder.h"
#include "pack.h"

static struct roost_content *content_of(const char *text)
{
	struct roost_content *content = NULL;
	assert_int_equal(roost_content_create_copy(text, strlen(text), &content), 0);
	return content;
}

static void test_put_get_drop(void **state)
{
	char folder[256], bytes[16];
	uint64_t digest = 0, other = 0;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	struct roost_content *content = content_of("hello"), *got = NULL;
	assert_int_equal(local_bodies_put(folder, 255, content, &digest), 0);
	assert_int_equal(local_bodies_digest(content, &other), 0);
	assert_int_equal(digest, other);
	assert_int_equal(local_bodies_get(folder, 255, 5, &got), 0);
	assert_int_equal(local_bodies_drop(folder, 255), 0);
	assert_int_equal(roost_content_read(got, 0, bytes, sizeof(bytes)), 5);
	assert_memory_equal(bytes, "hello", 5);
	roost_content_unref(got);
	assert_int_equal(local_bodies_get(folder, 255, 5, &got), ROOST_ERR_CORRUPT);
	assert_int_equal(local_bodies_drop(folder, 255), 0);
	roost_content_unref(content);
	local_folder_remove(folder);
}

static void test_wrong_files(void **state)
{
	char folder[256], path[300];
	uint64_t digest;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	struct roost_content *content = content_of("hello"), *got = NULL;
	assert_int_equal(local_bodies_put(folder, 1, content, &digest), 0);
	assert_int_equal(local_bodies_get(folder, 1, 4, &got), ROOST_ERR_CORRUPT);
	assert_int_equal(local_bodies_get(folder, 1, 6, &got), ROOST_ERR_CORRUPT);
	(void)snprintf(path, sizeof(path), "%s/0000000000000002", folder);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(local_bodies_get(folder, 2, 5, &got), ROOST_ERR_CORRUPT);
	assert_int_equal(local_bodies_put("/nonexistent", 1, content, &digest), ROOST_ERR_IO);
	roost_content_unref(content);
	local_folder_remove(folder);
}

static void test_digests_differ(void **state)
{
	static const char *const texts[] = { "", "a", "b", "ab", "ba", "aa", "hello", "hellp" };
	enum { COUNT = sizeof(texts) / sizeof(texts[0]) };
	uint64_t digests[COUNT];
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		struct roost_content *content = content_of(texts[i]);
		assert_int_equal(local_bodies_digest(content, &digests[i]), 0);
		roost_content_unref(content);
		for (size_t k = 0; k < i; k++) {
			assert_true(digests[i] != digests[k]);
		}
	}
}

static int is_even(void *context, uint64_t id)
{
	++*(unsigned *)context;
	return id % 2 == 0;
}

static int fails(void *context, uint64_t id)
{
	(void)context;
	(void)id;
	return ROOST_ERR_IO;
}

static void test_sweep(void **state)
{
	static const struct {
		const char *name;
		int stays;
	} cases[] = {
		{ "0000000000000001", 0 },
		{ "0000000000000002", 1 },
		{ "00000000000000aa", 1 },
		{ "00000000000000ab", 0 },
		{ "0000000000000002.new", 0 },
		{ "0000000000000001.old", 1 },
		{ "000000000000001", 1 },
		{ "00000000000000001", 1 },
		{ "00000000000000AB", 1 },
		{ "README", 1 },
	};
	char folder[256], path[300];
	unsigned asked = 0;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, cases[i].name);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fclose(file), 0);
	}
	assert_int_equal(
		local_bodies_sweep(folder, local_bodies_read_name, fails, NULL), ROOST_ERR_IO);
	assert_int_equal(local_bodies_sweep(folder, local_bodies_read_name, is_even, &asked), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, cases[i].name);
		assert_int_equal(access(path, F_OK) == 0, cases[i].stays);
	}
	assert_true(asked >= 2 && asked <= 4);
	/* Packs are another kind, of which nobody has asked. */
	(void)snprintf(path, sizeof(path), "%s/pack-0000000000000001", folder);
	FILE *pack = fopen(path, "w");
	assert_non_null(pack);
	assert_int_equal(fclose(pack), 0);
	assert_int_equal(local_bodies_sweep(folder, local_bodies_read_name, is_even, &asked), 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(local_bodies_sweep(folder, local_pack_read_name, is_even, &asked), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_true(
		local_bodies_sweep("/nonexistent", local_bodies_read_name, is_even, &asked) < 0);
	local_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_get_drop),
		cmocka_unit_test(test_wrong_files),
		cmocka_unit_test(test_digests_differ),
		cmocka_unit_test(test_sweep),
	};
	return cmocka_run_group_tests_name("local/bodies", tests, NULL, NULL);
}

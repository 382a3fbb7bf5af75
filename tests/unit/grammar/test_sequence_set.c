/* test_sequence_set.c - message sets, read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <roost/limits.h>

#include "grammar/command.h"
#include "grammar/lexer.h"
#include "grammar/sequence_set.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define STAR SEQUENCE_STAR

static bool parse(struct arena *arena, const char *text, size_t n, struct sequence_set *set)
{
	struct command_input input = { text, n, NULL, 0, false };
	struct lexer lexer;

	lexer_init(&lexer, arena, &input);
	lexer.after = "FETCH";
	return sequence_set_parse(&lexer, set) && lexer_end(&lexer);
}

static void valid(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		struct sequence_range ranges[5];
	} table[] = {
		{ "1", 1, { { 1, 1 } } },
		{ "*", 1, { { STAR, STAR } } },
		{ "4294967295", 1, { { 4294967295, 4294967295 } } },
		{ "1:4", 1, { { 1, 4 } } },
		{ "4:1", 1, { { 4, 1 } } },
		{ "1:*", 1, { { 1, STAR } } },
		{ "*:1", 1, { { STAR, 1 } } },
		{ "*:*", 1, { { STAR, STAR } } },
		{ "2,4:7,9,12:*", 4, { { 2, 2 }, { 4, 7 }, { 9, 9 }, { 12, STAR } } },
		{ "*:4,5:7", 2, { { STAR, 4 }, { 5, 7 } } },
		{ "1,1,1", 3, { { 1, 1 }, { 1, 1 }, { 1, 1 } } },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT(table); i++) {
		struct sequence_set set;

		assert_true(parse(&arena, table[i].text, strlen(table[i].text), &set));
		assert_int_equal(set.count, table[i].count);
		for (size_t j = 0; j < set.count; j++) {
			assert_int_equal(set.ranges[j].first, table[i].ranges[j].first);
			assert_int_equal(set.ranges[j].last, table[i].ranges[j].last);
		}
	}
	arena_reset(&arena);
}

static void invalid(void **state)
{
	static const char *const table[] = { "", "0", "01", "0:1", "1:0", "4294967296",
		"99999999999999999999999", "1,", ",1", "1,,2", "1:", ":1", "1:2:3", "1:2:", "**",
		"*1", "1*", "1:**", "-1", "+1", "1-2", "1;2", "x", "$1", "1,$", "1 2", "1, 2", " 1",
		"(1)", "\"1\"", "1.5", "0x1", "\xc2\xb2" };
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT(table); i++) {
		struct sequence_set set;

		if (parse(&arena, table[i], strlen(table[i]), &set)) {
			fail_msg("%s", table[i]);
		}
	}
	arena_reset(&arena);
}

static void sets_have_a_limit(void **state)
{
	static char text[2 * ROOST_MAX_SET_ITEMS + 2];
	struct sequence_set set;
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = i % 2 == 0 ? '1' : ',';
	}
	arena_init(&arena, 1 << 24);
	assert_true(parse(&arena, text, 2 * ROOST_MAX_SET_ITEMS - 1, &set));
	assert_int_equal(set.count, ROOST_MAX_SET_ITEMS);
	assert_false(parse(&arena, text, 2 * ROOST_MAX_SET_ITEMS + 1, &set));
	arena_reset(&arena);
}

static void written(void **state)
{
	static const char *const table[] = { "1", "4294967295", "1:4294967295", "2,4:7,9" };
	struct roost_uidset set = ROOST_UIDSET_EMPTY;
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	uidset_write(&buf, &set);
	assert_int_equal(buf.size, 0);
	for (size_t i = 0; i < COUNT(table); i++) {
		buf_reset(&buf);
		roost_uidset_clear(&set);
		assert_int_equal(roost_uidset_parse(&set, table[i], strlen(table[i])), 0);
		uidset_write(&buf, &set);
		buf_char(&buf, '\0');
		assert_string_equal(buf.data, table[i]);
	}
	roost_uidset_clear(&set);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid),
		cmocka_unit_test(invalid),
		cmocka_unit_test(sets_have_a_limit),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

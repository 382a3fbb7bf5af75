/* test_uidset.c - uid sets against a plain array of bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>
#include <roost/uidset.h>

#define UNIVERSE 200

static void check_shape(const struct roost_uidset *set)
{
	for (size_t i = 0; i < set->count; i++) {
		assert_true(set->ranges[i].first <= set->ranges[i].last);
		assert_true(i == 0 || set->ranges[i - 1].last + 1 < set->ranges[i].first);
	}
}

static void check_equals(const struct roost_uidset *set, const bool bits[UNIVERSE])
{
	uint64_t size = 0;

	check_shape(set);
	for (uint32_t uid = 1; uid < UNIVERSE; uid++) {
		assert_int_equal(roost_uidset_contains(set, uid), bits[uid]);
		size += bits[uid];
	}
	assert_int_equal(roost_uidset_size(set), size);
}

static void fill(struct roost_uidset *set, bool bits[UNIVERSE], unsigned *seed)
{
	memset(bits, 0, UNIVERSE);
	for (int i = rand_r(seed) % 12; i > 0; i--) {
		uint32_t first = (uint32_t)(1 + rand_r(seed) % (UNIVERSE - 20));
		uint32_t last = first + (uint32_t)(rand_r(seed) % 15);
		assert_int_equal(roost_uidset_add_range(set, first, last), 0);
		memset(bits + first, 1, last - first + 1);
	}
	check_equals(set, bits);
}

static void test_algebra(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		unsigned seed = round;
		bool a_bits[UNIVERSE], b_bits[UNIVERSE];
		struct roost_uidset a = ROOST_UIDSET_EMPTY, b = ROOST_UIDSET_EMPTY;
		fill(&a, a_bits, &seed);
		fill(&b, b_bits, &seed);
		int operation = rand_r(&seed) % 5;
		uint32_t first = (uint32_t)(1 + rand_r(&seed) % (UNIVERSE - 1));
		uint32_t last = (uint32_t)(1 + rand_r(&seed) % (UNIVERSE - 1));
		switch (operation) {
		case 0:
			assert_int_equal(roost_uidset_add_set(&a, &b), 0);
			break;
		case 1:
			assert_int_equal(roost_uidset_remove_set(&a, &b), 0);
			break;
		case 2:
			assert_int_equal(roost_uidset_intersect(&a, &b), 0);
			break;
		case 3:
			assert_int_equal(roost_uidset_remove_range(&a, first, last), 0);
			break;
		case 4:
			assert_int_equal(roost_uidset_add_range(&a, first, last), 0);
			break;
		}
		for (uint32_t uid = 1; uid < UNIVERSE; uid++) {
			bool within = first < last ? uid >= first && uid <= last
						   : uid >= last && uid <= first;
			bool expected[] = { a_bits[uid] || b_bits[uid], a_bits[uid] && !b_bits[uid],
				a_bits[uid] && b_bits[uid], a_bits[uid] && !within,
				a_bits[uid] || within };
			a_bits[uid] = expected[operation];
		}
		check_equals(&a, a_bits);
		check_equals(&b, b_bits);
		roost_uidset_clear(&a);
		roost_uidset_clear(&b);
	}
}

static void test_edges(void **state)
{
	struct roost_uidset set = ROOST_UIDSET_EMPTY;

	(void)state;
	assert_int_equal(roost_uidset_add(&set, 0), ROOST_ERR_INVALID);
	assert_int_equal(roost_uidset_add_range(&set, 0, 5), ROOST_ERR_INVALID);
	assert_int_equal(roost_uidset_add(&set, UINT32_MAX), 0);
	assert_int_equal(roost_uidset_add_range(&set, UINT32_MAX - 1, 1), 0);
	assert_int_equal(set.count, 1);
	assert_int_equal(roost_uidset_size(&set), UINT32_MAX);
	assert_int_equal(roost_uidset_remove(&set, UINT32_MAX), 0);
	assert_int_equal(roost_uidset_last(&set), UINT32_MAX - 1);
	assert_int_equal(roost_uidset_remove(&set, 1), 0);
	assert_int_equal(roost_uidset_first(&set), 2);
	assert_int_equal(roost_uidset_remove_range(&set, 1, UINT32_MAX), 0);
	assert_int_equal(set.count, 0);
	assert_int_equal(roost_uidset_first(&set), 0);
	assert_int_equal(roost_uidset_last(&set), 0);
	roost_uidset_clear(&set);
}

static void test_text(void **state)
{
	static const struct {
		const char *text;
		const char *canonical; /* NULL: not a set */
	} rows[] = {
		{ "1", "1" },
		{ "1:3,2,7", "1:3,7" },
		{ "9:7,8", "7:9" },
		{ "1,2,3,5", "1:3,5" },
		{ "4294967295", "4294967295" },
		{ "4294967296", NULL },
		{ "99999999999999999999999999", NULL },
		{ "", NULL },
		{ "0", NULL },
		{ "1,", NULL },
		{ ",1", NULL },
		{ "1:", NULL },
		{ "1:2:3", NULL },
		{ "1 2", NULL },
		{ "*", NULL },
		{ "1:*", NULL },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct roost_uidset set = ROOST_UIDSET_EMPTY;
		int r = roost_uidset_parse(&set, rows[i].text, strlen(rows[i].text));
		assert_int_equal(r, rows[i].canonical == NULL ? ROOST_ERR_INVALID : 0);
		if (r == 0) {
			size_t n = roost_uidset_format(&set, text, sizeof(text));
			assert_int_equal(n, strlen(rows[i].canonical));
			assert_string_equal(text, rows[i].canonical);
			assert_int_equal(roost_uidset_format(&set, text, n), n);
			assert_string_equal(text, "");
		}
		roost_uidset_clear(&set);
	}
}

static void test_walk(void **state)
{
	struct roost_uidset set = ROOST_UIDSET_EMPTY;
	struct roost_uidset_iter iter = { 0 };
	static const uint32_t expected[] = { 3, 4, 5, 9, 4294967294u, 4294967295u };
	uint32_t uid;
	size_t n = 0;

	(void)state;
	assert_int_equal(roost_uidset_parse(&set, "3:5,9,4294967294:4294967295", 27), 0);
	while (roost_uidset_next(&set, &iter, &uid)) {
		assert_int_equal(uid, expected[n++]);
	}
	assert_int_equal(n, 6);
	roost_uidset_clear(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_algebra),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

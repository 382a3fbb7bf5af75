/* test_index.c - the index against a plain array, under random deltas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "index.h"

#define UIDS 400
#define ROUNDS 3000

struct plain {
	bool there[UIDS];
	unsigned system[UIDS];
	uint64_t modseq[UIDS];
};

static void expect_same(struct index *index, const struct plain *plain)
{
	size_t at = 0;
	uint64_t unseen = 0;
	uint32_t first_unseen = 0;
	for (uint32_t uid = 1; uid < UIDS; uid++) {
		assert_int_equal(roost_uidset_contains(&index->uids, uid), plain->there[uid]);
		if (!plain->there[uid]) {
			continue;
		}
		assert_true(at < index->entries.count);
		assert_int_equal(local_index_find(index, uid), at);
		assert_int_equal(index->entries.list[at].uid, uid);
		assert_int_equal(index->entries.list[at].system, plain->system[uid]);
		assert_int_equal(index->entries.list[at].modseq, plain->modseq[uid]);
		if ((plain->system[uid] & ROOST_FLAG_SEEN) == 0) {
			first_unseen = unseen++ == 0 ? uid : first_unseen;
		}
		at++;
	}
	assert_int_equal(at, index->entries.count);
	assert_int_equal(index->unseen, unseen);
	assert_int_equal(local_index_first_unseen(index), first_unseen);
}

static void test_random_deltas(void **state)
{
	struct index *index = NULL;
	static struct plain plain;
	unsigned seed = 7;
	(void)state;
	assert_int_equal(local_index_create(1, &index), 0);
	index->loaded = true;
	index->uid_next = 1;
	index->modseq = 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct delta delta = {
			.mailbox = 1,
			.modseq = index->modseq + 1,
			.uid_next = index->uid_next,
		};
		unsigned kind = (unsigned)rand_r(&seed) % 3;
		for (uint32_t uid = 1; uid < index->uid_next && kind != 0; uid++) {
			if (!plain.there[uid] || rand_r(&seed) % 5 > 0) {
				continue;
			}
			if (kind == 1) {
				plain.there[uid] = rand_r(&seed) % 10 > 0;
				if (!plain.there[uid]) {
					assert_int_equal(roost_uidset_add(&delta.removed, uid), 0);
				}
				continue;
			}
			plain.system[uid] = (unsigned)rand_r(&seed) % 4;
			plain.modseq[uid] = delta.modseq;
			assert_int_equal(local_entries_add(&delta.changed,
						 (struct entry) { .uid = uid,
							 .system = (uint8_t)plain.system[uid],
							 .modseq = delta.modseq }),
				0);
		}
		while (kind == 0 && delta.uid_next < UIDS && rand_r(&seed) % 3 == 0) {
			uint32_t uid = delta.uid_next++;
			plain.there[uid] = true;
			plain.modseq[uid] = delta.modseq;
			plain.system[uid] = 0;
			assert_int_equal(
				local_entries_add(&delta.added,
					(struct entry) { .uid = uid, .modseq = delta.modseq }),
				0);
		}
		local_index_apply(index, &delta);
		local_index_apply(index, &delta); /* what it knows already does no harm */
		local_delta_clear(&delta);
		assert_true(index->loaded);
		expect_same(index, &plain);
	}
	assert_int_equal(index->uid_next, UIDS);
	local_index_destroy(index);
}

static void test_delta_that_does_not_fit(void **state)
{
	struct index *index = NULL;
	struct delta delta = { .mailbox = 1, .modseq = 2, .uid_next = 9 };
	(void)state;
	assert_int_equal(local_index_create(1, &index), 0);
	index->loaded = true;
	index->modseq = 1;
	assert_int_equal(local_entries_add(&delta.changed, (struct entry) { .uid = 5 }), 0);
	local_index_apply(index, &delta);
	assert_false(index->loaded); /* and so it is built anew */
	local_delta_clear(&delta);
	local_index_destroy(index);
}

static void test_keywords(void **state)
{
	static const char *const names[] = { "Work", "$Forwarded", "a" };
	struct keywords *set = NULL, *again = NULL, *none = NULL;
	struct names known = { .names = NULL };
	(void)state;
	assert_int_equal(local_keywords_create(names, 3, &set), 0);
	assert_int_equal(set->text.size, strlen("Work $Forwarded a"));
	assert_memory_equal(set->text.bytes, "Work $Forwarded a", set->text.size);
	assert_int_equal(local_keywords_parse(set->text, &again), 0);
	struct roost_flags a = local_keywords_flags(set, 1), b = local_keywords_flags(again, 1);
	assert_true(roost_flags_equal(&a, &b));
	assert_int_equal(local_keywords_parse((struct roost_text) { "", 0 }, &none), 0);
	assert_null(none);
	assert_true(local_keywords_parse((struct roost_text) { "a  b", 4 }, &none) < 0);
	assert_int_equal(local_names_add(&known, "b"), 0);
	assert_int_equal(local_names_add(&known, "A"), 0);
	assert_int_equal(local_names_add(&known, "B"), 0);
	assert_int_equal(known.count, 2);
	assert_string_equal(known.names[0], "A");
	assert_string_equal(known.names[1], "b");
	local_names_clear(&known);
	local_keywords_unref(set);
	local_keywords_unref(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_deltas),
		cmocka_unit_test(test_delta_that_does_not_fit),
		cmocka_unit_test(test_keywords),
	};
	return cmocka_run_group_tests_name("local/index", tests, NULL, NULL);
}

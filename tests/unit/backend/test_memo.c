/* test_memo.c - what is kept of messages, for whom, and what is forgotten first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include <cmocka.h>

#include "backend/memo.h"
#include "base/text.h"

#define KIND ((struct roost_text) { "ENVELOPE", 8 })
#define MANY 5000u

static struct roost_user anna = { .name = "anna" }, bob = { .name = "bob" };
static struct roost_mailbox inbox = { .user = &anna, .name = "INBOX" };

static struct memos *make_memos(size_t most)
{
	struct memos *memos = NULL;

	assert_int_equal(memos_create(most, &memos), 0);
	return memos;
}

static struct roost_text text_of(const char *string)
{
	return (struct roost_text) { string, strlen(string) };
}

static void expect(struct memo *memo, uint32_t uid, const char *wanted)
{
	struct roost_text found;

	assert_int_equal(memo_find(memo, &uid, 1, &found), wanted != NULL);
	if (wanted == NULL) {
		assert_null(found.bytes);
	} else {
		assert_int_equal(found.size, strlen(wanted));
		assert_memory_equal(found.bytes, wanted, found.size);
	}
}

/* Who opens the same finds it; who opens anything else does not. */
static void test_whose(void **state)
{
	struct roost_mailbox others[] = {
		{ .user = &bob, .name = "INBOX" },
		{ .user = &anna, .name = "INBOX/a" },
		{ .user = &anna, .name = "INBO" },
	};
	struct memos *memos = make_memos(1 << 20);
	struct memo *memo = memo_open(memos, &inbox, 7, KIND, 10);

	(void)state;
	memo_add(memo, 3, text_of("three"));
	memo_close(memo);
	memo = memo_open(memos, &inbox, 7, KIND, 10);
	expect(memo, 3, "three");
	expect(memo, 4, NULL);
	memo_close(memo);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		memo = memo_open(memos, &others[i], 7, KIND, 10);
		expect(memo, 3, NULL);
		memo_close(memo);
	}
	memo = memo_open(memos, &inbox, 8, KIND, 10);
	expect(memo, 3, NULL);
	memo_close(memo);
	memo = memo_open(memos, &inbox, 7, text_of("ENVELOP"), 10);
	expect(memo, 3, NULL);
	memo_close(memo);
	memos_destroy(memos);
}

/* UIDs in any order and far apart, twice, and answers of any size. */
static void test_any(void **state)
{
	static char large[MEMO_MAX_ANSWER + 1];
	struct memos *memos = make_memos(16 << 20);
	struct memo *memo = memo_open(memos, &inbox, 7, KIND, MANY);
	char text[32];

	(void)state;
	for (uint32_t i = 1; i < MANY; i++) {
		uint32_t uid = i * 2654435761u;
		(void)snprintf(text, sizeof(text), "%u", uid);
		memo_add(memo, uid, text_of(text));
		memo_add(memo, uid, text_of("somebody else's"));
	}
	for (uint32_t i = 1; i < MANY; i++) {
		uint32_t uid = i * 2654435761u;
		(void)snprintf(text, sizeof(text), "%u", uid);
		expect(memo, uid, text);
	}
	expect(memo, 1, NULL);
	memo_add(memo, 1, text_of(""));
	expect(memo, 1, "");
	memo_add(memo, 2, (struct roost_text) { large, sizeof(large) });
	expect(memo, 2, NULL);
	memo_add(memo, 2, (struct roost_text) { large, sizeof(large) - 1 });
	struct roost_text found;
	uint32_t uid = 2;
	assert_int_equal(memo_find(memo, &uid, 1, &found), 1);
	assert_int_equal(found.size, MEMO_MAX_ANSWER);
	memo_close(memo);
	memos_destroy(memos);
}

static void fill(struct memo *memo, uint32_t count)
{
	char answer[1000] = { 0 };

	for (uint32_t uid = 1; uid <= count; uid++) {
		memo_add(memo, uid, (struct roost_text) { answer, sizeof(answer) });
	}
}

/* The oldest goes first; what somebody has open stays readable; one never takes all. */
static void test_bound(void **state)
{
	struct roost_mailbox boxes[3] = {
		{ .user = &anna, .name = "1" },
		{ .user = &anna, .name = "2" },
		{ .user = &anna, .name = "3" },
	};
	struct memos *memos = make_memos(900000);
	struct memo *memo[3];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		memo[i] = memo_open(memos, &boxes[i], 7, KIND, 300);
		fill(memo[i], 300);
		memo_close(memo[i]);
	}
	memo[0] = memo_open(memos, &boxes[0], 7, KIND, 300);
	memo_close(memo[0]);
	memo[2] = memo_open(memos, &boxes[2], 7, KIND, 300);
	fill(memo[2], 300);
	memo_close(memo[2]);
	memo[0] = memo_open(memos, &boxes[0], 7, KIND, 300);
	memo[1] = memo_open(memos, &boxes[1], 7, KIND, 300);
	struct roost_text found;
	uint32_t uid = 300;
	assert_int_equal(memo_find(memo[0], &uid, 1, &found), 1);
	assert_int_equal(memo_find(memo[1], &uid, 1, &found), 0);
	fill(memo[1], 2000);
	assert_int_equal(memo_find(memo[0], &uid, 1, &found), 1);
	assert_int_equal(memo_find(memo[1], &uid, 1, &found), 1);
	uid = 2000;
	assert_int_equal(memo_find(memo[1], &uid, 1, &found), 0);
	memo_close(memo[0]);
	memo_close(memo[1]);
	memos_destroy(memos);
}

/* Answers of messages that are gone do not pile up. */
static void test_gone(void **state)
{
	struct memos *memos = make_memos(16 << 20);
	struct memo *memo = memo_open(memos, &inbox, 7, KIND, MANY);

	(void)state;
	fill(memo, MANY);
	struct memo *late = memo_open(memos, &inbox, 7, KIND, 10);
	struct roost_text found;
	uint32_t uid = 1;
	assert_int_equal(memo_find(late, &uid, 1, &found), 0);
	assert_int_equal(memo_find(memo, &uid, 1, &found), 1);
	memo_close(late);
	memo_close(memo);
	memos_destroy(memos);
}

/* No memos, no room for one, or a key that is too long: all is as if nothing were kept. */
static void test_none(void **state)
{
	static char name[10000];
	struct roost_mailbox box = { .user = &anna, .name = name };
	struct memos *memos = make_memos(16);

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	assert_null(memo_open(NULL, &inbox, 7, KIND, 10));
	assert_null(memo_open(memos, &inbox, 7, KIND, 10));
	memos_destroy(memos);
	memos = make_memos(1 << 20);
	assert_null(memo_open(memos, &box, 7, KIND, 10));
	memo_add(NULL, 1, text_of("x"));
	expect(NULL, 1, NULL);
	memo_close(NULL);
	memos_destroy(memos);
}

static struct roost_uidset set_of(const char *text)
{
	struct roost_uidset set = ROOST_UIDSET_EMPTY;

	if (*text != '\0') {
		assert_int_equal(roost_uidset_parse(&set, text, strlen(text)), 0);
	}
	return set;
}

static struct memo *open_set(struct memos *memos, const char *kind, const char *text)
{
	struct roost_uidset set = set_of(text);
	struct memo *memo = memo_open_set(memos, &inbox, 7, text_of(kind), &set);

	roost_uidset_clear(&set);
	return memo;
}

/* What the memo of a set has; NULL: nothing. */
static void expect_set(struct memos *memos, const char *kind, const char *set, const char *wanted)
{
	struct memo *memo = open_set(memos, kind, set);
	struct roost_text found = memo_find_set(memo);

	if (wanted == NULL) {
		assert_null(found.bytes);
	} else {
		assert_int_equal(found.size, strlen(wanted));
		assert_memory_equal(found.bytes, wanted, found.size);
	}
	memo_close(memo);
}

static void keep_set(struct memos *memos, const char *kind, const char *set, const char *answer)
{
	struct memo *memo = open_set(memos, kind, set);

	memo_keep_set(memo, text_of(answer));
	memo_close(memo);
}

/* An answer about a set is for exactly that set and kind, and apart from those of UIDs. */
static void test_sets(void **state)
{
	static const char *const others[] = { "1", "2", "1:2", "1,3", "1:4", "2:3", "1:3,5",
		"1:3,5:4294967295" };
	struct memos *memos = make_memos(1 << 20);
	struct roost_uidset set = set_of("1:3");

	(void)state;
	keep_set(memos, "threads", "1:3", "of three");
	keep_set(memos, "threads", "1:3", "somebody else's");
	expect_set(memos, "threads", "1:3", "of three");
	expect_set(memos, "thread", "1:3", NULL);
	struct memo *memo = memo_open(memos, &inbox, 7, text_of("threads"), 3);
	expect(memo, 1, NULL);
	memo_close(memo);
	memo = memo_open_set(memos, &inbox, 8, text_of("threads"), &set);
	assert_null(memo_find_set(memo).bytes);
	memo_close(memo);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		expect_set(memos, "threads", others[i], NULL);
		keep_set(memos, "threads", others[i], others[i]);
		expect_set(memos, "threads", others[i], others[i]);
	}
	keep_set(memos, "threads", "", "of none");
	expect_set(memos, "threads", "", "of none");
	roost_uidset_clear(&set);
	memos_destroy(memos);
}

/* However many sets somebody asks about, few are kept; and who reads an answer goes on with it. */
static void test_many_sets(void **state)
{
	struct memos *memos = make_memos(1 << 20);
	struct memo *first = open_set(memos, "threads", "1");
	char text[32];
	size_t kept = 0;

	(void)state;
	memo_keep_set(first, text_of("the first"));
	struct roost_text found = memo_find_set(first);
	for (unsigned i = 2; i < 200; i++) {
		(void)snprintf(text, sizeof(text), "%u", i);
		keep_set(memos, "threads", text, text);
		expect_set(memos, "threads", text, text);
	}
	assert_memory_equal(found.bytes, "the first", found.size);
	memo_close(first);
	for (unsigned i = 200; i-- > 1;) {
		(void)snprintf(text, sizeof(text), "%u", i);
		struct memo *memo = open_set(memos, "threads", text);
		kept += memo_find_set(memo).bytes != NULL;
		memo_close(memo);
	}
	assert_in_range(kept, 1, MEMO_SETS);
	memos_destroy(memos);
}

/* Neither an answer nor a set takes more than its share. */
static void test_large_sets(void **state)
{
	enum { MOST = 1 << 16, SHARE = MOST / MEMO_SET_SHARE };
	static char answer[SHARE + 1];
	struct memos *memos = make_memos(MOST);
	struct roost_uidset set = ROOST_UIDSET_EMPTY;
	struct memo *memo = open_set(memos, "threads", "1:9");

	(void)state;
	memo_keep_set(memo, (struct roost_text) { answer, sizeof(answer) });
	assert_null(memo_find_set(memo).bytes);
	memo_keep_set(memo, (struct roost_text) { answer, sizeof(answer) - 1 });
	assert_int_equal(memo_find_set(memo).size, SHARE);
	memo_close(memo);
	for (uint32_t uid = 1; uid <= 2 * SHARE / sizeof(struct roost_uid_range); uid += 2) {
		assert_int_equal(roost_uidset_add(&set, uid), 0);
	}
	memo = memo_open_set(memos, &inbox, 7, KIND, &set);
	assert_non_null(memo);
	memo_close(memo);
	assert_int_equal(roost_uidset_add(&set, 4000000000u), 0);
	assert_null(memo_open_set(memos, &inbox, 7, KIND, &set));
	assert_null(memo_open_set(NULL, &inbox, 7, KIND, &set));
	assert_null(memo_find_set(NULL).bytes);
	memo_keep_set(NULL, text_of("x"));
	roost_uidset_clear(&set);
	memos_destroy(memos);
}

static void *use(void *context)
{
	struct memos *memos = context;
	char text[32];

	for (unsigned round = 0; round < 20; round++) {
		struct memo *memo = memo_open(memos, &inbox, round % 3, KIND, MANY);
		for (uint32_t uid = 1; uid < 300; uid++) {
			(void)snprintf(text, sizeof(text), "%u of %u", uid, round % 3);
			memo_add(memo, uid, text_of(text));
			struct roost_text found;
			if (memo_find(memo, &uid, 1, &found) == 1 &&
				(found.size != strlen(text) ||
					memcmp(found.bytes, text, found.size) != 0)) {
				return context;
			}
		}
		memo_close(memo);
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct memos *memos = make_memos(40000);
	pthread_t threads[4];
	void *wrong;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, use, memos), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	memos_destroy(memos);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_many_sets),
		cmocka_unit_test(test_large_sets),
		cmocka_unit_test(test_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_sort.c - messages in the order that SORT asks for, against sorting by insertion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/content.h>
#include <roost/error.h>

#include "random_mail.h"
#include "search/sort.h"

#define COUNT 60

/* How an address or subject is written, and what is compared: in ASCII, folded by hand. */
struct spelling {
	const char *written, *compared, *displayed;
};

static const struct spelling addresses[] = { { NULL, "", "" },
	{ "anna@example.org", "ANNA", "ANNA@EXAMPLE.ORG" },
	{ "ANNA@example.net", "ANNA", "ANNA@EXAMPLE.NET" },
	{ "Zoe <anna@example.org>", "ANNA", "ZOE" },
	{ "\"=?utf-8?q?zoe?=\" <bert@example.org>, x@y", "BERT", "ZOE" },
	{ "=?utf-8?q?Carl?= <zacharias-the-long@example.org>", "ZACHARIAS-THE-LONG", "CARL" },
	{ "zacharias-the-longer@example.org", "ZACHARIAS-THE-LONGER",
		"ZACHARIAS-THE-LONGER@EXAMPLE.ORG" },
	{ "some people: a@b, c@d;", "SOME PEOPLE", "SOME PEOPLE" } };
static const struct spelling subjects[] = { { NULL, "", "" }, { "Re: (fwd)", "", "" },
	{ "beta", "BETA", "" }, { "Re: [x] BETA", "BETA", "" },
	{ "alphabetical", "ALPHABETICAL", "" }, { "alphabetic", "ALPHABETIC", "" },
	{ "alphabet", "ALPHABET", "" }, { "ALPHABETs", "ALPHABETS", "" },
	{ "=?utf-8?q?Re:_alphabet?= (fwd)", "ALPHABET", "" } };

struct mail {
	size_t texts[3]; /* From, To, Cc */
	size_t subject;
	int sent; /* hour; 0: no Date field */
	int arrived;
	uint64_t octets;
};

static int64_t hour(int n)
{
	return 1583020800 + n * 3600; /* 1 March 2020 */
}

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare(const struct mail *a, const struct mail *b, enum sort_key key)
{
	switch (key) {
	case SORT_ARRIVAL:
		return compare_numbers(a->arrived, b->arrived);
	case SORT_DATE:
		return compare_numbers(
			a->sent > 0 ? a->sent : a->arrived, b->sent > 0 ? b->sent : b->arrived);
	case SORT_SIZE:
		return compare_numbers((int64_t)a->octets, (int64_t)b->octets);
	case SORT_FROM:
		return strcmp(addresses[a->texts[0]].compared, addresses[b->texts[0]].compared);
	case SORT_TO:
		return strcmp(addresses[a->texts[1]].compared, addresses[b->texts[1]].compared);
	case SORT_CC:
		return strcmp(addresses[a->texts[2]].compared, addresses[b->texts[2]].compared);
	case SORT_DISPLAY_FROM:
		return strcmp(addresses[a->texts[0]].displayed, addresses[b->texts[0]].displayed);
	case SORT_DISPLAY_TO:
		return strcmp(addresses[a->texts[1]].displayed, addresses[b->texts[1]].displayed);
	case SORT_SUBJECT:
		return strcmp(subjects[a->subject].compared, subjects[b->subject].compared);
	case SORT_RELEVANCY: /* all alike without scores */
	case SORT_KEYS:
		break;
	}
	return 0;
}

static bool comes_after(
	const struct mail *a, const struct mail *b, const struct sort_criteria *criteria)
{
	for (size_t i = 0; i < criteria->count; i++) {
		int order = compare(a, b, criteria->list[i].key);
		if (order != 0) {
			return criteria->list[i].reverse ? order < 0 : order > 0;
		}
	}
	return false;
}

/* As with records that are kept, each is read by itself. */
static int sort_in(struct sorter *sorter, const struct sort_criteria *criteria,
	const struct roost_message *message)
{
	struct roost_outline outline;
	struct buf read[SORT_KEYS];
	struct roost_text keys[SORT_KEYS];
	bool known = roost_outline_open(message->outline, message->outline_size, &outline) == 0;
	for (size_t i = 0; i < criteria->count; i++) {
		buf_init(&read[i], SIZE_MAX / 4);
		sorter_read(sorter, i, message, known ? &outline : NULL, &read[i]);
		assert_int_equal(buf_status(&read[i]), 0);
		keys[i] = (struct roost_text) { read[i].data, read[i].size };
	}
	int r = sorter_add(sorter, message->uid, keys);
	for (size_t i = 0; i < criteria->count; i++) {
		buf_free(&read[i]);
	}
	return r;
}

static void add(struct sorter *sorter, const struct sort_criteria *criteria, uint32_t uid,
	const struct mail *mail)
{
	static const char *const fields[] = { "From", "To", "Cc" };
	struct roost_content *content;
	char text[2000];
	void *outline;
	size_t size;
	int n = 0;
	for (size_t i = 0; i < 3; i++) {
		if (addresses[mail->texts[i]].written != NULL) {
			n += snprintf(text + n, sizeof(text) - (size_t)n, "%s: %s\r\n", fields[i],
				addresses[mail->texts[i]].written);
		}
	}
	if (subjects[mail->subject].written != NULL) {
		n += snprintf(text + n, sizeof(text) - (size_t)n, "Subject: %s\r\n",
			subjects[mail->subject].written);
	}
	if (mail->sent > 0) {
		/* The same moments in many zones. */
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			"Date: 1 Mar 2020 %02d:00:00 +0%d00\r\n", mail->sent + (int)(uid % 4),
			(int)(uid % 4));
	}
	n += snprintf(text + n, sizeof(text) - (size_t)n, "\r\n");
	assert_int_equal(roost_content_create_copy(text, (size_t)n, &content), 0);
	assert_int_equal(roost_outline_create(content, &outline, &size), 0);
	struct roost_message message = { .size = sizeof(message),
		.uid = uid,
		.has = sorter_fields(sorter),
		.internal_date = { hour(mail->arrived), 60 },
		.octets = mail->octets,
		.outline = outline,
		.outline_size = size };
	assert_false(message.has & ROOST_MESSAGE_CONTENT);
	assert_int_equal(sort_in(sorter, criteria, &message), 0);
	free(outline);
	roost_content_unref(content);
}

static void random_criteria(uint32_t *seed, struct sort_criteria *criteria)
{
	bool used[SORT_KEYS] = { false };
	size_t count = 1 + random_below(seed, 3);
	criteria->count = 0;
	while (criteria->count < count) {
		enum sort_key key = (enum sort_key)random_below(seed, SORT_KEYS);
		if (!used[key]) {
			criteria->list[criteria->count++] =
				(struct sort_criterion) { key, random_below(seed, 2) == 1 };
		}
		used[key] = true;
	}
}

static void test_random(void **state)
{
	uint32_t seed = 3;
	(void)state;
	for (int round = 0; round < 400; round++) {
		struct mail mails[COUNT];
		uint32_t expected[COUNT];
		const uint32_t *uids;
		struct sort_criteria criteria;
		struct sorter *sorter;
		size_t count;
		random_criteria(&seed, &criteria);
		assert_int_equal(
			sorter_create(ROOST_COMPARATOR_UNICODE_CASEMAP, false, &criteria, &sorter),
			0);
		for (uint32_t i = 0; i < COUNT; i++) {
			mails[i] = (struct mail) { .subject = random_below(&seed, 9),
				.sent = (int)random_below(&seed, 12),
				.arrived = (int)random_below(&seed, 12),
				.octets = random_below(&seed, 5) };
			for (int k = 0; k < 3; k++) {
				mails[i].texts[k] = random_below(&seed, 8);
			}
			add(sorter, &criteria, i + 1, &mails[i]);
			uint32_t at = i;
			for (; at > 0 &&
				comes_after(&mails[expected[at - 1] - 1], &mails[i], &criteria);
				at--) {
				expected[at] = expected[at - 1];
			}
			expected[at] = i + 1;
		}
		assert_int_equal(sorter_sort(sorter, &uids, &count), 0);
		assert_int_equal(count, COUNT);
		assert_memory_equal(uids, expected, sizeof(expected));
		sorter_destroy(sorter);
	}
}

/* Long texts are cut in what is compared, and cost no more. */
static void test_long_texts(void **state)
{
	struct sort_criteria criteria = { .list = { { SORT_SUBJECT, false } }, .count = 1 };
	const size_t n = 100000;
	char *text = malloc(n + 20);
	struct sorter *sorter;
	const uint32_t *uids;
	size_t count;
	(void)state;
	assert_int_equal(
		sorter_create(ROOST_COMPARATOR_UNICODE_CASEMAP, false, &criteria, &sorter), 0);
	for (uint32_t uid = 1; uid <= 20; uid++) {
		struct roost_content *content;
		void *outline;
		size_t size;
		memcpy(text, "Subject: ", 9);
		memset(text + 9, 'a', n);
		text[9 + (uid % 2 ? 500 : n - 1)] = (char)('z' - uid);
		memcpy(text + 9 + n, "\r\n\r\n", 4);
		assert_int_equal(roost_content_create_copy(text, n + 13, &content), 0);
		assert_int_equal(roost_outline_create(content, &outline, &size), 0);
		struct roost_message message = { .size = sizeof(message),
			.uid = uid,
			.has = ROOST_MESSAGE_OUTLINE,
			.outline = outline,
			.outline_size = size };
		assert_int_equal(sort_in(sorter, &criteria, &message), 0);
		free(outline);
		roost_content_unref(content);
	}
	assert_int_equal(sorter_sort(sorter, &uids, &count), 0);
	for (size_t i = 0; i < 10; i++) {
		assert_int_equal(uids[i], 2 * i + 2); /* alike as far as is looked */
		assert_int_equal(uids[10 + i], 19 - 2 * i);
	}
	sorter_destroy(sorter);
	free(text);
}

/* A message that cannot be read has empty texts and the lowest numbers. */
static void test_without_facts(void **state)
{
	struct sort_criteria criteria = { .count = SORT_KEYS };
	struct sorter *sorter;
	const uint32_t *uids;
	size_t count;
	(void)state;
	for (size_t i = 0; i < SORT_KEYS; i++) {
		criteria.list[i].key = (enum sort_key)i;
	}
	assert_int_equal(sorter_create(ROOST_COMPARATOR_OCTET, true, &criteria, &sorter), 0);
	struct roost_message message = { .size = sizeof(message),
		.has = ROOST_MESSAGE_OUTLINE,
		.outline = "no outline",
		.outline_size = 10 };
	for (message.uid = 1; message.uid <= 3; message.uid++) {
		assert_int_equal(sort_in(sorter, &criteria, &message), 0);
	}
	assert_int_equal(sorter_sort(sorter, &uids, &count), 0);
	assert_int_equal(count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(uids[i], i + 1);
	}
	sorter_destroy(sorter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_without_facts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_fuzzy.c - words that are found though misspelled, and how well messages fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/util.h>

#include "base/text.h"
#include "search/fuzzy.h"
#include "search/score.h"

static void see(void *context, const struct word *word)
{
	(void)fuzzy_see(context, word, 100);
}

/* The score of `wanted` in `text`, fed in pieces of `step` bytes or whole characters. */
static unsigned score(const char *wanted, const char *text, bool bytewise)
{
	struct arena arena;
	struct fuzzy *fuzzy = NULL;

	arena_init(&arena, 1 << 20);
	assert_int_equal(fuzzy_create(&arena, text_from(wanted), &fuzzy), 0);
	assert_non_null(fuzzy);
	struct words words = { .tell = see, .context = fuzzy };
	for (size_t i = 0; bytewise && text[i] != 0; i++) {
		words_feed(&words, (struct roost_text) { text + i, 1 });
	}
	if (!bytewise) {
		words_feed(&words, text_from(text));
	}
	words_end(&words);
	unsigned result = fuzzy_score(fuzzy);
	arena_reset(&arena);
	return result;
}

static void test_words(void **state)
{
	static const struct {
		const char *wanted, *text;
		unsigned score;
	} rows[] = {
		{ "hello", "Say HELLO!", 100 },
		{ "Helo", "hello", 60 },
		{ "Helo", "help", 60 },
		{ "Helo", "here", 0 },
		{ "helo", "ehlo", 60 }, /* neighbours that changed places */
		{ "helo", "helo", 100 },
		{ "cat", "cut", 0 }, /* too short for errors */
		{ "cat", "cats", 85 },
		{ "cat", "concatenate", 70 },
		{ "concatenate", "cat", 0 },
		{ "definitely", "definately", 60 },
		{ "definitely", "defanately", 40 },
		{ "definitely", "defanatily", 0 },
		{ "searching", "searched", 55 },
		{ "house", "housing", 0 },
		{ "working", "workings", 85 },
		{ "meetings", "meeting", 60 },
		{ "two words", "words, and then two", 100 },
		{ "two words", "words", 50 },
		{ "e\xcc\x81t\xc3\xa9", "ETE", 100 },
		{ "ete", "\xc3\xa9t\xc3\xa9", 100 },
		{ "strasse",
			"Stra\xc3\x9f"
			"e",
			100 },
		{ "\xe4\xbc\x9a\xe8\xad\xb0", "\xe6\x98\x8e\xe6\x97\xa5\xe4\xbc\x9a\xe8\xad\xb0",
			70 },
		{ "\xef\xac\x81ne", "FINE", 100 },
		{ "a a A", "a", 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (score(rows[i].wanted, rows[i].text, false) != rows[i].score) {
			print_message("%s in %s\n", rows[i].wanted, rows[i].text);
		}
		assert_int_equal(score(rows[i].wanted, rows[i].text, false), rows[i].score);
	}
	assert_int_equal(score("hello", "oh hello you", true), 100);
}

static void test_no_words(void **state)
{
	struct arena arena;
	struct fuzzy *fuzzy = NULL;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_int_equal(fuzzy_create(&arena, TEXT("--- \xcc\x81 !"), &fuzzy), 0);
	assert_null(fuzzy);
	arena_reset(&arena);
}

/* A run of letters without an end is looked at in pieces that overlap. */
static void test_long_runs(void **state)
{
	char text[1001], wanted[200];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	for (size_t at = 0; at + 32 < sizeof(text); at += 7) {
		memcpy(text + at, "abcdefghijklmnopqrstuvwyz0123456", 32);
		assert_true(score("abcdefghijklmnopqrstuvwyz0123456", text, false) >= 70);
		memset(text + at, 'x', 32);
	}
	assert_int_equal(score("abcdefghijklmnopqrstuvwyz0123456", text, false), 0);
	memset(wanted, 'x', sizeof(wanted) - 1);
	wanted[sizeof(wanted) - 1] = 0;
	assert_true(score(wanted, text, false) > 0); /* what is longer is cut */
}

static const char mail[] = "From: Dave <dave@example.org>\r\n"
			   "Subject: broken imap\r\n"
			   "X-Note: lunch\r\n"
			   "\r\n"
			   "A body about marmalade.\r\n";

static void check_mail(const struct roost_search *search, int matches, int scores)
{
	struct roost_content *content;
	struct roost_call *call;
	struct scorer *scorer;

	assert_int_equal(
		roost_content_create_borrowed(mail, sizeof(mail) - 1, NULL, NULL, &content), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	struct roost_message message = {
		.size = sizeof(message), .uid = 1, .has = ROOST_MESSAGE_CONTENT, .content = content
	};
	assert_int_equal(roost_util_match(call, search, &message), matches);
	assert_int_equal(scorer_create(call, search, &scorer), 0);
	assert_int_equal(scorer_score(scorer, &message), scores);
	assert_int_equal(scorer_score(scorer, &message), scores);
	scorer_destroy(scorer);
	roost_call_destroy(call);
	roost_content_unref(content);
}

static void test_messages(void **state)
{
#define FUZZY .size = sizeof(struct roost_search), .fuzzy = true
	struct roost_search no = { FUZZY, .key = ROOST_SEARCH_BODY, .text = "nothing" };
	struct roost_search body = { FUZZY, .key = ROOST_SEARCH_BODY, .text = "marmelade",
		.next = &no };
	static const struct {
		struct roost_search search;
		int matches, score;
	} rows[] = {
		{ { FUZZY, .key = ROOST_SEARCH_HEADER, .header = "subject", .text = "imap broken" },
			1, 100 },
		{ { FUZZY, .key = ROOST_SEARCH_HEADER, .header = "subject", .text = "imap brokne" },
			1, 80 },
		{ { FUZZY, .key = ROOST_SEARCH_HEADER, .header = "subject", .text = "imap dave" },
			0, 50 },
		{ { FUZZY, .key = ROOST_SEARCH_HEADER, .header = "x-none", .text = "imap" }, 0, 1 },
		{ { .size = sizeof(struct roost_search),
			  .key = ROOST_SEARCH_HEADER,
			  .header = "subject",
			  .text = "imap broken" },
			0, 100 },
		{ { FUZZY, .key = ROOST_SEARCH_TEXT, .text = "imap" }, 1, 100 },
		{ { FUZZY, .key = ROOST_SEARCH_TEXT, .text = "lunch" }, 1, 75 },
		{ { FUZZY, .key = ROOST_SEARCH_TEXT, .text = "marmalade" }, 1, 50 },
		{ { FUZZY, .key = ROOST_SEARCH_TEXT, .text = "imap marmalade" }, 1, 75 },
		{ { FUZZY, .key = ROOST_SEARCH_TEXT, .text = "imap mustard" }, 0, 50 },
		{ { FUZZY, .key = ROOST_SEARCH_BODY, .text = "marmalade" }, 1, 100 },
		{ { FUZZY, .key = ROOST_SEARCH_BODY, .text = "lunch" }, 0, 1 },
		{ { FUZZY, .key = ROOST_SEARCH_BODY, .text = "." }, 1, 100 }, /* as it is */
		{ { FUZZY, .key = ROOST_SEARCH_BODY, .text = "?" }, 0, 100 },
		{ { FUZZY, .key = ROOST_SEARCH_ALL }, 1, 100 },
		{ { .key = ROOST_SEARCH_BODY, .text = "marmelade", .fuzzy = true }, 0, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_mail(&rows[i].search, rows[i].matches, rows[i].score);
	}
	struct roost_search root = { FUZZY, .key = ROOST_SEARCH_OR, .children = &body };
	check_mail(&root, 1, 60);
	root.key = ROOST_SEARCH_AND;
	check_mail(&root, 0, 60);
	root = (struct roost_search) { FUZZY, .key = ROOST_SEARCH_NOT, .children = &no };
	check_mail(&root, 1, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_no_words),
		cmocka_unit_test(test_long_runs),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_language.c - which language a client gets, and that texts are found in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>

#include "base/text.h"
#include "base/utf8.h"
#include "session/language.h"

static void test_ranges(void **state)
{
	static const struct {
		const char *range;
		enum language language;
	} ranges[] = { { "de", LANGUAGE_GERMAN }, { "DE", LANGUAGE_GERMAN },
		{ "de-AT", LANGUAGE_GERMAN }, { "de-Latn-DE-1996", LANGUAGE_GERMAN },
		{ "de-a-b", LANGUAGE_GERMAN }, { "en-CA", LANGUAGE_ENGLISH },
		{ "i-default", LANGUAGE_DEFAULT }, { "default", LANGUAGE_DEFAULT },
		{ "*", LANGUAGE_DEFAULT }, { "fr", LANGUAGES }, { "d", LANGUAGES },
		{ "den", LANGUAGES }, { "i", LANGUAGES }, { "-", LANGUAGES }, { "--", LANGUAGES },
		{ "-de", LANGUAGES }, { "", LANGUAGES }, { "a-b-c-d-e", LANGUAGES } };
	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		assert_int_equal(language_find(text_from(ranges[i].range)), ranges[i].language);
	}
}

static bool is_text(const char *text)
{
	size_t n = strlen(text);
	for (size_t i = 0; i < n;) {
		uint32_t character;
		size_t size = utf8_decode(text + i, n - i, &character);
		if (size == 0 || character < ' ' || character == 127) {
			return false;
		}
		i += size;
	}
	/* A text must not look like a response code. */
	return n > 0 && text[0] != '[';
}

static void test_texts(void **state)
{
	static const char *const texts[] = { "A batch has at least 500 messages", "Sorted",
		"Search done", "Signed in", "Unknown command", "You are signed in already",
		"Mailbox selected", "Mailbox selected, read-only", "Until next time" };
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *german = language_text(LANGUAGE_GERMAN, texts[i]);
		assert_string_not_equal(german, texts[i]);
		assert_true(is_text(german));
		assert_string_equal(language_text(LANGUAGE_DEFAULT, texts[i]), texts[i]);
		assert_string_equal(language_text(LANGUAGE_ENGLISH, texts[i]), texts[i]);
	}
	assert_string_equal(language_text(LANGUAGE_GERMAN, "no such text"), "no such text");
	assert_string_equal(language_text(LANGUAGE_GERMAN, ""), "");
}

/* What errors say is in the table: it is looked up by halves, and so must be in order. */
static void test_errors(void **state)
{
	(void)state;
	for (int error = 0; strcmp(roost_error_name(error), "ROOST_ERR_?") != 0; error--) {
		const char *english = roost_error_text(error);
		const char *german = language_text(LANGUAGE_GERMAN, english);
		if (strcmp(english, german) == 0) {
			print_error("no German for: %s\n", english);
		}
		assert_string_not_equal(english, german);
		assert_true(is_text(german));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

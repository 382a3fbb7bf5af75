/* test_text.c - the text that is told for an index: whatever the matcher finds must be in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/util.h>

#include "random_mail.h"

/* All that was told, each text ended by a byte that no text has. */
struct told {
	char bytes[2 * 1024 * 1024];
	size_t size, texts;
	int result; /* what to answer, once `answer_at` bytes were told */
	size_t answer_at;
};

static int keep(void *context, struct roost_text piece, bool last)
{
	struct told *told = context;
	assert_true(piece.size + 1 < sizeof(told->bytes) - told->size);
	memcpy(told->bytes + told->size, piece.bytes, piece.size);
	told->size += piece.size;
	if (last) {
		told->bytes[told->size++] = '\xff';
		told->texts++;
	}
	return told->size >= told->answer_at ? told->result : 0;
}

static struct told told;
static struct roost_call *call;

static int tell(const char *bytes, size_t size)
{
	struct roost_content *content;
	void *outline;
	size_t outline_size;
	assert_int_equal(roost_content_create_borrowed(bytes, size, NULL, NULL, &content), 0);
	assert_int_equal(roost_outline_create(content, &outline, &outline_size), 0);
	told.size = told.texts = 0;
	struct roost_outline opened = { outline, outline_size };
	int r = roost_util_search_text(call, &opened, content, keep, &told);
	free(outline);
	roost_content_unref(content);
	return r;
}

static bool is_told(const char *text)
{
	struct roost_text folded;
	assert_int_equal(
		roost_util_search_fold(call, (struct roost_text) { text, strlen(text) }, &folded),
		0);
	return memmem(told.bytes, told.size, folded.bytes, folded.size) != NULL;
}

static void test_told(void **state)
{
	static const char mail[] = "Subject: =?utf-8?Q?Caf=C3=A9?=\r\n"
				   " plans\r\n"
				   "X-Odd : value\r\n"
				   "Content-Type: multipart/mixed; boundary=b\r\n"
				   "\r\n"
				   "--b\r\n"
				   "Content-Transfer-Encoding: base64\r\n"
				   "\r\n"
				   "SGVsbG8gV29ybGQ=\r\n"
				   "--b\r\n"
				   "Content-Type: message/rfc822\r\n"
				   "\r\n"
				   "Subject: inner\r\n"
				   "\r\n"
				   "stra\xc3\x9f"
				   "e\r\n"
				   "--b\r\n"
				   "Content-Type: image/png\r\n"
				   "\r\n"
				   "picture\r\n"
				   "--b--\r\n";
	(void)state;
	told.answer_at = SIZE_MAX;
	assert_int_equal(tell(mail, sizeof(mail) - 1), 0);
	assert_true(is_told("caf\xc3\xa9 plans"));
	assert_true(is_told("subject: CAF"));
	assert_true(is_told("x-odd"));
	assert_true(is_told("hello world"));
	assert_true(is_told("inner"));
	assert_true(is_told("STRA\xc3\x9f"
			    "E"));
	assert_false(is_told("picture"));
	assert_false(is_told("SGVsbG8"));
	assert_int_equal(told.bytes[told.size - 1], '\xff');

	told.answer_at = 10;
	told.result = ROOST_STOP;
	assert_int_equal(tell(mail, sizeof(mail) - 1), ROOST_STOP);
	told.result = ROOST_ERR_OVER_QUOTA;
	assert_int_equal(tell(mail, sizeof(mail) - 1), ROOST_ERR_OVER_QUOTA);
	assert_int_equal(told.texts, 1);
	told.answer_at = SIZE_MAX;
	told.result = 0;
	assert_int_equal(tell("", 0), 0);
	roost_call_cancel(call);
	assert_int_equal(tell(mail, sizeof(mail) - 1), ROOST_ERR_CANCELLED);
	roost_call_reset(call);
}

/* With too many fields to look at one by one, the message must always be looked at. */
static void test_many_fields(void **state)
{
	const size_t room = (size_t)1000 * 20;
	char *mail = malloc(room);
	size_t n = 0;
	(void)state;
	assert_non_null(mail);
	for (unsigned i = 0; i < 400; i++) {
		n += (size_t)snprintf(mail + n, room - n, "X-%u: %u\r\n", i, i);
	}
	assert_int_equal(tell(mail, n), 0);
	for (unsigned i = 400; i < 1000; i++) {
		n += (size_t)snprintf(mail + n, room - n, "X-%u: %u\r\n", i, i);
	}
	assert_int_equal(tell(mail, n), ROOST_STOP);
	free(mail);
}

static void test_version(void **state)
{
	char text[128];
	(void)state;
	assert_int_equal(roost_util_search_text_version(text, sizeof(text)), 0);
	assert_true(strlen(text) > 10);
	assert_int_equal(roost_util_search_text_version(text, 5), ROOST_ERR_LIMIT);
}

static void test_random(void **state)
{
	uint32_t seed = 20250301;
	unsigned found = 0, missed = 0;
	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		size_t size;
		char *mail = random_mail(&seed, &size);
		int r = tell(mail, size);
		assert_true(r == 0 || r == ROOST_STOP);
		struct roost_message message = { .size = sizeof(message),
			.has = ROOST_MESSAGE_CONTENT };
		assert_int_equal(
			roost_content_create_borrowed(mail, size, NULL, NULL, &message.content), 0);
		for (unsigned k = 0; r == 0 && k < 60; k++) {
			char needle[100];
			random_needle(&seed, needle, sizeof(needle));
			struct roost_search search = { .size = sizeof(search), .text = needle };
			search.key = k % 3 == 0   ? ROOST_SEARCH_HEADER
				     : k % 3 == 1 ? ROOST_SEARCH_BODY
						  : ROOST_SEARCH_TEXT;
			search.header = random_field(&seed);
			int match = roost_util_match(call, &search, &message);
			assert_true(match >= 0);
			bool is_there = is_told(needle);
			if (match == 1 && !(is_there && (search.key != ROOST_SEARCH_HEADER ||
								is_told(search.header)))) {
				fail_msg("message %u: \"%s\" is found but not told", i, needle);
			}
			found += match == 1;
			missed += match == 0 && !is_there;
			roost_call_reset(call);
		}
		roost_content_unref(message.content);
		free(mail);
	}
	assert_true(found > 1000);
	assert_true(missed > 1000);
}

static int begin(void **state)
{
	(void)state;
	return roost_call_create(&call, 0);
}

static int end(void **state)
{
	(void)state;
	roost_call_destroy(call);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_many_fields),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests_name("search/text", tests, begin, end);
}

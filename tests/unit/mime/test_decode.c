/* test_decode.c - encoded words and RFC 2231 values, as the RFCs have them and as mail has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"
#include "corpus.h"
#include "mime/decode.h"

struct row {
	const char *value;
	const char *utf8;
};

static const struct row header_rows[] = {
	{ "", "" },
	{ " \r\n", "" },
	{ " plain text", "plain text" },
	/* RFC 2047, 8 */
	{ "=?ISO-8859-1?Q?a?=", "a" },
	{ "(=?ISO-8859-1?Q?a?= b)", "(a b)" },
	{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "(=?ISO-8859-1?Q?a_b?=)", "(a b)" },
	{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)" },
	{ "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>" },
	{ "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
	  " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
		"If you can read this you understand the example." },
	/* RFC 2231, 5 */
	{ "=?US-ASCII*EN?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>" },
	{ "=?utf-8*?q?x?=", "x" },
	/* case, and Q inside */
	{ "=?utf-8?q?caf=c3=a9?=", "café" },
	{ "=?utf-8?Q?a=3D=3F=5F?=", "a=?_" },
	{ "=?utf-8?b?w6k=?=", "é" },
	{ "=?utf-8?Q?\?=", "" },
	{ "=?utf-8?B?\?=", "" },
	/* leniency: spaces, question marks, missing padding, words inside words and quotes */
	{ "=?utf-8?Q?two words?=", "two words" },
	{ "=?utf-8?Q?really?no?=", "really?no" },
	{ "=?utf-8?B?w6k?=", "é" },
	{ "=?utf-8?B?w6 \r\n k=?=", "é" },
	{ "=?utf-8?B?dw==dw==?=", "ww" },
	{ "pre=?utf-8?Q?fix?=post", "prefixpost" },
	{ "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab" },
	{ "\"=?utf-8?Q?Andr=C3=A9?=\" <a@b>", "\"André\" <a@b>" },
	{ "=?utf-8?Q?bad=ZZ=?=", "bad=ZZ=" },
	{ "=?utf-8?Q?bad=4?=", "bad=4" },
	/* characters split between words */
	{ "=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café" },
	{ "=?utf-8?B?w?= =?utf-8?B?6k=?=", "\xEF\xBF\xBD" },
	{ "=?UTF-8?B?w6nD?=\r\n =?utf-8?Q?=A9?=", "éé" },
	{ "=?utf-8?Q?caf=C3?= =?latin1?Q?=A9?=", "caf\xEF\xBF\xBD©" },
	{ "=?utf-8?Q?caf=C3?= x =?utf-8?Q?=A9?=", "caf\xEF\xBF\xBD x \xEF\xBF\xBD" },
	{ "=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "日本" },
	/* unknown charsets, raw 8-bit */
	{ "=?x-unknown?Q?caf=E9?=", "café" },
	{ "=??Q?caf=C3=A9?=", "café" },
	{ "caf\xC3\xA9 and caf\xE9", "café and café" },
	{ "caf\xE9 =?utf-8?Q?=C3=A9?= \xE9", "café é é" },
	/* not encoded words */
	{ "=?", "=?" },
	{ "=?utf-8", "=?utf-8" },
	{ "=?utf-8?", "=?utf-8?" },
	{ "=?utf-8?Q", "=?utf-8?Q" },
	{ "=?utf-8?Q?", "=?utf-8?Q?" },
	{ "=?utf-8?Q?x", "=?utf-8?Q?x" },
	{ "=?utf-8?Q?x?", "=?utf-8?Q?x?" },
	{ "=?utf-8?X?x?=", "=?utf-8?X?x?=" },
	{ "=?utf 8?Q?x?=", "=?utf 8?Q?x?=" },
	{ "=?utf-8?QQ?x?=", "=?utf-8?QQ?x?=" },
	{ "=?utf-8?Q?open =?utf-8?Q?closed?=", "=?utf-8?Q?open closed" },
	{ "==?utf-8?Q?x?=", "=x" },
	{ "1 = 2 ?= 3", "1 = 2 ?= 3" },
	/* folding */
	{ "a\r\n b\r\n\tc", "a b\tc" },
	{ "a\n b", "a b" },
	{ "a\r b", "a b" },
	{ "a\r\n \r\n b\r\n", "a  b" },
};

static const struct row parameter_rows[] = {
	{ "", "" },
	{ "us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "This is ***fun***" },
	{ "iso-8859-1'en'%A3%20rates", "£ rates" },
	{ "UTF-8''%c2%a3%20and%20%e2%82%ac%20rates", "£ and € rates" },
	{ "''plain", "plain" },
	{ "'en'caf%C3%A9", "café" },
	{ "utf-8'en'it's", "it's" },
	{ "no%20quotes%E9", "no quotesé" },
	{ "one'quote", "one'quote" },
	{ "utf-8''100%", "100%" },
	{ "utf-8''100%2", "100%2" },
	{ "utf-8''%zz%", "%zz%" },
	{ "x-nonsense''caf%E9", "café" },
	{ "utf-8''caf\xC3\xA9", "café" },
	{ "utf-8''%00", "" },
};

static void check(const char *kind, size_t i, const char *wanted, const struct buf *utf8)
{
	if (utf8->failed || utf8->size != strlen(wanted) ||
		(utf8->size > 0 && memcmp(utf8->data, wanted, utf8->size) != 0)) {
		fail_msg("%s %zu: \"%.*s\", not \"%s\"", kind, i, (int)utf8->size, utf8->data,
			wanted);
	}
}

static void decode_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(header_rows) / sizeof(header_rows[0]); i++) {
		/* A copy of the exact size, so that a step too far is seen. */
		size_t size = strlen(header_rows[i].value);
		char *value = malloc(size + 1);
		struct buf utf8;
		assert_non_null(value);
		memcpy(value, header_rows[i].value, size);
		value = realloc(value, size > 0 ? size : 1);
		buf_init(&utf8, 1000);
		decode_header((struct roost_text) { value, size }, &utf8);
		check("header", i, header_rows[i].utf8, &utf8);
		buf_free(&utf8);
		free(value);
	}
}

static void decode_parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(parameter_rows) / sizeof(parameter_rows[0]); i++) {
		struct buf utf8;
		buf_init(&utf8, 1000);
		decode_parameter(text_from(parameter_rows[i].value), &utf8);
		if (i + 1 < sizeof(parameter_rows) / sizeof(parameter_rows[0])) {
			check("parameter", i, parameter_rows[i].utf8, &utf8);
		} else {
			assert_int_equal(utf8.size, 1); /* the NUL */
		}
		buf_free(&utf8);
	}
}

static void absent_values_are_empty(void **state)
{
	struct buf utf8;
	(void)state;
	buf_init(&utf8, 1000);
	decode_header(TEXT_ABSENT, &utf8);
	decode_parameter(TEXT_ABSENT, &utf8);
	assert_int_equal(utf8.size, 0);
	assert_false(utf8.failed);
	buf_free(&utf8);
}

/* Megabytes of what looks like the start of a word, over and over: time must not grow with the
 * square. Were it to, this would take hours. */
static void long_values_take_little_time(void **state)
{
	static const char *const units[] = { "=?a?Q?x", "=?", "=?a?Q?", "=?a?Q? ?", "=",
		"=?a?Q?b?= ", "=?a?B?YQ==?=", "?=",
		"=?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	size_t size = 2000000;
	char *value = malloc(size);
	(void)state;
	assert_non_null(value);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t unit = strlen(units[i]);
		struct buf utf8;
		for (size_t at = 0; at < size; at++) {
			value[at] = units[i][at % unit];
		}
		buf_init(&utf8, 3 * size);
		decode_header((struct roost_text) { value, size }, &utf8);
		assert_false(utf8.failed);
		buf_free(&utf8);
	}
	free(value);
}

static void noise_becomes_utf8(void **state)
{
	static const char alphabet[] = "==??qQbB__ \t\r\n\xE9\xC3\xA9utf-8big5*%'A1";
	uint32_t seed = 7;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char value[80];
		size_t size = (size_t)round % sizeof(value);
		struct buf utf8;
		for (size_t i = 0; i < size; i++) {
			seed = seed * 1664525u + 1013904223u;
			value[i] = alphabet[(seed >> 8) % (sizeof(alphabet) - 1)];
		}
		buf_init(&utf8, 1000);
		decode_header((struct roost_text) { value, size }, &utf8);
		decode_parameter((struct roost_text) { value, size }, &utf8);
		assert_false(utf8.failed);
		assert_true(utf8_is_valid(utf8.data, utf8.size));
		buf_free(&utf8);
	}
}

static void a_full_buffer_is_told(void **state)
{
	struct buf utf8;
	(void)state;
	buf_init(&utf8, 300);
	for (int i = 0; i < 100; i++) {
		decode_header(TEXT("=?utf-8?Q?something?= more"), &utf8);
	}
	assert_true(utf8.failed);
	buf_free(&utf8);
}

/* The text after "Author: " or "Subject: " in one of git's expectations. */
static bool expected_line(const char *info, const char *label, char *line, size_t size)
{
	const char *found = strstr(info, label);
	if (found == NULL) {
		return false;
	}
	found += strlen(label);
	(void)snprintf(line, size, "%.*s", (int)strcspn(found, "\n"), found);
	return true;
}

static void decode_corpus(void **state)
{
	size_t size;
	char *mbox = corpus_read("git/t5100/rfc2047-samples.mbox", &size);
	char *message = mbox;
	(void)state;
	if (mbox == NULL) {
		skip();
	}
	for (int i = 1; i <= 11; i++) {
		char path[100];
		char line[300];
		(void)snprintf(path, sizeof(path), "git/t5100/rfc2047-info-%04d", i);
		char *info = corpus_read(path, &size);
		char *next = strstr(message + 1, "\nFrom nobody ");
		struct buf utf8;
		assert_non_null(info);
		buf_init(&utf8, 100000);
		decode_header(
			next != NULL ? text_between(message, next) : text_from(message), &utf8);
		if (expected_line(info, "Author: ", line, sizeof(line)) &&
			memmem(utf8.data, utf8.size, line, strcspn(line, " ")) == NULL) {
			fail_msg("message %d: no %s in %.*s", i, line, (int)utf8.size, utf8.data);
		}
		if (expected_line(info, "Subject: ", line, sizeof(line)) &&
			memmem(utf8.data, utf8.size, line, strlen(line)) == NULL) {
			fail_msg("message %d: no %s in %.*s", i, line, (int)utf8.size, utf8.data);
		}
		buf_free(&utf8);
		free(info);
		message = next;
		if (message == NULL) {
			assert_int_equal(i, 11);
			break;
		}
	}
	free(mbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_headers),
		cmocka_unit_test(decode_parameters),
		cmocka_unit_test(absent_values_are_empty),
		cmocka_unit_test(long_values_take_little_time),
		cmocka_unit_test(noise_becomes_utf8),
		cmocka_unit_test(a_full_buffer_is_told),
		cmocka_unit_test(decode_corpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

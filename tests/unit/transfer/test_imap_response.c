/* test_imap_response.c - responses of IMAP servers, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "imap_response.h"

/* A response in memory of its own size, with one literal. */
struct sample {
	struct imap_text text;
	struct imap_response response;
	const char *error;
};

static void parse(struct sample *sample, const char *bytes, size_t n)
{
	*sample = (struct sample) { .text = { .size = n } };
	sample->text.bytes = malloc(n > 0 ? n : 1);
	assert_non_null(sample->text.bytes);
	memcpy(sample->text.bytes, bytes, n);
	assert_int_equal(roost_content_create_copy("body", 4, &sample->text.literals[0]), 0);
	sample->text.literal_count = 1;
	sample->error = imap_response_parse(&sample->text, &sample->response);
}

static void clear(struct sample *sample)
{
	roost_content_unref(sample->text.literals[0]);
	free(sample->text.bytes);
}

static void expect_text(struct roost_text text, const char *expected)
{
	if (expected == NULL) {
		assert_null(text.bytes);
		return;
	}
	assert_int_equal(text.size, strlen(expected));
	assert_memory_equal(text.bytes, expected, text.size);
}

static void test_status(void **state)
{
	static const struct {
		const char *line;
		enum imap_kind kind;
		enum imap_status status;
		uint32_t tag, uid_validity;
		const char *text, *capabilities;
	} rows[] = {
		{ "* OK hello", IMAP_STATUS, IMAP_OK, 0, 0, "hello", NULL },
		{ "* ok", IMAP_STATUS, IMAP_OK, 0, 0, "", NULL },
		{ "* OK [CAPABILITY A B=C] x", IMAP_STATUS, IMAP_OK, 0, 0, "x", "A B=C" },
		{ "* OK [UIDVALIDITY 12] x", IMAP_STATUS, IMAP_OK, 0, 12, "x", NULL },
		{ "* OK [UIDVALIDITY 99999999999] x", IMAP_STATUS, IMAP_OK, 0, 0, "x", NULL },
		{ "* PREAUTH x", IMAP_STATUS, IMAP_PREAUTH, 0, 0, "x", NULL },
		{ "* BYE", IMAP_STATUS, IMAP_BYE, 0, 0, "", NULL },
		{ "A7 NO [X] no", IMAP_TAGGED, IMAP_NO, 7, 0, "no", NULL },
		{ "A4294967295 BAD", IMAP_TAGGED, IMAP_BAD, UINT32_MAX, 0, "", NULL },
		{ "+ more", IMAP_CONTINUE, IMAP_OK, 0, 0, "more", NULL },
		{ "+", IMAP_CONTINUE, IMAP_OK, 0, 0, "", NULL },
		{ "* CAPABILITY A B", IMAP_CAPABILITY, IMAP_OK, 0, 0, " A B", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		parse(&sample, rows[i].line, strlen(rows[i].line));
		assert_null(sample.error);
		assert_int_equal(sample.response.kind, rows[i].kind);
		assert_int_equal(sample.response.status, rows[i].status);
		assert_int_equal(sample.response.tag, rows[i].tag);
		if (rows[i].uid_validity != 0) {
			assert_int_equal(sample.response.uid_validity, rows[i].uid_validity);
		}
		expect_text(sample.response.text, rows[i].text);
		expect_text(sample.response.capabilities, rows[i].capabilities);
		clear(&sample);
	}
}

static void test_list(void **state)
{
	static const struct {
		const char *line;
		char delimiter;
		const char *name;
		size_t attributes;
	} rows[] = {
		{ "* LIST () \"/\" INBOX", '/', "INBOX", 0 },
		{ "* LSUB (\\A \\B) \".\" \"a \\\"b\\\\\"", '.', "a \"b\\", 2 },
		{ "* LIST (\\A) NIL {4}\r\n", '\0', "body", 1 },
		{ "* LIST () \"\\\\\" [a]*b", '\\', "[a]*b", 0 },
		{ "* LIST () \"/\" \"\"", '/', "", 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		parse(&sample, rows[i].line, strlen(rows[i].line));
		assert_null(sample.error);
		assert_int_equal(sample.response.kind, IMAP_LIST);
		assert_int_equal(sample.response.delimiter, rows[i].delimiter);
		assert_int_equal(sample.response.flag_count, rows[i].attributes);
		expect_text(sample.response.name, rows[i].name);
		clear(&sample);
	}
}

static void test_fetch(void **state)
{
	static const char line[] =
		"* 3 FETCH (X (1 \"a\" (b)) FLAGS (\\Seen $K) BODY[TEXT]<0> NIL "
		"INTERNALDATE \" 7-Feb-1994 21:52:25 -0800\" BODY[] {4}\r\n UID 9)";
	struct sample sample;
	(void)state;
	parse(&sample, line, strlen(line));
	assert_null(sample.error);
	assert_int_equal(sample.response.kind, IMAP_FETCH);
	assert_int_equal(sample.response.uid, 9);
	assert_int_equal(sample.response.flag_count, 2);
	expect_text(sample.response.flags[1], "$K");
	assert_true(sample.response.has_date);
	assert_int_equal(sample.response.date.seconds, 760686745);
	assert_int_equal(sample.response.date.zone, -480);
	assert_true(sample.response.has_body);
	assert_ptr_equal(sample.response.body, sample.text.literals[0]);
	clear(&sample);
}

static void test_wrong(void **state)
{
	static const char *const rows[] = { "", "*", "* ", "A", "A1", "A1 ", "A1 YES", "A1 BYE x",
		"B1 OK", "Ax OK", "A99999999999 OK", "* OK [x", "* 1 FETCH", "* 1 FETCH (",
		"* 1 FETCH (UID", "* 1 FETCH (UID )", "* 1 FETCH (UID x)",
		"* 1 FETCH (FLAGS \\Seen)", "* 1 FETCH (FLAGS (a", "* 1 FETCH (BODY[",
		"* 1 FETCH (BODY[] x)", "* 1 FETCH (BODY[] \"x)", "* 1 FETCH (BODY[] {4})",
		"* 1 FETCH (X )", "* 1 FETCH (X {4}\r\n Y {4}\r\n)", "* 1 FETCH (X (()", "* LIST",
		"* LIST ()", "* LIST () \"/\"", "* LIST () \"/\" ", "* LIST () x y", "* STATUS a",
		"* STATUS a (", "* STATUS a (MESSAGES x)", "* 1" };
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		parse(&sample, rows[i], strlen(rows[i]));
		if (sample.error == NULL) {
			fail_msg("%s", rows[i]);
		}
		clear(&sample);
	}
}

static void test_announces(void **state)
{
	uint64_t size = 7;
	(void)state;
	assert_true(imap_response_announces("x {12}", 6, &size));
	assert_int_equal(size, 12);
	assert_true(imap_response_announces("{0}", 3, &size));
	assert_int_equal(size, 0);
	assert_false(imap_response_announces("{}", 2, &size));
	assert_false(imap_response_announces("12}", 3, &size));
	assert_false(imap_response_announces("{1x}", 4, &size));
	assert_false(imap_response_announces("{9999999999999999999}", 21, &size));
	assert_false(imap_response_announces("}", 1, &size));
	assert_false(imap_response_announces("", 0, &size));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_announces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_write.c - ENVELOPE, BODY and BODYSTRUCTURE as clients see them. RFC 3501 section 7.4.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>
#include <roost/util.h>

#include "message.h"
#include "mime/write.h"

static void assert_written(struct buf *buf, const char *expected)
{
	assert_int_equal(buf_status(buf), 0);
	buf_char(buf, '\0');
	assert_string_equal(buf->data, expected);
	buf_free(buf);
}

static void test_nstring(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *expected;
	} cases[] = {
		{ NULL, 0, "NIL" },
		{ "", 0, "\"\"" },
		{ "abc", 3, "\"abc\"" },
		{ "a\"b\\c", 5, "\"a\\\"b\\\\c\"" },
		{ "a\tb", 3, "\"a\tb\"" },
		{ "a\rb", 3, "{3}\r\na\rb" },
		{ "a\nb", 3, "{3}\r\na\nb" },
		{ "\xc3\xa9", 2, "{2}\r\n\xc3\xa9" },
		{ "\x7f", 1, "{1}\r\n\x7f" },
		{ "\x01", 1, "{1}\r\n\x01" },
		{ "a\0b", 3, "\"ab\"" },
		{ "\0", 1, "\"\"" },
		{ "\0\xff\0\0x\0", 6, "{2}\r\n\xffx" },
	};
	struct buf buf;
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&buf, 10000);
		nstring_write(&buf, (struct roost_text) { cases[i].bytes, cases[i].size });
		assert_written(&buf, cases[i].expected);
	}
	char large[2000];
	memset(large, 'x', sizeof(large));
	buf_init(&buf, 10000);
	nstring_write(&buf, (struct roost_text) { large, 1024 });
	assert_int_equal(buf.size, 1026);
	buf_free(&buf);
	nstring_write(&buf, (struct roost_text) { large, 1025 });
	assert_memory_equal(buf.data, "{1025}\r\n", 8);
	assert_int_equal(buf.size, 8 + 1025);
	buf_free(&buf);
}

static const struct {
	const char *bytes;
	const char *expected;
} envelopes[] = {
	{ "", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "Subject:\nDate:\nMessage-ID:\nIn-Reply-To:\nFrom:\nTo:\n\n",
		"(\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")" },
	{ "From: A <a@b>\n\n", "(NIL NIL ((\"A\" NIL \"a\" \"b\")) ((\"A\" NIL \"a\" \"b\")) "
			       "((\"A\" NIL \"a\" \"b\")) NIL NIL NIL NIL NIL)" },
	{ "From: a@b\nSender:\nReply-To: (empty)\n\n",
		"(NIL NIL ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) "
		"((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL)" },
	{ "Sender: s@x\nReply-To: r@y\n\n", "(NIL NIL NIL ((NIL NIL \"s\" \"x\")) ((NIL NIL \"r\" "
					    "\"y\")) NIL NIL NIL NIL NIL)" },
	{ "To: G: a@b;\nCc: x\nBcc: \"a b\" <@r:c@d>\n\n",
		"(NIL NIL NIL NIL NIL ((NIL NIL \"G\" NIL)(NIL NIL \"a\" \"b\")(NIL NIL NIL NIL)) "
		"((NIL NIL \"x\" \"\")) ((\"a b\" \"@r\" \"c\" \"d\")) NIL NIL)" },
	{ "Subject: a\r\n b\r\n\tc\r\nSubject: second\r\n\r\n",
		"(NIL \"a b\tc\" NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "Subject: caf\xe9\n\n", "(NIL {4}\r\ncaf\xe9 NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "Message-ID: <a@b> (c)\nIn-Reply-To: x <y@z>\n\n",
		"(NIL NIL NIL NIL NIL NIL NIL NIL \"x <y@z>\" \"<a@b> (c)\")" },
	/* RFC 3501 section 8. */
	{ "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
	  "From: Terry Gray <gray@cac.washington.edu>\r\n"
	  "Subject: IMAP4rev1 WG mtg summary and minutes\r\nTo: imap@cac.washington.edu\r\n"
	  "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
	  "Message-Id: <B27397-0100000@cac.washington.edu>\r\nMIME-Version: 1.0\r\n"
	  "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n",
		"(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" "
		"\"IMAP4rev1 WG mtg summary and minutes\" "
		"((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
		"((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
		"((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
		"((NIL NIL \"imap\" \"cac.washington.edu\")) "
		"((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")"
		"(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
		"\"<B27397-0100000@cac.washington.edu>\")" },
};

static void test_envelope(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(envelopes) / sizeof(envelopes[0]); i++) {
		struct message message;
		struct buf buf;
		message_make(&message, envelopes[i].bytes, strlen(envelopes[i].bytes));
		buf_init(&buf, 10000);
		envelope_write(&buf, &message.outline, 0);
		assert_written(&buf, envelopes[i].expected);
		message_free(&message);
	}
}

#define DEFAULT "\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\""

static const struct {
	const char *bytes;
	const char *body, *extensible;
} structures[] = {
	{ "", "(" DEFAULT " 0 0)", "(" DEFAULT " 0 0 NIL NIL NIL NIL)" },
	{ "\nabc\nd", "(" DEFAULT " 5 2)", "(" DEFAULT " 5 2 NIL NIL NIL NIL)" },
	{ "Content-Type: TEXT/html; charset=x\nContent-Transfer-Encoding: Base64\n\nQQ==\n",
		"(\"TEXT\" \"html\" (\"charset\" \"x\") NIL NIL \"Base64\" 5 1)",
		"(\"TEXT\" \"html\" (\"charset\" \"x\") NIL NIL \"Base64\" 5 1 NIL NIL NIL NIL)" },
	{ "Content-Type: text/plain\n\n", "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)",
		"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0 NIL NIL NIL NIL)" },
	{ "Content-Type: image/png; name=\"a\\\"b\"\nContent-ID: <i>\nContent-Description: d\n"
	  "Content-MD5: m\nContent-Disposition: inline; filename*=utf-8''%41; x=y\n"
	  "Content-Language: en\nContent-Location: http://l\n\nxyz\n",
		"(\"image\" \"png\" (\"name\" \"a\\\"b\") \"<i>\" \"d\" \"7bit\" 4)",
		"(\"image\" \"png\" (\"name\" \"a\\\"b\") \"<i>\" \"d\" \"7bit\" 4 \"m\" "
		"(\"inline\" (\"filename*\" \"utf-8''%41\" \"x\" \"y\")) (\"en\") \"http://l\")" },
	{ "Content-Type: a/b\nContent-Disposition: attachment\nContent-Language: en, de\n\n",
		"(\"a\" \"b\" NIL NIL NIL \"7bit\" 0)",
		"(\"a\" \"b\" NIL NIL NIL \"7bit\" 0 NIL (\"attachment\" NIL) (\"en\" \"de\") "
		"NIL)" },
	/* A multipart without parts has one that is empty. */
	{ "Content-Type: multipart/mixed\n\nx", "((" DEFAULT " 0 0) \"mixed\")",
		"((" DEFAULT " 0 0 NIL NIL NIL NIL) \"mixed\" NIL NIL NIL NIL)" },
	{ "Content-Type: multipart/x; boundary=b\nContent-Language: en\n\n--b\n\na\n--b\n"
	  "Content-Type: c/d\n\ne\n--b--\n",
		"((" DEFAULT " 1 1)(\"c\" \"d\" NIL NIL NIL \"7bit\" 1) \"x\")",
		"((" DEFAULT " 1 1 NIL NIL NIL NIL)"
		"(\"c\" \"d\" NIL NIL NIL \"7bit\" 1 NIL NIL NIL NIL)"
		" \"x\" (\"boundary\" \"b\") NIL (\"en\") NIL)" },
	{ "Content-Type: message/rfc822\n\nSubject: s\n\nt\n",
		"(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 14 "
		"(NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL) (" DEFAULT " 2 1) 3)",
		"(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 14 "
		"(NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL) "
		"(" DEFAULT " 2 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL)" },
	/* One that must not be looked into still has what the grammar wants. */
	{ "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n",
		"(\"message\" \"rfc822\" NIL NIL NIL \"base64\" 5 "
		"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (" DEFAULT " 0 0) 1)",
		"(\"message\" \"rfc822\" NIL NIL NIL \"base64\" 5 "
		"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
		"(" DEFAULT " 0 0 NIL NIL NIL NIL) 1 NIL NIL NIL NIL)" },
	{ "Content-Type: message/delivery-status\n\nA: b\n",
		"(\"message\" \"delivery-status\" NIL NIL NIL \"7bit\" 5)",
		"(\"message\" \"delivery-status\" NIL NIL NIL \"7bit\" 5 NIL NIL NIL NIL)" },
};

static void test_body_structure(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(structures) / sizeof(structures[0]); i++) {
		struct message message;
		struct buf buf;
		message_make(&message, structures[i].bytes, strlen(structures[i].bytes));
		buf_init(&buf, 10000);
		body_structure_write(&buf, &message.outline, 0, false);
		assert_written(&buf, structures[i].body);
		body_structure_write(&buf, &message.outline, 0, true);
		assert_written(&buf, structures[i].extensible);
		message_free(&message);
	}
}

static void test_util(void **state)
{
	static const char bytes[] = "Subject: s\n\nt\n";
	struct message message;
	struct roost_call *call;
	struct roost_text text;
	(void)state;
	message_make(&message, bytes, sizeof(bytes) - 1);
	assert_int_equal(roost_call_create(&call, 0), 0);
	assert_int_equal(roost_util_envelope(call, &message.outline, &text), 0);
	assert_int_equal(text.size, 41);
	assert_memory_equal(text.bytes, "(NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL)", 41);
	assert_int_equal(roost_util_body_structure(call, &message.outline, true, &text), 0);
	assert_memory_equal(text.bytes, "(\"text\" \"plain\"", 15);
	roost_call_destroy(call);
	assert_int_equal(roost_call_create(&call, 16), 0);
	assert_int_equal(roost_util_envelope(call, &message.outline, &text), ROOST_ERR_NO_MEMORY);
	assert_int_equal(roost_util_body_structure(call, &message.outline, true, &text),
		ROOST_ERR_NO_MEMORY);
	roost_call_destroy(call);
	message_free(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nstring),
		cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_body_structure),
		cmocka_unit_test(test_util),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

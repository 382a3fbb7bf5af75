/* test_preview.c - previews: which part, and what of its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

#include "base/text.h"
#include "mime/html_reference.h"
#include "mime/preview_text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The preview of a message, from malloc and NUL-terminated. */
static char *preview_of(const char *bytes, size_t n)
{
	struct roost_content *content;
	struct roost_outline outline;
	struct roost_text preview;
	void *made;
	size_t size;

	assert_int_equal(roost_content_create_copy(bytes, n, &content), 0);
	assert_int_equal(roost_outline_create(content, &made, &size), 0);
	assert_int_equal(roost_outline_open(made, size, &outline), 0);
	assert_int_equal(roost_outline_preview(&outline, &preview), 0);
	char *copy = strndup(preview.bytes, preview.size);
	assert_int_equal(strlen(copy), preview.size);
	free(made);
	roost_content_unref(content);
	return copy;
}

static void expect(const char *message, const char *expected)
{
	char *preview = preview_of(message, strlen(message));

	if (strcmp(preview, expected) != 0) {
		fprintf(stderr, "of:\n%s\n", message);
	}
	assert_string_equal(preview, expected);
	free(preview);
}

static void plain(void **state)
{
	static const struct {
		const char *body, *preview;
	} table[] = {
		{ "", "" },
		{ "\r\n \t\r\n", "" },
		{ "Hi Bob,\r\n\r\nlunch at  12?\r\n", "Hi Bob, lunch at 12?" },
		{ "one\rtwo\nthree\r\n\tfour", "one two three four" },
		{ "a\x01z\x7F\x1B[31mred", "a z [31mred" },
		/* invisible and blank characters; joiners only between others */
		{ "a\xC2\xA0\xE2\x80\x8B\xE2\x80\x83z", "a z" },
		{ "x\xE2\x80\x8C\xC2\xA0\xE2\x80\x8C\xC2\xA0\xE2\x80\x8D", "x" },
		{ "\xE2\x80\x8Dx\xE2\x80\x8Dy", "x\xE2\x80\x8Dy" },
		{ "\xE2\x80\xAEtxt.exe", "txt.exe" },
		{ "\xEF\xBB\xBFwith a mark", "with a mark" },
		/* quoted lines, and the line that introduces them */
		{ "> old\r\nnew\r\n", "new" },
		{ "On Monday, Ann wrote:\r\n> old\r\n>\r\n> older\r\n\r\nnew\r\n", "new" },
		{ "Yes.\r\n\r\nAnn wrote:\r\n\r\n> Do you?\r\nReally.", "Yes. Really." },
		{ "Note this: it is\r\nnot a quotation:\r\nno",
			"Note this: it is not a quotation: no" },
		{ "> only\r\n>> what was\r\n> there", "only what was there" },
		{ ">From here on", "From here on" },
		{ "Ann wrote:\r\n> old", "old" },
		/* signatures, rules, other messages */
		{ "text\r\n-- \r\nAnn\r\nBoss", "text" },
		{ "-- \r\nAnn\r\n", "Ann" },
		{ "=====\r\n***\r\ntext\r\n_____\r\nmore", "text more" },
		{ "see below\r\n-----Original Message-----\r\nFrom: x\r\n", "see below" },
		{ "---------- Forwarded message ----------\r\nFrom: x\r\n", "From: x" },
		/* OpenPGP in the text */
		{ "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n", "" },
		{ "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nsigned\r\n"
		  "-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n",
			"signed" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char message[1000];
		snprintf(message, sizeof(message),
			"Content-Type: text/plain; charset=utf-8\r\n\r\n%s", table[i].body);
		expect(message, table[i].preview);
	}
}

static void html(void **state)
{
	static const struct {
		const char *body, *preview;
	} table[] = {
		{ "<p>Hi <b>Bob</b>,</p><p>lunch?</p>", "Hi Bob, lunch?" },
		{ "<html><head><title>T</title><style>p { x: '<p>'; }</style>"
		  "<script>if (a < b) alert(\"</p>\");</script></head><body>text</body></html>",
			"text" },
		{ "<SCRIPT>a</scrip></SCRIPT >b", "b" },
		{ "<title/>text", "text" },
		{ "<style>never ends", "" },
		{ "<!-- <p>no</p> -->yes<!--a--b->c-->!", "yes!" },
		{ "<!DOCTYPE html><?xml version=1?><![if !mso]>x<![endif]>y", "xy" },
		{ "<a title=\"a > b\" href='c > d'>link</a>", "link" },
		{ "a < b &lt; c & d &amp; e", "a < b < c & d & e" },
		{ "&#72;&#x69;&nbsp;&eacute;&Eacute;&euro;&hellip;&#8364;&#128;&#0;&#xD800;&nix;&",
			"Hi "
			"\xC3\xA9\xC3\x89\xE2\x82\xAC\xE2\x80\xA6\xE2\x82\xAC\xE2\x82\xAC&#0;&#"
			"xD800;&nix;&" },
		{ "AT&amp T &copy 2024 &notareferencethatislong;",
			"AT& T \xC2\xA9 2024 &notareferencethatislong;" },
		{ "one<br>two<br/>three<td>four</td>", "one two three four" },
		{ "a\r\n  b<pre>c\r\n> d\r\ne</pre>", "a b c e" },
		{ "answer<div>Ann wrote:</div><blockquote>old<blockquote>older</blockquote>old"
		  "</blockquote>more",
			"answer more" },
		{ "<blockquote>only</blockquote>", "only" },
		{ "</blockquote></pre></p>text", "text" },
		{ "text<br>-- <br>Ann", "text" },
		{ "pre&zwnj;&nbsp;&zwnj;&nbsp;&shy;&#847; header", "pre header" },
		{ "<", "" }, /* an ornament */
		{ "x<", "x" },
		{ "<averylongtagnamethatisnotone>text", "text" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char message[1000];
		snprintf(message, sizeof(message),
			"Content-Type: text/html; charset=utf-8\r\n\r\n%s", table[i].body);
		expect(message, table[i].preview);
	}
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define PART "\r\n--b\r\n"

static void parts(void **state)
{
	(void)state;
	expect("Subject: x\r\n\r\nno MIME", "no MIME");
	expect("Subject: x\r\n", "");
	expect("Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=", "hello");
	expect("Content-Type: text/plain; charset=iso-8859-1\r\n"
	       "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9 =\r\nau lait",
		"caf\xC3\xA9 au lait");
	expect(MIXED PART "Content-Type: image/png\r\n\r\nPNG" PART "\r\ntext" PART, "text");
	expect(MIXED PART "Content-Disposition: attachment\r\n\r\nfile" PART "\r\ntext" PART,
		"text");
	expect(MIXED PART "Content-Disposition: attachment\r\n\r\nfile" PART, "");
	expect(MIXED PART "\r\n\r\n" PART "Content-Type: text/html\r\n\r\n<p>html</p>" PART,
		"html");
	expect(MIXED PART "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR" PART, "");
	/* the message itself comes before those in it */
	expect(MIXED PART "Content-Type: message/rfc822\r\n\r\n\r\ninner" PART "\r\nouter" PART,
		"outer");
	expect(MIXED PART "Content-Type: message/rfc822\r\n\r\n\r\ninner" PART, "inner");
	/* encrypted */
	expect("Content-Type: multipart/encrypted; boundary=b\r\n" PART "\r\nVersion: 1" PART, "");
	expect("Content-Type: application/pkcs7-mime\r\n\r\ntext", "");
	/* 8-bit without a charset, and an unknown one */
	expect("\r\ncaf\xE9", "caf\xC3\xA9");
	expect("Content-Type: text/plain; charset=x-none\r\n\r\ncaf\xC3\xA9", "caf\xC3\xA9");
}

static void limits(void **state)
{
	static const char header[] = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
	size_t size = 3u << 20;
	char *message = malloc(size + 1);

	(void)state;
	/* 200 characters, whole ones */
	size_t n = sizeof(header) - 1;
	memcpy(message, header, n);
	for (size_t i = 0; i < 300; i++, n += 4) {
		memcpy(message + n, "\xF0\x9F\x98\x80", 4);
	}
	char *preview = preview_of(message, n);
	assert_int_equal(strlen(preview), 4 * PREVIEW_CHARACTERS);
	free(preview);
	/* many words on many lines */
	n = sizeof(header) - 1;
	for (size_t i = 0; i < 1000; i++, n += 4) {
		memcpy(message + n, "ab\r\n", 4);
	}
	preview = preview_of(message, n);
	assert_int_equal(strlen(preview), PREVIEW_CHARACTERS);
	free(preview);
	/* nothing but white space, quotation marks, tags, for megabytes, and then text: it is not looked for */
	for (const char *filler = " >\n-\xC2"; *filler != '\0'; filler++) {
		memset(message, *filler, size);
		memcpy(message, header, sizeof(header) - 1);
		memcpy(message + size - 5, "\nlate", 5);
		preview = preview_of(message, size);
		assert_null(strstr(preview, "late"));
		free(preview);
	}
	free(message);
}

static void references(void **state)
{
	(void)state;
	assert_int_equal(html_reference_find(TEXT("nbsp")), 0xA0);
	assert_int_equal(html_reference_find(TEXT("yuml")), 0xFF);
	assert_int_equal(html_reference_find(TEXT("szlig")), 0xDF);
	assert_int_equal(html_reference_find(TEXT("amp")), '&');
	assert_int_equal(html_reference_find(TEXT("#1114111")), 0x10FFFF);
	assert_int_equal(html_reference_find(TEXT("#1114112")), 0);
	assert_int_equal(html_reference_find(TEXT("#99999999999")), 0);
	assert_int_equal(html_reference_find(TEXT("#x")), 0);
	assert_int_equal(html_reference_find(TEXT("#1a")), 0);
	assert_int_equal(html_reference_find(TEXT("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(html),
		cmocka_unit_test(parts),
		cmocka_unit_test(limits),
		cmocka_unit_test(references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

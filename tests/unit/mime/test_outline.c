/* test_outline.c - from the bytes of a message to its outline, whatever the bytes are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/buf.h"
#include "message.h"
#include "say.h"

/* Each part as: depth dots, type/subtype, header offset + size, body offset + size, lines of both. */
static void describe(const struct roost_outline *outline, char *text)
{
	struct roost_part part;
	*text = '\0';
	for (uint32_t i = 0; roost_outline_part(outline, i, &part) == 0; i++) {
		struct roost_part above = part;
		while (above.parent != ROOST_NO_PART) {
			say(text, ".");
			assert_int_equal(roost_outline_part(outline, above.parent, &above), 0);
		}
		assert_int_equal(part.header_offset + part.header_size, part.body_offset);
		say(text, "%.*s/%.*s %u+%u+%u %u:%u\n", (int)part.type.size, part.type.bytes,
			(int)part.subtype.size, part.subtype.bytes, (unsigned)part.header_offset,
			(unsigned)part.header_size, (unsigned)part.body_size, part.header_lines,
			part.body_lines);
	}
}

#define MULTI "Content-Type: multipart/mixed; boundary=b\n"

static const struct {
	const char *bytes;
	const char *expected;
} table[] = {
	{ "", "text/plain 0+0+0 0:0\n" },
	{ "\n", "text/plain 0+1+0 1:0\n" },
	{ "\r\n", "text/plain 0+2+0 1:0\n" },
	{ "A: b", "text/plain 0+4+0 1:0\n" },
	{ "A: b\n", "text/plain 0+5+0 1:0\n" },
	{ "A: b\n\n", "text/plain 0+6+0 2:0\n" },
	{ "A: b\n\nc", "text/plain 0+6+1 2:1\n" },
	{ "A: b\n\nc\n", "text/plain 0+6+2 2:1\n" },
	{ "A: b\n\nc\n\n", "text/plain 0+6+3 2:2\n" },
	{ "A: b\r\n\r\nc\r\nd\r\n", "text/plain 0+8+6 2:2\n" },
	{ "A: b\r\rc\rd", "text/plain 0+6+3 2:2\n" },
	{ "A: b\r\n\nc\rd\ne\r\n", "text/plain 0+7+7 2:3\n" },
	{ "A: b\n \n\t\nc: d\n\ne", "text/plain 0+15+1 5:1\n" },
	{ "no header\nat all\n", "text/plain 0+17+0 2:0\n" },
	{ MULTI, "multipart/mixed 0+42+0 1:0\n" },
	{ MULTI "\n", "multipart/mixed 0+43+0 2:0\n" },
	{ MULTI "\nx\n", "multipart/mixed 0+43+2 2:1\n" },
	{ MULTI "\n--b", "multipart/mixed 0+43+3 2:1\n" },
	{ MULTI "\n--b\n", "multipart/mixed 0+43+4 2:1\n" },
	{ MULTI "\n--b\n\n", "multipart/mixed 0+43+5 2:2\n.text/plain 47+1+0 1:0\n" },
	{ MULTI "\n--b\n--b--\n", "multipart/mixed 0+43+10 2:2\n.text/plain 47+0+0 0:0\n" },
	{ MULTI "\n--b\n\n--b--", "multipart/mixed 0+43+10 2:3\n.text/plain 47+1+0 1:0\n" },
	{ MULTI "\n--b\n\nx\n--b--\n", "multipart/mixed 0+43+13 2:4\n.text/plain 47+1+1 1:1\n" },
	{ MULTI "\n--b\n\nx\n\n--b--\n", "multipart/mixed 0+43+14 2:5\n.text/plain 47+1+2 1:1\n" },
	{ MULTI "\n--b\n\n\n\n--b--\n", "multipart/mixed 0+43+13 2:5\n.text/plain 47+1+1 1:1\n" },
	{ MULTI "\r\n--b\r\n\r\nx\r\n--b--\r\n",
		"multipart/mixed 0+44+17 2:4\n.text/plain 49+2+1 1:1\n" },
	{ MULTI "\n--b\rA: b\r\rx\r\r--b--\r",
		"multipart/mixed 0+43+19 2:6\n.text/plain 47+6+2 2:1\n" },
	/* Missing end; what is behind the end; padding. */
	{ MULTI "\npre\n--b\n\nx\n--b\n\ny\n",
		"multipart/mixed 0+43+18 2:7\n.text/plain 51+1+1 1:1\n.text/plain 58+1+2 1:1\n" },
	{ MULTI "\n--b \t\n\nx\n--b-- \nepi\n--b\n\ny\n",
		"multipart/mixed 0+43+27 2:8\n.text/plain 49+1+1 1:1\n" },
	/* RFC 2046 section 5.1.1: the beginning is enough, but "--bc" is another's. */
	{ MULTI "\n--b garbage\n\nx\n--bc\n--b-\n -- b\n--b -- x",
		"multipart/mixed 0+43+39 2:7\n.text/plain 55+1+17 1:4\n" },
	/* A header that is cut off by a boundary. */
	{ MULTI "\n--b\nA: b\n--b\nC", "multipart/mixed 0+43+14 2:4\n"
				       ".text/plain 47+5+0 1:0\n.text/plain 56+1+0 1:0\n" },
	/* No empty line before the first boundary. */
	{ MULTI "--b\n\nx\n--b--\n", "multipart/mixed 0+42+13 1:4\n.text/plain 46+1+1 1:1\n" },
	{ MULTI " \njunk\n--b\n\nx\n--b--\n",
		"multipart/mixed 0+49+13 3:4\n.text/plain 53+1+1 1:1\n" },
	{ "Content-Type: multipart/mixed\n\n--b\n\nx\n", "multipart/mixed 0+31+7 2:3\n" },
	{ "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
		"multipart/mixed 0+44+11 2:4\n" },
	{ "Content-Type: multipart/mixed; boundary=\"b  \"\n\n--b\n\nx\n--b  --\n",
		"multipart/mixed 0+47+15 2:4\n.text/plain 51+1+1 1:1\n" },
	{ "Content-Type: multipart/mixed; boundary*=us-ascii''%62\n\n--b\n\nx\n--b--\n",
		"multipart/mixed 0+56+13 2:4\n.text/plain 60+1+1 1:1\n" },
	/* Messages in parts. */
	{ "Content-Type: message/rfc822\n\nA: b\n\nc\n",
		"message/rfc822 0+30+8 2:3\n.text/plain 30+6+2 2:1\n" },
	{ "Content-Type: message/rfc822\n\n",
		"message/rfc822 0+30+0 2:0\n.text/plain 30+0+0 0:0\n" },
	{ "Content-Type: message/rfc822", "message/rfc822 0+28+0 1:0\n.text/plain 28+0+0 0:0\n" },
	{ "Content-Type: message/global\nContent-Transfer-Encoding: 8BIT\n\nA: b\n\n\n",
		"message/global 0+62+7 3:3\n.text/plain 62+6+1 2:1\n" },
	{ "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n",
		"message/rfc822 0+64+5 3:1\n" },
	{ "Content-Type: message/rfc822\nContent-Transfer-Encoding: odd\n\nQQ==\n",
		"message/rfc822 0+61+5 3:1\n" },
	{ "Content-Type: message/delivery-status\n\nA: b\n\nC: d\n",
		"message/delivery-status 0+39+11 2:3\n" },
	{ MULTI "\n--b\nContent-Type: message/rfc822\n\n--b--\n",
		"multipart/mixed 0+43+40 2:4\n.message/rfc822 47+30+0 2:0\n"
		"..text/plain 77+0+0 0:0\n" },
	{ MULTI "\n--b\nContent-Type: message/rfc822\n\nA: b\n\nx\n--b--\n",
		"multipart/mixed 0+43+48 2:7\n.message/rfc822 47+30+7 2:3\n"
		"..text/plain 77+6+1 2:1\n" },
	{ "Content-Type: multipart/digest; boundary=b\n\n--b\n\nA: b\n\nx\n--b\n"
	  "Content-Type: text/x\n\nA: b\n--b--\n",
		"multipart/digest 0+44+50 2:10\n.message/rfc822 48+1+7 1:3\n"
		"..text/plain 49+6+1 2:1\n.text/x 61+22+4 2:1\n" },
	/* Nested, with the boundary of the outer one closing the inner. */
	{ MULTI "\n--b\nContent-Type: multipart/x; boundary=bb\n\n--bb\n\nx\n--b\n\ny\n--b--\n",
		"multipart/mixed 0+43+65 2:10\n.multipart/x 47+40+7 2:3\n..text/plain 92+1+1 1:1\n"
		".text/plain 99+1+1 1:1\n" },
	{ "Content-Type: multipart/x; boundary=bb\n\n--bb\n" MULTI "\n--b\n\nx\n--bb--\n--b--\n",
		"multipart/x 0+40+68 2:8\n.multipart/mixed 45+43+6 2:3\n..text/plain 92+1+1 "
		"1:1\n" },
	{ MULTI "\n--b\n" MULTI "\n--b\n\nx\n--b--\n--b\n\ny\n--b--\n",
		"multipart/mixed 0+43+73 2:11\n.multipart/mixed 47+43+12 2:4\n"
		"..text/plain 94+1+1 1:1\n.text/plain 107+1+1 1:1\n" },
	/* Types. */
	{ "Content-Type: text/html\n\n", "text/html 0+25+0 2:0\n" },
	{ "content-TYPE : (c) TEXT / (d) HTML ; x=y\n\n", "TEXT/HTML 0+42+0 2:0\n" },
	{ "Content-Type: text\n\n", "text/plain 0+20+0 2:0\n" },
	{ "Content-Type: application\n\n", "application/octet-stream 0+27+0 2:0\n" },
	{ "Content-Type: image\n\n", "text/plain 0+21+0 2:0\n" },
	{ "Content-Type: /html\n\n", "text/plain 0+21+0 2:0\n" },
	{ "Content-Type:\n\n", "text/plain 0+15+0 2:0\n" },
	{ "Content-Type: name=x\n\n", "text/plain 0+22+0 2:0\n" },
	{ "Content-Type: text/html\nContent-Type: image/png\n\n", "text/html 0+49+0 3:0\n" },
	{ "From x@y Mon Jan 1 00:00:00 2001\n folded\nContent-Type: a/b\n\nx", "a/b 0+60+1 4:1\n" },
};

static void check_table(const void *bytes, size_t n, const char *expected)
{
	char text[SAY_ROOM];
	struct message message;
	message_make(&message, bytes, n);
	describe(&message.outline, text);
	if (strcmp(text, expected) != 0) {
		print_error("message: %.*s\n", (int)n, (const char *)bytes);
	}
	assert_string_equal(text, expected);
	(void)outline_read_all(&message.outline);
	message_free(&message);
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		check_table(table[i].bytes, strlen(table[i].bytes), table[i].expected);
	}
	check_table("A: \0b\n\n\0\n\0", 11, "text/plain 0+7+4 2:2\n");
}

/* The same outline, byte for byte, however the content gives out its bytes. */
static void test_streamed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t n = strlen(table[i].bytes);
		struct message message;
		message_make(&message, table[i].bytes, n);
		for (size_t step = 1; step < 6; step += 2) {
			struct stream stream;
			void *bytes;
			size_t size;
			stream_init(&stream, table[i].bytes, n, step);
			assert_int_equal(roost_outline_create(&stream.base, &bytes, &size), 0);
			assert_int_equal(size, message.size);
			assert_memory_equal(bytes, message.bytes, size);
			free(bytes);
		}
		message_free(&message);
	}
}

static void test_failed_read(void **state)
{
	static const char bytes[] = MULTI "\n--b\nSubject: x\n\nx\n--b--\n";
	(void)state;
	for (size_t at = 0; at < sizeof(bytes) - 1; at++) {
		struct stream stream;
		void *outline = NULL;
		size_t size = 0;
		stream_init(&stream, bytes, sizeof(bytes) - 1, 5);
		stream.fail_at = at;
		assert_int_equal(roost_outline_create(&stream.base, &outline, &size), ROOST_ERR_IO);
		assert_null(outline);
	}
}

static const char rich[] =
	"Received: from a\r\n\tby b\r\nFrom: Ann <ann@one.test>, \"B, B\" <b@two.test>\r\n"
	"Subject: Re: =?utf-8?q?h=C3=A9?=\r\n folded\r\nDate: 7 Feb 1994 21:52:25 -0800\r\n"
	"To: G: a@b, c@d;\r\nTo: second@to.test\r\nCc:\r\nMessage-ID: <1@one.test>\r\n"
	"References: <a@x> <b@x>\r\nIn-Reply-To: <c@x>\r\n"
	"X-Unusual-Name-Of-A-Field: x\r\n"
	"Content-Type: multipart/mixed; boundary=\"b b\"\r\n\r\npre\r\n--b b\r\n"
	"Content-Type: text/plain; charset=utf-8; name*0=a; name*1=b\r\n"
	"Content-Disposition: attachment; filename*=utf-8''%41; size=3\r\n"
	"Content-Language: en, de (German)\r\nContent-ID: <i@d>\r\nContent-Description: d d\r\n"
	"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\nContent-Location: http://x.test/\r\n"
	"Content-Transfer-Encoding: Quoted-Printable\r\n\r\nx\r\n--b b\r\n"
	"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nBcc: z@z.test\r\n\r\ny\r\n--b "
	"b--\r\n";

static void assert_text(struct roost_text text, const char *expected)
{
	if (expected == NULL) {
		assert_null(text.bytes);
		return;
	}
	assert_non_null(text.bytes);
	assert_int_equal(text.size, strlen(expected));
	assert_memory_equal(text.bytes, expected, text.size);
}

static void check_rich_part(const struct roost_outline *outline)
{
	struct roost_part part;
	struct roost_text name, value;
	assert_int_equal(roost_outline_part(outline, 1, &part), 0);
	assert_int_equal(part.kind, ROOST_PART_TEXT);
	assert_false(part.is_message);
	assert_text(part.encoding, "Quoted-Printable");
	assert_text(part.id, "<i@d>");
	assert_text(part.description, "d d");
	assert_text(part.md5, "Q2hlY2sgSW50ZWdyaXR5IQ==");
	assert_text(part.location, "http://x.test/");
	assert_text(part.disposition, "attachment");
	assert_int_equal(part.parameter_count, 2);
	assert_int_equal(roost_outline_parameter(outline, 1, false, 1, &name, &value), 0);
	assert_text(name, "name");
	assert_text(value, "ab");
	assert_int_equal(part.disposition_parameter_count, 2);
	assert_int_equal(roost_outline_parameter(outline, 1, true, 0, &name, &value), 0);
	assert_text(name, "filename*");
	assert_text(value, "utf-8''%41");
	assert_int_equal(
		roost_outline_parameter(outline, 1, true, 2, &name, &value), ROOST_ERR_INVALID);
	assert_int_equal(part.language_count, 2);
	assert_int_equal(roost_outline_language(outline, 1, 1, &value), 0);
	assert_text(value, "de");
}

static void check_rich_envelope(const struct roost_outline *outline)
{
	struct roost_envelope envelope;
	struct roost_address address;
	assert_int_equal(roost_outline_envelope(outline, 0, &envelope), 0);
	assert_text(envelope.subject, "Re: =?utf-8?q?h=C3=A9?= folded");
	assert_text(envelope.in_reply_to, "<c@x>");
	assert_true(envelope.has_sent_date);
	assert_int_equal(envelope.sent_date.seconds, 760686745);
	assert_int_equal(envelope.sent_date.zone, -480);
	assert_int_equal(envelope.address_count[ROOST_ADDRESS_FROM], 2);
	assert_int_equal(envelope.address_count[ROOST_ADDRESS_TO], 5);
	assert_true(envelope.has_address_field[ROOST_ADDRESS_CC]);
	assert_int_equal(envelope.address_count[ROOST_ADDRESS_CC], 0);
	assert_false(envelope.has_address_field[ROOST_ADDRESS_SENDER]);
	assert_int_equal(roost_outline_address(outline, 0, ROOST_ADDRESS_TO, 4, &address), 0);
	assert_text(address.mailbox, "second");
	assert_int_equal(roost_outline_address(outline, 0, ROOST_ADDRESS_TO, 5, &address),
		ROOST_ERR_INVALID);
	assert_int_equal(roost_outline_envelope(outline, 1, &envelope), ROOST_ERR_INVALID);
	assert_int_equal(roost_outline_envelope(outline, 2, &envelope), ROOST_ERR_INVALID);
	assert_int_equal(roost_outline_envelope(outline, 3, &envelope), 0);
	assert_text(envelope.subject, "inner");
	assert_text(envelope.date, NULL);
	assert_int_equal(roost_outline_address(outline, 3, ROOST_ADDRESS_BCC, 0, &address), 0);
	assert_text(address.host, "z.test");
}

static void test_details(void **state)
{
	struct message message;
	struct roost_thread_keys keys;
	struct roost_text id;
	struct roost_field field;
	(void)state;
	message_make(&message, rich, sizeof(rich) - 1);
	check_rich_part(&message.outline);
	check_rich_envelope(&message.outline);
	assert_int_equal(roost_outline_thread_keys(&message.outline, &keys), 0);
	assert_true(keys.is_reply);
	assert_text(keys.base_subject, "h\xc3\xa9 folded");
	assert_text(keys.message_id, "1@one.test");
	assert_int_equal(keys.reference_count, 2);
	assert_int_equal(roost_outline_reference(&message.outline, 1, &id), 0);
	assert_text(id, "b@x");
	assert_int_equal(roost_outline_reference(&message.outline, 2, &id), ROOST_ERR_INVALID);
	assert_int_equal(roost_outline_field_count(&message.outline, 0), 12);
	assert_int_equal(roost_outline_field(&message.outline, 0, 0, &field), 0);
	assert_text(field.name, "Received");
	assert_int_equal(field.offset, 0);
	assert_int_equal(field.value_offset, 9);
	assert_int_equal(field.size, 25);
	assert_int_equal(roost_outline_field(&message.outline, 0, 10, &field), 0);
	assert_text(field.name, "X-Unusual-Name-Of-A-Field");
	assert_false(roost_outline_fields_cut(&message.outline, 0));
	assert_true(message.size < 1024);
	message_free(&message);
}

/* In-Reply-To counts only when References has no id. RFC 5256 section 3. */
static void test_references(void **state)
{
	static const struct {
		const char *header;
		size_t count;
		const char *first;
	} cases[] = {
		{ "In-Reply-To: <a@b> <c@d>\n\n", 1, "a@b" },
		{ "In-Reply-To: <a@b>\nReferences: none\n\n", 1, "a@b" },
		{ "References:\nIn-Reply-To: Your mail of <today> <a@b>\n\n", 1, "a@b" },
		{ "References: <c@d>\nIn-Reply-To: <a@b>\n\n", 1, "c@d" },
		{ "In-Reply-To: none\n\n", 0, NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message message;
		struct roost_thread_keys keys;
		struct roost_text id = { NULL, 0 };
		message_make(&message, cases[i].header, strlen(cases[i].header));
		assert_int_equal(roost_outline_thread_keys(&message.outline, &keys), 0);
		assert_int_equal(keys.reference_count, cases[i].count);
		(void)roost_outline_reference(&message.outline, 0, &id);
		assert_text(id, cases[i].first);
		message_free(&message);
	}
}

static void test_every_prefix(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(rich); n++) {
		/* Exactly as large, so that a sanitizer sees a read beyond it. */
		char *exact = malloc(n > 0 ? n : 1);
		struct message message;
		struct roost_part part;
		memcpy(exact, rich, n);
		message_make(&message, exact, n);
		(void)outline_read_all(&message.outline);
		assert_int_equal(roost_outline_part(&message.outline, 0, &part), 0);
		assert_int_equal(part.body_offset + part.body_size, n);
		message_free(&message);
		free(exact);
	}
}

static void test_open_refuses(void **state)
{
	struct message message;
	struct roost_outline outline;
	(void)state;
	message_make(&message, rich, sizeof(rich) - 1);
	for (size_t n = 0; n < message.size; n++) {
		char *exact = malloc(n > 0 ? n : 1);
		memcpy(exact, message.bytes, n);
		assert_int_equal(roost_outline_open(exact, n, &outline), ROOST_ERR_CORRUPT);
		free(exact);
	}
	assert_int_equal(roost_outline_open(NULL, 0, &outline), ROOST_ERR_CORRUPT);
	unsigned char *bytes = message.bytes;
	bytes[4]++;
	assert_int_equal(
		roost_outline_open(bytes, message.size, &outline), ROOST_ERR_NOT_SUPPORTED);
	message_free(&message);
}

/* Whatever is changed in an outline, it is refused or safe to read. */
static void test_damaged(void **state)
{
	struct message message;
	uint32_t seed = 20240229;
	size_t accepted = 0;
	(void)state;
	message_make(&message, rich, sizeof(rich) - 1);
	unsigned char *copy = malloc(message.size);
	for (unsigned round = 0; round < 60000; round++) {
		memcpy(copy, message.bytes, message.size);
		for (unsigned i = 0; i <= round % 4; i++) {
			seed = seed * 1664525u + 1013904223u;
			copy[(seed >> 8) % message.size] = (unsigned char)(seed >> 24);
		}
		struct roost_outline outline;
		int r = roost_outline_open(copy, message.size, &outline);
		if (r == 0) {
			accepted++;
			(void)outline_read_all(&outline);
		} else {
			assert_true(r == ROOST_ERR_CORRUPT || r == ROOST_ERR_NOT_SUPPORTED);
		}
	}
	assert_true(accepted > 0);
	free(copy);
	message_free(&message);
}

static void add_repeated(struct buf *buf, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_string(buf, text);
	}
}

static void test_caps(void **state)
{
	struct buf buf;
	struct message message;
	struct roost_part part;
	struct roost_envelope envelope;
	struct roost_thread_keys keys;
	(void)state;
	buf_init(&buf, 32u << 20);

	add_repeated(&buf, MULTI "\n", 1);
	add_repeated(&buf, "--b\nContent-Type: image/png; name=x\n\nx\n", 3000);
	add_repeated(&buf, "--b--\nepilogue", 1);
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_part_count(&message.outline), ROOST_MAX_PARTS);
	assert_int_equal(roost_outline_part(&message.outline, 0, &part), 0);
	assert_int_equal(part.body_offset + part.body_size, buf.size);
	assert_int_equal(roost_outline_part(&message.outline, ROOST_MAX_PARTS - 1, &part), 0);
	assert_int_equal(part.body_size, 1);
	message_free(&message);

	buf_reset(&buf);
	add_repeated(&buf, "Content-Type: message/rfc822\n\n", 200);
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_part_count(&message.outline), ROOST_MAX_PART_DEPTH + 1);
	message_free(&message);

	buf_reset(&buf);
	add_repeated(&buf, "X-Some-Field: x\n", 5000);
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_field_count(&message.outline, 0), ROOST_MAX_HEADER_FIELDS);
	assert_true(roost_outline_fields_cut(&message.outline, 0));
	message_free(&message);

	buf_reset(&buf);
	add_repeated(&buf, "To: ", 1);
	add_repeated(&buf, "a@b, ", 20000);
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_envelope(&message.outline, 0, &envelope), 0);
	assert_int_equal(envelope.address_count[ROOST_ADDRESS_TO], ROOST_MAX_ADDRESSES);
	message_free(&message);

	buf_reset(&buf);
	add_repeated(&buf, "Content-Type: a/b", 1);
	add_repeated(&buf, "; p=q", 400);
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_part(&message.outline, 0, &part), 0);
	assert_int_equal(part.parameter_count, ROOST_MAX_PARAMETERS);
	message_free(&message);

	buf_reset(&buf);
	add_repeated(&buf, "References: <first@x>", 1);
	add_repeated(&buf, " <a@b>", 1000);
	add_repeated(&buf, " <last@x>\n\n", 1);
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_thread_keys(&message.outline, &keys), 0);
	assert_int_equal(keys.reference_count, ROOST_MAX_REFERENCES);
	struct roost_text id;
	assert_int_equal(roost_outline_reference(&message.outline, 0, &id), 0);
	assert_text(id, "first@x");
	assert_int_equal(
		roost_outline_reference(&message.outline, ROOST_MAX_REFERENCES - 1, &id), 0);
	assert_text(id, "last@x");
	message_free(&message);
	buf_free(&buf);
}

/* Everything that could be large, at once. */
static void test_largest(void **state)
{
	struct buf buf;
	struct message message;
	char line[200];
	(void)state;
	buf_init(&buf, 64u << 20);
	add_repeated(&buf, MULTI "From: ", 1);
	for (unsigned i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), "\"name %u\" <%u@host-%u.test>,\n ", i, i, i);
		buf_string(&buf, line);
	}
	buf_string(&buf, "\nSubject: ");
	add_repeated(&buf, "0123456789abcdef", 20000);
	buf_string(&buf, "\nReferences:");
	for (unsigned i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), " <%u.%0100u@host.test>\n", i, i);
		buf_string(&buf, line);
	}
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(line, sizeof(line), "X-Field-%u: x\n", i);
		buf_string(&buf, line);
	}
	buf_string(&buf, "\n");
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line),
			"--b\nContent-Type: type-%u/subtype-%u; name=%u; n=%u\nContent-ID: <%u@x>\n"
			"Content-Language: en-%u\n\n",
			i, i, i, i + 100000, i, i);
		buf_string(&buf, line);
		buf_string(&buf, i % 2 == 0 ? "x\n" : "\n\n");
	}
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_part_count(&message.outline), ROOST_MAX_PARTS);
	assert_true(message.size > ROOST_MAX_OUTLINE / 2);
	(void)outline_read_all(&message.outline);
	message_free(&message);

	buf_reset(&buf);
	add_repeated(&buf, "Content-Type: multipart/digest; boundary=b\n\n", 1);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line),
			"--b\n\nSubject: s%u\nDate: d%u\nMessage-ID: <%u@x>\nFrom: <f%u@x>\n\nx\n",
			i, i, i, i);
		buf_string(&buf, line);
	}
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_part_count(&message.outline), ROOST_MAX_PARTS);
	(void)outline_read_all(&message.outline);
	message_free(&message);
	buf_free(&buf);
}

/* None of these may take more than time in proportion to their size. */
static void test_no_quadratic_time(void **state)
{
	static const struct {
		const char *first, *again;
	} cases[] = {
		{ MULTI "\n", "--b\n" },
		{ MULTI "\n", "--bb\n" },
		{ MULTI "\n", "--" },
		{ MULTI "\n--b\n", "-" },
		{ MULTI "\n", "\r" },
		{ MULTI "\n", "--b\n" MULTI "\n" },
		{ MULTI "\n", "--b\nContent-Type: message/rfc822\n\n" },
		{ "", "Content-Type: message/rfc822\n\n" },
		{ "", "A:\n" },
		{ "", "To: a@b\n" },
		{ "", "Subject: x\n" },
		{ "Subject: ", "[x] re: " },
		{ "Subject: ", "\n " },
		{ "Content-Type: text/plain", "; a*0=b" },
		{ "Content-Type: text/plain; a=\"", "x" },
		{ "Content-Language: ", "a," },
		{ "Content-Language: ", "(" },
		{ "References: ", "<a@b>" },
		{ "References: ", "<" },
		{ "", "x" },
	};
	struct buf buf;
	(void)state;
	buf_init(&buf, 8u << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message message;
		buf_reset(&buf);
		buf_string(&buf, cases[i].first);
		add_repeated(&buf, cases[i].again, (3u << 20) / strlen(cases[i].again));
		message_make(&message, buf.data, buf.size);
		message_free(&message);
	}
	/* Fifty open boundaries that all begin like the lines. */
	buf_reset(&buf);
	for (unsigned depth = 0; depth < 50; depth++) {
		char line[300];
		snprintf(line, sizeof(line),
			"Content-Type: multipart/x; boundary=%0100u\n\n--%0100u\n", depth, depth);
		buf_string(&buf, line);
	}
	buf_string(&buf, "\n");
	for (unsigned i = 0; i < 30000; i++) {
		char line[200];
		snprintf(line, sizeof(line), "--%0100u\n", 99);
		buf_string(&buf, line);
	}
	struct message message;
	message_make(&message, buf.data, buf.size);
	assert_int_equal(roost_outline_part_count(&message.outline), 51);
	message_free(&message);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_streamed),
		cmocka_unit_test(test_failed_read),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_open_refuses),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_no_quadratic_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

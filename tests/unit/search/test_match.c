/* test_match.c - every search key against messages, with and without outline, in memory and read
 * bit by bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/util.h>

#include "base/date.h"
#include "search/match.h"

/* Content that is not in memory, gives few bytes at a time and counts how often it is read. */
struct slow_content {
	struct roost_content base;
	const char *bytes;
	unsigned reads;
	int error; /* to answer with instead */
};

static int64_t slow_read_at(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct slow_content *slow = roost_container_of(content, struct slow_content, base);
	size_t given = n < 1009 ? n : 1009;
	slow->reads++;
	if (slow->error != 0) {
		return slow->error;
	}
	memcpy(buffer, slow->bytes + offset, given);
	return (int64_t)given;
}

static void slow_destroy(struct roost_content *content)
{
	(void)content;
}

static const struct roost_content_ops slow_ops = {
	.size = sizeof(slow_ops),
	.read_at = slow_read_at,
	.destroy = slow_destroy,
};

static void slow_init(struct slow_content *slow, const char *bytes, size_t size)
{
	*slow = (struct slow_content) { .bytes = bytes };
	roost_content_init(&slow->base, &slow_ops, size);
}

static const char plain[] = "From: \"Doe, J.\" <jdoe@example.org>\r\n"
			    "To: =?utf-8?Q?Ren=C3=A9?= <rene@example.org>\r\n"
			    "Subject: =?iso-8859-1?Q?Caf=E9?= plans\r\n"
			    " for =?utf-8?B?w5xiZXI=?=\r\n"
			    "Message-ID: <one@example.org>\r\n"
			    "Date: Mon, 7 Feb 1994 23:30:00 -0800\r\n"
			    "X-Empty:\r\n"
			    "x-twice: first\r\n"
			    "X-Twice: second\r\n"
			    "\r\n"
			    "Hello World, this is na=C3=AFve.\r\n";

static const char mixed[] = "Subject: many parts\r\n"
			    "MIME-Version: 1.0\r\n"
			    "Content-Type: multipart/mixed; boundary=b\r\n"
			    "\r\n"
			    "preamble words\r\n"
			    "--b\r\n"
			    "Content-Type: text/plain; charset=utf-8\r\n"
			    "Content-Transfer-Encoding: quoted-printable\r\n"
			    "Content-Description: described\r\n"
			    "\r\n"
			    "na=C3=AFve and so=\r\nft break\r\n"
			    "--b\r\n"
			    "Content-Type: text/html; charset=\"iso-2022-jp\"\r\n"
			    "Content-Transfer-Encoding: base64\r\n"
			    "\r\n"
			    "PGI+GyRCRnxLXBsoQjwvYj4=\r\n"
			    "--b\r\n"
			    "Content-Type: application/octet-stream\r\n"
			    "Content-Transfer-Encoding: base64\r\n"
			    "\r\n"
			    "c2VjcmV0IGF0dGFjaG1lbnQ=\r\n"
			    "--b\r\n"
			    "Content-Type: application/x-sh\r\n"
			    "\r\n"
			    "plainattachment\r\n"
			    "--b\r\n"
			    "Content-Type: message/delivery-status\r\n"
			    "\r\n"
			    "Status: 5.1.1 undeliverable\r\n"
			    "--b\r\n"
			    "Content-Type: message/rfc822\r\n"
			    "\r\n"
			    "Subject: =?utf-8?Q?inn=C3=A9r?= subject\r\n"
			    "Content-Type: text/plain; charset=koi8-r\r\n"
			    "\r\n"
			    "\xF0\xD2\xC9\xD7\xC5\xD4\r\n"
			    "--b--\r\n"
			    "epilogue words\r\n";

/* Ends in the middle of a group of base64, and of a character. */
static const char cut_base64[] = "Content-Transfer-Encoding: base64\n"
				 "Content-Type: text/plain; charset=utf-8\n\n"
				 "YWJjZOI";
static const char two_subjects[] = "Subject: first\nSubject: second\n\nbody\n";
static const char bad_date[] = "Date: yesterday\r\n\r\nbody\r\n";
static const char no_header[] = "\r\nbody only\r\n";

struct row {
	const char *message;
	enum roost_search_key key;
	const char *header;
	const char *text;
	int result;
};

static const struct row rows[] = {
	{ plain, ROOST_SEARCH_HEADER, "Subject", "café PLANS", 1 },
	{ plain, ROOST_SEARCH_HEADER, "subject", "plans for über", 1 },
	{ plain, ROOST_SEARCH_HEADER, "SUBJECT", "CAFE", 1 }, /* accents are further characters */
	{ plain, ROOST_SEARCH_HEADER, "SUBJECT", "tea", 0 },
	{ plain, ROOST_SEARCH_HEADER, "SUBJECT", "=?iso-8859-1", 0 },
	{ plain, ROOST_SEARCH_HEADER, "Subject", "", 1 },
	{ plain, ROOST_SEARCH_HEADER, "X-Empty", "", 1 },
	{ plain, ROOST_SEARCH_HEADER, "X-Empty", "x", 0 },
	{ plain, ROOST_SEARCH_HEADER, "X-Missing", "", 0 },
	{ plain, ROOST_SEARCH_HEADER, "X-Missing", "x", 0 },
	{ plain, ROOST_SEARCH_HEADER, "", "", 0 },
	{ plain, ROOST_SEARCH_HEADER, "X-Twice", "FIRST", 1 },
	{ plain, ROOST_SEARCH_HEADER, "X-Twice", "second", 1 },
	{ plain, ROOST_SEARCH_HEADER, "X-Twice", "firstsecond", 0 },
	{ plain, ROOST_SEARCH_HEADER, "From", "doe, j", 1 },
	{ plain, ROOST_SEARCH_HEADER, "From", "<JDOE@", 1 },
	{ plain, ROOST_SEARCH_HEADER, "From", "René", 0 },
	{ plain, ROOST_SEARCH_HEADER, "To", "RENÉ <rene", 1 },
	{ plain, ROOST_SEARCH_HEADER, "To", "To:", 0 },
	{ plain, ROOST_SEARCH_HEADER, "Message-ID", "one@example", 1 },
	{ plain, ROOST_SEARCH_HEADER, "Date", "feb 1994", 1 },
	{ plain, ROOST_SEARCH_BODY, NULL, "hello world", 1 },
	{ plain, ROOST_SEARCH_BODY, NULL, "na=c3=af", 1 },
	{ plain, ROOST_SEARCH_BODY, NULL, "plans", 0 },
	{ plain, ROOST_SEARCH_BODY, NULL, "second", 0 },
	{ plain, ROOST_SEARCH_BODY, NULL, "", 1 },
	{ plain, ROOST_SEARCH_TEXT, NULL, "hello world", 1 },
	{ plain, ROOST_SEARCH_TEXT, NULL, "café plans for über", 1 },
	{ plain, ROOST_SEARCH_TEXT, NULL, "subject: café", 1 },
	{ plain, ROOST_SEARCH_TEXT, NULL, "x-twice: second", 1 },
	{ plain, ROOST_SEARCH_TEXT, NULL, "nothing of that", 0 },
	{ plain, ROOST_SEARCH_TEXT, NULL, "", 1 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "naïve and soft break", 1 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "<b>日本</b>", 1 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "GyRCRnxLXBsoQ", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "secret attachment", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "c2VjcmV0", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "plainattachment", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "5.1.1 undeliverable", 1 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "ПРИВЕТ", 1 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "subject: innér subject", 1 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "many parts", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "described", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "preamble", 0 },
	{ mixed, ROOST_SEARCH_BODY, NULL, "epilogue", 0 },
	{ mixed, ROOST_SEARCH_TEXT, NULL, "many parts", 1 },
	{ mixed, ROOST_SEARCH_TEXT, NULL, "c2VjcmV0", 0 },
	{ mixed, ROOST_SEARCH_TEXT, NULL, "привет", 1 },
	{ mixed, ROOST_SEARCH_HEADER, "Subject", "inner", 0 }, /* only of the message itself */
	{ cut_base64, ROOST_SEARCH_BODY, NULL, "abcd\xEF\xBF\xBD", 1 },
	{ two_subjects, ROOST_SEARCH_HEADER, "Subject", "first", 1 },
	{ two_subjects, ROOST_SEARCH_HEADER, "Subject", "second", 1 },
	{ no_header, ROOST_SEARCH_BODY, NULL, "body only", 1 },
	{ no_header, ROOST_SEARCH_TEXT, NULL, "body only", 1 },
	{ no_header, ROOST_SEARCH_HEADER, "Subject", "", 0 },
	{ "", ROOST_SEARCH_BODY, NULL, "x", 0 },
	{ "", ROOST_SEARCH_TEXT, NULL, "x", 0 },
	{ "", ROOST_SEARCH_BODY, NULL, "", 1 },
	{ "", ROOST_SEARCH_HEADER, "From", "", 0 },
};

struct fixture {
	struct roost_call *call;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	assert_non_null(fixture);
	assert_int_equal(roost_call_create(&fixture->call, 0), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	roost_call_destroy(fixture->call);
	free(fixture);
	return 0;
}

static int match_content(struct roost_call *call, const struct roost_search *search,
	struct roost_content *content, bool with_outline)
{
	struct roost_message message = {
		.size = sizeof(message),
		.uid = 1,
		.has = ROOST_MESSAGE_CONTENT,
		.content = content,
	};
	void *outline = NULL;
	if (with_outline) {
		assert_int_equal(roost_outline_create(content, &outline, &message.outline_size), 0);
		message.outline = outline;
		message.has |= ROOST_MESSAGE_OUTLINE;
	}
	int r = roost_util_match(call, search, &message);
	free(outline);
	return r;
}

static void check_text(struct roost_call *call, const struct roost_search *search,
	const char *bytes, size_t size, int wanted, const char *what)
{
	for (int way = 0; way < 4; way++) {
		struct roost_content *content;
		struct slow_content slow;
		slow_init(&slow, bytes, size);
		assert_int_equal(
			roost_content_create_borrowed(bytes, size, NULL, NULL, &content), 0);
		int r = match_content(call, search, way & 1 ? &slow.base : content, way & 2);
		if (r != wanted) {
			fail_msg("%s, way %d: %d", what, way, r);
		}
		roost_content_unref(content);
	}
}

static void match_texts(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct roost_search search = {
			.size = sizeof(search),
			.key = rows[i].key,
			.header = rows[i].header,
			.text = rows[i].text,
		};
		char what[100];
		(void)snprintf(what, sizeof(what), "row %zu (%s)", i, rows[i].text);
		check_text(fixture->call, &search, rows[i].message, strlen(rows[i].message),
			rows[i].result, what);
	}
}

/* Keys that are answered from facts: no content at all. */
static void match_facts(void **state)
{
	struct fixture *fixture = *state;
	static const char *const keywords[] = { "$Forwarded", "Work" };
	struct roost_uid_range ranges[] = { { 3, 5 }, { 9, 9 } };
	struct roost_uidset uids = { ranges, 2, 2 };
	struct roost_message message = {
		.size = sizeof(message),
		.uid = 5,
		.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OCTETS |
		       ROOST_MESSAGE_MODSEQ,
		.flags = { ROOST_FLAG_SEEN | ROOST_FLAG_DRAFT, 2, keywords },
		.internal_date = date_time(2020, 2, 29, 23, 30, 0, -120), /* in UTC the next day */
		.octets = 1000,
		.modseq = 50,
	};
	int64_t day = date_to_days(2020, 2, 29);
	const struct {
		struct roost_search search;
		int result;
		unsigned fields;
	} facts[] = {
		{ { .key = ROOST_SEARCH_ALL }, 1, 0 },
		{ { .key = ROOST_SEARCH_AND }, 1, 0 },
		{ { .key = ROOST_SEARCH_OR }, 0, 0 },
		{ { .key = ROOST_SEARCH_UIDS, .uids = &uids }, 1, 0 },
		{ { .key = ROOST_SEARCH_UIDS }, 0, 0 },
		{ { .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_SEEN }, 1,
			ROOST_MESSAGE_FLAGS },
		{ { .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_DELETED }, 0,
			ROOST_MESSAGE_FLAGS },
		{ { .key = ROOST_SEARCH_KEYWORD, .text = "WORK" }, 1, ROOST_MESSAGE_FLAGS },
		{ { .key = ROOST_SEARCH_KEYWORD, .text = "Wor" }, 0, ROOST_MESSAGE_FLAGS },
		{ { .key = ROOST_SEARCH_BEFORE, .day = day }, 0, ROOST_MESSAGE_INTERNAL_DATE },
		{ { .key = ROOST_SEARCH_BEFORE, .day = day + 1 }, 1, ROOST_MESSAGE_INTERNAL_DATE },
		{ { .key = ROOST_SEARCH_ON, .day = day }, 1, ROOST_MESSAGE_INTERNAL_DATE },
		{ { .key = ROOST_SEARCH_ON, .day = day + 1 }, 0, ROOST_MESSAGE_INTERNAL_DATE },
		{ { .key = ROOST_SEARCH_SINCE, .day = day }, 1, ROOST_MESSAGE_INTERNAL_DATE },
		{ { .key = ROOST_SEARCH_SINCE, .day = day + 1 }, 0, ROOST_MESSAGE_INTERNAL_DATE },
		{ { .key = ROOST_SEARCH_LARGER, .number = 999 }, 1, ROOST_MESSAGE_OCTETS },
		{ { .key = ROOST_SEARCH_LARGER, .number = 1000 }, 0, ROOST_MESSAGE_OCTETS },
		{ { .key = ROOST_SEARCH_SMALLER, .number = 1000 }, 0, ROOST_MESSAGE_OCTETS },
		{ { .key = ROOST_SEARCH_SMALLER, .number = 1001 }, 1, ROOST_MESSAGE_OCTETS },
		{ { .key = ROOST_SEARCH_MODSEQ, .number = 50 }, 1, ROOST_MESSAGE_MODSEQ },
		{ { .key = ROOST_SEARCH_MODSEQ, .number = 51 }, 0, ROOST_MESSAGE_MODSEQ },
		{ { .key = ROOST_SEARCH_BODY, .text = "" }, 1, 0 },
		{ { .key = ROOST_SEARCH_TEXT, .text = "" }, 1, 0 },
	};
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		struct roost_search not = { .key = ROOST_SEARCH_NOT, .children = &facts[i].search };
		int r = roost_util_match(fixture->call, &facts[i].search, &message);
		if (r != facts[i].result ||
			roost_util_match_fields(&facts[i].search) != facts[i].fields) {
			fail_msg("row %zu: %d", i, r);
		}
		assert_int_equal(roost_util_match(fixture->call, &not, &message), !r);
		assert_int_equal(roost_util_match_fields(&not ), facts[i].fields);
	}
	/* What a message does not tell matches nothing. */
	message.has = 0;
	for (size_t i = 4; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (facts[i].fields != 0) {
			assert_int_equal(
				roost_util_match(fixture->call, &facts[i].search, &message), 0);
		}
	}
}

static void match_sent_dates(void **state)
{
	struct fixture *fixture = *state;
	int64_t day = date_to_days(1994, 2, 7); /* in UTC it is the 8th */
	const struct {
		const char *message;
		enum roost_search_key key;
		int64_t day;
		int result;
	} dates[] = {
		{ plain, ROOST_SEARCH_SENT_ON, day, 1 },
		{ plain, ROOST_SEARCH_SENT_ON, day + 1, 0 },
		{ plain, ROOST_SEARCH_SENT_BEFORE, day, 0 },
		{ plain, ROOST_SEARCH_SENT_BEFORE, day + 1, 1 },
		{ plain, ROOST_SEARCH_SENT_SINCE, day, 1 },
		{ plain, ROOST_SEARCH_SENT_SINCE, day + 1, 0 },
		{ bad_date, ROOST_SEARCH_SENT_BEFORE, INT64_MAX, 0 },
		{ bad_date, ROOST_SEARCH_SENT_SINCE, INT64_MIN, 0 },
		{ no_header, ROOST_SEARCH_SENT_BEFORE, INT64_MAX, 0 },
		{ no_header, ROOST_SEARCH_SENT_ON, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct roost_search search = { .key = dates[i].key, .day = dates[i].day };
		char what[40];
		(void)snprintf(what, sizeof(what), "date %zu", i);
		check_text(fixture->call, &search, dates[i].message, strlen(dates[i].message),
			dates[i].result, what);
		assert_int_equal(roost_util_match_fields(&search), ROOST_MESSAGE_OUTLINE);
	}
}

static struct roost_search *link_children(
	struct roost_search *parent, struct roost_search *children, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++) {
		children[i].next = &children[i + 1];
	}
	parent->children = children;
	return parent;
}

/* What is cheap decides first: the content is not read for it, wherever it stands. */
static void read_no_more_than_needed(void **state)
{
	struct fixture *fixture = *state;
	struct slow_content slow;
	struct roost_content *content;
	struct roost_search pair[] = {
		{ .key = ROOST_SEARCH_BODY, .text = "hello" },
		{ .key = ROOST_SEARCH_FLAG, .system_flag = ROOST_FLAG_SEEN },
	};
	struct roost_search and = { .key = ROOST_SEARCH_AND };
	struct roost_search or = { .key = ROOST_SEARCH_OR };
	struct roost_search subject = {
		.key = ROOST_SEARCH_HEADER, .header = "subject", .text = "plans"
	};
	struct roost_search missing = { .key = ROOST_SEARCH_HEADER, .header = "x-no", .text = "x" };
	struct roost_search sent = { .key = ROOST_SEARCH_SENT_SINCE, .day = 0 };
	struct roost_message message = {
		.size = sizeof(message),
		.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT,
		.content = &slow.base,
	};
	void *outline;
	slow_init(&slow, plain, sizeof(plain) - 1);
	assert_int_equal(
		roost_content_create_borrowed(plain, sizeof(plain) - 1, NULL, NULL, &content), 0);
	assert_int_equal(roost_outline_create(content, &outline, &message.outline_size), 0);
	roost_content_unref(content);
	message.outline = outline;
	(void)link_children(&and, pair, 2);
	(void)link_children(& or, pair, 2);
	assert_int_equal(roost_util_match_fields(&and),
		ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT);
	assert_int_equal(roost_util_match(fixture->call, &and, &message), 0);
	assert_int_equal(slow.reads, 0);
	message.flags.system = ROOST_FLAG_SEEN;
	assert_int_equal(roost_util_match(fixture->call, & or, &message), 1);
	assert_int_equal(roost_util_match(fixture->call, &subject, &message), 1);
	assert_int_equal(roost_util_match(fixture->call, &missing, &message), 0);
	assert_int_equal(roost_util_match(fixture->call, &sent, &message), 1);
	assert_int_equal(slow.reads, 0);
	assert_int_equal(roost_util_match(fixture->call, &and, &message), 1);
	assert_true(slow.reads > 0);
	free(outline);
}

/* (body A or (text B and not body C)) and not header …, in all eight cases. */
static void match_trees(void **state)
{
	struct fixture *fixture = *state;
	for (unsigned bits = 0; bits < 16; bits++) {
		char bytes[100];
		struct roost_search c = { .key = ROOST_SEARCH_BODY, .text = "ccc" };
		struct roost_search inner[] = {
			{ .key = ROOST_SEARCH_TEXT, .text = "bbb" },
			{ .key = ROOST_SEARCH_NOT, .children = &c },
		};
		struct roost_search alternatives[] = {
			{ .key = ROOST_SEARCH_BODY, .text = "aaa" },
			{ .key = ROOST_SEARCH_AND },
		};
		struct roost_search header = {
			.key = ROOST_SEARCH_HEADER, .header = "x", .text = "ddd"
		};
		struct roost_search outer[] = {
			{ .key = ROOST_SEARCH_OR },
			{ .key = ROOST_SEARCH_NOT, .children = &header },
		};
		struct roost_search root = { .key = ROOST_SEARCH_AND };
		(void)link_children(&alternatives[1], inner, 2);
		(void)link_children(&outer[0], alternatives, 2);
		(void)link_children(&root, outer, 2);
		bool has_a = bits & 1, has_b = bits & 2, has_c = bits & 4, has_d = bits & 8;
		int size = snprintf(bytes, sizeof(bytes), "X: %s%s\n\n%s %s\n", has_d ? "ddd" : "-",
			has_b ? "bbb" : "", has_a ? "aaa" : "-", has_c ? "ccc" : "-");
		check_text(fixture->call, &root, bytes, (size_t)size,
			(has_a || (has_b && !has_c)) && !has_d, bytes);
	}
}

/* What is found in the message's header for one key is not in the body for another. */
static void headers_are_no_body(void **state)
{
	struct fixture *fixture = *state;
	struct roost_search pair[] = {
		{ .key = ROOST_SEARCH_BODY, .text = "café" },
		{ .key = ROOST_SEARCH_TEXT, .text = "no such text" },
	};
	struct roost_search or = { .key = ROOST_SEARCH_OR };
	(void)link_children(& or, pair, 2);
	check_text(fixture->call, & or, plain, sizeof(plain) - 1, 0, "body or text");
	pair[0].key = ROOST_SEARCH_TEXT;
	check_text(fixture->call, & or, plain, sizeof(plain) - 1, 1, "text or text");
}

/* Bodies and fields larger than any window, with the string at every border. */
static void match_large_messages(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 140000;
	char *bytes = malloc(size);
	struct roost_search body = { .key = ROOST_SEARCH_BODY, .text = "nÉédle" };
	struct roost_search text = { .key = ROOST_SEARCH_TEXT, .text = "nÉédle" };
	struct roost_search header = {
		.key = ROOST_SEARCH_HEADER, .header = "x", .text = "nÉédle"
	};
	assert_non_null(bytes);
	for (size_t at = 32768 - 60; at < 32768 + 40; at++) {
		memset(bytes, 'y', size);
		memcpy(bytes, "X: a\n\n", 6);
		memcpy(bytes + at,
			"N\xC3\xA9\xC3\x89"
			"dle",
			8);
		check_text(fixture->call, &body, bytes, size, 1, "body");
		check_text(fixture->call, &header, bytes, size, 0, "not in the header");
	}
	/* A field of one line, and one of many. */
	for (int folded = 0; folded < 2; folded++) {
		for (size_t at = 32768 - 50; at < 32768 + 50; at += 7) {
			memset(bytes, 'y', size);
			for (size_t i = 70; folded && i < size - 100; i += 70) {
				memcpy(bytes + i, "\r\n y", 4);
			}
			memcpy(bytes, "X:", 2);
			memcpy(bytes + 98000, " needle", 7);
			memcpy(bytes + size - 11, "\n\nneedless\n", 11);
			if (folded) {
				size_t line = at / 70 * 70 + 10;
				memcpy(bytes + line,
					"N\xC3\xA9\xC3\x89"
					"dle",
					8);
				check_text(fixture->call, &header, bytes, size, 1, "field");
				check_text(fixture->call, &text, bytes, size, 1, "text");
			}
			check_text(fixture->call, &body, bytes, size, 0, "not in the body");
		}
	}
	free(bytes);
}

/* A field that begins just where a window ends is no part of the one before. */
static void fields_end_at_borders(void **state)
{
	struct fixture *fixture = *state;
	char *bytes = malloc(70000);
	struct roost_search a = { .key = ROOST_SEARCH_HEADER, .header = "a", .text = "find me" };
	struct roost_search b = { .key = ROOST_SEARCH_HEADER, .header = "b", .text = "find me" };
	assert_non_null(bytes);
	for (size_t first = 32768 - 8; first < 32768 + 8; first++) {
		/* More fields than an outline tells of, so that the header itself is read. */
		size_t size = first;
		memset(bytes, 'y', first);
		memcpy(bytes, "A: ", 3);
		bytes[first - 1] = '\n';
		memcpy(bytes + size, "B: find me\n", 11);
		size += 11;
		for (int i = 0; i < ROOST_MAX_HEADER_FIELDS + 10; i++) {
			memcpy(bytes + size, "C:d\n", 4);
			size += 4;
		}
		memcpy(bytes + size, "\nx\n", 3);
		size += 3;
		check_text(fixture->call, &a, bytes, size, 0, "a");
		check_text(fixture->call, &b, bytes, size, 1, "b");
	}
	free(bytes);
}

/* The field that is asked for comes after all that the outline tells of. */
static void find_fields_beyond_the_outline(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 0;
	char *bytes = malloc(200000);
	struct roost_search last = {
		.key = ROOST_SEARCH_HEADER, .header = "x-last", .text = "Große Sache"
	};
	struct roost_search exists = { .key = ROOST_SEARCH_HEADER, .header = "X-LAST", .text = "" };
	struct roost_search none = { .key = ROOST_SEARCH_HEADER, .header = "x-none", .text = "" };
	assert_non_null(bytes);
	for (int i = 0; i < 3 * ROOST_MAX_HEADER_FIELDS; i++) {
		size += (size_t)snprintf(bytes + size, 200000 - size, "X-F: %d\r\n", i);
	}
	size += (size_t)snprintf(bytes + size, 200000 - size,
		"X-Last : =?utf-8?Q?gro=C3=9Fe?=\r\n sache\r\n\r\nbody\r\n");
	check_text(fixture->call, &last, bytes, size, 1, "last");
	check_text(fixture->call, &exists, bytes, size, 1, "exists");
	check_text(fixture->call, &none, bytes, size, 0, "none");
	free(bytes);
}

static void errors_are_told(void **state)
{
	struct fixture *fixture = *state;
	struct slow_content slow;
	struct roost_search body = { .key = ROOST_SEARCH_BODY, .text = "x" };
	struct roost_search sent = { .key = ROOST_SEARCH_SENT_ON };
	struct roost_search from = { .key = ROOST_SEARCH_HEADER, .header = "from", .text = "x" };
	struct roost_message message = {
		.size = sizeof(message),
		.has = ROOST_MESSAGE_CONTENT,
		.content = &slow.base,
	};
	void *outline;
	slow_init(&slow, plain, sizeof(plain) - 1);
	assert_int_equal(roost_outline_create(&slow.base, &outline, &message.outline_size), 0);
	slow.error = ROOST_ERR_CORRUPT;
	assert_int_equal(roost_util_match(fixture->call, &body, &message), ROOST_ERR_CORRUPT);
	message.outline = outline;
	message.has |= ROOST_MESSAGE_OUTLINE;
	assert_int_equal(roost_util_match(fixture->call, &body, &message), ROOST_ERR_CORRUPT);
	assert_int_equal(roost_util_match(fixture->call, &from, &message), ROOST_ERR_CORRUPT);
	slow.error = 0;
	roost_call_cancel(fixture->call);
	assert_int_equal(roost_util_match(fixture->call, &body, &message), ROOST_ERR_CANCELLED);
	/* Neither outline nor content. */
	message.has = 0;
	assert_int_equal(roost_util_match(fixture->call, &sent, &message), ROOST_ERR_INVALID);
	assert_int_equal(roost_util_match(fixture->call, &from, &message), ROOST_ERR_INVALID);
	/* An outline that is none is made again. */
	message.has = ROOST_MESSAGE_CONTENT | ROOST_MESSAGE_OUTLINE;
	message.outline = "rubbish";
	message.outline_size = 7;
	assert_int_equal(roost_util_match(fixture->call, &sent, &message), 0);
	free(outline);
}

static void deep_trees_are_refused(void **state)
{
	struct fixture *fixture = *state;
	size_t depth = 100000;
	struct roost_search *nodes = calloc(depth, sizeof(*nodes));
	struct roost_message message = { .size = sizeof(message) };
	assert_non_null(nodes);
	for (size_t i = 0; i < depth; i++) {
		nodes[i].key = i + 1 < depth ? ROOST_SEARCH_NOT : ROOST_SEARCH_ALL;
		nodes[i].children = &nodes[i + 1];
	}
	assert_int_equal(roost_util_match(fixture->call, nodes, &message), ROOST_ERR_LIMIT);
	assert_int_equal(roost_util_match_fields(nodes), 0);
	/* As deep as a command may go. */
	assert_int_equal(roost_util_match(fixture->call, nodes + depth - 101, &message), 1);
	free(nodes);
}

/* A matcher is held against many messages, and takes no memory of the call. */
static void matchers_are_used_again(void **state)
{
	struct fixture *fixture = *state;
	struct roost_search text = { .key = ROOST_SEARCH_TEXT, .text = "hello" };
	struct roost_search not = { .key = ROOST_SEARCH_NOT, .children = &text };
	struct roost_call *small;
	struct matcher *matcher;
	(void)fixture;
	assert_int_equal(roost_call_create(&small, 1), 0);
	assert_int_equal(matcher_create(small, &not, &matcher), 0);
	for (int i = 0; i < 1000; i++) {
		const char *bytes = i % 3 == 0 ? plain : i % 3 == 1 ? "\n\nbye" : "Hello: x\n\n";
		struct roost_content *content;
		struct roost_message message = { .size = sizeof(message),
			.has = ROOST_MESSAGE_CONTENT };
		assert_int_equal(
			roost_content_create_borrowed(bytes, strlen(bytes), NULL, NULL, &content),
			0);
		message.content = content;
		assert_int_equal(matcher_match(matcher, &message), i % 3 == 1);
		roost_content_unref(content);
	}
	matcher_destroy(matcher);
	matcher_destroy(NULL);
	roost_call_destroy(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(match_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(match_facts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(match_sent_dates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(read_no_more_than_needed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(match_trees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(headers_are_no_body, set_up, tear_down),
		cmocka_unit_test_setup_teardown(match_large_messages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fields_end_at_borders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(find_fields_beyond_the_outline, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deep_trees_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(matchers_are_used_again, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_section.c - BODY[…] of messages good and bad. RFC 3501 section 6.4.5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>
#include <roost/util.h>

#include "base/buf.h"
#include "message.h"

#define MAX_NAMES 10

/* A section out of "1.2.HEADER.FIELDS a b". */
struct parsed {
	struct roost_section section;
	uint32_t numbers[20];
	struct roost_text fields[MAX_NAMES];
};

static void parse(struct parsed *parsed, const char *text)
{
	static const struct {
		const char *name;
		enum roost_section_kind kind;
	} kinds[] = {
		{ "HEADER.FIELDS.NOT", ROOST_SECTION_HEADER_FIELDS_NOT },
		{ "HEADER.FIELDS", ROOST_SECTION_HEADER_FIELDS },
		{ "HEADER", ROOST_SECTION_HEADER },
		{ "TEXT", ROOST_SECTION_TEXT },
		{ "MIME", ROOST_SECTION_MIME },
		{ "", ROOST_SECTION_ALL },
	};
	memset(parsed, 0, sizeof(*parsed));
	struct roost_section *section = &parsed->section;
	section->size = sizeof(*section);
	section->numbers = parsed->numbers;
	section->fields = parsed->fields;
	while (*text >= '0' && *text <= '9') {
		char *end;
		parsed->numbers[section->number_count++] = (uint32_t)strtoul(text, &end, 10);
		text = *end == '.' ? end + 1 : end;
	}
	size_t i = 0;
	while (strncmp(text, kinds[i].name, strlen(kinds[i].name)) != 0) {
		i++;
	}
	section->kind = kinds[i].kind;
	text += strlen(kinds[i].name);
	while (*text == ' ') {
		size_t n = strcspn(++text, " ");
		parsed->fields[section->field_count++] = (struct roost_text) { text, n };
		text += n;
	}
}

/* The bytes of content with a NUL added; NULL for none. */
static char *bytes_of(struct roost_content *content)
{
	if (content == NULL) {
		return NULL;
	}
	char *bytes = malloc((size_t)content->size + 1);
	int64_t n = content->size == 0
			    ? 0
			    : roost_content_read(content, 0, bytes, (size_t)content->size);
	assert_int_equal(n, content->size);
	bytes[n] = '\0';
	roost_content_unref(content);
	return bytes;
}

static void check(const struct message *message, const char *name, const char *expected)
{
	struct parsed parsed;
	struct roost_content *content = message->content;
	parse(&parsed, name);
	assert_int_equal(roost_util_body_section(
				 &message->outline, message->content, &parsed.section, &content),
		0);
	char *bytes = bytes_of(content);
	if (bytes == NULL || expected == NULL || strcmp(bytes, expected) != 0) {
		if (bytes != expected) {
			print_error("section %s\n", name);
		}
	}
	if (expected == NULL) {
		assert_null(bytes);
	} else {
		assert_non_null(bytes);
		assert_string_equal(bytes, expected);
	}
	free(bytes);
}

struct expectation {
	const char *section;
	const char *expected;
};

static void check_all(const char *bytes, const struct expectation *expectations, size_t count)
{
	struct message message;
	message_make(&message, bytes, strlen(bytes));
	for (size_t i = 0; i < count; i++) {
		check(&message, expectations[i].section, expectations[i].expected);
	}
	message_free(&message);
}

#define CHECK_ALL(bytes, expectations) \
	check_all(bytes, expectations, sizeof(expectations) / sizeof(expectations[0]))

/* The shape of the example in RFC 3501 section 6.4.5. */
#define INNER_3 "Subject: three\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
#define INNER_42 "Subject: fortytwo\r\n\r\n"
static const char nested[] =
	"Subject: top\r\nFrom: a@b\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
	"--o\r\n\r\none\r\n"
	"--o\r\nContent-Type: application/octet-stream\r\n\r\ntwo\r\n"
	"--o\r\nContent-Type: message/rfc822\r\n\r\n" INNER_3
	"--i\r\n\r\nthree.one\r\n--i\r\nContent-Type: a/b\r\n\r\nthree.two\r\n--i--\r\n"
	"--o\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n"
	"--f\r\nContent-Type: image/gif\r\n\r\nfour.one\r\n"
	"--f\r\nContent-Type: message/rfc822\r\nX-M: y\r\n\r\n" INNER_42 "text of 4.2\r\n"
	"--f--\r\n"
	"--o--\r\n";

static void test_numbers(void **state)
{
	static const struct expectation expectations[] = {
		{ "1", "one" },
		{ "1.MIME", "\r\n" },
		{ "1.HEADER", NULL },
		{ "1.TEXT", NULL },
		{ "1.1", NULL },
		{ "2", "two" },
		{ "2.MIME", "Content-Type: application/octet-stream\r\n\r\n" },
		{ "2.HEADER", NULL },
		{ "2.HEADER.FIELDS Content-Type", NULL },
		{ "3", INNER_3
			"--i\r\n\r\nthree.one\r\n--i\r\nContent-Type: a/b\r\n\r\nthree.two\r\n"
			"--i--" },
		{ "3.HEADER", INNER_3 },
		{ "3.TEXT", "--i\r\n\r\nthree.one\r\n--i\r\nContent-Type: a/b\r\n\r\nthree.two\r\n"
			    "--i--" },
		{ "3.MIME", "Content-Type: message/rfc822\r\n\r\n" },
		{ "3.HEADER.FIELDS SUBJECT x", "Subject: three\r\n\r\n" },
		{ "3.HEADER.FIELDS.NOT subject",
			"Content-Type: multipart/mixed; boundary=i\r\n\r\n" },
		{ "3.1", "three.one" },
		{ "3.1.MIME", "\r\n" },
		{ "3.2", "three.two" },
		{ "3.2.MIME", "Content-Type: a/b\r\n\r\n" },
		{ "3.3", NULL },
		{ "3.2.1", NULL },
		{ "4.MIME", "Content-Type: multipart/mixed; boundary=f\r\n\r\n" },
		{ "4.HEADER", NULL },
		{ "4.1", "four.one" },
		{ "4.1.MIME", "Content-Type: image/gif\r\n\r\n" },
		{ "4.2", INNER_42 "text of 4.2" },
		{ "4.2.MIME", "Content-Type: message/rfc822\r\nX-M: y\r\n\r\n" },
		{ "4.2.HEADER", INNER_42 },
		{ "4.2.TEXT", "text of 4.2" },
		{ "4.2.1", "text of 4.2" },
		{ "4.2.1.MIME", INNER_42 },
		{ "4.2.1.HEADER", NULL },
		{ "4.2.1.1", NULL },
		{ "4.2.2", NULL },
		{ "4.3", NULL },
		{ "5", NULL },
		{ "0", NULL },
		{ "1.0", NULL },
		{ "4294967295", NULL },
		{ "MIME", NULL },
		{ "", nested },
		{ "HEADER", "Subject: top\r\nFrom: a@b\r\nContent-Type: multipart/mixed; "
			    "boundary=o\r\n\r\n" },
	};
	(void)state;
	CHECK_ALL(nested, expectations);
}

static void test_simple(void **state)
{
	static const struct expectation expectations[] = {
		{ "", "Subject: s\nX: y\n\nbody\n" },
		{ "HEADER", "Subject: s\nX: y\n\n" },
		{ "TEXT", "body\n" },
		{ "1", "body\n" },
		{ "1.MIME", "Subject: s\nX: y\n\n" },
		{ "1.TEXT", NULL },
		{ "1.1", NULL },
		{ "2", NULL },
	};
	(void)state;
	CHECK_ALL("Subject: s\nX: y\n\nbody\n", expectations);
}

/* A message that is nothing but another one. */
static void test_top_message(void **state)
{
	static const struct expectation expectations[] = {
		{ "1", "A: b\n\nc" },
		{ "1.HEADER", "A: b\n\n" },
		{ "1.TEXT", "c" },
		{ "1.1", "c" },
		{ "1.1.1", NULL },
		{ "1.2", NULL },
		{ "HEADER", "Content-Type: message/rfc822\n\n" },
	};
	(void)state;
	CHECK_ALL("Content-Type: message/rfc822\n\nA: b\n\nc", expectations);
}

/* What BODYSTRUCTURE shows where there is no part can be fetched, and is empty. */
static void test_no_part(void **state)
{
	static const struct expectation empty[] = {
		{ "1", "" },
		{ "1.MIME", "" },
		{ "1.HEADER", NULL },
		{ "1.1", NULL },
		{ "2", NULL },
		{ "TEXT", "x\n" },
	};
	static const struct expectation sealed[] = {
		{ "1", "QQ==\n" },
		{ "1.1", "" },
		{ "1.1.MIME", "" },
		{ "1.2", NULL },
		{ "1.1.1", NULL },
		{ "1.HEADER", "" },
		{ "1.TEXT", "" },
	};
	(void)state;
	CHECK_ALL("Content-Type: multipart/mixed; boundary=b\n\nx\n", empty);
	CHECK_ALL("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n",
		sealed);
}

static void test_header_fields(void **state)
{
	static const struct expectation expectations[] = {
		{ "HEADER.FIELDS subject", "Subject: a\n folded\nSUBJECT: b\n\n" },
		{ "HEADER.FIELDS x SUBJECT", "Subject: a\n folded\nX : y\nSUBJECT: b\n\n" },
		{ "HEADER.FIELDS none", "\n" },
		{ "HEADER.FIELDS", "\n" },
		{ "HEADER.FIELDS.NOT subject", "From somebody\nX : y\njunk\n more\nZ:\n\n" },
		{ "HEADER.FIELDS.NOT",
			"From somebody\nSubject: a\n folded\nX : y\nSUBJECT: b\njunk\n"
			" more\nZ:\n\n" },
		{ "HEADER.FIELDS.NOT subject x z", "From somebody\njunk\n more\n\n" },
	};
	static const struct expectation unended[] = {
		{ "HEADER", "A: b\nC: d" },
		{ "TEXT", "" },
		{ "1", "" },
		{ "HEADER.FIELDS c", "C: d\r\n\r\n" },
		{ "HEADER.FIELDS a", "A: b\n\r\n" },
		{ "HEADER.FIELDS x", "\r\n" },
		{ "HEADER.FIELDS.NOT a", "C: d\r\n\r\n" },
		{ "HEADER.FIELDS.NOT c", "A: b\n\r\n" },
	};
	static const struct expectation no_empty_line[] = {
		{ "HEADER", "A: b\n" },
		{ "HEADER.FIELDS a", "A: b\n\r\n" },
		{ "HEADER.FIELDS.NOT", "A: b\n\r\n" },
		{ "HEADER.FIELDS.NOT a", "\r\n" },
	};
	(void)state;
	CHECK_ALL("From somebody\nSubject: a\n folded\nX : y\nSUBJECT: b\njunk\n more\nZ:\n\nt",
		expectations);
	CHECK_ALL("A: b\nC: d", unended);
	CHECK_ALL("A: b\n", no_empty_line);
}

/* More fields than the outline tells of are found in the header itself. */
static void test_many_fields(void **state)
{
	struct buf buf;
	struct message message;
	(void)state;
	buf_init(&buf, 1 << 20);
	for (size_t i = 0; i < 3000; i++) {
		buf_string(&buf, "X: y\r\n");
	}
	buf_string(&buf, "Subject: last\r\n folded\r\nX: y\r\n\r\ntext");
	message_make(&message, buf.data, buf.size);
	assert_true(roost_outline_fields_cut(&message.outline, 0));
	check(&message, "HEADER.FIELDS subject", "Subject: last\r\n folded\r\n\r\n");
	check(&message, "HEADER.FIELDS.NOT x", "Subject: last\r\n folded\r\n\r\n");
	message_free(&message);
	buf_free(&buf);
}

static void test_partial(void **state)
{
	static const char bytes[] = "Aa: 1\r\nBb: 2\r\nAa: 3\r\n\r\ntext";
	/* Of HEADER.FIELDS (Aa), which is in three pieces. */
	static const char all[] = "Aa: 1\r\nAa: 3\r\n\r\n";
	struct message message;
	(void)state;
	message_make(&message, bytes, sizeof(bytes) - 1);
	for (uint64_t offset = 0; offset < sizeof(all) + 2; offset++) {
		for (uint64_t size = 0; size < sizeof(all) + 2; size++) {
			struct parsed parsed;
			struct roost_content *content;
			char expected[40];
			parse(&parsed, "HEADER.FIELDS AA");
			parsed.section.partial = true;
			parsed.section.partial_offset = offset;
			parsed.section.partial_size = size;
			assert_int_equal(roost_util_body_section(&message.outline, message.content,
						 &parsed.section, &content),
				0);
			char *got = bytes_of(content);
			snprintf(expected, sizeof(expected), "%.*s", (int)size,
				offset < sizeof(all) ? all + offset : "");
			assert_string_equal(got, expected);
			free(got);
		}
	}
	struct parsed parsed;
	struct roost_content *content;
	parse(&parsed, "");
	parsed.section.partial = true;
	parsed.section.partial_offset = UINT64_MAX;
	parsed.section.partial_size = UINT64_MAX;
	assert_int_equal(roost_util_body_section(
				 &message.outline, message.content, &parsed.section, &content),
		0);
	assert_int_equal(content->size, 0);
	roost_content_unref(content);
	message_free(&message);
}

static void test_another_message(void **state)
{
	struct message message, shorter;
	struct parsed parsed;
	struct roost_content *content = NULL;
	(void)state;
	message_make(&message, "A: b\n\ntext", 10);
	message_make(&shorter, "A: b\n\ntex", 9);
	parse(&parsed, "TEXT");
	assert_int_equal(roost_util_body_section(
				 &message.outline, shorter.content, &parsed.section, &content),
		ROOST_ERR_CORRUPT);
	assert_null(content);
	message_free(&message);
	message_free(&shorter);
}

/* The whole message is the message itself, not a copy or a wrapper. */
static void test_whole_is_shared(void **state)
{
	struct message message;
	struct parsed parsed;
	struct roost_content *content;
	(void)state;
	message_make(&message, "A: b\n\ntext", 10);
	parse(&parsed, "");
	assert_int_equal(roost_util_body_section(
				 &message.outline, message.content, &parsed.section, &content),
		0);
	assert_ptr_equal(content, message.content);
	roost_content_unref(content);
	message_free(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_top_message),
		cmocka_unit_test(test_no_part),
		cmocka_unit_test(test_header_fields),
		cmocka_unit_test(test_many_fields),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_another_message),
		cmocka_unit_test(test_whole_is_shared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_decoded.c - a section decoded as it is read: sizes, ranges, NULs, reading in any order. */
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
#include "mime/decoded.h"

#define RAW_SIZE 200000u

/* What the decoder says of all of it at once. */
static void decode_whole(
	enum transfer_encoding encoding, const char *bytes, size_t n, struct buf *out)
{
	struct transfer_decoder decoder;

	buf_init(out, 1u << 24);
	transfer_decoder_init(&decoder, encoding);
	transfer_decode(&decoder, bytes, n, out);
	transfer_decode_end(&decoder, out);
	assert_int_equal(buf_status(out), 0);
}

static void expect_range(struct roost_content *raw, enum transfer_encoding encoding,
	const struct buf *whole, uint64_t offset, uint64_t size)
{
	struct roost_content *content;
	bool has_nul;
	size_t from = offset < whole->size ? (size_t)offset : whole->size;
	size_t n = size < whole->size - from ? (size_t)size : whole->size - from;

	assert_int_equal(decoded_create(raw, encoding, offset, size, &content, &has_nul), 0);
	assert_int_equal(content->size, n);
	const char *expected = n > 0 ? whole->data + from : "";
	assert_int_equal(has_nul, memchr(expected, '\0', n) != NULL);
	char *bytes = malloc(n + 1);
	/* Forwards in pieces, then somewhere behind, then whole. */
	for (size_t at = 0; at < n;) {
		size_t piece = 1 + (at * 7919) % 40000;
		int64_t got = roost_content_read(
			content, at, bytes + at, piece < n - at ? piece : n - at);
		assert_true(got > 0);
		at += (size_t)got;
	}
	assert_memory_equal(bytes, expected, n);
	for (size_t i = 0; n > 0 && i < 5; i++) {
		size_t at = (n - 1) * (5 - i) / 5;
		char c;
		assert_int_equal(roost_content_read(content, at, &c, 1), 1);
		assert_int_equal(c, expected[at]);
	}
	assert_int_equal(roost_content_read(content, 0, bytes, n + 1), n);
	assert_memory_equal(bytes, expected, n);
	assert_int_equal(roost_content_read(content, n, bytes, 1), 0);
	free(bytes);
	roost_content_unref(content);
}

static void expect_ranges(enum transfer_encoding encoding, const char *bytes, size_t n)
{
	struct roost_content *raw;
	struct buf whole;

	decode_whole(encoding, bytes, n, &whole);
	assert_int_equal(roost_content_create_copy(bytes, n, &raw), 0);
	expect_range(raw, encoding, &whole, 0, UINT64_MAX);
	expect_range(raw, encoding, &whole, 0, 1);
	expect_range(raw, encoding, &whole, whole.size / 2, 100);
	expect_range(raw, encoding, &whole, whole.size / 3, whole.size / 2);
	expect_range(raw, encoding, &whole, whole.size, 10);
	expect_range(raw, encoding, &whole, whole.size + 5, UINT64_MAX);
	expect_range(raw, encoding, &whole, UINT64_MAX, UINT64_MAX);
	if (whole.size > 0) {
		expect_range(raw, encoding, &whole, whole.size - 1, 10);
	}
	roost_content_unref(raw);
	buf_free(&whole);
}

/* Bytes that are likely to mean something in that encoding, from a generator that is always the same. */
static void fill(char *bytes, size_t n, const char *alphabet, size_t alphabet_size)
{
	uint32_t state = 12345;

	for (size_t i = 0; i < n; i++) {
		state = state * 1664525u + 1013904223u;
		bytes[i] = alphabet[(state >> 16) % alphabet_size];
	}
}

static void ranges(void **state)
{
	static const struct {
		enum transfer_encoding encoding;
		const char *alphabet;
	} rows[] = {
		{ TRANSFER_IDENTITY, "abc\r\n" },
		{ TRANSFER_BASE64, "ABCDwxyz0189+/\r\n" },
		{ TRANSFER_BASE64, "AAAAA= \n" },
		{ TRANSFER_BASE64, "\n" },
		{ TRANSFER_QUOTED_PRINTABLE, "ab=0A1\r\n \t" },
		{ TRANSFER_QUOTED_PRINTABLE, " \t" },
		{ TRANSFER_QUOTED_PRINTABLE, "=\n" },
		{ TRANSFER_UUENCODE, "M#0V%T`\n" },
	};
	char *bytes = malloc(RAW_SIZE);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(bytes, RAW_SIZE, rows[i].alphabet, strlen(rows[i].alphabet));
		if (rows[i].encoding == TRANSFER_UUENCODE) {
			memcpy(bytes, "begin 644 x\n", 12);
		}
		expect_ranges(rows[i].encoding, bytes, RAW_SIZE);
		expect_ranges(rows[i].encoding, bytes, 77);
		expect_ranges(rows[i].encoding, bytes, 0);
	}
	fill(bytes, RAW_SIZE, "ab\0", 3);
	expect_ranges(TRANSFER_IDENTITY, bytes, RAW_SIZE);
	free(bytes);
}

/* Content that cannot be read. */

static int64_t fail_read(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	(void)content;
	(void)offset;
	(void)buffer;
	(void)n;
	return ROOST_ERR_IO;
}

static void keep(struct roost_content *content)
{
	(void)content;
}

static void unreadable(void **state)
{
	static const struct roost_content_ops ops = {
		.size = sizeof(ops), .read_at = fail_read, .destroy = keep
	};
	struct roost_content raw;
	struct roost_content *content = NULL;
	bool has_nul;

	(void)state;
	roost_content_init(&raw, &ops, 100);
	assert_int_equal(decoded_create(&raw, TRANSFER_BASE64, 0, UINT64_MAX, &content, &has_nul),
		ROOST_ERR_IO);
	assert_null(content);
}

static void names(void **state)
{
	static const struct {
		const char *name;
		bool known;
		enum transfer_encoding encoding;
	} rows[] = {
		{ "7BIT", true, TRANSFER_IDENTITY },
		{ " 8bit ", true, TRANSFER_IDENTITY },
		{ "binary", true, TRANSFER_IDENTITY },
		{ "Base64", true, TRANSFER_BASE64 },
		{ "quoted-printable", true, TRANSFER_QUOTED_PRINTABLE },
		{ "x-uuencode", true, TRANSFER_UUENCODE },
		{ "x-rot13", false, TRANSFER_IDENTITY },
		{ "", false, TRANSFER_IDENTITY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum transfer_encoding encoding = TRANSFER_IDENTITY;
		assert_int_equal(
			transfer_encoding_find(text_from(rows[i].name), &encoding), rows[i].known);
		assert_int_equal(encoding, rows[i].encoding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

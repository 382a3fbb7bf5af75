/* test_transfer.c - base64, quoted-printable and uuencode: whole, in pieces, and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "mime/decode.h"

struct row {
	enum transfer_encoding encoding;
	const char *bytes;
	const char *decoded;
};

#define B TRANSFER_BASE64
#define Q TRANSFER_QUOTED_PRINTABLE
#define U TRANSFER_UUENCODE
#define I TRANSFER_IDENTITY

static const struct row rows[] = {
	{ I, "a=41\r\n", "a=41\r\n" },
	{ B, "", "" },
	{ B, "Zg==", "f" },
	{ B, "Zm8=", "fo" },
	{ B, "Zm9v", "foo" },
	{ B, "Zm9vYmFy", "foobar" },
	{ B, "Zm9v\r\nYmFy\r\n", "foobar" },
	{ B, "Zm9vYg", "foob" },
	{ B, "Zm9vYmE", "fooba" },
	{ B, "Zm9vY", "foo" },
	{ B, "Zm9vYg==Zm9v", "foobfoo" },
	{ B, "Zg=", "f" },
	{ B, "=Zg==", "f" },
	{ B, "====", "" },
	{ B, "Z!m@9#v$", "foo" },
	{ B, "Zm9\xFFv\x80", "foo" },
	{ B, "-- \r\n_footer_", "~\x8A-z" },
	{ Q, "", "" },
	{ Q, "plain", "plain" },
	{ Q, "caf=C3=A9", "caf\xC3\xA9" },
	{ Q, "caf=c3=a9", "caf\xC3\xA9" },
	{ Q, "one=\r\ntwo", "onetwo" },
	{ Q, "one=\ntwo", "onetwo" },
	{ Q, "one=\rtwo", "onetwo" },
	{ Q, "one= \t \r\ntwo", "onetwo" },
	{ Q, "one \t\r\ntwo", "one\r\ntwo" },
	{ Q, "one \ntwo  \rx", "one\ntwo\rx" },
	{ Q, "one =20\r\n", "one  \r\n" },
	{ Q, "one  two", "one  two" },
	{ Q, "end  ", "end" },
	{ Q, "end=", "end" },
	{ Q, "end= ", "end" },
	{ Q, "end=4", "end=4" },
	{ Q, "end=\r", "end" },
	{ Q, "a==3D", "a==" },
	{ Q, "a=ZZb", "a=ZZb" },
	{ Q, "a=4Zb", "a=4Zb" },
	{ Q, "a=4=41", "a=4A" },
	{ Q, "a= b", "a= b" },
	{ Q, "a= =41", "a= A" },
	{ Q, "=41=42=\r\n=43", "ABC" },
	{ Q, "\r\n\r\n", "\r\n\r\n" },
	{ Q, "\xE9raw", "\xE9raw" },
	{ U, "", "" },
	{ U, "begin 644 x\n#0V%T\n`\nend\n", "Cat" },
	{ U, "junk\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\njunk\r\n", "Cat" },
	{ U, "begin 644 x\n#0V%T\n", "Cat" },
	{ U, "begin 644 x\n#0V%T", "Cat" },
	{ U, "begin 644 x\n\"0V$\nend", "Ca" },
	{ U, "begin 644 x\nM0V%T", "Cat\0" },
	{ U, "begin 644 a\n#0V%T\nend\nbegin 644 b\n#0V%T\nend\n", "CatCat" },
	{ U, "beginning\n#0V%T\n", "" },
	{ U, "begin 644 x\nend\n#0V%T\n", "" },
};

static void decode_in_pieces(const struct row *row, size_t step, struct buf *out)
{
	struct transfer_decoder decoder;
	size_t n = strlen(row->bytes);
	transfer_decoder_init(&decoder, row->encoding);
	for (size_t i = 0; i < n; i += step) {
		transfer_decode(&decoder, row->bytes + i, n - i < step ? n - i : step, out);
	}
	transfer_decode_end(&decoder, out);
}

static void decode_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t step = 1; step < 60; step++) {
			struct buf out;
			size_t size = strlen(rows[i].decoded);
			buf_init(&out, 1000);
			decode_in_pieces(&rows[i], step, &out);
			bool cut_line = rows[i].encoding == U && out.size == 4; /* ends in NUL */
			if (out.size != size + (cut_line ? 1 : 0) ||
				(size > 0 && memcmp(out.data, rows[i].decoded, size) != 0)) {
				fail_msg("row %zu, step %zu: \"%.*s\"", i, step, (int)out.size,
					out.data);
			}
			buf_free(&out);
		}
	}
}

static void know_names(void **state)
{
	static const struct {
		const char *name;
		enum transfer_encoding encoding;
	} names[] = {
		{ "base64", B },
		{ " BASE64\r\n", B },
		{ "quoted-printable", Q },
		{ "Quoted-Printable", Q },
		{ "x-uuencode", U },
		{ "X-UUE", U },
		{ "uuencode", U },
		{ "7bit", I },
		{ "8bit", I },
		{ "binary", I },
		{ "", I },
		{ "base64x", I },
		{ "x-unknown", I },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(
			transfer_encoding_from_name(text_from(names[i].name)), names[i].encoding);
	}
	assert_int_equal(transfer_encoding_from_name(TEXT_ABSENT), I);
}

/* White space and lines of any length cross the decoder's pending bytes. */
static void long_lines(void **state)
{
	char line[500];
	(void)state;
	for (size_t blanks = 0; blanks < 400; blanks++) {
		for (int soft = 0; soft < 2; soft++) {
			struct row row = { Q, line, NULL };
			struct buf out;
			memset(line, ' ', blanks + 1);
			line[0] = soft ? '=' : 'a';
			memcpy(line + blanks + 1, "x", 2);
			buf_init(&out, 1000);
			decode_in_pieces(&row, 7, &out);
			/* Something follows: all of it was text. */
			assert_int_equal(out.size, blanks + 2);
			assert_memory_equal(out.data, line, out.size);
			buf_free(&out);
		}
	}
	memset(line, 'A', sizeof(line) - 1);
	line[sizeof(line) - 1] = 0;
	struct row row = { U, line, NULL };
	struct buf out;
	buf_init(&out, 1000);
	decode_in_pieces(&row, 9, &out);
	assert_int_equal(out.size, 0);
	buf_free(&out);
}

static void noise_stays_in_bounds(void **state)
{
	static const char alphabet[] = "==AB09 \t\r\n\n`M#begin 64end\xE9";
	uint32_t seed = 3;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char bytes[200];
		struct row row = { (enum transfer_encoding)(round % 4), bytes, NULL };
		size_t n = (size_t)round % (sizeof(bytes) - 1);
		struct buf whole, pieces;
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = alphabet[(seed >> 8) % (sizeof(alphabet) - 1)];
		}
		bytes[n] = 0;
		buf_init(&whole, 1000);
		buf_init(&pieces, 1000);
		decode_in_pieces(&row, sizeof(bytes), &whole);
		decode_in_pieces(&row, 1 + seed % 5, &pieces);
		assert_int_equal(whole.size, pieces.size);
		assert_true(whole.size <= n + 80);
		if (whole.size > 0) {
			assert_memory_equal(whole.data, pieces.data, whole.size);
		}
		buf_free(&whole);
		buf_free(&pieces);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_rows),
		cmocka_unit_test(know_names),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(noise_stays_in_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

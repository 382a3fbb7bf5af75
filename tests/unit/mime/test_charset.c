/* test_charset.c - charsets by all their names, broken text, and text in pieces. */
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
#include "mime/charset.h"

#define FFFD "\xEF\xBF\xBD"

struct row {
	const char *charset;
	const char *text;
	size_t size;
	const char *utf8;
	bool strict; /* whether the strict conversion is content */
};
#define ROW(charset, text, utf8, strict) \
	{ \
		charset, text, sizeof(text) - 1, utf8, strict \
	}

static const struct row rows[] = {
	ROW("us-ascii", "plain", "plain", true),
	ROW("us-ascii", "caf\xE9", "café", false),
	ROW("ANSI_X3.4-1968", "caf\xC3\xA9", "café", false),
	ROW("", "caf\xC3\xA9 \xE9", "café é", false),
	ROW("no-such-charset", "caf\xC3\xA9 \xE9", "café é", false),
	ROW("unknown-8bit", "\x93q\x94", "“q”", false),
	ROW("utf-8", "caf\xC3\xA9", "café", true),
	ROW("UTF8", "caf\xC3\xA9", "café", true),
	ROW(" \"utf-8\" ", "caf\xC3\xA9", "café", true),
	ROW("unicode-1-1-utf-8", "caf\xC3\xA9", "café", true),
	ROW("utf-8", "caf\xE9.", "caf" FFFD ".", false),
	ROW("utf-8", "\xC0\x80", FFFD FFFD, false),
	ROW("utf-8", "\xED\xA0\x80", FFFD FFFD FFFD, false),
	ROW("utf-8", "\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD, false),
	ROW("utf-8", "a\xE2\x82", "a" FFFD FFFD, false),
	ROW("iso-8859-1", "caf\xE9", "café", true),
	ROW("ISO_8859-1", "caf\xE9", "café", true),
	ROW("iso8859-1", "caf\xE9", "café", true),
	ROW("8859-1", "caf\xE9", "café", true),
	ROW("latin1", "caf\xE9", "café", true),
	ROW("Latin-1", "caf\xE9", "café", true),
	ROW("iso-8859-1", "\x80", "€", true),
	ROW("iso-8859-1", "\x81", "\xC2\x81", true),
	ROW("windows-1252", "\x93q\x94", "“q”", true),
	ROW("cp-1252", "\x93q\x94", "“q”", true),
	ROW("x-cp1252", "\x93q\x94", "“q”", true),
	ROW("ansi_x3.110", "\x93q\x94", "“q”", true),
	ROW("iso-8859-15", "\xA4", "€", true),
	ROW("iso8859_15", "\xA4", "€", true),
	ROW("latin-9", "\xA4", "€", true),
	ROW("iso-8859-2", "\xB1", "ą", true),
	ROW("iso-8859-8-i", "\xF9\xEC\xE5\xED", "שלום", true),
	ROW("ISO-8859-8-E", "\xF9\xEC\xE5\xED", "שלום", true),
	ROW("windows-1251", "\xCF\xF0\xE8", "При", true),
	ROW("win-1251", "\xCF\xF0\xE8", "При", true),
	ROW("CP1251", "\xCF\xF0\xE8", "При", true),
	ROW("koi8-r", "\xF0\xD2\xC9", "При", true),
	ROW("koi8r", "\xF0\xD2\xC9", "При", true),
	ROW("shift_jis", "\x93\xFA\x96\x7B", "日本", true),
	ROW("x-sjis", "\x93\xFA\x96\x7B", "日本", true),
	ROW("x-sjis", "\x87\x40", "①", true),
	ROW("windows-31j", "\x93\xFA\x96\x7B", "日本", true),
	ROW("euc-jp", "\xC6\xFC\xCB\xDC", "日本", true),
	ROW("x-euc-jp", "\xC6\xFC\xCB\xDC", "日本", true),
	ROW("iso-2022-jp", "\x1B$BF|K\\\x1B(B", "日本", true),
	ROW("ks_c_5601-1987", "\xC7\xD1\xB1\xDB", "한글", true),
	ROW("ks_c_5601-1987", "\x94\xEE", "뷁", true),
	ROW("euc-kr", "\xC7\xD1\xB1\xDB", "한글", true),
	ROW("gb2312", "\xD6\xD0\xCE\xC4", "中文", true),
	ROW("gb2312", "\x81\x30\x81\x30", "\xC2\x80", true),
	ROW("GBK", "\xD6\xD0\xCE\xC4", "中文", true),
	ROW("x-gbk", "\xD6\xD0\xCE\xC4", "中文", true),
	ROW("big5", "\xA4\xA4\xA4\xE5", "中文", true),
	ROW("x-x-big5", "\xA4\xA4\xA4\xE5", "中文", true),
	ROW("big5", "\xA4\xA4\xFF.", "中" FFFD ".", false),
	ROW("utf-7", "caf+AOk-", "café", true),
	ROW("unicode-1-1-utf-7", "caf+AOk-", "café", true),
	ROW("utf-16be", "\0c\0\xE9", "cé", true),
	ROW("utf-16",
		"\xFF\xFE"
		"c\0\xE9\0",
		"cé", true),
	ROW("utf-16",
		"\xFE\xFF"
		"\0c\0\xE9",
		"cé", true),
	ROW("utf-16le", "\x00\xDCx\0", FFFD "x", false),
	ROW("utf-16be", "\0a\0", "a" FFFD, false),
	ROW("tis-620", "\xA1", "ก", true),
	/* names that must not reach iconv as they are */
	ROW("ascii//TRANSLIT", "caf\xE9", "café", false),
	ROW("utf-16/../../x", "caf\xE9", "café", false),
	ROW("INTERNAL", "abcd", "abcd", false),
	ROW("wchar_t", "abcd", "abcd", false),
	ROW("\x01", "abcd", "abcd", false),
	ROW("%s%s%n", "abcd", "abcd", false),
};

static void convert_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct roost_text text = { row->text, row->size };
		struct buf lenient, strict;
		buf_init(&lenient, 1000);
		buf_init(&strict, 1000);
		charset_to_utf8(text_from(row->charset), text, &lenient);
		bool content = charset_to_utf8_strict(text_from(row->charset), text, &strict);
		if (lenient.size != strlen(row->utf8) || content != row->strict ||
			memcmp(lenient.data, row->utf8, lenient.size) != 0) {
			fail_msg("row %zu (%s): \"%.*s\", strict %d", i, row->charset,
				(int)lenient.size, lenient.data, content);
		}
		buf_free(&lenient);
		buf_free(&strict);
	}
}

static void know_names(void **state)
{
	static const char *const known[] = { "us-ascii", "UTF-8", "latin1", "iso-8859-8-i",
		"x-sjis", "ks_c_5601-1987", "gb2312", "big5", "KOI8-R", "utf-7", "cp949",
		"windows-1250", "x-mac-roman", "hp-roman8", "iso-8859-16", "ISO-2022-KR" };
	static const char *const unknown[] = { "", " ", "\"\"", "unknown-8bit", "x-unknown",
		"x-user-defined", "default", "foo", "iso-8859-99", "cp0", "utf-8/utf-8", "INTERNAL",
		"iso-8859-1\r\n", "utf-8\x01" };
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!charset_is_known(text_from(known[i]))) {
			fail_msg("%s", known[i]);
		}
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		bool ends_in_line = strchr(unknown[i], '\n') != NULL; /* which is trimmed */
		if (charset_is_known(text_from(unknown[i])) != ends_in_line) {
			fail_msg("%s", unknown[i]);
		}
	}
}

static void pass_over_long_and_cut_names(void **state)
{
	char name[5000];
	(void)state;
	memset(name, 'x', sizeof(name));
	for (size_t n = 0; n < sizeof(name); n += n < 200 ? 1 : 997) {
		assert_false(charset_is_known((struct roost_text) { name, n }));
	}
	/* Not NUL-terminated: nothing behind the name counts. */
	assert_true(charset_is_known((struct roost_text) { "utf-8zzz", 5 }));
	assert_false(charset_is_known((struct roost_text) { "utf\0-8", 6 }));
}

static void convert_in_pieces(
	const char *charset, const char *bytes, size_t n, size_t step, struct buf *utf8)
{
	struct charset_converter converter;
	charset_converter_init(&converter, text_from(charset));
	for (size_t i = 0; i < n; i += step) {
		size_t before = utf8->size, size = n - i < step ? n - i : step;
		if (step < n && charset_keeps(&converter, bytes + i, size)) {
			buf_add(utf8, bytes + i, size);
			continue;
		}
		charset_convert(&converter, bytes + i, size, utf8);
		assert_true(utf8_is_valid(utf8->data + before, utf8->size - before));
	}
	charset_convert_end(&converter, utf8);
	charset_converter_free(&converter);
}

static uint32_t next_number(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Bytes that mean something to many charsets, valid and not. */
static void make_noise(uint32_t *seed, char *bytes, size_t n)
{
	static const char special[] = "\x1B\x0E\x0F$()B@+-AI";
	for (size_t i = 0; i < n; i++) {
		uint32_t kind = next_number(seed) % 4;
		uint32_t value = next_number(seed);
		bytes[i] = kind == 0 ? special[value % (sizeof(special) - 1)]
				     : (char)(kind == 1 ? value % 128 : value % 256);
	}
}

/* Without euc-kr: there glibc passes over more or less of what is ill-formed, depending on how much
 * it sees. */
static void pieces_give_the_same(void **state)
{
	static const char *const charsets[] = { "utf-8", "gb2312", "big5", "euc-jp", "iso-2022-jp",
		"shift_jis", "utf-7", "utf-16", "utf-16be", "utf-32", "koi8-r", "iso-2022-kr",
		"iso-2022-cn", "big5-hkscs", "euc-jisx0213", "tcvn", "iso-2022-jp-3", "euc-tw",
		"johab", "cp1255", "cp1258", "unknown", "us-ascii", "latin1" };
	uint32_t seed = 1;
	(void)state;
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		for (int round = 0; round < 60; round++) {
			char bytes[160];
			size_t n = next_number(&seed) % sizeof(bytes);
			struct buf whole, pieces;
			make_noise(&seed, bytes, n);
			buf_init(&whole, 10000);
			convert_in_pieces(charsets[i], bytes, n, sizeof(bytes), &whole);
			for (size_t step = 1; step < 6; step++) {
				buf_init(&pieces, 10000);
				convert_in_pieces(charsets[i], bytes, n, step, &pieces);
				if (whole.size != pieces.size ||
					(whole.size > 0 &&
						memcmp(whole.data, pieces.data, whole.size) != 0)) {
					fail_msg(
						"%s, round %d, step %zu", charsets[i], round, step);
				}
				buf_free(&pieces);
			}
			buf_free(&whole);
		}
	}
}

static void a_converter_serves_many_texts(void **state)
{
	struct charset_converter converter;
	struct buf utf8;
	(void)state;
	buf_init(&utf8, 1000);
	charset_converter_init(&converter, TEXT("iso-2022-jp"));
	charset_convert(&converter, "\x1B$BF|", 5, &utf8); /* left in JIS X 0208 */
	charset_convert_end(&converter, &utf8);
	charset_convert(&converter, "F|", 2, &utf8);
	charset_convert_end(&converter, &utf8);
	charset_converter_free(&converter);
	assert_int_equal(utf8.size, 5);
	assert_memory_equal(utf8.data, "日F|", 5);
	buf_free(&utf8);
}

static void a_full_buffer_ends_it(void **state)
{
	static const char *const charsets[] = { "utf-8", "latin1", "big5", "unknown",
		"iso-2022-jp" };
	char bytes[5000];
	(void)state;
	memset(bytes, 0xA4, sizeof(bytes));
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		struct buf utf8;
		buf_init(&utf8, 700);
		convert_in_pieces(charsets[i], bytes, sizeof(bytes), 7, &utf8);
		assert_true(utf8.failed);
		assert_true(utf8.size <= 700);
		buf_free(&utf8);
	}
}

/* Whether the bytes of `part` are in `whole`, in this order: the Big5 file lacks the characters that
 * Big5 lacks. */
static bool is_part(const char *part, size_t part_size, const char *whole, size_t whole_size)
{
	size_t at = 0;
	for (size_t i = 0; i < whole_size && at < part_size; i++) {
		at += part[at] == whole[i];
	}
	return at == part_size;
}

static void convert_corpus(void **state)
{
	static const char *const files[][3] = {
		{ "big5", "chinese.big5.txt", "chinese.utf-8.txt" },
		{ "windows-1251", "cyrillic.cp1251.txt", "cyrillic.utf-8.txt" },
		{ "iso8859-5", "cyrillic.iso-8859-5.txt", "cyrillic.utf-8.txt" },
		{ "koi8-r", "cyrillic.koi8-r.txt", "cyrillic.utf-8.txt" },
		{ "iso-2022-jp", "japanese.iso-2022-jp.txt", "japanese.utf-8.txt" },
		{ "x-sjis", "japanese.shift-jis.txt", "japanese.utf-8.txt" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[200];
		size_t size = 0, wanted_size = 0;
		(void)snprintf(path, sizeof(path), "gmime/filters/%s", files[i][1]);
		char *bytes = corpus_read(path, &size);
		(void)snprintf(path, sizeof(path), "gmime/filters/%s", files[i][2]);
		char *wanted = corpus_read(path, &wanted_size);
		if (bytes == NULL || wanted == NULL) {
			free(bytes);
			free(wanted);
			skip();
		}
		struct buf utf8;
		buf_init(&utf8, 1000000);
		bool clean = charset_to_utf8_strict(
			text_from(files[i][0]), (struct roost_text) { bytes, size }, &utf8);
		bool lacks = strcmp(files[i][0], "big5") == 0;
		if (!clean || (!lacks && utf8.size != wanted_size) ||
			!is_part(utf8.data, utf8.size, wanted, wanted_size)) {
			fail_msg("%s", files[i][1]);
		}
		buf_free(&utf8);
		free(bytes);
		free(wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(convert_tables),
		cmocka_unit_test(know_names),
		cmocka_unit_test(pass_over_long_and_cut_names),
		cmocka_unit_test(pieces_give_the_same),
		cmocka_unit_test(a_converter_serves_many_texts),
		cmocka_unit_test(a_full_buffer_ends_it),
		cmocka_unit_test(convert_corpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

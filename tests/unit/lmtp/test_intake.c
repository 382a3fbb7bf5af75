/* test_intake.c - what becomes of the bytes behind DATA and BDAT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

#include "intake.h"

#define TEXT(text) text, sizeof(text) - 1

struct row {
	const char *bytes;
	size_t size;
	const char *message;
	size_t message_size;
	size_t left; /* bytes behind the end; NOT_ENDED when there was none */
};
#define NOT_ENDED SIZE_MAX

static const struct row data_rows[] = {
	{ TEXT(".\r\n"), TEXT(""), 0 },
	{ TEXT(".\r\nQUIT\r\n"), TEXT(""), 6 },
	{ TEXT("a\r\n.\r\n"), TEXT("a\r\n"), 0 },
	{ TEXT("a\r\n\r\nb\r\n.\r\n"), TEXT("a\r\n\r\nb\r\n"), 0 },
	{ TEXT("..\r\n...a\r\n.b\r\n.\r\n"), TEXT(".\r\n..a\r\nb\r\n"), 0 },
	/* Only CRLF . CRLF ends it. */
	{ TEXT("a\n.\nb\r\n.\r\n"), TEXT("a\r\n.\r\nb\r\n"), 0 },
	{ TEXT("a\n.\r\nb\r\n.\r\n"), TEXT("a\r\n.\r\nb\r\n"), 0 },
	{ TEXT("a\r\n.\nb\r\n.\r\n"), TEXT("a\r\n\r\nb\r\n"), 0 },
	{ TEXT("a\r.\r\nb\r\n.\r\n"), TEXT("a\r.\r\nb\r\n"), 0 },
	{ TEXT("a\r\n.\rb\r\n.\r\n"), TEXT("a\r\n\rb\r\n"), 0 },
	{ TEXT("a\r\n.\r\r\nb\r\n.\r\n"), TEXT("a\r\n\r\r\nb\r\n"), 0 },
	{ TEXT("a\r\n.\r.\r\nb\r\n.\r\n"), TEXT("a\r\n\r.\r\nb\r\n"), 0 },
	{ TEXT("a\r\n. \r\n.\r\n"), TEXT("a\r\n \r\n"), 0 },
	{ TEXT("a\r\n.."), TEXT("a\r\n."), NOT_ENDED },
	{ TEXT("a\r\n.\0\r\n.\r\n"), TEXT("a\r\n\0\r\n"), 0 },
	/* A dot after a bare LF is text: it was not put in. */
	{ TEXT("a\n..b\r\n.\r\n"), TEXT("a\r\n..b\r\n"), 0 },
	/* Line ends. */
	{ TEXT("a\nb\r\n\nc\r\n.\r\n"), TEXT("a\r\nb\r\n\r\nc\r\n"), 0 },
	{ TEXT("\r\n\r\na\rb\r\r\n.\r\n"), TEXT("\r\n\r\na\rb\r\r\n"), 0 },
	{ TEXT("\n\n.\n.\r\n"), TEXT("\r\n\r\n.\r\n.\r\n"), NOT_ENDED },
	/* Any byte. */
	{ TEXT("S: \xff\xfe\r\n\r\n\0\x80\r\n.\r\n"), TEXT("S: \xff\xfe\r\n\r\n\0\x80\r\n"), 0 },
};

static const struct row chunk_rows[] = {
	{ TEXT(""), TEXT(""), NOT_ENDED },
	{ TEXT(".\r\n"), TEXT(".\r\n"), NOT_ENDED },
	{ TEXT("a\r\n..\r\n.\r\nb"), TEXT("a\r\n..\r\n.\r\nb"), NOT_ENDED },
	{ TEXT("a\nb\n"), TEXT("a\r\nb\r\n"), NOT_ENDED },
	/* Return-Path. */
	{ TEXT("Return-Path: <a>\r\nB: c\r\n\r\nd"), TEXT("B: c\r\n\r\nd"), NOT_ENDED },
	{ TEXT("A: b\r\nRETURN-path \t : <a>\r\n folded\r\n\tmore\r\nC: d\r\n e\r\n\r\n"),
		TEXT("A: b\r\nC: d\r\n e\r\n\r\n"), NOT_ENDED },
	{ TEXT("Return-Path: <a>\r\nReturn-Path: <b>\r\n"), TEXT(""), NOT_ENDED },
	{ TEXT("Return-Path: <a>\nreturn-path:\n b\nC: d\n"), TEXT("C: d\r\n"), NOT_ENDED },
	{ TEXT("Return-Path: <a>"), TEXT(""), NOT_ENDED },
	{ TEXT("Return-Path"), TEXT("Return-Path"), NOT_ENDED },
	{ TEXT("Return-Path\r\n: x\r\n"), TEXT("Return-Path\r\n: x\r\n"), NOT_ENDED },
	{ TEXT("Return-Path-Too: a\r\nReturn-Pat: b\r\nX-Return-Path: c\r\n"),
		TEXT("Return-Path-Too: a\r\nReturn-Pat: b\r\nX-Return-Path: c\r\n"), NOT_ENDED },
	{ TEXT("A: b\r\n Return-Path: c\r\n"), TEXT("A: b\r\n Return-Path: c\r\n"), NOT_ENDED },
	{ TEXT("A: b\rReturn-Path: c\r\n"), TEXT("A: b\rReturn-Path: c\r\n"), NOT_ENDED },
	{ TEXT("A: b\r\n\r\nReturn-Path: c\r\n"), TEXT("A: b\r\n\r\nReturn-Path: c\r\n"),
		NOT_ENDED },
	{ TEXT("\r\nReturn-Path: c\r\n"), TEXT("\r\nReturn-Path: c\r\n"), NOT_ENDED },
	{ TEXT(" Return-Path: c\r\nReturn-Path:\r\n\r\nReturn-Path:"),
		TEXT(" Return-Path: c\r\n\r\nReturn-Path:"), NOT_ENDED },
	{ TEXT("Return-Path                                  : a\r\n"),
		TEXT("Return-Path                                  : a\r\n"), NOT_ENDED },
};

static void check_content(struct roost_content *content, const char *bytes, size_t size)
{
	char *read = calloc(1, size + 1);
	assert_non_null(read);
	assert_int_equal(content->size, size);
	if (size > 0) {
		assert_int_equal(roost_content_read(content, 0, read, size), (int64_t)size);
	}
	assert_memory_equal(read, bytes, size);
	free(read);
}

/* The row, in two pieces, with so much memory before it goes to a file. */
static void check_row(const struct row *row, bool is_data, size_t cut, size_t memory)
{
	struct intake intake;
	struct roost_content *content = NULL;
	bool ended = false;
	size_t used = 0;
	const size_t ends[] = { cut, row->size };
	intake_init(&intake, memory, 1000);
	for (size_t i = 0; i < 2; i++) {
		size_t n = ends[i] - used;
		if (!is_data) {
			intake_add(&intake, row->bytes + used, n);
			used += n;
		} else if (!ended) {
			used += intake_add_data(&intake, row->bytes + used, n, &ended);
		}
	}
	assert_int_equal(ended, row->left != NOT_ENDED);
	assert_int_equal(row->size - used, ended ? row->left : 0);
	assert_int_equal(intake_finish(&intake, &content), 0);
	check_content(content, row->message, row->message_size);
	roost_content_unref(content);
	intake_clear(&intake);
}

static void check_rows(const struct row *rows, size_t count, bool is_data)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t cut = 0; cut <= rows[i].size; cut++) {
			check_row(&rows[i], is_data, cut, 1000);
			check_row(&rows[i], is_data, cut, 3);
		}
	}
}

static void test_data(void **state)
{
	(void)state;
	check_rows(data_rows, sizeof(data_rows) / sizeof(data_rows[0]), true);
}

static void test_chunks(void **state)
{
	(void)state;
	check_rows(chunk_rows, sizeof(chunk_rows) / sizeof(chunk_rows[0]), false);
}

static void test_limit(void **state)
{
	(void)state;
	for (size_t extra = 0; extra < 3; extra++) {
		struct intake intake;
		struct roost_content *content = NULL;
		bool ended = false;
		char text[200];
		memset(text, 'a', sizeof(text));
		intake_init(&intake, 50, 102);
		assert_int_equal(intake_add_data(&intake, text, 100 + extra, &ended), 100 + extra);
		assert_int_equal(intake_add_data(&intake, "\r\n.\r\n", 5, &ended), 5);
		assert_true(ended);
		int r = intake_finish(&intake, &content);
		assert_int_equal(r, extra == 0 ? 0 : ROOST_ERR_TOO_BIG);
		assert_int_equal(intake.spool.size, 0);
		roost_content_unref(content);
		intake_clear(&intake);
	}
}

/* Large messages lie in a file, and not in memory. */
static void test_file(void **state)
{
	(void)state;
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);
	assert_non_null(text);
	for (size_t i = 0; i < SIZE; i++) {
		text[i] = (char)(i % 64 == 0 ? '\n' : (i % 64 == 63 ? '\r' : 'a' + (int)(i % 23)));
	}
	text[0] = '.';
	for (size_t step = 1000; step < 200000; step = step * 7 + 1) {
		struct intake intake;
		struct roost_content *content = NULL;
		int fd;
		uint64_t offset;
		intake_init(&intake, 256 << 10, UINT64_MAX);
		for (size_t at = 0; at < SIZE; at += step) {
			intake_add(&intake, text + at, SIZE - at < step ? SIZE - at : step);
		}
		assert_true(intake.spool.capacity < 300 << 10);
		assert_int_equal(intake_finish(&intake, &content), 0);
		assert_int_equal(roost_content_descriptor(content, &fd, &offset), 0);
		check_content(content, text, SIZE);
		roost_content_unref(content);
		intake_clear(&intake);
	}
	free(text);
}

/* A temporary folder that is not there: the message cannot be kept, and nothing else happens. */
static void test_no_folder(void **state)
{
	(void)state;
	struct intake intake;
	struct roost_content *content = NULL;
	const char *before = getenv("TMPDIR");
	char *kept = before != NULL ? strdup(before) : NULL;
	assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	intake_init(&intake, 2, 100);
	intake_add(&intake, "abc", 3);
	intake_add(&intake, "def", 3);
	assert_int_equal(intake_finish(&intake, &content), ROOST_ERR_IO);
	intake_clear(&intake);
	if (kept != NULL) {
		(void)setenv("TMPDIR", kept, 1);
	} else {
		(void)unsetenv("TMPDIR");
	}
	free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

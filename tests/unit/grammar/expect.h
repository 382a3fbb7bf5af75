/* expect.h - what cmocka needs, and the table that most tests here are. */
#ifndef TESTS_GRAMMAR_EXPECT_H
#define TESTS_GRAMMAR_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roost/error.h>

#include "dump.h"

struct expectation {
	const char *input; /* as sent, without the last CRLF */
	const char *dump; /* as dump_parsed() writes it */
};

static inline void expect_dump(const char *input, size_t n, const char *dump)
{
	struct buf buf;
	int r;

	buf_init(&buf, 1 << 20);
	r = dump_parsed(&buf, input, n, 1 << 20);
	buf_char(&buf, '\0');
	if (strcmp(buf.data, dump) != 0) {
		fprintf(stderr, "input:    %s\nexpected: %s\nfound:    %s\n", input, dump,
			buf.data);
	}
	assert_string_equal(buf.data, dump);
	assert_int_equal(r, strstr(dump, "! ") != NULL ? ROOST_ERR_INVALID : 0);
	buf_free(&buf);
}

static inline void expect_dumps(const struct expectation *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		expect_dump(table[i].input, strlen(table[i].input), table[i].dump);
	}
}

#endif

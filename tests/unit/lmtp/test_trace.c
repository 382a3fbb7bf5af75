/* test_trace.c - the lines that are put in front of a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trace.h"

static void test_lines(void **state)
{
	(void)state;
	static const struct {
		struct trace trace;
		const char *text;
	} rows[] = {
		{ { .sender = NULL }, "" },
		{ { .sender = "" }, "Return-Path: <>\r\n" },
		{ { .sender = "a@b", .recipient = "c" },
			"Return-Path: <a@b>\r\nDelivered-To: c\r\n" },
		{ { .sender = "a@b",
			  .recipient = "c@d",
			  .protocol = "LMTP",
			  .client = "mx.example",
			  .address = "127.0.0.1",
			  .host = "store.example",
			  .id = "12.3",
			  .date = { 1700000000, 90 } },
			"Return-Path: <a@b>\r\n"
			"Delivered-To: c@d\r\n"
			"Received: from mx.example ([127.0.0.1])\r\n"
			"\tby store.example (roost) with LMTP id 12.3\r\n"
			"\tfor <c@d>;\r\n"
			"\tTue, 14 Nov 2023 23:43:20 +0130\r\n" },
		/* A name that is none of a host, an IPv6 address, a zone west of Greenwich. */
		{ { .protocol = "UTF8LMTP",
			  .client = "(evil",
			  .address = "::1",
			  .host = "h",
			  .id = "1",
			  .recipient = "x",
			  .date = { 0, -150 } },
			"Delivered-To: x\r\n"
			"Received: from unknown ([IPv6:::1])\r\n"
			"\tby h (roost) with UTF8LMTP id 1\r\n"
			"\tfor <x>;\r\n"
			"\tWed, 31 Dec 1969 21:30:00 -0230\r\n" },
		{ { .protocol = "LMTP",
			  .client = "a(b)",
			  .address = "",
			  .host = "h",
			  .id = "1",
			  .recipient = "x",
			  .date = { 951782400, 0 } },
			"Delivered-To: x\r\n"
			"Received: from a\r\n"
			"\tby h (roost) with LMTP id 1\r\n"
			"\tfor <x>;\r\n"
			"\tTue, 29 Feb 2000 00:00:00 +0000\r\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = 0;
		char *text = trace_write(&rows[i].trace, &n);
		assert_non_null(text);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(n, strlen(text));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

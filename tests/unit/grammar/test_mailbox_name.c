/* test_mailbox_name.c - modified UTF-7 to UTF-8 and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/text.h"
#include "base/utf8.h"
#include "grammar/command.h"
#include "grammar/mailbox_name.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int parse(struct roost_text text, bool pattern, char *name, size_t n, const char **error)
{
	char *exact = malloc(text.size > 0 ? text.size : 1);
	struct arena arena;
	const char *found = NULL;
	int r;

	if (text.size > 0) {
		memcpy(exact, text.bytes, text.size);
	}
	text.bytes = exact;
	arena_init(&arena, 1 << 16);
	r = (pattern ? mailbox_name_parse_pattern : mailbox_name_parse)(
		&arena, text, &found, error);
	if (r == 0) {
		assert_true(strlen(found) < n);
		memcpy(name, found, strlen(found) + 1);
	} else {
		assert_non_null(*error);
	}
	arena_reset(&arena);
	free(exact);
	return r;
}

static void write_name(const char *utf8, char *text, size_t n)
{
	struct buf buf;

	buf_init(&buf, n - 1);
	mailbox_name_write(&buf, utf8);
	assert_int_equal(buf_status(&buf), 0);
	memcpy(text, buf.data, buf.size);
	text[buf.size] = '\0';
	buf_free(&buf);
}

/* Valid both ways: what a client writes, what it means, and as what it is written back. */
static void round_trips(void **state)
{
	static const struct {
		const char *utf7, *utf8, *written;
	} table[] = {
		{ "", "", "\"\"" },
		{ "INBOX", "INBOX", "INBOX" },
		{ "inBOX", "INBOX", "INBOX" },
		{ "INBOX2", "INBOX2", "INBOX2" },
		{ "inbox/a", "inbox/a", "inbox/a" },
		{ "a.b", "a.b", "a.b" },
		{ "a]b", "a]b", "a]b" },
		{ "a b", "a b", "\"a b\"" },
		{ "a\"b\\c", "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "(x)", "(x)", "\"(x)\"" },
		{ "{5}", "{5}", "\"{5}\"" },
		{ "100%", "100%", "\"100%\"" },
		{ "*", "*", "\"*\"" },
		{ "NIL", "NIL", "\"NIL\"" },
		{ "nil", "nil", "\"nil\"" },
		{ "NILS", "NILS", "NILS" },
		{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
			"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
			"~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, /* RFC 3501 section 5.1.3 */
		{ "Entw&APw-rfe", "Entw\xc3\xbcrfe", "Entw&APw-rfe" },
		{ "&-", "&", "&-" },
		{ "&-&-", "&&", "&-&-" },
		{ "R&-D", "R&D", "R&-D" },
		{ "&AOk-&-", "\xc3\xa9&", "&AOk-&-" },
		{ "&-&AOk-", "&\xc3\xa9", "&-&AOk-" },
		{ "&-A&-", "&A&", "&-A&-" },
		{ "&AOk-a&AOk-",
			"\xc3\xa9"
			"a\xc3\xa9",
			"&AOk-a&AOk-" },
		{ "&AOk- x", "\xc3\xa9 x", "\"&AOk- x\"" },
		{ "&2D3eCg-", "\xf0\x9f\x98\x8a", "&2D3eCg-" },
		{ "&2D3eCgDp2D3eCg-", "\xf0\x9f\x98\x8a\xc3\xa9\xf0\x9f\x98\x8a",
			"&2D3eCgDp2D3eCg-" },
		{ "&AKA-", "\xc2\xa0", "&AKA-" },
		{ "&,,0-", "\xef\xbf\xbd", "&,,0-" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *error = NULL;
		char text[200];

		assert_int_equal(
			parse(text_from(table[i].utf7), false, text, sizeof(text), &error), 0);
		assert_string_equal(text, table[i].utf8);
		write_name(table[i].utf8, text, sizeof(text));
		assert_string_equal(text, table[i].written);
	}
}

static void raw_utf8(void **state)
{
	static const char *const table[] = { "\xc3\xa9", "a\xc3\xa9&b", "\xf0\x9f\x98\x8a x",
		"&\xc3\xa9-", "\xc3\xa9&AOk-" };

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *error = NULL;
		char text[100];

		assert_int_equal(parse(text_from(table[i]), false, text, sizeof(text), &error), 0);
		assert_string_equal(text, table[i]);
	}
}

static void errors(void **state)
{
	static const struct {
		const char *text;
		const char *error; /* a part of it */
	} table[] = {
		{ "&", "UTF-7" },
		{ "a&", "UTF-7" },
		{ "R&D", "UTF-7" },
		{ "&A", "UTF-7" },
		{ "&AOk", "UTF-7" },
		{ "&AOk/", "UTF-7" },
		{ "&A-", "UTF-7" },
		{ "&AO-", "UTF-7" },
		{ "&AOkA-", "UTF-7" }, /* six bits too many */
		{ "&AOl-", "UTF-7" }, /* bits left over that are not zero */
		{ "&AOkAAA-", "control" },
		{ "& -", "UTF-7" },
		{ "&AO k-", "UTF-7" },
		{ "&AO=-", "UTF-7" },
		{ "&AO/-", "UTF-7" },
		{ "&AGE-", "UTF-7" }, /* "a", which stands for itself */
		{ "&ACY-", "UTF-7" }, /* "&" */
		{ "&AOkAYQ-", "UTF-7" },
		{ "&AOk-&AOk-", "UTF-7" }, /* one shift would do */
		{ "&2D0-", "UTF-7" }, /* half a surrogate pair */
		{ "&3go-", "UTF-7" },
		{ "&2D3YPQ-", "UTF-7" },
		{ "&2D0A6Q-", "UTF-7" },
		{ "&3grYPQ-", "UTF-7" },
		{ "&AAA-", "control" },
		{ "&AAo-", "control" },
		{ "&AH8-", "control" },
		{ "&AIU-", "control" },
		{ "a\nb", "control" },
		{ "a\tb", "control" },
		{ "\x7f", "control" },
		{ "\xc3\xa9\r", "control" },
		{ "\xc2\x85", "control" },
		{ "\xff", "UTF-8" },
		{ "\xc3", "UTF-8" },
		{ "\xc0\xaf", "UTF-8" },
		{ "\xed\xa0\x80", "UTF-8" },
		{ "\xf4\x90\x80\x80", "UTF-8" },
		{ "&AOk-\xc3", "UTF-8" },
	};
	char text[100];
	const char *error = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		for (int pattern = 0; pattern < 2; pattern++) {
			error = "";
			assert_int_equal(parse(text_from(table[i].text), pattern, text,
						 sizeof(text), &error),
				ROOST_ERR_INVALID);
			if (strstr(error, table[i].error) == NULL) {
				fail_msg("%s: %s", table[i].text, error);
			}
		}
	}
	assert_int_equal(
		parse((struct roost_text) { "a\0b", 3 }, false, text, sizeof(text), &error),
		ROOST_ERR_INVALID);
}

static void patterns(void **state)
{
	static const struct {
		const char *text, *pattern;
	} table[] = {
		{ "*", "*" },
		{ "%/&AOk-*", "%/\xc3\xa9*" },
		{ "inbox", "inbox" },
		{ "\xc3\xa9%", "\xc3\xa9%" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *error = NULL;
		char text[100];

		assert_int_equal(
			parse(text_from(table[i].text), true, text, sizeof(text), &error), 0);
		assert_string_equal(text, table[i].pattern);
	}
}

static void names_have_a_limit(void **state)
{
	static char text[4 * ROOST_MAX_MAILBOX_NAME], name[2 * ROOST_MAX_MAILBOX_NAME];
	const char *error = NULL;
	size_t n = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(parse((struct roost_text) { text, ROOST_MAX_MAILBOX_NAME }, false, name,
				 sizeof(name), &error),
		0);
	assert_int_equal(strlen(name), ROOST_MAX_MAILBOX_NAME);
	assert_int_equal(parse((struct roost_text) { text, ROOST_MAX_MAILBOX_NAME + 1 }, false,
				 name, sizeof(name), &error),
		ROOST_ERR_INVALID);
	assert_non_null(strstr(error, "too long"));

	/* "&AOkA6QDp…-": 8 letters for 3 characters of 2 bytes. */
	text[n++] = '&';
	for (size_t i = 0; i < ROOST_MAX_MAILBOX_NAME / 6 + 1; i++) {
		memcpy(text + n, "AOkA6QDp", 8);
		n += 8;
	}
	text[n++] = '-';
	assert_int_equal(parse((struct roost_text) { text, n }, false, name, sizeof(name), &error),
		ROOST_ERR_INVALID);
	assert_non_null(strstr(error, "too long"));
}

static void what_is_no_utf8_is_written_anyhow(void **state)
{
	static const struct {
		const char *utf8, *written;
	} table[] = {
		{ "\xff", "&,,0-" },
		{ "a\xc3", "a&,,0-" },
		{ "\xc3(", "\"&,,0-(\"" },
		{ "a\r\nb", "a&AA0ACg-b" },
		{ "\x7f", "&AH8-" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char text[100];

		write_name(table[i].utf8, text, sizeof(text));
		assert_string_equal(text, table[i].written);
	}
}

/* Every character, alone and between letters, comes back as it was. */
static void every_character(void **state)
{
	(void)state;
	for (uint32_t c = 0xa0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 61) {
		char utf8[20] = "x", text[60], name[20];
		const char *error = NULL;
		struct roost_text written;

		if (c >= 0xd800 && c <= 0xdfff) {
			continue;
		}
		memcpy(utf8 + 1 + utf8_encode(c, utf8 + 1), "-", 2);
		write_name(utf8, text, sizeof(text));
		written = text_from(text);
		for (size_t i = 0; i < written.size; i++) {
			assert_true(written.bytes[i] > ' ' && written.bytes[i] < 0x7f);
		}
		assert_int_equal(parse(written, false, name, sizeof(name), &error), 0);
		assert_string_equal(name, utf8);
	}
}

/* A command of a client that knows only UTF-8: what it names, and how that is written back to it. */
static void utf8_only(void **state)
{
	static const struct {
		const char *line, *name, *given,
			*written; /* `given` is NULL when that is the same */
	} table[] = {
		{ "a SELECT INBOX", "INBOX", NULL, "INBOX" },
		{ "a SELECT Inbox", "INBOX", "Inbox", "INBOX" },
		{ "a SELECT \"inbox\"", "INBOX", "inbox", "INBOX" },
		{ "a SELECT &", "&", NULL, "&" },
		{ "a SELECT R&D", "R&D", NULL, "R&D" },
		{ "a SELECT &-", "&-", NULL, "&-" },
		{ "a SELECT &APw-", "&APw-", NULL, "&APw-" },
		{ "a SELECT \"\xC3\xBC\"", "\xC3\xBC", NULL, "\"\xC3\xBC\"" },
		{ "a SELECT \xC3\xBC", "\xC3\xBC", NULL, "\"\xC3\xBC\"" },
		{ "a SELECT \"\xC3\xBC\\\"\\\\\"", "\xC3\xBC\"\\", NULL, "\"\xC3\xBC\\\"\\\\\"" },
		{ "a SELECT \"\xF0\x9F\x98\x80 x\"", "\xF0\x9F\x98\x80 x", NULL,
			"\"\xF0\x9F\x98\x80 x\"" },
		{ "a SELECT \"\"", "", NULL, "\"\"" },
		{ "a SELECT nil", "nil", NULL, "\"nil\"" },
		{ "a SELECT \"\xC3\"", NULL, NULL, NULL },
		{ "a SELECT \"\xC2\x85\"", NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct command_input input = {
			.bytes = table[i].line, .size = strlen(table[i].line), .utf8_names = true
		};
		struct command command;
		struct arena arena;
		struct buf buf;
		const char *error = NULL;

		arena_init(&arena, 1 << 16);
		int r = command_parse(&arena, &input, &command, &error);
		assert_int_equal(r, table[i].name == NULL ? ROOST_ERR_INVALID : 0);
		if (r == 0) {
			assert_string_equal(command.mailbox, table[i].name);
			assert_int_equal(command.mailbox_given == NULL, table[i].given == NULL);
			if (table[i].given != NULL) {
				assert_string_equal(command.mailbox_given, table[i].given);
			}
			buf_init(&buf, 1000);
			mailbox_name_write_utf8(&buf, command.mailbox);
			assert_int_equal(buf.size, strlen(table[i].written));
			assert_memory_equal(buf.data, table[i].written, buf.size);
			buf_free(&buf);
		}
		arena_reset(&arena);
	}
}

static void broken_utf8_is_written_anyhow(void **state)
{
	static const char expected[] = "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\"";
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	mailbox_name_write_utf8(&buf, "a\xFF\xFEz\xC3");
	assert_int_equal(buf.size, sizeof(expected) - 1);
	assert_memory_equal(buf.data, expected, buf.size);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips),
		cmocka_unit_test(raw_utf8),
		cmocka_unit_test(errors),
		cmocka_unit_test(patterns),
		cmocka_unit_test(names_have_a_limit),
		cmocka_unit_test(what_is_no_utf8_is_written_anyhow),
		cmocka_unit_test(every_character),
		cmocka_unit_test(utf8_only),
		cmocka_unit_test(broken_utf8_is_written_anyhow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_flag.c - lists of flags, read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roost/limits.h>

#include "grammar/command.h"
#include "grammar/flag.h"
#include "grammar/lexer.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Read, and write again, or the error. */
static bool reread(const char *text, bool bare, bool recent, struct buf *buf)
{
	struct command_input input = { text, strlen(text), NULL, 0, false };
	struct roost_flags flags;
	struct lexer lexer;
	struct arena arena;
	bool ok;

	arena_init(&arena, 1 << 20);
	lexer_init(&lexer, &arena, &input);
	lexer.after = "FLAGS";
	ok = flags_parse(&lexer, bare, &flags) && lexer_end(&lexer);
	if (ok) {
		flags_write(buf, &flags, recent);
	} else {
		buf_string(buf, lexer.error);
	}
	buf_char(buf, '\0');
	arena_reset(&arena);
	return ok;
}

static void lists(void **state)
{
	static const struct {
		const char *text;
		bool bare, valid;
		const char *written;
	} table[] = {
		{ "()", false, true, "()" },
		{ "(\\Seen)", false, true, "(\\Seen)" },
		{ "(\\draft \\DELETED \\flagged \\answered \\seen)", false, true,
			"(\\Seen \\Answered \\Flagged \\Deleted \\Draft)" },
		{ "(\\Seen \\Seen)", false, true, "(\\Seen)" },
		{ "(\\Recent)", false, true, "()" },
		{ "(\\recent $Forwarded)", false, true, "($Forwarded)" },
		{ "(Foo fOO bar FOO)", false, true, "(Foo bar)" },
		{ "(a[b #$&',-./:;<=>?@^_`|}~!+)", false, true, "(a[b #$&',-./:;<=>?@^_`|}~!+)" },
		{ "(NIL)", false, true, "(NIL)" },
		{ "\\Seen", true, true, "(\\Seen)" },
		{ "\\Seen x  ", true, true, "(\\Seen x)" },
		{ "()  ", true, true, "()" },
		{ "\\Seen", false, false, "Expected a flag list in parentheses after FLAGS" },
		{ "", true, false, "Expected a flag after FLAGS" },
		{ "(", false, false, "Expected a flag after FLAGS" },
		{ "(\\Seen", false, false, "Expected a flag or ) after a flag" },
		{ "(\\Seen ", false, false, "Expected a flag after a flag" },
		{ "(\\Seen )", false, false, "Expected a flag after a flag" },
		{ "( \\Seen)", false, false, "Expected a flag after FLAGS" },
		{ "(\\Seen  x)", false, false, "Expected a flag after a flag" },
		{ "((x))", false, false, "Expected a flag after FLAGS" },
		{ "(x(y))", false, false, "Missing space after a flag" },
		{ "x)", true, false, "Unexpected text after the flags" },
		{ "x (y)", true, false, "Expected a flag after a flag" },
		{ "(\\Foo)", false, false, "Invalid system flag \\Foo" },
		{ "(\\)", false, false, "Invalid system flag \\" },
		{ "(\\*)", false, false, "Invalid system flag \\*" },
		{ "(\\\\Seen)", false, false, "Invalid system flag \\\\Seen" },
		{ "(a%b)", false, false, "Invalid keyword a%b" },
		{ "(a*)", false, false, "Invalid keyword a*" },
		{ "(a])", false, false, "Invalid keyword a]" },
		{ "(a\\b)", false, false, "Invalid keyword a\\b" },
		{ "(\"a\")", false, false, "Invalid keyword \"a\"" },
		{ "({1}", false, false, "Invalid keyword {1}" },
		{ "(\xc3\xa9)", false, false, "Expected a flag after FLAGS" },
		{ "(a\tb)", false, false, "Missing space after a flag" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct buf buf;

		buf_init(&buf, 1 << 16);
		assert_int_equal(reread(table[i].text, table[i].bare, false, &buf), table[i].valid);
		assert_string_equal(buf.data, table[i].written);
		buf_free(&buf);
	}
}

static void recent(void **state)
{
	static const char *const table[][2] = {
		{ "()", "(\\Recent)" },
		{ "(\\Seen)", "(\\Seen \\Recent)" },
		{ "(x)", "(x \\Recent)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct buf buf;

		buf_init(&buf, 1 << 16);
		assert_true(reread(table[i][0], false, true, &buf));
		assert_string_equal(buf.data, table[i][1]);
		buf_free(&buf);
	}
}

static void limits(void **state)
{
	struct buf list, out;
	char keyword[ROOST_MAX_KEYWORD + 4];

	(void)state;
	for (unsigned n = ROOST_MAX_KEYWORDS; n <= ROOST_MAX_KEYWORDS + 1; n++) {
		buf_init(&list, 1 << 16);
		buf_init(&out, 1 << 16);
		buf_char(&list, '(');
		for (unsigned i = 0; i < n; i++) {
			snprintf(keyword, sizeof(keyword), "k%u K%u ", i, i);
			buf_string(&list, keyword);
		}
		buf_string(&list, "k0)");
		buf_char(&list, '\0');
		assert_int_equal(reread(list.data, false, false, &out), n <= ROOST_MAX_KEYWORDS);
		buf_free(&list);
		buf_free(&out);
	}
	for (size_t n = ROOST_MAX_KEYWORD; n <= ROOST_MAX_KEYWORD + 1; n++) {
		memset(keyword, 'x', n + 1);
		keyword[0] = '(';
		memcpy(keyword + n + 1, ")", 2);
		buf_init(&out, 1 << 16);
		assert_int_equal(reread(keyword, false, false, &out), n <= ROOST_MAX_KEYWORD);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(recent),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

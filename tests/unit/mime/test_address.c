/* test_address.c - addresses as ENVELOPE has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mime/address.h"
#include "say.h"

static void add(char *text, struct roost_text part)
{
	if (part.bytes == NULL) {
		say(text, "-");
		return;
	}
	say(text, "'%.*s'", (int)part.size, part.bytes);
}

static void deliver(void *context, const struct roost_address *address)
{
	char *text = context;
	add(text, address->name);
	add(text, address->route);
	add(text, address->mailbox);
	add(text, address->host);
	say(text, "\n");
}

/* Name, route, mailbox and host; "-" for what is absent. */
static const struct {
	const char *value;
	const char *expected;
} table[] = {
	{ "", "" },
	{ "  \t ", "" },
	{ "a@b", "--'a''b'\n" },
	{ "<a@b>", "--'a''b'\n" },
	{ "A <a@b>", "'A'-'a''b'\n" },
	{ "A B <a@b>, c@d", "'A B'-'a''b'\n--'c''d'\n" },
	{ "\"A, B\" <a@b>", "'A, B'-'a''b'\n" },
	{ "\"A \\\"q\\\" \\\\ B\" <a@b>", "'A \"q\" \\ B'-'a''b'\n" },
	{ "John Q. Public <a@b>", "'John Q. Public'-'a''b'\n" },
	{ "=?utf-8?q?=C3=A9?= <a@b>", "'=?utf-8?q?=C3=A9?='-'a''b'\n" },
	{ "a@b (Ann)", "'Ann'-'a''b'\n" },
	{ "a@b (Ann (the one) \\) )", "'Ann (the one) )'-'a''b'\n" },
	{ "(first) a@b (last)", "'last'-'a''b'\n" },
	{ "A (c) <a@b> (d)", "'A'-'a''b'\n" },
	{ "<a@b> (Ann)", "'Ann'-'a''b'\n" },
	/* Obsolete syntax, RFC 5322 section 4.4. */
	{ "a . b @ c . d", "--'a.b''c.d'\n" },
	{ "a (x) . b (y) @ (z) c", "'z'-'a.b''c'\n" },
	{ "A <@one.test,@two.test:a@b>", "'A''@one.test,@two.test''a''b'\n" },
	{ "< a @ b >", "--'a''b'\n" },
	{ ",, a@b, ,c@d,", "--'a''b'\n--'c''d'\n" },
	{ "\"a b\"@c", "--'a b''c'\n" },
	{ "\"a\\\"b\"@c", "--'a\"b''c'\n" },
	{ "A <\"a,b>\"@c>", "'A'-'a,b>''c'\n" },
	{ "a@[1.2.3.4]", "--'a''[1.2.3.4]'\n" },
	{ "a@[IPv6:2001::1], b@c", "--'a''[IPv6:2001::1]'\n--'b''c'\n" },
	/* Groups, RFC 3501 section 7.4.2. */
	{ "G: a@b, C <c@d>;", "--'G'-\n--'a''b'\n'C'-'c''d'\n----\n" },
	{ "G:;", "--'G'-\n----\n" },
	{ "undisclosed-recipients:;, a@b", "--'undisclosed-recipients'-\n----\n--'a''b'\n" },
	{ "\"A group\": a@b", "--'A group'-\n--'a''b'\n----\n" },
	{ "A:a@b;B:c@d;", "--'A'-\n--'a''b'\n----\n--'B'-\n--'c''d'\n----\n" },
	{ ":;", "--''-\n----\n" },
	/* Broken: the others are not dropped. */
	{ "a", "--'a'''\n" },
	{ "Ann Bee", "'Ann Bee'-''''\n" },
	{ "\"Ann Bee\"", "'Ann Bee'-''''\n" },
	{ "Ann <>", "'Ann'-''''\n" },
	{ "<>", "--''''\n" },
	{ "Ann <a>", "'Ann'-'a'''\n" },
	{ "Ann <a@b", "'Ann'-'a''b'\n" },
	{ "Ann <a@b, c@d", "'Ann'-'a''b'\n--'c''d'\n" },
	{ "Ann <<a@b>>, c@d", "'Ann'-'a''b'\n--'c''d'\n" },
	{ "Ann a@b", "'Ann'-'a''b'\n" },
	{ "a@b c@d", "--'a''b'\n--'c''d'\n" },
	{ "<a@b> <c@d>", "--'a''b'\n--'c''d'\n" },
	{ "a@b garbage, c@d", "--'a''b'\n--'c''d'\n" },
	{ "<a@b> garbage, c@d", "--'a''b'\n--'c''d'\n" },
	{ "a@b <c@d>", "'a@b'-'c''d'\n" },
	{ "a@b; c@d", "--'a''b'\n--'c''d'\n" },
	{ "a@b@c", "--'a@b''c'\n" },
	{ "@b", "--'''b'\n" },
	{ "a@", "--'a'''\n" },
	{ "\"Ann <a@b>, c@d", "'Ann'-'a''b'\n--'c''d'\n" },
	{ "(Ann <a@b>, c@d", "'(Ann'-'a''b'\n--'c''d'\n" },
	{ "a@[1.2, c@d", "--'a''[1.2'\n--'c''d'\n" },
	{ "<@a,@b>, c@d", "--'''a'\n--'''b'\n--'c''d'\n" },
	{ "a\\, c@d", "--'a\\'''\n--'c''d'\n" },
	{ "> a@b", "--'a''b'\n" },
	{ "\"\" <a@b>", "--'a''b'\n" },
	{ "\xe9\xe8 <a@b>", "'\xe9\xe8'-'a''b'\n" },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[SAY_ROOM] = "";
		struct roost_text value = { table[i].value, strlen(table[i].value) };
		assert_int_equal(address_parse(value, deliver, text), 0);
		if (strcmp(text, table[i].expected) != 0) {
			print_error("value: %s\n", table[i].value);
		}
		assert_string_equal(text, table[i].expected);
	}
}

static void count(void *context, const struct roost_address *address)
{
	(void)address;
	(*(size_t *)context)++;
}

/* Each of these takes for ever when something is looked at again and again. */
static void test_no_quadratic_time(void **state)
{
	static const char *const pieces[] = { "<", "(", "\"", "<@", "@[", "a@b ", ":", ";", ",",
		"\\", "(\"", "<a@b>", "a:", "()", "\"\"", "<a@b> x ", ". ", "@ " };
	size_t size = 2000000;
	char *bytes = malloc(size + 16);
	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t piece = strlen(pieces[i]);
		size_t n = 0;
		size_t found = 0;
		while (n < size) {
			memcpy(bytes + n, pieces[i], piece);
			n += piece;
		}
		struct roost_text value = { bytes, n };
		assert_int_equal(address_parse(value, count, &found), 0);
		assert_true(found <= n);
	}
	free(bytes);
}

static void test_every_prefix(void **state)
{
	static const char value[] =
		"A (c (d)) \"q\\\"\" <@r,@s:\"l\"@[1.2]>, G: x . y @ z, b;, t@u (v), \xff\x00 w";
	(void)state;
	for (size_t n = 0; n < sizeof(value); n++) {
		size_t found = 0;
		/* Exactly as large, so that a sanitizer sees a read beyond it. */
		char *bytes = malloc(n + 1);
		memcpy(bytes, value, n);
		char *exact = realloc(bytes, n > 0 ? n : 1);
		struct roost_text text = { exact, n };
		assert_int_equal(address_parse(text, count, &found), 0);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_no_quadratic_time),
		cmocka_unit_test(test_every_prefix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

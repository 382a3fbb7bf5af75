/* test_path.c - addresses, and whom they mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "path.h"

/* As path_read, from exactly as many bytes as there are, so that a sanitizer sees a read beyond. */
static size_t read_path(const char *text, size_t n, struct path *path_out)
{
	char *bytes = malloc(n > 0 ? n : 1);
	assert_non_null(bytes);
	memcpy(bytes, text, n);
	size_t used = path_read(bytes, n, path_out);
	free(bytes);
	return used;
}

static void test_good(void **state)
{
	(void)state;
	static const struct {
		const char *text, *path, *local, *domain;
		bool eight_bit;
	} rows[] = {
		{ "<>", "", "", "", false },
		{ "<anna>", "anna", "anna", "", false },
		{ "<anna@farm.example>", "anna@farm.example", "anna", "farm.example", false },
		{ "<Anna@FARM.Example>", "Anna@FARM.Example", "Anna", "farm.example", false },
		{ "<a.b..c.@x>", "a.b..c.@x", "a.b..c.", "x", false },
		{ "<anna+list/roost@x>", "anna+list/roost@x", "anna+list/roost", "x", false },
		{ "<a=b!c#d$e%f@x>", "a=b!c#d$e%f@x", "a=b!c#d$e%f", "x", false },
		{ "<@one.example,@two:anna@x>", "anna@x", "anna", "x", false },
		{ "<\"two words\"@x>", "\"two words\"@x", "two words", "x", false },
		{ "<\"a\\\"b\\\\c@d>\"@x>", "\"a\\\"b\\\\c@d>\"@x", "a\"b\\c@d>", "x", false },
		{ "<\"\"@x>", "\"\"@x", "", "x", false },
		{ "<anna@[192.0.2.7]>", "anna@[192.0.2.7]", "anna", "[192.0.2.7]", false },
		{ "<anna@[IPv6:2001:db8::1]>", "anna@[IPv6:2001:db8::1]", "anna",
			"[ipv6:2001:db8::1]", false },
		{ "<j\xc3\xb6rg@b\xc3\xbc"
		  "cher.example>",
			"j\xc3\xb6rg@b\xc3\xbc"
			"cher.example",
			"j\xc3\xb6rg",
			"b\xc3\xbc"
			"cher.example",
			true },
		{ "<\"\xe2\x82\xac x\"@x>", "\"\xe2\x82\xac x\"@x", "\xe2\x82\xac x", "x", true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path path;
		size_t n = strlen(rows[i].text);
		assert_int_equal(read_path(rows[i].text, n, &path), n);
		assert_string_equal(path.text, rows[i].path);
		assert_string_equal(path.local, rows[i].local);
		assert_string_equal(path.domain, rows[i].domain);
		assert_int_equal(path.eight_bit, rows[i].eight_bit);
		/* Cut anywhere it is none. */
		for (size_t cut = 0; cut < n; cut++) {
			assert_int_equal(read_path(rows[i].text, cut, &path), 0);
		}
	}
}

static void test_bad(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		"anna@x",
		"anna@x>",
		"<anna",
		"<anna@>",
		"<@x>",
		"<@x:>",
		"<@ x:anna@x>",
		"< anna@x>",
		"<anna @x>",
		"<anna@x y>",
		"<an(na)@x>",
		"<a,b@x>",
		"<a:b@x>",
		"<a\"b@x>",
		"<a\\b@x>",
		"<<anna@x>>",
		"<anna@x@y>",
		"<\"anna@x>",
		"<\"anna\"b@x>",
		"<\"anna\\\">",
		"<an\rna@x>",
		"<an\nna@x>",
		"<\"an\nna\"@x>",
		"<\"an\tna\"@x>",
		"<an\x7fna@x>",
		"<an\x80na@x>",
		"<an\xc3@x>",
		"<an\xc0\xaf@x>",
		"<an\xed\xa0\x80@x>",
		"<an\xf4\x90\x80\x80@x>",
		"<an\xc2\x85na@x>", /* a control character too: NEL */
		"<anna@x\xff>",
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path path;
		assert_int_equal(read_path(rows[i], strlen(rows[i]), &path), 0);
	}
	struct path path;
	assert_int_equal(read_path("<an\0na@x>", 9, &path), 0);
}

static void test_length(void **state)
{
	(void)state;
	static char text[PATH_MAX_TEXT + 100];
	struct path path;
	struct path_user user;
	unsigned place = 0;
	memset(text, 'a', sizeof(text));
	text[0] = '<';
	text[PATH_MAX_TEXT / 2] = '@';
	text[PATH_MAX_TEXT + 1] = '>';
	assert_int_equal(read_path(text, PATH_MAX_TEXT + 2, &path), PATH_MAX_TEXT + 2);
	assert_int_equal(read_path(text, sizeof(text), &path), PATH_MAX_TEXT + 2);
	while (path_next_user(&path, &place, &user)) {
		assert_true(strlen(user.name) <= PATH_MAX_TEXT);
	}
	text[PATH_MAX_TEXT + 1] = 'a';
	text[PATH_MAX_TEXT + 2] = '>';
	assert_int_equal(read_path(text, sizeof(text), &path), 0);
}

/* Written "name" or "name:detail", with blanks between. */
static void test_users(void **state)
{
	(void)state;
	static const struct {
		const char *text, *users;
	} rows[] = {
		{ "<anna>", "anna " },
		{ "<anna@x>", "anna@x anna " },
		{ "<anna+list@x>", "anna+list@x anna@x:list anna+list anna:list " },
		{ "<anna+a+b>", "anna+a+b anna:a+b " },
		{ "<anna+>", "anna+ anna " },
		{ "<+list>", "+list " },
		{ "<Anna+List@X.Example>",
			"Anna+List@x.example Anna@x.example:List Anna+List Anna:List "
			"anna+list@x.example anna@x.example:List anna+list anna:List " },
		{ "<anna+List>", "anna+List anna:List anna+list " },
		{ "<\"\"@x>", "" },
		{ "<\"anna@x\"@y>", "anna@x@y anna@x " },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path path;
		struct path_user user;
		char users[8 * sizeof(user)] = "";
		unsigned place = 0;
		assert_true(read_path(rows[i].text, strlen(rows[i].text), &path) > 0);
		while (path_next_user(&path, &place, &user)) {
			size_t n = strlen(users);
			(void)snprintf(users + n, sizeof(users) - n, "%s%s%s ", user.name,
				user.detail != NULL ? ":" : "",
				user.detail != NULL ? user.detail : "");
		}
		assert_string_equal(users, rows[i].users);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_users),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

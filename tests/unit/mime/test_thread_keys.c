/* test_thread_keys.c - base subjects and message ids. RFC 5256 sections 2.1 and 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mime/thread_keys.h"

static const struct {
	const char *subject, *base;
	bool is_reply;
} subjects[] = {
	{ "", "", false },
	{ "hello", "hello", false },
	{ "  hello \t world ", "hello world", false },
	{ "Re: hello", "hello", true },
	{ "RE:hello", "hello", true },
	{ "re : hello", "hello", true },
	{ "Re[2]: hello", "hello", true },
	{ "Re [2] : hello", "hello", true },
	{ "Fw: hello", "hello", true },
	{ "Fwd: hello", "hello", true },
	{ "FWD[x]: hello", "hello", true },
	{ "Re: Fwd: re: hello", "hello", true },
	{ "hello (fwd)", "hello", true },
	{ "hello (FWD) (fwd)  ", "hello", true },
	{ "hello(fwd)", "hello", true },
	{ "[list] hello", "hello", false },
	{ "[list][two] hello", "hello", false },
	{ "[list] Re: hello", "hello", true },
	{ "Re: [list] Re: [two] hello", "hello", true },
	{ "[list]", "[list]", false },
	{ "[a] [b]", "[b]", false },
	{ "Re: [a] [b] ", "[b]", true },
	{ "[fwd: hello]", "hello", true },
	{ "[Fwd: Re: [fwd: hello (fwd)] ]", "hello", true },
	{ "[fwd: [list] hello]", "hello", true },
	{ "[fwd: hello] world", "world", false },
	{ "[fwd:]", "", true },
	{ "[fwd: hello", "[fwd: hello", false },
	{ "Re:", "", true },
	{ "(fwd)", "", true },
	{ "Rehello", "Rehello", false },
	{ "Re hello", "Re hello", false },
	{ "Re[[x]]: hello", "Re[[x]]: hello", false },
	{ "AW: hello", "AW: hello", false },
	{ "[a[b]] hello", "[a[b]] hello", false },
	{ "hello [list]", "hello [list]", false },
	{ "=?utf-8?q?Re=3A_h=C3=A9?=", "h\xc3\xa9", true },
	{ "=?us-ascii?q?[li?= =?us-ascii?q?st]_x?=", "x", false },
};

static void test_base_subject(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		struct buf base;
		struct roost_text subject = { subjects[i].subject, strlen(subjects[i].subject) };
		buf_init(&base, 1000);
		bool is_reply = base_subject_add(subject, &base);
		assert_int_equal(buf_status(&base), 0);
		if (base.size != strlen(subjects[i].base) || is_reply != subjects[i].is_reply) {
			print_error("subject: %s\n", subjects[i].subject);
		}
		assert_int_equal(base.size, strlen(subjects[i].base));
		assert_true(base.size == 0 || memcmp(base.data, subjects[i].base, base.size) == 0);
		assert_int_equal(is_reply, subjects[i].is_reply);
		buf_free(&base);
	}
}

static const struct {
	const char *value, *ids;
} values[] = {
	{ "", "" },
	{ "<a@b>", "a@b " },
	{ "<a@b><c@d>", "a@b c@d " },
	{ " junk <a@b>, (x) <c@d> y", "a@b c@d " },
	{ "<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>", "01KF8JCEOCBS0045PS@xxx.yyy.com " },
	{ "<\"a\\\"b\"@c>", "a\"b@c " },
	{ "< a @ b >", "a@b " },
	{ "<\"a b\"@c>", "a b@c " },
	{ "<a@[1.2.3.4]>", "a@[1.2.3.4] " },
	{ "<a@b", "" },
	{ "a@b", "" },
	{ "<>", "" },
	{ "<@>", "" },
	{ "<@b>", "" },
	{ "<a@>", "" },
	{ "<abc>", "" },
	{ "<\"a@b\">", "" },
	{ "<x <a@b>", "a@b " },
	{ "<<<a@b>>>", "a@b " },
	{ "<a\\", "" },
};

static void test_message_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		size_t n = strlen(values[i].value);
		char *exact = malloc(n > 0 ? n : 1);
		memcpy(exact, values[i].value, n);
		struct roost_text rest = { exact, n };
		struct roost_text id;
		struct buf ids;
		buf_init(&ids, 1000);
		while (message_id_next(&rest, &id)) {
			message_id_add(id, &ids);
			buf_char(&ids, ' ');
		}
		buf_char(&ids, '\0');
		assert_string_equal(ids.data, values[i].ids);
		buf_free(&ids);
		free(exact);
	}
}

static void test_no_quadratic_time(void **state)
{
	static const char *const pieces[] = { "[", "[]", "re:", "[fwd:", "(fwd)", "[a] re", " ",
		"re[", "<", "<a@", "\"" };
	size_t size = 1000000;
	char *bytes = malloc(size + 16);
	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t n = 0;
		while (n < size) {
			memcpy(bytes + n, pieces[i], strlen(pieces[i]));
			n += strlen(pieces[i]);
		}
		struct roost_text value = { bytes, n };
		struct roost_text id;
		struct buf base;
		buf_init(&base, 2 * size);
		(void)base_subject_add(value, &base);
		assert_int_equal(buf_status(&base), 0);
		buf_free(&base);
		while (message_id_next(&value, &id)) {
		}
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base_subject),
		cmocka_unit_test(test_message_ids),
		cmocka_unit_test(test_no_quadratic_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

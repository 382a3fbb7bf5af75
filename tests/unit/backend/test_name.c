/* test_name.c - which names a mailbox may have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/name.h"

#define T10 "x/x/x/x/x/x/x/x/x/x/"

static const struct {
	const char *name;
	char delimiter;
	const char *found; /* NULL: no mailbox can be called so */
	const char *created;
} rows[] = {
	{ "Work", '/', "Work", "Work" },
	{ "Work/2020", '/', "Work/2020", "Work/2020" },
	{ "Work/", '/', NULL, "Work" },
	{ "Work//", '/', NULL, NULL },
	{ "/Work", '/', NULL, NULL },
	{ "a//b", '/', NULL, NULL },
	{ "a//b", '.', "a//b", "a//b" },
	{ "a//b/", 0, "a//b/", "a//b/" },
	{ "a.b.", '.', NULL, "a.b" },
	{ "", '/', NULL, NULL },
	{ "/", '/', NULL, NULL },
	{ "inbox", '/', "INBOX", "INBOX" },
	{ "InBoX", 0, "INBOX", "INBOX" },
	{ "inbox/", '/', NULL, "INBOX" },
	{ "Inbox/sub", '/', "INBOX/sub", "INBOX/sub" },
	{ "Inbox/sub", '.', "Inbox/sub", "Inbox/sub" },
	{ "inboxes", '/', "inboxes", "inboxes" },
	{ "sub/inbox", '/', "sub/inbox", "sub/inbox" },
	{ "Entwürfe/日本", '/', "Entwürfe/日本", "Entwürfe/日本" },
	{ "a\"b\\c *%{}()", '/', "a\"b\\c *%{}()", "a\"b\\c *%{}()" },
	{ "..", '/', "..", ".." },
	{ "tab\there", '/', NULL, NULL },
	{ "line\nend", '/', NULL, NULL },
	{ "\x7F", '/', NULL, NULL },
	{ "\xC2\x85", '/', NULL, NULL },
	{ "\xE2\x80\xA8", '/', NULL, NULL },
	{ "\xFF", '/', NULL, NULL },
	{ "\xC0\xAF", '/', NULL, NULL },
	{ T10 T10 T10 T10 "x/x/x/x/x/x/x/x/x/x", '/', T10 T10 T10 T10 "x/x/x/x/x/x/x/x/x/x",
		T10 T10 T10 T10 "x/x/x/x/x/x/x/x/x/x" },
	{ T10 T10 T10 T10 T10 "x", '/', NULL, NULL },
	{ T10 T10 T10 T10 T10 "x", '.', T10 T10 T10 T10 T10 "x", T10 T10 T10 T10 T10 "x" },
};

typedef int (*normalize_fn)(const struct roost_user *user, struct roost_call *call,
	const char *name, const char **name_out);

static void check(struct roost_call *call, normalize_fn normalize, const char *name, char delimiter,
	const char *wanted)
{
	struct roost_user user = { .delimiter = delimiter };
	const char *normalized = "untouched";
	int r = normalize(&user, call, name, &normalized);
	assert_int_equal(r, wanted != NULL ? 0 : ROOST_ERR_CANNOT);
	assert_string_equal(normalized, wanted != NULL ? wanted : "untouched");
}

static void normalize_names(void **state)
{
	struct roost_call *call;
	(void)state;
	assert_int_equal(roost_call_create(&call, 0), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(call, name_normalize, rows[i].name, rows[i].delimiter, rows[i].found);
		check(call, name_normalize_new, rows[i].name, rows[i].delimiter, rows[i].created);
	}
	roost_call_destroy(call);
}

static void long_names_are_refused(void **state)
{
	struct roost_user user = { .delimiter = '/' };
	struct roost_call *call;
	char name[ROOST_MAX_MAILBOX_NAME + 3];
	const char *normalized;
	(void)state;
	assert_int_equal(roost_call_create(&call, 0), 0);
	memset(name, 'x', sizeof(name));
	name[ROOST_MAX_MAILBOX_NAME] = 0;
	assert_int_equal(name_normalize(&user, call, name, &normalized), 0);
	name[ROOST_MAX_MAILBOX_NAME] = '/';
	name[ROOST_MAX_MAILBOX_NAME + 1] = 0;
	assert_int_equal(name_normalize_new(&user, call, name, &normalized), 0);
	assert_int_equal(strlen(normalized), ROOST_MAX_MAILBOX_NAME);
	name[ROOST_MAX_MAILBOX_NAME] = 'x';
	assert_int_equal(name_normalize_new(&user, call, name, &normalized), ROOST_ERR_CANNOT);
	roost_call_destroy(call);
}

static void know_what_is_inside(void **state)
{
	struct roost_user user = { .delimiter = '/' };
	struct roost_user flat = { .delimiter = 0 };
	(void)state;
	assert_true(name_is_inside(&user, "a/b", "a"));
	assert_true(name_is_inside(&user, "a/b/c", "a"));
	assert_false(name_is_inside(&user, "a", "a"));
	assert_false(name_is_inside(&user, "ab", "a"));
	assert_false(name_is_inside(&user, "a", "a/b"));
	assert_false(name_is_inside(&flat, "a/b", "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normalize_names),
		cmocka_unit_test(long_names_are_refused),
		cmocka_unit_test(know_what_is_inside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* check_names.c - cases about what mailboxes may be called. */
#include "families.h"

#include <stdio.h>
#include <string.h>

#include <roost/limits.h>

#include "expect.h"
#include "step.h"

/* Create a mailbox, put one message into it, and see that list, open and status know it. False
 * when that failed, or when the name was refused and may be (`refusable`). */
static bool use_name(struct check *c, int line, const char *name, bool refusable)
{
	int r = step_try_create(c, name);
	if (refusable && (r == ROOST_ERR_CANNOT || r == ROOST_ERR_LIMIT || r == ROOST_ERR_INVALID ||
				 r == ROOST_ERR_MAILBOX_EXISTS)) {
		return false;
	}
	char what[100];
	(void)snprintf(what, sizeof(what), "create \"%.60s\"", name);
	if (!expect_ok(c, line, r, what) || !step_expect_listed(c, line, name, 's')) {
		return false;
	}
	struct roost_mailbox *mailbox = step_open(c, line, name, STEP_SELECT);
	if (mailbox == NULL ||
		!expect_text(c, line, mailbox->name, step_path(c, name), "name of the handle")) {
		return false;
	}
	if ((c->have & NEED_APPEND) != 0 && (step_append_flagged(c, line, mailbox, 1, "") == 0 ||
						    !step_expect_count(c, line, mailbox, 1))) {
		return false;
	}
	step_close(c, mailbox);
	return true;
}

static void use_names(struct check *c, const char *const *names, size_t count, bool refusable)
{
	for (size_t i = 0; i < count && !fixture_failed(c); i++) {
		char delimiter[2] = { c->user->delimiter, '\0' };
		if (delimiter[0] == '\0' || strpbrk(names[i], delimiter) == NULL) {
			(void)use_name(c, __LINE__, names[i], refusable);
		}
	}
	if (!fixture_failed(c)) {
		const struct roost_snapshot *inbox = step_look(c, __LINE__, "INBOX");
		if (inbox != NULL) {
			(void)expect_equal(c, __LINE__, roost_uidset_size(&inbox->uids), 0,
				"messages in INBOX, which no other name means");
		}
	}
}

static void utf8_names(struct check *c)
{
	static const char *const names[] = {
		"Entw\xc3\xbcrfe",
		"\xd0\x92\xd0\xb0\xd0\xb6\xd0\xbd\xd0\xbe\xd0\xb5",
		"\xe5\x8f\xb0\xe5\x8c\x97\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
		"\xf0\x9f\x93\xa7 mail",
		"\xd7\x93\xd7\x95\xd7\x90\xd7\xa8",
	};
	use_names(c, names, sizeof(names) / sizeof(names[0]), false);
}

static void names_with_spaces(struct check *c)
{
	static const char *const names[] = { "Sent Items", "a  b", "to do (later)", "a b c d" };
	use_names(c, names, sizeof(names) / sizeof(names[0]), false);
}

static void names_with_special_characters(struct check *c)
{
	static const char *const names[] = { "100%", "star*", "R&D", "&AOQ-", "say \"hi\"",
		"back\\slash", "it's", "a;b", "a,b", "{5}", "[x]", "~home", "#news", "$HOME", "a=b",
		"-dash", "'; DROP TABLE mailboxes; --", "_under%score_" };
	use_names(c, names, sizeof(names) / sizeof(names[0]), true);
}

static void names_like_paths(struct check *c)
{
	static const char *const names[] = { ".", "..", "../..", "../../etc/passwd", "/absolute",
		"a/../b", "a//b", "trailing/", ".hidden", "cur", "new", "tmp", "mail.db", "C:\\x",
		" leading", "trailing " };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !fixture_failed(c); i++) {
		(void)use_name(c, __LINE__, names[i], true);
	}
}

static void names_like_inbox(struct check *c)
{
	static const char *const names[] = { "INBOXES", "INBO", "MYINBOX", "INBOX2" };
	use_names(c, names, sizeof(names) / sizeof(names[0]), false);
}

static void names_in_two_cases(struct check *c)
{
	if (!use_name(c, __LINE__, "Work", false) || !use_name(c, __LINE__, "WORK", true)) {
		return;
	}
	const struct roost_snapshot *work = step_look(c, __LINE__, "Work");
	const struct roost_snapshot *upper = step_look(c, __LINE__, "WORK");
	if (work != NULL && upper != NULL && (c->have & NEED_APPEND) != 0) {
		(void)(expect_equal(c, __LINE__, roost_uidset_size(&work->uids), 1,
			       "messages in \"Work\"") &&
			expect_equal(c, __LINE__, roost_uidset_size(&upper->uids), 1,
				"messages in \"WORK\""));
	}
}

static void long_names(struct check *c)
{
	static const size_t lengths[] = { 100, 200, 255, 256, ROOST_MAX_MAILBOX_NAME };
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *name = fixture_alloc(c, lengths[i] + 1);
		if (name == NULL) {
			return;
		}
		memset(name, 'n', lengths[i]);
		name[0] = (char)('A' + i);
		(void)use_name(c, __LINE__, name, lengths[i] > 200);
		if (fixture_failed(c)) {
			return;
		}
	}
}

static void deep_names(struct check *c)
{
	char name[ROOST_MAX_MAILBOX_LEVELS * 2] = "";
	for (unsigned level = 0; level < ROOST_MAX_MAILBOX_LEVELS; level++) {
		if (level > 0) {
			name[2 * level - 1] = '/';
		}
		name[2 * level] = (char)('a' + level % 26);
		if (level == 9 && !use_name(c, __LINE__, name, false)) {
			return;
		}
	}
	if (use_name(c, __LINE__, name, true)) {
		name[strlen(name) - 2] = '\0';
		(void)step_expect_listed(c, __LINE__, name, '?');
	}
}

static void below_inbox(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL) {
		return;
	}
	if (use_name(c, __LINE__, "INBOX/Child", true) &&
		step_expect_listed(c, __LINE__, "INBOX", 's')) {
		(void)step_expect_count(c, __LINE__, inbox, 0);
	}
}

static void alike_names(struct check *c)
{
	if (!use_name(c, __LINE__, "a", false) || !use_name(c, __LINE__, "ab", false) ||
		!use_name(c, __LINE__, "a/b", false) || !use_name(c, __LINE__, "a-b", false) ||
		!use_name(c, __LINE__, "a b", false) || !use_name(c, __LINE__, "a_b", false) ||
		!use_name(c, __LINE__, "a%", false)) {
		return;
	}
	if ((c->have & NEED_DELETE_MAILBOX) != 0 && step_delete(c, __LINE__, "a_b") &&
		step_delete(c, __LINE__, "a%")) {
		(void)(step_expect_listed(c, __LINE__, "a-b", 's') &&
			step_expect_listed(c, __LINE__, "a b", 's') &&
			step_expect_listed(c, __LINE__, "ab", 's') &&
			step_expect_listed(c, __LINE__, "a/b", 's'));
	}
}

static void other_delimiter(struct check *c)
{
	/* A character that separates nothing is a part of the name like any other. */
	const char *name = c->user->delimiter == '.' ? "a|b" : "a.b";
	if (use_name(c, __LINE__, name, true)) {
		(void)step_expect_listed(c, __LINE__, "a", '-');
	}
}

static const struct check_case cases[] = {
	{ "mailbox/names: UTF-8", NEED_CREATE_MAILBOX, utf8_names },
	{ "mailbox/names: spaces", NEED_CREATE_MAILBOX, names_with_spaces },
	{ "mailbox/names: special characters", NEED_CREATE_MAILBOX, names_with_special_characters },
	{ "mailbox/names: like paths", NEED_CREATE_MAILBOX | NEED_HIERARCHY, names_like_paths },
	{ "mailbox/names: like INBOX", NEED_CREATE_MAILBOX, names_like_inbox },
	{ "mailbox/names: upper and lower case", NEED_CREATE_MAILBOX, names_in_two_cases },
	{ "mailbox/names: long", NEED_CREATE_MAILBOX, long_names },
	{ "mailbox/names: nested deep", NEED_CREATE_MAILBOX | NEED_HIERARCHY, deep_names },
	{ "mailbox/names: below INBOX", NEED_CREATE_MAILBOX | NEED_HIERARCHY, below_inbox },
	{ "mailbox/names: alike", NEED_CREATE_MAILBOX | NEED_HIERARCHY, alike_names },
	{ "mailbox/names: another delimiter", NEED_CREATE_MAILBOX, other_delimiter },
};

const struct check_family check_names = { "check_names.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

/* check_rename.c - cases about renaming mailboxes. */
#include "families.h"

#include "expect.h"
#include "step.h"

/* Create a mailbox with `count` messages. */
static bool make(struct check *c, int line, const char *name, unsigned count)
{
	struct roost_mailbox *mailbox = step_create_open(c, line, name);
	if (mailbox == NULL || step_fill(c, line, mailbox, count) == NULL) {
		return false;
	}
	step_close(c, mailbox);
	return true;
}

static bool expect_messages(struct check *c, int line, const char *name, uint64_t count)
{
	const struct roost_snapshot *snapshot = step_look(c, line, name);
	return snapshot != NULL &&
	       expect_equal(c, line, roost_uidset_size(&snapshot->uids), count, "messages");
}

static void keeps_messages(struct check *c)
{
	struct roost_mailbox *old = step_create_open(c, __LINE__, "Old");
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3) };
	mails[1].flags = "\\Seen Work";
	if (old == NULL || step_append(c, __LINE__, old, mails, 3) == NULL) {
		return;
	}
	const struct roost_snapshot *before = step_look(c, __LINE__, "Old");
	step_close(c, old);
	if (before == NULL || !step_rename(c, __LINE__, "Old", "New") ||
		!step_expect_listed(c, __LINE__, "Old", '-') ||
		!step_expect_listed(c, __LINE__, "New", 's')) {
		return;
	}
	struct roost_mailbox *new = step_open(c, __LINE__, "New", STEP_SELECT);
	const struct roost_snapshot *after = new == NULL ? NULL : step_snapshot(c, __LINE__, new);
	if (after != NULL && step_expect_mails(c, __LINE__, new, mails, 3) &&
		after->uid_validity == before->uid_validity) {
		(void)(expect_set(c, __LINE__, &after->uids, &before->uids, "UIDs") &&
			expect_true(c, __LINE__, after->uid_next >= before->uid_next,
				"uid_next does not fall"));
	}
}

static void with_children(struct check *c)
{
	(void)(make(c, __LINE__, "a", 1) && make(c, __LINE__, "a/b", 2) &&
		make(c, __LINE__, "a/b/c", 3) && step_rename(c, __LINE__, "a", "z") &&
		expect_messages(c, __LINE__, "z", 1) && expect_messages(c, __LINE__, "z/b", 2) &&
		expect_messages(c, __LINE__, "z/b/c", 3) &&
		step_expect_listed(c, __LINE__, "a", '-') &&
		step_expect_listed(c, __LINE__, "a/b", '-') &&
		step_expect_listed(c, __LINE__, "a/b/c", '-'));
}

static void alike_names(struct check *c)
{
	static const char *const alike[] = { "aa", "aa/b", "a b", "A2", "b/a", "a_" };
	if (!make(c, __LINE__, "a", 1) || !make(c, __LINE__, "a/b", 1)) {
		return;
	}
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (!make(c, __LINE__, alike[i], 2)) {
			return;
		}
	}
	if (!step_rename(c, __LINE__, "a", "z")) {
		return;
	}
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (!expect_messages(c, __LINE__, alike[i], 2)) {
			return;
		}
	}
	(void)expect_messages(c, __LINE__, "z/b", 1);
}

static void makes_superiors(struct check *c)
{
	(void)(make(c, __LINE__, "a", 2) && step_rename(c, __LINE__, "a", "x/y/z") &&
		step_expect_listed(c, __LINE__, "x", '?') &&
		step_expect_listed(c, __LINE__, "x/y", '?') &&
		expect_messages(c, __LINE__, "x/y/z", 2) &&
		step_expect_listed(c, __LINE__, "a", '-'));
}

static void out_of_superior(struct check *c)
{
	(void)(make(c, __LINE__, "a/b", 2) && make(c, __LINE__, "a/c", 3) &&
		step_rename(c, __LINE__, "a/b", "b") && expect_messages(c, __LINE__, "b", 2) &&
		expect_messages(c, __LINE__, "a/c", 3) &&
		step_expect_listed(c, __LINE__, "a/b", '-') &&
		step_expect_listed(c, __LINE__, "a", '?'));
}

static void noselect_name(struct check *c)
{
	(void)(make(c, __LINE__, "a", 1) && make(c, __LINE__, "a/b", 2) &&
		step_delete(c, __LINE__, "a") && step_rename(c, __LINE__, "a", "z") &&
		expect_messages(c, __LINE__, "z/b", 2) &&
		step_expect_listed(c, __LINE__, "z", 'n') &&
		step_expect_listed(c, __LINE__, "a", '-'));
}

static void onto_existing(struct check *c)
{
	(void)(make(c, __LINE__, "a", 1) && make(c, __LINE__, "b", 2) &&
		expect_error(c, __LINE__, step_try_rename(c, "a", "b"), ROOST_ERR_MAILBOX_EXISTS,
			"renaming to a name that is taken") &&
		expect_error(c, __LINE__, step_try_rename(c, "a", "INBOX"),
			ROOST_ERR_MAILBOX_EXISTS, "renaming to INBOX") &&
		expect_messages(c, __LINE__, "a", 1) && expect_messages(c, __LINE__, "b", 2));
}

static void onto_itself(struct check *c)
{
	if (make(c, __LINE__, "a", 2)) {
		(void)step_try_rename(c, "a", "a");
		(void)expect_messages(c, __LINE__, "a", 2);
	}
}

static void no_such_mailbox(struct check *c)
{
	(void)(expect_error(c, __LINE__, step_try_rename(c, "Nowhere", "b"),
		       ROOST_ERR_NO_SUCH_MAILBOX, "renaming what does not exist") &&
		step_expect_listed(c, __LINE__, "b", '-') &&
		expect_error(c, __LINE__, step_try_rename(c, "Nowhere", "x/y"),
			ROOST_ERR_NO_SUCH_MAILBOX, "renaming what does not exist") &&
		step_expect_listed(c, __LINE__, "x", '-'));
}

static void into_own_child(struct check *c)
{
	(void)(make(c, __LINE__, "a", 1) && make(c, __LINE__, "a/b", 2) &&
		expect_error(c, __LINE__, step_try_rename(c, "a", "a/c"), ROOST_ERR_CANNOT,
			"renaming into its own child") &&
		expect_error(c, __LINE__, step_try_rename(c, "a", "a/b/c"), ROOST_ERR_CANNOT,
			"renaming into its own grandchild") &&
		expect_messages(c, __LINE__, "a", 1) && expect_messages(c, __LINE__, "a/b", 2) &&
		step_expect_listed(c, __LINE__, "a/c", '-') &&
		step_expect_listed(c, __LINE__, "a/b/c", '-'));
}

/* Name, UID validity and UID together mean one message forever: RFC 3501, 2.3.1.1. */
static void name_used_before(struct check *c)
{
	if (!make(c, __LINE__, "a", 2)) {
		return;
	}
	const struct roost_snapshot *first = step_look(c, __LINE__, "a");
	if (first == NULL || !step_delete(c, __LINE__, "a") || !make(c, __LINE__, "b", 3) ||
		!step_rename(c, __LINE__, "b", "a")) {
		return;
	}
	const struct roost_snapshot *second = step_look(c, __LINE__, "a");
	if (second == NULL ||
		!expect_equal(c, __LINE__, roost_uidset_size(&second->uids), 3, "messages") ||
		!expect_true(c, __LINE__, second->uid_validity != first->uid_validity,
			"a mailbox renamed to a name used before has another UID validity") ||
		!make(c, __LINE__, "b", 1)) {
		return;
	}
	const struct roost_snapshot *third = step_look(c, __LINE__, "b");
	if (third != NULL) {
		(void)expect_true(c, __LINE__, third->uid_validity != second->uid_validity,
			"a mailbox made anew after a rename has another UID validity");
	}
}

/* With an older mailbox on a name that has seen a younger one. */
static void older_onto_younger(struct check *c)
{
	if (!make(c, __LINE__, "old", 2) || !make(c, __LINE__, "young", 2)) {
		return;
	}
	const struct roost_snapshot *young = step_look(c, __LINE__, "young");
	if (young == NULL || !step_delete(c, __LINE__, "young") ||
		!step_rename(c, __LINE__, "old", "young")) {
		return;
	}
	const struct roost_snapshot *renamed = step_look(c, __LINE__, "young");
	if (renamed != NULL) {
		(void)expect_true(c, __LINE__, renamed->uid_validity != young->uid_validity,
			"the name does not get a UID validity that it had before");
	}
}

/* Begin a case about INBOX with three messages in it; false when the library would do the rename
 * for this backend. */
static bool rename_inbox_to(struct check *c, int line, const char *to, struct mail mails[3])
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	for (unsigned i = 0; i < 3; i++) {
		mails[i] = mail_number(c, i + 1);
	}
	mails[1].flags = "\\Flagged \\Seen Work";
	if (inbox == NULL || step_append(c, line, inbox, mails, 3) == NULL) {
		return false;
	}
	step_close(c, inbox);
	int r = step_try_rename(c, "INBOX", to);
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		fixture_skip(c, "the backend leaves renaming INBOX to the library");
		return false;
	}
	return expect_ok(c, line, r, "renaming INBOX");
}

static void inbox_moves_messages(struct check *c)
{
	struct mail mails[3];
	if (!rename_inbox_to(c, __LINE__, "Archive", mails)) {
		return;
	}
	struct roost_mailbox *archive = step_open(c, __LINE__, "Archive", STEP_SELECT);
	(void)(archive != NULL && step_expect_mails(c, __LINE__, archive, mails, 3) &&
		step_expect_listed(c, __LINE__, "INBOX", 's') &&
		expect_messages(c, __LINE__, "INBOX", 0));
}

static void inbox_uids_not_reused(struct check *c)
{
	const struct roost_snapshot *before = step_look(c, __LINE__, "INBOX");
	struct mail mails[3];
	if (before == NULL || !rename_inbox_to(c, __LINE__, "Archive", mails)) {
		return;
	}
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 1);
	const struct roost_snapshot *after =
		uids == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	if (after != NULL && after->uid_validity == before->uid_validity) {
		(void)expect_true(c, __LINE__, uids[0] >= before->uid_next + 3,
			"UIDs of messages that left INBOX by its renaming do not come back");
	}
}

static void inbox_children_stay(struct check *c)
{
	int r = step_try_create(c, "INBOX/Child");
	if (r != 0) {
		fixture_skip(c, "the backend has no mailboxes below INBOX");
		return;
	}
	struct mail mails[3];
	(void)(rename_inbox_to(c, __LINE__, "Archive", mails) &&
		step_expect_listed(c, __LINE__, "INBOX/Child", 's') &&
		step_expect_listed(c, __LINE__, "Archive/Child", '-') &&
		expect_messages(c, __LINE__, "Archive", 3));
}

static void inbox_onto_existing(struct check *c)
{
	if (!make(c, __LINE__, "Archive", 1)) {
		return;
	}
	int r = step_try_rename(c, "INBOX", "Archive");
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		fixture_skip(c, "the backend leaves renaming INBOX to the library");
		return;
	}
	if (expect_error(c, __LINE__, r, ROOST_ERR_MAILBOX_EXISTS,
		    "renaming INBOX to a name that is taken")) {
		(void)expect_messages(c, __LINE__, "Archive", 1);
	}
}

#define NEED_RENAMED (NEED_CREATE_MAILBOX | NEED_RENAME_MAILBOX | NEED_APPEND)

static const struct check_case cases[] = {
	{ "rename/keeps messages, flags and dates", NEED_RENAMED, keeps_messages },
	{ "rename/takes children along", NEED_RENAMED | NEED_HIERARCHY, with_children },
	{ "rename/leaves alike names alone", NEED_RENAMED | NEED_HIERARCHY, alike_names },
	{ "rename/makes missing superiors", NEED_RENAMED | NEED_HIERARCHY, makes_superiors },
	{ "rename/out of its superior", NEED_RENAMED | NEED_HIERARCHY, out_of_superior },
	{ "rename/\\Noselect name", NEED_RENAMED | NEED_HIERARCHY | NEED_DELETE_MAILBOX,
		noselect_name },
	{ "rename/to a name that is taken", NEED_RENAMED, onto_existing },
	{ "rename/to its own name harms nothing", NEED_RENAMED, onto_itself },
	{ "rename/no such mailbox", NEED_RENAME_MAILBOX | NEED_HIERARCHY, no_such_mailbox },
	{ "rename/into its own child", NEED_RENAMED | NEED_HIERARCHY, into_own_child },
	{ "rename/to a name used before", NEED_RENAMED | NEED_DELETE_MAILBOX, name_used_before },
	{ "rename/older mailbox to a younger one's name", NEED_RENAMED | NEED_DELETE_MAILBOX,
		older_onto_younger },
	{ "rename/INBOX moves its messages", NEED_RENAMED, inbox_moves_messages },
	{ "rename/INBOX does not reuse UIDs", NEED_RENAMED, inbox_uids_not_reused },
	{ "rename/INBOX keeps its children", NEED_RENAMED | NEED_HIERARCHY, inbox_children_stay },
	{ "rename/INBOX to a name that is taken", NEED_RENAMED, inbox_onto_existing },
};

const struct check_family check_rename = { "check_rename.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

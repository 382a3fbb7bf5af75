/* check_append_by_name.c - cases about append_messages. */
#include "families.h"

#include "expect.h"
#include "step.h"

/* Store them, and check what is told. False also when the backend wants these to be stored through a handle. */
static bool store(struct check *c, int line, const char *name, const struct mail *mails, size_t n)
{
	struct roost_uidset *uids = step_set(c, NULL, 0);
	uint32_t uid_validity = 0;
	const struct roost_snapshot *before = uids == NULL ? NULL : step_look(c, line, name);
	if (before == NULL) {
		return false;
	}
	int r = step_try_append_by_name(c, name, mails, n, &uid_validity, uids);
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		fixture_skip(c, "the backend stores these messages through a handle");
		return false;
	}
	const struct roost_snapshot *after = r < 0 ? NULL : step_look(c, line, name);
	return expect_ok(c, line, r, "append_messages") && after != NULL &&
	       expect_equal(c, line, roost_uidset_size(uids), n, "how many UIDs were given") &&
	       expect_equal(
		       c, line, uid_validity, after->uid_validity, "UID validity that was told") &&
	       expect_true(c, line, roost_uidset_first(uids) >= before->uid_next,
		       "the first UID is not below the uid_next that was told") &&
	       expect_true(c, line, roost_uidset_contains(&after->uids, roost_uidset_first(uids)),
		       "the UID given is in the mailbox");
}

static void stores(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[4];
	for (unsigned i = 0; i < 4; i++) {
		mails[i] = mail_number(c, i + 1);
	}
	mails[1].flags = "\\Seen \\Flagged Work";
	if (inbox != NULL && store(c, __LINE__, "INBOX", mails, 3) &&
		store(c, __LINE__, "INBOX", &mails[3], 1)) {
		(void)step_expect_mails(c, __LINE__, inbox, mails, 4);
	}
}

static void elsewhere(struct check *c)
{
	struct roost_mailbox *work = step_create_open(c, __LINE__, "Work");
	struct mail mail = mail_number(c, 1);
	if (work != NULL && store(c, __LINE__, "Work", &mail, 1) &&
		step_expect_mails(c, __LINE__, work, &mail, 1)) {
		struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
		(void)(inbox != NULL && step_expect_count(c, __LINE__, inbox, 0));
	}
}

static void missing_mailbox(struct check *c)
{
	struct roost_uidset *uids = step_set(c, NULL, 0);
	struct mail mail = mail_number(c, 1);
	uint32_t uid_validity = 0;
	if (uids == NULL) {
		return;
	}
	int r = step_try_append_by_name(c, "Nowhere", &mail, 1, &uid_validity, uids);
	if (r != ROOST_ERR_NOT_SUPPORTED && expect_error(c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX,
						    "storing in a missing mailbox")) {
		struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
		(void)(inbox != NULL && step_expect_count(c, __LINE__, inbox, 0));
	}
}

static void cancelled(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct roost_uidset *uids = step_set(c, NULL, 0);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	uint32_t uid_validity = 0;
	if (inbox == NULL || uids == NULL) {
		return;
	}
	roost_call_cancel(c->call);
	int r = step_try_append_by_name(c, "INBOX", mails, 2, &uid_validity, uids);
	roost_call_reset(c->call);
	(void)step_expect_mails(c, __LINE__, inbox, mails, r == 0 ? 2 : 0);
}

#define NEED_STORED (NEED_APPEND_BY_NAME | NEED_APPEND)

static const struct check_case cases[] = {
	{ "append by name/stores", NEED_STORED, stores },
	{ "append by name/into another mailbox", NEED_STORED | NEED_CREATE_MAILBOX, elsewhere },
	{ "append by name/into a missing mailbox", NEED_STORED, missing_mailbox },
	{ "append by name/cancelled", NEED_STORED, cancelled },
};

const struct check_family check_append_by_name = { "check_append_by_name.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

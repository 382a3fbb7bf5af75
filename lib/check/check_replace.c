/* check_replace.c - cases about replace_message. */
#include "families.h"

#include "expect.h"
#include "step.h"

/* INBOX with three messages, the second with flags; and what is to take its place. */
static struct roost_mailbox *prepare(
	struct check *c, int line, struct mail mails[4], const uint32_t **uids_out)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	for (unsigned i = 0; i < 4; i++) {
		mails[i] = mail_number(c, i + 1);
	}
	mails[1].flags = "\\Seen \\Flagged Work";
	mails[3].flags = "\\Draft Later";
	*uids_out = inbox == NULL ? NULL : step_append(c, line, inbox, mails, 3);
	return *uids_out == NULL ? NULL : inbox;
}

/* Replace the second of them. */
static bool replace(struct check *c, int line, struct roost_mailbox *inbox, const uint32_t *uids,
	const char *destination, const struct mail *mail)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	const struct roost_snapshot *before = step_look(c, line, destination);
	int r = before == NULL ? ROOST_ERR_NO_MEMORY
			       : step_try_replace(c, inbox, uids[1], destination, mail, &result);
	const struct roost_snapshot *after = r < 0 ? NULL : step_look(c, line, destination);
	bool good =
		expect_ok(c, line, r, "replace_message") && after != NULL &&
		expect_set(c, line, &result.source, step_one(c, uids[1]),
			"source UIDs of the result") &&
		expect_equal(c, line, roost_uidset_size(&result.destination), 1,
			"UIDs of new messages") &&
		expect_equal(c, line, result.uid_validity, after->uid_validity,
			"UID validity of the result") &&
		expect_true(c, line, roost_uidset_first(&result.destination) >= before->uid_next,
			"the UID given is above those that were there") &&
		expect_true(c, line,
			roost_uidset_contains(
				&after->uids, roost_uidset_first(&result.destination)),
			"the UID given is in the destination");
	roost_copy_result_clear(&result);
	return good;
}

static void in_place(struct check *c)
{
	struct mail mails[4];
	const uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, &uids);
	if (inbox != NULL && replace(c, __LINE__, inbox, uids, "INBOX", &mails[3])) {
		mails[1] = mails[2];
		mails[2] = mails[3];
		(void)step_expect_mails(c, __LINE__, inbox, mails, 3);
	}
}

static void elsewhere(struct check *c)
{
	struct mail mails[4];
	const uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, &uids);
	struct roost_mailbox *work = inbox == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	if (work != NULL && replace(c, __LINE__, inbox, uids, "Work", &mails[3]) &&
		step_expect_mails(c, __LINE__, work, &mails[3], 1)) {
		mails[1] = mails[2];
		(void)step_expect_mails(c, __LINE__, inbox, mails, 2);
	}
}

static void missing_mailbox(struct check *c)
{
	struct mail mails[4];
	const uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, &uids);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (inbox == NULL) {
		return;
	}
	int r = step_try_replace(c, inbox, uids[1], "Nowhere", &mails[3], &result);
	roost_copy_result_clear(&result);
	(void)(expect_error(c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX,
		       "replacing into a missing mailbox") &&
		step_expect_mails(c, __LINE__, inbox, mails, 3));
}

static void of_what_is_gone(struct check *c)
{
	struct mail mails[4];
	const uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, &uids);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (inbox == NULL || !step_remove(c, __LINE__, inbox, step_one(c, uids[1]))) {
		return;
	}
	int r = step_try_replace(c, inbox, uids[1], "INBOX", &mails[3], &result);
	roost_copy_result_clear(&result);
	mails[1] = mails[2];
	(void)(expect_error(
		       c, __LINE__, r, ROOST_ERR_EXPUNGED, "replacing a message that is gone") &&
		step_expect_mails(c, __LINE__, inbox, mails, 2));
}

static void read_only(struct check *c)
{
	struct mail mails[4];
	const uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, &uids);
	struct roost_mailbox *examined =
		inbox == NULL ? NULL : step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (examined == NULL) {
		return;
	}
	int r = step_try_replace(c, examined, uids[1], "INBOX", &mails[3], &result);
	roost_copy_result_clear(&result);
	(void)(expect_refused(c, __LINE__, r, "replacing through a read-only handle") &&
		step_expect_mails(c, __LINE__, inbox, mails, 3));
}

static void cancelled(struct check *c)
{
	struct mail mails[4];
	const uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, &uids);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (inbox == NULL) {
		return;
	}
	roost_call_cancel(c->call);
	int r = step_try_replace(c, inbox, uids[1], "INBOX", &mails[3], &result);
	roost_copy_result_clear(&result);
	roost_call_reset(c->call);
	if (r != 0) {
		(void)step_expect_mails(c, __LINE__, inbox, mails, 3);
	} else {
		mails[1] = mails[2];
		mails[2] = mails[3];
		(void)step_expect_mails(c, __LINE__, inbox, mails, 3);
	}
}

#define NEED_REPLACED (NEED_REPLACE | NEED_APPEND)

static const struct check_case cases[] = {
	{ "replace/in place", NEED_REPLACED, in_place },
	{ "replace/into another mailbox", NEED_REPLACED | NEED_CREATE_MAILBOX, elsewhere },
	{ "replace/into a missing mailbox", NEED_REPLACED, missing_mailbox },
	{ "replace/of a message that is gone", NEED_REPLACED | NEED_EXPUNGED, of_what_is_gone },
	{ "replace/through a read-only handle", NEED_REPLACED, read_only },
	{ "replace/cancelled", NEED_REPLACED, cancelled },
};

const struct check_family check_replace = { "check_replace.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

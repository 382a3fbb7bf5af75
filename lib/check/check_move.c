/* check_move.c - cases about move_messages. */
#include "families.h"

#include "expect.h"
#include "step.h"
#include "transfer.h"

static void keeps_all(struct check *c)
{
	transfer_keeps_all(c, true);
}

static void missing_mailbox(struct check *c)
{
	transfer_missing_mailbox(c, true);
}

static void noselect(struct check *c)
{
	transfer_noselect(c, true);
}

static void passes_over_gone(struct check *c)
{
	transfer_passes_over_gone(c, true);
}

static void of_nothing(struct check *c)
{
	transfer_of_nothing(c, true);
}

static void is_recent(struct check *c)
{
	transfer_is_recent(c, true);
}

static void outline(struct check *c)
{
	transfer_outline(c, true);
}

static void into_itself(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	mails[1].flags = "\\Seen Work";
	if (inbox == NULL || step_append(c, __LINE__, inbox, mails, 2) == NULL) {
		return;
	}
	struct roost_copy_result result = { .size = sizeof(result) };
	int r = step_try_copy(c, true, inbox, step_everything(c), "INBOX", &result);
	roost_copy_result_clear(&result);
	if (r == 0 || r == ROOST_ERR_CANNOT || r == ROOST_ERR_NOT_SUPPORTED) {
		(void)step_expect_mails(c, __LINE__, inbox, mails, 2);
	} else {
		(void)expect_ok(c, __LINE__, r, "moving messages to where they are");
	}
}

static void read_only(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	if (inbox == NULL || step_append(c, __LINE__, inbox, mails, 2) == NULL ||
		!step_create(c, __LINE__, "Work")) {
		return;
	}
	struct roost_mailbox *examined = step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	if (examined == NULL) {
		return;
	}
	struct roost_copy_result result = { .size = sizeof(result) };
	int r = step_try_copy(c, true, examined, step_everything(c), "Work", &result);
	roost_copy_result_clear(&result);
	const struct roost_snapshot *work = step_look(c, __LINE__, "Work");
	(void)(work != NULL && expect_refused(c, __LINE__, r, "moving from a read-only handle") &&
		expect_equal(c, __LINE__, roost_uidset_size(&work->uids), 0,
			"messages in the destination") &&
		step_expect_mails(c, __LINE__, inbox, mails, 2));
}

static void uids_not_reused(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	if (uids == NULL || !step_create(c, __LINE__, "Work") ||
		step_copy(c, __LINE__, true, inbox, step_everything(c), "Work") == NULL) {
		return;
	}
	const uint32_t *later = step_fill(c, __LINE__, inbox, 1);
	if (later != NULL) {
		(void)expect_true(
			c, __LINE__, later[0] > uids[2], "UIDs of moved messages do not come back");
	}
}

static void there_and_back(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct roost_mailbox *work = inbox == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3) };
	mails[2].flags = "\\Deleted Work";
	const uint32_t *uids = work == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 3);
	uint32_t last = uids == NULL ? 0 : uids[2];
	for (unsigned i = 0; last != 0 && i < 3; i++) {
		const struct roost_copy_result *back = NULL;
		if (step_copy(c, __LINE__, true, inbox, step_everything(c), "Work") != NULL &&
			step_expect_count(c, __LINE__, inbox, 0) &&
			step_expect_mails(c, __LINE__, work, mails, 3)) {
			back = step_copy(c, __LINE__, true, work, step_everything(c), "INBOX");
		}
		if (back == NULL ||
			!expect_true(c, __LINE__, roost_uidset_first(&back->destination) > last,
				"a message that comes back has a new UID") ||
			!step_expect_mails(c, __LINE__, inbox, mails, 3)) {
			return;
		}
		last = roost_uidset_last(&back->destination);
	}
}

#define NEED_MOVED (NEED_MOVE | NEED_APPEND | NEED_CREATE_MAILBOX)

static const struct check_case cases[] = {
	{ "move/order, flags, dates and content kept", NEED_MOVED, keeps_all },
	{ "move/to a missing mailbox", NEED_MOVED, missing_mailbox },
	{ "move/to a \\Noselect name", NEED_MOVED | NEED_HIERARCHY | NEED_DELETE_MAILBOX,
		noselect },
	{ "move/passes over messages that are gone", NEED_MOVED | NEED_EXPUNGED, passes_over_gone },
	{ "move/of nothing", NEED_MOVED, of_nothing },
	{ "move/moved messages are recent", NEED_MOVED, is_recent },
	{ "move/outline kept", NEED_MOVED, outline },
	{ "move/into itself loses nothing", NEED_MOVE | NEED_APPEND, into_itself },
	{ "move/from a read-only handle", NEED_MOVED, read_only },
	{ "move/UIDs are not reused", NEED_MOVED, uids_not_reused },
	{ "move/there and back", NEED_MOVED, there_and_back },
};

const struct check_family check_move = { "check_move.c", cases, sizeof(cases) / sizeof(cases[0]) };

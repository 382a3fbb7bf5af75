/* check_reopen.c - cases about what must be there after the store was stopped and started. */
#include "families.h"

#include "expect.h"
#include "step.h"

static void everything(struct check *c)
{
	struct mail mails[MAIL_SAMPLES];
	mail_samples(mails);
	struct roost_mailbox *work = step_create_open(c, __LINE__, "Work/Letters");
	const uint32_t *uids =
		work == NULL ? NULL : step_append(c, __LINE__, work, mails, MAIL_SAMPLES);
	if (uids == NULL || !step_create(c, __LINE__, "Empty")) {
		return;
	}
	const struct roost_snapshot *before = step_snapshot(c, __LINE__, work);
	if (before == NULL || !fixture_reopen(c, __LINE__)) {
		return;
	}
	work = step_open(c, __LINE__, "Work/Letters", STEP_SELECT);
	const struct roost_snapshot *after = work == NULL ? NULL : step_snapshot(c, __LINE__, work);
	(void)(after != NULL && step_expect_listed(c, __LINE__, "INBOX", 's') &&
		step_expect_listed(c, __LINE__, "Empty", 's') &&
		step_expect_listed(c, __LINE__, "Work", '?') &&
		expect_equal(
			c, __LINE__, after->uid_validity, before->uid_validity, "UID validity") &&
		expect_set(c, __LINE__, &after->uids, &before->uids, "UIDs") &&
		expect_equal(c, __LINE__, after->unseen_count, before->unseen_count, "unseen") &&
		expect_true(c, __LINE__, after->uid_next >= before->uid_next,
			"uid_next does not fall") &&
		expect_true(c, __LINE__, after->highest_modseq >= before->highest_modseq,
			"the highest modseq does not fall") &&
		step_expect_mails(c, __LINE__, work, mails, MAIL_SAMPLES));
}

static void large_content(struct check *c)
{
	uint64_t limit = c->options->append_limit;
	struct mail mail = mail_of_size(c, limit != 0 && limit < 500000 ? limit : 500000, 1);
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL || mail.bytes == NULL ||
		step_append(c, __LINE__, inbox, &mail, 1) == NULL || !fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox != NULL) {
		(void)step_expect_mails(c, __LINE__, inbox, &mail, 1);
	}
}

static void changes(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3),
		mail_number(c, 4) };
	mails[3].flags = "\\Seen Work";
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 4);
	if (uids == NULL ||
		!step_store(c, __LINE__, inbox, step_one(c, uids[0]), ROOST_FLAGS_ADD,
			"\\Flagged Home") ||
		!step_store(c, __LINE__, inbox, step_one(c, uids[3]), ROOST_FLAGS_REMOVE, "Work") ||
		!step_remove(c, __LINE__, inbox, step_one(c, uids[1])) ||
		!fixture_reopen(c, __LINE__)) {
		return;
	}
	mails[0].flags = "\\Flagged Home";
	mails[1] = mails[2];
	mails[2] = mails[3];
	mails[2].flags = "\\Seen";
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox != NULL) {
		(void)step_expect_mails(c, __LINE__, inbox, mails, 3);
	}
}

static void copies_and_moves(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	mails[0].flags = "\\Seen Work";
	bool move = (c->have & NEED_MOVE) != 0;
	if (inbox == NULL || !step_create(c, __LINE__, "Copies") ||
		!step_create(c, __LINE__, "Moved") ||
		step_append(c, __LINE__, inbox, mails, 2) == NULL ||
		step_copy(c, __LINE__, false, inbox, step_everything(c), "Copies") == NULL ||
		step_copy(c, __LINE__, move, inbox, step_everything(c), "Moved") == NULL ||
		!fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct roost_mailbox *copies = step_open(c, __LINE__, "Copies", STEP_SELECT);
	struct roost_mailbox *moved = step_open(c, __LINE__, "Moved", STEP_SELECT);
	(void)(inbox != NULL && copies != NULL && moved != NULL &&
		step_expect_count(c, __LINE__, inbox, move ? 0 : 2) &&
		step_expect_mails(c, __LINE__, copies, mails, 2) &&
		step_expect_mails(c, __LINE__, moved, mails, 2));
}

static void uids_not_reused(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	if (uids == NULL || !step_remove(c, __LINE__, inbox, step_set(c, uids, 3)) ||
		!fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_snapshot *snapshot =
		inbox == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	const uint32_t *later = snapshot == NULL ? NULL : step_fill(c, __LINE__, inbox, 1);
	(void)(later != NULL &&
		expect_true(c, __LINE__, snapshot->uid_next > uids[2],
			"uid_next is above the expunged UIDs") &&
		expect_true(c, __LINE__, later[0] > uids[2], "no UID is given again"));
}

static void deleted_mailboxes(struct check *c)
{
	const struct roost_snapshot *before =
		step_create(c, __LINE__, "Work") ? step_look(c, __LINE__, "Work") : NULL;
	if (before == NULL || !step_create(c, __LINE__, "a/b") ||
		!step_delete(c, __LINE__, "Work") || !fixture_reopen(c, __LINE__) ||
		!step_expect_listed(c, __LINE__, "Work", '-') ||
		!step_create(c, __LINE__, "Work")) {
		return;
	}
	const struct roost_snapshot *after = step_look(c, __LINE__, "Work");
	if (after != NULL) {
		(void)expect_true(c, __LINE__, after->uid_validity > before->uid_validity,
			"a mailbox made anew after the restart has a higher UID validity");
	}
}

static void noselect_and_renamed(struct check *c)
{
	int r = 0;
	if (!step_create(c, __LINE__, "a") || !step_create(c, __LINE__, "a/b") ||
		!step_delete(c, __LINE__, "a") || !step_create(c, __LINE__, "Old")) {
		return;
	}
	if ((c->have & NEED_RENAME_MAILBOX) != 0) {
		r = step_try_rename(c, "Old", "New");
	}
	if (!expect_ok(c, __LINE__, r, "rename") || !fixture_reopen(c, __LINE__) ||
		!step_expect_listed(c, __LINE__, "a", 'n') ||
		!step_expect_listed(c, __LINE__, "a/b", 's')) {
		return;
	}
	if ((c->have & NEED_RENAME_MAILBOX) != 0) {
		(void)(step_expect_listed(c, __LINE__, "Old", '-') &&
			step_expect_listed(c, __LINE__, "New", 's'));
	}
}

static void subscriptions(struct check *c)
{
	if (!step_create(c, __LINE__, "Work") || !step_subscribe(c, __LINE__, "Work", true) ||
		!step_subscribe(c, __LINE__, "Missing", true) ||
		!step_subscribe(c, __LINE__, "INBOX", false) || !fixture_reopen(c, __LINE__)) {
		return;
	}
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, true);
	(void)(list != NULL &&
		expect_true(c, __LINE__, step_find_mailbox(c, list, "Work") != NULL,
			"\"Work\" is subscribed") &&
		expect_true(c, __LINE__, step_find_mailbox(c, list, "Missing") != NULL,
			"a name without a mailbox is subscribed") &&
		expect_true(c, __LINE__, step_find_mailbox(c, list, "INBOX") == NULL,
			"INBOX is not subscribed"));
}

static void special_use(struct check *c)
{
	struct roost_create_options options = {
		.size = sizeof(options),
		.special_use = ROOST_MAILBOX_SENT,
	};
	int r = c->user->ops->create_mailbox(c->user, c->call, "Outgoing", &options);
	if (!expect_ok(c, __LINE__, r, "creating a mailbox for a special use") ||
		!fixture_reopen(c, __LINE__)) {
		return;
	}
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, false);
	const struct roost_mailbox_info *info =
		list == NULL ? NULL : step_find_mailbox(c, list, "Outgoing");
	(void)(expect_true(c, __LINE__, info != NULL, "the mailbox is listed") &&
		expect_equal(c, __LINE__, info->attributes & ROOST_MAILBOX_SPECIAL_USES,
			ROOST_MAILBOX_SENT, "special uses"));
}

static void recent(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL || step_fill(c, __LINE__, inbox, 2) == NULL ||
		step_snapshot(c, __LINE__, inbox) == NULL) {
		return;
	}
	uint32_t fresh = step_append_flagged(c, __LINE__, inbox, 3, "");
	if (fresh == 0 || !fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_snapshot *snapshot =
		inbox == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	if (snapshot != NULL) {
		(void)expect_set(c, __LINE__, &snapshot->recent, step_one(c, fresh),
			"recent, which nobody had been told");
	}
}

static void modseqs(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	if (uids == NULL ||
		!step_store(c, __LINE__, inbox, step_one(c, uids[0]), ROOST_FLAGS_ADD, "\\Seen") ||
		!step_remove(c, __LINE__, inbox, step_one(c, uids[2]))) {
		return;
	}
	const struct roost_snapshot *before = step_look(c, __LINE__, "INBOX");
	const struct roost_message *message =
		step_message(c, __LINE__, inbox, uids[0], ROOST_MESSAGE_MODSEQ);
	if (before == NULL || message == NULL || !fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_message *again =
		inbox == NULL ? NULL
			      : step_message(c, __LINE__, inbox, uids[0], ROOST_MESSAGE_MODSEQ);
	if (again == NULL ||
		!expect_equal(
			c, __LINE__, again->modseq, message->modseq, "modseq of the message") ||
		step_append_flagged(c, __LINE__, inbox, 4, "") == 0) {
		return;
	}
	const struct roost_snapshot *after = step_look(c, __LINE__, "INBOX");
	if (after != NULL) {
		(void)expect_true(c, __LINE__, after->highest_modseq > before->highest_modseq,
			"a change after the restart raises the highest modseq above all before");
	}
}

static void vanished(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	const struct roost_snapshot *before = uids == NULL ? NULL : step_look(c, __LINE__, "INBOX");
	struct roost_uidset *got = step_set(c, NULL, 0);
	if (before == NULL || got == NULL ||
		!step_remove(c, __LINE__, inbox, step_one(c, uids[1])) ||
		!fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL) {
		return;
	}
	int r = inbox->ops->changed_since(inbox, c->call, before->highest_modseq, got);
	(void)(expect_ok(c, __LINE__, r, "changed_since") &&
		expect_true(c, __LINE__, roost_uidset_contains(got, uids[1]),
			"what was expunged before the restart is told as vanished") &&
		expect_true(c, __LINE__,
			!roost_uidset_contains(got, uids[0]) &&
				!roost_uidset_contains(got, uids[2]),
			"what is there is not"));
}

#define NEED_RESTART (NEED_REOPEN | NEED_APPEND | NEED_CREATE_MAILBOX)

static const struct check_case cases[] = {
	{ "reopen/everything is still there", NEED_RESTART | NEED_HIERARCHY, everything },
	{ "reopen/large content", NEED_REOPEN | NEED_APPEND, large_content },
	{ "reopen/flags and expunges", NEED_REOPEN | NEED_EXPUNGED, changes },
	{ "reopen/copies and moves", NEED_RESTART | NEED_COPY, copies_and_moves },
	{ "reopen/UIDs are not reused", NEED_REOPEN | NEED_EXPUNGED, uids_not_reused },
	{ "reopen/deleted mailboxes stay deleted",
		NEED_RESTART | NEED_DELETE_MAILBOX | NEED_HIERARCHY, deleted_mailboxes },
	{ "reopen/\\Noselect and renamed mailboxes",
		NEED_RESTART | NEED_DELETE_MAILBOX | NEED_HIERARCHY, noselect_and_renamed },
	{ "reopen/subscriptions", NEED_RESTART | NEED_SUBSCRIBE, subscriptions },
	{ "reopen/special use", NEED_RESTART | NEED_SPECIAL_USE, special_use },
	{ "reopen/recent", NEED_REOPEN | NEED_APPEND, recent },
	{ "reopen/modseqs", NEED_REOPEN | NEED_MODSEQ | NEED_EXPUNGED, modseqs },
	{ "reopen/vanished", NEED_REOPEN | NEED_MODSEQ | NEED_VANISHED | NEED_EXPUNGED, vanished },
};

const struct check_family check_reopen = { "check_reopen.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

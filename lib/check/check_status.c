/* check_status.c - cases about the numbers of a mailbox: status and snapshot. */
#include "families.h"

#include <string.h>

#include "expect.h"
#include "step.h"

/* Check that status and a snapshot, which takes no \Recent, say the same. */
static bool expect_same_numbers(struct check *c, int line, const char *name)
{
	struct roost_mailbox_status status;
	const struct roost_snapshot *snapshot = step_look(c, line, name);
	if (snapshot == NULL || !step_status(c, line, name, &status)) {
		return false;
	}
	const struct {
		unsigned item;
		uint64_t got, want;
		const char *what;
	} table[] = {
		{ ROOST_STATUS_MESSAGES, status.messages, roost_uidset_size(&snapshot->uids),
			"messages of status" },
		{ ROOST_STATUS_RECENT, status.recent, roost_uidset_size(&snapshot->recent),
			"recent of status" },
		{ ROOST_STATUS_UID_NEXT, status.uid_next, snapshot->uid_next,
			"uid_next of status" },
		{ ROOST_STATUS_UID_VALIDITY, status.uid_validity, snapshot->uid_validity,
			"uid_validity of status" },
		{ ROOST_STATUS_UNSEEN, status.unseen, snapshot->unseen_count, "unseen of status" },
		{ ROOST_STATUS_HIGHEST_MODSEQ, status.highest_modseq, snapshot->highest_modseq,
			"highest_modseq of status" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if ((status.has & table[i].item) != 0 &&
			!expect_equal(c, line, table[i].got, table[i].want, table[i].what)) {
			return false;
		}
	}
	return true;
}

static void status_numbers(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_APPEND);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_of_size(c, 3000, 3),
		mail_number(c, 4) };
	mails[1].flags = "\\Seen";
	mails[2].flags = "\\Seen \\Deleted";
	mails[3].flags = "\\Deleted Work";
	if (inbox == NULL || step_append(c, __LINE__, inbox, mails, 4) == NULL) {
		return;
	}
	struct roost_mailbox_status status;
	if (!step_status(c, __LINE__, "INBOX", &status)) {
		return;
	}
	uint64_t octets = mails[0].size + mails[1].size + mails[2].size + mails[3].size;
	const struct {
		unsigned item;
		uint64_t got, want;
		const char *what;
	} table[] = {
		{ ROOST_STATUS_MESSAGES, status.messages, 4, "messages" },
		{ ROOST_STATUS_RECENT, status.recent, 4, "recent" },
		{ ROOST_STATUS_UNSEEN, status.unseen, 2, "unseen" },
		{ ROOST_STATUS_DELETED, status.deleted, 2, "deleted" },
		{ ROOST_STATUS_SIZE, status.octets, octets, "octets" },
		{ ROOST_STATUS_DELETED_STORAGE, status.deleted_octets,
			mails[2].size + mails[3].size, "octets of deleted messages" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if ((status.has & table[i].item) != 0 &&
			!expect_equal(c, __LINE__, table[i].got, table[i].want, table[i].what)) {
			return;
		}
	}
	(void)expect_same_numbers(c, __LINE__, "INBOX");
}

static void status_follows(struct check *c)
{
	struct roost_mailbox *work = step_create_open(c, __LINE__, "Work");
	if (work == NULL || !expect_same_numbers(c, __LINE__, "Work")) {
		return;
	}
	const uint32_t *uids = step_fill(c, __LINE__, work, 5);
	(void)(uids != NULL && expect_same_numbers(c, __LINE__, "Work") &&
		step_store(c, __LINE__, work, step_set(c, uids, 3), ROOST_FLAGS_ADD, "\\Seen") &&
		expect_same_numbers(c, __LINE__, "Work") &&
		step_snapshot(c, __LINE__, work) != NULL &&
		expect_same_numbers(c, __LINE__, "Work") &&
		step_store(c, __LINE__, work, step_set(c, uids, 1), ROOST_FLAGS_REMOVE, "\\Seen") &&
		expect_same_numbers(c, __LINE__, "Work") &&
		step_remove(c, __LINE__, work, step_set(c, uids + 1, 2)) &&
		expect_same_numbers(c, __LINE__, "Work") &&
		step_remove(c, __LINE__, work, step_set(c, uids + 4, 1)) &&
		expect_same_numbers(c, __LINE__, "Work"));
}

static void status_leaves_recent(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	struct roost_mailbox_status status;
	if (uids == NULL || !step_status(c, __LINE__, "INBOX", &status) ||
		!step_status(c, __LINE__, "INBOX", &status)) {
		return;
	}
	const struct roost_snapshot *snapshot = step_snapshot(c, __LINE__, inbox);
	if (snapshot != NULL) {
		(void)expect_set(c, __LINE__, &snapshot->recent, step_set(c, uids, 3),
			"recent after status");
	}
}

static void status_unknown(struct check *c)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	int r = c->user->ops->mailbox_status(
		c->user, c->call, "Nowhere", ROOST_STATUS_MESSAGES, &status);
	(void)(expect_error(c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX, "status of no mailbox") &&
		expect_equal(c, __LINE__, status.has, 0, "items set on failure"));
}

static void status_id(struct check *c)
{
	struct roost_mailbox_status a, b;
	if (!step_create(c, __LINE__, "Work") || !step_create(c, __LINE__, "Other") ||
		!step_status(c, __LINE__, "Work", &a) || !step_status(c, __LINE__, "Other", &b)) {
		return;
	}
	unsigned has = ROOST_STATUS_MAILBOX_ID;
	(void)(expect_true(c, __LINE__, (a.has & b.has & has) != 0, "mailboxes have ids") &&
		expect_true(c, __LINE__, a.mailbox_id.size > 0, "the id is not empty") &&
		expect_true(c, __LINE__,
			a.mailbox_id.size != b.mailbox_id.size ||
				memcmp(a.mailbox_id.bytes, b.mailbox_id.bytes, a.mailbox_id.size) !=
					0,
			"two mailboxes have two ids"));
}

static void snapshot_numbers(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[5];
	static const char *const flags[] = { "\\Seen", "\\Flagged", "\\Seen Work", "",
		"\\Deleted" };
	for (unsigned i = 0; i < 5; i++) {
		mails[i] = mail_number(c, i);
		mails[i].flags = flags[i];
	}
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 5);
	const struct roost_snapshot *snapshot =
		uids == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	const struct roost_uidset *all = uids == NULL ? NULL : step_set(c, uids, 5);
	if (snapshot == NULL || all == NULL ||
		!expect_set(c, __LINE__, &snapshot->uids, all, "messages") ||
		!expect_equal(c, __LINE__, snapshot->unseen_count, 3, "unseen") ||
		!expect_equal(c, __LINE__, snapshot->first_unseen, uids[1], "first unseen") ||
		(c->have & NEED_STORE) == 0 ||
		!step_store(c, __LINE__, inbox, all, ROOST_FLAGS_ADD, "\\Seen")) {
		return;
	}
	snapshot = step_snapshot(c, __LINE__, inbox);
	if (snapshot != NULL) {
		(void)(expect_equal(c, __LINE__, snapshot->unseen_count, 0, "unseen") &&
			expect_equal(c, __LINE__, snapshot->first_unseen, 0, "first unseen"));
	}
}

static void snapshot_flags(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL ||
		step_append_flagged(c, __LINE__, inbox, 1, "\\Seen $Forwarded Work") == 0) {
		return;
	}
	const struct roost_snapshot *snapshot = step_snapshot(c, __LINE__, inbox);
	(void)(snapshot != NULL &&
		expect_true(c, __LINE__, (snapshot->flags.system & ROOST_FLAG_SEEN) != 0,
			"the flags of the mailbox have \\Seen") &&
		expect_true(c, __LINE__, roost_flags_has_keyword(&snapshot->flags, "work"),
			"the flags of the mailbox have Work") &&
		expect_true(c, __LINE__, roost_flags_has_keyword(&snapshot->flags, "$Forwarded"),
			"the flags of the mailbox have $Forwarded") &&
		expect_true(c, __LINE__,
			(snapshot->permanent_system & ~snapshot->flags.system) == 0,
			"permanent flags are flags of the mailbox"));
}

static void uid_next_stays(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	const struct roost_snapshot *before =
		uids == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	if (before == NULL || !step_remove(c, __LINE__, inbox, step_set(c, uids, 3))) {
		return;
	}
	const struct roost_snapshot *after = step_snapshot(c, __LINE__, inbox);
	(void)(after != NULL &&
		expect_equal(c, __LINE__, roost_uidset_size(&after->uids), 0, "messages") &&
		expect_true(c, __LINE__, after->uid_next >= before->uid_next,
			"uid_next stays when the last message goes"));
}

static void recent_once(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	const struct roost_snapshot *first =
		uids == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	if (first == NULL ||
		!expect_set(c, __LINE__, &first->recent, step_set(c, uids, 3), "recent")) {
		return;
	}
	uint32_t next = step_append_flagged(c, __LINE__, inbox, 4, "\\Seen");
	const struct roost_snapshot *second = step_snapshot(c, __LINE__, inbox);
	if (next == 0 || second == NULL ||
		!expect_set(c, __LINE__, &second->recent, step_one(c, next), "recent, later")) {
		return;
	}
	const struct roost_snapshot *third = step_look(c, __LINE__, "INBOX");
	if (third != NULL) {
		(void)expect_equal(c, __LINE__, roost_uidset_size(&third->recent), 0,
			"recent, when all were taken");
	}
}

static void recent_stays(struct check *c)
{
	struct roost_mailbox *to_append = step_open(c, __LINE__, "INBOX", STEP_APPEND);
	struct roost_mailbox *examined = step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	const uint32_t *uids =
		to_append == NULL || examined == NULL ? NULL : step_fill(c, __LINE__, to_append, 3);
	const struct roost_uidset *all = uids == NULL ? NULL : step_set(c, uids, 3);
	struct roost_mailbox *looked_at[] = { examined, examined, to_append, examined };
	for (size_t i = 0; all != NULL && i < 4; i++) {
		const struct roost_snapshot *snapshot = step_snapshot(c, __LINE__, looked_at[i]);
		if (snapshot == NULL || (looked_at[i] == examined &&
						!expect_set(c, __LINE__, &snapshot->recent, all,
							"recent on a read-only handle"))) {
			return;
		}
	}
	struct roost_mailbox *selected = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_snapshot *snapshot =
		selected == NULL ? NULL : step_snapshot(c, __LINE__, selected);
	if (snapshot != NULL && all != NULL) {
		(void)expect_set(c, __LINE__, &snapshot->recent, all,
			"recent after looks that must not take them");
	}
}

static const struct check_case cases[] = {
	{ "status/numbers", NEED_STATUS | NEED_APPEND, status_numbers },
	{ "status/follows each change", NEED_STATUS | NEED_CREATE_MAILBOX | NEED_EXPUNGED,
		status_follows },
	{ "status/leaves recent as it is", NEED_STATUS | NEED_APPEND, status_leaves_recent },
	{ "status/no such mailbox", NEED_STATUS, status_unknown },
	{ "status/mailbox id", NEED_STATUS | NEED_CREATE_MAILBOX | NEED_OBJECT_ID, status_id },
	{ "snapshot/numbers", NEED_APPEND, snapshot_numbers },
	{ "snapshot/flags of the mailbox", NEED_APPEND, snapshot_flags },
	{ "snapshot/uid_next stays after expunge", NEED_EXPUNGED, uid_next_stays },
	{ "recent/taken once", NEED_APPEND, recent_once },
	{ "recent/stays on handles that are read-only or not selected", NEED_APPEND, recent_stays },
};

const struct check_family check_status = { "check_status.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

/* check_expunge.c - cases about expunge. */
#include "families.h"

#include "expect.h"
#include "step.h"

/* INBOX with six messages, of which 1, 2 and 4 (from 0) are \Deleted. */
static struct roost_mailbox *prepare(struct check *c, int line, uint32_t **uids_out)
{
	static const char *const flags[] = { "", "\\Deleted", "\\Seen \\Deleted", "\\Seen",
		"\\Deleted Work", "Work" };
	struct mail mails[6];
	for (unsigned i = 0; i < 6; i++) {
		mails[i] = mail_number(c, i);
		mails[i].flags = flags[i];
	}
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	*uids_out = inbox == NULL ? NULL : step_append(c, line, inbox, mails, 6);
	return *uids_out == NULL ? NULL : inbox;
}

static bool expect_left(struct check *c, int line, struct roost_mailbox *inbox,
	const uint32_t *uids, const char *picture)
{
	struct roost_uidset *left = step_set(c, NULL, 0);
	for (unsigned i = 0; left != NULL && picture[i] != '\0'; i++) {
		if (picture[i] == 'x' && roost_uidset_add(left, uids[i]) != 0) {
			return false;
		}
	}
	const struct roost_snapshot *snapshot = step_snapshot(c, line, inbox);
	return snapshot != NULL && left != NULL &&
	       expect_set(c, line, &snapshot->uids, left, "messages left");
}

static void all_deleted(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	const struct roost_uidset *expunged =
		inbox == NULL ? NULL : step_expunge(c, __LINE__, inbox, NULL);
	if (expunged == NULL) {
		return;
	}
	const uint32_t gone[] = { uids[1], uids[2], uids[4] };
	(void)(expect_set(c, __LINE__, expunged, step_set(c, gone, 3), "what was expunged") &&
		expect_left(c, __LINE__, inbox, uids, "x--x-x") &&
		step_expect_count(c, __LINE__, inbox, 3));
}

static void only_a_set(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	if (inbox == NULL) {
		return;
	}
	const uint32_t only[] = { uids[0], uids[2], uids[3], uids[5] + 9 };
	const struct roost_uidset *expunged =
		step_expunge(c, __LINE__, inbox, step_set(c, only, 4));
	(void)(expunged != NULL &&
		expect_set(c, __LINE__, expunged, step_one(c, uids[2]), "what was expunged") &&
		expect_left(c, __LINE__, inbox, uids, "xx-xxx"));
}

static void empty_set(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	const struct roost_uidset *expunged =
		inbox == NULL ? NULL : step_expunge(c, __LINE__, inbox, step_set(c, NULL, 0));
	(void)(expunged != NULL &&
		expect_equal(c, __LINE__, roost_uidset_size(expunged), 0,
			"messages expunged of an empty set") &&
		expect_left(c, __LINE__, inbox, uids, "xxxxxx"));
}

static void twice(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	const struct roost_uidset *expunged =
		inbox == NULL || step_expunge(c, __LINE__, inbox, NULL) == NULL
			? NULL
			: step_expunge(c, __LINE__, inbox, NULL);
	(void)(expunged != NULL &&
		expect_equal(c, __LINE__, roost_uidset_size(expunged), 0,
			"messages expunged a second time") &&
		expect_left(c, __LINE__, inbox, uids, "x--x-x"));
}

static void read_only(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	struct roost_mailbox *examined =
		inbox == NULL ? NULL : step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	struct roost_uidset *expunged = step_set(c, NULL, 0);
	if (examined == NULL || expunged == NULL) {
		return;
	}
	int r = examined->ops->expunge(examined, c->call, NULL, expunged);
	(void)(expect_error(
		       c, __LINE__, r, ROOST_ERR_READ_ONLY, "expunge through a read-only handle") &&
		expect_left(c, __LINE__, inbox, uids, "xxxxxx"));
}

static void never_reused(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	uint32_t highest = 0;
	for (unsigned i = 0; inbox != NULL && i < 5; i++) {
		const uint32_t *uids = step_fill(c, __LINE__, inbox, 3);
		if (uids == NULL ||
			!expect_true(
				c, __LINE__, uids[0] > highest, "a UID is never given again") ||
			!step_remove(c, __LINE__, inbox, step_set(c, uids + i % 3, 3 - i % 3))) {
			return;
		}
		highest = uids[2];
	}
}

static void numbers_follow(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	const struct roost_snapshot *before =
		inbox == NULL ? NULL : step_look(c, __LINE__, "INBOX");
	if (before == NULL || step_expunge(c, __LINE__, inbox, NULL) == NULL) {
		return;
	}
	const struct roost_snapshot *after = step_look(c, __LINE__, "INBOX");
	(void)(after != NULL &&
		expect_equal(c, __LINE__, before->unseen_count, 4, "unseen before") &&
		expect_equal(c, __LINE__, after->unseen_count, 2, "unseen after") &&
		expect_equal(c, __LINE__, after->first_unseen, uids[0], "first unseen") &&
		expect_set(c, __LINE__, &after->recent, &after->uids, "recent after"));
}

static void others_stay(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[MAIL_SAMPLES], left[MAIL_SAMPLES];
	mail_samples(mails);
	size_t count = 0;
	for (size_t i = 0; i < MAIL_SAMPLES; i++) {
		if (i % 3 == 1) {
			mails[i].flags = "\\Deleted";
		} else {
			mails[i].flags = "\\Seen Work";
			left[count++] = mails[i];
		}
	}
	if (inbox != NULL && step_append(c, __LINE__, inbox, mails, MAIL_SAMPLES) != NULL &&
		step_expunge(c, __LINE__, inbox, NULL) != NULL) {
		(void)step_expect_mails(c, __LINE__, inbox, left, count);
	}
}

static void other_mailboxes_stay(struct check *c)
{
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, &uids);
	struct roost_mailbox *work = inbox == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	if (work == NULL || step_append_flagged(c, __LINE__, work, 1, "\\Deleted") == 0 ||
		step_expunge(c, __LINE__, inbox, NULL) == NULL) {
		return;
	}
	(void)step_expect_count(c, __LINE__, work, 1);
}

static const struct check_case cases[] = {
	{ "expunge/all deleted", NEED_APPEND | NEED_EXPUNGE, all_deleted },
	{ "expunge/only a set", NEED_APPEND | NEED_EXPUNGE, only_a_set },
	{ "expunge/empty set", NEED_APPEND | NEED_EXPUNGE, empty_set },
	{ "expunge/twice", NEED_APPEND | NEED_EXPUNGE, twice },
	{ "expunge/read-only handle", NEED_APPEND | NEED_EXPUNGE, read_only },
	{ "expunge/numbers follow", NEED_APPEND | NEED_EXPUNGE, numbers_follow },
	{ "expunge/other messages stay as they are", NEED_APPEND | NEED_EXPUNGE, others_stay },
	{ "expunge/other mailboxes stay", NEED_APPEND | NEED_EXPUNGE | NEED_CREATE_MAILBOX,
		other_mailboxes_stay },
	{ "uid/never reused after expunge", NEED_EXPUNGED, never_reused },
};

const struct check_family check_expunge = { "check_expunge.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

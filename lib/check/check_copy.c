/* check_copy.c - cases about copy_messages. */
#include "families.h"

#include "expect.h"
#include "step.h"
#include "transfer.h"

static void keeps_all(struct check *c)
{
	transfer_keeps_all(c, false);
}

static void missing_mailbox(struct check *c)
{
	transfer_missing_mailbox(c, false);
}

static void noselect(struct check *c)
{
	transfer_noselect(c, false);
}

static void passes_over_gone(struct check *c)
{
	transfer_passes_over_gone(c, false);
}

static void of_nothing(struct check *c)
{
	transfer_of_nothing(c, false);
}

static void is_recent(struct check *c)
{
	transfer_is_recent(c, false);
}

static void outline(struct check *c)
{
	transfer_outline(c, false);
}

static void into_itself(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 1),
		mail_number(c, 2) };
	mails[1].flags = mails[3].flags = "\\Seen Work";
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 2);
	const struct roost_copy_result *result =
		uids == NULL ? NULL
			     : step_copy(c, __LINE__, false, inbox, step_everything(c), "INBOX");
	const struct roost_snapshot *after =
		result == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	struct roost_uidset *all = after == NULL ? NULL : step_set(c, uids, 2);
	if (all == NULL || roost_uidset_add_set(all, &result->destination) != 0) {
		return;
	}
	(void)(expect_set(c, __LINE__, &result->source, step_set(c, uids, 2), "source UIDs") &&
		expect_set(c, __LINE__, &after->uids, all, "messages") &&
		step_expect_mails(c, __LINE__, inbox, mails, 4));
}

/* INBOX with two messages and their copies in "Work", whose UIDs go to `copies_out`. */
static struct roost_mailbox *copied(struct check *c, int line, struct mail mails[2],
	uint32_t **uids_out, struct roost_mailbox **work_out,
	const struct roost_uidset **copies_out)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	mails[0] = mail_number(c, 1);
	mails[1] = mail_of_size(c, 900, 2);
	*uids_out = inbox == NULL ? NULL : step_append(c, line, inbox, mails, 2);
	*work_out = *uids_out == NULL ? NULL : step_create_open(c, line, "Work");
	const struct roost_copy_result *result =
		*work_out == NULL
			? NULL
			: step_copy(c, line, false, inbox, step_set(c, *uids_out, 2), "Work");
	if (result == NULL) {
		return NULL;
	}
	*copies_out = &result->destination;
	return inbox;
}

static void outlives_source(struct check *c)
{
	struct mail mails[2];
	uint32_t *uids;
	struct roost_mailbox *work;
	const struct roost_uidset *copies;
	struct roost_mailbox *inbox = copied(c, __LINE__, mails, &uids, &work, &copies);
	(void)(inbox != NULL && step_remove(c, __LINE__, inbox, step_set(c, uids, 2)) &&
		step_expect_count(c, __LINE__, inbox, 0) &&
		step_expect_mails(c, __LINE__, work, mails, 2));
}

static void source_outlives(struct check *c)
{
	struct mail mails[2];
	uint32_t *uids;
	struct roost_mailbox *work;
	const struct roost_uidset *copies;
	struct roost_mailbox *inbox = copied(c, __LINE__, mails, &uids, &work, &copies);
	(void)(inbox != NULL && step_remove(c, __LINE__, work, copies) &&
		step_expect_count(c, __LINE__, work, 0) &&
		step_expect_mails(c, __LINE__, inbox, mails, 2));
}

static void own_flags(struct check *c)
{
	struct mail mails[2];
	uint32_t *uids;
	struct roost_mailbox *work;
	const struct roost_uidset *copies;
	struct roost_mailbox *inbox = copied(c, __LINE__, mails, &uids, &work, &copies);
	(void)(inbox != NULL &&
		step_store(c, __LINE__, inbox, step_set(c, uids, 2), ROOST_FLAGS_SET, "\\Seen A") &&
		step_store(c, __LINE__, work, copies, ROOST_FLAGS_SET, "\\Draft B") &&
		step_expect_flags(c, __LINE__, inbox, uids[0], "\\Seen A") &&
		step_expect_flags(c, __LINE__, work, roost_uidset_first(copies), "\\Draft B") &&
		step_expect_flags(c, __LINE__, inbox, uids[1], "\\Seen A"));
}

static void from_read_only(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	if (inbox == NULL || step_append(c, __LINE__, inbox, mails, 2) == NULL) {
		return;
	}
	struct roost_mailbox *examined = step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	struct roost_mailbox *work =
		examined == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	(void)(work != NULL &&
		step_copy(c, __LINE__, false, examined, step_everything(c), "Work") != NULL &&
		step_expect_mails(c, __LINE__, work, mails, 2));
}

static void of_copies(struct check *c)
{
	static const char *const names[] = { "INBOX", "One", "Two", "Three" };
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3) };
	mails[1].flags = "\\Answered $Junk";
	struct roost_mailbox *from = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (from == NULL || step_append(c, __LINE__, from, mails, 3) == NULL) {
		return;
	}
	for (unsigned i = 1; i < 4; i++) {
		struct roost_mailbox *to = step_create_open(c, __LINE__, names[i]);
		if (to == NULL ||
			step_copy(c, __LINE__, false, from, step_everything(c), names[i]) == NULL ||
			!step_expect_mails(c, __LINE__, to, mails, 3)) {
			return;
		}
		from = to;
	}
}

#define NEED_COPIED (NEED_COPY | NEED_APPEND | NEED_CREATE_MAILBOX)

static const struct check_case cases[] = {
	{ "copy/order, flags, dates and content kept", NEED_COPIED, keeps_all },
	{ "copy/to a missing mailbox", NEED_COPIED, missing_mailbox },
	{ "copy/to a \\Noselect name", NEED_COPIED | NEED_HIERARCHY | NEED_DELETE_MAILBOX,
		noselect },
	{ "copy/passes over messages that are gone", NEED_COPIED | NEED_EXPUNGED,
		passes_over_gone },
	{ "copy/of nothing", NEED_COPIED, of_nothing },
	{ "copy/copies are recent", NEED_COPIED, is_recent },
	{ "copy/outline kept", NEED_COPIED, outline },
	{ "copy/into itself", NEED_COPY | NEED_APPEND, into_itself },
	{ "copy/outlives its source", NEED_COPIED | NEED_EXPUNGED, outlives_source },
	{ "copy/source outlives it", NEED_COPIED | NEED_EXPUNGED, source_outlives },
	{ "copy/has its own flags", NEED_COPIED | NEED_STORE, own_flags },
	{ "copy/from a read-only handle", NEED_COPIED, from_read_only },
	{ "copy/of copies", NEED_COPIED, of_copies },
};

const struct check_family check_copy = { "check_copy.c", cases, sizeof(cases) / sizeof(cases[0]) };

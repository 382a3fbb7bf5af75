/* transfer.c - what is true of COPY and MOVE alike, as cases for both. */
#include "transfer.h"

#include "expect.h"
#include "step.h"

/* Open INBOX with `n` messages, every other with flags, and make the mailbox "Work". */
static struct roost_mailbox *prepare(
	struct check *c, int line, struct mail *mails, unsigned n, uint32_t **uids_out)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	for (unsigned i = 0; i < n; i++) {
		mails[i] = mail_number(c, i + 1);
		mails[i].flags = i % 2 == 0 ? "" : "\\Seen \\Flagged $Forwarded Work";
	}
	*uids_out = inbox == NULL ? NULL : step_append(c, line, inbox, mails, n);
	return *uids_out == NULL || !step_create(c, line, "Work") ? NULL : inbox;
}

void transfer_keeps_all(struct check *c, bool move)
{
	struct mail mails[6], there[4];
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, 6, &uids);
	struct roost_mailbox *work =
		inbox == NULL ? NULL : step_open(c, __LINE__, "Work", STEP_SELECT);
	if (work == NULL) {
		return;
	}
	there[0] = mail_number(c, 99);
	there[1] = mails[1];
	there[2] = mails[2];
	there[3] = mails[5];
	const uint32_t picked[] = { uids[1], uids[2], uids[5] };
	const struct roost_uidset *set = step_set(c, picked, 3);
	const uint32_t *before = step_append(c, __LINE__, work, there, 1);
	const struct roost_copy_result *result =
		before == NULL || set == NULL ? NULL
					      : step_copy(c, __LINE__, move, inbox, set, "Work");
	const struct roost_snapshot *after =
		result == NULL ? NULL : step_snapshot(c, __LINE__, work);
	if (after == NULL) {
		return;
	}
	struct roost_uidset *destination = step_one(c, before[0]);
	if (destination == NULL || roost_uidset_add_set(destination, &result->destination) != 0) {
		return;
	}
	(void)(expect_set(c, __LINE__, &result->source, set, "source UIDs of the result") &&
		expect_equal(c, __LINE__, result->uid_validity, after->uid_validity,
			"UID validity of the result") &&
		expect_set(c, __LINE__, &after->uids, destination, "UIDs in the destination") &&
		expect_true(c, __LINE__, roost_uidset_first(&result->destination) > before[0],
			"the UIDs given are above those that were there") &&
		step_expect_mails(c, __LINE__, work, there, 4) &&
		step_expect_count(c, __LINE__, inbox, move ? 3 : 6));
}

void transfer_missing_mailbox(struct check *c, bool move)
{
	struct mail mails[3];
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, 3, &uids);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (inbox == NULL) {
		return;
	}
	int r = step_try_copy(c, move, inbox, step_set(c, uids, 3), "Nowhere", &result);
	roost_copy_result_clear(&result);
	(void)(expect_error(
		       c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX, "destination that is missing") &&
		step_expect_listed(c, __LINE__, "Nowhere", '-') &&
		step_expect_mails(c, __LINE__, inbox, mails, 3));
}

void transfer_noselect(struct check *c, bool move)
{
	struct mail mails[2];
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, 2, &uids);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (inbox == NULL || !step_create(c, __LINE__, "Work/Child") ||
		!step_delete(c, __LINE__, "Work")) {
		return;
	}
	int r = step_try_copy(c, move, inbox, step_set(c, uids, 2), "Work", &result);
	roost_copy_result_clear(&result);
	(void)(expect_error(c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX,
		       "destination that is \\Noselect") &&
		step_expect_mails(c, __LINE__, inbox, mails, 2));
}

void transfer_passes_over_gone(struct check *c, bool move)
{
	struct mail mails[4];
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, 4, &uids);
	if (inbox == NULL || !step_remove(c, __LINE__, inbox, step_set(c, uids + 1, 2))) {
		return;
	}
	const struct roost_uidset *all = step_everything(c);
	const struct roost_copy_result *result =
		all == NULL ? NULL : step_copy(c, __LINE__, move, inbox, all, "Work");
	const uint32_t left[] = { uids[0], uids[3] };
	const struct mail there[] = { mails[0], mails[3] };
	struct roost_mailbox *work =
		result == NULL ? NULL : step_open(c, __LINE__, "Work", STEP_SELECT);
	(void)(work != NULL &&
		expect_set(c, __LINE__, &result->source, step_set(c, left, 2), "source UIDs") &&
		step_expect_mails(c, __LINE__, work, there, 2) &&
		step_expect_count(c, __LINE__, inbox, move ? 0 : 2));
}

void transfer_of_nothing(struct check *c, bool move)
{
	struct mail mails[2];
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, 2, &uids);
	const struct roost_uidset *none = inbox == NULL ? NULL : step_one(c, uids[1] + 5);
	const struct roost_copy_result *result =
		none == NULL ? NULL : step_copy(c, __LINE__, move, inbox, none, "Work");
	const struct roost_snapshot *work = result == NULL ? NULL : step_look(c, __LINE__, "Work");
	(void)(work != NULL &&
		expect_equal(c, __LINE__, roost_uidset_size(&result->source), 0, "source UIDs") &&
		expect_equal(c, __LINE__, roost_uidset_size(&work->uids), 0,
			"messages in the destination") &&
		step_expect_count(c, __LINE__, inbox, 2));
}

void transfer_is_recent(struct check *c, bool move)
{
	struct mail mails[3];
	uint32_t *uids;
	struct roost_mailbox *inbox = prepare(c, __LINE__, mails, 3, &uids);
	const struct roost_copy_result *result =
		inbox == NULL || step_snapshot(c, __LINE__, inbox) == NULL
			? NULL
			: step_copy(c, __LINE__, move, inbox, step_set(c, uids, 3), "Work");
	const struct roost_snapshot *work = result == NULL ? NULL : step_look(c, __LINE__, "Work");
	if (work != NULL) {
		(void)expect_set(c, __LINE__, &work->recent, &result->destination,
			"recent in the destination");
	}
}

void transfer_outline(struct check *c, bool move)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[MAIL_SAMPLES];
	mail_samples(mails);
	const uint32_t *uids =
		inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, MAIL_SAMPLES);
	const struct step_messages *from =
		uids == NULL ? NULL : step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_OUTLINE);
	struct roost_mailbox *work = from == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	if (work == NULL ||
		step_copy(c, __LINE__, move, inbox, step_everything(c), "Work") == NULL) {
		return;
	}
	const struct step_messages *to = step_list(c, __LINE__, work, NULL, ROOST_MESSAGE_OUTLINE);
	if (to == NULL || !expect_equal(c, __LINE__, to->count, from->count, "messages")) {
		return;
	}
	const struct step_message *b = to->first;
	for (const struct step_message *a = from->first; a != NULL; a = a->next, b = b->next) {
		if (a->facts.outline != NULL && b->facts.outline != NULL &&
			!expect_bytes(c, __LINE__, b->facts.outline, b->facts.outline_size,
				a->facts.outline, a->facts.outline_size,
				"outline in the destination")) {
			return;
		}
	}
}

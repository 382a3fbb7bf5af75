/* check_modseq.c - cases about modification sequences. RFC 7162. */
#include "families.h"

#include "expect.h"
#include "step.h"

static uint64_t highest(struct check *c, int line, const char *name)
{
	const struct roost_snapshot *snapshot = step_look(c, line, name);
	return snapshot == NULL ? 0 : snapshot->highest_modseq;
}

static uint64_t modseq_of(struct check *c, int line, struct roost_mailbox *mailbox, uint32_t uid)
{
	const struct roost_message *message =
		step_message(c, line, mailbox, uid, ROOST_MESSAGE_MODSEQ);
	return message == NULL ? 0 : message->modseq;
}

/* Check that the mailbox's highest modseq is above `before`, and make that the new one. */
static bool expect_grown(
	struct check *c, int line, const char *name, uint64_t *before, const char *what)
{
	uint64_t after = highest(c, line, name);
	if (after <= *before) {
		fixture_fail(c, line, "%s did not raise the highest modseq from %llu", what,
			(unsigned long long)*before);
		return false;
	}
	*before = after;
	return true;
}

static void grows(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	uint64_t modseq = highest(c, __LINE__, "INBOX");
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 4);
	(void)(uids != NULL && expect_grown(c, __LINE__, "INBOX", &modseq, "an append") &&
		step_store(c, __LINE__, inbox, step_one(c, uids[0]), ROOST_FLAGS_ADD, "\\Seen") &&
		expect_grown(c, __LINE__, "INBOX", &modseq, "a change of flags") &&
		step_store(c, __LINE__, inbox, step_one(c, uids[1]), ROOST_FLAGS_SET, "Work") &&
		expect_grown(c, __LINE__, "INBOX", &modseq, "a new keyword") &&
		step_store(c, __LINE__, inbox, step_one(c, uids[1]), ROOST_FLAGS_REMOVE, "Work") &&
		expect_grown(c, __LINE__, "INBOX", &modseq, "a keyword taken off") &&
		step_remove(c, __LINE__, inbox, step_one(c, uids[2])) &&
		expect_grown(c, __LINE__, "INBOX", &modseq, "an expunge"));
	if ((c->have & NEED_COPY) != 0 && !fixture_failed(c) &&
		step_copy(c, __LINE__, false, inbox, step_one(c, uids[0]), "INBOX") != NULL) {
		(void)expect_grown(c, __LINE__, "INBOX", &modseq, "a copy into the mailbox");
	}
}

static void expunge_alone_grows(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL || step_append_flagged(c, __LINE__, inbox, 1, "\\Deleted") == 0) {
		return;
	}
	uint64_t modseq = highest(c, __LINE__, "INBOX");
	if (step_expunge(c, __LINE__, inbox, NULL) != NULL) {
		(void)expect_grown(c, __LINE__, "INBOX", &modseq, "an expunge");
	}
}

static void of_messages(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	if (uids == NULL) {
		return;
	}
	uint64_t before[3], top = highest(c, __LINE__, "INBOX");
	for (unsigned i = 0; i < 3; i++) {
		before[i] = modseq_of(c, __LINE__, inbox, uids[i]);
		if (!expect_true(c, __LINE__, before[i] > 0 && before[i] <= top,
			    "a message's modseq is above 0, and not above the highest")) {
			return;
		}
	}
	if (!step_store(c, __LINE__, inbox, step_one(c, uids[1]), ROOST_FLAGS_ADD, "\\Seen")) {
		return;
	}
	(void)(expect_true(c, __LINE__, modseq_of(c, __LINE__, inbox, uids[1]) > top,
		       "a change raises the message's modseq above all before") &&
		expect_equal(c, __LINE__, modseq_of(c, __LINE__, inbox, uids[0]), before[0],
			"modseq of a message that did not change") &&
		expect_equal(c, __LINE__, modseq_of(c, __LINE__, inbox, uids[2]), before[2],
			"modseq of a message that did not change") &&
		expect_equal(c, __LINE__, highest(c, __LINE__, "INBOX"),
			modseq_of(c, __LINE__, inbox, uids[1]), "the highest modseq"));
}

static bool list_changed(struct check *c, int line, struct roost_mailbox *mailbox, uint64_t since,
	struct roost_uidset *uids_out)
{
	struct step_messages messages = { 0, NULL, NULL };
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS,
		.changed_since = since,
	};
	const struct roost_uidset *all = step_everything(c);
	if (all == NULL || uids_out == NULL ||
		!expect_ok(c, line, step_try_list(c, mailbox, all, &options, &messages),
			"list_messages with changed_since")) {
		return false;
	}
	for (const struct step_message *m = messages.first; m != NULL; m = m->next) {
		if (roost_uidset_add(uids_out, m->facts.uid) != 0) {
			return false;
		}
	}
	return true;
}

static void changed_since(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 5);
	uint64_t before = highest(c, __LINE__, "INBOX");
	struct roost_uidset *none = step_set(c, NULL, 0), *changed = step_set(c, NULL, 0);
	if (uids == NULL || !list_changed(c, __LINE__, inbox, before, none) ||
		!expect_equal(c, __LINE__, roost_uidset_size(none), 0,
			"messages changed since the highest modseq") ||
		!step_store(c, __LINE__, inbox, step_one(c, uids[3]), ROOST_FLAGS_ADD, "Work") ||
		!step_store(c, __LINE__, inbox, step_one(c, uids[1]), ROOST_FLAGS_ADD, "Work")) {
		return;
	}
	uint32_t later = step_append_flagged(c, __LINE__, inbox, 9, "");
	const uint32_t want[] = { uids[1], uids[3], later };
	if (later != 0 && list_changed(c, __LINE__, inbox, before, changed)) {
		(void)expect_set(
			c, __LINE__, changed, step_set(c, want, 3), "messages changed since then");
	}
}

static void unchanged_since(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 4);
	uint64_t since = highest(c, __LINE__, "INBOX");
	struct roost_uidset *modified = step_set(c, NULL, 0);
	struct step_messages messages = { 0, NULL, NULL };
	struct step_collector collector = { c, &messages };
	if (uids == NULL || modified == NULL ||
		!step_store(c, __LINE__, inbox, step_one(c, uids[1]), ROOST_FLAGS_SET, "Work")) {
		return;
	}
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_SET,
		.flags = { .system = ROOST_FLAG_FLAGGED },
		.has_unchanged_since = true,
		.unchanged_since = since,
	};
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, step_everything(c), &change, modified, step_collect, &collector);
	(void)(expect_ok(c, __LINE__, r, "update_messages_flags with unchanged_since") &&
		expect_set(
			c, __LINE__, modified, step_one(c, uids[1]), "messages that had changed") &&
		expect_equal(c, __LINE__, messages.count, 3, "messages delivered") &&
		step_expect_flags(c, __LINE__, inbox, uids[0], "\\Flagged") &&
		step_expect_flags(c, __LINE__, inbox, uids[1], "Work") &&
		step_expect_flags(c, __LINE__, inbox, uids[3], "\\Flagged"));
}

static void unchanged_since_zero(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 2);
	struct roost_uidset *modified = step_set(c, NULL, 0);
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_SEEN },
		.has_unchanged_since = true,
	};
	if (uids == NULL || modified == NULL) {
		return;
	}
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, step_everything(c), &change, modified, NULL, NULL);
	(void)(expect_ok(c, __LINE__, r, "update_messages_flags with unchanged_since 0") &&
		expect_set(c, __LINE__, modified, step_set(c, uids, 2),
			"messages left alone, which are all") &&
		step_expect_flags(c, __LINE__, inbox, uids[0], ""));
}

static void delivered(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 2);
	uint64_t before = highest(c, __LINE__, "INBOX");
	struct roost_uidset *modified = step_set(c, NULL, 0);
	struct step_messages messages = { 0, NULL, NULL };
	struct step_collector collector = { c, &messages };
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_SEEN },
	};
	if (uids == NULL || modified == NULL) {
		return;
	}
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, step_everything(c), &change, modified, step_collect, &collector);
	if (!expect_ok(c, __LINE__, r, "update_messages_flags")) {
		return;
	}
	for (const struct step_message *m = messages.first; m != NULL; m = m->next) {
		if (!expect_true(c, __LINE__, (m->facts.has & ROOST_MESSAGE_MODSEQ) != 0,
			    "the modseq is delivered with the new flags") ||
			!expect_true(c, __LINE__, m->facts.modseq > before,
				"the modseq delivered is the new one")) {
			return;
		}
	}
}

static void vanished(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 6);
	if (uids == NULL || !step_remove(c, __LINE__, inbox, step_one(c, uids[0]))) {
		return;
	}
	uint64_t since = highest(c, __LINE__, "INBOX");
	const uint32_t gone[] = { uids[2], uids[5] };
	struct roost_uidset *got = step_set(c, NULL, 0);
	if (got == NULL || !step_remove(c, __LINE__, inbox, step_set(c, gone, 2))) {
		return;
	}
	int r = inbox->ops->changed_since(inbox, c->call, since, got);
	const struct roost_snapshot *snapshot = step_snapshot(c, __LINE__, inbox);
	if (!expect_ok(c, __LINE__, r, "changed_since") || snapshot == NULL ||
		!expect_true(c, __LINE__,
			roost_uidset_contains(got, uids[2]) && roost_uidset_contains(got, uids[5]),
			"the UIDs expunged since are told")) {
		return;
	}
	if (roost_uidset_intersect(got, &snapshot->uids) == 0) {
		(void)expect_equal(c, __LINE__, roost_uidset_size(got), 0,
			"messages that are there and were told as vanished");
	}
}

static void vanished_by_move(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	uint64_t since = highest(c, __LINE__, "INBOX");
	struct roost_uidset *got = step_set(c, NULL, 0);
	if (uids == NULL || got == NULL || !step_create(c, __LINE__, "Work") ||
		step_copy(c, __LINE__, true, inbox, step_one(c, uids[1]), "Work") == NULL) {
		return;
	}
	int r = inbox->ops->changed_since(inbox, c->call, since, got);
	(void)(expect_ok(c, __LINE__, r, "changed_since") &&
		expect_true(c, __LINE__, roost_uidset_contains(got, uids[1]),
			"a message that was moved away has vanished") &&
		expect_true(c, __LINE__, highest(c, __LINE__, "INBOX") > since,
			"a move raises the highest modseq of the mailbox it leaves"));
}

static const struct check_case cases[] = {
	{ "modseq/grows on every change", NEED_MODSEQ | NEED_EXPUNGED, grows },
	{ "modseq/grows on expunge alone", NEED_MODSEQ | NEED_APPEND | NEED_EXPUNGE,
		expunge_alone_grows },
	{ "modseq/of each message", NEED_MODSEQ | NEED_FLAGGED, of_messages },
	{ "modseq/delivered with new flags", NEED_MODSEQ | NEED_FLAGGED, delivered },
	{ "list/changed_since", NEED_MODSEQ | NEED_FLAGGED, changed_since },
	{ "flags/unchanged_since", NEED_MODSEQ | NEED_FLAGGED, unchanged_since },
	{ "flags/unchanged_since 0", NEED_MODSEQ | NEED_FLAGGED, unchanged_since_zero },
	{ "changed_since/vanished", NEED_MODSEQ | NEED_VANISHED | NEED_EXPUNGED, vanished },
	{ "changed_since/vanished by a move",
		NEED_MODSEQ | NEED_VANISHED | NEED_MOVE | NEED_APPEND | NEED_CREATE_MAILBOX,
		vanished_by_move },
};

const struct check_family check_modseq = { "check_modseq.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

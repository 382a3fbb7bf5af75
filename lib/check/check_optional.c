/* check_optional.c - cases about what few backends have: object ids, save dates, check and poll. */
#include "families.h"

#include <string.h>

#include "expect.h"
#include "step.h"

static bool same_text(const struct roost_text *a, const struct roost_text *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* RFC 8474, 5.1: it never changes, and two contents never share one. */
static void email_ids(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	const struct step_messages *before =
		uids == NULL ? NULL : step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_EMAIL_ID);
	if (before == NULL ||
		!step_store(c, __LINE__, inbox, step_set(c, uids, 3), ROOST_FLAGS_ADD, "\\Seen")) {
		return;
	}
	const struct step_messages *after =
		step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_EMAIL_ID);
	if (after == NULL || !expect_equal(c, __LINE__, after->count, 3, "messages")) {
		return;
	}
	const struct step_message *b = after->first;
	for (const struct step_message *a = before->first; a != NULL; a = a->next, b = b->next) {
		if (!expect_true(c, __LINE__, a->facts.email_id.size > 0, "an id is not empty") ||
			!expect_true(c, __LINE__, same_text(&a->facts.email_id, &b->facts.email_id),
				"the id of a message stays") ||
			(a->next != NULL &&
				!expect_true(c, __LINE__,
					!same_text(&a->facts.email_id, &a->next->facts.email_id),
					"two messages have two ids"))) {
			return;
		}
	}
}

static void save_dates(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	uint32_t uid = inbox == NULL ? 0 : step_append_flagged(c, __LINE__, inbox, 1, "");
	const struct roost_message *before =
		uid == 0 ? NULL : step_message(c, __LINE__, inbox, uid, ROOST_MESSAGE_SAVE_DATE);
	if (before == NULL ||
		!step_store(c, __LINE__, inbox, step_one(c, uid), ROOST_FLAGS_SET, "\\Seen Work") ||
		step_append_flagged(c, __LINE__, inbox, 2, "") == 0) {
		return;
	}
	const struct roost_message *after =
		step_message(c, __LINE__, inbox, uid, ROOST_MESSAGE_SAVE_DATE);
	if (after != NULL) {
		(void)expect_time(c, __LINE__, &after->save_date, &before->save_date, "save date");
	}
}

/* Whether an op that looks at a mailbox leaves it as it was. */
static void look(struct check *c, bool poll)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	mails[1].flags = "\\Deleted Work";
	if ((c->have & NEED_APPEND) != 0 && inbox != NULL &&
		step_append(c, __LINE__, inbox, mails, 2) == NULL) {
		return;
	}
	const struct roost_snapshot *before = step_look(c, __LINE__, "INBOX");
	if (inbox == NULL || before == NULL) {
		return;
	}
	int r = poll ? inbox->ops->poll(inbox, c->call) : inbox->ops->check(inbox, c->call);
	const struct roost_snapshot *after = step_look(c, __LINE__, "INBOX");
	(void)(expect_ok(c, __LINE__, r, poll ? "poll" : "check") && after != NULL &&
		expect_set(c, __LINE__, &after->uids, &before->uids, "messages") &&
		expect_set(c, __LINE__, &after->recent, &before->recent, "recent"));
}

static void check(struct check *c)
{
	look(c, false);
}

static void poll(struct check *c)
{
	look(c, true);
}

static const struct check_case cases[] = {
	{ "object id/of messages", NEED_OBJECT_ID | NEED_FLAGGED, email_ids },
	{ "save date/stays", NEED_SAVE_DATE | NEED_FLAGGED, save_dates },
	{ "check/changes nothing", NEED_CHECK, check },
	{ "poll/changes nothing", NEED_POLL, poll },
};

const struct check_family check_optional = { "check_optional.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

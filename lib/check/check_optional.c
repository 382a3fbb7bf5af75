/* check_optional.c - cases about what few backends have: check and poll. */
#include "families.h"

#include "expect.h"
#include "step.h"

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
	{ "check/changes nothing", NEED_CHECK, check },
	{ "poll/changes nothing", NEED_POLL, poll },
};

const struct check_family check_optional = { "check_optional.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

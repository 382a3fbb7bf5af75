/* check_call.c - cases about calls that are cancelled: done or not done, never half. */
#include "families.h"

#include "expect.h"
#include "step.h"
#include "threads.h"

#define MANY 60

/* Whether a cancelled op may have returned this. */
static bool expect_ended(struct check *c, int line, int r, const char *what)
{
	return r == 0 || expect_error(c, line, r, ROOST_ERR_CANCELLED, what);
}

/* A further session whose call is cancelled, with a mailbox open. */
static struct check *quitter(
	struct check *c, int line, const char *name, struct roost_mailbox **mailbox_out)
{
	struct check *session = fixture_session(c, line);
	*mailbox_out = session == NULL ? NULL : step_open(session, line, name, STEP_SELECT);
	if (*mailbox_out == NULL) {
		return NULL;
	}
	roost_call_cancel(session->call);
	return session;
}

static uint64_t count_of(struct check *c, int line, const char *name)
{
	const struct roost_snapshot *snapshot = step_look(c, line, name);
	return snapshot == NULL ? UINT64_MAX : roost_uidset_size(&snapshot->uids);
}

static void append(struct check *c)
{
	struct roost_mailbox *inbox;
	struct check *session = quitter(c, __LINE__, "INBOX", &inbox);
	struct mail mails[MANY];
	for (unsigned i = 0; i < MANY; i++) {
		mails[i] = mail_number(c, i);
	}
	struct roost_uidset *uids = step_set(c, NULL, 0);
	if (session == NULL || uids == NULL) {
		return;
	}
	int r = step_try_append(session, inbox, mails, MANY, uids);
	if (expect_ended(c, __LINE__, r, "a cancelled append")) {
		(void)expect_equal(c, __LINE__, count_of(c, __LINE__, "INBOX"), r == 0 ? MANY : 0,
			"messages after a cancelled append");
	}
}

/* Fill INBOX and make "Work". */
static const uint32_t *prepare(struct check *c, int line)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	return inbox == NULL || !step_create(c, line, "Work") ? NULL
							      : step_fill(c, line, inbox, MANY);
}

static void transfer(struct check *c, bool move)
{
	struct roost_mailbox *inbox;
	if (prepare(c, __LINE__) == NULL) {
		return;
	}
	struct check *session = quitter(c, __LINE__, "INBOX", &inbox);
	const struct roost_uidset *all = step_everything(c);
	struct roost_copy_result result = { .size = sizeof(result) };
	if (session == NULL || all == NULL) {
		return;
	}
	int r = step_try_copy(session, move, inbox, all, "Work", &result);
	roost_copy_result_clear(&result);
	(void)(expect_ended(c, __LINE__, r, "a cancelled copy or move") &&
		expect_equal(c, __LINE__, count_of(c, __LINE__, "Work"), r == 0 ? MANY : 0,
			"messages in the destination") &&
		expect_equal(c, __LINE__, count_of(c, __LINE__, "INBOX"), r == 0 && move ? 0 : MANY,
			"messages in the source"));
}

static void copy(struct check *c)
{
	transfer(c, false);
}

static void move(struct check *c)
{
	transfer(c, true);
}

static void store(struct check *c)
{
	struct roost_mailbox *inbox;
	if (prepare(c, __LINE__) == NULL) {
		return;
	}
	struct check *session = quitter(c, __LINE__, "INBOX", &inbox);
	const struct roost_uidset *all = step_everything(c);
	if (session == NULL || all == NULL) {
		return;
	}
	int r = step_try_store(session, inbox, all, ROOST_FLAGS_ADD, "\\Seen Work");
	const struct roost_snapshot *after = step_look(c, __LINE__, "INBOX");
	if (after != NULL && expect_ended(c, __LINE__, r, "a cancelled change of flags")) {
		(void)expect_equal(c, __LINE__, after->unseen_count, r == 0 ? 0 : MANY,
			"unseen after a cancelled change of flags");
	}
}

static void expunge(struct check *c)
{
	struct roost_mailbox *inbox;
	if (prepare(c, __LINE__) == NULL) {
		return;
	}
	struct roost_mailbox *mine = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_uidset *all = step_everything(c);
	struct roost_uidset *expunged = step_set(c, NULL, 0);
	if (mine == NULL || all == NULL || expunged == NULL ||
		!step_store(c, __LINE__, mine, all, ROOST_FLAGS_ADD, "\\Deleted")) {
		return;
	}
	struct check *session = quitter(c, __LINE__, "INBOX", &inbox);
	if (session == NULL) {
		return;
	}
	int r = inbox->ops->expunge(inbox, session->call, NULL, expunged);
	(void)(expect_ended(c, __LINE__, r, "a cancelled expunge") &&
		expect_equal(c, __LINE__, count_of(c, __LINE__, "INBOX"), r == 0 ? 0 : MANY,
			"messages after a cancelled expunge") &&
		expect_equal(c, __LINE__, roost_uidset_size(expunged), r == 0 ? MANY : 0,
			"UIDs told of"));
}

static void mailboxes(struct check *c)
{
	struct roost_mailbox *inbox;
	if (!step_create(c, __LINE__, "Work")) {
		return;
	}
	struct check *session = quitter(c, __LINE__, "INBOX", &inbox);
	if (session == NULL) {
		return;
	}
	int r = step_try_create(session, "New");
	if (!expect_ended(c, __LINE__, r, "a cancelled create") ||
		!step_expect_listed(c, __LINE__, "New", r == 0 ? 's' : '-')) {
		return;
	}
	r = step_try_delete(session, "Work");
	if (expect_ended(c, __LINE__, r, "a cancelled delete")) {
		(void)step_expect_listed(c, __LINE__, "Work", r == 0 ? '-' : 's');
	}
}

struct canceller {
	struct check *session;
	struct step_collector collector;
};

static int cancel_from_deliver(void *context, const struct roost_message *message)
{
	struct canceller *canceller = context;
	roost_call_cancel(canceller->session->call);
	return step_collect(&canceller->collector, message);
}

static void list_cancelled(struct check *c)
{
	const uint32_t *uids = prepare(c, __LINE__);
	struct check *session = uids == NULL ? NULL : fixture_session(c, __LINE__);
	struct roost_mailbox *inbox =
		session == NULL ? NULL : step_open(session, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_uidset *all = step_everything(c);
	struct step_messages messages = { 0, NULL, NULL };
	struct canceller canceller = { session, { c, &messages } };
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_CONTENT,
	};
	if (inbox == NULL || all == NULL) {
		return;
	}
	int r = inbox->ops->list_messages(
		inbox, session->call, all, &options, cancel_from_deliver, &canceller);
	if (!expect_ended(c, __LINE__, r, "a listing that is cancelled while it runs") ||
		!expect_true(c, __LINE__, r != 0 || messages.count == MANY,
			"a listing that ends with success is whole")) {
		return;
	}
	size_t i = 0;
	for (const struct step_message *m = messages.first; m != NULL; m = m->next) {
		if (!expect_equal(c, __LINE__, m->facts.uid, uids[i++], "UID")) {
			return;
		}
	}
}

struct race {
	struct check *session;
	struct roost_mailbox *mailbox;
	struct roost_copy_result *result;
	const struct roost_uidset *all;
	unsigned round;
	int returned;
};

static void run_or_cancel(struct check *c, unsigned index, void *context)
{
	struct race *race = context;
	(void)c;
	if (index == 0) {
		race->returned = step_try_copy(
			race->session, true, race->mailbox, race->all, "Work", race->result);
		return;
	}
	for (volatile unsigned i = 0; i < race->round * 1000; i++) {
	}
	roost_call_cancel(race->session->call);
}

static void cancelled_by_another(struct check *c)
{
	const struct roost_uidset *all = step_everything(c);
	if (prepare(c, __LINE__) == NULL || all == NULL) {
		return;
	}
	for (unsigned round = 0; round < 6; round++) {
		struct roost_copy_result result = { .size = sizeof(result) };
		struct race race = { fixture_session(c, __LINE__), NULL, &result, all, round, 0 };
		race.mailbox = race.session == NULL
				       ? NULL
				       : step_open(race.session, __LINE__, "INBOX", STEP_SELECT);
		bool ran =
			race.mailbox != NULL && threads_run(c, __LINE__, 2, run_or_cancel, &race);
		roost_copy_result_clear(&result);
		uint64_t here = count_of(c, __LINE__, "INBOX");
		uint64_t there = count_of(c, __LINE__, "Work");
		if (!ran || !expect_ended(c, __LINE__, race.returned, "a move") ||
			!expect_equal(c, __LINE__, here + there, MANY, "messages in all") ||
			!expect_true(
				c, __LINE__, here == 0 || there == 0, "all have moved, or none")) {
			return;
		}
		struct roost_mailbox *work = step_open(c, __LINE__, "Work", STEP_SELECT);
		if (work == NULL || step_copy(c, __LINE__, true, work, all, "INBOX") == NULL) {
			return;
		}
	}
}

#define NEED_FILLED (NEED_APPEND | NEED_CREATE_MAILBOX)

static const struct check_case cases[] = {
	{ "call/cancelled append", NEED_APPEND, append },
	{ "call/cancelled copy", NEED_FILLED | NEED_COPY, copy },
	{ "call/cancelled move", NEED_FILLED | NEED_MOVE, move },
	{ "call/cancelled change of flags", NEED_FILLED | NEED_STORE, store },
	{ "call/cancelled expunge", NEED_FILLED | NEED_EXPUNGED, expunge },
	{ "call/cancelled create and delete", NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX,
		mailboxes },
	{ "call/list cancelled while it runs", NEED_FILLED, list_cancelled },
	{ "call/move cancelled by another thread", NEED_FILLED | NEED_MOVE, cancelled_by_another },
};

const struct check_family check_call = { "check_call.c", cases, sizeof(cases) / sizeof(cases[0]) };

/* check_sessions.c - cases with two sessions on one mailbox, whose steps take turns. */
#include "families.h"

#include "expect.h"
#include "step.h"

/* Two sessions of one user, `a` being the case's own, each with INBOX open; `uids` are of the
 * messages in it. */
struct pair {
	struct check *a, *b;
	struct roost_mailbox *in_a, *in_b;
	uint32_t *uids;
};

static bool prepare(struct check *c, int line, unsigned messages, struct pair *pair)
{
	pair->a = c;
	pair->b = fixture_session(c, line);
	pair->in_a = step_open(c, line, "INBOX", STEP_SELECT);
	pair->in_b = pair->b == NULL ? NULL : step_open(pair->b, line, "INBOX", STEP_SELECT);
	pair->uids = pair->in_a == NULL ? NULL : step_fill(c, line, pair->in_a, messages);
	return pair->in_b != NULL && pair->uids != NULL;
}

static void see_each_other(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 3, &p)) {
		return;
	}
	(void)(step_expect_count(p.b, __LINE__, p.in_b, 3) &&
		step_store(p.b, __LINE__, p.in_b, step_one(p.b, p.uids[0]), ROOST_FLAGS_ADD,
			"\\Seen Work") &&
		step_expect_flags(p.a, __LINE__, p.in_a, p.uids[0], "\\Seen Work") &&
		step_store(p.a, __LINE__, p.in_a, step_one(p.a, p.uids[0]), ROOST_FLAGS_REMOVE,
			"work") &&
		step_expect_flags(p.b, __LINE__, p.in_b, p.uids[0], "\\Seen") &&
		step_append_flagged(p.b, __LINE__, p.in_b, 4, "") != 0 &&
		step_expect_count(p.a, __LINE__, p.in_a, 4));
}

static void withheld_expunge(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 4, &p)) {
		return;
	}
	const struct roost_snapshot *before = step_snapshot(p.b, __LINE__, p.in_b);
	const struct roost_message *held =
		before == NULL
			? NULL
			: step_message(p.b, __LINE__, p.in_b, p.uids[1], ROOST_MESSAGE_CONTENT);
	if (held == NULL || !step_remove(p.a, __LINE__, p.in_a, step_one(p.a, p.uids[1]))) {
		return;
	}
	/* B has not been told yet, and asks about all that it knows of. */
	const struct step_messages *messages =
		step_list(p.b, __LINE__, p.in_b, &before->uids, ROOST_MESSAGE_FLAGS);
	if (messages == NULL || !expect_equal(c, __LINE__, messages->count, 3, "messages") ||
		!step_store(p.b, __LINE__, p.in_b, &before->uids, ROOST_FLAGS_ADD, "\\Seen")) {
		return;
	}
	for (const struct step_message *m = messages->first; m != NULL; m = m->next) {
		if (!expect_true(c, __LINE__, m->facts.uid != p.uids[1],
			    "what another session expunged is passed over")) {
			return;
		}
	}
	struct mail mail = mail_number(c, 2);
	const struct roost_snapshot *after = step_snapshot(p.b, __LINE__, p.in_b);
	(void)(after != NULL &&
		step_expect_content(c, __LINE__, held->content, mail.bytes, mail.size) &&
		expect_equal(c, __LINE__, roost_uidset_size(&after->uids), 3, "messages") &&
		expect_equal(c, __LINE__, after->unseen_count, 0, "unseen"));
}

static void expunge_of_expunged(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 4, &p)) {
		return;
	}
	const struct roost_uidset *first = step_set(c, p.uids, 2);
	if (first == NULL ||
		!step_store(p.a, __LINE__, p.in_a, first, ROOST_FLAGS_ADD, "\\Deleted") ||
		!step_store(p.b, __LINE__, p.in_b, step_one(p.b, p.uids[2]), ROOST_FLAGS_ADD,
			"\\Deleted") ||
		step_expunge(p.a, __LINE__, p.in_a, first) == NULL) {
		return;
	}
	const struct roost_uidset *expunged = step_expunge(p.b, __LINE__, p.in_b, NULL);
	(void)(expunged != NULL &&
		expect_set(c, __LINE__, expunged, step_one(c, p.uids[2]),
			"what the second session expunged") &&
		step_expect_count(p.a, __LINE__, p.in_a, 1));
}

static void create_and_expunge(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 3, &p)) {
		return;
	}
	const struct roost_snapshot *before = step_snapshot(p.b, __LINE__, p.in_b);
	const uint32_t *fresh = before == NULL ? NULL : step_fill(p.a, __LINE__, p.in_a, 3);
	if (fresh == NULL) {
		return;
	}
	const uint32_t gone[] = { p.uids[2], fresh[0] };
	const uint32_t left[] = { p.uids[0], p.uids[1], fresh[1], fresh[2] };
	if (!step_remove(p.a, __LINE__, p.in_a, step_set(c, gone, 2))) {
		return;
	}
	const struct roost_snapshot *after = step_snapshot(p.b, __LINE__, p.in_b);
	(void)(after != NULL &&
		expect_set(c, __LINE__, &after->uids, step_set(c, left, 4), "messages") &&
		expect_true(c, __LINE__, fresh[0] >= before->uid_next,
			"what came between is not below the uid_next that was told") &&
		expect_set(c, __LINE__, &after->recent, step_set(c, fresh + 1, 2), "recent") &&
		expect_equal(
			c, __LINE__, after->uid_validity, before->uid_validity, "UID validity"));
}

static void append_to_open(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 1, &p) || step_snapshot(p.b, __LINE__, p.in_b) == NULL) {
		return;
	}
	struct roost_mailbox *appender = step_open(p.a, __LINE__, "INBOX", STEP_APPEND);
	const uint32_t *uids = appender == NULL ? NULL : step_fill(p.a, __LINE__, appender, 2);
	if (uids == NULL) {
		return;
	}
	step_close(p.a, appender);
	const struct roost_snapshot *after = step_snapshot(p.b, __LINE__, p.in_b);
	(void)(after != NULL &&
		expect_set(c, __LINE__, &after->recent, step_set(c, uids, 2), "recent") &&
		step_expect_count(p.b, __LINE__, p.in_b, 3));
}

static void move_while_open(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 4, &p) || !step_create(c, __LINE__, "Work")) {
		return;
	}
	struct roost_mailbox *work = step_open(p.b, __LINE__, "Work", STEP_SELECT);
	const struct roost_snapshot *before =
		work == NULL ? NULL : step_snapshot(p.b, __LINE__, p.in_b);
	const struct roost_message *held =
		before == NULL
			? NULL
			: step_message(p.b, __LINE__, p.in_b, p.uids[2], ROOST_MESSAGE_CONTENT);
	if (held == NULL || step_snapshot(p.b, __LINE__, work) == NULL) {
		return;
	}
	const struct roost_copy_result *result =
		step_copy(p.a, __LINE__, true, p.in_a, step_set(c, p.uids + 1, 2), "Work");
	const struct step_messages *left =
		result == NULL
			? NULL
			: step_list(p.b, __LINE__, p.in_b, &before->uids, ROOST_MESSAGE_FLAGS);
	const struct roost_snapshot *there =
		left == NULL ? NULL : step_snapshot(p.b, __LINE__, work);
	struct mail mail = mail_number(c, 3);
	(void)(there != NULL && expect_equal(c, __LINE__, left->count, 2, "messages left") &&
		step_expect_content(c, __LINE__, held->content, mail.bytes, mail.size) &&
		expect_set(c, __LINE__, &there->uids, &result->destination, "messages there") &&
		expect_set(c, __LINE__, &there->recent, &result->destination, "recent there"));
}

static void copy_into_open(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 2, &p) || !step_create(c, __LINE__, "Work")) {
		return;
	}
	struct roost_mailbox *work = step_open(p.b, __LINE__, "Work", STEP_SELECT);
	const struct roost_copy_result *result =
		work == NULL || step_snapshot(p.b, __LINE__, work) == NULL
			? NULL
			: step_copy(p.a, __LINE__, false, p.in_a, step_everything(c), "Work");
	const struct roost_snapshot *there =
		result == NULL ? NULL : step_snapshot(p.b, __LINE__, work);
	if (there != NULL) {
		(void)expect_set(c, __LINE__, &there->recent, &result->destination, "recent there");
	}
}

static void recent_once(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 3, &p)) {
		return;
	}
	const struct roost_snapshot *first = step_snapshot(p.b, __LINE__, p.in_b);
	const struct roost_snapshot *second = step_snapshot(p.a, __LINE__, p.in_a);
	(void)(first != NULL && second != NULL &&
		expect_set(c, __LINE__, &first->recent, step_set(c, p.uids, 3),
			"recent of the first session") &&
		expect_equal(c, __LINE__, roost_uidset_size(&second->recent), 0,
			"recent of the second session"));
}

static void logout_of_one(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 2, &p)) {
		return;
	}
	fixture_release(c, p.b);
	(void)(step_expect_count(c, __LINE__, p.in_a, 2) &&
		step_append_flagged(c, __LINE__, p.in_a, 3, "") != 0 &&
		step_expect_count(c, __LINE__, p.in_a, 3));
}

static void several_handles(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 1, &p)) {
		return;
	}
	struct roost_mailbox *handles[6];
	for (unsigned i = 0; i < 6; i++) {
		handles[i] =
			step_open(c, __LINE__, "INBOX", i % 2 == 0 ? STEP_SELECT : STEP_EXAMINE);
		if (handles[i] == NULL) {
			return;
		}
	}
	static const unsigned order[] = { 3, 0, 5, 1, 4, 2 };
	for (unsigned i = 0; i < 6; i++) {
		if (!step_expect_count(c, __LINE__, handles[order[i]], i + 1) ||
			step_append_flagged(c, __LINE__, p.in_a, i + 2, "") == 0) {
			return;
		}
		step_close(c, handles[order[i]]);
	}
}

/* A session `b` that has "Work" open, with two messages in it. */
static struct check *beside_work(struct check *c, int line, struct roost_mailbox **work_out)
{
	struct check *b = fixture_session(c, line);
	*work_out = b == NULL ? NULL : step_create_open(b, line, "Work");
	return *work_out == NULL || step_fill(b, line, *work_out, 2) == NULL ? NULL : b;
}

static bool expect_handle_dead(
	struct check *b, int line, struct roost_mailbox *mailbox, const char *what)
{
	struct roost_snapshot snapshot;
	int r = step_try_snapshot(b, mailbox, &snapshot);
	roost_snapshot_clear(&snapshot);
	return expect_error(b, line, r, ROOST_ERR_NO_SUCH_MAILBOX, what);
}

/* The handle of a mailbox that is gone: its ops fail, or find nothing to do, and never crash. */
static bool use_dead_handle(struct check *b, int line, struct roost_mailbox *mailbox)
{
	const struct roost_uidset *all = step_everything(b);
	struct roost_uidset *set = step_set(b, NULL, 0);
	struct step_messages messages = { 0, NULL, NULL };
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_CONTENT,
	};
	if (all == NULL || set == NULL) {
		return false;
	}
	int results[4] = { step_try_list(b, mailbox, all, &options, &messages), 0, 0, 0 };
	if ((b->have & NEED_STORE) != 0) {
		results[1] = step_try_store(b, mailbox, all, ROOST_FLAGS_ADD, "\\Deleted");
	}
	if ((b->have & NEED_EXPUNGE) != 0) {
		results[2] = mailbox->ops->expunge(mailbox, b->call, NULL, set);
	}
	if ((b->have & NEED_COPY) != 0) {
		struct roost_copy_result copied = { .size = sizeof(copied) };
		results[3] = step_try_copy(b, false, mailbox, all, "INBOX", &copied);
		roost_copy_result_clear(&copied);
	}
	for (unsigned i = 0; i < 4; i++) {
		if (!expect_true(b, line,
			    results[i] == 0 || results[i] == ROOST_ERR_NO_SUCH_MAILBOX,
			    "ops of a handle whose mailbox is gone do nothing, or say so")) {
			return false;
		}
	}
	return true;
}

static void deleted_mailbox(struct check *c)
{
	struct roost_mailbox *work;
	struct check *b = beside_work(c, __LINE__, &work);
	struct mail mail = mail_number(c, 3);
	struct roost_uidset *uids = step_set(c, NULL, 0);
	(void)(b != NULL && uids != NULL && step_delete(c, __LINE__, "Work") &&
		expect_handle_dead(b, __LINE__, work, "snapshot of a mailbox that was deleted") &&
		expect_error(b, __LINE__, step_try_append(b, work, &mail, 1, uids),
			ROOST_ERR_NO_SUCH_MAILBOX, "append to a mailbox that was deleted") &&
		use_dead_handle(b, __LINE__, work) && step_expect_listed(c, __LINE__, "Work", '-'));
}

static void deleted_with_children(struct check *c)
{
	struct roost_mailbox *work;
	struct check *b = beside_work(c, __LINE__, &work);
	(void)(b != NULL && step_create(c, __LINE__, "Work/Child") &&
		step_delete(c, __LINE__, "Work") &&
		expect_handle_dead(b, __LINE__, work,
			"snapshot of a mailbox that was deleted but for its name") &&
		use_dead_handle(b, __LINE__, work));
}

static void recreated_mailbox(struct check *c)
{
	struct roost_mailbox *work;
	struct check *b = beside_work(c, __LINE__, &work);
	struct mail mail = mail_number(c, 3);
	struct roost_uidset *uids = step_set(c, NULL, 0);
	if (b == NULL || uids == NULL || !step_delete(c, __LINE__, "Work") ||
		!step_create(c, __LINE__, "Work") ||
		!expect_handle_dead(b, __LINE__, work,
			"snapshot of a mailbox that was deleted and made anew") ||
		!expect_error(b, __LINE__, step_try_append(b, work, &mail, 1, uids),
			ROOST_ERR_NO_SUCH_MAILBOX,
			"append by the handle of the mailbox that was deleted")) {
		return;
	}
	struct roost_mailbox *new = step_open(c, __LINE__, "Work", STEP_SELECT);
	(void)(new != NULL &&step_fill(c, __LINE__, new, 2) !=
			NULL &&use_dead_handle(b, __LINE__, work) &&
		step_expect_count(c, __LINE__, new, 2));
}

static void renamed_mailbox(struct check *c)
{
	struct roost_mailbox *work;
	struct check *b = beside_work(c, __LINE__, &work);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3) };
	struct roost_uidset *uids = step_set(c, NULL, 0);
	if (b == NULL || uids == NULL || !step_rename(c, __LINE__, "Work", "Play") ||
		!expect_handle_dead(b, __LINE__, work, "snapshot of a mailbox that was renamed")) {
		return;
	}
	int r = step_try_append(b, work, mails + 2, 1, uids);
	struct roost_mailbox *play = step_open(c, __LINE__, "Play", STEP_SELECT);
	(void)(play != NULL &&
		expect_true(c, __LINE__, r == 0 || r == ROOST_ERR_NO_SUCH_MAILBOX,
			"append by the old handle goes on or says what happened") &&
		step_expect_mails(c, __LINE__, play, mails, r == 0 ? 3 : 2));
}

static void renamed_superior(struct check *c)
{
	struct check *b = fixture_session(c, __LINE__);
	struct roost_mailbox *child =
		b == NULL ? NULL : step_create_open(b, __LINE__, "Work/Child");
	int r = step_try_create(c, "Work");
	(void)(child != NULL &&
		expect_true(c, __LINE__, r == 0 || r == ROOST_ERR_MAILBOX_EXISTS,
			"the superior is there or can be created") &&
		step_rename(c, __LINE__, "Work", "Play") &&
		expect_handle_dead(
			b, __LINE__, child, "snapshot of a mailbox whose superior was renamed"));
}

static void renamed_inbox(struct check *c)
{
	struct pair p;
	if (!prepare(c, __LINE__, 2, &p) || step_snapshot(p.b, __LINE__, p.in_b) == NULL) {
		return;
	}
	int r = step_try_rename(c, "INBOX", "Archive");
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		fixture_skip(c, "the backend leaves renaming INBOX to the library");
		return;
	}
	struct roost_snapshot snapshot;
	if (!expect_ok(c, __LINE__, r, "renaming INBOX")) {
		return;
	}
	r = step_try_snapshot(p.b, p.in_b, &snapshot);
	uint64_t count = roost_uidset_size(&snapshot.uids);
	roost_snapshot_clear(&snapshot);
	if (r != ROOST_ERR_NO_SUCH_MAILBOX && expect_ok(c, __LINE__, r, "snapshot")) {
		(void)expect_equal(c, __LINE__, count, 0, "messages left in INBOX");
	}
}

static void copy_to_deleted(struct check *c)
{
	struct pair p;
	struct roost_copy_result result = { .size = sizeof(result) };
	if (!prepare(c, __LINE__, 2, &p) || !step_create(c, __LINE__, "Work") ||
		step_open(p.b, __LINE__, "Work", STEP_SELECT) == NULL ||
		!step_delete(c, __LINE__, "Work")) {
		return;
	}
	int r = step_try_copy(p.a, false, p.in_a, step_everything(c), "Work", &result);
	roost_copy_result_clear(&result);
	(void)expect_error(c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX,
		"copy to a mailbox that was deleted while open");
}

#define NEED_WORK (NEED_APPEND | NEED_CREATE_MAILBOX)

static const struct check_case cases[] = {
	{ "sessions/see each other's changes", NEED_FLAGGED, see_each_other },
	{ "sessions/withheld expunge", NEED_EXPUNGED, withheld_expunge },
	{ "sessions/expunge of what another expunged", NEED_EXPUNGED, expunge_of_expunged },
	{ "sessions/create and expunge between polls", NEED_EXPUNGED, create_and_expunge },
	{ "sessions/append to an open mailbox", NEED_APPEND, append_to_open },
	{ "sessions/move while another has it open", NEED_WORK | NEED_MOVE, move_while_open },
	{ "sessions/copy into an open mailbox", NEED_WORK | NEED_COPY, copy_into_open },
	{ "sessions/recent claimed once", NEED_APPEND, recent_once },
	{ "sessions/logout of one leaves the other alone", NEED_APPEND, logout_of_one },
	{ "handle/several of one mailbox, closed in any order", NEED_APPEND, several_handles },
	{ "handle/deleted mailbox", NEED_WORK | NEED_DELETE_MAILBOX, deleted_mailbox },
	{ "handle/mailbox deleted but for its name",
		NEED_WORK | NEED_DELETE_MAILBOX | NEED_HIERARCHY, deleted_with_children },
	{ "handle/recreated mailbox", NEED_WORK | NEED_DELETE_MAILBOX, recreated_mailbox },
	{ "handle/renamed mailbox", NEED_WORK | NEED_RENAME_MAILBOX, renamed_mailbox },
	{ "handle/mailbox whose superior was renamed",
		NEED_WORK | NEED_RENAME_MAILBOX | NEED_HIERARCHY, renamed_superior },
	{ "handle/renamed INBOX", NEED_WORK | NEED_RENAME_MAILBOX, renamed_inbox },
	{ "handle/copy to a mailbox deleted while open",
		NEED_WORK | NEED_DELETE_MAILBOX | NEED_COPY, copy_to_deleted },
};

const struct check_family check_sessions = { "check_sessions.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

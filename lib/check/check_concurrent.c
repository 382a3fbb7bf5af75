/* check_concurrent.c - cases with several threads on one mailbox at once. */
#include "families.h"

#include <sched.h>
#include <stdio.h>

#include "expect.h"
#include "step.h"
#include "threads.h"

#define ROUNDS 40

struct traffic {
	unsigned writers;
	unsigned writing; /* how many still write; atomic */
	unsigned appended; /* in all; atomic */
	unsigned begun; /* snapshots of all readers; atomic */
	pthread_mutex_t lock; /* guards what follows */
	struct roost_uidset told; /* as recent, to whomever */
	uint64_t told_count;
};

/* Wait until a reader begins its next snapshot, so that it meets what is written now. */
static void await_reader(struct check *c, struct traffic *traffic)
{
	unsigned begun = __atomic_load_n(&traffic->begun, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&traffic->begun, __ATOMIC_SEQ_CST) == begun && !fixture_failed(c)) {
		(void)sched_yield();
	}
}

/* Append two, flag, and expunge some that are there, again and again. Nothing is ever \Seen. */
static void write_traffic(struct check *c, struct traffic *traffic)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_APPEND);
	for (unsigned i = 0; inbox != NULL && i < ROUNDS && !fixture_failed(c); i++) {
		await_reader(c, traffic);
		const uint32_t *uids = step_fill(c, __LINE__, inbox, 2);
		struct roost_uidset *both = uids == NULL ? NULL : step_set(c, uids, 2);
		if (both == NULL) {
			break;
		}
		__atomic_fetch_add(&traffic->appended, 2, __ATOMIC_SEQ_CST);
		if ((c->have & NEED_STORE) != 0 &&
			!step_store(c, __LINE__, inbox, both, ROOST_FLAGS_ADD, "Work")) {
			break;
		}
		if ((c->have & NEED_EXPUNGED) == NEED_EXPUNGED &&
			!step_remove(c, __LINE__, inbox, step_one(c, uids[i % 2]))) {
			break;
		}
		roost_call_reset(c->call);
	}
}

static bool expect_onward(
	struct check *c, const struct roost_snapshot *before, const struct roost_snapshot *after)
{
	struct roost_uidset fresh = ROOST_UIDSET_EMPTY;
	if (roost_uidset_copy(&fresh, &after->uids) != 0 ||
		roost_uidset_remove_set(&fresh, &before->uids) != 0) {
		roost_uidset_clear(&fresh);
		return false;
	}
	uint32_t lowest = roost_uidset_first(&fresh);
	roost_uidset_clear(&fresh);
	return expect_true(c, __LINE__, lowest == 0 || lowest >= before->uid_next,
		       "no message below the uid_next that was told is ever added") &&
	       expect_true(c, __LINE__, after->uid_next >= before->uid_next,
		       "uid_next does not fall") &&
	       expect_true(c, __LINE__, after->highest_modseq >= before->highest_modseq,
		       "the highest modseq does not fall") &&
	       expect_equal(c, __LINE__, after->uid_validity, before->uid_validity, "UID validity");
}

static bool note_recent(
	struct check *c, struct traffic *traffic, const struct roost_snapshot *snapshot)
{
	pthread_mutex_lock(&traffic->lock);
	int r = roost_uidset_add_set(&traffic->told, &snapshot->recent);
	traffic->told_count += roost_uidset_size(&snapshot->recent);
	bool once = r == 0 && traffic->told_count == roost_uidset_size(&traffic->told);
	pthread_mutex_unlock(&traffic->lock);
	return expect_true(c, __LINE__, once, "a message is told as recent once");
}

static void read_traffic(struct check *c, struct traffic *traffic)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_snapshot *before = NULL;
	bool more = true;
	while (inbox != NULL && more && !fixture_failed(c)) {
		more = __atomic_load_n(&traffic->writing, __ATOMIC_SEQ_CST) > 0;
		__atomic_fetch_add(&traffic->begun, 1, __ATOMIC_SEQ_CST);
		const struct roost_snapshot *now = step_snapshot(c, __LINE__, inbox);
		if (now == NULL || !note_recent(c, traffic, now) ||
			!expect_equal(c, __LINE__, now->unseen_count, roost_uidset_size(&now->uids),
				"unseen, which are all") ||
			!expect_equal(c, __LINE__, now->first_unseen,
				roost_uidset_first(&now->uids),
				"first unseen, which is the first") ||
			(before != NULL && !expect_onward(c, before, now))) {
			return;
		}
		if (before != NULL) {
			fixture_release(c, before);
		}
		before = now;
		roost_call_reset(c->call);
	}
}

static void read_or_write(struct check *c, unsigned index, void *context)
{
	struct traffic *traffic = context;
	if (index < traffic->writers) {
		write_traffic(c, traffic);
		__atomic_fetch_sub(&traffic->writing, 1, __ATOMIC_SEQ_CST);
	} else {
		read_traffic(c, traffic);
	}
}

static void snapshot_atomic(struct check *c)
{
	unsigned writers = (c->options->threads + 1) / 2;
	struct traffic traffic = {
		.writers = writers, .writing = writers, .lock = PTHREAD_MUTEX_INITIALIZER
	};
	bool ran = threads_run(
		c, __LINE__, writers + (c->options->threads + 1) / 2, read_or_write, &traffic);
	struct roost_mailbox *inbox = ran ? step_open(c, __LINE__, "INBOX", STEP_SELECT) : NULL;
	const struct roost_snapshot *last =
		inbox == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	if (last != NULL && note_recent(c, &traffic, last)) {
		bool removes = (c->have & NEED_EXPUNGED) == NEED_EXPUNGED;
		uint64_t left = removes ? traffic.appended / 2 : traffic.appended;
		struct roost_uidset untold = ROOST_UIDSET_EMPTY;
		int r = roost_uidset_copy(&untold, &last->uids);
		if (r == 0) {
			r = roost_uidset_remove_set(&untold, &traffic.told);
		}
		(void)(expect_ok(c, __LINE__, r, "set arithmetic") &&
			expect_equal(c, __LINE__, roost_uidset_size(&last->uids), left,
				"messages in the end") &&
			expect_equal(c, __LINE__, roost_uidset_size(&untold), 0,
				"messages that nobody was told as recent"));
		roost_uidset_clear(&untold);
	}
	roost_uidset_clear(&traffic.told);
	pthread_mutex_destroy(&traffic.lock);
}

struct shared {
	pthread_mutex_t lock; /* guards what follows */
	struct roost_uidset uids;
	uint64_t count;
	struct roost_uidset *set; /* of all messages; read only */
	uint64_t modseq; /* read only */
};

static bool note_uids(
	struct check *c, struct shared *shared, const struct roost_uidset *uids, const char *what)
{
	pthread_mutex_lock(&shared->lock);
	int r = roost_uidset_add_set(&shared->uids, uids);
	shared->count += roost_uidset_size(uids);
	bool distinct = r == 0 && shared->count == roost_uidset_size(&shared->uids);
	pthread_mutex_unlock(&shared->lock);
	return expect_true(c, __LINE__, distinct, what);
}

static void append_some(struct check *c, unsigned index, void *context)
{
	struct shared *shared = context;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_APPEND);
	uint32_t last = 0;
	for (unsigned i = 0; inbox != NULL && i < ROUNDS && !fixture_failed(c); i++) {
		struct mail mails[3];
		for (unsigned k = 0; k < 3; k++) {
			mails[k] = mail_number(c, index * 1000 + i * 3 + k);
		}
		const uint32_t *uids = step_append(c, __LINE__, inbox, mails, 3);
		const struct roost_uidset *set = uids == NULL ? NULL : step_set(c, uids, 3);
		if (set == NULL || !note_uids(c, shared, set, "no UID is given to two messages") ||
			!expect_true(c, __LINE__, uids[0] > last, "UIDs ascend")) {
			return;
		}
		last = uids[2];
		const struct roost_message *message =
			step_message(c, __LINE__, inbox, uids[1], ROOST_MESSAGE_CONTENT);
		if (message == NULL || !step_expect_content(c, __LINE__, message->content,
					       mails[1].bytes, mails[1].size)) {
			return;
		}
	}
}

static void append_at_once(struct check *c)
{
	struct shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
	if (threads_run(c, __LINE__, c->options->threads, append_some, &shared)) {
		const struct roost_snapshot *all = step_look(c, __LINE__, "INBOX");
		if (all != NULL) {
			(void)expect_set(
				c, __LINE__, &all->uids, &shared.uids, "messages in the end");
		}
	}
	roost_uidset_clear(&shared.uids);
}

/* Fill INBOX and let several threads at it; the case looks at the outcome. */
static struct roost_mailbox *fill_and_run(
	struct check *c, int line, unsigned messages, threads_fn run, struct shared *shared)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, line, inbox, messages);
	shared->set = uids == NULL ? NULL : step_set(c, uids, messages);
	const struct roost_snapshot *snapshot =
		shared->set == NULL ? NULL : step_snapshot(c, line, inbox);
	if (snapshot == NULL) {
		return NULL;
	}
	shared->modseq = snapshot->highest_modseq;
	return threads_run(c, line, c->options->threads, run, shared) ? inbox : NULL;
}

static void add_own_keyword(struct check *c, unsigned index, void *context)
{
	struct shared *shared = context;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	char keyword[20];
	for (unsigned i = 0; inbox != NULL && i < 5; i++) {
		(void)snprintf(keyword, sizeof(keyword), "k%u.%u", index, i);
		if (!step_store(c, __LINE__, inbox, shared->set, ROOST_FLAGS_ADD, keyword)) {
			return;
		}
	}
}

static void keywords_at_once(struct check *c)
{
	struct shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct roost_mailbox *inbox = fill_and_run(c, __LINE__, 10, add_own_keyword, &shared);
	const struct step_messages *messages =
		inbox == NULL ? NULL : step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_FLAGS);
	for (const struct step_message *m = messages == NULL ? NULL : messages->first; m != NULL;
		m = m->next) {
		if (!expect_equal(c, __LINE__, m->facts.flags.keyword_count,
			    c->options->threads * 5u, "keywords, of which none is lost")) {
			return;
		}
	}
}

static void expunge_some(struct check *c, unsigned index, void *context)
{
	struct shared *shared = context;
	(void)index;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL ||
		!step_store(c, __LINE__, inbox, shared->set, ROOST_FLAGS_ADD, "\\Deleted")) {
		return;
	}
	const struct roost_uidset *expunged = step_expunge(c, __LINE__, inbox, NULL);
	if (expunged != NULL) {
		(void)note_uids(c, shared, expunged, "an expunge is told to one session");
	}
}

static void expunge_at_once(struct check *c)
{
	struct shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct roost_mailbox *inbox = fill_and_run(c, __LINE__, 100, expunge_some, &shared);
	(void)(inbox != NULL &&
		expect_set(c, __LINE__, &shared.uids, shared.set, "what was expunged in all") &&
		step_expect_count(c, __LINE__, inbox, 0));
	roost_uidset_clear(&shared.uids);
}

static void move_all(struct check *c, unsigned index, void *context)
{
	struct shared *shared = context;
	(void)index;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_copy_result *result =
		inbox == NULL ? NULL : step_copy(c, __LINE__, true, inbox, shared->set, "Work");
	if (result != NULL) {
		(void)note_uids(c, shared, &result->source, "a message is moved once");
	}
}

static void move_at_once(struct check *c)
{
	struct shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct roost_mailbox *work = step_create_open(c, __LINE__, "Work");
	struct roost_mailbox *inbox =
		work == NULL ? NULL : fill_and_run(c, __LINE__, 60, move_all, &shared);
	(void)(inbox != NULL &&
		expect_set(c, __LINE__, &shared.uids, shared.set, "what was moved in all") &&
		step_expect_count(c, __LINE__, inbox, 0) &&
		step_expect_count(c, __LINE__, work, 60));
	roost_uidset_clear(&shared.uids);
}

static void copy_across(struct check *c, unsigned index, void *context)
{
	(void)context;
	const char *from = index % 2 == 0 ? "INBOX" : "Work";
	const char *to = index % 2 == 0 ? "Work" : "INBOX";
	struct roost_mailbox *mailbox = step_open(c, __LINE__, from, STEP_SELECT);
	const struct roost_snapshot *snapshot =
		mailbox == NULL ? NULL : step_snapshot(c, __LINE__, mailbox);
	const struct roost_uidset *first =
		snapshot == NULL ? NULL : step_one(c, roost_uidset_first(&snapshot->uids));
	for (unsigned i = 0; first != NULL && i < ROUNDS && !fixture_failed(c); i++) {
		if (step_copy(c, __LINE__, false, mailbox, first, to) == NULL) {
			return;
		}
	}
}

static void copy_both_ways(struct check *c)
{
	struct roost_mailbox *work = step_create_open(c, __LINE__, "Work");
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (work == NULL || inbox == NULL || step_fill(c, __LINE__, work, 1) == NULL ||
		step_fill(c, __LINE__, inbox, 1) == NULL ||
		!threads_run(c, __LINE__, 4, copy_across, NULL)) {
		return;
	}
	(void)(step_expect_count(c, __LINE__, work, 1 + 2 * ROUNDS) &&
		step_expect_count(c, __LINE__, inbox, 1 + 2 * ROUNDS));
}

static void change_if_unchanged(struct check *c, unsigned index, void *context)
{
	struct shared *shared = context;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct roost_uidset *modified = step_set(c, NULL, 0);
	struct roost_uidset *changed = step_set(c, NULL, 0);
	char keyword[20];
	(void)snprintf(keyword, sizeof(keyword), "k%u", index);
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = step_flags(c, keyword),
		.has_unchanged_since = true,
		.unchanged_since = shared->modseq,
	};
	if (inbox == NULL || modified == NULL || changed == NULL) {
		return;
	}
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, shared->set, &change, modified, NULL, NULL);
	if (!expect_ok(c, __LINE__, r, "update_messages_flags with unchanged_since") ||
		roost_uidset_add_set(changed, shared->set) != 0 ||
		roost_uidset_remove_set(changed, modified) != 0) {
		return;
	}
	(void)note_uids(c, shared, changed, "a message is changed by one session only");
}

static void unchanged_since_at_once(struct check *c)
{
	struct shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct roost_mailbox *inbox = fill_and_run(c, __LINE__, 50, change_if_unchanged, &shared);
	if (inbox != NULL) {
		(void)expect_set(c, __LINE__, &shared.uids, shared.set, "messages changed");
	}
	roost_uidset_clear(&shared.uids);
}

/* Make, fill, rename and delete one name; whatever comes of it, nothing breaks. */
static void churn(struct check *c, unsigned index, void *context)
{
	(void)context;
	struct mail mail = mail_number(c, index);
	for (unsigned i = 0; i < ROUNDS && !fixture_failed(c); i++) {
		struct roost_uidset *uids = step_set(c, NULL, 0);
		struct roost_mailbox *mailbox;
		int results[4] = { step_try_create(c, "Churn/Name"), 0, 0, 0 };
		int r = step_try_open(c, "Churn/Name", STEP_SELECT, &mailbox);
		if (r == 0 && uids != NULL) {
			results[1] = step_try_append(c, mailbox, &mail, 1, uids);
			mailbox->ops->close(mailbox);
		}
		if ((c->have & NEED_RENAME_MAILBOX) != 0 && i % 4 == index % 4) {
			results[2] = step_try_rename(c, "Churn", "Other");
		}
		results[3] = step_try_delete(c, i % 2 == 0 ? "Churn/Name" : "Other/Name");
		for (unsigned k = 0; k < 4; k++) {
			if (results[k] != 0 && results[k] != ROOST_ERR_NO_SUCH_MAILBOX &&
				results[k] != ROOST_ERR_MAILBOX_EXISTS) {
				fixture_fail(c, __LINE__, "op %u of the churn: %s", k,
					roost_error_name(results[k]));
				return;
			}
		}
		if (step_list_mailboxes(c, __LINE__, false) == NULL) {
			return;
		}
	}
}

static void mailboxes_at_once(struct check *c)
{
	if (threads_run(c, __LINE__, c->options->threads, churn, NULL)) {
		(void)step_expect_listed(c, __LINE__, "INBOX", 's');
	}
}

static const struct check_case cases[] = {
	{ "snapshot/atomic under concurrent writers", NEED_APPEND, snapshot_atomic },
	{ "concurrent/appends", NEED_APPEND, append_at_once },
	{ "concurrent/keywords", NEED_FLAGGED, keywords_at_once },
	{ "concurrent/expunges", NEED_EXPUNGED, expunge_at_once },
	{ "concurrent/moves of the same messages", NEED_APPEND | NEED_MOVE | NEED_CREATE_MAILBOX,
		move_at_once },
	{ "concurrent/copies both ways", NEED_APPEND | NEED_COPY | NEED_CREATE_MAILBOX,
		copy_both_ways },
	{ "concurrent/unchanged_since", NEED_FLAGGED | NEED_MODSEQ, unchanged_since_at_once },
	{ "concurrent/mailboxes made, renamed and deleted",
		NEED_APPEND | NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX | NEED_HIERARCHY,
		mailboxes_at_once },
};

const struct check_family check_concurrent = { "check_concurrent.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

/* check_try.c - cases about ops that are tried where they may not wait: all or nothing. */
#include "families.h"

#include <sched.h>

#include "expect.h"
#include "step.h"
#include "threads.h"

#define MANY 200
#define ROUNDS 100

/* Facts of different cost. */
static const unsigned fields[] = {
	0,
	ROOST_MESSAGE_FLAGS,
	ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OCTETS |
		ROOST_MESSAGE_MODSEQ | ROOST_MESSAGE_SAVE_DATE | ROOST_MESSAGE_EMAIL_ID |
		ROOST_MESSAGE_THREAD_ID,
	ROOST_MESSAGE_OUTLINE,
	ROOST_MESSAGE_CONTENT,
};

/* List without waiting: every message of the set (of which `count` are there), or WOULD_BLOCK and none. */
static bool try_list(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, unsigned wanted, size_t count)
{
	struct step_messages messages = { 0, NULL, NULL };
	const struct roost_fetch_options options = { .size = sizeof(options), .fields = wanted };
	roost_call_set_may_wait(c->call, false);
	int r = step_try_list(c, mailbox, uids, &options, &messages);
	roost_call_set_may_wait(c->call, true);
	if (r == ROOST_ERR_WOULD_BLOCK) {
		return expect_equal(c, line, messages.count, 0,
			"messages delivered by a list_messages that would block");
	}
	return expect_ok(c, line, r, "list_messages that may not wait") &&
	       expect_equal(c, line, messages.count, count, "messages");
}

static void list(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, MANY);
	const struct roost_uidset *all = step_everything(c);
	const struct roost_uidset *one = uids == NULL ? NULL : step_one(c, uids[MANY / 2]);
	if (all == NULL || one == NULL) {
		return;
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		/* What was tried works where it may wait, and is tried again when more is in memory. */
		for (unsigned again = 0; again < 2; again++) {
			if (!try_list(c, __LINE__, inbox, one, fields[i], 1) ||
				!try_list(c, __LINE__, inbox, all, fields[i], MANY)) {
				return;
			}
			const struct step_messages *listed =
				step_list(c, __LINE__, inbox, all, fields[i]);
			if (listed == NULL ||
				!expect_equal(c, __LINE__, listed->count, MANY, "messages")) {
				return;
			}
		}
	}
}

static void poll(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL) {
		return;
	}
	for (unsigned again = 0; again < 2; again++) {
		roost_call_set_may_wait(c->call, false);
		int r = inbox->ops->poll(inbox, c->call);
		roost_call_set_may_wait(c->call, true);
		if (r != ROOST_ERR_WOULD_BLOCK &&
			!expect_ok(c, __LINE__, r, "poll that may not wait")) {
			return;
		}
		if (!expect_ok(c, __LINE__, inbox->ops->poll(inbox, c->call), "poll")) {
			return;
		}
	}
}

/* Search without waiting: what is found when it may wait, or WOULD_BLOCK and nothing. */
static bool try_search(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *tried, struct roost_uidset *found)
{
	roost_call_set_may_wait(c->call, false);
	int r = mailbox->ops->search_messages(mailbox, c->call, search, within, tried);
	roost_call_set_may_wait(c->call, true);
	int waited = mailbox->ops->search_messages(mailbox, c->call, search, within, found);
	if (!expect_ok(c, line, waited, "search_messages")) {
		return false;
	}
	if (r == ROOST_ERR_WOULD_BLOCK) {
		return expect_equal(c, line, roost_uidset_size(tried), 0,
			"messages found by a search_messages that would block");
	}
	return expect_ok(c, line, r, "search_messages that may not wait") &&
	       expect_true(c, line, roost_uidset_equal(tried, found),
		       "a search that may not wait finds all");
}

static void search(struct check *c)
{
	static const struct roost_search searches[] = {
		{ .size = sizeof(*searches), .key = ROOST_SEARCH_ALL },
		{ .size = sizeof(*searches),
			.key = ROOST_SEARCH_FLAG,
			.system_flag = ROOST_FLAG_SEEN },
		{ .size = sizeof(*searches), .key = ROOST_SEARCH_LARGER, .number = 1 },
		{ .size = sizeof(*searches), .key = ROOST_SEARCH_SAVED_SINCE, .day = 1 },
		{ .size = sizeof(*searches), .key = ROOST_SEARCH_TEXT, .text = "e" },
	};
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, MANY);
	const struct roost_uidset *all = step_everything(c);
	const struct roost_uidset *one = uids == NULL ? NULL : step_one(c, uids[MANY / 2]);
	bool good = all != NULL && one != NULL;
	for (size_t i = 0; good && i < 2 * sizeof(searches) / sizeof(searches[0]); i++) {
		struct roost_uidset tried = ROOST_UIDSET_EMPTY, found = ROOST_UIDSET_EMPTY;
		good = try_search(c, __LINE__, inbox, &searches[i / 2], i % 2 == 0 ? all : one,
			&tried, &found);
		roost_uidset_clear(&tried);
		roost_uidset_clear(&found);
	}
}

struct traffic {
	unsigned writing; /* atomic */
	uint32_t first; /* a message that stays, and whose flags change */
};

static void write_flags(struct check *c, struct traffic *traffic)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_APPEND);
	const struct roost_uidset *one = step_one(c, traffic->first);
	for (unsigned i = 0; inbox != NULL && one != NULL && i < ROUNDS; i++) {
		enum roost_flags_mode mode = i % 2 == 0 ? ROOST_FLAGS_ADD : ROOST_FLAGS_REMOVE;
		if (!step_store(c, __LINE__, inbox, one, mode, "\\Flagged") ||
			!step_append_flagged(c, __LINE__, inbox, i, "")) {
			break;
		}
	}
	__atomic_store_n(&traffic->writing, 0, __ATOMIC_SEQ_CST);
}

static void read_flags(struct check *c, struct traffic *traffic)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_uidset *one = step_one(c, traffic->first);
	while (inbox != NULL && one != NULL &&
		__atomic_load_n(&traffic->writing, __ATOMIC_SEQ_CST) != 0 &&
		try_list(c, __LINE__, inbox, one, ROOST_MESSAGE_FLAGS, 1) &&
		step_list(c, __LINE__, inbox, one, ROOST_MESSAGE_FLAGS) != NULL) {
		(void)sched_yield();
	}
}

static void read_or_write(struct check *c, unsigned index, void *context)
{
	if (index == 0) {
		write_flags(c, context);
	} else {
		read_flags(c, context);
	}
}

static void beside_a_writer(struct check *c)
{
	struct traffic traffic = { .writing = 1 };
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 1);
	if (uids == NULL) {
		return;
	}
	traffic.first = uids[0];
	(void)threads_run(c, __LINE__, 3, read_or_write, &traffic);
}

static const struct check_case cases[] = {
	{ "try/list is all or nothing", NEED_TRIES | NEED_APPEND, list },
	{ "try/poll", NEED_TRIES | NEED_POLL, poll },
	{ "try/search is all or nothing", NEED_TRIES_SEARCH | NEED_SEARCH | NEED_APPEND, search },
	{ "try/list beside a writer", NEED_TRIES | NEED_FLAGGED, beside_a_writer },
};

const struct check_family check_try = { "check_try.c", cases, sizeof(cases) / sizeof(cases[0]) };

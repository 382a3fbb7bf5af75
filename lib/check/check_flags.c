/* check_flags.c - cases about update_messages_flags. */
#include "families.h"

#include <stdio.h>

#include "expect.h"
#include "step.h"

/* Open INBOX with one message of these flags; its UID goes to `uid_out`. */
static struct roost_mailbox *with_message(
	struct check *c, int line, const char *flags, uint32_t *uid_out)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	*uid_out = inbox == NULL ? 0 : step_append_flagged(c, line, inbox, 1, flags);
	return *uid_out == 0 ? NULL : inbox;
}

struct change_row {
	const char *before;
	enum roost_flags_mode mode;
	const char *flags;
	const char *after;
};

/* Each row on a message of its own. */
static void run_table(struct check *c, const struct change_row *table, size_t count)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	for (size_t i = 0; inbox != NULL && i < count; i++) {
		uint32_t uid =
			step_append_flagged(c, __LINE__, inbox, (unsigned)i, table[i].before);
		const struct roost_uidset *one = uid == 0 ? NULL : step_one(c, uid);
		if (one == NULL ||
			!step_store(c, __LINE__, inbox, one, table[i].mode, table[i].flags)) {
			return;
		}
		const struct roost_message *message =
			step_message(c, __LINE__, inbox, uid, ROOST_MESSAGE_FLAGS);
		char what[200];
		(void)snprintf(what, sizeof(what), "(%s) %s (%s)", table[i].before,
			table[i].mode == ROOST_FLAGS_SET   ? "set to"
			: table[i].mode == ROOST_FLAGS_ADD ? "with"
							   : "without",
			table[i].flags);
		if (message == NULL ||
			!expect_flags(c, __LINE__, &message->flags, table[i].after, what)) {
			return;
		}
	}
}

static void algebra_set(struct check *c)
{
	static const struct change_row table[] = {
		{ "", ROOST_FLAGS_SET, "\\Seen", "\\Seen" },
		{ "\\Seen", ROOST_FLAGS_SET, "\\Flagged", "\\Flagged" },
		{ "\\Seen Work", ROOST_FLAGS_SET, "\\Draft Home", "\\Draft Home" },
		{ "\\Seen \\Deleted Work", ROOST_FLAGS_SET, "", "" },
		{ "Work Home", ROOST_FLAGS_SET, "Home", "Home" },
		{ "Work", ROOST_FLAGS_SET, "\\Seen", "\\Seen" },
		{ "", ROOST_FLAGS_SET,
			"\\Seen \\Answered \\Flagged \\Deleted \\Draft $Forwarded a b c",
			"\\Seen \\Answered \\Flagged \\Deleted \\Draft $Forwarded a b c" },
	};
	run_table(c, table, sizeof(table) / sizeof(table[0]));
}

static void algebra_add(struct check *c)
{
	static const struct change_row table[] = {
		{ "", ROOST_FLAGS_ADD, "\\Seen", "\\Seen" },
		{ "\\Seen", ROOST_FLAGS_ADD, "\\Seen", "\\Seen" },
		{ "\\Seen", ROOST_FLAGS_ADD, "\\Flagged Work", "\\Seen \\Flagged Work" },
		{ "Work", ROOST_FLAGS_ADD, "Home", "Work Home" },
		{ "Work", ROOST_FLAGS_ADD, "Work", "Work" },
		{ "\\Seen Work", ROOST_FLAGS_ADD, "", "\\Seen Work" },
		{ "a b", ROOST_FLAGS_ADD, "c b a", "a b c" },
	};
	run_table(c, table, sizeof(table) / sizeof(table[0]));
}

static void algebra_remove(struct check *c)
{
	static const struct change_row table[] = {
		{ "\\Seen", ROOST_FLAGS_REMOVE, "\\Seen", "" },
		{ "\\Seen \\Flagged", ROOST_FLAGS_REMOVE, "\\Flagged \\Draft", "\\Seen" },
		{ "", ROOST_FLAGS_REMOVE, "\\Seen Work", "" },
		{ "Work Home", ROOST_FLAGS_REMOVE, "Work", "Home" },
		{ "Work", ROOST_FLAGS_REMOVE, "Workshop", "Work" },
		{ "\\Seen Work", ROOST_FLAGS_REMOVE, "", "\\Seen Work" },
		{ "a b c", ROOST_FLAGS_REMOVE, "c a", "b" },
	};
	run_table(c, table, sizeof(table) / sizeof(table[0]));
}

static void keyword_case(struct check *c)
{
	static const struct change_row table[] = {
		{ "$Forwarded", ROOST_FLAGS_ADD, "$FORWARDED", "$Forwarded" },
		{ "Work", ROOST_FLAGS_REMOVE, "wORK", "" },
		{ "Work Home", ROOST_FLAGS_SET, "work", "Work" },
	};
	run_table(c, table, sizeof(table) / sizeof(table[0]));
}

static void only_the_set(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 6);
	if (uids == NULL) {
		return;
	}
	const uint32_t picked[] = { uids[1], uids[4] };
	if (!step_store(c, __LINE__, inbox, step_set(c, picked, 2), ROOST_FLAGS_ADD,
		    "\\Flagged Work")) {
		return;
	}
	for (unsigned i = 0; i < 6; i++) {
		if (!step_expect_flags(c, __LINE__, inbox, uids[i],
			    i == 1 || i == 4 ? "\\Flagged Work" : "")) {
			return;
		}
	}
}

static void passes_over_gone(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 4);
	if (uids == NULL || !step_remove(c, __LINE__, inbox, step_set(c, uids + 1, 2))) {
		return;
	}
	struct roost_uidset *all = step_everything(c);
	const struct roost_uidset *gone = step_set(c, uids + 1, 2);
	(void)(all != NULL && gone != NULL &&
		step_store(c, __LINE__, inbox, all, ROOST_FLAGS_SET, "\\Seen") &&
		step_store(c, __LINE__, inbox, gone, ROOST_FLAGS_SET, "\\Flagged") &&
		step_expect_flags(c, __LINE__, inbox, uids[0], "\\Seen") &&
		step_expect_flags(c, __LINE__, inbox, uids[3], "\\Seen") &&
		step_expect_count(c, __LINE__, inbox, 2));
}

static void delivers_new_flags(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3) };
	mails[0].flags = "\\Seen";
	mails[2].flags = "Work \\Draft";
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 3);
	struct step_messages messages = { 0, NULL, NULL };
	struct step_collector collector = { c, &messages };
	struct roost_uidset *modified = step_set(c, NULL, 0);
	const struct roost_uidset *all = step_everything(c);
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = step_flags(c, "\\Seen Home"),
	};
	if (uids == NULL || modified == NULL || all == NULL) {
		return;
	}
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, all, &change, modified, step_collect, &collector);
	static const char *const after[] = { "\\Seen Home", "\\Seen Home",
		"\\Seen \\Draft Work Home" };
	if (!expect_ok(c, __LINE__, r, "update_messages_flags") ||
		!expect_equal(c, __LINE__, messages.count, 3, "messages delivered")) {
		return;
	}
	const struct step_message *m = messages.first;
	for (unsigned i = 0; i < 3; i++, m = m->next) {
		if (!expect_equal(c, __LINE__, m->facts.uid, uids[i], "UID delivered") ||
			!expect_true(c, __LINE__, (m->facts.has & ROOST_MESSAGE_FLAGS) != 0,
				"the flags are delivered") ||
			!expect_flags(c, __LINE__, &m->facts.flags, after[i], "flags delivered")) {
			return;
		}
	}
}

static int stop_at_once(void *context, const struct roost_message *message)
{
	unsigned *calls = context;
	(void)message;
	(*calls)++;
	return ROOST_STOP;
}

static void stop_changes_all(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	struct roost_uidset *modified = step_set(c, NULL, 0);
	const struct roost_uidset *all = step_everything(c);
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_SEEN },
	};
	unsigned calls = 0;
	if (uids == NULL || modified == NULL || all == NULL) {
		return;
	}
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, all, &change, modified, stop_at_once, &calls);
	(void)(expect_ok(c, __LINE__, r, "update_messages_flags told to stop delivering") &&
		expect_equal(c, __LINE__, calls, 1, "messages delivered") &&
		step_expect_flags(c, __LINE__, inbox, uids[0], "\\Seen") &&
		step_expect_flags(c, __LINE__, inbox, uids[2], "\\Seen"));
}

static void read_only(struct check *c)
{
	uint32_t uid;
	if (with_message(c, __LINE__, "\\Flagged", &uid) == NULL) {
		return;
	}
	struct roost_mailbox *examined = step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	(void)(examined != NULL &&
		expect_error(c, __LINE__,
			step_try_store(c, examined, step_one(c, uid), ROOST_FLAGS_ADD, "\\Seen"),
			ROOST_ERR_READ_ONLY, "changing flags through a read-only handle") &&
		step_expect_flags(c, __LINE__, examined, uid, "\\Flagged"));
}

static void many_keywords(struct check *c)
{
	uint32_t uid;
	struct roost_mailbox *inbox = with_message(c, __LINE__, "", &uid);
	char keywords[100 * 8] = "";
	size_t length = 0;
	for (unsigned i = 0; i < 100; i++) {
		length += (size_t)snprintf(keywords + length, sizeof(keywords) - length, "%sk%u",
			i == 0 ? "" : " ", i);
	}
	const struct roost_uidset *one = inbox == NULL ? NULL : step_one(c, uid);
	if (one == NULL) {
		return;
	}
	int r = step_try_store(c, inbox, one, ROOST_FLAGS_ADD, keywords);
	if (r == ROOST_ERR_LIMIT) {
		(void)step_expect_flags(c, __LINE__, inbox, uid, "");
		return;
	}
	(void)(expect_ok(c, __LINE__, r, "100 keywords") &&
		step_expect_flags(c, __LINE__, inbox, uid, keywords));
}

static void keywords_of_others_stay(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	uint32_t a = inbox == NULL ? 0 : step_append_flagged(c, __LINE__, inbox, 1, "Work Home");
	uint32_t b = a == 0 ? 0 : step_append_flagged(c, __LINE__, inbox, 2, "Home Work");
	(void)(b != 0 &&
		step_store(c, __LINE__, inbox, step_one(c, a), ROOST_FLAGS_REMOVE, "Work") &&
		step_store(c, __LINE__, inbox, step_one(c, a), ROOST_FLAGS_ADD, "Garden") &&
		step_expect_flags(c, __LINE__, inbox, a, "Home Garden") &&
		step_expect_flags(c, __LINE__, inbox, b, "Work Home"));
}

static void recent_is_no_flag(struct check *c)
{
	uint32_t uid;
	struct roost_mailbox *inbox = with_message(c, __LINE__, "", &uid);
	const struct roost_uidset *one = inbox == NULL ? NULL : step_one(c, uid);
	if (one == NULL || !step_store(c, __LINE__, inbox, one, ROOST_FLAGS_SET, "\\Seen Work")) {
		return;
	}
	const struct roost_snapshot *looked = step_look(c, __LINE__, "INBOX");
	if (looked == NULL ||
		!expect_set(c, __LINE__, &looked->recent, one, "recent after STORE")) {
		return;
	}
	const struct roost_snapshot *taken = step_snapshot(c, __LINE__, inbox);
	if (taken == NULL || !step_store(c, __LINE__, inbox, one, ROOST_FLAGS_SET, "")) {
		return;
	}
	looked = step_look(c, __LINE__, "INBOX");
	if (looked != NULL) {
		(void)expect_equal(c, __LINE__, roost_uidset_size(&looked->recent), 0,
			"recent after STORE, when it was taken");
	}
}

static void counts_follow(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 4);
	if (uids == NULL) {
		return;
	}
	const struct {
		unsigned from, count;
		enum roost_flags_mode mode;
		const char *flags;
		uint64_t unseen;
		uint32_t first;
	} table[] = {
		{ 0, 1, ROOST_FLAGS_ADD, "\\Seen", 3, uids[1] },
		{ 0, 1, ROOST_FLAGS_ADD, "\\Seen", 3, uids[1] },
		{ 1, 2, ROOST_FLAGS_SET, "\\Seen Work", 1, uids[3] },
		{ 3, 1, ROOST_FLAGS_ADD, "\\Seen", 0, 0 },
		{ 0, 4, ROOST_FLAGS_SET, "\\Flagged", 4, uids[0] },
		{ 2, 1, ROOST_FLAGS_ADD, "\\Seen", 3, uids[0] },
		{ 2, 1, ROOST_FLAGS_REMOVE, "\\Seen", 4, uids[0] },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!step_store(c, __LINE__, inbox,
			    step_set(c, uids + table[i].from, table[i].count), table[i].mode,
			    table[i].flags)) {
			return;
		}
		const struct roost_snapshot *snapshot = step_snapshot(c, __LINE__, inbox);
		if (snapshot == NULL ||
			!expect_equal(
				c, __LINE__, snapshot->unseen_count, table[i].unseen, "unseen") ||
			!expect_equal(c, __LINE__, snapshot->first_unseen, table[i].first,
				"first unseen")) {
			return;
		}
	}
}

static void facts_stay(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2) };
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 2);
	if (uids == NULL || !step_store(c, __LINE__, inbox, step_set(c, uids, 2), ROOST_FLAGS_SET,
				    "\\Answered Work")) {
		return;
	}
	mails[0].flags = mails[1].flags = "\\Answered Work";
	(void)step_expect_mails(c, __LINE__, inbox, mails, 2);
}

static const struct check_case cases[] = {
	{ "flags/set replaces all", NEED_FLAGGED, algebra_set },
	{ "flags/add", NEED_FLAGGED, algebra_add },
	{ "flags/remove", NEED_FLAGGED, algebra_remove },
	{ "flags/keywords in any case, spelled as they came first", NEED_FLAGGED, keyword_case },
	{ "flags/only of the messages in the set", NEED_FLAGGED, only_the_set },
	{ "flags/passes over messages that are gone", NEED_EXPUNGED, passes_over_gone },
	{ "flags/new flags are delivered, ascending", NEED_FLAGGED, delivers_new_flags },
	{ "flags/STOP ends the delivery, not the change", NEED_FLAGGED, stop_changes_all },
	{ "flags/read-only handle", NEED_FLAGGED, read_only },
	{ "flags/many keywords", NEED_FLAGGED, many_keywords },
	{ "flags/keywords of other messages stay", NEED_FLAGGED, keywords_of_others_stay },
	{ "flags/\\Recent is none", NEED_FLAGGED, recent_is_no_flag },
	{ "flags/unseen follows", NEED_FLAGGED, counts_follow },
	{ "flags/all else stays", NEED_FLAGGED, facts_stay },
};

const struct check_family check_flags = { "check_flags.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

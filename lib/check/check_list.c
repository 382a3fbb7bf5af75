/* check_list.c - cases about list_messages. */
#include "families.h"

#include "expect.h"
#include "step.h"
#include "threads.h"

static void only_asked(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 12);
	if (uids == NULL) {
		return;
	}
	static const unsigned picks[] = { 0, 2, 3, 7, 11 };
	uint32_t picked[5];
	for (unsigned i = 0; i < 5; i++) {
		picked[i] = uids[picks[i]];
	}
	const struct roost_uidset *set = step_set(c, picked, 5);
	const struct step_messages *messages =
		set == NULL ? NULL : step_list(c, __LINE__, inbox, set, 0);
	if (messages == NULL || !expect_equal(c, __LINE__, messages->count, 5, "messages")) {
		return;
	}
	const struct step_message *m = messages->first;
	for (unsigned i = 0; i < 5; i++, m = m->next) {
		if (!expect_equal(c, __LINE__, m->facts.uid, picked[i], "UID")) {
			return;
		}
	}
}

static void odd_sets(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 3);
	if (uids == NULL) {
		return;
	}
	const uint32_t high[] = { uids[2] + 1, UINT32_MAX };
	const uint32_t gaps[] = { uids[0], uids[2], uids[2] + 10, UINT32_MAX };
	const struct {
		const struct roost_uidset *set;
		uint64_t count;
		const char *what;
	} table[] = {
		{ step_set(c, NULL, 0), 0, "messages of the empty set" },
		{ step_set(c, high, 2), 0, "messages of UIDs above the last" },
		{ step_set(c, gaps, 4), 2, "messages of a set with gaps" },
		{ step_everything(c), 3, "messages of 1:4294967295" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct step_messages *messages =
			table[i].set == NULL
				? NULL
				: step_list(c, __LINE__, inbox, table[i].set, ROOST_MESSAGE_FLAGS);
		if (messages == NULL || !expect_equal(c, __LINE__, messages->count, table[i].count,
						table[i].what)) {
			return;
		}
	}
}

static void many_gaps(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 400);
	struct roost_uidset *odd = step_set(c, NULL, 0);
	for (unsigned i = 0; uids != NULL && odd != NULL && i < 400; i += 2) {
		if (roost_uidset_add(odd, uids[i]) != 0) {
			return;
		}
	}
	if (uids == NULL || odd == NULL || !step_remove(c, __LINE__, inbox, odd) ||
		!step_expect_count(c, __LINE__, inbox, 200)) {
		return;
	}
	const struct step_messages *messages = step_list(c, __LINE__, inbox, odd, 0);
	if (messages != NULL) {
		(void)expect_equal(c, __LINE__, messages->count, 0, "expunged messages listed");
	}
}

struct stopper {
	struct check *c;
	unsigned calls, stop_after;
	int answer;
	uint32_t last;
};

static int stop_soon(void *context, const struct roost_message *message)
{
	struct stopper *stopper = context;
	stopper->last = message->uid;
	return ++stopper->calls >= stopper->stop_after ? stopper->answer : 0;
}

static void stop_honoured(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 8);
	const struct roost_uidset *all = step_everything(c);
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_CONTENT,
	};
	if (uids == NULL || all == NULL) {
		return;
	}
	for (unsigned after = 1; after <= 8; after += 3) {
		struct stopper stopper = { c, 0, after, ROOST_STOP, 0 };
		int r = inbox->ops->list_messages(
			inbox, c->call, all, &options, stop_soon, &stopper);
		if (!expect_ok(c, __LINE__, r, "list_messages told to stop") ||
			!expect_equal(c, __LINE__, stopper.calls, after, "messages delivered") ||
			!expect_equal(c, __LINE__, stopper.last, uids[after - 1], "last UID")) {
			return;
		}
	}
}

static void error_returned(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_uidset *all = step_everything(c);
	struct roost_fetch_options options = { .size = sizeof(options) };
	if (inbox == NULL || all == NULL || step_fill(c, __LINE__, inbox, 4) == NULL) {
		return;
	}
	struct stopper stopper = { c, 0, 2, ROOST_ERR_OVER_QUOTA, 0 };
	int r = inbox->ops->list_messages(inbox, c->call, all, &options, stop_soon, &stopper);
	if (expect_error(
		    c, __LINE__, r, ROOST_ERR_OVER_QUOTA, "list_messages with deliver's error")) {
		(void)expect_equal(c, __LINE__, stopper.calls, 2, "messages delivered");
	}
}

static void fields_honoured(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL || step_fill(c, __LINE__, inbox, 2) == NULL) {
		return;
	}
	for (unsigned bit = 0; bit <= 9; bit++) {
		unsigned fields = bit == 9 ? 0x1ff : 1u << bit;
		const struct step_messages *messages = step_list(c, __LINE__, inbox, NULL, fields);
		if (messages == NULL ||
			!expect_equal(c, __LINE__, messages->count, 2, "messages")) {
			return;
		}
		const struct roost_message *facts = &messages->first->facts;
		if ((facts->has & ~0x1ffu) != 0 ||
			((facts->has & ROOST_MESSAGE_CONTENT) != 0 && facts->content == NULL) ||
			((facts->has & ROOST_MESSAGE_MODSEQ) != 0 && facts->modseq == 0) ||
			((facts->has & ROOST_MESSAGE_EMAIL_ID) != 0 && facts->email_id.size == 0)) {
			fixture_fail(c, __LINE__, "fields %x: a member that is told is not set",
				facts->has);
			return;
		}
	}
}

static void octets(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[MAIL_SAMPLES];
	mail_samples(mails);
	if (inbox == NULL || step_append(c, __LINE__, inbox, mails, MAIL_SAMPLES) == NULL) {
		return;
	}
	const struct step_messages *messages =
		step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_OCTETS | ROOST_MESSAGE_CONTENT);
	size_t i = 0;
	for (const struct step_message *m = messages == NULL ? NULL : messages->first; m != NULL;
		m = m->next, i++) {
		if (!expect_equal(c, __LINE__, m->facts.octets, mails[i].size, "octets") ||
			!expect_equal(c, __LINE__, m->facts.content->size, mails[i].size,
				"size of the content")) {
			return;
		}
	}
}

static void call_everything(struct check *c, unsigned index, void *context)
{
	(void)index;
	(void)context;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 1);
	if (uids == NULL || step_snapshot(c, __LINE__, inbox) == NULL ||
		step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_FLAGS) == NULL ||
		step_list_mailboxes(c, __LINE__, false) == NULL) {
		return;
	}
	if ((c->have & NEED_EXPUNGED) == NEED_EXPUNGED) {
		(void)step_remove(c, __LINE__, inbox, step_set(c, uids, 1));
	}
	if ((c->have & NEED_CREATE_MAILBOX) != 0) {
		(void)step_create(c, __LINE__, "Made meanwhile");
	}
}

struct pair {
	struct check *c, *other;
	unsigned calls;
};

static int call_from_deliver(void *context, const struct roost_message *message)
{
	struct pair *pair = context;
	(void)message;
	if (pair->calls++ == 0 &&
		!threads_aside(pair->c, __LINE__, pair->other, call_everything, NULL)) {
		return ROOST_STOP;
	}
	return 0;
}

static int call_from_list(void *context, const struct roost_mailbox_info *info)
{
	(void)info;
	return call_from_deliver(context, NULL);
}

static void lists_hold_no_lock(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_uidset *all = step_everything(c);
	struct roost_fetch_options options = { .size = sizeof(options) };
	struct pair pair = { c, fixture_session(c, __LINE__), 0 };
	if (inbox == NULL || all == NULL || pair.other == NULL ||
		step_fill(c, __LINE__, inbox, 3) == NULL) {
		return;
	}
	int r = inbox->ops->list_messages(inbox, c->call, all, &options, call_from_deliver, &pair);
	if (expect_ok(c, __LINE__, r, "list_messages during which other ops run")) {
		(void)expect_true(c, __LINE__, pair.calls >= 3, "the messages are delivered");
	}
}

static void list_mailboxes_holds_no_lock(struct check *c)
{
	static const struct roost_list_options options = { .size = sizeof(options) };
	struct pair pair = { c, fixture_session(c, __LINE__), 0 };
	if (pair.other != NULL) {
		int r = c->user->ops->list_mailboxes(
			c->user, c->call, &options, call_from_list, &pair);
		(void)expect_ok(c, __LINE__, r, "list_mailboxes during which other ops run");
	}
}

static void flags_hold_no_lock(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_uidset *all = step_everything(c);
	struct pair pair = { c, fixture_session(c, __LINE__), 0 };
	struct roost_uidset *modified = step_set(c, NULL, 0);
	if (inbox == NULL || all == NULL || pair.other == NULL || modified == NULL ||
		step_fill(c, __LINE__, inbox, 3) == NULL) {
		return;
	}
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_SEEN },
	};
	int r = inbox->ops->update_messages_flags(
		inbox, c->call, all, &change, modified, call_from_deliver, &pair);
	(void)(expect_ok(c, __LINE__, r, "update_messages_flags during which other ops run") &&
		expect_equal(c, __LINE__, pair.calls, 3, "messages delivered"));
}

struct remover {
	struct check *c;
	struct roost_mailbox *mailbox;
	const uint32_t *uids;
	unsigned calls;
	struct step_collector collector;
};

/* At the first message, expunge the second and the last. */
static int remove_from_deliver(void *context, const struct roost_message *message)
{
	struct remover *remover = context;
	const uint32_t gone[] = { remover->uids[1], remover->uids[5] };
	if (remover->calls++ == 0 && !step_remove(remover->c, __LINE__, remover->mailbox,
					     step_set(remover->c, gone, 2))) {
		return ROOST_ERR_INVALID;
	}
	return step_collect(&remover->collector, message);
}

static void expunged_meanwhile(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct check *other = fixture_session(c, __LINE__);
	struct step_messages messages = { 0, NULL, NULL };
	struct remover remover = { .c = other, .collector = { c, &messages } };
	const struct roost_uidset *all = step_everything(c);
	remover.mailbox = other == NULL ? NULL : step_open(other, __LINE__, "INBOX", STEP_SELECT);
	remover.uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 6);
	if (remover.mailbox == NULL || remover.uids == NULL || all == NULL) {
		return;
	}
	struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_CONTENT,
	};
	int r = inbox->ops->list_messages(
		inbox, c->call, all, &options, remove_from_deliver, &remover);
	if (!expect_ok(c, __LINE__, r, "list_messages while messages are expunged") ||
		!expect_true(c, __LINE__, messages.count >= 4 && messages.count <= 6,
			"the messages that stay are delivered")) {
		return;
	}
	for (const struct step_message *m = messages.first; m != NULL; m = m->next) {
		unsigned i = 0;
		while (i < 5 && remover.uids[i] != m->facts.uid) {
			i++;
		}
		struct mail mail = mail_number(c, i + 1);
		if (!step_expect_content(c, __LINE__, m->facts.content, mail.bytes, mail.size)) {
			return;
		}
	}
}

static const struct check_case cases[] = {
	{ "list/ascending and only what was asked for", NEED_APPEND, only_asked },
	{ "list/empty, whole and unknown sets", NEED_APPEND, odd_sets },
	{ "list/passes over what is gone", NEED_EXPUNGED, many_gaps },
	{ "list/STOP is honoured", NEED_APPEND, stop_honoured },
	{ "list/error of deliver is returned", NEED_APPEND, error_returned },
	{ "list/options fields are honoured", NEED_APPEND, fields_honoured },
	{ "list/octets are the size of the content", NEED_APPEND, octets },
	{ "list/holds no lock during deliver", NEED_APPEND, lists_hold_no_lock },
	{ "list/messages expunged meanwhile", NEED_EXPUNGED, expunged_meanwhile },
	{ "list_mailboxes/holds no lock during deliver", NEED_APPEND,
		list_mailboxes_holds_no_lock },
	{ "flags/hold no lock during deliver", NEED_FLAGGED, flags_hold_no_lock },
};

const struct check_family check_list = { "check_list.c", cases, sizeof(cases) / sizeof(cases[0]) };

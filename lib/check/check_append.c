/* check_append.c - cases about storing messages. */
#include "families.h"

#include <stdlib.h>

#include "expect.h"
#include "step.h"

static void store_and_compare(struct check *c, const struct mail *mails, size_t n)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox != NULL && step_append(c, __LINE__, inbox, mails, n) != NULL) {
		(void)step_expect_mails(c, __LINE__, inbox, mails, n);
	}
}

static void content_identical(struct check *c)
{
	static const char all_kinds[] = "Subject: NUL \0 and 8-bit \x80\xff\r\n\r\na\0b\r\n\0";
	struct mail mails[] = {
		mail_text("Subject: CRLF\r\n\r\nbody\r\n"),
		mail_text("Subject: LF\n\nbody\n"),
		mail_text("Subject: CR\r\rbody\r"),
		mail_text("Subject: mixed\r\n\nbody\r.\r\n.\r\n..\n"),
		mail_text("Subject: no line end"),
		mail_text("no header at all"),
		mail_text("\r\n"),
		mail_text("\r\n\r\n"),
		mail_text("From someone@example.org Mon Sep 9 2001\nSubject: mbox\n\n>From me\n"),
		mail_text("Subject: spaces \t \r\n\r\n trailing  \r\n\r\n\r\n"),
		mail_text(all_kinds),
	};
	mails[10].size = sizeof(all_kinds) - 1;
	store_and_compare(c, mails, sizeof(mails) / sizeof(mails[0]));
}

static void all_bytes(struct check *c)
{
	unsigned char *bytes = fixture_alloc(c, 512);
	if (bytes == NULL) {
		return;
	}
	for (unsigned i = 0; i < 512; i++) {
		bytes[i] = (unsigned char)(i < 256 ? i : 511 - i);
	}
	struct mail mail = mail_text("");
	mail.bytes = bytes;
	mail.size = 512;
	store_and_compare(c, &mail, 1);
}

static void empty_message(struct check *c)
{
	struct mail mail = mail_text("");
	store_and_compare(c, &mail, 1);
}

static void large_message(struct check *c)
{
	if (c->options->append_limit != 0 && c->options->append_limit < (1u << 20) + 1) {
		fixture_skip(c, "the append limit is below 1 MiB");
		return;
	}
	struct mail mails[] = { mail_of_size(c, 1u << 20, 1), mail_of_size(c, (1u << 20) + 1, 2),
		mail_of_size(c, 65535, 3), mail_of_size(c, 65536, 4), mail_of_size(c, 65537, 5) };
	if (mails[4].bytes != NULL) {
		store_and_compare(c, mails, sizeof(mails) / sizeof(mails[0]));
	}
}

static void dates(struct check *c)
{
	static const struct roost_time table[] = { { 0, 0 }, { 1, -720 }, { 1000000000, 330 },
		{ 1000000000, 840 }, { 2147483648, 60 }, { 4102444800, -210 }, { -86400, 0 },
		{ 951825600, 765 }, { 253402300799, 0 }, { -2208988800, 1 } };
	enum { COUNT = sizeof(table) / sizeof(table[0]) };
	struct mail mails[COUNT];
	for (unsigned i = 0; i < COUNT; i++) {
		mails[i] = mail_number(c, i);
		mails[i].date = table[i];
	}
	store_and_compare(c, mails, COUNT);
}

static void flags(struct check *c)
{
	static const char *const table[] = { "", "\\Seen", "\\Answered", "\\Flagged", "\\Deleted",
		"\\Draft", "\\Seen \\Answered \\Flagged \\Deleted \\Draft", "Work",
		"$Forwarded $MDNSent NonJunk", "\\Flagged a b c d e f g h" };
	enum { COUNT = sizeof(table) / sizeof(table[0]) };
	struct mail mails[COUNT];
	for (unsigned i = 0; i < COUNT; i++) {
		mails[i] = mail_number(c, i);
		mails[i].flags = table[i];
	}
	store_and_compare(c, mails, COUNT);
}

static void batch_order(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[30];
	for (unsigned i = 0; i < 30; i++) {
		mails[i] = mail_number(c, i * 7 % 30);
		mails[i].flags = i % 3 == 0 ? "\\Seen" : "Work";
	}
	const uint32_t *first = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 10);
	const uint32_t *second =
		first == NULL ? NULL : step_append(c, __LINE__, inbox, mails + 10, 20);
	(void)(second != NULL &&
		expect_true(c, __LINE__, second[0] > first[9], "later messages have higher UIDs") &&
		step_expect_mails(c, __LINE__, inbox, mails, 30));
}

static void given_uids(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_snapshot *before =
		inbox == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	const uint32_t *uids = before == NULL ? NULL : step_fill(c, __LINE__, inbox, 5);
	const struct roost_snapshot *after =
		uids == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	(void)(after != NULL &&
		expect_set(c, __LINE__, &after->uids, step_set(c, uids, 5), "UIDs given") &&
		expect_true(c, __LINE__, uids[0] >= before->uid_next,
			"the first UID is not below the uid_next that was told"));
}

static void keeps_outline(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[MAIL_SAMPLES];
	mail_samples(mails);
	const uint32_t *uids =
		inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, MAIL_SAMPLES);
	const struct step_messages *messages =
		uids == NULL ? NULL
			     : step_list(c, __LINE__, inbox, NULL,
				       ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT);
	if (messages == NULL ||
		!expect_equal(c, __LINE__, messages->count, MAIL_SAMPLES, "messages")) {
		return;
	}
	for (const struct step_message *m = messages->first; m != NULL; m = m->next) {
		if ((m->facts.has & ROOST_MESSAGE_OUTLINE) == 0 || m->facts.outline == NULL) {
			fixture_skip(c, "the backend keeps no outlines");
			return;
		}
		struct roost_outline opened;
		int r = roost_outline_open(m->facts.outline, m->facts.outline_size, &opened);
		if (!expect_ok(c, __LINE__, r, "opening the outline that was delivered")) {
			return;
		}
		void *made = NULL;
		size_t size = 0;
		r = roost_outline_create(m->facts.content, &made, &size);
		bool same = expect_ok(c, __LINE__, r, "making the outline anew") &&
			    expect_bytes(c, __LINE__, m->facts.outline, m->facts.outline_size, made,
				    size, "outline");
		free(made);
		if (!same) {
			return;
		}
	}
}

static void many_messages(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_fill(c, __LINE__, inbox, 500);
	for (unsigned i = 1; uids != NULL && i < 500; i++) {
		if (!expect_true(c, __LINE__, uids[i] > uids[i - 1], "UIDs ascend")) {
			return;
		}
	}
	if (uids != NULL) {
		(void)step_expect_count(c, __LINE__, inbox, 500);
	}
}

static void without_select(struct check *c)
{
	struct roost_mailbox *mailbox = step_open(c, __LINE__, "INBOX", STEP_APPEND);
	const uint32_t *uids = mailbox == NULL ? NULL : step_fill(c, __LINE__, mailbox, 2);
	if (uids != NULL) {
		const struct roost_snapshot *snapshot = step_look(c, __LINE__, "INBOX");
		if (snapshot != NULL) {
			(void)expect_set(
				c, __LINE__, &snapshot->uids, step_set(c, uids, 2), "messages");
		}
	}
}

static void read_only(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	struct roost_uidset *uids = step_set(c, NULL, 0);
	struct mail mail = mail_number(c, 1);
	if (inbox == NULL || uids == NULL) {
		return;
	}
	if (expect_refused(c, __LINE__, step_try_append(c, inbox, &mail, 1, uids),
		    "append through a read-only handle")) {
		(void)step_expect_count(c, __LINE__, inbox, 0);
	}
}

static void wanted_uid(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct roost_snapshot *before =
		inbox == NULL ? NULL : step_snapshot(c, __LINE__, inbox);
	if (before == NULL) {
		return;
	}
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2), mail_number(c, 3),
		mail_number(c, 4) };
	mails[0].wanted_uid = before->uid_next + 100;
	mails[1].wanted_uid = before->uid_next + 200;
	mails[2].wanted_uid = before->uid_next + 150;
	const uint32_t *uids = step_append(c, __LINE__, inbox, mails, 4);
	(void)(uids != NULL &&
		expect_equal(c, __LINE__, uids[0], before->uid_next + 100, "UID wanted") &&
		expect_equal(c, __LINE__, uids[1], before->uid_next + 200, "UID wanted") &&
		expect_true(c, __LINE__, uids[2] > uids[1],
			"a wanted UID below the highest is not given") &&
		step_expect_mails(c, __LINE__, inbox, mails, 4));
}

static void limit_op(struct check *c)
{
	uint64_t limit = ROOST_NO_LIMIT, own = ROOST_NO_LIMIT;
	if (!ROOST_HAS_OP(c->backend->ops, append_limit) &&
		!ROOST_HAS_OP(c->user->ops, append_limit)) {
		fixture_skip(c, "the backend has no append_limit");
		return;
	}
	if (ROOST_HAS_OP(c->backend->ops, append_limit) &&
		!expect_ok(c, __LINE__, c->backend->ops->append_limit(c->backend, c->call, &limit),
			"append_limit of the backend")) {
		return;
	}
	if (ROOST_HAS_OP(c->user->ops, append_limit) &&
		!expect_ok(c, __LINE__, c->user->ops->append_limit(c->user, c->call, &own),
			"append_limit of the user")) {
		return;
	}
	(void)expect_equal(c, __LINE__, own < limit ? own : limit, c->options->append_limit,
		"the lower append limit");
}

static void at_limit(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail fits = mail_of_size(c, c->options->append_limit, 1);
	struct mail too_big = mail_of_size(c, c->options->append_limit + 1, 2);
	struct roost_uidset *uids = step_set(c, NULL, 0);
	if (inbox == NULL || uids == NULL || too_big.bytes == NULL) {
		return;
	}
	(void)(step_append(c, __LINE__, inbox, &fits, 1) != NULL &&
		expect_error(c, __LINE__, step_try_append(c, inbox, &too_big, 1, uids),
			ROOST_ERR_TOO_BIG, "a message one octet over the limit") &&
		step_expect_mails(c, __LINE__, inbox, &fits, 1));
}

static void all_or_none(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 2),
		mail_of_size(c, c->options->append_limit + 1, 3), mail_number(c, 4) };
	struct roost_uidset *uids = step_set(c, NULL, 0);
	if (inbox == NULL || uids == NULL || mails[2].bytes == NULL) {
		return;
	}
	const struct roost_snapshot *before = step_snapshot(c, __LINE__, inbox);
	(void)(before != NULL &&
		expect_error(c, __LINE__, step_try_append(c, inbox, mails, 4, uids),
			ROOST_ERR_TOO_BIG, "a batch with one message over the limit") &&
		step_expect_count(c, __LINE__, inbox, 0) &&
		step_append(c, __LINE__, inbox, mails, 2) != NULL &&
		step_expect_mails(c, __LINE__, inbox, mails, 2));
}

static const struct check_case cases[] = {
	{ "append/content is byte-identical", NEED_APPEND, content_identical },
	{ "append/every byte value", NEED_APPEND, all_bytes },
	{ "append/empty message", NEED_APPEND, empty_message },
	{ "append/1 MiB", NEED_APPEND, large_message },
	{ "append/internal date with its zone", NEED_APPEND, dates },
	{ "append/flags and keywords", NEED_APPEND, flags },
	{ "append/batch keeps its order", NEED_APPEND, batch_order },
	{ "append/UIDs are those that snapshots show", NEED_APPEND, given_uids },
	{ "append/outline is kept and can be opened", NEED_APPEND, keeps_outline },
	{ "append/many messages", NEED_APPEND, many_messages },
	{ "append/handle that is not selected", NEED_APPEND, without_select },
	{ "append/read-only handle", NEED_APPEND, read_only },
	{ "append/wanted UID", NEED_APPEND, wanted_uid },
	{ "append/limit op", NEED_LIMIT, limit_op },
	{ "append/limit", NEED_APPEND | NEED_LIMIT, at_limit },
	{ "append/all or none", NEED_APPEND | NEED_LIMIT, all_or_none },
};

const struct check_family check_append = { "check_append.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

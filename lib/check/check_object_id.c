/* check_object_id.c - cases about the ids of messages, threads and mailboxes, and about save dates.
 * RFC 8474, RFC 8514. */
#include "families.h"

#include <string.h>

#include "expect.h"
#include "step.h"

#define IDS (ROOST_MESSAGE_EMAIL_ID | ROOST_MESSAGE_THREAD_ID | ROOST_MESSAGE_SAVE_DATE)

static bool same_text(struct roost_text a, struct roost_text b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

/* 5.1: it never changes, and two contents never share one. */
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
			!expect_true(c, __LINE__, same_text(a->facts.email_id, b->facts.email_id),
				"the id of a message stays") ||
			(a->next != NULL &&
				!expect_true(c, __LINE__,
					!same_text(a->facts.email_id, a->next->facts.email_id),
					"two messages have two ids"))) {
			return;
		}
	}
}

/* Whether two lists have the same ids, and save dates if `dates`. */
static bool expect_same_ids(struct check *c, int line, const struct step_messages *a,
	const struct step_messages *b, bool dates)
{
	if (!expect_equal(c, line, b->count, a->count, "messages")) {
		return false;
	}
	const struct step_message *right = b->first;
	for (const struct step_message *left = a->first; left != NULL;
		left = left->next, right = right->next) {
		if (!expect_true(c, line, same_text(left->facts.email_id, right->facts.email_id),
			    "the email id is the same") ||
			!expect_true(c, line,
				same_text(left->facts.thread_id, right->facts.thread_id),
				"the thread id is the same") ||
			(dates && !expect_time(c, line, &right->facts.save_date,
					  &left->facts.save_date, "save date"))) {
			return false;
		}
	}
	return true;
}

/* A question, and an answer to it, in INBOX. */
static struct roost_mailbox *converse(struct check *c, int line)
{
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	const struct mail mails[] = {
		mail_text("Subject: eggs\r\nMessage-ID: <q@kit.example>\r\n\r\nEggs?\r\n"),
		mail_text("Subject: Re: eggs\r\nMessage-ID: <a@kit.example>\r\n"
			  "References: <q@kit.example>\r\n\r\nYes.\r\n"),
	};
	if (inbox == NULL || step_append(c, line, inbox, mails, 2) == NULL) {
		return NULL;
	}
	return inbox;
}

static void transferred(struct check *c, bool move)
{
	struct roost_mailbox *inbox = converse(c, __LINE__);
	const struct step_messages *before =
		inbox == NULL ? NULL : step_list(c, __LINE__, inbox, NULL, IDS);
	struct roost_mailbox *work =
		before == NULL ? NULL : step_create_open(c, __LINE__, "Work/Letters");
	if (work == NULL || step_fill(c, __LINE__, work, 1) == NULL) {
		return;
	}
	const struct roost_copy_result *result =
		step_copy(c, __LINE__, move, inbox, step_everything(c), "Work/Letters");
	const struct step_messages *after =
		result == NULL ? NULL : step_list(c, __LINE__, work, &result->destination, IDS);
	(void)(after != NULL && expect_same_ids(c, __LINE__, before, after, false));
}

static void copied(struct check *c)
{
	transferred(c, false);
}

static void moved(struct check *c)
{
	transferred(c, true);
}

static void renamed(struct check *c)
{
	struct roost_mailbox *old = step_create_open(c, __LINE__, "Old");
	if (old == NULL || step_fill(c, __LINE__, old, 3) == NULL) {
		return;
	}
	const struct step_messages *before = step_list(c, __LINE__, old, NULL, IDS);
	step_close(c, old);
	if (before == NULL || !step_rename(c, __LINE__, "Old", "New/Name")) {
		return;
	}
	struct roost_mailbox *new = step_open(c, __LINE__, "New/Name", STEP_SELECT);
	const struct step_messages *after =
		new == NULL ? NULL : step_list(c, __LINE__, new, NULL, IDS);
	(void)(after != NULL && expect_same_ids(c, __LINE__, before, after, true));
}

static void restarted(struct check *c)
{
	struct roost_mailbox *inbox = converse(c, __LINE__);
	const struct step_messages *before =
		inbox == NULL ? NULL : step_list(c, __LINE__, inbox, NULL, IDS);
	if (before == NULL || !fixture_reopen(c, __LINE__)) {
		return;
	}
	inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	const struct mail late = mail_text("Subject: eggs\r\nMessage-ID: <late@kit.example>\r\n"
					   "In-Reply-To: <a@kit.example>\r\n\r\nGood.\r\n");
	if (inbox == NULL || step_append(c, __LINE__, inbox, &late, 1) == NULL) {
		return;
	}
	struct step_messages *after = step_list(c, __LINE__, inbox, NULL, IDS);
	if (after == NULL || !expect_equal(c, __LINE__, after->count, 3, "messages")) {
		return;
	}
	const struct step_message *second = after->first->next;
	bool joined = same_text(second->next->facts.thread_id, second->facts.thread_id) &&
		      !same_text(second->next->facts.email_id, second->facts.email_id) &&
		      !same_text(second->next->facts.email_id, after->first->facts.email_id);
	after->first->next->next = NULL;
	after->count = 2;
	(void)(expect_same_ids(c, __LINE__, before, after, true) &&
		expect_true(c, __LINE__, joined,
			"what comes after the restart has an id of its own, and joins its thread"));
}

/* 4: of a mailbox it stays with a new name, and is never given again. */
static void mailbox_ids(struct check *c)
{
	struct roost_mailbox_status first, other, renamed_status, again;
	if (!step_create(c, __LINE__, "Work") || !step_status(c, __LINE__, "Work", &first) ||
		!step_status(c, __LINE__, "INBOX", &other) ||
		!step_rename(c, __LINE__, "Work", "Play") ||
		!step_status(c, __LINE__, "Play", &renamed_status) ||
		!step_create(c, __LINE__, "Work") || !step_status(c, __LINE__, "Work", &again)) {
		return;
	}
	(void)(expect_true(c, __LINE__, !same_text(first.mailbox_id, other.mailbox_id),
		       "two mailboxes have two ids") &&
		expect_true(c, __LINE__, same_text(first.mailbox_id, renamed_status.mailbox_id),
			"the id of a mailbox stays when it is renamed") &&
		expect_true(c, __LINE__, !same_text(first.mailbox_id, again.mailbox_id),
			"a new mailbox of the same name has another id"));
}

/* A conversation that arrives in a strange order, in two mailboxes. 'a' and 'b' are threads. */
static const struct {
	const char *mailbox;
	const char *text;
	char thread;
} letters[] = {
	{ "INBOX",
		"Subject: Re: hay\r\nMessage-ID: <2@hay.example>\r\nIn-Reply-To: <1@hay.example>"
		"\r\n\r\nan answer before its question\r\n",
		'a' },
	{ "INBOX", "Subject: eggs\r\nMessage-ID: <1@eggs.example>\r\n\r\nsomething else\r\n", 'b' },
	{ "Work", "Subject: hay\r\nMessage-ID: <1@hay.example>\r\n\r\nthe question\r\n", 'a' },
	{ "Work",
		"Subject: eggs\r\nMessage-ID: <2@eggs.example>\r\nReferences: <0@eggs.example>\r\n"
		" <1@eggs.example>\r\n\r\na folded field, in another mailbox\r\n",
		'b' },
	{ "INBOX",
		"Subject: straw\r\nMessage-ID: <3@hay.example>\r\nReferences: <1@hay.example>"
		"\r\n <2@hay.example> <nobody@hay.example>\r\n\r\nanother subject\r\n",
		'a' },
	{ "INBOX",
		"Subject: eggs\r\nMessage-ID: <3@eggs.example>\r\nReferences: <0@eggs.example>"
		"\r\n\r\nsiblings whose parent never came\r\n",
		'b' },
	{ "INBOX", "Subject: eggs\r\n\r\nnothing to go by\r\n", 'c' },
	{ "Work", "Subject: eggs\r\n\r\nnor here\r\n", 'd' },
};
#define LETTERS (sizeof(letters) / sizeof(letters[0]))

static void threads(struct check *c)
{
	struct roost_text email_ids_seen[LETTERS], thread_ids[LETTERS];
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct roost_mailbox *work = inbox == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	for (size_t i = 0; work != NULL && i < LETTERS; i++) {
		struct roost_mailbox *mailbox =
			strcmp(letters[i].mailbox, "Work") == 0 ? work : inbox;
		const struct mail mail = mail_text(letters[i].text);
		const uint32_t *uid = step_append(c, __LINE__, mailbox, &mail, 1);
		const struct roost_message *message =
			uid == NULL ? NULL : step_message(c, __LINE__, mailbox, uid[0], IDS);
		if (message == NULL) {
			return;
		}
		if ((message->has & ROOST_MESSAGE_THREAD_ID) == 0 || message->thread_id.size == 0) {
			fixture_skip(c, "the backend has no thread ids");
			return;
		}
		email_ids_seen[i] = message->email_id;
		thread_ids[i] = message->thread_id;
	}
	for (size_t i = 0; work != NULL && i < LETTERS; i++) {
		for (size_t k = 0; k < LETTERS; k++) {
			bool same = letters[i].thread == letters[k].thread;
			if (same_text(thread_ids[i], thread_ids[k]) != same) {
				fixture_fail(c, __LINE__,
					same ? "letters %zu and %zu belong to one thread"
					     : "letters %zu and %zu belong to two threads",
					i + 1, k + 1);
				return;
			}
			if (!expect_true(c, __LINE__, !same_text(thread_ids[i], email_ids_seen[k]),
				    "no thread id is an email id")) {
				return;
			}
		}
	}
}

static void save_date_stays(struct check *c)
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

/* RFC 8514, 2: when the message came into this mailbox, which is not when it was received. */
static void save_date_of_transfer(struct check *c)
{
	struct mail mail = mail_number(c, 1);
	mail.date.seconds = 86400;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct roost_mailbox *work = inbox == NULL ? NULL : step_create_open(c, __LINE__, "Work");
	bool move = (c->have & NEED_MOVE) != 0;
	const uint32_t *uid = work == NULL ? NULL : step_append(c, __LINE__, inbox, &mail, 1);
	const struct roost_message *before =
		uid == NULL ? NULL
			    : step_message(c, __LINE__, inbox, uid[0], ROOST_MESSAGE_SAVE_DATE);
	const struct roost_copy_result *result =
		before == NULL ? NULL
			       : step_copy(c, __LINE__, move, inbox, step_everything(c), "Work");
	const struct roost_message *after =
		result == NULL
			? NULL
			: step_message(c, __LINE__, work, roost_uidset_first(&result->destination),
				  ROOST_MESSAGE_SAVE_DATE);
	(void)(after != NULL &&
		expect_true(c, __LINE__, before->save_date.seconds > mail.date.seconds,
			"the save date is not the internal date") &&
		expect_true(c, __LINE__, after->save_date.seconds >= before->save_date.seconds,
			"the message was saved in the second mailbox after the first"));
}

#define NEED_IDS (NEED_OBJECT_ID | NEED_SAVE_DATE | NEED_APPEND | NEED_CREATE_MAILBOX)

static const struct check_case cases[] = {
	{ "object id/of messages", NEED_OBJECT_ID | NEED_FLAGGED, email_ids },
	{ "object id/of copies", NEED_IDS | NEED_COPY | NEED_HIERARCHY, copied },
	{ "object id/of what was moved", NEED_IDS | NEED_MOVE | NEED_HIERARCHY, moved },
	{ "object id/after a rename", NEED_IDS | NEED_RENAME_MAILBOX | NEED_HIERARCHY, renamed },
	{ "object id/after a restart", NEED_IDS | NEED_REOPEN, restarted },
	{ "object id/of mailboxes",
		NEED_OBJECT_ID | NEED_STATUS | NEED_CREATE_MAILBOX | NEED_RENAME_MAILBOX,
		mailbox_ids },
	{ "object id/of threads", NEED_IDS, threads },
	{ "save date/stays", NEED_SAVE_DATE | NEED_FLAGGED, save_date_stays },
	{ "save date/of copies", NEED_SAVE_DATE | NEED_APPEND | NEED_COPY | NEED_CREATE_MAILBOX,
		save_date_of_transfer },
};

const struct check_family check_object_id = { "check_object_id.c", cases,
	sizeof(cases) / sizeof(cases[0]) };

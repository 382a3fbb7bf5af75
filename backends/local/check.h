/* check.h - looking whether a user's mail is there as it was stored, and mending what is not.
 *
 * All of a check is one transaction, so that it sees one instant, or mends all or nothing. A kind of
 * finding has one row in a table that says how grave it is and what to do about it. */
#ifndef LOCAL_CHECK_H
#define LOCAL_CHECK_H

#include "care.h"
#include "lock.h"

enum check_kind {
	CHECK_NO_DATABASE,
	CHECK_DATABASE,
	CHECK_SAVED,
	CHECK_NEWER_SCHEMA,
	CHECK_OLDER_SCHEMA,
	CHECK_LOG,
	CHECK_FILE_UNKNOWN,
	CHECK_FILE_UNFINISHED,
	CHECK_BODY_LEFT_OVER,
	CHECK_BODY_TO_SWEEP,
	CHECK_BODY_MISSING,
	CHECK_BODY_SIZE,
	CHECK_BODY_CHANGED,
	CHECK_BODY_UNREADABLE,
	CHECK_BODY_PLACE,
	CHECK_OUTLINE_MISSING,
	CHECK_OUTLINE_OLD,
	CHECK_OUTLINE_WRONG,
	CHECK_EMAIL_MISSING,
	CHECK_EMAIL_UNUSED,
	CHECK_EMAIL_PLACES,
	CHECK_MAILBOX_LOST,
	CHECK_INBOX_MISSING,
	CHECK_MAILBOX_NAME,
	CHECK_SUBSCRIPTION,
	CHECK_UID_VALIDITY,
	CHECK_NUMBERS,
	CHECK_COUNTS,
	CHECK_MESSAGE,
	CHECK_KEYWORDS,
	CHECK_EXPUNGED,
	CHECK_ORPHAN,
	CHECK_SEARCH,
};

struct checking {
	struct care care;
	struct roost_local_check_options options;
	int64_t now;
	struct lock lock;
	bool alone; /* nobody else works with this mail */
	bool died; /* somebody did, and died: the next one to sign in cleans up */
	uint64_t messages; /* bodies looked at, for progress */
	struct mailbox_name *names; /* by id */
	size_t name_count;
};

/* Tell of something; `where` may be NULL for the database. */
__attribute__((format(printf, 5, 6))) void local_check_tell(struct checking *checking,
	enum check_kind kind, bool mended, const char *where, const char *format, ...);
/* "INBOX, UID 5", "INBOX", or "mail.db" when both are 0. `size` is at least 1200. */
void local_check_where(
	const struct checking *checking, int64_t mailbox, int64_t uid, char *where, size_t size);
/* Read the mailboxes' names anew. */
int local_check_read_names(struct checking *checking);
int local_check_cancelled(struct checking *checking);

/* Rows of four numbers each. All-zero is empty. */
struct check_rows {
	int64_t (*list)[4];
	size_t count, capacity;
};
void local_check_rows_clear(struct check_rows *rows);
int local_check_rows_add(struct check_rows *rows, const int64_t row[4]);
/* Run a statement whose rows have four numbers. */
int local_check_collect(struct checking *checking, const char *sql, struct check_rows *rows_out);
/* Run a statement with numbers for parameters. */
int local_check_run(
	struct checking *checking, const char *sql, const int64_t *numbers, size_t count);

/* check_rows.c: what the rows say of each other. Before and after those are put right that are
 * about messages. */
int local_check_account_rows(struct checking *checking);
int local_check_message_rows(struct checking *checking);
/* check_names.c: names of mailboxes, subscriptions and keywords. */
int local_check_names(struct checking *checking);
int local_check_keywords(struct checking *checking);
/* check_bodies.c: the bytes of messages, and their outlines. */
int local_check_bodies(struct checking *checking);
/* check_files.c: what lies about in the folders. */
int local_check_files(struct checking *checking);
int local_check_left_over(struct checking *checking);
/* check_search.c: the index for searches. */
int local_check_search(struct checking *checking);

/* lost.c: messages that are nowhere, or in a mailbox that is not there, get a place where their user
 * finds them. */
int local_lost_make_mailbox(struct checking *checking, int64_t id, const char *name);
int local_lost_mailboxes(struct checking *checking);
int local_lost_bytes(struct checking *checking);
int local_lost_emails(struct checking *checking);
/* A file among the bodies that no email has. ROOST_ERR_CORRUPT when it is no file. */
int local_lost_file(struct checking *checking, int64_t id);

#endif

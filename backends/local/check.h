/* check.h - looking whether a user's mail is there as it was stored, and mending what is not.
 *
 * All of a check is one transaction, so that it sees one instant, or mends all or nothing. A kind of
 * finding has one row in a table that says how grave it is and what to do about it. */
#ifndef LOCAL_CHECK_H
#define LOCAL_CHECK_H

#include <sys/stat.h>

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
	CHECK_BODY_TWICE,
	CHECK_PACK_MISSING,
	CHECK_PACK_SHORT,
	CHECK_PACK_HEADER,
	CHECK_PACK_RECORD,
	CHECK_PACK_ROW,
	CHECK_PACK_LEFT_OVER,
	CHECK_PACK_TO_SWEEP,
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
	CHECK_FLAGS,
	CHECK_KEYWORDS,
	CHECK_EXPUNGED,
	CHECK_ORPHAN,
	CHECK_SEARCH,
};

/* An email, and where its bytes are: in the pack, or else in a file, or else in the database. */
struct check_email {
	int64_t id;
	int64_t octets;
	uint64_t digest;
	bool in_file;
	int64_t pack, pack_at;
};

/* Rows of four numbers each. All-zero is empty. */
struct check_rows {
	int64_t (*list)[4];
	size_t count, capacity;
};

/* A pack that is open. */
struct check_pack {
	int fd; /* -1: none */
	int64_t id;
	bool sound; /* whether its header is good, and `salt` known */
	uint64_t salt;
};

/* What is known of packs. */
struct check_packs {
	struct check_rows
		files; /* number, octets, whether it is young; in the order of their numbers */
	struct check_rows doubles; /* emails that have a file though they are not said to */
	/* Files that nothing needs, which others may be removing: number, octets and whether it is
	 * young if it is a pack, whether it is one */
	struct check_rows left_over;
	struct check_rows
		gone; /* number, whether it is to be kept aside; to be removed in the end */
	struct check_pack open; /* read last */
	/* Emails of which the rows would say that they are there: but a salvage may have lost those
	 * between two numbers, and a log that was lost those behind the last. */
	struct check_rows unknown; /* first, last */
	int64_t last;
	bool salvaged;
	bool lacking; /* whether a message lacks its bytes */
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
	struct check_packs packs;
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

void local_check_rows_clear(struct check_rows *rows);
int local_check_rows_add(struct check_rows *rows, const int64_t row[4]);
/* By their first numbers; and the row whose first number is that, or NULL. */
void local_check_rows_sort(struct check_rows *rows);
const int64_t *local_check_rows_find(const struct check_rows *rows, int64_t number);
/* Run a statement whose rows have four numbers. */
int local_check_collect(struct checking *checking, const char *sql, struct check_rows *rows_out);
/* Run a statement with numbers for parameters. */
int local_check_run(
	struct checking *checking, const char *sql, const int64_t *numbers, size_t count);
/* Whether a statement with a number for parameter has a row. */
int local_check_has(struct checking *checking, const char *sql, int64_t number);
/* Read an email: 1, or 0 when there is none. `now`: not at the instant that is looked at, but as
 * others have left it meanwhile. */
int local_check_read_email(
	struct checking *checking, int64_t id, bool now, struct check_email *email_out);
/* Read the email with the next higher number: 1, or 0 when there is none. */
int local_check_next_email(struct checking *checking, int64_t after, struct check_email *email_out);

/* check_rows.c: what the rows say of each other. Before and after those are put right that are
 * about messages. */
int local_check_account_rows(struct checking *checking);
int local_check_flagging_rows(struct checking *checking);
int local_check_message_rows(struct checking *checking);
/* check_flaggings.c: changes of flags beside the messages. After a repair there are none. */
int local_check_flaggings(struct checking *checking);
/* check_names.c: names of mailboxes, subscriptions and keywords. */
int local_check_names(struct checking *checking);
int local_check_keywords(struct checking *checking);
/* check_bodies.c: the bytes of messages, and their outlines. */
int local_check_bodies(struct checking *checking);
/* check_files.c: what lies about in the folders. */
int local_check_files(struct checking *checking);
int local_check_left_over(struct checking *checking);
/* Last of all: what was left over and still is. */
int local_check_still_left_over(struct checking *checking);
/* Whether what a file among the bodies has may be of a message that is just being stored. */
bool local_check_is_young(const struct checking *checking, const struct stat *is);
/* The file of an email whose bytes are elsewhere. */
int local_check_double(struct checking *checking, int64_t email);
/* Move what is in a folder to the folder lost+found, under a name that nothing there has. */
int local_check_move_aside(struct checking *checking, const char *path, const char *name);
/* check_packs.c: packs against their rows. Afterwards, when it is known where the bytes of messages
 * are, rows are made to say so, and what is not needed is noted; it is removed last of all, when all
 * else is on disk. */
void local_check_packs_clear(struct check_packs *packs);
/* Note a file. ROOST_ERR_CORRUPT when it is no file. */
int local_check_pack_note(struct checking *checking, const char *name, int64_t id);
int local_check_packs(struct checking *checking);
int local_check_packs_settle(struct checking *checking);
/* Tell of a file that no email needs. */
int local_check_pack_left_over(struct checking *checking, const int64_t file[4]);
int local_check_packs_remove(struct checking *checking);
/* Open a pack; it stays open until another is. ROOST_ERR_CORRUPT when it is not there. */
int local_check_pack_open(struct checking *checking, int64_t id);
/* "bodies/pack-000000000000002a". */
void local_check_pack_where(int64_t id, char *where, size_t size);
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
/* An email that has been in one place so far, as far as is known. */
int local_lost_insert_email(struct checking *checking, const struct check_email *email);
/* lost_packed.c: messages in packs that no row tells of, or not rightly. */
int local_lost_packed(struct checking *checking);
/* Where in packs the bytes of those emails are: email, pack, place; in the order of emails. */
int local_lost_find(
	struct checking *checking, const struct check_rows *emails, struct check_rows *found_out);

#endif

/* model.h - what is in the mailboxes, and what each session may think is in the one it has selected.
 *
 * The store's side is changed by the test along with every command that succeeds; a session's side
 * only by what the server tells it. Whatever cannot be true ends the process with a message. */
#ifndef IMAP_MODEL_H
#define IMAP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver.h"

enum model_flag {
	MODEL_SEEN = 1,
	MODEL_ANSWERED = 2,
	MODEL_FLAGGED = 4,
	MODEL_DELETED = 8,
	MODEL_DRAFT = 16,
	MODEL_KEYWORD_1 = 32,
	MODEL_KEYWORD_2 = 64,
	MODEL_RECENT = 128,
};
#define MODEL_FLAGS 7 /* that STORE can change */

struct model_message {
	uint32_t uid;
	unsigned flags;
	unsigned id; /* decides the content; copies share it */
	bool gone;
	unsigned recent_for; /* the selection that was told of \Recent; 0: none yet */
	size_t by; /* the session that put it there */
};

/* Every message that the mailbox ever had, by UID. */
struct model_mailbox {
	const char *name;
	struct model_message *messages;
	size_t count;
	size_t capacity;
	size_t gone; /* of them */
	uint32_t uid_validity; /* 0: not known yet */
};

/* What a session knows of the message with one sequence number. */
struct model_entry {
	uint32_t uid; /* 0: not told yet */
	int flags; /* -1: not told yet */
	unsigned told; /* MODEL_TOLD_… */
};

enum model_told {
	MODEL_TOLD_UID = 1,
	MODEL_TOLD_FLAGS = 2,
	MODEL_TOLD_SIZE = 4,
	MODEL_TOLD_BODY = 8,
};

/* What a session has enabled or asked for, as bits. */
enum model_kind {
	MODEL_PLAIN = 0,
	MODEL_CONDSTORE = 1, /* RFC 7162: is told mod-sequences */
	MODEL_QRESYNC =
		2, /* RFC 7162: is told VANISHED, and comes back to a mailbox with what it knew */
	MODEL_UIDONLY = 4, /* RFC 9586: is told UIDFETCH and VANISHED, and no sequence numbers */
	MODEL_NOTIFY = 8, /* RFC 5465: is told what happens when it happens */
};

#define MODEL_MAILBOXES 2

/* What a session knows of a mailbox that it has not selected. */
struct model_status {
	uint32_t messages, uid_next, unseen;
};

/* What a session has asked for with NOTIFY, and was told of other mailboxes. RFC 5465. */
struct model_watch {
	bool delayed; /* SELECTED-DELAYED */
	unsigned items; /* of new messages: MODEL_TOLD_… */
	uint32_t since; /* new messages have UIDs after it */
	unsigned messages, flags; /* the mailboxes whose messages and flags it watches, as bits */
	bool asks_status; /* STATUS runs, or NOTIFY SET STATUS: it may be told of any mailbox */
	bool overflow; /* it is told nothing any more until it asks again */
	size_t gone; /* of the selected mailbox, when it was told of all that were gone */
	uint64_t modseqs[MODEL_MAILBOXES];
	struct model_status told[MODEL_MAILBOXES];
};

struct model_session {
	unsigned kind; /* MODEL_CONDSTORE … */
	size_t index;
	struct wire *wire;
	struct model_mailbox *mailbox; /* NULL: none selected */
	bool read_only;
	unsigned selection; /* a number for each SELECT of the test */
	struct model_entry
		*entries; /* by number; with UIDONLY those that are known by UID, then the others */
	size_t count; /* as EXISTS and EXPUNGE told */
	size_t capacity;
	bool idling;
	bool unasked; /* no command of its own runs */
	bool may_expunge; /* whether EXPUNGE may be told during this command */

	uint64_t modseq; /* HIGHESTMODSEQ: all changes up to it were told; 0: not known */
	/* While the mailbox is selected anew with QRESYNC: what was known of it. */
	struct model_entry *cache;
	size_t cached;

	struct model_mailbox *mailboxes; /* all of them */
	struct model_watch watch;
};

/* The content of a message, of its own length for each id. The caller clears it. */
void model_content(unsigned id, struct bytes *content_out);

/* "\Seen" for MODEL_SEEN and so on. Static. */
const char *model_flag_name(unsigned flag);
/* Add "(\Seen $Two)". */
void model_write_flags(struct bytes *bytes, unsigned flags);

struct model_message *model_add(
	struct model_mailbox *mailbox, uint32_t uid, unsigned flags, unsigned id);
/* The message with that UID, also if it is gone; NULL when there never was one. */
struct model_message *model_find(const struct model_mailbox *mailbox, uint32_t uid);
/* The message is there no more. */
void model_remove(struct model_mailbox *mailbox, struct model_message *message);
/* The highest UID given so far. */
uint32_t model_last_uid(const struct model_mailbox *mailbox);
/* How many messages there are that have all of `with` and none of `without`. */
size_t model_count(const struct model_mailbox *mailbox, unsigned with, unsigned without);
/* The nth message that is there, from 1. */
struct model_message *model_nth(const struct model_mailbox *mailbox, size_t n);
void model_mailbox_clear(struct model_mailbox *mailbox);

/* Begin a selection in which nothing is known yet. */
void model_select(struct model_session *session, struct model_mailbox *mailbox, bool read_only);
/* Keep what is known for the selection that comes, and what it is to be completed by. */
void model_leave(struct model_session *session);
/* The mailbox is selected, and what has changed was told: what is known of it now is the store's. */
void model_come_back(struct model_session *session);
/* Note an untagged response about the selected mailbox. False: it is about something else. */
bool model_hear(struct model_session *session, const char *line, size_t n);
/* After a quiet point, at which the session was told everything: its picture is the store's. */
void model_check_equal(const struct model_session *session);

/* -- model_watch.c: sessions that use NOTIFY */

/* What the session has just done or been told is what it knows of the mailboxes that it has not selected. */
void model_watch_begin(struct model_session *session);
/* Note "INBOX (MESSAGES 3 …)" of a STATUS response. */
void model_watch_hear(struct model_session *session, const char *text);
/* Everything is at rest: what the session asked to be told it was told. */
void model_watch_check(struct model_session *session);

/* What is going on, printed before the process ends. Formatted as by printf. */
_Noreturn void model_fail(const struct model_session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A text for model_fail() to print: what the session does just now. */
void model_context(const char *text);

#endif

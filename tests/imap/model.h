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
};

/* Every message that the mailbox ever had, by UID. */
struct model_mailbox {
	const char *name;
	struct model_message *messages;
	size_t count;
	size_t capacity;
	uint32_t uid_validity; /* 0: not known yet */
};

/* What a session knows of the message with one sequence number. */
struct model_entry {
	uint32_t uid; /* 0: not told yet */
	int flags; /* -1: not told yet */
};

/* What a session has enabled. RFC 7162. */
enum model_kind {
	MODEL_PLAIN,
	MODEL_CONDSTORE, /* is told mod-sequences */
	MODEL_QRESYNC, /* is told VANISHED, and comes back to a mailbox with what it knew */
};

struct model_session {
	enum model_kind kind;
	size_t index;
	struct wire *wire;
	struct model_mailbox *mailbox; /* NULL: none selected */
	bool read_only;
	unsigned selection; /* a number for each SELECT of the test */
	struct model_entry *entries;
	size_t count; /* as EXISTS and EXPUNGE told */
	size_t capacity;
	bool idling;
	bool may_expunge; /* whether EXPUNGE may be told during this command */

	uint64_t modseq; /* HIGHESTMODSEQ: all changes up to it were told; 0: not known */
	/* While the mailbox is selected anew with QRESYNC: what was known of it. */
	struct model_entry *cache;
	size_t cached;
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

/* What is going on, printed before the process ends. Formatted as by printf. */
_Noreturn void model_fail(const struct model_session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A text for model_fail() to print: what the session does just now. */
void model_context(const char *text);

#endif

/* step.h - the ops as cases use them: each step calls one op and notes when it does not succeed.
 *
 * Mailbox names are written with '/' and reach the backend with the user's delimiter. All that a
 * step returns is owned by the case; NULL and false say that a failure was noted. The steps named
 * try call the bare op and return what it returned. */
#ifndef ROOST_CHECK_STEP_H
#define ROOST_CHECK_STEP_H

#include "fixture.h"
#include "mail.h"

/* The name with the user's delimiter. */
const char *step_path(struct check *c, const char *name);

int step_try_create(struct check *c, const char *name);
int step_try_delete(struct check *c, const char *name);
int step_try_rename(struct check *c, const char *from, const char *to);
bool step_create(struct check *c, int line, const char *name);
bool step_delete(struct check *c, int line, const char *name);
bool step_rename(struct check *c, int line, const char *from, const char *to);
bool step_subscribe(struct check *c, int line, const char *name, bool subscribed);
bool step_status(struct check *c, int line, const char *name, struct roost_mailbox_status *out);

/* What list_mailboxes delivered. */
struct step_mailboxes {
	size_t count;
	size_t capacity;
	struct roost_mailbox_info *items; /* with copies of the names */
};
struct step_mailboxes *step_list_mailboxes(struct check *c, int line, bool subscribed_only);
/* The mailbox of that name, NULL when it is not there. */
const struct roost_mailbox_info *step_find_mailbox(
	struct check *c, const struct step_mailboxes *list, const char *name);
/* Whether the list has the name, as one that can be selected or not: `want` is '-' (absent),
 * 's' (selectable), 'n' (\Noselect), '?' (either). */
bool step_expect_listed(struct check *c, int line, const char *name, char want);

enum step_mode { STEP_SELECT, STEP_EXAMINE, STEP_APPEND };
int step_try_open(
	struct check *c, const char *name, enum step_mode mode, struct roost_mailbox **mailbox_out);
struct roost_mailbox *step_open(struct check *c, int line, const char *name, enum step_mode mode);
/* Create it, then open it for SELECT. */
struct roost_mailbox *step_create_open(struct check *c, int line, const char *name);
void step_close(struct check *c, struct roost_mailbox *mailbox);

int step_try_snapshot(struct check *c, struct roost_mailbox *mailbox, struct roost_snapshot *out);
/* Also checks what is true of every snapshot. */
struct roost_snapshot *step_snapshot(struct check *c, int line, struct roost_mailbox *mailbox);
/* A snapshot of the mailbox of that name, through a handle that takes no \Recent. */
struct roost_snapshot *step_look(struct check *c, int line, const char *name);

struct roost_uidset *step_set(struct check *c, const uint32_t *uids, size_t n);
struct roost_uidset *step_one(struct check *c, uint32_t uid);
struct roost_uidset *step_everything(struct check *c);
struct roost_flags step_flags(struct check *c, const char *flags);

/* Store messages. What the op was given is overwritten and freed when it returns. */
int step_try_append(struct check *c, struct roost_mailbox *mailbox, const struct mail *mails,
	size_t n, struct roost_uidset *uids_out);
/* Store them at once; an array of their `n` UIDs. */
uint32_t *step_append(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct mail *mails, size_t n);
/* Store messages 1 to `n` of mail_number(). */
uint32_t *step_fill(struct check *c, int line, struct roost_mailbox *mailbox, unsigned n);
/* One message with these flags; its UID, or 0. */
uint32_t step_append_flagged(struct check *c, int line, struct roost_mailbox *mailbox,
	unsigned number, const char *flags);

/* A message as it was delivered, with copies of all but its content, which is referenced. */
struct step_message {
	struct roost_message facts;
	struct step_message *next;
};
struct step_messages {
	size_t count;
	struct step_message *first, *last;
};
/* Take a delivered message; the context is a struct step_collector. */
struct step_collector {
	struct check *c;
	struct step_messages *messages;
};
int step_collect(void *context, const struct roost_message *message);
int step_try_list(struct check *c, struct roost_mailbox *mailbox, const struct roost_uidset *uids,
	const struct roost_fetch_options *options, struct step_messages *messages);
/* `uids` NULL: all. Checks that they ascend, were asked for, and have the fields. */
struct step_messages *step_list(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, unsigned fields);
/* One message, which must be there. */
const struct roost_message *step_message(
	struct check *c, int line, struct roost_mailbox *mailbox, uint32_t uid, unsigned fields);
/* Check that the message's content is exactly this. */
bool step_expect_content(
	struct check *c, int line, struct roost_content *content, const void *bytes, size_t size);
/* Check that the mailbox has exactly these messages, in this order, with their flags, dates and
 * bytes. */
bool step_expect_mails(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct mail *mails, size_t n);
bool step_expect_count(struct check *c, int line, struct roost_mailbox *mailbox, uint64_t count);

int step_try_store(struct check *c, struct roost_mailbox *mailbox, const struct roost_uidset *uids,
	enum roost_flags_mode mode, const char *flags);
bool step_store(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, enum roost_flags_mode mode, const char *flags);
bool step_expect_flags(
	struct check *c, int line, struct roost_mailbox *mailbox, uint32_t uid, const char *flags);

int step_try_copy(struct check *c, bool move, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, const char *destination, struct roost_copy_result *out);
/* Copy or move. Also checks what is true of every result. */
struct roost_copy_result *step_copy(struct check *c, int line, bool move,
	struct roost_mailbox *mailbox, const struct roost_uidset *uids, const char *destination);

/* Store them in the mailbox of that name. */
int step_try_append_by_name(struct check *c, const char *name, const struct mail *mails, size_t n,
	uint32_t *uid_validity_out, struct roost_uidset *uids_out);

/* Put a message in the place of another. */
int step_try_replace(struct check *c, struct roost_mailbox *mailbox, uint32_t uid,
	const char *destination, const struct mail *mail, struct roost_copy_result *out);

/* What was expunged; `only` NULL: all that is \Deleted. */
struct roost_uidset *step_expunge(
	struct check *c, int line, struct roost_mailbox *mailbox, const struct roost_uidset *only);
/* Flag the messages \Deleted and expunge them; checks that exactly these go. */
bool step_remove(
	struct check *c, int line, struct roost_mailbox *mailbox, const struct roost_uidset *uids);

#endif

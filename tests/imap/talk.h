/* talk.h - what the sessions of the model test say, and all that they hear.
 *
 * A command is begun, then the model is changed as the command should change the mailbox, then it is sent, and what
 * every session hears is checked. */
#ifndef IMAP_TALK_H
#define IMAP_TALK_H

#include "driver.h"
#include "model.h"
#include "stage.h"

#define TALK_SESSIONS 7
#define TALK_PICTURE_MAX 1000 /* entries of any picture: it holds what is gone and not told, too */

struct test {
	uint64_t random;
	unsigned step;
	unsigned next_id;
	struct stage stage;
	size_t output_limit; /* octets that may wait to be sent */
	struct driver driver;
	struct model_mailbox mailboxes[MODEL_MAILBOXES];
	struct model_session sessions[TALK_SESSIONS];
	struct bytes command; /* the one that runs */
	char context[512];

	/* of the command that ran last */
	char status; /* 'O', 'N' or 'B' */
	char code[256]; /* what stands in brackets, of the tagged or an untagged OK */
	struct bytes search; /* what stands after "* SEARCH" */
	bool searched;
	unsigned fetched; /* FETCH responses */
};

/* A random set, as text and as what it names in the session's picture. */
struct choice {
	char text[128];
	bool uids; /* UIDs rather than sequence numbers */
	bool named[TALK_PICTURE_MAX]; /* entries of the session's picture, by index */
};

/* A number below `n`. */
unsigned talk_pick(struct test *test, unsigned n);
struct model_mailbox *talk_mailbox_named(struct test *test, bool other);
/* Choose some messages of a picture that is not empty. */
void talk_choose(struct test *test, const struct model_session *session, struct choice *choice);
/* Whether it names messages that are gone, which the session may not know. */
bool talk_names_gone(const struct model_session *session, const struct choice *choice);
/* Whether a message of the picture is still in the mailbox. */
bool talk_is_there(const struct model_session *session, size_t index);
bool talk_is_uidonly(const struct model_session *session);

/* Begin test->command with this. */
void talk_begin(struct test *test, const char *text);
/* Begin it with "tag UID STORE 1:3,7" and note whether messages may be told to be gone. */
void talk_begin_with(struct test *test, struct model_session *session, const struct choice *choice,
	const char *name);
/* Have model_fail() tell of test->command. */
void talk_describe(struct test *test);
/* Send test->command, once the model knows what it does. */
void talk_answer(struct test *test, struct model_session *session);
/* Take what the session was told so far. */
void talk_hear(struct test *test, struct model_session *session);
/* What the others hear meanwhile: those that idle or use NOTIFY everything, the rest nothing. */
void talk_hear_others(struct test *test, const struct model_session *session);
/* Take all that is told, up to the end of the command. */
void talk_finish(struct test *test, struct model_session *session);
/* The command must have succeeded, or have met messages that are gone. */
void talk_expect_status(struct test *test, const struct model_session *session, bool may_be_gone);

/* Run a command that the model needs to know nothing of. */
void talk_run(struct test *test, struct model_session *session, const char *text);
/* Learn all UIDs of the picture. Twice, since new messages may be told of meanwhile; what is not
 * known then is gone, and that may not be told yet. */
void talk_learn(struct test *test, struct model_session *session);

#endif

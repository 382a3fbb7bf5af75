/* messages.h - what a session of the model test does with messages, and what must come of it.
 *
 * Each picks messages and all else at random, runs its command and checks the answer. Those that name messages need
 * a picture that is not empty. */
#ifndef IMAP_MESSAGES_H
#define IMAP_MESSAGES_H

#include "talk.h"

#define MESSAGES_MAX 40 /* in one mailbox: then more go than come */

void messages_append(struct test *test, struct model_session *session);
void messages_store(struct test *test, struct model_session *session);
void messages_fetch(struct test *test, struct model_session *session);
void messages_search(struct test *test, struct model_session *session);
void messages_copy(struct test *test, struct model_session *session);
void messages_expunge(struct test *test, struct model_session *session);

#endif

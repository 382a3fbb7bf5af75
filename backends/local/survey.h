/* survey.h - what others have done to mailboxes that nobody here has open, for sessions that want to
 * hear of all mailboxes of their user (roost_updates_wants_all()).
 *
 * While there are such sessions, it is kept in memory what the row of each mailbox said last; when
 * others have committed, the rows are read and what is different is told. */
#ifndef LOCAL_SURVEY_H
#define LOCAL_SURVEY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

struct account;
struct delta;
struct surveyed;

struct survey {
	pthread_mutex_t lock; /* taken before those of the store; of what follows */
	atomic_bool taken; /* written under the lock */
	struct surveyed *mailboxes; /* in the order of their ids */
	size_t mailbox_count;
	char **subscriptions; /* in their order */
	size_t subscription_count;
};

void local_survey_init(struct survey *survey);
void local_survey_finish(struct survey *survey);
/* Begin to keep a survey, if somebody wants one and there is none. Within an op. */
void local_survey_begin(struct account *account);
/* Others may have committed: tell what is different. */
void local_survey_look(struct account *account);
/* Around a commit of this process and the telling of it, so that it is not taken for what others have
 * done. Whether there is a survey; if so, it is held until it is let go. */
bool local_survey_hold(struct account *account);
/* This was committed, and is told by whoever did it. While the survey is held. */
void local_survey_note(struct account *account, const struct delta *delta);
void local_survey_let_go(struct account *account);

#endif

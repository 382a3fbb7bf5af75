/* mover.c - the thread that moves what was committed from the logs to the databases. */
#include "mover.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "checkpoint.h"

struct mover {
	struct store *store;
	pthread_t thread;
	/* The store's lock. */
	bool started, stopping, resting;
	struct account *first, **last; /* that wait, each with a user more */
	pthread_cond_t wake, rested;
};

int local_mover_create(struct store *store, struct mover **mover_out)
{
	struct mover *mover = calloc(1, sizeof(*mover));
	if (mover == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	mover->store = store;
	mover->last = &mover->first;
	mover->resting = true;
	(void)pthread_cond_init(&mover->wake, NULL);
	(void)pthread_cond_init(&mover->rested, NULL);
	*mover_out = mover;
	return 0;
}

void local_mover_stop(struct mover *mover)
{
	if (mover == NULL) {
		return;
	}
	pthread_mutex_lock(&mover->store->lock);
	mover->stopping = true;
	bool started = mover->started;
	mover->started = false;
	(void)pthread_cond_signal(&mover->wake);
	pthread_mutex_unlock(&mover->store->lock);
	if (started) {
		(void)pthread_join(mover->thread, NULL);
	}
}

void local_mover_destroy(struct mover *mover)
{
	if (mover == NULL) {
		return;
	}
	local_mover_stop(mover);
	(void)pthread_cond_destroy(&mover->wake);
	(void)pthread_cond_destroy(&mover->rested);
	free(mover);
}

static void *run(void *context)
{
	struct mover *mover = context;
	pthread_mutex_t *lock = &mover->store->lock;
	pthread_mutex_lock(lock);
	while (!mover->stopping) {
		struct account *account = mover->first;
		mover->resting = account == NULL;
		if (account == NULL) {
			(void)pthread_cond_broadcast(&mover->rested);
			(void)pthread_cond_wait(&mover->wake, lock);
			continue;
		}
		mover->first = account->next_moved;
		mover->last = mover->first == NULL ? &mover->first : mover->last;
		pthread_mutex_unlock(lock);
		local_checkpoint_move(account);
		local_store_put_account(account);
		pthread_mutex_lock(lock);
	}
	pthread_mutex_unlock(lock);
	return NULL;
}

/* With the lock. Signals are for the threads of the program. */
static bool start(struct mover *mover)
{
	sigset_t all, before;
	if (!mover->started) {
		(void)sigfillset(&all);
		(void)pthread_sigmask(SIG_SETMASK, &all, &before);
		mover->started = pthread_create(&mover->thread, NULL, run, mover) == 0;
		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	return mover->started;
}

bool local_mover_add(struct account *account)
{
	struct mover *mover = account->store->mover;
	pthread_mutex_lock(&mover->store->lock);
	bool added = !mover->stopping && start(mover);
	if (added) {
		account->users++;
		account->next_moved = NULL;
		*mover->last = account;
		mover->last = &account->next_moved;
		mover->resting = false;
	}
	pthread_mutex_unlock(&mover->store->lock);
	if (added) {
		(void)pthread_cond_signal(&mover->wake);
	}
	return added;
}

void local_mover_wait(struct mover *mover)
{
	pthread_mutex_lock(&mover->store->lock);
	while (!mover->resting) {
		(void)pthread_cond_wait(&mover->rested, &mover->store->lock);
	}
	pthread_mutex_unlock(&mover->store->lock);
}

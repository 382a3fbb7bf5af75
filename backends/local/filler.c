/* filler.c - the thread that fills search.db in the background. */
#include "filler.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "store.h"
#include "text_fill.h"

/* Mail often comes in crowds: how long to wait for more, in milliseconds. */
#define DELAY 2000
/* Who stores mail goes first: how long it must have been quiet, and how long work is put off at most before it has a
 * turn, in milliseconds. */
#define QUIET 250
#define PUT_OFF 10000
/* After something failed that may pass: another process fills, the disk is full. */
#define SHORT_PAUSE 2000
#define LONG_PAUSE 30000
/* Niceness of the thread. */
#define NICE 10
/* How often a search.db that is damaged is made anew before its user does without. */
#define MAX_REBUILT 5

struct filler {
	struct store *store;
	pthread_t thread;
	/* The store's lock. */
	bool started, stopping, resting;
	unsigned delay, quiet, put_off; /* milliseconds */
	uint64_t mail_at; /* when mail came last */
	uint64_t put_off_since; /* 0: work is not put off */
	bool overdue; /* this turn was put off for long enough */
	struct account *first, **last; /* that wait */
	pthread_cond_t wake; /* by the monotonic clock */
	pthread_cond_t rested;
	/* The thread's own. */
	struct roost_call *call; /* cancelled to stop it */
	bool complained; /* of what keeps it from writing */
};

int local_filler_create(struct store *store, struct filler **filler_out)
{
	struct filler *filler = calloc(1, sizeof(*filler));
	pthread_condattr_t attributes;
	if (filler == NULL || roost_call_create(&filler->call, 0) < 0) {
		free(filler);
		return ROOST_ERR_NO_MEMORY;
	}
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&filler->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	(void)pthread_cond_init(&filler->rested, NULL);
	filler->store = store;
	filler->delay = DELAY;
	filler->quiet = QUIET;
	filler->put_off = PUT_OFF;
	filler->resting = true;
	filler->last = &filler->first;
	*filler_out = filler;
	return 0;
}

void local_filler_destroy(struct filler *filler)
{
	if (filler == NULL) {
		return;
	}
	pthread_mutex_lock(&filler->store->lock);
	filler->stopping = true;
	bool started = filler->started;
	(void)pthread_cond_broadcast(&filler->wake);
	pthread_mutex_unlock(&filler->store->lock);
	roost_call_cancel(filler->call);
	if (started) {
		(void)pthread_join(filler->thread, NULL);
	}
	(void)pthread_cond_destroy(&filler->wake);
	(void)pthread_cond_destroy(&filler->rested);
	roost_call_destroy(filler->call);
	free(filler);
}

/* With the lock: put the account, which has a user more, at the end of the queue. */
static void queue(struct filler *filler, struct account *account)
{
	account->text.queued = true;
	account->text.next = NULL;
	*filler->last = account;
	filler->last = &account->text.next;
}

/* With the lock. Let it go for so long, or until it is to stop. */
static void pause_for(struct filler *filler, unsigned milliseconds)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	int r = 0;
	while (!filler->stopping && r != ETIMEDOUT) {
		r = pthread_cond_timedwait(&filler->wake, &filler->store->lock, &until);
	}
}

static uint64_t milliseconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Whether work is to be put off while mail comes in. With the lock. */
static bool gives_way(struct filler *filler)
{
	uint64_t now = milliseconds();
	if (filler->stopping || now - filler->mail_at >= filler->quiet) {
		filler->put_off_since = 0;
		return false;
	}
	if (filler->put_off_since == 0) {
		filler->put_off_since = now;
	}
	return now - filler->put_off_since < filler->put_off;
}

bool local_filler_gives_way(struct filler *filler)
{
	pthread_mutex_lock(&filler->store->lock);
	bool gives = !filler->overdue && gives_way(filler);
	pthread_mutex_unlock(&filler->store->lock);
	return gives;
}

static void complain(struct filler *filler, struct account *account, int error,
	const struct text_fill_trouble *trouble)
{
	char name[256], why[300];
	if (trouble->of_mail || filler->complained) {
		return;
	}
	/* What is damaged is told each time; what ails the disk ails all. */
	filler->complained = error != ROOST_ERR_CORRUPT;
	local_trouble_quote(name, sizeof(name), account->name);
	local_trouble_quote(why, sizeof(why), trouble->text);
	local_trouble_log(filler->store, ROOST_LOG_WARNING,
		"event=search-index-trouble user=%s error=%s reason=%s advice=\"%s\"", name,
		roost_error_name(error), why,
		error == ROOST_ERR_CORRUPT
			? "nothing: search.db was damaged and is made anew"
			: "searches are right but slow: make room, or let roost write search.db");
}

/* Work for one account. Whether it must wait for another turn, and for how long everybody must. */
static bool work(struct filler *filler, struct account *account, unsigned *pause_out)
{
	struct text_fill_trouble trouble;
	*pause_out = 0;
	int r = local_text_fill(account, filler->call, &trouble);
	switch (r) {
	case 0:
		atomic_store(&account->text.caught_up, true);
		filler->complained = false;
		return false;
	case 1:
		filler->complained = false;
		return true;
	case ROOST_ERR_CANCELLED:
		return false;
	case ROOST_ERR_IN_USE:
		*pause_out = SHORT_PAUSE;
		return true;
	case ROOST_ERR_CORRUPT:
		complain(filler, account, r, &trouble);
		return !trouble.of_mail && ++account->text.rebuilt <= MAX_REBUILT;
	case ROOST_ERR_UNAVAILABLE:
	case ROOST_ERR_OVER_QUOTA:
	case ROOST_ERR_IO:
	case ROOST_ERR_NO_MEMORY:
		complain(filler, account, r, &trouble);
		*pause_out = trouble.of_mail ? 0 : LONG_PAUSE;
		return !trouble.of_mail;
	default: /* will not pass by itself: when the user gets mail, it is tried again */
		complain(filler, account, r, &trouble);
		return false;
	}
}

static void be_nice(void)
{
	(void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
}

static void *run(void *context)
{
	struct filler *filler = context;
	struct store *store = filler->store;
	be_nice();
	pthread_mutex_lock(&store->lock);
	while (!filler->stopping) {
		struct account *account = filler->first;
		if (account == NULL) {
			filler->resting = true;
			(void)pthread_cond_broadcast(&filler->rested);
			(void)pthread_cond_wait(&filler->wake, &store->lock);
			continue;
		}
		if (filler->resting) {
			filler->resting = false;
			pause_for(filler, filler->delay);
			continue;
		}
		if (gives_way(filler)) {
			(void)pthread_cond_broadcast(&filler->rested);
			pause_for(filler, filler->quiet);
			continue;
		}
		filler->overdue = filler->put_off_since != 0;
		filler->put_off_since = 0;
		filler->first = account->text.next;
		filler->last = filler->first == NULL ? &filler->first : filler->last;
		account->text.queued = false;
		if (account->text.settled >= account->text.from) {
			account->text.settled = account->text.from - 1;
		}
		account->text.from = INT64_MAX;
		pthread_mutex_unlock(&store->lock);
		unsigned pause;
		bool again = work(filler, account, &pause);
		pthread_mutex_lock(&store->lock);
		if (again && !account->text.queued) {
			queue(filler, account);
		} else {
			pthread_mutex_unlock(&store->lock);
			local_store_put_account(account);
			pthread_mutex_lock(&store->lock);
		}
		if (pause > 0) {
			pause_for(filler, pause);
		}
	}
	pthread_mutex_unlock(&store->lock);
	return NULL;
}

/* With the lock. Signals are for the threads of the program. */
static bool start(struct filler *filler)
{
	sigset_t all, before;
	if (!filler->started) {
		(void)sigfillset(&all);
		(void)pthread_sigmask(SIG_SETMASK, &all, &before);
		filler->started = pthread_create(&filler->thread, NULL, run, filler) == 0;
		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	return filler->started;
}

void local_filler_wake(struct account *account, int64_t from, bool mail)
{
	struct filler *filler = account->store->filler;
	if (filler == NULL) {
		return;
	}
	pthread_mutex_lock(&filler->store->lock);
	if (from < account->text.from) {
		account->text.from = from;
	}
	if (mail) {
		filler->mail_at = milliseconds();
	}
	if (!account->text.queued && !filler->stopping && start(filler)) {
		account->users++;
		queue(filler, account);
		if (filler->resting) {
			(void)pthread_cond_broadcast(&filler->wake);
		}
	}
	pthread_mutex_unlock(&filler->store->lock);
}

void local_filler_set_delay(struct filler *filler, unsigned wait)
{
	pthread_mutex_lock(&filler->store->lock);
	filler->delay = wait;
	filler->quiet = wait < QUIET ? wait : QUIET;
	pthread_mutex_unlock(&filler->store->lock);
}

void local_filler_set_quiet(struct filler *filler, unsigned quiet, unsigned put_off)
{
	pthread_mutex_lock(&filler->store->lock);
	filler->quiet = quiet;
	filler->put_off = put_off;
	pthread_mutex_unlock(&filler->store->lock);
}

bool local_filler_wait_put_off(struct filler *filler)
{
	pthread_mutex_lock(&filler->store->lock);
	while (filler->put_off_since == 0 && (!filler->resting || filler->first != NULL)) {
		(void)pthread_cond_wait(&filler->rested, &filler->store->lock);
	}
	bool is_put_off = filler->put_off_since != 0;
	pthread_mutex_unlock(&filler->store->lock);
	return is_put_off;
}

void local_filler_wait(struct filler *filler)
{
	pthread_mutex_lock(&filler->store->lock);
	while (!filler->resting || filler->first != NULL) {
		(void)pthread_cond_wait(&filler->rested, &filler->store->lock);
	}
	pthread_mutex_unlock(&filler->store->lock);
}

/* chores.c - the thread that does in the background what can wait. */
#include "chores.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "packing.h"
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
/* How often a search.db that is damaged is made anew before its user does without it. */
#define MAX_REBUILT 5

struct chores {
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
	unsigned complained; /* bits of chores: of what keeps it from being done */
};

static bool may_clean(const struct store *store)
{
	(void)store;
	return true;
}

static bool may_pack(const struct store *store)
{
	return store->packing.full > 0;
}

static bool may_index(const struct store *store)
{
	return !store->options.no_text_index;
}

/* One after another for each user. First what makes the others faster. */
static const struct chore {
	bool (*may)(const struct store *store);
	int (*run)(struct account *account, struct roost_call *call,
		struct chore_trouble *trouble_out);
	bool mends; /* what is damaged it makes anew */
	const char *name, *advice;
} table[] = {
	{ may_clean, local_leftovers_do, false, "leftovers", "" },
	{ may_pack, local_packing_do, false, "packing",
		"mail is safe but slower to read: make room, or let roost write to the folder "
		"bodies" },
	{ may_index, local_text_fill, true, "search-index",
		"searches are right but slow: make room, or let roost write search.db" },
};

int local_chores_create(struct store *store, struct chores **chores_out)
{
	struct chores *chores = calloc(1, sizeof(*chores));
	pthread_condattr_t attributes;
	if (chores == NULL || roost_call_create(&chores->call, 0) < 0) {
		free(chores);
		return ROOST_ERR_NO_MEMORY;
	}
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&chores->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	(void)pthread_cond_init(&chores->rested, NULL);
	chores->store = store;
	chores->delay = DELAY;
	chores->quiet = QUIET;
	chores->put_off = PUT_OFF;
	chores->resting = true;
	chores->last = &chores->first;
	*chores_out = chores;
	return 0;
}

void local_chores_destroy(struct chores *chores)
{
	if (chores == NULL) {
		return;
	}
	pthread_mutex_lock(&chores->store->lock);
	chores->stopping = true;
	bool started = chores->started;
	(void)pthread_cond_broadcast(&chores->wake);
	pthread_mutex_unlock(&chores->store->lock);
	roost_call_cancel(chores->call);
	if (started) {
		(void)pthread_join(chores->thread, NULL);
	}
	(void)pthread_cond_destroy(&chores->wake);
	(void)pthread_cond_destroy(&chores->rested);
	roost_call_destroy(chores->call);
	free(chores);
}

/* With the lock: put the account, which has a user more, at the end of the queue. */
static void queue(struct chores *chores, struct account *account)
{
	account->chores.queued = true;
	account->chores.next = NULL;
	*chores->last = account;
	chores->last = &account->chores.next;
}

/* With the lock. Let it go for so long, or until it is to stop. */
static void pause_for(struct chores *chores, unsigned milliseconds)
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
	while (!chores->stopping && r != ETIMEDOUT) {
		r = pthread_cond_timedwait(&chores->wake, &chores->store->lock, &until);
	}
}

static uint64_t milliseconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Whether work is to be put off while mail comes in. With the lock. */
static bool gives_way(struct chores *chores)
{
	uint64_t now = milliseconds();
	if (chores->stopping || now - chores->mail_at >= chores->quiet) {
		chores->put_off_since = 0;
		return false;
	}
	if (chores->put_off_since == 0) {
		chores->put_off_since = now;
	}
	return now - chores->put_off_since < chores->put_off;
}

bool local_chores_give_way(struct chores *chores)
{
	pthread_mutex_lock(&chores->store->lock);
	bool gives = !chores->overdue && gives_way(chores);
	pthread_mutex_unlock(&chores->store->lock);
	return gives;
}

static void complain(struct chores *chores, const struct chore *chore, struct account *account,
	int error, const struct chore_trouble *trouble)
{
	char name[256], why[300];
	unsigned bit = 1u << (chore - table);
	if (trouble->of_mail || (chores->complained & bit) != 0) {
		return;
	}
	/* What is damaged is told each time; what ails the disk ails all. */
	bool mends = error == ROOST_ERR_CORRUPT && chore->mends;
	chores->complained |= mends ? 0 : bit;
	local_trouble_quote(name, sizeof(name), account->name);
	local_trouble_quote(why, sizeof(why), trouble->text);
	local_trouble_log(chores->store, ROOST_LOG_WARNING,
		"event=%s-trouble user=%s error=%s reason=%s advice=\"%s\"", chore->name, name,
		roost_error_name(error), why,
		mends ? "nothing: search.db was damaged and is made anew" : chore->advice);
}

/* One chore for one account. Whether there is more of it, and for how long everybody must wait first. */
static bool do_chore(struct chores *chores, const struct chore *chore, struct account *account,
	unsigned *pause, bool *done)
{
	struct chore_trouble trouble;
	int r = chore->run(account, chores->call, &trouble);
	switch (r) {
	case 0:
	case 1:
		chores->complained &= ~(1u << (chore - table));
		*done = *done && r == 0;
		return r == 1;
	case ROOST_ERR_CANCELLED:
		*done = false;
		return false;
	case ROOST_ERR_IN_USE:
		*done = false;
		*pause = *pause < SHORT_PAUSE ? SHORT_PAUSE : *pause;
		return true;
	case ROOST_ERR_CORRUPT:
		*done = false;
		complain(chores, chore, account, r, &trouble);
		return chore->mends && !trouble.of_mail && ++account->text.rebuilt <= MAX_REBUILT;
	case ROOST_ERR_UNAVAILABLE:
	case ROOST_ERR_OVER_QUOTA:
	case ROOST_ERR_IO:
	case ROOST_ERR_NO_MEMORY:
		*done = false;
		complain(chores, chore, account, r, &trouble);
		*pause = trouble.of_mail ? *pause : LONG_PAUSE;
		return !trouble.of_mail;
	default: /* will not pass by itself: when the user gets mail, it is tried again */
		*done = false;
		complain(chores, chore, account, r, &trouble);
		return false;
	}
}

/* A turn of each chore for one account. Whether it must have another turn, and for how long everybody
 * must wait. */
static bool work(struct chores *chores, struct account *account, unsigned *pause_out)
{
	bool again = false, done = true;
	*pause_out = 0;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].may(chores->store)) {
			again = do_chore(chores, &table[i], account, pause_out, &done) || again;
		}
	}
	if (done) {
		atomic_store(&account->chores.caught_up, true);
	}
	return again;
}

static void be_nice(void)
{
	(void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
}

static void *run(void *context)
{
	struct chores *chores = context;
	struct store *store = chores->store;
	be_nice();
	pthread_mutex_lock(&store->lock);
	while (!chores->stopping) {
		struct account *account = chores->first;
		if (account == NULL) {
			chores->resting = true;
			(void)pthread_cond_broadcast(&chores->rested);
			(void)pthread_cond_wait(&chores->wake, &store->lock);
			continue;
		}
		if (chores->resting) {
			chores->resting = false;
			pause_for(chores, chores->delay);
			continue;
		}
		if (gives_way(chores)) {
			(void)pthread_cond_broadcast(&chores->rested);
			pause_for(chores, chores->quiet);
			continue;
		}
		chores->overdue = chores->put_off_since != 0;
		chores->put_off_since = 0;
		chores->first = account->chores.next;
		chores->last = chores->first == NULL ? &chores->first : chores->last;
		account->chores.queued = false;
		if (account->text.settled >= account->text.from) {
			account->text.settled = account->text.from - 1;
		}
		account->text.from = INT64_MAX;
		pthread_mutex_unlock(&store->lock);
		unsigned pause;
		bool again = work(chores, account, &pause);
		pthread_mutex_lock(&store->lock);
		if (again && !account->chores.queued) {
			queue(chores, account);
		} else {
			pthread_mutex_unlock(&store->lock);
			local_store_put_account(account);
			pthread_mutex_lock(&store->lock);
		}
		if (pause > 0) {
			pause_for(chores, pause);
		}
	}
	pthread_mutex_unlock(&store->lock);
	return NULL;
}

/* With the lock. Signals are for the threads of the program. */
static bool start(struct chores *chores)
{
	sigset_t all, before;
	if (!chores->started) {
		(void)sigfillset(&all);
		(void)pthread_sigmask(SIG_SETMASK, &all, &before);
		chores->started = pthread_create(&chores->thread, NULL, run, chores) == 0;
		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	return chores->started;
}

void local_chores_wake(struct account *account, int64_t from, bool mail)
{
	struct chores *chores = account->store->chores;
	if (chores == NULL) {
		return;
	}
	pthread_mutex_lock(&chores->store->lock);
	if (from < account->text.from) {
		account->text.from = from;
	}
	if (mail) {
		chores->mail_at = milliseconds();
	}
	if (!account->chores.queued && !chores->stopping && start(chores)) {
		account->users++;
		queue(chores, account);
		if (chores->resting) {
			(void)pthread_cond_broadcast(&chores->wake);
		}
	}
	pthread_mutex_unlock(&chores->store->lock);
}

void local_chores_set_delay(struct chores *chores, unsigned wait)
{
	pthread_mutex_lock(&chores->store->lock);
	chores->delay = wait;
	chores->quiet = wait < QUIET ? wait : QUIET;
	pthread_mutex_unlock(&chores->store->lock);
}

void local_chores_set_quiet(struct chores *chores, unsigned quiet, unsigned put_off)
{
	pthread_mutex_lock(&chores->store->lock);
	chores->quiet = quiet;
	chores->put_off = put_off;
	pthread_mutex_unlock(&chores->store->lock);
}

bool local_chores_wait_put_off(struct chores *chores)
{
	pthread_mutex_lock(&chores->store->lock);
	while (chores->put_off_since == 0 && (!chores->resting || chores->first != NULL)) {
		(void)pthread_cond_wait(&chores->rested, &chores->store->lock);
	}
	bool is_put_off = chores->put_off_since != 0;
	pthread_mutex_unlock(&chores->store->lock);
	return is_put_off;
}

void local_chores_wait(struct chores *chores)
{
	pthread_mutex_lock(&chores->store->lock);
	while (!chores->resting || chores->first != NULL) {
		(void)pthread_cond_wait(&chores->rested, &chores->store->lock);
	}
	pthread_mutex_unlock(&chores->store->lock);
}

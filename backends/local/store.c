/* store.c - the accounts, and which of them have their database open. */
#include "store.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "folder.h"
#include "mover.h"
#include "recents.h"

/* Databases of users who are not signed in are closed when they were not used for so many seconds:
 * who wants the user's folder for itself need not wait long. */
#define REST_SECONDS 2
/* The same while somebody is signed in, for memory: a client that waits in IDLE needs no database. */
#define WAIT_SECONDS 10
/* The writer and the index for searches with three files each, some readers with two, packs, the lock. */
#define FILES_OF_AN_ACCOUNT (16 + PACKS_OPEN)

/* The index of the first account of that name or behind it. With the lock. */
static size_t find(const struct store *store, const char *name)
{
	size_t low = 0, high = store->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(store->accounts[middle]->name, name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static int insert(struct store *store, size_t at, const char *name, struct account **account_out)
{
	if (store->count == store->capacity) {
		size_t capacity = store->capacity == 0 ? 16 : store->capacity * 2;
		struct account **accounts = realloc(store->accounts, capacity * sizeof(*accounts));
		if (accounts == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		store->accounts = accounts;
		store->capacity = capacity;
	}
	char *folder;
	int r = local_folder_of_user(store->folder, name, &folder);
	if (r == 0) {
		r = local_account_create(store, name, folder, account_out);
	}
	if (r < 0) {
		return r;
	}
	memmove(&store->accounts[at + 1], &store->accounts[at],
		(store->count - at) * sizeof(*store->accounts));
	store->accounts[at] = *account_out;
	store->count++;
	return 0;
}

int local_store_get_account(struct store *store, struct roost_call *call, const char *name,
	struct account **account_out)
{
	int r = 0;
	pthread_mutex_lock(&store->lock);
	size_t at = find(store, name);
	struct account *account = NULL;
	if (at < store->count && strcmp(store->accounts[at]->name, name) == 0) {
		account = store->accounts[at];
	} else {
		r = insert(store, at, name, &account);
	}
	if (r == 0) {
		account->users++;
	}
	pthread_mutex_unlock(&store->lock);
	if (r < 0) {
		return r == ROOST_ERR_CANNOT
			       ? roost_call_fail(call, r, "This user name cannot have a mail store")
			       : r;
	}
	*account_out = account;
	return 0;
}

/* Take the account out when nothing needs it any more. With the lock. */
static struct account *take_unused(struct store *store, struct account *account)
{
	if (account->users > 0 || account->open) {
		return NULL;
	}
	size_t at = find(store, account->name);
	store->count--;
	memmove(&store->accounts[at], &store->accounts[at + 1],
		(store->count - at) * sizeof(*store->accounts));
	return account;
}

static int64_t seconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec;
}

void local_store_put_account(struct account *account)
{
	struct store *store = account->store;
	pthread_mutex_lock(&store->lock);
	account->users--;
	account->used_at = seconds();
	struct account *unused = take_unused(store, account);
	pthread_mutex_unlock(&store->lock);
	if (unused != NULL) {
		local_account_destroy(unused);
	}
}

/* The list of open accounts. With the lock. */
static void unlink_account(struct store *store, struct account *account)
{
	*(account->newer != NULL ? &account->newer->older : &store->newest) = account->older;
	*(account->older != NULL ? &account->older->newer : &store->oldest) = account->newer;
	account->newer = account->older = NULL;
}

static void link_newest(struct store *store, struct account *account)
{
	account->older = store->newest;
	account->newer = NULL;
	*(store->newest != NULL ? &store->newest->newer : &store->oldest) = account;
	store->newest = account;
}

/* With the lock. */
static bool may_close(struct account *account, bool too_many)
{
	int64_t idle = seconds() - account->used_at;
	/* Whose leftovers are not known any more keeps them until he leaves. */
	bool rests = account->users == 0
			     ? idle >= REST_SECONDS
			     : idle >= WAIT_SECONDS && !atomic_load(&account->leftovers.any);
	return account->ops == 0 && (too_many || rests || atomic_load(&account->needs_log)) &&
	       pthread_mutex_trylock(&account->opening) == 0;
}

/* How many accounts may be open: where the system lets few files be open, most of them are for
 * clients. */
static size_t most_open(const struct store *store)
{
	size_t wanted = store->options.open_databases;
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur == RLIM_INFINITY) {
		return wanted;
	}
	size_t fitting = (size_t)files.rlim_cur / (3 * FILES_OF_AN_ACCOUNT);
	return fitting < wanted ? fitting : wanted;
}

/* Choose an open account to be closed, if too many are open, or with `rested` if it was not used
 * for long; it comes with its opening lock. `waited_out` says that it is somebody's who only waits. */
static struct account *choose_resting(struct store *store, bool rested, bool *waited_out)
{
	struct account *account = NULL;
	pthread_mutex_lock(&store->lock);
	bool too_many = store->open_count > most_open(store);
	if (too_many || rested) {
		account = store->oldest;
		while (account != NULL && !may_close(account, too_many)) {
			account = account->newer;
		}
	}
	if (account != NULL) {
		*waited_out = !too_many && account->users > 0;
		account->users++;
		account->open = false;
		unlink_account(store, account);
		store->open_count--;
	}
	pthread_mutex_unlock(&store->lock);
	return account;
}

/* Whether there were any. */
static bool close_resting(struct store *store, bool rested)
{
	struct account *account;
	bool any = false, waited;
	while ((account = choose_resting(store, rested, &waited)) != NULL) {
		/* Who waits goes on soon, and is still somebody who works with the mail. */
		local_account_close(account, waited);
		pthread_mutex_unlock(&account->opening);
		local_store_put_account(account);
		any = true;
	}
	return any;
}

static int open_account(struct account *account, struct roost_call *call)
{
	struct store *store = account->store;
	pthread_mutex_lock(&account->opening);
	pthread_mutex_lock(&store->lock);
	bool open = account->open;
	pthread_mutex_unlock(&store->lock);
	int r = 0;
	if (!open) {
		r = local_account_open(account, call);
		if (r == 0) {
			pthread_mutex_lock(&store->lock);
			account->open = true;
			link_newest(store, account);
			store->open_count++;
			bool first = store->open_count == 1;
			pthread_mutex_unlock(&store->lock);
			if (first) {
				local_bell_wake(store);
			}
			/* Not for what the chores themselves open: when more users are signed in than
			 * databases may be open, that would never end. */
			if (!atomic_load(&account->chores.caught_up)) {
				local_chores_wake(account, 1, false);
			}
		}
	}
	pthread_mutex_unlock(&account->opening);
	return r;
}

int local_store_begin_op(struct account *account, struct roost_call *call)
{
	struct store *store = account->store;
	pthread_mutex_lock(&store->lock);
	account->users++;
	account->ops++;
	account->used_at = seconds();
	bool open = account->open;
	if (open && store->newest != account) {
		unlink_account(store, account);
		link_newest(store, account);
	}
	pthread_mutex_unlock(&store->lock);
	if (open) {
		return 0;
	}
	int r = open_account(account, call);
	if (r < 0) {
		local_store_end_op(account);
		return r;
	}
	(void)close_resting(store, false);
	return 0;
}

void local_store_end_op(struct account *account)
{
	struct store *store = account->store;
	pthread_mutex_lock(&store->lock);
	account->ops--;
	account->users--;
	struct account *unused = take_unused(store, account);
	pthread_mutex_unlock(&store->lock);
	if (unused != NULL) {
		local_account_destroy(unused);
	}
}

void local_store_finish(struct store *store)
{
	/* The mover may open an account, which has chores; these commit, which is something to move. */
	local_mover_stop(store->mover);
	local_chores_destroy(store->chores);
	store->chores = NULL;
	local_mover_destroy(store->mover);
	store->mover = NULL;
	for (size_t i = 0; i < store->count; i++) {
		struct account *account = store->accounts[i];
		if (account->open) {
			local_account_close(account, false);
		}
		local_account_destroy(account);
	}
	free(store->accounts);
	store->accounts = NULL;
	store->count = store->capacity = 0;
}

bool local_store_is_open(struct account *account)
{
	struct store *store = account->store;
	pthread_mutex_lock(&store->lock);
	bool open = account->open;
	pthread_mutex_unlock(&store->lock);
	return open;
}

bool local_store_is_used(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	bool used = store->count > 0;
	pthread_mutex_unlock(&store->lock);
	return used;
}

struct account *local_store_find_account(struct store *store, const char *name)
{
	struct account *account = NULL;
	pthread_mutex_lock(&store->lock);
	size_t at = find(store, name);
	if (at < store->count && store->accounts[at]->users > 0 &&
		strcmp(store->accounts[at]->name, name) == 0) {
		account = store->accounts[at];
		account->users++;
	}
	pthread_mutex_unlock(&store->lock);
	return account;
}

struct account *local_store_next_account(struct store *store, const char *name)
{
	struct account *account = NULL;
	pthread_mutex_lock(&store->lock);
	for (size_t at = find(store, name); account == NULL && at < store->count; at++) {
		if (store->accounts[at]->users > 0 &&
			strcmp(store->accounts[at]->name, name) != 0) {
			account = store->accounts[at];
			account->users++;
		}
	}
	pthread_mutex_unlock(&store->lock);
	return account;
}

/* An open account with recent messages that others should hear of, with a user more; or NULL. */
static struct account *choose_telling(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	struct account *account = store->newest;
	while (account != NULL && !atomic_exchange(&account->tells_recents, false)) {
		account = account->older;
	}
	if (account != NULL) {
		account->users++;
	}
	pthread_mutex_unlock(&store->lock);
	return account;
}

/* One that has leftovers, with a user more. */
static struct account *choose_untidy(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	struct account *account = store->newest;
	while (account != NULL && !local_leftovers_are_due(account, seconds())) {
		account = account->older;
	}
	if (account != NULL) {
		account->users++;
	}
	pthread_mutex_unlock(&store->lock);
	return account;
}

void local_store_rest(struct store *store)
{
	struct account *account;
	if (close_resting(store, true)) {
		(void)malloc_trim(0); /* what databases took is in small pieces */
	}
	while ((account = choose_telling(store)) != NULL) {
		local_recents_tell(account);
		local_store_put_account(account);
	}
	while ((account = choose_untidy(store)) != NULL) {
		local_chores_wake(account, INT64_MAX, false);
		local_store_put_account(account);
	}
}

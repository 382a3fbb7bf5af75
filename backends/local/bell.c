/* bell.c - processes that share a store tell each other when one has committed something. */
#include "bell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"
#include "lock.h"
#include "look.h"

/* What happens within this time is told together. */
#define GATHER_NANOSECONDS 10000000
/* How often databases are looked for that nobody uses any more. */
#define REST_MILLISECONDS 1000
/* How often all accounts are looked at when no bell can be heard. */
#define DEAF_MILLISECONDS 500
#define NAME_MAX_BYTES 1024

void local_bell_ring_at(const char *lock_file)
{
	int fd = open(lock_file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)close(fd);
	}
}

void local_bell_ring(struct account *account)
{
	if (local_lock_has_others(account->store->lock_fd)) {
		local_bell_ring_at(account->lock_file);
	}
}

bool local_bell_is_heard(const struct store *store)
{
	return atomic_load(&store->bell.heard);
}

void local_bell_wake(struct store *store)
{
	const uint64_t one = 1;
	if (store->bell.listening) {
		ssize_t n = write(store->bell.wakes, &one, sizeof(one));
		(void)n; /* full: it wakes anyway */
	}
}

static void look_at(struct account *account, int64_t since)
{
	local_look(account, since);
	local_look_at_all(account);
	local_survey_look(account);
	local_store_put_account(account);
}

static void look_at_everybody(struct store *store, int64_t since)
{
	struct account *account = NULL;
	char name[NAME_MAX_BYTES] = "";
	while ((account = local_store_next_account(store, name)) != NULL) {
		if (strlen(account->name) >= sizeof(name)) {
			local_store_put_account(account);
			return; /* there are no such names */
		}
		memcpy(name, account->name, strlen(account->name) + 1);
		look_at(account, since);
	}
}

/* Somebody rang at a user's door. */
static void answer(struct store *store, const char *file, int64_t since)
{
	char *name = NULL;
	struct account *account = NULL;
	if (local_folder_user_of(file, &name) == 0) {
		account = local_store_find_account(store, name);
	}
	free(name);
	if (account != NULL) {
		look_at(account, since);
	}
}

/* Read the rings that there are. */
static void hear(struct store *store)
{
	alignas(struct inotify_event) char events[16384];
	int64_t since = local_look_now();
	ssize_t size = read(store->bell.events, events, sizeof(events));
	bool lost = false;
	for (ssize_t at = 0; at < size;) {
		const struct inotify_event *event = (const struct inotify_event *)&events[at];
		at += (ssize_t)(sizeof(*event) + event->len);
		if ((event->mask & (IN_Q_OVERFLOW | IN_IGNORED)) != 0) {
			lost = true;
			atomic_store(&store->bell.heard, (event->mask & IN_IGNORED) == 0);
		} else if (event->len > 0) {
			answer(store, event->name, since);
		}
	}
	if (lost) {
		look_at_everybody(store, since);
	}
}

static void *listen_to(void *context)
{
	struct store *store = context;
	struct bell *bell = &store->bell;
	const struct timespec gather = { .tv_nsec = GATHER_NANOSECONDS };
	while (!atomic_load(&bell->stop)) {
		struct pollfd fds[] = { { .fd = bell->wakes, .events = POLLIN },
			{ .fd = bell->events, .events = POLLIN } };
		bool heard = local_bell_is_heard(store);
		int patience = !local_store_is_used(store) ? -1
			       : heard                     ? REST_MILLISECONDS
							   : DEAF_MILLISECONDS;
		(void)poll(fds, 2, patience);
		if ((fds[0].revents & POLLIN) != 0) {
			uint64_t count;
			ssize_t n = read(bell->wakes, &count, sizeof(count));
			(void)n;
		}
		if (atomic_load(&bell->stop)) {
			break;
		}
		if ((fds[1].revents & POLLIN) != 0) {
			hear(store);
			(void)nanosleep(&gather, NULL);
		} else if (!heard) {
			look_at_everybody(store, local_look_now());
		}
		local_store_rest(store);
	}
	return NULL;
}

static int watch_locks(struct bell *bell, const struct store *store)
{
	char *locks;
	bell->events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (bell->events < 0 || local_folder_locks(store->folder, &locks) < 0) {
		return -1;
	}
	int r = inotify_add_watch(bell->events, locks, LOCAL_BELL_RINGS | IN_ONLYDIR);
	free(locks);
	return r;
}

/* Signals are for the threads of whoever embeds the store. */
static int start(struct store *store)
{
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&store->bell.thread, NULL, listen_to, store);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

void local_bell_listen(struct store *store)
{
	struct bell *bell = &store->bell;
	char why[128];
	atomic_store(&bell->stop, false);
	bell->wakes = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	bool heard = watch_locks(bell, store) >= 0;
	if (!heard) {
		local_trouble_quote(why, sizeof(why), strerror(errno));
		local_trouble_log(store, ROOST_LOG_WARNING,
			"event=store-deaf reason=%s advice=\"raise fs.inotify.max_user_instances; "
			"until then changes of other processes are looked for twice a second\"",
			why);
	}
	atomic_store(&bell->heard, heard);
	bell->listening = bell->wakes >= 0 && start(store) == 0;
	if (!bell->listening) {
		local_bell_stop(store);
	}
}

void local_bell_stop(struct store *store)
{
	struct bell *bell = &store->bell;
	atomic_store(&bell->stop, true);
	atomic_store(&bell->heard, false);
	if (bell->listening) {
		local_bell_wake(store);
		(void)pthread_join(bell->thread, NULL);
		bell->listening = false;
	}
	if (bell->events >= 0) {
		(void)close(bell->events);
	}
	if (bell->wakes >= 0) {
		(void)close(bell->wakes);
	}
	bell->events = bell->wakes = -1;
}

/* bell.h - processes that share a store tell each other when one has committed something.
 *
 * Who has committed rings by opening the file of the user's lock for reading and closing it, which
 * changes nothing on disk and is done for nothing else: who comes in or goes out opens it for
 * writing, and must not call himself back. The others hear it by inotify, on the one folder in which
 * all locks are. A thread of the
 * store listens while there is somebody to tell, and sleeps without waking up when nothing happens
 * and no database is open. */
#ifndef LOCAL_BELL_H
#define LOCAL_BELL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct store;
struct account;

/* What inotify calls a ring. */
#define LOCAL_BELL_RINGS IN_CLOSE_NOWRITE

struct bell {
	pthread_t thread;
	bool listening; /* there is a thread */
	int events; /* of inotify; -1: it does not work */
	int wakes; /* the thread */
	atomic_bool heard; /* who rings is heard */
	atomic_bool stop;
};

/* After a commit: ring, if there are other processes. */
void local_bell_ring(struct account *account);
/* The same for who is no member of the store's household, at the door whose lock that is. */
void local_bell_ring_at(const char *lock_file);
/* Listen for the sessions of this process. Failures are logged; changes are then seen later. */
void local_bell_listen(struct store *store);
void local_bell_stop(struct store *store);
/* Whether this process hears of every change that another makes. */
bool local_bell_is_heard(const struct store *store);
/* There is something to be done soon: a database to be closed, or the recent messages to be told. */
void local_bell_wake(struct store *store);

#endif

/* store.h - the objects of the local backend and who locks what.
 *
 * An account is a user with a folder; it is in memory while somebody is signed in or its database is
 * open. Its connections are opened when an op needs them and closed, the longest unused first, when
 * too many accounts have theirs open.
 *
 * Other processes may work on the same folder: nothing in memory is taken for what is on disk but for
 * a moment (look.h), and all changes are worked out inside of a transaction.
 *
 * Locks are taken in this order: an account's survey, its opening, the store's, an account's, an index's. None
 * is held while a deliver callback runs; while a disk is waited for only that of the opening, and
 * that of an index which is brought up to date. */
#ifndef LOCAL_STORE_H
#define LOCAL_STORE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/local.h>

#include "bell.h"
#include "chores.h"
#include "driver.h"
#include "index.h"
#include "leftovers.h"
#include "lock.h"
#include "packing.h"
#include "packs.h"
#include "survey.h"

/* Reader connections that an account keeps when nobody uses them. */
#define READERS_KEPT 4
/* Messages that a store keeps in indexes which nobody uses, for who comes back: 72 bytes each. */
#define IDLE_MESSAGES ((size_t)2000000)

struct job;
struct recent;
struct account;

struct store {
	struct roost_backend base;
	struct roost_local_options options;
	char *folder;
	int lock_fd; /* shared with other processes */
	struct bell bell;
	struct roost_updates *_Atomic updates; /* where sessions hear of what others did, or NULL */
	struct chores *chores; /* NULL while the store is opened or closed */
	struct packing_limits packing; /* with a `full` of 0 nothing is packed */
	struct mover *mover;
	atomic_size_t idle_messages; /* that the indexes which nobody uses know together */
	size_t idle_most; /* of these */
	pthread_mutex_t lock; /* of what follows */
	struct account **accounts; /* ordered by name */
	size_t count, capacity;
	struct account *newest, *oldest; /* of those that are open, by when they were used last */
	size_t open_count;
};

struct account {
	struct store *store;
	char *name;
	char *folder;
	char *bodies; /* the folder of the bodies */
	char *database; /* the path of mail.db */
	char *lock_file;

	/* The store's lock. */
	unsigned users; /* sessions, and ops that run */
	unsigned ops; /* that run: the database stays open */
	bool open;
	struct account *newer, *older; /* while it is open */
	int64_t used_at; /* by the coarse clock, in seconds */

	pthread_mutex_t opening; /* held while the database is opened and closed */
	struct driver *writer; /* whoever leads the jobs */
	struct lock share; /* while it is open */
	uint64_t era; /* of the lock, when it was open */
	_Atomic int64_t made; /* when the account was, for object ids */
	atomic_int moving; /* see checkpoint.c, also for the next */
	unsigned moved_pages; /* whoever leads the jobs */
	struct account *next_moved; /* the store's lock */
	atomic_bool dropped; /* whether bodies were removed since the database was opened */
	atomic_bool checkpointing; /* somebody is */
	atomic_bool needs_log; /* whether a checkpoint has failed, until the database is closed */
	struct leftovers leftovers;
	bool left_log; /* the database was closed without moving all of the log */
	struct account_chores chores;
	struct account_text text; /* search.db */
	struct packs packs;
	struct survey survey;

	_Atomic uint64_t generation; /* see look.h */
	_Atomic int64_t looked_at; /* when the last look began */
	atomic_bool looking;

	pthread_mutex_t lock; /* of what follows */
	struct driver *readers[READERS_KEPT];
	size_t reader_count;
	struct index *indexes; /* the one used last first */
	struct recent *recents;
	int64_t email_next, email_end; /* numbers set aside: numbers.h */
	atomic_bool tells_recents; /* others should hear of them soon */
	struct job *first_job, **last_job; /* that wait */
	bool led; /* whether somebody works on jobs */

	pthread_mutex_t committing_lock; /* of what follows; taken after all others */
	const struct job *committing; /* may be on disk, and the indexes do not know it yet */
};

/* backend.c */

/* The store that a backend is; NULL when it is of another kind. */
struct store *local_store_of(struct roost_backend *backend);

/* store.c: the accounts, and which of them are open */

/* The account of that name, with a user more. Nothing is opened yet. */
int local_store_get_account(struct store *store, struct roost_call *call, const char *name,
	struct account **account_out);
void local_store_put_account(struct account *account);
/* Keep the database open while an op runs. Errors are explained and logged. */
int local_store_begin_op(struct account *account, struct roost_call *call);
void local_store_end_op(struct account *account);
void local_store_finish(struct store *store);
bool local_store_is_open(struct account *account);
/* Whether there are accounts in memory. */
bool local_store_is_used(struct store *store);
/* The account of that name, or the first one behind it, if it is in use; with a user more. */
struct account *local_store_find_account(struct store *store, const char *name);
struct account *local_store_next_account(struct store *store, const char *name);
/* Close the databases that nobody has used for a while, and write what others should know. */
void local_store_rest(struct store *store);

/* account.c: one account */

int local_account_create(
	struct store *store, const char *name, char *folder, struct account **account_out);
void local_account_destroy(struct account *account);
/* With the opening lock. */
int local_account_open(struct account *account, struct roost_call *call);
/* With `stay` one remains among those who work with the mail: then nobody can take it for himself. */
void local_account_close(struct account *account, bool stay);

/* A connection for reading, while an op runs. */
int local_account_take_reader(
	struct account *account, struct roost_call *call, struct driver **reader_out);
void local_account_put_reader(struct account *account, struct driver *reader);

/* The index of a mailbox, made when it is not there; not loaded. */
int local_account_get_index(struct account *account, int64_t mailbox, struct index **index_out);
void local_account_put_index(struct account *account, struct index *index);
/* The one with the next higher number of those that handles have open, with a reference; or NULL. */
struct index *local_account_next_index(struct account *account, int64_t after);
/* Tell the open index, if there is one, and let it look after what others have done before. */
void local_account_apply(struct account *account, const struct delta *delta);

/* trouble.c: telling people what is wrong */

/* Explain an error of the store itself to the client and the log; `text` is for the log. Other
 * errors pass through. Returns `error`. */
int local_trouble(struct account *account, struct roost_call *call, int error, const char *text);
__attribute__((format(printf, 3, 4))) void local_trouble_log(
	struct store *store, enum roost_log_level level, const char *format, ...);
/* Text for a log line, between quotes, with what is not printable replaced. */
void local_trouble_quote(char *line, size_t size, const char *text);

#endif

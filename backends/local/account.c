/* account.c - one user's folder: its connections, and its indexes. */
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bodies.h"
#include "folder.h"
#include "look.h"
#include "pack.h"
#include "recents.h"
#include "schema.h"
#include "text_reader.h"

/* Indexes of mailboxes that no handle has open, kept for who comes back. */
#define IDLE_INDEXES 4
/* How long one waits for who has the mail for itself, or opens it at this moment. */
#define ENTER_MILLISECONDS 10000u
/* How often one tries to commit over what has failed before one goes. */
#define OVERWRITES 3

int local_account_create(
	struct store *store, const char *name, char *folder, struct account **account_out)
{
	struct account *account = calloc(1, sizeof(*account));
	if (account == NULL) {
		free(folder);
		return ROOST_ERR_NO_MEMORY;
	}
	account->store = store;
	account->folder = folder;
	account->name = strdup(name);
	account->bodies = local_folder_join(folder, "bodies");
	account->database = local_folder_join(folder, "mail.db");
	account->share = LOCK_NONE;
	atomic_init(&account->generation, 1);
	account->text.from = INT64_MAX;
	account->text.place.path = local_folder_join(folder, "search.db");
	account->text.place.lock = local_folder_join(folder, "search.lock");
	account->last_job = &account->first_job;
	local_survey_init(&account->survey);
	local_packs_init(&account->packs, account->bodies);
	(void)pthread_mutex_init(&account->opening, NULL);
	(void)pthread_mutex_init(&account->lock, NULL);
	(void)pthread_mutex_init(&account->committing_lock, NULL);
	if (account->name == NULL || account->bodies == NULL || account->database == NULL ||
		account->text.place.path == NULL || account->text.place.lock == NULL ||
		local_folder_lock_of_user(store->folder, name, &account->lock_file) < 0) {
		local_account_destroy(account);
		return ROOST_ERR_NO_MEMORY;
	}
	*account_out = account;
	return 0;
}

static void go(struct account *account)
{
	account->share.untidy = atomic_exchange(&account->leftovers.unknown, false);
	local_lock_leave(&account->share);
}

void local_account_destroy(struct account *account)
{
	while (account->indexes != NULL) {
		struct index *index = account->indexes;
		account->indexes = index->next;
		(void)atomic_fetch_sub(&account->store->idle_messages, index->entries.count);
		local_index_destroy(index);
	}
	local_recents_free(account->recents);
	local_survey_finish(&account->survey);
	local_packs_finish(&account->packs);
	go(account);
	(void)pthread_mutex_destroy(&account->opening);
	(void)pthread_mutex_destroy(&account->lock);
	(void)pthread_mutex_destroy(&account->committing_lock);
	free(account->name);
	free(account->folder);
	free(account->bodies);
	free(account->database);
	free(account->lock_file);
	free(account->text.place.path);
	free(account->text.place.lock);
	free(account);
}

/* What never changes. */
static int read_account(struct account *account)
{
	struct driver_statement *s;
	int r = local_driver_prepare(account->writer, "SELECT made FROM account WHERE id = 1", &s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	if (r == 1) {
		atomic_store(&account->made, local_driver_number(s, 0));
	}
	local_driver_done(s);
	return r == 1 ? 0 : r < 0 ? r : ROOST_ERR_CORRUPT;
}

static int has_row(struct driver *db, const char *sql, uint64_t id)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r == 0) {
		local_driver_bind_number(s, (int64_t)id);
		r = local_driver_step(s);
		local_driver_done(s);
	}
	return r;
}

static int is_used(void *context, uint64_t id)
{
	return has_row(context, "SELECT 1 FROM email WHERE id = ? AND in_file = 1", id);
}

static int is_used_pack(void *context, uint64_t id)
{
	/* Emails are asked as well, so that a row that is lost costs no mail. */
	return has_row(context,
		"SELECT 1 FROM (SELECT id AS pack FROM pack UNION ALL SELECT pack FROM email) AS u"
		" WHERE u.pack = ?",
		id);
}

static int sweep(struct account *account)
{
	int r = local_bodies_sweep(
		account->bodies, local_bodies_read_name, is_used, account->writer);
	return r < 0 ? r
		     : local_bodies_sweep(account->bodies, local_pack_read_name, is_used_pack,
			       account->writer);
}

/* Whether there was a database. A new one in its place would tell the user's mail programs that all
 * mail is gone, and they would forget theirs. */
static bool is_lost(const struct account *account)
{
	struct stat is;
	return stat(account->bodies, &is) == 0 &&
	       (stat(account->database, &is) < 0 ? errno == ENOENT : is.st_size == 0);
}

/* Come in beside other processes. `died_out` says whether somebody died here before, and nobody is
 * here now; a log that is left tells of a power cut, too. */
static int enter(struct account *account, struct roost_call *call, bool *died_out)
{
	if (account->share.fd >= 0) {
		return 0; /* only the database had been closed */
	}
	int r = local_lock_enter(account->lock_file, ENTER_MILLISECONDS, &account->share);
	if (r == ROOST_ERR_IN_USE) {
		return local_trouble(account, call, ROOST_ERR_UNAVAILABLE,
			"another process has the mail of this user for itself");
	}
	if (r == 0) {
		r = local_folder_make_user(account->folder);
	}
	if (r < 0) {
		return local_trouble(account, call, r, strerror(errno));
	}
	/* The last to close a database removes its log. */
	char *log = NULL;
	bool left = asprintf(&log, "%s-wal", account->database) >= 0 && access(log, F_OK) == 0;
	free(log);
	*died_out = account->share.alone && (account->share.died || left);
	return 0;
}

/* Only who is alone may change tables under the feet of others. */
static int migrate(struct account *account, char *text, size_t size)
{
	unsigned version;
	int r = local_driver_schema_version(account->writer, &version);
	if (r == 0 && version > 0 && version < SCHEMA_VERSION && !account->share.alone) {
		(void)snprintf(text, size,
			"an older roost works with it, which must end before this one can");
		return ROOST_ERR_UNAVAILABLE;
	}
	return local_schema_migrate(account->writer, (int64_t)time(NULL), text, size);
}

static int open_database(struct account *account, struct roost_call *call)
{
	char text[256];
	if (is_lost(account)) {
		return local_trouble(
			account, call, ROOST_ERR_CORRUPT, "mail.db is missing or empty");
	}
	int r = local_driver_open(account->database, true, &account->writer, text, sizeof(text));
	if (r < 0) {
		account->writer = NULL;
		return local_trouble(account, call, r, text);
	}
	local_driver_keep_log(account->writer);
	r = migrate(account, text, sizeof(text));
	if (r == 0) {
		r = read_account(account);
		if (r < 0) {
			(void)snprintf(
				text, sizeof(text), "%s", local_driver_text(account->writer));
		}
	}
	if (r == 0) {
		r = local_folder_make_bodies(account->folder);
		(void)snprintf(text, sizeof(text), "bodies: %m");
	}
	return r < 0 ? local_trouble(account, call, r, text) : 0;
}

/* Somebody has repaired or replaced the mail while it was closed: what is in memory may be wrong. */
static void doubt(struct account *account)
{
	pthread_mutex_lock(&account->lock);
	for (struct index *index = account->indexes; index != NULL; index = index->next) {
		pthread_rwlock_wrlock(&index->lock);
		index->doubtful = true;
		index->gone = false;
		pthread_rwlock_unlock(&index->lock);
		atomic_store(&index->generation, 0);
	}
	pthread_mutex_unlock(&account->lock);
}

int local_account_open(struct account *account, struct roost_call *call)
{
	bool died = false;
	int r = enter(account, call, &died);
	if (r == 0) {
		r = open_database(account, call);
	}
	if (r < 0) {
		if (account->writer != NULL && account->left_log) {
			local_driver_leave(account->writer);
		}
		local_driver_close(account->writer);
		account->writer = NULL;
		go(account);
		return r;
	}
	/* What a sync that failed left of the log in memory may not be on disk: nothing is added to that. */
	if ((died || account->left_log) && local_driver_empty_log(account->writer) < 0) {
		atomic_store(&account->needs_log, true);
	}
	account->left_log = false;
	atomic_store(&account->dropped, died);
	if (died) {
		int swept = sweep(account);
		account->share.died = swept < 0;
		if (swept < 0) {
			(void)local_trouble(
				account, NULL, swept, "left over bodies were not removed");
		}
	}
	if (account->era != account->share.era) {
		doubt(account);
	}
	account->era = account->share.era;
	atomic_store(&account->looked_at, 0);
	local_lock_settle(&account->share);
	return 0;
}

static void flush_recents(struct account *account)
{
	struct recent *written = NULL;
	if (!local_recents_any(account)) {
		return;
	}
	int r = local_driver_begin(account->writer);
	if (r == 0) {
		r = local_recents_write(account, &written);
		if (r == 0) {
			r = local_driver_commit(account->writer);
		}
		if (r < 0) {
			local_driver_rollback(account->writer);
		}
	}
	local_recents_written(account, written, r == 0);
}

/* What a commit that has failed left in the log would count for who begins with that, and its owner was told that it
 * does not: another one, which changes nothing, is written over it. */
static void overwrite_failed(struct driver *db)
{
	for (int tries = 0; local_driver_in_doubt(db) && tries < OVERWRITES; tries++) {
		int r = local_driver_begin(db);
		if (r == 0) {
			r = local_driver_set_schema_version(db, SCHEMA_VERSION);
		}
		r = r == 0 ? local_driver_commit(db) : r;
		if (r < 0) {
			local_driver_rollback(db);
		}
	}
}

void local_account_close(struct account *account, bool stay)
{
	flush_recents(account);
	local_text_reader_close(account);
	local_packs_close(&account->packs);
	pthread_mutex_lock(&account->lock);
	while (account->reader_count > 0) {
		local_driver_close(account->readers[--account->reader_count]);
	}
	pthread_mutex_unlock(&account->lock);
	bool needed = atomic_exchange(&account->needs_log, false);
	if (needed || atomic_load(&account->leftovers.any)) {
		overwrite_failed(account->writer);
		local_leftovers_look(account);
	}
	account->left_log = local_leftovers_forget(account) || needed;
	/* Without the log nobody will look for bodies that come back after a power cut. */
	if (atomic_load(&account->dropped)) {
		(void)local_folder_sync(account->bodies);
	}
	/* The next one begins with the log that is left, and then looks for what else is. */
	if (account->left_log) {
		local_driver_leave(account->writer);
	}
	local_driver_close(account->writer);
	account->writer = NULL;
	account->email_next = account->email_end = 0;
	if (!stay) {
		go(account);
	}
}

int local_account_take_reader(
	struct account *account, struct roost_call *call, struct driver **reader_out)
{
	struct driver *reader = NULL;
	char text[256];
	pthread_mutex_lock(&account->lock);
	if (account->reader_count > 0) {
		reader = account->readers[--account->reader_count];
	}
	pthread_mutex_unlock(&account->lock);
	if (reader == NULL) {
		int r = local_driver_open(account->database, false, &reader, text, sizeof(text));
		if (r < 0) {
			return local_trouble(account, call, r, text);
		}
	}
	*reader_out = reader;
	return 0;
}

void local_account_put_reader(struct account *account, struct driver *reader)
{
	if (reader == NULL) {
		return;
	}
	pthread_mutex_lock(&account->lock);
	if (account->reader_count < READERS_KEPT) {
		account->readers[account->reader_count++] = reader;
		reader = NULL;
	}
	pthread_mutex_unlock(&account->lock);
	local_driver_close(reader);
}

/* With the lock. What is idle does not change until somebody uses it. */
static void use_index(struct account *account, struct index *index)
{
	if (index->refs++ == 0) {
		(void)atomic_fetch_sub(&account->store->idle_messages, index->entries.count);
	}
}

/* With the lock. */
static struct index **find_index(struct account *account, int64_t mailbox)
{
	struct index **at = &account->indexes;
	while (*at != NULL && (*at)->mailbox != mailbox) {
		at = &(*at)->next;
	}
	return at;
}

int local_account_get_index(struct account *account, int64_t mailbox, struct index **index_out)
{
	int r = 0;
	pthread_mutex_lock(&account->lock);
	struct index **at = find_index(account, mailbox);
	struct index *index = *at;
	if (index != NULL) {
		*at = index->next;
	} else {
		r = local_index_create(mailbox, &index);
		if (r == 0) {
			atomic_store(&index->recent_from, local_recents_find(account, mailbox));
		}
	}
	if (r == 0) {
		index->next = account->indexes;
		account->indexes = index;
		use_index(account, index);
		*index_out = index;
	}
	pthread_mutex_unlock(&account->lock);
	return r;
}

struct index *local_account_next_index(struct account *account, int64_t after)
{
	struct index *next = NULL;
	pthread_mutex_lock(&account->lock);
	for (struct index *index = account->indexes; index != NULL; index = index->next) {
		if (index->refs > 0 && index->mailbox > after &&
			(next == NULL || index->mailbox < next->mailbox)) {
			next = index;
		}
	}
	if (next != NULL) {
		use_index(account, next);
	}
	pthread_mutex_unlock(&account->lock);
	return next;
}

/* Take out the index that was closed first of those that nobody uses, if there are too many, or they
 * know too many messages. With the lock. */
static struct index *take_idle(struct account *account)
{
	struct index **idle = NULL;
	size_t count = 0;
	for (struct index **at = &account->indexes; *at != NULL; at = &(*at)->next) {
		if ((*at)->refs == 0) {
			idle = at;
			count++;
		}
	}
	size_t messages = atomic_load(&account->store->idle_messages);
	if (idle == NULL || (count <= IDLE_INDEXES && messages <= account->store->idle_most)) {
		return NULL;
	}
	struct index *index = *idle;
	*idle = index->next;
	(void)atomic_fetch_sub(&account->store->idle_messages, index->entries.count);
	return index;
}

void local_account_put_index(struct account *account, struct index *index)
{
	if (index == NULL) {
		return;
	}
	struct index *idle = NULL, *taken;
	pthread_mutex_lock(&account->lock);
	if (--index->refs == 0) {
		(void)atomic_fetch_add(&account->store->idle_messages, index->entries.count);
		while ((taken = take_idle(account)) != NULL) {
			taken->next = idle;
			idle = taken;
		}
	}
	pthread_mutex_unlock(&account->lock);
	while (idle != NULL) {
		taken = idle;
		idle = idle->next;
		local_index_destroy(taken);
	}
}

void local_account_apply(struct account *account, const struct delta *delta)
{
	pthread_mutex_lock(&account->lock);
	struct index *index = *find_index(account, delta->mailbox);
	if (index != NULL) {
		use_index(account, index);
	}
	pthread_mutex_unlock(&account->lock);
	if (index != NULL) {
		if (!local_index_apply(index, delta)) {
			(void)local_look_at_index(account, index, NULL);
		}
		local_account_put_index(account, index);
	}
}

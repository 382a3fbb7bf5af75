/* restore.c - giving a user the mail that is in another folder, and taking a user away.
 *
 * Clients know messages by UID validity and UID, and must not take one for another. What they have
 * seen since the backup was made is not in it: UIDs that were given since would be given again, and
 * messages come back that were expunged. So a mailbox keeps its UID validity only where nothing has
 * changed since, which the mailbox that is replaced tells; every other gets one that is higher than
 * any before. Numbers of emails, which are part of their ids, are not given again either. */
#include "care.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "backup_packs.h"
#include "files.h"
#include "folder.h"
#include "rows.h"
#include "schema.h"

/* How far the numbers of emails go ahead when nobody knows how far they had come. */
#define EMAILS_AHEAD (INT64_C(1) << 32)
/* How often accounts may come and go meanwhile. */
#define PLACE_TRIES 10

struct restore {
	struct care care;
	const struct roost_local_restore_options *options;
	const char *from; /* the folder */
	char *from_database;
	char *from_bodies;
	char *users; /* the folder of the store's users */
	char *made; /* where the new folder is made */
	char *made_database;
	char *made_bodies;
	struct driver *db; /* of the new folder */
	struct driver
		*old; /* of the user's mail that is replaced; NULL when nothing is known of it */
	uint64_t done, total;
};

static int name_places(struct restore *restore)
{
	const char *name = strrchr(restore->care.folder, '/') + 1;
	restore->users = strndup(restore->care.folder, (size_t)(name - 1 - restore->care.folder));
	restore->from_database = local_folder_join(restore->from, "mail.db");
	restore->from_bodies = local_folder_join(restore->from, "bodies");
	/* No user's folder begins with a dot. Who has the lock is the only one who makes it. */
	if (restore->users == NULL ||
		asprintf(&restore->made, "%s/.%s.new", restore->users, name) < 0) {
		restore->made = NULL;
		return ROOST_ERR_NO_MEMORY;
	}
	restore->made_database = local_folder_join(restore->made, "mail.db");
	restore->made_bodies = local_folder_join(restore->made, "bodies");
	return restore->from_database == NULL || restore->from_bodies == NULL ||
			       restore->made_database == NULL || restore->made_bodies == NULL
		       ? ROOST_ERR_NO_MEMORY
		       : 0;
}

static void finish(struct restore *restore)
{
	local_driver_close(restore->db);
	local_driver_close(restore->old);
	local_care_end(&restore->care);
	free(restore->from_database);
	free(restore->from_bodies);
	free(restore->users);
	free(restore->made);
	free(restore->made_database);
	free(restore->made_bodies);
}

static int tell_progress(void *context, uint64_t done, uint64_t total)
{
	struct restore *restore = context;
	if (restore->options->progress != NULL) {
		restore->options->progress(
			restore->options->context, restore->done + done, restore->done + total);
	}
	return roost_call_cancelled(restore->care.call) ? ROOST_ERR_CANCELLED : 0;
}

static int check_places(struct restore *restore)
{
	struct care *care = &restore->care;
	if (!local_files_are(restore->from_database)) {
		return roost_call_failf(care->call, ROOST_ERR_INVALID,
			"%s is not the folder of a user's mail: there is no mail.db in it",
			restore->from);
	}
	if (!restore->options->replace &&
		(local_files_are(care->database) || local_files_are(care->bodies))) {
		return roost_call_failf(care->call, ROOST_ERR_MAILBOX_EXISTS,
			"The user %s has mail already", care->name);
	}
	errno = 0;
	int r = local_files_remove(restore->made);
	if (r == 0) {
		r = local_files_make_folder(restore->made);
	}
	if (r == 0) {
		r = local_files_make_folder(restore->made_bodies);
	}
	return r < 0 ? local_care_fail(care, r, "make the folder", restore->made) : 0;
}

static int copy_database(struct restore *restore)
{
	struct care *care = &restore->care;
	struct driver *from = NULL;
	char text[256];
	int64_t ignored;
	int r = local_driver_open_still(restore->from_database, &from, text, sizeof(text));
	if (r < 0) {
		return roost_call_failf(care->call, r, "The database %s cannot be opened: %s",
			restore->from_database, text);
	}
	r = local_driver_begin_read(from);
	if (r == 0) {
		r = local_care_number(from, "SELECT COUNT(*) FROM account", &ignored);
	}
	if (r == 0) {
		r = local_driver_copy(from, restore->made_database, tell_progress, restore);
	}
	if (r < 0 && r != ROOST_ERR_CANCELLED) {
		r = roost_call_failf(care->call, r, "Cannot copy the database %s: %s",
			restore->from_database, local_driver_text(from));
	}
	local_driver_rollback(from);
	local_driver_close(from);
	return r;
}

static int open_copy(struct restore *restore)
{
	struct care *care = &restore->care;
	char text[256];
	int r = local_driver_open(restore->made_database, true, &restore->db, text, sizeof(text));
	if (r == 0) {
		r = local_schema_migrate(restore->db, (int64_t)time(NULL), text, sizeof(text));
	}
	return r < 0 ? roost_call_failf(care->call, r, "The database %s cannot be used: %s",
			       restore->from_database, text)
		     : 0;
}

/* What is replaced, if anything is known of it. */
static void open_old(struct restore *restore)
{
	struct care *care = &restore->care;
	if (local_files_are(care->database) &&
		local_care_open_reader(care, care->database, &restore->old) < 0) {
		restore->old = NULL;
		roost_call_reset(care->call);
	}
}

/* 1 when the user has the mailbox in just that state. */
static int is_as_before(struct restore *restore, const char *name, const struct mailbox_row *row)
{
	struct mailbox_row old;
	if (restore->old == NULL) {
		return 0;
	}
	int r = local_mailbox_row_read(restore->old, restore->care.call, name, 0, &old);
	if (r < 0) {
		roost_call_reset(restore->care.call);
		return r == ROOST_ERR_NO_MEMORY ? r : 0;
	}
	return old.id == row->id && old.uid_validity == row->uid_validity &&
	       old.uid_next == row->uid_next && old.modseq == row->modseq;
}

static int set_uid_validity(struct restore *restore, int64_t mailbox, int64_t uid_validity)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		restore->db, "UPDATE mailbox SET uid_validity = ? WHERE id = ?", &s);
	if (r == 0) {
		local_driver_bind_number(s, uid_validity);
		local_driver_bind_number(s, mailbox);
		r = local_driver_run(s);
	}
	return r;
}

/* The first mailbox behind that number: 1, or 0 at the end. The name lives in the call. */
static int next_mailbox(
	struct restore *restore, int64_t after, struct mailbox_row *row_out, const char **name_out)
{
	struct driver_statement *s;
	char *name = NULL;
	int r = local_driver_prepare(
		restore->db, "SELECT name FROM mailbox WHERE id > ? ORDER BY id LIMIT 1", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, after);
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text text = local_driver_bytes(s, 0);
		name = text.bytes == NULL
			       ? NULL
			       : roost_call_strndup(restore->care.call, text.bytes, text.size);
		r = name == NULL ? ROOST_ERR_NO_MEMORY : 1;
	}
	local_driver_done(s);
	if (r == 1) {
		int read =
			local_mailbox_row_read(restore->db, restore->care.call, name, 0, row_out);
		*name_out = name;
		r = read < 0 ? read : 1;
	}
	return r;
}

static int raise_uid_validities(struct restore *restore, struct account_row *account)
{
	struct mailbox_row row = { .id = INT64_MIN };
	const char *name;
	int r;
	while ((r = next_mailbox(restore, row.id, &row, &name)) == 1) {
		r = is_as_before(restore, name, &row);
		if (r == 0) {
			r = set_uid_validity(restore, row.id, ++account->uid_validity);
		}
		if (r < 0) {
			return r;
		}
	}
	return r;
}

static int raise_numbers(struct restore *restore)
{
	struct account_row account, old = { .email = 0 };
	int64_t now = (int64_t)time(NULL);
	int r = local_driver_begin(restore->db);
	if (r == 0) {
		r = local_account_row_read(restore->db, &account);
	}
	if (r < 0) {
		return r;
	}
	if (restore->old != NULL && local_account_row_read(restore->old, &old) < 0) {
		old.email = 0;
	}
	account.uid_validity = account.uid_validity > now ? account.uid_validity : now;
	if (old.uid_validity > account.uid_validity) {
		account.uid_validity = old.uid_validity;
	}
	account.email = old.email == 0              ? account.email + EMAILS_AHEAD
			: old.email > account.email ? old.email
						    : account.email;
	r = raise_uid_validities(restore, &account);
	if (r == 0) {
		r = local_account_row_write(restore->db, &account);
	}
	return r == 0 ? local_driver_commit(restore->db) : r;
}

/* What is missing, the check tells. */
static int copy_body(struct restore *restore, int64_t email)
{
	char name[32];
	(void)snprintf(name, sizeof(name), "%016" PRIx64, (uint64_t)email);
	char *from = local_folder_join(restore->from_bodies, name);
	char *to = local_folder_join(restore->made_bodies, name);
	errno = 0;
	int r = from == NULL || to == NULL ? ROOST_ERR_NO_MEMORY : local_files_link(from, to);
	if (r == ROOST_ERR_CORRUPT) {
		r = 0;
	} else if (r < 0) {
		r = local_care_fail(&restore->care, r, "copy", from == NULL ? "a body" : from);
	}
	free(from);
	free(to);
	return r;
}

static int copy_bodies(struct restore *restore)
{
	struct driver_statement *s;
	uint64_t bytes = 0, free_bytes = 0;
	(void)local_driver_sizes(restore->db, &bytes, &free_bytes);
	restore->done = bytes;
	int r = local_driver_prepare(
		restore->db, "SELECT id, octets FROM email WHERE in_file <> 0 ORDER BY id", &s);
	if (r < 0) {
		return local_care_fail_database(&restore->care, restore->db, r);
	}
	while ((r = local_driver_step(s)) == 1) {
		int64_t octets = local_driver_number(s, 1);
		r = copy_body(restore, local_driver_number(s, 0));
		if (r == 0) {
			restore->done += (uint64_t)(octets < 0 ? 0 : octets);
			r = tell_progress(restore, 0, 0);
		}
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

/* Likewise. */
static int copy_packs(struct restore *restore)
{
	struct driver_statement *s;
	int r = local_driver_prepare(restore->db, "SELECT id, size FROM pack ORDER BY id", &s);
	if (r < 0) {
		return local_care_fail_database(&restore->care, restore->db, r);
	}
	while ((r = local_driver_step(s)) == 1) {
		int64_t size = local_driver_number(s, 1);
		errno = 0;
		r = local_backup_packs_restore(restore->from_bodies, restore->made_bodies,
			local_driver_number(s, 0), size);
		if (r < 0 && r != ROOST_ERR_CORRUPT) {
			r = local_care_fail(
				&restore->care, r, "copy a pack from", restore->from_bodies);
			break;
		}
		restore->done += (uint64_t)(size < 0 ? 0 : size);
		r = tell_progress(restore, 0, 0);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

/* The account that the user has, or else that of the folder: a restored mailbox must not bring back
 * a password that was changed. */
static int copy_account(struct restore *restore)
{
	char *own = local_folder_join(restore->care.folder, "account");
	char *other = local_folder_join(restore->from, "account");
	char *to = local_folder_join(restore->made, "account");
	int r = own == NULL || other == NULL || to == NULL ? ROOST_ERR_NO_MEMORY : 0;
	const char *from = r < 0 ? NULL : local_files_are(own) ? own : other;
	errno = 0;
	if (r == 0) {
		r = local_files_remove(to); /* of an earlier try */
	}
	if (r == 0 && local_files_are(from)) {
		r = local_files_copy(from, to);
		r = r == 0 ? local_files_give(to, restore->users) : r;
	}
	r = r < 0 ? local_care_fail(&restore->care, r, "copy", from == NULL ? "account" : from) : 0;
	free(own);
	free(other);
	free(to);
	return r;
}

/* Who changes an account has the user's folder locked; -1 when there is none. */
static int lock_account(struct restore *restore, int *folder_out)
{
	int folder = open(restore->care.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;
	if (folder < 0 && errno != ENOENT) {
		r = local_folder_error(errno);
	}
	while (r == 0 && folder >= 0 && flock(folder, LOCK_EX) < 0) {
		r = errno == EINTR ? 0 : local_folder_error(errno);
	}
	if (r < 0) {
		r = local_care_fail(&restore->care, r, "lock", restore->care.folder);
		if (folder >= 0) {
			(void)close(folder);
		}
		return r;
	}
	*folder_out = folder;
	return 0;
}

/* Put the folder in its place, with the account as it is then. ROOST_ERR_MAILBOX_EXISTS when a folder
 * has come to be there since it was looked for, as that of a new account. */
static int place_with_account(struct restore *restore)
{
	int folder = -1;
	int r = lock_account(restore, &folder);
	if (r < 0) {
		return r;
	}
	r = copy_account(restore);
	if (r == 0) {
		errno = 0;
		r = local_folder_sync(restore->made);
		if (r == 0) {
			/* There may be a folder with an account and no mail. */
			r = local_files_place(restore->made, restore->care.folder, folder >= 0);
		}
		if (r == 0) {
			r = local_folder_sync(restore->users);
		}
		if (r < 0 && (r != ROOST_ERR_MAILBOX_EXISTS || folder >= 0)) {
			r = local_care_fail(
				&restore->care, r, "put the mail in", restore->care.folder);
		}
	}
	if (folder >= 0) {
		(void)close(folder);
	}
	return r;
}

static int put_in_place(struct restore *restore)
{
	/* The last to close a database takes its log away. */
	local_driver_close(restore->db);
	local_driver_close(restore->old);
	restore->db = restore->old = NULL;
	errno = 0;
	int r = local_files_give(restore->made, restore->users);
	if (r == 0) {
		r = local_folder_sync(restore->made_bodies);
	}
	if (r < 0) {
		return local_care_fail(&restore->care, r, "put the mail in", restore->care.folder);
	}
	r = place_with_account(restore);
	for (int i = 1; i < PLACE_TRIES && r == ROOST_ERR_MAILBOX_EXISTS; i++) {
		r = place_with_account(restore);
	}
	return r == ROOST_ERR_MAILBOX_EXISTS
		       ? local_care_fail(&restore->care, r, "put the mail in", restore->care.folder)
		       : r;
}

static int run(struct restore *restore)
{
	int r = check_places(restore);
	if (r == 0) {
		r = copy_database(restore);
	}
	if (r == 0) {
		r = open_copy(restore);
	}
	if (r == 0) {
		open_old(restore);
		r = raise_numbers(restore);
		if (r < 0) {
			r = local_care_fail_database(&restore->care, restore->db, r);
		}
	}
	if (r == 0) {
		r = copy_bodies(restore);
	}
	if (r == 0) {
		r = copy_packs(restore);
	}
	if (r == 0) {
		r = put_in_place(restore);
	}
	local_driver_close(restore->db);
	restore->db = NULL;
	/* What was there before, or what was not finished. */
	(void)local_files_remove(restore->made);
	return r;
}

int roost_local_restore(struct roost_backend *backend, struct roost_call *call, const char *folder,
	const char *name, const struct roost_local_restore_options *options)
{
	struct roost_local_restore_options taken = { .size = 0 };
	struct restore restore = { .options = &taken, .from = folder };
	struct lock lock = LOCK_NONE;
	if (options != NULL) {
		memcpy(&taken, options,
			options->size < sizeof(taken) ? options->size : sizeof(taken));
	}
	int r = local_care_begin(&restore.care, backend, call, name);
	if (r < 0) {
		return r;
	}
	r = name_places(&restore);
	if (r == 0) {
		r = local_care_own(&restore.care, &lock);
	}
	if (r == 0) {
		r = run(&restore);
		lock.died = lock.died && r < 0; /* nothing of who died is left */
	}
	finish(&restore);
	local_care_leave(&restore.care, &lock);
	return r;
}

/* Out of the way in one step, then away. */
static int remove_folder(struct care *care)
{
	char *users = strndup(care->folder, (size_t)(strrchr(care->folder, '/') - care->folder));
	char *gone = NULL;
	if (users == NULL ||
		asprintf(&gone, "%s/.%s.gone", users, strrchr(care->folder, '/') + 1) < 0) {
		free(users);
		return ROOST_ERR_NO_MEMORY;
	}
	errno = 0;
	int r = local_files_remove(gone);
	if (r == 0) {
		r = local_files_place(care->folder, gone, false);
	}
	if (r == 0) {
		r = local_folder_sync(users);
	}
	if (r == 0) {
		r = local_files_remove(gone);
	}
	free(users);
	free(gone);
	return r < 0 ? local_care_fail(care, r, "remove", care->folder) : 0;
}

int roost_local_remove_user(
	struct roost_backend *backend, struct roost_call *call, const char *name)
{
	struct care care;
	struct lock lock = LOCK_NONE;
	int r = local_care_begin(&care, backend, call, name);
	if (r < 0) {
		return r;
	}
	r = local_care_need_user(&care);
	if (r == 0) {
		r = local_care_own(&care, &lock);
	}
	if (r == 0) {
		r = remove_folder(&care);
		lock.died = lock.died && r < 0;
	}
	local_care_end(&care);
	local_care_leave(&care, &lock);
	return r;
}

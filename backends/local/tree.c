/* tree.c - making, deleting and renaming mailboxes. */
#include "tree.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "name.h"
#include "rows.h"

/* Of one user, so that no client can fill the disk with them. */
#define MAX_MAILBOXES 20000

struct planting {
	struct job job;
	const char *name; /* to be made, deleted or renamed */
	const char *to; /* the new name */
	unsigned special_use;
	int64_t now;
};

static char delimiter_of(const struct job *job)
{
	return job->account->store->options.delimiter;
}

/* 1 when there is a mailbox of that name. */
static int is_mailbox(struct driver *db, const char *name)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "SELECT id FROM mailbox WHERE name = ?", &s);
	if (r == 0) {
		local_driver_bind_text(s, name, strlen(name));
		r = local_driver_step(s);
		local_driver_done(s);
	}
	return r;
}

/* Set the parameters of "name >= ? AND name < ?" to all names below `name`. The bounds live in the
 * memory of the call. */
static int bind_below(struct job *job, struct driver_statement *s, const char *name)
{
	size_t n = strlen(name);
	char *high = roost_call_alloc(job->call, n + 2);
	char *first = high == NULL ? NULL : roost_call_alloc(job->call, n + 2);
	if (first == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(first, name, n);
	memcpy(high, name, n);
	first[n] = delimiter_of(job);
	high[n] = (char)(first[n] + 1);
	local_driver_bind_text(s, first, n + 1);
	local_driver_bind_text(s, high, n + 1);
	return 0;
}

/* 1 when there are mailboxes below the name. */
static int has_children(struct job *job, const char *name)
{
	struct driver_statement *s;
	int r = local_driver_prepare(job->account->writer,
		"SELECT id FROM mailbox WHERE name >= ? AND name < ? LIMIT 1", &s);
	if (r < 0) {
		return r;
	}
	r = bind_below(job, s, name);
	if (r == 0) {
		r = local_driver_step(s);
	}
	local_driver_done(s);
	return r;
}

/* 1 when there is such a name, with a mailbox or only with children. */
static int exists(struct job *job, const char *name)
{
	int r = is_mailbox(job->account->writer, name);
	return r == 0 ? has_children(job, name) : r;
}

static int no_such_mailbox(struct job *job, const char *name)
{
	return roost_call_failf(
		job->call, ROOST_ERR_NO_SUCH_MAILBOX, "There is no mailbox %s", name);
}

static int already_there(struct job *job, const char *name)
{
	return roost_call_failf(
		job->call, ROOST_ERR_MAILBOX_EXISTS, "There is a mailbox %s already", name);
}

static int check_count(struct job *job)
{
	struct driver_statement *s;
	int r = local_driver_prepare(job->account->writer, "SELECT COUNT(*) FROM mailbox", &s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	int64_t count = r == 1 ? local_driver_number(s, 0) : 0;
	local_driver_done(s);
	if (count >= MAX_MAILBOXES) {
		return roost_call_failf(job->call, ROOST_ERR_LIMIT,
			"A user has at most %d mailboxes", MAX_MAILBOXES);
	}
	return r < 0 ? r : 0;
}

/* Make one mailbox. Its UID validity is higher than any before, and later than the clock of a
 * database that was lost. */
static int insert(struct planting *planting, struct account_row *account, const char *name,
	size_t n, unsigned special_use)
{
	struct driver *db = planting->job.account->writer;
	struct driver_statement *s;
	int r = check_count(&planting->job);
	if (r == 0) {
		r = local_driver_prepare(db,
			"INSERT INTO mailbox (id, name, special_use, uid_validity, uid_next, "
			"modseq,"
			" recent_from, messages, unseen, deleted, octets, deleted_octets, "
			"forgotten,"
			" expunged) VALUES (?, ?, ?, ?, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)",
			&s);
	}
	if (r < 0) {
		return r;
	}
	account->mailbox++;
	account->uid_validity =
		account->uid_validity < planting->now ? planting->now : account->uid_validity + 1;
	local_driver_bind_number(s, account->mailbox);
	local_driver_bind_text(s, name, n);
	local_driver_bind_number(s, special_use);
	local_driver_bind_number(s, account->uid_validity);
	return local_driver_run(s);
}

/* Make the superior names that are missing. */
static int insert_superiors(
	struct planting *planting, struct account_row *account, const char *name)
{
	char prefix[ROOST_MAX_MAILBOX_NAME + 1];
	for (size_t i = 0; name[i] != '\0'; i++) {
		prefix[i] = '\0';
		if (name[i] == delimiter_of(&planting->job)) {
			int r = exists(&planting->job, prefix);
			if (r == 0) {
				r = insert(planting, account, prefix, i, 0);
			}
			if (r < 0) {
				return r;
			}
		}
		prefix[i] = name[i];
	}
	return 0;
}

static int run_create(struct job *job)
{
	struct planting *planting = roost_container_of(job, struct planting, job);
	struct driver *db = job->account->writer;
	struct account_row account;
	int r = local_rows_check_cancelled(job->call, 0);
	if (r == 0) {
		r = is_mailbox(db, planting->name);
	}
	if (r != 0) {
		return r < 0 ? r : already_there(job, planting->name);
	}
	r = local_account_row_read(db, &account);
	if (r == 0) {
		r = insert_superiors(planting, &account, planting->name);
	}
	if (r == 0) {
		r = insert(planting, &account, planting->name, strlen(planting->name),
			planting->special_use);
	}
	return r < 0 ? r : local_account_row_write(db, &account);
}

/* All that belongs to a mailbox. */
static int delete_rows(struct job *job, const struct mailbox_row *row)
{
	static const char *const statements[] = {
		"DELETE FROM message WHERE mailbox = ?",
		"DELETE FROM flagging WHERE mailbox = ?",
		"DELETE FROM keyword WHERE mailbox = ?",
		"DELETE FROM expunged WHERE mailbox = ?",
		"DELETE FROM mailbox WHERE id = ?",
	};
	struct driver *db = job->account->writer;
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(statements) / sizeof(statements[0]); i++) {
		struct driver_statement *s;
		r = local_driver_prepare(db, statements[i], &s);
		if (r == 0) {
			local_driver_bind_number(s, row->id);
			r = local_driver_run(s);
		}
	}
	return r;
}

static int release_messages(struct job *job, const struct mailbox_row *row)
{
	struct driver *db = job->account->writer;
	struct entries entries = { .list = NULL };
	int r = local_message_rows_read(
		db, job->call, row->id, &local_rows_all_uids, false, &entries);
	for (size_t i = 0; r == 0 && i < entries.count; i++) {
		r = local_email_row_release(db, job, entries.list[i].email);
		if (r == 0) {
			r = local_rows_check_cancelled(job->call, i);
		}
	}
	local_entries_clear(&entries);
	return r;
}

static int run_delete(struct job *job)
{
	struct planting *planting = roost_container_of(job, struct planting, job);
	struct driver *db = job->account->writer;
	struct mailbox_row row;
	struct account_row account;
	int r = local_rows_check_cancelled(job->call, 0);
	if (r == 0) {
		r = is_mailbox(db, planting->name);
	}
	if (r == 0) {
		r = has_children(job, planting->name);
		return r < 0    ? r
		       : r == 0 ? no_such_mailbox(job, planting->name)
				: roost_call_failf(job->call, ROOST_ERR_HAS_CHILDREN,
					  "%s is only a name with mailboxes below it",
					  planting->name);
	}
	r = r < 0 ? r : local_mailbox_row_read(db, job->call, planting->name, 0, &row);
	if (r == 0) {
		r = release_messages(job, &row);
	}
	if (r == 0) {
		r = delete_rows(job, &row);
	}
	if (r == 0) {
		r = local_account_row_read(db, &account);
	}
	if (r == 0) {
		account.octets -= row.octets;
		r = local_account_row_write(db, &account);
	}
	return r < 0 ? r : local_job_end_mailbox(job, row.id);
}

/* A mailbox that is to be renamed. */
struct renamed {
	struct renamed *next;
	int64_t id;
	const char *name; /* the new one */
};

static int plan_rename(struct planting *planting, struct driver_statement *s, struct renamed **list)
{
	struct roost_call *call = planting->job.call;
	int r;
	while ((r = local_driver_step(s)) == 1) {
		struct roost_text name = local_driver_bytes(s, 1);
		size_t n = strlen(planting->name), m = strlen(planting->to);
		struct renamed *renamed = roost_call_alloc(call, sizeof(*renamed));
		char *joined = roost_call_alloc(call, m + name.size - n + 1);
		if (renamed == NULL || joined == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		memcpy(joined, planting->to, m);
		memcpy(joined + m, name.bytes + n, name.size - n);
		*renamed = (struct renamed) { *list, local_driver_number(s, 0), joined };
		*list = renamed;
		r = local_name_check(call, joined, delimiter_of(&planting->job));
		if (r < 0) {
			return r;
		}
	}
	return r;
}

static int rename_all(struct job *job, const struct renamed *list)
{
	int r = 0;
	for (const struct renamed *renamed = list; r == 0 && renamed != NULL;
		renamed = renamed->next) {
		struct driver_statement *s;
		r = local_driver_prepare(
			job->account->writer, "UPDATE mailbox SET name = ? WHERE id = ?", &s);
		if (r == 0) {
			local_driver_bind_text(s, renamed->name, strlen(renamed->name));
			local_driver_bind_number(s, renamed->id);
			r = local_driver_run(s);
		}
		if (r == 0) {
			r = local_job_end_mailbox(job, renamed->id);
		}
	}
	return r;
}

static int check_rename(struct planting *planting)
{
	struct job *job = &planting->job;
	int r = local_rows_check_cancelled(job->call, 0);
	if (r == 0) {
		r = exists(job, planting->name);
	}
	if (r <= 0) {
		return r < 0 ? r : no_such_mailbox(job, planting->name);
	}
	if (local_name_is_below(planting->to, planting->name, delimiter_of(job))) {
		return roost_call_failf(job->call, ROOST_ERR_CANNOT,
			"%s cannot become a mailbox below itself", planting->name);
	}
	r = exists(job, planting->to);
	return r > 0 ? already_there(job, planting->to) : r;
}

static int run_rename(struct job *job)
{
	struct planting *planting = roost_container_of(job, struct planting, job);
	struct driver *db = job->account->writer;
	struct account_row account;
	struct renamed *list = NULL;
	struct driver_statement *s;
	int r = check_rename(planting);
	if (r == 0) {
		r = local_driver_prepare(db,
			"SELECT id, name FROM mailbox WHERE name = ? OR (name >= ? AND name < ?)",
			&s);
	}
	if (r < 0) {
		return r;
	}
	local_driver_bind_text(s, planting->name, strlen(planting->name));
	r = bind_below(job, s, planting->name);
	if (r == 0) {
		r = plan_rename(planting, s, &list);
	}
	local_driver_done(s);
	if (r == 0) {
		r = rename_all(job, list);
	}
	if (r == 0) {
		r = local_account_row_read(db, &account);
	}
	if (r == 0) {
		r = insert_superiors(planting, &account, planting->to);
	}
	return r < 0 ? r : local_account_row_write(db, &account);
}

static int do_job(struct planting *planting, struct account *account, struct roost_call *call,
	int (*run)(struct job *))
{
	planting->job.run = run;
	planting->job.account = account;
	planting->job.call = call;
	planting->now = (int64_t)time(NULL);
	int r = local_job_do(&planting->job);
	local_job_clear(&planting->job);
	return r;
}

int local_tree_create(
	struct account *account, struct roost_call *call, const char *name, unsigned special_use)
{
	struct planting planting = { .name = name, .special_use = special_use };
	int r = local_name_check(call, name, account->store->options.delimiter);
	return r < 0 ? r : do_job(&planting, account, call, run_create);
}

int local_tree_delete(struct account *account, struct roost_call *call, const char *name)
{
	struct planting planting = { .name = name };
	if (strcmp(name, "INBOX") == 0) {
		return roost_call_fail(call, ROOST_ERR_CANNOT, "INBOX cannot be deleted");
	}
	return do_job(&planting, account, call, run_delete);
}

int local_tree_rename(
	struct account *account, struct roost_call *call, const char *from, const char *to)
{
	struct planting planting = { .name = from, .to = to };
	if (strcmp(from, "INBOX") == 0) {
		return ROOST_ERR_NOT_SUPPORTED; /* the library creates and moves */
	}
	int r = local_name_check(call, to, account->store->options.delimiter);
	return r < 0 ? r : do_job(&planting, account, call, run_rename);
}

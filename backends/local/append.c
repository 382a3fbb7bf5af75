/* append.c - storing new messages, also in the place of an old one. */
#include "mailbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bodies.h"
#include "numbers.h"
#include "rows.h"
#include "thread.h"

/* The bytes of one new message, where the rows can point to them. */
struct part {
	int64_t email;
	uint64_t digest;
	bool in_file;
	const void *bytes;
	void *owned; /* the same, when they were read into memory */
};

struct append {
	struct job job;
	const char *name; /* of the mailbox */
	int64_t mailbox; /* 0: whatever has the name */
	const struct roost_new_message *messages;
	struct part *parts;
	size_t count;
	int64_t now;
	const struct roost_uidset *before; /* what the caller has in its set */
	struct roost_uidset uids; /* and the new ones */
	uint32_t uid_validity; /* of the mailbox they are in */

	/* When they take the place of an old one. */
	struct mailbox *from;
	const struct roost_uidset *old; /* one UID; NULL: they do not */
	struct delta *delta; /* of that mailbox */
};

static int check_size(struct account *account, struct roost_call *call, uint64_t octets)
{
	uint64_t limit = account->store->options.append_limit;
	if (octets > limit) {
		return roost_call_failf(call, ROOST_ERR_TOO_BIG,
			"A message may have %llu octets, this one has %llu",
			(unsigned long long)limit, (unsigned long long)octets);
	}
	return 0;
}

static bool is_inline(const struct account *account, const struct roost_content *content)
{
	return content->size <= account->store->options.inline_octets;
}

/* Bytes that stay where they are, or a copy. */
static int hold(struct roost_content *content, struct part *part)
{
	size_t size = (size_t)content->size;
	part->bytes = roost_content_pointer(content);
	if (part->bytes != NULL || size == 0) {
		return 0;
	}
	part->owned = malloc(size);
	if (part->owned == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int64_t n = roost_content_read(content, 0, part->owned, size);
	part->bytes = part->owned;
	return n < 0 ? (int)n : (uint64_t)n == content->size ? 0 : ROOST_ERR_CORRUPT;
}

static int prepare(struct append *append)
{
	struct account *account = append->job.account;
	struct roost_call *call = append->job.call;
	int64_t first = 0;
	size_t files = 0;
	for (size_t i = 0; i < append->count; i++) {
		files += !is_inline(account, append->messages[i].content);
	}
	int taken = files == 0 ? 0 : local_numbers_take(account, call, files, &first);
	if (taken < 0) {
		return taken;
	}
	for (size_t i = 0; i < append->count; i++) {
		struct roost_content *content = append->messages[i].content;
		struct part *part = &append->parts[i];
		int r = local_rows_check_cancelled(call, 0);
		if (r < 0) {
			return r;
		}
		if (is_inline(account, content)) {
			r = hold(content, part);
			if (r == 0) {
				r = local_bodies_digest(content, &part->digest);
			}
		} else {
			errno = 0;
			part->email = first++;
			part->in_file = true;
			r = local_bodies_put(
				account->bodies, (uint64_t)part->email, content, &part->digest);
		}
		if (r < 0) {
			return local_trouble(account, call, r, strerror(errno));
		}
	}
	return 0;
}

static void finish(struct append *append, bool stored)
{
	struct account *account = append->job.account;
	for (size_t i = 0; i < append->count; i++) {
		struct part *part = &append->parts[i];
		free(part->owned);
		if (!stored && part->in_file) {
			local_leftovers_drop(account, LEFTOVER_UNFINISHED_BODY, part->email);
			local_leftovers_drop(account, LEFTOVER_BODY, part->email);
		}
	}
	free(append->parts);
	local_job_clear(&append->job);
}

static int64_t lowest_email(const struct append *append)
{
	int64_t lowest = INT64_MAX;
	for (size_t i = 0; i < append->count; i++) {
		lowest = append->parts[i].email < lowest ? append->parts[i].email : lowest;
	}
	return lowest;
}

static int insert_bytes(
	struct driver *db, const char *sql, int64_t email, const void *bytes, size_t size)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email);
	local_driver_bind_bytes(s, bytes, size);
	return local_driver_run(s);
}

static int insert_email(struct driver *db, const struct part *part,
	const struct roost_new_message *message, int64_t thread)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"INSERT INTO email (id, refs, octets, digest, in_file, thread)"
		" VALUES (?, 1, ?, ?, ?, ?)",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, part->email);
	local_driver_bind_number(s, (int64_t)message->content->size);
	local_driver_bind_number(s, (int64_t)part->digest);
	local_driver_bind_number(s, part->in_file);
	local_driver_bind_number(s, thread);
	r = local_driver_run(s);
	if (r == 0 && message->outline_size > 0) {
		r = insert_bytes(db, "INSERT INTO outline (email, bytes) VALUES (?, ?)",
			part->email, message->outline, message->outline_size);
	}
	if (r == 0 && !part->in_file) {
		r = insert_bytes(db, "INSERT INTO body (email, bytes) VALUES (?, ?)", part->email,
			part->bytes, (size_t)message->content->size);
	}
	return r;
}

/* One message: its rows, and its place in the delta. */
static int insert_one(
	struct append *append, struct mailbox_row *row, struct account_row *account, size_t i)
{
	struct driver *db = append->job.account->writer;
	struct roost_call *call = append->job.call;
	struct delta *delta = append->delta;
	const struct roost_new_message *message = &append->messages[i];
	struct roost_flags flags;
	if (!append->parts[i].in_file) {
		append->parts[i].email = ++account->email;
	}
	struct entry entry = {
		.email = append->parts[i].email,
		.modseq = row->modseq,
		.octets = message->content->size,
		.date = message->internal_date.seconds,
		.zone = (int16_t)message->internal_date.zone,
		.saved = append->now,
	};
	int r = local_keywords_adopt(
		db, call, row->id, &message->flags, true, &flags, &delta->reload);
	if (r == 0) {
		r = local_keywords_create(flags.keywords, flags.keyword_count, &entry.keywords);
	}
	if (r < 0) {
		return r == ROOST_ERR_LIMIT ? local_rows_too_many_keywords(call) : r;
	}
	entry.system = (uint8_t)flags.system;
	r = local_message_row_number(row, call, message->wanted_uid, &entry.uid);
	if (r == 0) {
		r = local_thread_join(db, entry.email, message->outline, message->outline_size,
			&account->message_ids, &entry.thread);
	}
	if (r == 0) {
		r = insert_email(db, &append->parts[i], message, entry.thread);
	}
	if (r == 0) {
		r = local_message_row_insert(db, row->id, &entry);
	}
	if (r == 0) {
		r = roost_uidset_add(&append->uids, entry.uid);
	}
	if (r < 0) {
		local_keywords_unref(entry.keywords);
		return r;
	}
	local_mailbox_row_count(row, &entry, 1);
	return local_entries_add(&delta->added, entry);
}

static int insert_all(struct append *append, struct mailbox_row *row, struct account_row *account)
{
	struct delta *delta = append->delta;
	row->modseq++;
	for (size_t i = 0; i < append->count; i++) {
		int r = local_rows_go_on(append->job.call, i, append->count);
		if (r == 0) {
			r = insert_one(append, row, account, i);
		}
		if (r < 0) {
			return r;
		}
	}
	delta->mailbox = row->id;
	delta->modseq = row->modseq;
	delta->uid_next = row->uid_next;
	return local_mailbox_row_write(append->job.account->writer, row);
}

/* Store, and count. */
static int store(struct append *append, struct mailbox_row *row, struct account_row *account)
{
	uint64_t octets = 0;
	for (size_t i = 0; i < append->count; i++) {
		octets += append->messages[i].content->size;
	}
	int r = local_account_row_take(account, &append->job, octets);
	if (r == 0 && append->count > 0) {
		r = insert_all(append, row, account);
	}
	return r < 0 ? r : local_account_row_write(append->job.account->writer, account);
}

/* The old message goes from `from`, which may be the row of the mailbox that gets the new one. */
static int replace(struct append *append, struct mailbox_row *from, struct mailbox_row *to,
	const struct entry *old, struct account_row *account)
{
	struct job *job = &append->job;
	struct driver *db = job->account->writer;
	struct delta *delta = &job->source;
	append->delta = from == to ? &job->source : &job->destination;
	account->octets -= (int64_t)old->octets;
	if (from != to) {
		from->modseq++;
	}
	int r = store(append, to, account);
	if (r == 0) {
		r = local_email_row_release(db, job, old->email);
	}
	if (r == 0) {
		r = roost_uidset_copy(&delta->removed, append->old);
	}
	if (r == 0) {
		r = local_message_rows_delete(db, from->id, append->old);
	}
	if (r == 0) {
		r = local_mailbox_row_expunge(db, from, append->old);
	}
	local_mailbox_row_count(from, old, -1);
	delta->mailbox = from->id;
	delta->modseq = from->modseq;
	delta->uid_next = from->uid_next;
	return r < 0 ? r : local_mailbox_row_write(db, from);
}

static int run_replacing(
	struct append *append, struct mailbox_row *row, struct account_row *account)
{
	struct job *job = &append->job;
	struct driver *db = job->account->writer;
	struct entries entries = { .list = NULL };
	struct mailbox_row from;
	int r = local_mailbox_row_read(db, job->call, append->from->name, append->from->id, &from);
	if (r == 0) {
		r = local_message_rows_read(db, job->call, from.id, append->old, false, &entries);
	}
	if (r == 0 && entries.count == 0) {
		r = roost_call_fail(
			job->call, ROOST_ERR_EXPUNGED, "The message to be replaced is gone");
	}
	if (r == 0) {
		r = replace(append, from.id == row->id ? row : &from, row, entries.list, account);
	}
	local_entries_clear(&entries);
	return r;
}

static int run(struct job *job)
{
	struct append *append = roost_container_of(job, struct append, job);
	struct driver *db = job->account->writer;
	struct mailbox_row row;
	struct account_row account;
	roost_uidset_clear(&append->uids);
	int r = roost_uidset_copy(&append->uids, append->before);
	if (r == 0) {
		r = local_mailbox_row_read(db, job->call, append->name, append->mailbox, &row);
	}
	if (r == 0) {
		r = local_account_row_read(db, &account);
	}
	if (r < 0) {
		return r;
	}
	append->delta = &job->source;
	append->uid_validity = row.uid_validity;
	return append->old != NULL ? run_replacing(append, &row, &account)
				   : store(append, &row, &account);
}

/* All but whether the mailbox may be written to. */
static int append_all(struct append *append)
{
	struct account *account = append->job.account;
	struct roost_call *call = append->job.call;
	int r = 0;
	for (size_t i = 0; r == 0 && i < append->count; i++) {
		r = check_size(account, call, append->messages[i].content->size);
	}
	if (r < 0) {
		return r;
	}
	append->parts = calloc(append->count + 1, sizeof(*append->parts));
	if (append->parts == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	r = local_store_begin_op(account, call);
	if (r < 0) {
		free(append->parts);
		return r;
	}
	r = prepare(append);
	if (r == 0) {
		r = local_job_do(&append->job);
	}
	if (r == 0 && append->count > 0) {
		local_chores_wake(account, lowest_email(append), true);
	}
	finish(append, r == 0);
	local_store_end_op(account);
	return r;
}

static void hand_over(struct append *append, struct roost_uidset *uids)
{
	struct roost_uidset had = *uids;
	*uids = append->uids;
	append->uids = had;
}

int local_append_create_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct append append = {
		.job = { .run = run, .account = mailbox->account, .call = call },
		.name = mailbox->name,
		.mailbox = mailbox->id,
		.messages = messages,
		.count = count,
		.now = (int64_t)time(NULL),
		.before = uids_out,
	};
	int r = local_mailbox_check_writable(mailbox, call);
	if (r == 0) {
		r = append_all(&append);
	}
	if (r == 0) {
		hand_over(&append, uids_out);
	}
	roost_uidset_clear(&append.uids);
	return r;
}

int local_append_messages(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out)
{
	struct account *account = local_user_account(user);
	struct append append = {
		.job = { .run = run, .account = account, .call = call },
		.name = name,
		.messages = messages,
		.count = count,
		.now = (int64_t)time(NULL),
		.before = uids_out,
	};
	for (size_t i = 0; i < count; i++) {
		if (!is_inline(account, messages[i].content)) {
			/* No file is written before it is known that there is such a mailbox. */
			return ROOST_ERR_NOT_SUPPORTED;
		}
	}
	int r = local_rows_check_cancelled(call, 0);
	if (r == 0) {
		r = append_all(&append);
	}
	if (r == 0) {
		*uid_validity_out = append.uid_validity;
		hand_over(&append, uids_out);
	}
	roost_uidset_clear(&append.uids);
	return r;
}

int local_append_replace_message(struct roost_mailbox *base, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct roost_uidset none = ROOST_UIDSET_EMPTY, old = ROOST_UIDSET_EMPTY;
	struct append append = {
		.job = { .run = run, .account = mailbox->account, .call = call },
		.name = destination,
		.messages = message,
		.count = 1,
		.now = (int64_t)time(NULL),
		.before = &none,
		.from = mailbox,
		.old = &old,
	};
	int r = local_mailbox_check_writable(mailbox, call);
	if (r == 0) {
		r = roost_uidset_add(&old, uid);
	}
	if (r == 0) {
		r = append_all(&append);
	}
	if (r == 0) {
		roost_copy_result_clear(result_out);
		result_out->uid_validity = append.uid_validity;
		result_out->source = old;
		result_out->destination = append.uids;
		old = none;
		append.uids = none;
	}
	roost_uidset_clear(&append.uids);
	roost_uidset_clear(&old);
	return r;
}

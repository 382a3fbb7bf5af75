/* copy.c - copying and moving messages to another mailbox of the user. */
#include "mailbox.h"

#include <time.h>

#include "rows.h"

struct copying {
	struct job job;
	struct mailbox *mailbox;
	const struct roost_uidset *uids;
	const char *destination;
	bool move;
	int64_t now;
	struct roost_copy_result result;
	/* Neighbours often have the same keywords: what the last ones are called there. */
	struct keywords *last_before, *last_after;
};

static void forget_last(struct copying *copying)
{
	local_keywords_unref(copying->last_before);
	local_keywords_unref(copying->last_after);
	copying->last_before = copying->last_after = NULL;
}

/* Keywords as the destination spells them; one reference, the caller's. */
static int adopt(struct copying *copying, int64_t mailbox, struct delta *delta,
	struct keywords *set, struct keywords **set_out)
{
	struct roost_call *call = copying->job.call;
	struct roost_flags before = local_keywords_flags(set, 0), after;
	if (set == NULL) {
		*set_out = NULL;
		return 0;
	}
	if (set != copying->last_before) {
		struct keywords *adopted;
		int r = local_keywords_adopt(copying->job.account->writer, call, mailbox, &before,
			true, &after, &delta->reload);
		if (r == 0) {
			r = local_keywords_create(after.keywords, after.keyword_count, &adopted);
		}
		if (r < 0) {
			return r == ROOST_ERR_LIMIT ? local_rows_too_many_keywords(call) : r;
		}
		forget_last(copying);
		copying->last_before = local_keywords_ref(set);
		copying->last_after = adopted;
	}
	*set_out = local_keywords_ref(copying->last_after);
	return 0;
}

static int copy_one(struct copying *copying, struct mailbox_row *to, struct delta *delta,
	const struct entry *entry)
{
	struct driver *db = copying->job.account->writer;
	struct entry made = *entry;
	int r = adopt(copying, to->id, delta, entry->keywords, &made.keywords);
	if (r < 0) {
		return r;
	}
	made.modseq = to->modseq;
	made.saved = copying->now;
	r = local_message_row_number(to, copying->job.call, 0, &made.uid);
	if (r == 0) {
		r = local_message_row_insert(db, to->id, &made);
	}
	if (r == 0 && !copying->move) {
		r = local_email_row_share(db, made.email);
	}
	if (r == 0) {
		r = roost_uidset_add(&copying->result.source, entry->uid);
	}
	if (r == 0) {
		r = roost_uidset_add(&copying->result.destination, made.uid);
	}
	if (r < 0) {
		local_keywords_unref(made.keywords);
		return r;
	}
	local_mailbox_row_count(to, &made, 1);
	return local_entries_add(&delta->added, made);
}

static int count_octets(struct copying *copying, const struct entries *entries)
{
	struct account_row account;
	uint64_t octets = 0;
	if (copying->move) {
		return 0;
	}
	for (size_t i = 0; i < entries->count; i++) {
		octets += entries->list[i].octets;
	}
	struct driver *db = copying->job.account->writer;
	int r = local_account_row_read(db, &account);
	if (r == 0) {
		r = local_account_row_take(&account, &copying->job, octets);
	}
	return r < 0 ? r : local_account_row_write(db, &account);
}

/* Take the moved messages out of where they were. */
static int take_out(
	struct copying *copying, struct mailbox_row *from, const struct entries *entries)
{
	struct driver *db = copying->job.account->writer;
	int r = local_message_rows_delete(db, from->id, &copying->result.source);
	if (r == 0) {
		r = local_mailbox_row_expunge(db, from, &copying->result.source);
	}
	for (size_t i = 0; i < entries->count; i++) {
		local_mailbox_row_count(from, &entries->list[i], -1);
	}
	return r < 0 ? r : roost_uidset_copy(&copying->job.source.removed, &copying->result.source);
}

static void describe(struct delta *delta, const struct mailbox_row *row)
{
	delta->mailbox = row->id;
	delta->modseq = row->modseq;
	delta->uid_next = row->uid_next;
}

static int transfer(struct copying *copying, struct mailbox_row *from, struct mailbox_row *to,
	const struct entries *entries)
{
	struct job *job = &copying->job;
	struct driver *db = job->account->writer;
	struct delta *delta = from == to ? &job->source : &job->destination;
	int r = count_octets(copying, entries);
	to->modseq++;
	if (copying->move && from != to) {
		from->modseq++;
	}
	for (size_t i = 0; r == 0 && i < entries->count; i++) {
		r = local_rows_go_on(job->call, i, entries->count);
		if (r == 0) {
			r = copy_one(copying, to, delta, &entries->list[i]);
		}
	}
	if (r == 0 && copying->move) {
		r = take_out(copying, from, entries);
	}
	if (r == 0) {
		describe(delta, to);
		r = local_mailbox_row_write(db, to);
	}
	if (r == 0 && copying->move && from != to) {
		describe(&job->source, from);
		r = local_mailbox_row_write(db, from);
	}
	return r;
}

static int run(struct job *job)
{
	struct copying *copying = roost_container_of(job, struct copying, job);
	struct mailbox *mailbox = copying->mailbox;
	struct driver *db = job->account->writer;
	struct mailbox_row from, to;
	struct entries entries = { .list = NULL };
	roost_copy_result_clear(&copying->result);
	forget_last(copying);
	int r = local_mailbox_row_read(db, job->call, mailbox->name, mailbox->id, &from);
	if (r == 0) {
		r = local_mailbox_row_read(db, job->call, copying->destination, 0, &to);
	}
	if (r == 0) {
		copying->result.uid_validity = to.uid_validity;
		r = local_messages_read(
			db, job->call, mailbox->index, &from, copying->uids, false, &entries);
	}
	if (r == 0 && entries.count > 0) {
		r = transfer(copying, &from, from.id == to.id ? &from : &to, &entries);
	}
	local_entries_clear(&entries);
	return r;
}

static int copy_or_move(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination, bool move,
	struct roost_copy_result *result_out)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct account *account = mailbox->account;
	struct copying copying = {
		.job = { .run = run, .account = account, .call = call },
		.mailbox = mailbox,
		.uids = uids,
		.destination = destination,
		.move = move,
		.now = (int64_t)time(NULL),
	};
	int r = move ? local_mailbox_check_writable(mailbox, call)
		     : local_rows_check_cancelled(call, 0);
	if (r == 0) {
		r = local_store_begin_op(account, call);
	}
	if (r < 0) {
		return r;
	}
	r = local_job_do(&copying.job);
	local_store_end_op(account);
	if (r == 0) {
		roost_copy_result_clear(result_out);
		result_out->uid_validity = copying.result.uid_validity;
		result_out->source = copying.result.source;
		result_out->destination = copying.result.destination;
	} else {
		roost_copy_result_clear(&copying.result);
	}
	forget_last(&copying);
	local_job_clear(&copying.job);
	return r;
}

int local_copy_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	return copy_or_move(base, call, uids, destination, false, result_out);
}

int local_copy_move_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	return copy_or_move(base, call, uids, destination, true, result_out);
}

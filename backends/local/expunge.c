/* expunge.c - removing messages, and telling later which went. */
#include "mailbox.h"

#include "rows.h"

struct expunging {
	struct job job;
	struct mailbox *mailbox;
	const struct roost_uidset *only;
	const struct roost_uidset *before; /* what the caller has in its set */
	struct roost_uidset expunged; /* and what went */
};

static int remove_all(
	struct expunging *expunging, struct mailbox_row *row, const struct entries *entries)
{
	struct job *job = &expunging->job;
	struct driver *db = job->account->writer;
	struct roost_uidset *removed = &job->source.removed;
	struct account_row account;
	int r = local_account_row_read(db, &account);
	row->modseq++;
	for (size_t i = 0; r == 0 && i < entries->count; i++) {
		r = local_rows_go_on(job->call, i, entries->count);
		if (r == 0) {
			r = roost_uidset_add(removed, entries->list[i].uid);
		}
		if (r == 0) {
			r = local_email_row_release(db, job, entries->list[i].email);
		}
		local_mailbox_row_count(row, &entries->list[i], -1);
		account.octets -= (int64_t)entries->list[i].octets;
	}
	if (r == 0) {
		r = local_message_rows_delete(db, row->id, removed);
	}
	if (r == 0) {
		r = local_mailbox_row_expunge(db, row, removed);
	}
	if (r == 0) {
		r = local_mailbox_row_write(db, row);
	}
	if (r == 0) {
		r = local_account_row_write(db, &account);
	}
	if (r == 0) {
		r = roost_uidset_add_set(&expunging->expunged, removed);
	}
	job->source.mailbox = row->id;
	job->source.modseq = row->modseq;
	job->source.uid_next = row->uid_next;
	return r;
}

static int run(struct job *job)
{
	struct expunging *expunging = roost_container_of(job, struct expunging, job);
	struct mailbox *mailbox = expunging->mailbox;
	struct driver *db = job->account->writer;
	struct entries entries = { .list = NULL };
	struct mailbox_row row;
	roost_uidset_clear(&expunging->expunged);
	int r = roost_uidset_copy(&expunging->expunged, expunging->before);
	if (r == 0) {
		r = local_mailbox_row_read(db, job->call, mailbox->name, mailbox->id, &row);
	}
	if (r < 0 || row.deleted == 0) {
		return r;
	}
	const struct roost_uidset *within =
		expunging->only == NULL ? &local_rows_all_uids : expunging->only;
	r = local_messages_read(db, job->call, mailbox->index, &row, within, true, &entries);
	if (r == 0 && entries.count > 0) {
		r = remove_all(expunging, &row, &entries);
	}
	local_entries_clear(&entries);
	return r;
}

int local_expunge_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct account *account = mailbox->account;
	struct expunging expunging = {
		.job = { .run = run, .account = account, .call = call },
		.mailbox = mailbox,
		.only = only,
		.before = expunged_out,
	};
	int r = local_mailbox_check_writable(mailbox, call);
	if (r == 0) {
		r = local_store_begin_op(account, call);
	}
	if (r < 0) {
		return r;
	}
	r = local_job_do(&expunging.job);
	local_store_end_op(account);
	if (r == 0) {
		struct roost_uidset had = *expunged_out;
		*expunged_out = expunging.expunged;
		expunging.expunged = had;
	}
	roost_uidset_clear(&expunging.expunged);
	local_job_clear(&expunging.job);
	return r;
}

/* What went after `modseq`. False in `known_out` when not all of it is known any more. */
static int read_expunged(struct driver *reader, struct mailbox *mailbox, struct roost_call *call,
	uint64_t modseq, struct roost_uidset *vanished, bool *known_out)
{
	struct driver_statement *s;
	struct mailbox_row row;
	int r = local_mailbox_row_read(reader, call, mailbox->name, mailbox->id, &row);
	if (r < 0) {
		return r;
	}
	*known_out = (int64_t)modseq >= row.forgotten;
	if (!*known_out) {
		return 0;
	}
	r = local_driver_prepare(
		reader, "SELECT first, last FROM expunged WHERE mailbox = ? AND modseq > ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, row.id);
	local_driver_bind_number(s, (int64_t)modseq);
	while ((r = local_driver_step(s)) == 1) {
		r = roost_uidset_add_range(vanished, (uint32_t)local_driver_number(s, 0),
			(uint32_t)local_driver_number(s, 1));
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

/* Every UID below the next one that is not there. */
static int list_absent(
	struct mailbox *mailbox, struct roost_call *call, struct roost_uidset *absent)
{
	int r = local_mailbox_lock(mailbox, call);
	if (r < 0) {
		return r;
	}
	const struct index *index = mailbox->index;
	if (index->uid_next > 1) {
		r = roost_uidset_add_range(absent, 1, index->uid_next - 1);
		if (r == 0) {
			r = roost_uidset_remove_set(absent, &index->uids);
		}
	}
	local_mailbox_unlock(mailbox);
	return r;
}

int local_expunge_changed_since(struct roost_mailbox *base, struct roost_call *call,
	uint64_t modseq, struct roost_uidset *vanished_out)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct account *account = mailbox->account;
	struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
	struct driver *reader = NULL;
	bool known = true;
	if (modseq > INT64_MAX) {
		return 0;
	}
	int r = local_store_begin_op(account, call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, call, &reader);
	if (r == 0) {
		r = local_driver_begin_read(reader);
		if (r == 0) {
			r = read_expunged(reader, mailbox, call, modseq, &vanished, &known);
		}
		if (r < 0) {
			r = local_trouble(account, call, r, local_driver_text(reader));
		}
		local_driver_rollback(reader);
		local_account_put_reader(account, reader);
	}
	local_store_end_op(account);
	if (r == 0 && !known) {
		r = list_absent(mailbox, call, &vanished);
	}
	if (r == 0) {
		r = roost_uidset_add_set(vanished_out, &vanished);
	}
	roost_uidset_clear(&vanished);
	return r;
}

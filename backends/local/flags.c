/* flags.c - changing flags. */
#include "mailbox.h"

#include "marking.h"

struct flag_job {
	struct job job;
	struct mailbox *mailbox;
	const struct roost_uidset *uids;
	const struct roost_flags_change *given;
	struct roost_flags_change change; /* as the mailbox spells it */
	struct marking marking;
	const struct roost_uidset *before; /* what the caller has in its set, or NULL */
	struct roost_uidset modified; /* and those that were modified since */
};

static int adopt_change(struct flag_job *flags, int64_t mailbox)
{
	struct job *job = &flags->job;
	const struct roost_flags_change *given = flags->given;
	flags->change = (struct roost_flags_change) {
		.size = sizeof(flags->change),
		.mode = given->mode,
		.has_unchanged_since = given->has_unchanged_since,
		.unchanged_since = given->unchanged_since,
	};
	int r = local_keywords_adopt(job->account->writer, job->call, mailbox, &given->flags,
		given->mode != ROOST_FLAGS_REMOVE, &flags->change.flags, &job->source.reload);
	return r == ROOST_ERR_LIMIT ? local_rows_too_many_keywords(job->call) : r;
}

/* All that there are in each range of the set are read, so that nothing stands between two of one range. */
static int mark_rows(struct flag_job *flags)
{
	struct entries entries = { .list = NULL };
	const struct roost_uid_range *range = flags->uids->ranges;
	int r = local_message_rows_read(flags->job.account->writer, flags->job.call,
		flags->marking.row->id, flags->uids, false, &entries);
	for (size_t i = 0; r == 0 && i < entries.count; i++) {
		bool neighbour = i > 0 && entries.list[i].uid <= range->last;
		while (entries.list[i].uid > range->last) {
			range++;
		}
		r = local_marking_take(&flags->marking, &entries.list[i], neighbour);
	}
	local_entries_clear(&entries);
	return r;
}

/* From the index where it is as the rows are, which cost ten times as much to read. */
static int mark(struct flag_job *flags)
{
	struct marking *marking = &flags->marking;
	int r = local_index_walk(flags->mailbox->index, marking->row->uid_validity,
		marking->row->modseq, flags->uids, local_marking_take, marking);
	if (r == 0) {
		r = mark_rows(flags);
	}
	return r < 0 ? r : local_marking_end(marking);
}

static int run(struct job *job)
{
	struct flag_job *flags = roost_container_of(job, struct flag_job, job);
	struct mailbox *mailbox = flags->mailbox;
	struct driver *db = job->account->writer;
	struct marking *marking = &flags->marking;
	struct mailbox_row row;
	local_marking_clear(marking);
	*marking = (struct marking) {
		.call = job->call,
		.change = &flags->change,
		.row = &row,
		.delta = &job->source,
		.modified = &flags->modified,
	};
	roost_uidset_clear(&flags->modified);
	int r = local_mailbox_row_read(db, job->call, mailbox->name, mailbox->id, &row);
	if (r == 0 && flags->before != NULL) {
		r = roost_uidset_copy(&flags->modified, flags->before);
	}
	if (r == 0) {
		r = adopt_change(flags, row.id);
	}
	if (r == 0) {
		r = mark(flags);
	}
	if (r == 0) {
		r = local_marking_write(marking, db);
	}
	if (r < 0) {
		return r;
	}
	bool changed = job->source.changed.count > 0 || job->source.flagged.count > 0;
	if (changed) {
		row.modseq++;
		r = local_mailbox_row_write(db, &row);
	}
	/* Where nothing changed, the modseq is that of what somebody else did, whom the index may not know yet. */
	job->source.mailbox = changed || job->source.reload ? row.id : 0;
	job->source.modseq = row.modseq;
	job->source.uid_next = row.uid_next;
	return r;
}

static int tell(const struct marking *marking, roost_message_fn deliver, void *context)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < marking->count; i++) {
		const struct marked *marked = &marking->list[i];
		const struct roost_message told = {
			.size = sizeof(told),
			.uid = marked->uid,
			.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_MODSEQ,
			.flags = local_keywords_flags(marked->keywords, marked->system),
			.modseq = marked->modseq,
		};
		r = deliver(context, &told);
	}
	return r == ROOST_STOP ? 0 : r;
}

int local_flags_update_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct account *account = mailbox->account;
	struct flag_job flags = {
		.job = { .run = run, .account = account, .call = call },
		.mailbox = mailbox,
		.uids = uids,
		.given = change,
		.before = modified_out,
	};
	int r = local_mailbox_check_writable(mailbox, call);
	if (r == 0) {
		r = local_store_begin_op(account, call);
	}
	if (r < 0) {
		return r;
	}
	r = local_job_do(&flags.job);
	local_store_end_op(account);
	if (r == 0 && modified_out != NULL) {
		struct roost_uidset had = *modified_out;
		*modified_out = flags.modified;
		flags.modified = had;
	}
	if (r == 0 && deliver != NULL) {
		r = tell(&flags.marking, deliver, context);
	}
	local_marking_clear(&flags.marking);
	roost_uidset_clear(&flags.modified);
	local_job_clear(&flags.job);
	return r;
}

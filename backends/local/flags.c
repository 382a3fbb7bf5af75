/* flags.c - changing flags. */
#include "mailbox.h"

#include <roost/util.h>

#include "rows.h"

struct flagging {
	struct job job;
	struct mailbox *mailbox;
	const struct roost_uidset *uids;
	const struct roost_flags_change *given;
	struct roost_flags_change change; /* as the mailbox spells it */
	struct entries told; /* all that were looked at, as they are now */
	const struct roost_uidset *before; /* what the caller has in its set, or NULL */
	struct roost_uidset modified; /* and those that were modified since */
	/* Neighbours that become the same are written together: from `run_first` to the last of those
	 * that changed. 0: there are none. */
	uint32_t run_first;
	/* Neighbours often have the same keywords: what the last ones became. */
	struct keywords *last_before, *last_after;
	bool has_last;
};

static void forget_last(struct flagging *flagging)
{
	local_keywords_unref(flagging->last_before);
	local_keywords_unref(flagging->last_after);
	flagging->last_before = flagging->last_after = NULL;
	flagging->has_last = false;
}

static unsigned change_system(unsigned system, const struct roost_flags_change *change)
{
	unsigned given = change->flags.system & ROOST_FLAGS_ALL_SYSTEM;
	switch (change->mode) {
	case ROOST_FLAGS_ADD:
		return system | given;
	case ROOST_FLAGS_REMOVE:
		return system & ~given;
	case ROOST_FLAGS_SET:
		break;
	}
	return given;
}

/* What becomes of keywords; one reference, the caller's. */
static int change_keywords(
	struct flagging *flagging, struct keywords *set, struct keywords **set_out)
{
	if (flagging->has_last && set == flagging->last_before) {
		*set_out = local_keywords_ref(flagging->last_after);
		return 0;
	}
	struct roost_call *call = flagging->job.call;
	struct roost_flags before = local_keywords_flags(set, 0), after;
	struct keywords *changed;
	int r = roost_util_update_flags(call, &before, &flagging->change, &after);
	if (r < 0) {
		return r == ROOST_ERR_LIMIT ? local_rows_too_many_keywords(call) : r;
	}
	after.system = 0;
	if (roost_flags_equal(&before, &after)) {
		changed = local_keywords_ref(set);
	} else {
		r = local_keywords_create(after.keywords, after.keyword_count, &changed);
		if (r < 0) {
			return r;
		}
	}
	forget_last(flagging);
	flagging->last_before = local_keywords_ref(set);
	flagging->last_after = local_keywords_ref(changed);
	flagging->has_last = true;
	*set_out = changed;
	return 0;
}

/* Write the messages that were not written yet. */
static int write_run(struct flagging *flagging, const struct mailbox_row *row)
{
	const struct entries *changed = &flagging->job.source.changed;
	uint32_t first = flagging->run_first;
	if (first == 0) {
		return 0;
	}
	flagging->run_first = 0;
	return local_message_rows_change(
		flagging->job.account->writer, row->id, first, &changed->list[changed->count - 1]);
}

static bool becomes_the_same(const struct entry *a, const struct entry *b)
{
	return a->system == b->system && a->keywords == b->keywords && a->modseq == b->modseq;
}

static int note_change(struct flagging *flagging, struct mailbox_row *row, struct entry now)
{
	struct entries *changed = &flagging->job.source.changed;
	int r = 0;
	if (flagging->run_first != 0 &&
		!becomes_the_same(&changed->list[changed->count - 1], &now)) {
		r = write_run(flagging, row);
	}
	if (r == 0) {
		local_keywords_ref(now.keywords);
		r = local_entries_add(changed, now);
	}
	if (r == 0 && flagging->run_first == 0) {
		flagging->run_first = now.uid;
	}
	return r;
}

static int change_one(struct flagging *flagging, struct mailbox_row *row, const struct entry *entry)
{
	struct entry now = *entry;
	int r = change_keywords(flagging, entry->keywords, &now.keywords);
	if (r < 0) {
		return r;
	}
	now.system = (uint8_t)change_system(entry->system, &flagging->change);
	/* Without a change, the keywords are the very same set. */
	if (now.system == entry->system && now.keywords == entry->keywords) {
		r = write_run(flagging, row);
	} else {
		now.modseq = row->modseq + 1;
		r = note_change(flagging, row, now);
		local_mailbox_row_count(row, entry, -1);
		local_mailbox_row_count(row, &now, 1);
	}
	if (r < 0) {
		local_keywords_unref(now.keywords);
		return r;
	}
	return local_entries_add(&flagging->told, now);
}

/* `entries` are all that there are in each range of the set, so that nothing stands between two neighbours of one
 * range. */
static int change_all(
	struct flagging *flagging, struct mailbox_row *row, const struct entries *entries)
{
	const struct roost_flags_change *change = &flagging->change;
	const struct roost_uid_range *range = flagging->uids->ranges;
	int r = 0;
	for (size_t i = 0; r == 0 && i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];
		if (entry->uid > range->last) {
			r = write_run(flagging, row);
		}
		while (entry->uid > range->last) {
			range++;
		}
		if (r < 0) {
			break;
		}
		if (change->has_unchanged_since && entry->modseq > change->unchanged_since) {
			r = write_run(flagging, row);
			r = r < 0 ? r : roost_uidset_add(&flagging->modified, entry->uid);
		} else {
			r = change_one(flagging, row, entry);
		}
		if (r == 0) {
			r = local_rows_go_on(flagging->job.call, i, entries->count);
		}
	}
	return r < 0 ? r : write_run(flagging, row);
}

static int adopt_change(struct flagging *flagging, int64_t mailbox)
{
	struct job *job = &flagging->job;
	const struct roost_flags_change *given = flagging->given;
	flagging->change = (struct roost_flags_change) {
		.size = sizeof(flagging->change),
		.mode = given->mode,
		.has_unchanged_since = given->has_unchanged_since,
		.unchanged_since = given->unchanged_since,
	};
	int r = local_keywords_adopt(job->account->writer, job->call, mailbox, &given->flags,
		given->mode != ROOST_FLAGS_REMOVE, &flagging->change.flags, &job->source.reload);
	return r == ROOST_ERR_LIMIT ? local_rows_too_many_keywords(job->call) : r;
}

/* From the index where it is as the rows are, which cost ten times as much to read. */
static int read_messages(
	struct flagging *flagging, const struct mailbox_row *row, struct entries *entries)
{
	struct job *job = &flagging->job;
	int r = local_index_copy(
		flagging->mailbox->index, row->uid_validity, row->modseq, flagging->uids, entries);
	return r == 0  ? local_message_rows_read(job->account->writer, job->call, row->id,
				 flagging->uids, false, entries)
	       : r < 0 ? r
		       : 0;
}

static int run(struct job *job)
{
	struct flagging *flagging = roost_container_of(job, struct flagging, job);
	struct mailbox *mailbox = flagging->mailbox;
	struct driver *db = job->account->writer;
	struct entries entries = { .list = NULL };
	struct mailbox_row row;
	local_entries_clear(&flagging->told);
	roost_uidset_clear(&flagging->modified);
	forget_last(flagging);
	flagging->run_first = 0;
	int r = local_mailbox_row_read(db, job->call, mailbox->name, mailbox->id, &row);
	if (r < 0) {
		return r;
	}
	if (flagging->before != NULL) {
		r = roost_uidset_copy(&flagging->modified, flagging->before);
	}
	if (r == 0) {
		r = read_messages(flagging, &row, &entries);
	}
	if (r == 0) {
		r = adopt_change(flagging, row.id);
	}
	if (r == 0) {
		r = change_all(flagging, &row, &entries);
	}
	local_entries_clear(&entries);
	bool changed = job->source.changed.count > 0;
	if (r == 0 && changed) {
		row.modseq++;
		r = local_mailbox_row_write(db, &row);
	}
	/* Where nothing changed, the modseq is that of what somebody else did, whom the index may not know yet. */
	job->source.mailbox = changed || job->source.reload ? row.id : 0;
	job->source.modseq = row.modseq;
	job->source.uid_next = row.uid_next;
	return r;
}

static int tell(struct flagging *flagging, roost_message_fn deliver, void *context)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < flagging->told.count; i++) {
		const struct entry *entry = &flagging->told.list[i];
		const struct roost_message told = {
			.size = sizeof(told),
			.uid = entry->uid,
			.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_MODSEQ,
			.flags = local_keywords_flags(entry->keywords, entry->system),
			.modseq = entry->modseq,
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
	struct flagging flagging = {
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
	r = local_job_do(&flagging.job);
	local_store_end_op(account);
	if (r == 0 && modified_out != NULL) {
		struct roost_uidset had = *modified_out;
		*modified_out = flagging.modified;
		flagging.modified = had;
	}
	if (r == 0 && deliver != NULL) {
		r = tell(&flagging, deliver, context);
	}
	local_entries_clear(&flagging.told);
	roost_uidset_clear(&flagging.modified);
	forget_last(&flagging);
	local_job_clear(&flagging.job);
	return r;
}

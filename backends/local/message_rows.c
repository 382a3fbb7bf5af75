/* message_rows.c - the rows of messages, and of the emails they share. */
#include "rows.h"

int local_message_row_number(
	struct mailbox_row *row, struct roost_call *call, uint32_t wanted, uint32_t *uid_out)
{
	/* The highest UID is never given, so that there is always a next one. */
	if (row->uid_next == UINT32_MAX) {
		return roost_call_fail(
			call, ROOST_ERR_LIMIT, "All UIDs of the mailbox have been used");
	}
	uint32_t uid = wanted >= row->uid_next && wanted < UINT32_MAX ? wanted : row->uid_next;
	row->uid_next = uid + 1;
	*uid_out = uid;
	return 0;
}

static void bind_keywords(struct driver_statement *s, const struct entry *entry)
{
	if (entry->keywords == NULL) {
		local_driver_bind_null(s);
	} else {
		local_driver_bind_text(s, entry->keywords->text.bytes, entry->keywords->text.size);
	}
}

int local_message_row_insert(struct driver *db, int64_t mailbox, const struct entry *entry)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"INSERT INTO message (mailbox, uid, email, flags, keywords, modseq, saved, octets,"
		" date, zone, thread) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, entry->uid);
	local_driver_bind_number(s, entry->email);
	local_driver_bind_number(s, entry->system);
	bind_keywords(s, entry);
	local_driver_bind_number(s, (int64_t)entry->modseq);
	local_driver_bind_number(s, entry->saved);
	local_driver_bind_number(s, (int64_t)entry->octets);
	local_driver_bind_number(s, entry->date);
	local_driver_bind_number(s, entry->zone);
	local_driver_bind_number(s, entry->thread);
	return local_driver_run(s);
}

int local_message_rows_change(
	struct driver *db, int64_t mailbox, uint32_t first, const struct entry *last)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"UPDATE message SET flags = ?, keywords = ?, modseq = ? WHERE mailbox = ?"
		" AND uid >= ? AND uid <= ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, last->system);
	bind_keywords(s, last);
	local_driver_bind_number(s, (int64_t)last->modseq);
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, first);
	local_driver_bind_number(s, last->uid);
	return local_driver_run(s);
}

static int read_row(struct driver_statement *s, struct entries *entries)
{
	const struct entry *last = entries->count == 0 ? NULL : &entries->list[entries->count - 1];
	struct entry entry;
	int r = local_entry_read(s, 1, last, &entry);
	if (r < 0) {
		return r;
	}
	entry.uid = (uint32_t)local_driver_number(s, 0);
	return local_entries_add(entries, entry);
}

static int read_rows(struct driver *db, struct roost_call *call, int64_t mailbox,
	const struct roost_uidset *uids, bool deleted, struct entries *entries)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		deleted ? "SELECT uid, email, flags, keywords, modseq, saved, octets, date, zone,"
			  " thread FROM message WHERE mailbox = ? AND uid >= ? AND uid <= ?"
			  " AND (flags & 8) <> 0 ORDER BY uid"
			: "SELECT uid, email, flags, keywords, modseq, saved, octets, date, zone,"
			  " thread FROM message WHERE mailbox = ? AND uid >= ? AND uid <= ? ORDER "
			  "BY uid",
		&s);
	for (size_t i = 0; r == 0 && i < uids->count; i++) {
		local_driver_bind_number(s, mailbox);
		local_driver_bind_number(s, uids->ranges[i].first);
		local_driver_bind_number(s, uids->ranges[i].last);
		while (r == 0 && (r = local_driver_step(s)) == 1) {
			r = read_row(s, entries);
			if (r == 0) {
				r = local_rows_check_cancelled(call, entries->count);
			}
		}
		local_driver_done(s);
		if (r == 0) {
			r = local_rows_check_cancelled(call, i);
		}
	}
	return r;
}

int local_message_rows_read(struct driver *db, struct roost_call *call, int64_t mailbox,
	const struct roost_uidset *uids, bool deleted, struct entries *entries)
{
	struct flaggings flaggings = { .list = NULL };
	size_t read = entries->count;
	int r = deleted ? local_flagging_rows_settle(db, mailbox)
			: local_flagging_rows_read(db, mailbox, 0, &flaggings);
	if (r == 0) {
		r = read_rows(db, call, mailbox, uids, deleted, entries);
	}
	for (; r == 0 && read < entries->count; read++) {
		local_flaggings_overlay(&flaggings, &entries->list[read]);
	}
	local_flaggings_clear(&flaggings);
	return r;
}

struct taking {
	struct entries *entries;
	bool deleted;
};

static int take(void *context, const struct entry *entry, bool neighbour)
{
	const struct taking *taking = context;
	(void)neighbour;
	if (taking->deleted && (entry->system & ROOST_FLAG_DELETED) == 0) {
		return 0;
	}
	local_keywords_ref(entry->keywords);
	return local_entries_add(taking->entries, *entry);
}

int local_messages_read(struct driver *db, struct roost_call *call, struct index *index,
	const struct mailbox_row *row, const struct roost_uidset *uids, bool deleted,
	struct entries *entries)
{
	struct taking taking = { entries, deleted };
	int r = local_index_walk(index, row->uid_validity, row->modseq, uids, take, &taking);
	return r == 0  ? local_message_rows_read(db, call, row->id, uids, deleted, entries)
	       : r < 0 ? r
		       : 0;
}

int local_message_rows_delete(struct driver *db, int64_t mailbox, const struct roost_uidset *uids)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "DELETE FROM message WHERE mailbox = ? AND uid >= ? AND uid <= ?", &s);
	for (size_t i = 0; r == 0 && i < uids->count; i++) {
		local_driver_bind_number(s, mailbox);
		local_driver_bind_number(s, uids->ranges[i].first);
		local_driver_bind_number(s, uids->ranges[i].last);
		r = local_driver_run(s);
	}
	return r;
}

static int run_with_email(struct driver *db, const char *sql, int64_t email)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email);
	return local_driver_run(s);
}

int local_email_row_share(struct driver *db, int64_t email)
{
	return run_with_email(db, "UPDATE email SET refs = refs + 1 WHERE id = ?", email);
}

int local_email_row_release(struct driver *db, struct job *job, int64_t email)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT refs, octets, in_file, pack FROM email WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email);
	r = local_driver_step(s);
	bool last = r == 1 && local_driver_number(s, 0) <= 1;
	int64_t octets = r == 1 ? local_driver_number(s, 1) : 0;
	bool in_file = r == 1 && local_driver_number(s, 2) != 0;
	int64_t pack = r == 1 ? local_driver_number(s, 3) : 0;
	local_driver_done(s);
	if (r <= 0) {
		return r; /* what is not there needs no release */
	}
	if (!last) {
		return run_with_email(db, "UPDATE email SET refs = refs - 1 WHERE id = ?", email);
	}
	r = run_with_email(db, "DELETE FROM email WHERE id = ?", email);
	if (r == 0) {
		r = run_with_email(db, "DELETE FROM outline WHERE email = ?", email);
	}
	if (r == 0) {
		r = in_file     ? local_job_drop_file(job, email)
		    : pack != 0 ? local_pack_row_release(db, job, pack, octets)
				: run_with_email(db, "DELETE FROM body WHERE email = ?", email);
	}
	return r;
}

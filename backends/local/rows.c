/* rows.c - the rows of accounts and mailboxes. */
#include "rows.h"

#include <string.h>

/* Rows about expunged UIDs that a mailbox keeps. */
#define MAX_EXPUNGED 65536
/* How many messages go by between two looks at whether the call was cancelled. */
#define CANCEL_EVERY 1024

static struct roost_uid_range everything = { 1, UINT32_MAX };
const struct roost_uidset local_rows_all_uids = { &everything, 1, 1 };

int local_rows_check_cancelled(struct roost_call *call, size_t done)
{
	if (done % CANCEL_EVERY == 0 && roost_call_cancelled(call)) {
		return roost_call_fail(call, ROOST_ERR_CANCELLED, "The command was cancelled");
	}
	return 0;
}

int local_rows_go_on(struct roost_call *call, size_t done, size_t total)
{
	roost_call_progress(call, done, total);
	return local_rows_check_cancelled(call, done);
}

int local_rows_too_many_keywords(struct roost_call *call)
{
	return roost_call_failf(call, ROOST_ERR_LIMIT,
		"A message has at most %d keywords, a mailbox %d", ROOST_MAX_KEYWORDS,
		KEYWORDS_MAX_KNOWN);
}

int local_mailbox_row_read(struct driver *db, struct roost_call *call, const char *name, int64_t id,
	struct mailbox_row *row_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT id, uid_validity, uid_next, modseq, recent_from, messages, unseen, deleted,"
		" octets, deleted_octets, forgotten, expunged FROM mailbox WHERE name = ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_text(s, name, strlen(name));
	r = local_driver_step(s);
	if (r == 1) {
		*row_out = (struct mailbox_row) {
			.id = local_driver_number(s, 0),
			.uid_validity = (uint32_t)local_driver_number(s, 1),
			.uid_next = (uint32_t)local_driver_number(s, 2),
			.modseq = (uint64_t)local_driver_number(s, 3),
			.recent_from = (uint32_t)local_driver_number(s, 4),
			.messages = local_driver_number(s, 5),
			.unseen = local_driver_number(s, 6),
			.deleted = local_driver_number(s, 7),
			.octets = local_driver_number(s, 8),
			.deleted_octets = local_driver_number(s, 9),
			.forgotten = local_driver_number(s, 10),
			.expunged = local_driver_number(s, 11),
		};
	}
	local_driver_done(s);
	if (r < 0) {
		return r;
	}
	if (r == 0) {
		return roost_call_failf(
			call, ROOST_ERR_NO_SUCH_MAILBOX, "There is no mailbox %s", name);
	}
	if (id != 0 && row_out->id != id) {
		return roost_call_fail(
			call, ROOST_ERR_NO_SUCH_MAILBOX, "The mailbox was deleted or renamed");
	}
	return 0;
}

int local_mailbox_row_write(struct driver *db, const struct mailbox_row *row)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"UPDATE mailbox SET uid_next = ?, modseq = ?, messages = ?, unseen = ?, deleted = "
		"?,"
		" octets = ?, deleted_octets = ?, forgotten = ?, expunged = ? WHERE id = ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, row->uid_next);
	local_driver_bind_number(s, (int64_t)row->modseq);
	local_driver_bind_number(s, row->messages);
	local_driver_bind_number(s, row->unseen);
	local_driver_bind_number(s, row->deleted);
	local_driver_bind_number(s, row->octets);
	local_driver_bind_number(s, row->deleted_octets);
	local_driver_bind_number(s, row->forgotten);
	local_driver_bind_number(s, row->expunged);
	local_driver_bind_number(s, row->id);
	return local_driver_run(s);
}

void local_mailbox_row_count(struct mailbox_row *row, const struct entry *entry, int sign)
{
	row->messages += sign;
	row->octets += sign * (int64_t)entry->octets;
	if ((entry->system & ROOST_FLAG_SEEN) == 0) {
		row->unseen += sign;
	}
	if ((entry->system & ROOST_FLAG_DELETED) != 0) {
		row->deleted += sign;
		row->deleted_octets += sign * (int64_t)entry->octets;
	}
}

/* Forget what was expunged up to a modseq, and count what is left. */
static int forget(struct driver *db, struct mailbox_row *row, int64_t modseq)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "DELETE FROM expunged WHERE mailbox = ? AND modseq <= ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, row->id);
	local_driver_bind_number(s, modseq);
	r = local_driver_run(s);
	if (r == 0) {
		r = local_driver_prepare(db, "SELECT COUNT(*) FROM expunged WHERE mailbox = ?", &s);
	}
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, row->id);
	r = local_driver_step(s);
	row->expunged = local_driver_number(s, 0);
	row->forgotten = modseq;
	local_driver_done(s);
	return r < 0 ? r : 0;
}

/* Make room by forgetting the older half, so that making room costs little on average. */
static int forget_half(struct driver *db, struct mailbox_row *row)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT modseq FROM expunged WHERE mailbox = ? ORDER BY modseq LIMIT 1 OFFSET ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, row->id);
	local_driver_bind_number(s, row->expunged / 2);
	r = local_driver_step(s);
	int64_t modseq = r == 1 ? local_driver_number(s, 0) : (int64_t)row->modseq;
	local_driver_done(s);
	return r < 0 ? r : forget(db, row, modseq);
}

int local_mailbox_row_expunge(
	struct driver *db, struct mailbox_row *row, const struct roost_uidset *uids)
{
	struct driver_statement *s;
	if (uids->count > MAX_EXPUNGED) {
		return forget(db, row, (int64_t)row->modseq);
	}
	int r = local_driver_prepare(
		db, "INSERT INTO expunged (mailbox, modseq, first, last) VALUES (?, ?, ?, ?)", &s);
	for (size_t i = 0; r == 0 && i < uids->count; i++) {
		local_driver_bind_number(s, row->id);
		local_driver_bind_number(s, (int64_t)row->modseq);
		local_driver_bind_number(s, uids->ranges[i].first);
		local_driver_bind_number(s, uids->ranges[i].last);
		r = local_driver_run(s);
	}
	row->expunged += (int64_t)uids->count;
	return r == 0 && row->expunged > MAX_EXPUNGED ? forget_half(db, row) : r;
}

int local_account_row_read(struct driver *db, struct account_row *row_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT mailbox, email, uid_validity, octets, message_ids FROM account WHERE id = "
		"1",
		&s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	if (r == 1) {
		*row_out = (struct account_row) {
			.mailbox = local_driver_number(s, 0),
			.email = local_driver_number(s, 1),
			.uid_validity = local_driver_number(s, 2),
			.octets = local_driver_number(s, 3),
			.message_ids = local_driver_number(s, 4),
		};
	}
	local_driver_done(s);
	return r == 1 ? 0 : r < 0 ? r : ROOST_ERR_CORRUPT;
}

int local_account_row_write(struct driver *db, const struct account_row *row)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"UPDATE account SET mailbox = ?, email = ?, uid_validity = ?, octets = ?,"
		" message_ids = ? WHERE id = 1",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, row->mailbox);
	local_driver_bind_number(s, row->email);
	local_driver_bind_number(s, row->uid_validity);
	local_driver_bind_number(s, row->octets);
	local_driver_bind_number(s, row->message_ids);
	return local_driver_run(s);
}

int local_account_row_take(struct account_row *row, const struct job *job, uint64_t octets)
{
	uint64_t quota = job->account->store->options.quota;
	uint64_t used = row->octets < 0 ? 0 : (uint64_t)row->octets;
	if (octets > 0 && (used > quota || octets > quota - used)) {
		return roost_call_failf(job->call, ROOST_ERR_OVER_QUOTA,
			"All messages together may have %llu octets", (unsigned long long)quota);
	}
	row->octets += (int64_t)octets;
	return 0;
}

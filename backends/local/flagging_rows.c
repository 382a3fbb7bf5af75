/* flagging_rows.c - the rows of flaggings, and how they become part of those of the messages. */
#include "flagging.h"

#include <roost/error.h>

static int read_row(struct driver_statement *s, struct flaggings *flaggings)
{
	struct roost_text keywords = local_driver_bytes(s, 6);
	int64_t first = local_driver_number(s, 1), last = local_driver_number(s, 2);
	struct flagging flagging = {
		.modseq = (uint64_t)local_driver_number(s, 0),
		.first = (uint32_t)first,
		.last = (uint32_t)last,
		.kept = (uint8_t)(local_driver_number(s, 3) & ROOST_FLAGS_ALL_SYSTEM),
		.added = (uint8_t)(local_driver_number(s, 4) & ROOST_FLAGS_ALL_SYSTEM),
		.replaces = local_driver_number(s, 5) != 0,
	};
	if (first < 1 || last < first || last > UINT32_MAX) {
		return 0;
	}
	int r = keywords.bytes == NULL ? 0 : local_keywords_parse(keywords, &flagging.keywords);
	return r < 0 ? r : local_flaggings_add(flaggings, flagging);
}

int local_flagging_rows_read(
	struct driver *db, int64_t mailbox, uint64_t after, struct flaggings *flaggings)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT modseq, first, last, kept, added, replaced, keywords FROM flagging"
		" WHERE mailbox = ? AND modseq > ? ORDER BY modseq, first",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, (int64_t)after);
	while ((r = local_driver_step(s)) == 1) {
		r = flaggings->count == FLAGGINGS_MAX ? ROOST_ERR_CORRUPT : read_row(s, flaggings);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

static int insert(struct driver *db, int64_t mailbox, const struct flagging *flagging)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"INSERT INTO flagging (mailbox, modseq, first, last, kept, added, replaced,"
		" keywords) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, (int64_t)flagging->modseq);
	local_driver_bind_number(s, flagging->first);
	local_driver_bind_number(s, flagging->last);
	local_driver_bind_number(s, flagging->kept);
	local_driver_bind_number(s, flagging->added);
	local_driver_bind_number(s, flagging->replaces);
	if (flagging->keywords == NULL) {
		local_driver_bind_null(s);
	} else {
		const struct roost_text *text = &flagging->keywords->text;
		local_driver_bind_text(s, text->bytes, text->size);
	}
	return local_driver_run(s);
}

static int remove_row(struct driver *db, int64_t mailbox, int64_t modseq, int64_t first)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "DELETE FROM flagging WHERE mailbox = ? AND modseq = ? AND first = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, modseq);
	local_driver_bind_number(s, first);
	return local_driver_run(s);
}

/* The one of before that just the messages of a new one have, with no other change since; or NULL. */
static const struct flagging *find_same(
	const struct flaggings *pending, const struct flagging *made)
{
	for (size_t i = 0; i < pending->count; i++) {
		const struct flagging *before = &pending->list[i];
		if (before->first == made->first && before->last == made->last &&
			made->before <= before->modseq) {
			return before;
		}
	}
	return NULL;
}

/* What two changes one after the other come to; the keywords are borrowed. */
static struct flagging join(const struct flagging *before, const struct flagging *after)
{
	struct flagging both = *after;
	both.kept = before->kept & after->kept;
	both.added = (before->added & after->kept) | after->added;
	both.replaces = before->replaces || after->replaces;
	both.keywords = after->replaces ? after->keywords : before->keywords;
	return both;
}

int local_flagging_rows_write(struct driver *db, int64_t mailbox, const struct flaggings *made)
{
	struct flaggings pending = { .list = NULL };
	size_t count;
	int r = made->count == 0 ? 0 : local_flagging_rows_read(db, mailbox, 0, &pending);
	count = pending.count;
	for (size_t i = 0; r == 0 && i < made->count; i++) {
		struct flagging now = made->list[i];
		const struct flagging *before = find_same(&pending, &now);
		if (before == NULL) {
			count++;
		} else {
			now = join(before, &now);
			r = remove_row(db, mailbox, (int64_t)before->modseq, before->first);
		}
		if (r == 0) {
			r = insert(db, mailbox, &now);
		}
	}
	local_flaggings_clear(&pending);
	return r == 0 && count > FLAGGINGS_MAX ? local_flagging_rows_settle(db, mailbox) : r;
}

/* Write one into the rows of its messages, as it stands in its own row. */
static int settle(struct driver *db, int64_t mailbox, struct driver_statement *row)
{
	struct driver_statement *s;
	bool replaces = local_driver_number(row, 5) != 0;
	struct roost_text keywords = local_driver_bytes(row, 6);
	int r = local_driver_prepare(db,
		replaces ? "UPDATE message SET flags = (flags & ?) | ?, modseq = ?, keywords = ?"
			   " WHERE mailbox = ? AND uid >= ? AND uid <= ? AND modseq < ?"
			 : "UPDATE message SET flags = (flags & ?) | ?, modseq = ?"
			   " WHERE mailbox = ? AND uid >= ? AND uid <= ? AND modseq < ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, local_driver_number(row, 3) & ROOST_FLAGS_ALL_SYSTEM);
	local_driver_bind_number(s, local_driver_number(row, 4) & ROOST_FLAGS_ALL_SYSTEM);
	local_driver_bind_number(s, local_driver_number(row, 0));
	if (replaces && keywords.bytes == NULL) {
		local_driver_bind_null(s);
	} else if (replaces) {
		local_driver_bind_text(s, keywords.bytes, keywords.size);
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_number(s, local_driver_number(row, 1));
	local_driver_bind_number(s, local_driver_number(row, 2));
	local_driver_bind_number(s, local_driver_number(row, 0));
	return local_driver_run(s);
}

/* Damaged ones, too, as far as they can be: so nothing is parsed, and none is left. */
int local_flagging_rows_settle(struct driver *db, int64_t mailbox)
{
	struct driver_statement *s;
	bool any = false;
	int r = local_driver_prepare(db,
		"SELECT modseq, first, last, kept, added, replaced, keywords FROM flagging"
		" WHERE mailbox = ? ORDER BY modseq, first",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	while ((r = local_driver_step(s)) == 1) {
		any = true;
		r = settle(db, mailbox, s);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	if (r == 0 && any) {
		r = local_driver_prepare(db, "DELETE FROM flagging WHERE mailbox = ?", &s);
		if (r == 0) {
			local_driver_bind_number(s, mailbox);
			r = local_driver_run(s);
		}
	}
	return r;
}

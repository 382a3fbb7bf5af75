/* refresh.c - bringing an index to what the rows say. */
#include "refresh.h"

#include <stdlib.h>
#include <string.h>

/* What the row of the mailbox says. */
struct row {
	char *name;
	uint32_t uid_validity, uid_next, recent_from;
	uint64_t modseq, forgotten, messages, unseen;
};

/* 1, or 0 when there is no such mailbox. */
static int read_row(const struct index *index, struct driver *db, struct row *row)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT name, uid_validity, uid_next, modseq, recent_from, forgotten, messages,"
		" unseen FROM mailbox WHERE id = ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, index->mailbox);
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text name = local_driver_bytes(s, 0);
		row->name = strndup(name.bytes == NULL ? "" : name.bytes, name.size);
		row->uid_validity = (uint32_t)local_driver_number(s, 1);
		row->uid_next = (uint32_t)local_driver_number(s, 2);
		row->modseq = (uint64_t)local_driver_number(s, 3);
		row->recent_from = (uint32_t)local_driver_number(s, 4);
		row->forgotten = (uint64_t)local_driver_number(s, 5);
		row->messages = (uint64_t)local_driver_number(s, 6);
		row->unseen = (uint64_t)local_driver_number(s, 7);
		r = row->name == NULL ? ROOST_ERR_NO_MEMORY : 1;
	}
	local_driver_done(s);
	return r;
}

/* The next row of "uid, " and the columns of an entry. */
static int read_entry(
	struct driver_statement *s, const struct entries *entries, struct entry *entry_out)
{
	const struct entry *last = entries->count == 0 ? NULL : &entries->list[entries->count - 1];
	int r = local_entry_read(s, 1, last, entry_out);
	if (r == 0) {
		entry_out->uid = (uint32_t)local_driver_number(s, 0);
	}
	return r;
}

static int load_entries(struct index *index, struct driver *db)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT uid, email, flags, keywords, modseq, saved, octets, date, zone,"
		" thread FROM message"
		" WHERE mailbox = ? ORDER BY uid",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, index->mailbox);
	while ((r = local_driver_step(s)) == 1) {
		struct entry entry;
		r = read_entry(s, &index->entries, &entry);
		if (r == 0) {
			r = local_entries_add(&index->entries, entry);
		}
		if (r == 0) {
			r = roost_uidset_add(&index->uids, entry.uid);
		}
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

static int load_flaggings(struct index *index, struct driver *db)
{
	struct flaggings flaggings = { .list = NULL };
	int r = local_flagging_rows_read(db, index->mailbox, 0, &flaggings);
	for (size_t i = 0; r == 0 && i < index->entries.count; i++) {
		struct entry *entry = &index->entries.list[i];
		local_flaggings_overlay(&flaggings, entry);
		index->unseen += (entry->system & ROOST_FLAG_SEEN) == 0;
	}
	local_flaggings_clear(&flaggings);
	return r;
}

static int load_keywords(struct index *index, struct driver *db)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT name FROM keyword WHERE mailbox = ? ORDER BY folded", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, index->mailbox);
	while ((r = local_driver_step(s)) == 1) {
		struct roost_text text = local_driver_bytes(s, 0);
		char *name = strndup(text.bytes == NULL ? "" : text.bytes, text.size);
		r = name == NULL ? ROOST_ERR_NO_MEMORY : local_names_add(&index->keywords, name);
		free(name);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

/* What is different from the entries that were known before. */
static int compare(
	const struct entries *now, const struct entries *before, bool doubtful, struct news *news)
{
	int r = 0;
	for (size_t i = 0, j = 0; r == 0 && i < before->count; i++) {
		const struct entry *entry = &before->list[i];
		while (j < now->count && now->list[j].uid < entry->uid) {
			j++;
		}
		if (j == now->count || now->list[j].uid != entry->uid) {
			r = roost_uidset_add(&news->removed, entry->uid);
		} else if (doubtful || now->list[j].modseq != entry->modseq) {
			r = roost_uidset_add(&news->changed, entry->uid);
		}
	}
	size_t removed = (size_t)roost_uidset_size(&news->removed);
	news->look = news->look || now->count + removed != before->count;
	return r;
}

/* Read all. */
static int load(struct index *index, struct driver *db, const struct row *row, struct news *news)
{
	struct entries before = index->entries;
	bool first = index->uid_next == 0; /* then nobody has seen anything of it */
	news->look = news->look || (!first && index->uid_validity != row->uid_validity);
	index->entries = (struct entries) { .list = NULL };
	local_index_forget(index);
	index->uid_validity = row->uid_validity;
	index->uid_next = row->uid_next;
	index->modseq = row->modseq;
	int r = load_entries(index, db);
	if (r == 0) {
		r = load_flaggings(index, db);
	}
	if (r == 0) {
		r = load_keywords(index, db);
	}
	if (r == 0 && !first) {
		r = compare(&index->entries, &before, index->doubtful, news);
	}
	if (r < 0) {
		/* What is different from that is told when it works again. */
		local_entries_clear(&index->entries);
		index->entries = before;
		return r;
	}
	local_entries_clear(&before);
	index->doubtful = false;
	index->loaded = true;
	return 0;
}

static int read_changed(const struct index *index, struct driver *db, struct delta *delta)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT uid, email, flags, keywords, modseq, saved, octets, date, zone,"
		" thread FROM message"
		" WHERE mailbox = ? AND modseq > ? ORDER BY uid",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, index->mailbox);
	local_driver_bind_number(s, (int64_t)index->modseq);
	while ((r = local_driver_step(s)) == 1) {
		struct entry entry;
		r = read_entry(s, delta->added.count > 0 ? &delta->added : &delta->changed, &entry);
		if (r == 0) {
			r = local_entries_add(
				entry.uid < index->uid_next ? &delta->changed : &delta->added,
				entry);
		}
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

static int read_removed(const struct index *index, struct driver *db, struct delta *delta)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT first, last FROM expunged WHERE mailbox = ? AND modseq > ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, index->mailbox);
	local_driver_bind_number(s, (int64_t)index->modseq);
	while ((r = local_driver_step(s)) == 1) {
		r = roost_uidset_add_range(&delta->removed, (uint32_t)local_driver_number(s, 0),
			(uint32_t)local_driver_number(s, 1));
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

/* `index` has it all now; it stood at `since` and `uid_next` before. */
static int tell_flagged(const struct index *index, const struct flagging *flagging, uint64_t since,
	uint32_t uid_next, struct news *news)
{
	const struct entries *entries = &index->entries;
	struct roost_uidset flagged = ROOST_UIDSET_EMPTY;
	int r = 0;
	for (size_t i = local_index_find(index, flagging->first);
		r == 0 && i < entries->count && entries->list[i].uid <= flagging->last; i++) {
		if (entries->list[i].modseq > since && entries->list[i].uid < uid_next) {
			r = roost_uidset_add(&flagged, entries->list[i].uid);
		}
	}
	if (r == 0) {
		r = roost_uidset_add_set(&news->changed, &flagged);
	}
	roost_uidset_clear(&flagged);
	return r;
}

static int tell(const struct index *index, const struct delta *delta, uint64_t since,
	uint32_t uid_next, struct news *news)
{
	int r = roost_uidset_add_set(&news->removed, &delta->removed);
	for (size_t i = 0; r == 0 && i < delta->changed.count; i++) {
		r = roost_uidset_add(&news->changed, delta->changed.list[i].uid);
	}
	for (size_t i = 0; r == 0 && i < delta->flagged.count; i++) {
		r = tell_flagged(index, &delta->flagged.list[i], since, uid_next, news);
	}
	news->look = news->look || delta->added.count > 0;
	return r;
}

/* Read what is new. */
static int catch_up(
	struct index *index, struct driver *db, const struct row *row, struct news *news)
{
	struct delta delta = { .modseq = row->modseq, .uid_next = row->uid_next };
	uint64_t since = index->modseq;
	uint32_t uid_next = index->uid_next;
	int r = read_changed(index, db, &delta);
	if (r == 0) {
		r = local_flagging_rows_read(db, index->mailbox, since, &delta.flagged);
	}
	if (r == 0) {
		r = read_removed(index, db, &delta);
	}
	if (r == 0) {
		r = local_index_change(index, &delta);
	}
	if (r == 0) {
		r = tell(index, &delta, since, uid_next, news);
	}
	index->loaded = r == 0;
	local_delta_clear(&delta);
	return r;
}

/* Whether all that has changed since the index was true can still be told. */
static bool can_catch_up(const struct index *index, const struct row *row)
{
	return index->loaded && !index->doubtful && row->uid_validity == index->uid_validity &&
	       row->modseq >= index->modseq && row->forgotten <= index->modseq &&
	       row->uid_next >= index->uid_next;
}

static bool is_true(const struct index *index, const struct row *row)
{
	return index->entries.count == row->messages && index->unseen == row->unseen &&
	       index->keywords.count <= KEYWORDS_MAX_KNOWN;
}

/* The mailbox is there. */
static int bring(struct index *index, struct driver *db, struct row *row, struct news *news)
{
	int r = 0;
	if (index->name == NULL || strcmp(index->name, row->name) != 0) {
		if (index->name != NULL) {
			news->new_name = strdup(row->name);
		}
		char *name = index->name;
		index->name = row->name;
		row->name = name;
	}
	index->gone = false;
	if (atomic_load(&index->recent_from) < row->recent_from) {
		atomic_store(&index->recent_from, row->recent_from);
	}
	bool caught_up = can_catch_up(index, row);
	if (caught_up && row->modseq > index->modseq) {
		r = catch_up(index, db, row, news);
		caught_up = r == 0 && is_true(index, row);
	}
	if (!caught_up && (r == 0 || r == ROOST_ERR_CORRUPT)) {
		r = load(index, db, row, news);
	}
	/* The name that sessions have. */
	const char *known = row->name != NULL ? row->name : index->name;
	if (r == 0 && (news->look || news->new_name != NULL || news->changed.count > 0 ||
			      news->removed.count > 0)) {
		news->mailbox = strdup(known);
	}
	return r;
}

static void end(struct index *index, struct news *news)
{
	news->deleted = index->name != NULL;
	news->mailbox = index->name;
	index->name = NULL;
	index->gone = true;
	local_index_forget(index);
}

int local_refresh(struct index *index, struct driver *db, struct news *news_out)
{
	struct row row = { .name = NULL };
	int r = local_driver_begin_read(db);
	if (r == 0) {
		r = read_row(index, db, &row);
	}
	if (r == 1) {
		r = bring(index, db, &row, news_out);
	} else if (r == 0) {
		end(index, news_out);
	}
	local_driver_rollback(db);
	free(row.name);
	if (r < 0) {
		index->loaded = false;
	}
	return r;
}

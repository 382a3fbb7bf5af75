/* salvage.c - saving what can be read of a damaged database into a new one.
 *
 * Rows are looked for by their keys: from the first on until a page cannot be read, from the last
 * back, and then in the halves of what is left, so that a damaged page costs the rows on it and no
 * others. What was saved need not agree with itself: the check that follows sees to that. */
#include "salvage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "folder.h"
#include "schema.h"

/* Places that cannot be read before one gives up on a table. */
#define MAX_GAPS 4096
/* Mailboxes are looked for up to this number behind the last one that is known. */
#define MAILBOXES_AHEAD 64
/* How far the numbers of emails go ahead, so that none that is lost is given again. */
#define EMAILS_AHEAD (INT64_C(1) << 32)

struct salvage {
	struct checking *checking;
	struct driver *from;
	struct driver *to;
	unsigned gaps;
	bool packless; /* the old one knows no packs */
	bool emails; /* whether the rows that are looked for are those of emails */
	int64_t mailbox; /* of the rows that are looked for */
	int64_t saved; /* rows of the table */
};

/* A table: how its rows are read in both directions between two keys, and written. The key comes
 * first; `types` says of each column whether it is a number, text or bytes. */
struct table {
	const char *up, *down;
	const char *insert;
	const char *types;
};

static void bind_column(
	struct driver_statement *from, struct driver_statement *to, int column, char type)
{
	struct roost_text bytes = local_driver_bytes(from, column);
	if (type == 'n') {
		local_driver_bind_number(to, local_driver_number(from, column));
	} else if (bytes.bytes == NULL) {
		local_driver_bind_null(to);
	} else if (type == 't') {
		local_driver_bind_text(to, bytes.bytes, bytes.size);
	} else {
		local_driver_bind_bytes(to, bytes.bytes, bytes.size);
	}
}

/* A row that cannot be is left out. */
static int save_row(
	struct salvage *salvage, const struct table *table, struct driver_statement *row)
{
	struct driver_statement *s;
	int r = local_driver_prepare(salvage->to, table->insert, &s);
	if (r < 0) {
		return r;
	}
	for (int i = 0; table->types[i] != '\0'; i++) {
		bind_column(row, s, i, table->types[i]);
	}
	r = local_driver_run(s);
	salvage->saved += r == 0;
	return r == ROOST_ERR_CORRUPT ? 0 : r;
}

/* Save the rows between two keys until one cannot be read; `last_out` is the key of the last one.
 * 1: the end; 0: something cannot be read. */
static int save_run(struct salvage *salvage, const struct table *table, const char *sql,
	int64_t low, int64_t high, int64_t *last_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(salvage->from, sql, &s);
	if (r < 0) {
		return r == ROOST_ERR_NO_MEMORY ? r : 0;
	}
	if (salvage->mailbox != 0) {
		local_driver_bind_number(s, salvage->mailbox);
	}
	local_driver_bind_number(s, low);
	local_driver_bind_number(s, high);
	int saved = 0;
	while (saved == 0 && (r = local_driver_step(s)) == 1) {
		*last_out = local_driver_number(s, 0);
		saved = save_row(salvage, table, s);
	}
	local_driver_done(s);
	return saved < 0 ? saved : r == ROOST_ERR_NO_MEMORY ? r : r == 0;
}

/* Note emails that may have been there, so that what is found of them elsewhere is not taken for
 * that of those who are gone. */
static int note_gap(struct salvage *salvage, int64_t low, int64_t high)
{
	const int64_t row[4] = { low, high, 0, 0 };
	return salvage->emails ? local_check_rows_add(&salvage->checking->packs.unknown, row) : 0;
}

/* Save what can be read between two keys. */
static int save_range(struct salvage *salvage, const struct table *table, int64_t low, int64_t high)
{
	int64_t last = low;
	int64_t saved = salvage->saved;
	int r = save_run(salvage, table, table->up, low, high, &last);
	if (r != 0 || salvage->gaps++ >= MAX_GAPS) {
		return r < 0 ? r : r == 0 ? note_gap(salvage, low, high) : 0;
	}
	low = salvage->saved == saved ? low : last + 1;
	last = high;
	saved = salvage->saved;
	r = low > high ? 1 : save_run(salvage, table, table->down, low, high, &last);
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	high = salvage->saved == saved ? high : last - 1;
	if (low >= high) {
		return low == high ? note_gap(salvage, low, high) : 0;
	}
	/* Without overflow, as keys may be as large as numbers are. */
	int64_t middle = (low >> 1) + (high >> 1) + (low & high & 1);
	r = save_range(salvage, table, low, middle);
	return r == 0 ? save_range(salvage, table, middle + 1, high) : r;
}

#define NUMBERED(columns, table, key, values, kinds) \
	{ \
		"SELECT " columns " FROM " table " WHERE " key " >= ? AND " key \
		" <= ? ORDER BY " key, \
			"SELECT " columns " FROM " table " WHERE " key " >= ? AND " key \
			" <= ? ORDER BY " key " DESC", \
			"INSERT INTO " table " (" columns ") VALUES (" values ")", kinds \
	}

static const struct table numbered[] = {
	NUMBERED("id, mailbox, email, uid_validity, octets, made, message_ids", "account", "id",
		"?, ?, ?, ?, ?, ?, ?", "nnnnnnn"),
	NUMBERED("id, name, special_use, uid_validity, uid_next, modseq, recent_from, messages,"
		 " unseen, deleted, octets, deleted_octets, forgotten, expunged",
		"mailbox", "id", "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", "ntnnnnnnnnnnnn"),
	NUMBERED("email, bytes", "outline", "email", "?, ?", "nb"),
	NUMBERED("email, bytes", "body", "email", "?, ?", "nb"),
};

static const struct table emails =
	NUMBERED("id, refs, octets, digest, in_file, thread, pack, pack_at", "email", "id",
		"?, ?, ?, ?, ?, ?, ?, ?", "nnnnnnnn");
static const struct table packs = NUMBERED("id, size, live", "pack", "id", "?, ?, ?", "nnn");
/* Before there were packs. */
static const struct table packless_emails = NUMBERED(
	"id, refs, octets, digest, in_file, thread", "email", "id", "?, ?, ?, ?, ?, ?", "nnnnnn");

static const struct table messages = {
	"SELECT uid, mailbox, email, flags, keywords, modseq, saved, octets, date, zone, thread "
	"FROM"
	" message WHERE mailbox = ? AND uid >= ? AND uid <= ? ORDER BY uid",
	"SELECT uid, mailbox, email, flags, keywords, modseq, saved, octets, date, zone, thread "
	"FROM"
	" message WHERE mailbox = ? AND uid >= ? AND uid <= ? ORDER BY uid DESC",
	"INSERT INTO message (uid, mailbox, email, flags, keywords, modseq, saved, octets, date,"
	" zone, thread) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"nnnntnnnnnn",
};

/* Those that are not needed are read as far as one comes. */
static const struct table others[] = {
	{ "SELECT mailbox, folded, name FROM keyword WHERE mailbox >= ? AND mailbox <= ?", NULL,
		"INSERT INTO keyword (mailbox, folded, name) VALUES (?, ?, ?)", "ntt" },
	{ "SELECT mailbox, modseq, first, last, kept, added, replaced, keywords FROM flagging"
	  " WHERE mailbox >= ? AND mailbox <= ?",
		NULL,
		"INSERT INTO flagging (mailbox, modseq, first, last, kept, added, replaced,"
		" keywords) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		"nnnnnnnt" },
	{ "SELECT name FROM subscription WHERE ? <= ?", NULL,
		"INSERT INTO subscription (name) VALUES (?)", "t" },
	{ "SELECT id, thread, number FROM message_id WHERE number >= ? AND number <= ?", NULL,
		"INSERT INTO message_id (id, thread, number) VALUES (?, ?, ?)", "bnn" },
};

static int save_messages(struct salvage *salvage)
{
	int64_t top = 0, other = 0;
	int r = local_care_number(salvage->to, "SELECT MAX(id) FROM mailbox", &top);
	if (r == 0) {
		r = local_care_number(salvage->to, "SELECT MAX(mailbox) FROM account", &other);
	}
	top = (top > other ? top : other) + MAILBOXES_AHEAD;
	for (int64_t i = 1; r == 0 && i <= top && salvage->gaps < MAX_GAPS; i++) {
		salvage->mailbox = i;
		r = save_range(salvage, &messages, 1, UINT32_MAX - 1);
	}
	salvage->mailbox = 0;
	return r;
}

static int run_plain(struct driver *db, const char *sql, int64_t number, size_t count)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < count; i++) {
		local_driver_bind_number(s, number);
	}
	return local_driver_run(s);
}

static int save_numbered(struct salvage *salvage, const struct table *table)
{
	salvage->gaps = 0;
	return save_range(salvage, table, INT64_MIN + 1, INT64_MAX - 1);
}

static int save_tables(struct salvage *salvage)
{
	salvage->emails = true;
	int r = save_numbered(salvage, salvage->packless ? &packless_emails : &emails);
	salvage->emails = false;
	if (r == 0 && !salvage->packless) {
		r = save_numbered(salvage, &packs);
	}
	for (size_t i = 0; r == 0 && i < sizeof(numbered) / sizeof(numbered[0]); i++) {
		r = save_numbered(salvage, &numbered[i]);
	}
	salvage->gaps = 0;
	salvage->saved = 0;
	if (r == 0) {
		r = save_messages(salvage);
	}
	int64_t count = salvage->saved, ignored = 0;
	for (size_t i = 0; r == 0 && i < sizeof(others) / sizeof(others[0]); i++) {
		r = save_run(salvage, &others[i], others[i].up, 0, INT64_MAX, &ignored);
		r = r < 0 ? r : 0;
	}
	salvage->saved = count;
	return r;
}

/* What clients have seen may be lost: they must not take what comes for it. */
static int start_anew(struct salvage *salvage)
{
	static const char *const statements[] = {
		"INSERT INTO account (id, mailbox, email, uid_validity, octets, made) SELECT 1, 1,"
		" 0, ?, 0, ? WHERE NOT EXISTS (SELECT 1 FROM account)",
		"UPDATE account SET uid_validity = ? WHERE uid_validity < ?",
		"UPDATE account SET uid_validity = (SELECT MAX(uid_validity) FROM mailbox) WHERE"
		" uid_validity < (SELECT MAX(uid_validity) FROM mailbox)",
		"UPDATE mailbox SET forgotten = modseq, expunged = 0, uid_validity = id + (SELECT"
		" MAX(uid_validity) FROM account)",
		"UPDATE account SET uid_validity = (SELECT MAX(uid_validity) FROM mailbox) WHERE"
		" EXISTS (SELECT 1 FROM mailbox)",
		"UPDATE account SET email = email + ?",
	};
	static const size_t counts[] = { 2, 2, 0, 0, 0, 1 };
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(statements) / sizeof(statements[0]); i++) {
		r = run_plain(salvage->to, statements[i],
			counts[i] == 2 ? salvage->checking->now : EMAILS_AHEAD, counts[i]);
	}
	return r;
}

/* Fill the new database. It has the rows of a new user, which go. */
static int fill(struct salvage *salvage)
{
	int r = local_driver_begin(salvage->to);
	if (r == 0) {
		r = run_plain(salvage->to, "DELETE FROM account", 0, 0);
	}
	if (r == 0) {
		r = run_plain(salvage->to, "DELETE FROM mailbox", 0, 0);
	}
	if (r == 0) {
		r = save_tables(salvage);
	}
	if (r == 0) {
		r = local_care_number(salvage->to,
			"SELECT COALESCE(MAX(email), 0) FROM (SELECT email FROM account UNION ALL"
			" SELECT MAX(id) FROM email)",
			&salvage->checking->packs.last);
	}
	if (r == 0) {
		r = start_anew(salvage);
	}
	if (r == 0) {
		r = local_driver_commit(salvage->to);
	}
	return r < 0 ? local_care_fail_database(&salvage->checking->care, salvage->to, r) : 0;
}

static int open_new(struct salvage *salvage, const char *path)
{
	char text[256];
	int r = local_driver_open(path, true, &salvage->to, text, sizeof(text));
	if (r == 0) {
		r = local_schema_migrate(salvage->to, salvage->checking->now, text, sizeof(text));
	}
	return r < 0 ? roost_call_failf(salvage->checking->care.call, r,
			       "The database %s cannot be made: %s", path, text)
		     : 0;
}

/* Whether the old one can be read at all. */
static bool open_old(struct salvage *salvage, const char *path)
{
	char text[256];
	struct driver_statement *ignored;
	if (local_driver_open(path, false, &salvage->from, text, sizeof(text)) < 0) {
		salvage->from = NULL;
		return false;
	}
	local_driver_leave(salvage->from);
	if (local_driver_begin_read(salvage->from) == 0 &&
		local_driver_prepare(salvage->from, "SELECT id FROM account", &ignored) == 0) {
		salvage->packless = local_driver_prepare(salvage->from,
					    "SELECT pack FROM email WHERE id = 0", &ignored) < 0;
		return true;
	}
	local_driver_rollback(salvage->from);
	local_driver_close(salvage->from);
	salvage->from = NULL;
	return false;
}

static void close_old(struct salvage *salvage)
{
	if (salvage->from != NULL) {
		local_driver_rollback(salvage->from);
		local_driver_close(salvage->from);
		salvage->from = NULL;
	}
}

/* Remove what is beside a database, by the ends of the names. */
static void remove_beside(const char *database, const char *const *suffixes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *path = NULL;
		if (asprintf(&path, "%s%s", database, suffixes[i]) >= 0) {
			(void)local_files_remove(path);
			free(path);
		}
	}
}

/* Open a copy that has the beginning of the new one, which must be closed for that. */
static int open_revived(struct salvage *salvage, const char *aside, const char *made)
{
	char *revived = NULL;
	local_driver_close(salvage->to);
	salvage->to = NULL;
	int r = asprintf(&revived, "%s.revived", aside) < 0
			? ROOST_ERR_NO_MEMORY
			: local_driver_revive(aside, made, revived);
	if (r == 0) {
		(void)open_old(salvage, revived);
	}
	free(revived);
	return open_new(salvage, made);
}

/* The old one is read where it is kept. When its beginning is damaged, one tries with another; when
 * that is of no use either, nothing can be saved. */
static int read_old(struct salvage *salvage, const char *aside, const char *made)
{
	static const char *const left[] = { "-shm", ".revived", ".revived-shm", ".revived-wal",
		"-wal" };
	int r = open_old(salvage, aside) ? 0 : open_revived(salvage, aside, made);
	if (r == 0 && salvage->from != NULL) {
		r = fill(salvage);
	}
	close_old(salvage);
	/* A log that came into being by looking is none of the old one's. */
	remove_beside(aside, left,
		sizeof(left) / sizeof(left[0]) - (salvage->checking->care.has_log ? 1 : 0));
	return r;
}

/* A name for the old one that nothing has. */
static int name_aside(const struct care *care, char **aside_out)
{
	for (unsigned i = 1; i < 10000; i++) {
		char *aside = NULL;
		if (asprintf(&aside, "%s.damaged-%u", care->database, i) < 0) {
			return ROOST_ERR_NO_MEMORY;
		}
		if (!local_files_are(aside)) {
			*aside_out = aside;
			return 0;
		}
		free(aside);
	}
	return ROOST_ERR_LIMIT;
}

/* Copy what there is of the database and its log. */
static int keep_aside(struct care *care, const char *aside)
{
	static const char *const suffixes[] = { "", "-wal" };
	int r = 0;
	for (size_t i = 0; r == 0 && i < 2; i++) {
		char *from = NULL, *to = NULL;
		if (asprintf(&from, "%s%s", care->database, suffixes[i]) < 0) {
			from = NULL;
		}
		if (asprintf(&to, "%s%s", aside, suffixes[i]) < 0) {
			to = NULL;
		}
		r = from == NULL || to == NULL ? ROOST_ERR_NO_MEMORY : 0;
		errno = 0;
		if (r == 0 && local_files_are(from)) {
			r = local_files_copy(from, to);
			r = r < 0 ? local_care_fail(care, r, "copy", from) : 0;
		}
		free(from);
		free(to);
	}
	return r == 0 ? local_folder_sync(care->folder) : r;
}

/* The log belongs to the old database: it goes first, and what it held is kept aside. */
static int put_in_place(struct care *care, const char *made)
{
	static const char *const suffixes[] = { "-shm", "-wal" };
	int r = 0;
	errno = 0;
	for (size_t i = 0; r == 0 && i < 2; i++) {
		char *path = NULL;
		r = asprintf(&path, "%s%s", care->database, suffixes[i]) < 0
			    ? ROOST_ERR_NO_MEMORY
			    : local_files_remove(path);
		free(path);
	}
	if (r == 0) {
		r = local_files_give(care->folder, care->store->folder);
	}
	if (r == 0 && rename(made, care->database) < 0) {
		r = local_folder_error(errno);
	}
	if (r == 0) {
		r = local_folder_sync(care->folder);
	}
	return r < 0 ? local_care_fail(care, r, "replace", care->database) : 0;
}

int local_salvage(struct checking *checking, char **aside_out, uint64_t *messages_out)
{
	struct care *care = &checking->care;
	struct salvage salvage = { .checking = checking };
	char *aside = NULL;
	char *made = local_folder_join(care->folder, "mail.db.new");
	int r = made == NULL ? ROOST_ERR_NO_MEMORY : name_aside(care, &aside);
	checking->packs.salvaged = true;
	if (r == 0) {
		r = local_files_remove(made);
	}
	if (r == 0) {
		r = keep_aside(care, aside);
	}
	if (r == 0) {
		r = open_new(&salvage, made);
	}
	if (r == 0 && local_files_are(aside)) {
		r = read_old(&salvage, aside, made);
	}
	local_driver_close(salvage.to);
	if (r == 0) {
		r = put_in_place(care, made);
	}
	if (made != NULL) {
		(void)local_files_remove(made);
	}
	free(made);
	if (r < 0) {
		free(aside);
		return r;
	}
	*aside_out = aside;
	*messages_out = (uint64_t)salvage.saved;
	return 0;
}

/* ledger.c - what was imported for a user already. */
#include "ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include <roost/error.h>

#define VERSION 1
#define VERSION_TEXT "1"

enum query {
	QUERY_BEGIN,
	QUERY_COMMIT,
	QUERY_FIND_FOLDER,
	QUERY_ADD_FOLDER,
	QUERY_FIND_MOVED,
	QUERY_FORGET_FOLDER,
	QUERY_FIND,
	QUERY_FIND_DIGEST,
	QUERY_MOVE,
	QUERY_ADD,
	QUERY_SETTLE,
	QUERY_FORGET,
	QUERY_SET_FLAGS,
	QUERY_CLEAR_BATCH,
	QUERY_ADD_BATCH,
	QUERY_FIND_BATCH,
	QUERY_SETTLE_DIGEST,
	QUERY_FORGET_WAITING,
	QUERY_COUNT,
	QUERY_GET_COUNT,
	QUERIES,
};

static const char *const queries[QUERIES] = {
	[QUERY_BEGIN] = "BEGIN IMMEDIATE",
	[QUERY_COMMIT] = "COMMIT",
	[QUERY_FIND_FOLDER] = "SELECT id FROM folder WHERE source = ? AND name = ? AND mailbox = ?"
			      " AND validity = ?",
	[QUERY_ADD_FOLDER] =
		"INSERT INTO folder (source, name, mailbox, validity) VALUES (?, ?, ?, ?)",
	[QUERY_FIND_MOVED] = "SELECT 1 FROM folder WHERE source = ? AND name = ? AND mailbox = ?"
			     " AND validity <> ?",
	[QUERY_FORGET_FOLDER] = "DELETE FROM item WHERE folder = ?",
	[QUERY_FIND] =
		"SELECT uid_validity, uid, flags FROM item WHERE folder = ? AND identity = ?",
	[QUERY_FIND_DIGEST] =
		"SELECT item.folder, item.identity, item.uid_validity, item.uid, item.flags"
		" FROM item JOIN folder AS had ON had.id = item.folder"
		" JOIN folder AS has ON has.source = had.source AND has.name = had.name"
		" AND has.mailbox = had.mailbox AND has.id <> had.id"
		" WHERE has.id = ? AND item.digest = ? AND item.uid > 0"
		" ORDER BY item.uid LIMIT 1",
	[QUERY_MOVE] = "UPDATE item SET folder = ?, identity = ? WHERE folder = ? AND identity = ?",
	[QUERY_ADD] = "INSERT OR REPLACE INTO item (folder, identity, digest, flags, uid_validity,"
		      " uid) VALUES (?, ?, ?, ?, 0, 0)",
	[QUERY_SETTLE] = "UPDATE item SET uid_validity = ?, uid = ?"
			 " WHERE folder = ? AND identity = ?",
	[QUERY_FORGET] = "DELETE FROM item WHERE folder = ? AND identity = ?",
	[QUERY_SET_FLAGS] = "UPDATE item SET flags = ? WHERE folder = ? AND identity = ?",
	[QUERY_CLEAR_BATCH] = "DELETE FROM batch",
	[QUERY_ADD_BATCH] = "INSERT INTO batch (mailbox, uid_validity, uid_first) VALUES (?, ?, ?)",
	[QUERY_FIND_BATCH] = "SELECT mailbox, uid_validity, uid_first FROM batch",
	[QUERY_SETTLE_DIGEST] =
		"UPDATE item SET uid_validity = ?, uid = ? WHERE (folder, identity) ="
		" (SELECT folder, identity FROM item WHERE uid = 0 AND digest = ? LIMIT 1)",
	[QUERY_FORGET_WAITING] = "DELETE FROM item WHERE uid = 0",
	[QUERY_COUNT] = "INSERT INTO occurrence (text, count) VALUES (?, 1)"
			" ON CONFLICT (text) DO UPDATE SET count = count + 1",
	[QUERY_GET_COUNT] = "SELECT count FROM occurrence WHERE text = ?",
};

static const char *const schema =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE folder (id INTEGER PRIMARY KEY, source TEXT NOT NULL,"
	" name TEXT NOT NULL, mailbox TEXT NOT NULL,"
	" validity INTEGER NOT NULL,"
	" UNIQUE (source, name, mailbox, validity));"
	"CREATE TABLE item (folder INTEGER NOT NULL, identity TEXT NOT NULL,"
	" digest BLOB NOT NULL, flags TEXT NOT NULL,"
	" uid_validity INTEGER NOT NULL, uid INTEGER NOT NULL,"
	" PRIMARY KEY (folder, identity)) WITHOUT ROWID;"
	"CREATE INDEX item_digest ON item (digest);"
	"CREATE INDEX item_waiting ON item (folder) WHERE uid = 0;"
	"CREATE TABLE batch (mailbox TEXT NOT NULL,"
	" uid_validity INTEGER NOT NULL, uid_first INTEGER NOT NULL);"
	"PRAGMA user_version = " VERSION_TEXT ";"
	"COMMIT";

struct ledger {
	sqlite3 *db;
	sqlite3_stmt *statements[QUERIES];
	bool dirty; /* a transaction is open */
	enum query answering; /* whose columns are lent; QUERIES for none */
};

/* What was lent by the last call goes back. */
static void end_answer(struct ledger *ledger)
{
	if (ledger->answering != QUERIES) {
		(void)sqlite3_reset(ledger->statements[ledger->answering]);
		ledger->answering = QUERIES;
	}
}

static int error_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return ROOST_ERR_NO_MEMORY;
	case SQLITE_BUSY:
		return ROOST_ERR_IN_USE;
	case SQLITE_FULL:
		return ROOST_ERR_UNAVAILABLE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ROOST_ERR_CORRUPT;
	default:
		return ROOST_ERR_IO;
	}
}

/* Run a query whose parameters were bound. 1 with a row, which is lent until the next call, 0 with
 * none. */
static int step(struct ledger *ledger, enum query query)
{
	sqlite3_stmt *statement = ledger->statements[query];
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		ledger->answering = query;
		return 1;
	}
	(void)sqlite3_reset(statement);
	return code == SQLITE_DONE ? 0 : error_of(code);
}

static void bind_text(struct ledger *ledger, enum query query, int i, const char *text)
{
	/* An error here is the step's too. */
	(void)sqlite3_bind_text(ledger->statements[query], i, text, -1, SQLITE_STATIC);
}

static void bind_number(struct ledger *ledger, enum query query, int i, int64_t number)
{
	(void)sqlite3_bind_int64(ledger->statements[query], i, number);
}

static void bind_digest(struct ledger *ledger, enum query query, int i, const unsigned char *digest)
{
	(void)sqlite3_bind_blob(
		ledger->statements[query], i, digest, LEDGER_DIGEST_SIZE, SQLITE_STATIC);
}

static const char *text_of(struct ledger *ledger, enum query query, int column)
{
	const unsigned char *text = sqlite3_column_text(ledger->statements[query], column);
	return text != NULL ? (const char *)text : "";
}

static int64_t number_of(struct ledger *ledger, enum query query, int column)
{
	return sqlite3_column_int64(ledger->statements[query], column);
}

/* As all changes do: begin a transaction, unless one is open. */
static int begin(struct ledger *ledger)
{
	end_answer(ledger);
	int r = ledger->dirty ? 0 : step(ledger, QUERY_BEGIN);
	ledger->dirty = ledger->dirty || r == 0;
	return r;
}

static int commit(struct ledger *ledger)
{
	int r = ledger->dirty ? step(ledger, QUERY_COMMIT) : 0;
	ledger->dirty = ledger->dirty && r < 0;
	return r;
}

static bool refuse(const char *path, const char *why)
{
	fprintf(stderr, "roost: cannot open %s: %s\n", path, why);
	return false;
}

static bool run(struct ledger *ledger, const char *path, const char *sql)
{
	int code = sqlite3_exec(ledger->db, sql, NULL, NULL, NULL);
	if (code == SQLITE_BUSY) {
		return refuse(
			path, "another import for this user is running; wait until it is done");
	}
	return code == SQLITE_OK || refuse(path, sqlite3_errmsg(ledger->db));
}

static int version_of(struct ledger *ledger)
{
	sqlite3_stmt *statement = NULL;
	int version = -1;
	if (sqlite3_prepare_v2(ledger->db, "PRAGMA user_version", -1, &statement, NULL) ==
			SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW) {
		version = sqlite3_column_int(statement, 0);
	}
	(void)sqlite3_finalize(statement);
	return version;
}

/* An exclusive lock, which two imports at once cannot have. */
static bool prepare(struct ledger *ledger, const char *path)
{
	if (!run(ledger, path,
		    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
		    "PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT")) {
		return false;
	}
	int version = version_of(ledger);
	if (version > VERSION) {
		return refuse(path, "a newer roost has written it: use the newer one");
	}
	if (version < 0 || (version == 0 && !run(ledger, path, schema))) {
		return version >= 0 || refuse(path, sqlite3_errmsg(ledger->db));
	}
	if (!run(ledger, path,
		    "CREATE TEMP TABLE occurrence (text TEXT PRIMARY KEY, count INTEGER NOT NULL)"
		    " WITHOUT ROWID")) {
		return false;
	}
	for (int i = 0; i < QUERIES; i++) {
		if (sqlite3_prepare_v3(ledger->db, queries[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &ledger->statements[i], NULL) != SQLITE_OK) {
			return refuse(path, sqlite3_errmsg(ledger->db));
		}
	}
	return true;
}

/* A database that root makes belongs to the owner of the folder around it. SQLite does the rest, and tells
 * what is wrong if the file could not be made. */
static void make_file(const char *path)
{
	struct stat around;
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? NULL : strndup(path, (size_t)(slash - path));
	if (folder != NULL && geteuid() == 0 && stat(folder, &around) == 0) {
		int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0) {
			int r = fchown(fd, around.st_uid, around.st_gid);
			(void)r;
			(void)close(fd);
		}
	}
	free(folder);
}

bool ledger_open(const char *path, struct ledger **ledger_out)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	if (ledger == NULL) {
		return refuse(path, "out of memory");
	}
	ledger->answering = QUERIES;
	make_file(path);
	int code = sqlite3_open_v2(path, &ledger->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	bool good = code == SQLITE_OK || refuse(path, sqlite3_errmsg(ledger->db));
	if (!good || !prepare(ledger, path)) {
		ledger_close(ledger);
		return false;
	}
	*ledger_out = ledger;
	return true;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL) {
		return;
	}
	for (int i = 0; i < QUERIES; i++) {
		(void)sqlite3_finalize(ledger->statements[i]);
	}
	(void)sqlite3_close(ledger->db);
	free(ledger);
}

static void bind_folder(struct ledger *ledger, enum query query, const struct ledger_folder *folder)
{
	bind_text(ledger, query, 1, folder->source);
	bind_text(ledger, query, 2, folder->name);
	bind_text(ledger, query, 3, folder->mailbox);
	bind_number(ledger, query, 4, folder->validity);
}

int ledger_find_folder(struct ledger *ledger, const struct ledger_folder *folder,
	int64_t *number_out, bool *moved_out)
{
	end_answer(ledger);
	bind_folder(ledger, QUERY_FIND_MOVED, folder);
	int moved = step(ledger, QUERY_FIND_MOVED);
	end_answer(ledger);
	bind_folder(ledger, QUERY_FIND_FOLDER, folder);
	int found = moved < 0 ? moved : step(ledger, QUERY_FIND_FOLDER);
	if (found < 0) {
		return found;
	}
	*moved_out = moved == 1;
	if (found == 1) {
		*number_out = number_of(ledger, QUERY_FIND_FOLDER, 0);
		end_answer(ledger);
		return 0;
	}
	int r = begin(ledger);
	if (r == 0) {
		bind_folder(ledger, QUERY_ADD_FOLDER, folder);
		r = step(ledger, QUERY_ADD_FOLDER);
	}
	if (r == 0) {
		*number_out = sqlite3_last_insert_rowid(ledger->db);
	}
	return r;
}

int ledger_forget_folder(struct ledger *ledger, int64_t folder)
{
	int r = begin(ledger);
	if (r == 0) {
		bind_number(ledger, QUERY_FORGET_FOLDER, 1, folder);
		r = step(ledger, QUERY_FORGET_FOLDER);
	}
	return r;
}

int ledger_find(
	struct ledger *ledger, int64_t folder, const char *identity, struct ledger_item *item_out)
{
	end_answer(ledger);
	bind_number(ledger, QUERY_FIND, 1, folder);
	bind_text(ledger, QUERY_FIND, 2, identity);
	int r = step(ledger, QUERY_FIND);
	if (r == 1) {
		*item_out = (struct ledger_item) {
			.uid_validity = (uint32_t)number_of(ledger, QUERY_FIND, 0),
			.uid = (uint32_t)number_of(ledger, QUERY_FIND, 1),
			.flags = text_of(ledger, QUERY_FIND, 2),
		};
	}
	return r;
}

int ledger_adopt(struct ledger *ledger, int64_t folder, const char *identity,
	const unsigned char *digest, struct ledger_item *item_out)
{
	int r = begin(ledger);
	if (r < 0) {
		return r;
	}
	bind_number(ledger, QUERY_FIND_DIGEST, 1, folder);
	bind_digest(ledger, QUERY_FIND_DIGEST, 2, digest);
	r = step(ledger, QUERY_FIND_DIGEST);
	if (r != 1) {
		return r;
	}
	/* The row goes from its old place, which the answer names, to the new one. */
	bind_number(ledger, QUERY_MOVE, 1, folder);
	bind_text(ledger, QUERY_MOVE, 2, identity);
	bind_number(ledger, QUERY_MOVE, 3, number_of(ledger, QUERY_FIND_DIGEST, 0));
	(void)sqlite3_bind_text(ledger->statements[QUERY_MOVE], 4,
		text_of(ledger, QUERY_FIND_DIGEST, 1), -1, SQLITE_TRANSIENT);
	end_answer(ledger);
	r = step(ledger, QUERY_MOVE);
	return r < 0 ? r : ledger_find(ledger, folder, identity, item_out);
}

int ledger_add(struct ledger *ledger, int64_t folder, const char *identity,
	const unsigned char *digest, const char *flags)
{
	int r = begin(ledger);
	if (r == 0) {
		bind_number(ledger, QUERY_ADD, 1, folder);
		bind_text(ledger, QUERY_ADD, 2, identity);
		bind_digest(ledger, QUERY_ADD, 3, digest);
		bind_text(ledger, QUERY_ADD, 4, flags);
		r = step(ledger, QUERY_ADD);
	}
	return r;
}

int ledger_settle(struct ledger *ledger, int64_t folder, const char *identity,
	uint32_t uid_validity, uint32_t uid)
{
	int r = begin(ledger);
	if (r < 0) {
		return r;
	}
	if (uid == 0) {
		bind_number(ledger, QUERY_FORGET, 1, folder);
		bind_text(ledger, QUERY_FORGET, 2, identity);
		return step(ledger, QUERY_FORGET);
	}
	bind_number(ledger, QUERY_SETTLE, 1, uid_validity);
	bind_number(ledger, QUERY_SETTLE, 2, uid);
	bind_number(ledger, QUERY_SETTLE, 3, folder);
	bind_text(ledger, QUERY_SETTLE, 4, identity);
	return step(ledger, QUERY_SETTLE);
}

int ledger_set_flags(struct ledger *ledger, int64_t folder, const char *identity, const char *flags)
{
	int r = begin(ledger);
	if (r == 0) {
		bind_text(ledger, QUERY_SET_FLAGS, 1, flags);
		bind_number(ledger, QUERY_SET_FLAGS, 2, folder);
		bind_text(ledger, QUERY_SET_FLAGS, 3, identity);
		r = step(ledger, QUERY_SET_FLAGS);
	}
	return r;
}

int ledger_commit(struct ledger *ledger, const struct ledger_batch *batch)
{
	if (batch == NULL && !ledger->dirty) {
		return 0;
	}
	int r = begin(ledger);
	if (r == 0) {
		r = step(ledger, QUERY_CLEAR_BATCH);
	}
	if (r == 0 && batch != NULL) {
		bind_text(ledger, QUERY_ADD_BATCH, 1, batch->mailbox);
		bind_number(ledger, QUERY_ADD_BATCH, 2, batch->uid_validity);
		bind_number(ledger, QUERY_ADD_BATCH, 3, batch->uid_first);
		r = step(ledger, QUERY_ADD_BATCH);
	}
	return r < 0 ? r : commit(ledger);
}

int ledger_find_batch(struct ledger *ledger, struct ledger_batch *batch_out)
{
	end_answer(ledger);
	int r = step(ledger, QUERY_FIND_BATCH);
	if (r == 1) {
		*batch_out = (struct ledger_batch) {
			.mailbox = text_of(ledger, QUERY_FIND_BATCH, 0),
			.uid_validity = (uint32_t)number_of(ledger, QUERY_FIND_BATCH, 1),
			.uid_first = (uint32_t)number_of(ledger, QUERY_FIND_BATCH, 2),
		};
	}
	return r;
}

int ledger_settle_digest(
	struct ledger *ledger, const unsigned char *digest, uint32_t uid_validity, uint32_t uid)
{
	int r = begin(ledger);
	if (r < 0) {
		return r;
	}
	bind_number(ledger, QUERY_SETTLE_DIGEST, 1, uid_validity);
	bind_number(ledger, QUERY_SETTLE_DIGEST, 2, uid);
	bind_digest(ledger, QUERY_SETTLE_DIGEST, 3, digest);
	r = step(ledger, QUERY_SETTLE_DIGEST);
	return r < 0 ? r : sqlite3_changes(ledger->db) > 0;
}

int ledger_forget_batch(struct ledger *ledger)
{
	int r = begin(ledger);
	if (r == 0) {
		r = step(ledger, QUERY_FORGET_WAITING);
	}
	return r < 0 ? r : ledger_commit(ledger, NULL);
}

int ledger_count(struct ledger *ledger, const char *text, unsigned *count_out)
{
	int r = begin(ledger);
	if (r == 0) {
		bind_text(ledger, QUERY_COUNT, 1, text);
		r = step(ledger, QUERY_COUNT);
	}
	if (r == 0) {
		bind_text(ledger, QUERY_GET_COUNT, 1, text);
		r = step(ledger, QUERY_GET_COUNT);
		r = r == 1 ? 0 : r == 0 ? ROOST_ERR_CORRUPT : r;
	}
	if (r == 0) {
		*count_out = (unsigned)number_of(ledger, QUERY_GET_COUNT, 0);
		end_answer(ledger);
	}
	return r;
}

/* text_index.c - search.db: which emails of a user may have a text in them. */
#include "text_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>
#include <roost/util.h>

#include "folder.h"
#include "letters.h"

/* Raised when the tables change. */
#define FORMAT 1u
/* Words that are asked for; more would hardly find less. */
#define MAX_WORDS 24
/* Octets of a log that may stay: reading them takes a tenth of a millisecond. */
#define SHORT_LOG (128 * 1024)

/* What tells a file from another of the same name. */
struct identity {
	dev_t device;
	ino_t number;
};

/* What it must have been made from. */
struct origin {
	struct driver *mail;
	uint64_t era;
	char version[128];
};

struct text_index {
	struct driver *db;
	struct identity file, log;
};

static const char *const tables[] = {
	/* One row: which mail.db it belongs to, and under which conditions it was made. */
	"CREATE TABLE meta (id INTEGER PRIMARY KEY, made BIGINT NOT NULL, era BIGINT NOT NULL,"
	" version TEXT NOT NULL, last BIGINT NOT NULL, digest BIGINT NOT NULL)",
	/* A row for each page of the two sets. */
	"CREATE TABLE cover (page INTEGER PRIMARY KEY, looked BLOB NOT NULL, whole BLOB NOT NULL)",
	/* Each email with its words. FTS5 could take the groups of letters itself (trigram), but
	 * it takes three times as long to put each of them in as often as it comes. */
	"CREATE VIRTUAL TABLE letters USING fts5(words, content='', columnsize=0, detail=none,"
	" tokenize='ascii')",
	/* Octets that are gathered in memory before they are written: what is written in smaller
	 * pieces must be put together later. */
	"INSERT INTO letters (letters, rank) VALUES ('hashsize', 4194304)",
};

void local_text_cover_clear(struct text_cover *cover)
{
	local_bits_clear(&cover->looked);
	local_bits_clear(&cover->whole);
}

static bool identify(const char *path, const char *suffix, struct identity *identity_out)
{
	char *name = NULL;
	struct stat there;
	bool found = asprintf(&name, "%s%s", path, suffix) >= 0 && stat(name, &there) == 0;
	free(name);
	if (found) {
		*identity_out = (struct identity) { there.st_dev, there.st_ino };
	}
	return found;
}

static bool is_same(const char *path, const char *suffix, const struct identity *identity)
{
	struct identity now;
	return identify(path, suffix, &now) && now.device == identity->device &&
	       now.number == identity->number;
}

bool local_text_index_is_gone(const struct text_index *index, const char *path)
{
	return !is_same(path, "", &index->file) || !is_same(path, "-wal", &index->log);
}

bool local_text_index_has_long_log(const char *path)
{
	char *name = NULL;
	struct stat log;
	bool is_long = asprintf(&name, "%s-wal", path) >= 0 && stat(name, &log) == 0 &&
		       log.st_size > SHORT_LOG;
	free(name);
	return is_long;
}

int local_text_index_empty_log(struct text_index *index)
{
	return local_driver_empty_log(index->db);
}

static void let_go_of_names(int fd)
{
	int number = errno;
	if (fd >= 0) {
		(void)close(fd);
	}
	errno = number;
}

/* SQLite opens the files one after the other, by their names. One who has search.db as it was, and what
 * lies beside it as it is now, would cut the memory of others under their feet. So opening all of them,
 * and deleting them, exclude each other: by a lock of the file's description, as in lock.h. */
static int hold_names(const struct text_place *place, bool alone, int *fd_out)
{
	struct flock door = {
		.l_type = alone ? F_WRLCK : F_RDLCK,
		.l_whence = SEEK_SET,
		.l_len = 1,
	};
	int fd = -1;
	int r = local_folder_open_file(place->lock, O_NOFOLLOW, &fd);
	while (r == 0 && fcntl(fd, F_OFD_SETLKW, &door) < 0) {
		r = errno == EINTR ? 0 : local_folder_error(errno);
	}
	if (r < 0) {
		let_go_of_names(fd);
		return r;
	}
	*fd_out = fd;
	return 0;
}

static void delete_files(const char *path)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *name = NULL;
		if (asprintf(&name, "%s%s", path, suffixes[i]) >= 0) {
			(void)unlink(name);
			free(name);
		}
	}
}

int local_text_index_delete(const struct text_place *place)
{
	int fd = -1;
	int r = hold_names(place, true, &fd);
	if (r == 0) {
		delete_files(place->path);
		let_go_of_names(fd);
	}
	return r;
}

void local_text_index_close(struct text_index *index)
{
	if (index != NULL) {
		local_driver_close(index->db);
		free(index);
	}
}

const char *local_text_index_text(struct text_index *index)
{
	return local_driver_text(index->db);
}

/* Two numbers of the first row. 1, or 0 when there is no row. */
static int read_pair(struct driver *db, const char *sql, int64_t parameter, int64_t numbers[2])
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, parameter);
	r = local_driver_step(s);
	if (r == 1) {
		numbers[0] = local_driver_number(s, 0);
		numbers[1] = local_driver_number(s, 1);
	}
	local_driver_done(s);
	return r;
}

/* Whether it was made from this mail.db. One that was put back to an earlier time gives numbers
 * again that the index knows already. */
static int belongs(struct text_index *index, const struct origin *origin)
{
	struct driver_statement *s;
	int64_t made = 0, last = 0, digest = 0, account[2], email[2];
	int r = local_driver_prepare(
		index->db, "SELECT made, last, digest, version, era FROM meta WHERE id = 1", &s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text text = local_driver_bytes(s, 3);
		made = local_driver_number(s, 0);
		last = local_driver_number(s, 1);
		digest = local_driver_number(s, 2);
		r = text.size == strlen(origin->version) &&
		    memcmp(text.bytes, origin->version, text.size) == 0 &&
		    (uint64_t)local_driver_number(s, 4) == origin->era;
	}
	local_driver_done(s);
	if (r == 1) {
		r = read_pair(
			origin->mail, "SELECT made, email FROM account WHERE id = ?", 1, account);
	}
	if (r == 1 && (account[0] != made || account[1] < last)) {
		return 0;
	}
	if (r == 1) {
		r = read_pair(
			origin->mail, "SELECT digest, id FROM email WHERE id = ?", last, email);
		r = r == 1 ? email[0] == digest : r < 0 ? r : 1;
	}
	return r;
}

static int make_tables(struct text_index *index, const struct origin *origin)
{
	struct driver *db = index->db;
	struct driver_statement *s;
	int64_t account[2];
	int r = read_pair(origin->mail, "SELECT made, email FROM account WHERE id = ?", 1, account);
	if (r != 1) {
		return r < 0 ? r : ROOST_ERR_CORRUPT;
	}
	r = local_driver_begin(db);
	for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++) {
		r = local_driver_define(db, tables[i]);
	}
	if (r == 0) {
		r = local_driver_prepare(db,
			"INSERT INTO meta (id, made, era, version, last, digest)"
			" VALUES (1, ?, ?, ?, 0, 0)",
			&s);
	}
	if (r == 0) {
		local_driver_bind_number(s, account[0]);
		local_driver_bind_number(s, (int64_t)origin->era);
		local_driver_bind_text(s, origin->version, strlen(origin->version));
		r = local_driver_run(s);
	}
	if (r == 0) {
		r = local_driver_set_schema_version(db, FORMAT);
	}
	r = r == 0 ? local_driver_commit(db) : r;
	if (r < 0) {
		local_driver_rollback(db);
	}
	return r;
}

/* Open what is there. */
static int open_file(const char *path, bool writer, struct text_index **index_out, char *text_out,
	size_t text_size)
{
	struct text_index *index = calloc(1, sizeof(*index));
	if (index == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = local_driver_open(path, writer, &index->db, text_out, text_size);
	if (r == 0) {
		r = local_driver_relax(index->db);
	}
	if (r < 0) {
		local_text_index_close(index);
		return r;
	}
	*index_out = index;
	return 0;
}

/* 1 when it can be used, 0 when it is another's or of another version. */
static int check(struct text_index *index, const char *path, const struct origin *origin)
{
	unsigned format = 0;
	int r = local_driver_schema_version(index->db, &format);
	if (r == 0 && format != FORMAT) {
		return 0;
	}
	if (r == 0) {
		r = belongs(index, origin);
	}
	/* Now that it was read, its log is there too. */
	if (r == 1 && !(identify(path, "", &index->file) && identify(path, "-wal", &index->log))) {
		return 0;
	}
	return r;
}

/* Open what is there, with all of its files: 1 when it can be used, 0 when not. */
static int open_there(const struct text_place *place, bool writer, const struct origin *origin,
	struct text_index **index_out, char *text_out, size_t text_size)
{
	int fd = -1;
	int r = hold_names(place, false, &fd);
	if (r < 0) {
		(void)snprintf(text_out, text_size, "%s: %s", place->lock, strerror(errno));
		return r;
	}
	if (access(place->path, F_OK) == 0) {
		r = open_file(place->path, writer, index_out, text_out, text_size);
		r = r < 0 ? r : check(*index_out, place->path, origin);
	}
	let_go_of_names(fd);
	return r;
}

/* With nothing of an older one beside it. */
static int make(const struct text_place *place, const struct origin *origin,
	struct text_index **index_out, char *text_out, size_t text_size)
{
	int r = local_text_index_delete(place);
	if (r == 0) {
		r = open_file(place->path, true, index_out, text_out, text_size);
	}
	r = r < 0 ? r : make_tables(*index_out, origin);
	return r < 0 ? r : check(*index_out, place->path, origin);
}

int local_text_index_open(const struct text_place *place, bool writer, struct driver *mail,
	uint64_t era, struct text_index **index_out, char *text_out, size_t text_size)
{
	struct origin origin = { .mail = mail, .era = era };
	struct text_index *index = NULL;
	(void)snprintf(text_out, text_size, "out of memory");
	if (roost_util_search_text_version(origin.version, sizeof(origin.version)) < 0) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	int r = open_there(place, writer, &origin, &index, text_out, text_size);
	if (r == 0 && writer) {
		local_text_index_close(index);
		index = NULL;
		r = make(place, &origin, &index, text_out, text_size);
	}
	if (r == 1) {
		*index_out = index;
		return 0;
	}
	if (r < 0 && index != NULL) {
		(void)snprintf(text_out, text_size, "%s", local_driver_text(index->db));
	}
	local_text_index_close(index);
	return r < 0 ? r : ROOST_ERR_NOT_SUPPORTED;
}

int local_text_index_begin_read(struct text_index *index, struct text_cover *cover_out)
{
	struct driver_statement *s;
	struct text_cover cover = { .looked = { .pages = NULL } };
	int r = local_driver_begin_read(index->db);
	if (r == 0) {
		r = local_driver_prepare(
			index->db, "SELECT page, looked, whole FROM cover ORDER BY page", &s);
	}
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		int64_t page = local_driver_number(s, 0);
		struct roost_text looked = local_driver_bytes(s, 1);
		struct roost_text whole = local_driver_bytes(s, 2);
		r = page < 0 || looked.size != BITS_PAGE || whole.size != BITS_PAGE
			    ? ROOST_ERR_CORRUPT
			    : local_bits_put(&cover.looked, page, looked.bytes);
		if (r == 0) {
			r = local_bits_put(&cover.whole, page, whole.bytes);
		}
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	if (r < 0) {
		local_text_cover_clear(&cover);
		return r;
	}
	*cover_out = cover;
	return 0;
}

int local_text_index_begin_write(struct text_index *index)
{
	return local_driver_begin(index->db);
}

int local_text_index_commit(struct text_index *index)
{
	return local_driver_commit(index->db);
}

void local_text_index_end(struct text_index *index)
{
	local_driver_rollback(index->db);
}

int local_text_index_find(
	struct text_index *index, struct roost_text folded, struct bits *candidates_out)
{
	char words[MAX_WORDS * LETTERS_WORD];
	struct bits candidates = { .pages = NULL };
	struct driver_statement *s;
	size_t count = local_letters_of_part(folded, MAX_WORDS, words);
	if (count == 0) {
		return 0;
	}
	int r = local_driver_prepare(
		index->db, "SELECT rowid FROM letters WHERE letters MATCH ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_text(s, words, count * LETTERS_WORD);
	while ((r = local_driver_step(s)) == 1) {
		r = local_bits_add(&candidates, local_driver_number(s, 0));
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	if (r < 0) {
		local_bits_clear(&candidates);
		return r == ROOST_ERR_LIMIT ? ROOST_ERR_CORRUPT : r;
	}
	*candidates_out = candidates;
	return 1;
}

int local_text_index_add(struct text_index *index, int64_t email, struct roost_text words)
{
	struct driver_statement *s;
	if (words.size == 0) {
		return 0;
	}
	int r = local_driver_prepare(
		index->db, "INSERT INTO letters (rowid, words) VALUES (?, ?)", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email);
	local_driver_bind_text(s, words.bytes, words.size);
	return local_driver_run(s);
}

static int write_page(struct text_index *index, const struct text_cover *cover, int64_t page)
{
	static const unsigned char nothing[BITS_PAGE];
	const unsigned char *looked = local_bits_page(&cover->looked, page);
	const unsigned char *whole = local_bits_page(&cover->whole, page);
	struct driver_statement *s;
	int r = local_driver_prepare(index->db,
		"INSERT OR REPLACE INTO cover (page, looked, whole) VALUES (?, ?, ?)", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, page);
	local_driver_bind_bytes(s, looked == NULL ? nothing : looked, BITS_PAGE);
	local_driver_bind_bytes(s, whole == NULL ? nothing : whole, BITS_PAGE);
	return local_driver_run(s);
}

int local_text_index_write_cover(struct text_index *index, const struct text_cover *cover,
	int64_t first, int64_t last, int64_t digest)
{
	struct driver_statement *s;
	int r = 0;
	for (size_t i = 0; r == 0 && i < cover->looked.count; i++) {
		int64_t page = cover->looked.pages[i].index;
		if (page >= first / BITS_PAGE_NUMBERS && page <= last / BITS_PAGE_NUMBERS) {
			r = write_page(index, cover, page);
		}
	}
	if (r == 0) {
		r = local_driver_prepare(
			index->db, "UPDATE meta SET last = ?, digest = ? WHERE last < ?", &s);
	}
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, last);
	local_driver_bind_number(s, digest);
	local_driver_bind_number(s, last);
	return local_driver_run(s);
}

/* test_care_packs.c - checking, repairing, backing up and restoring mail that is in packs. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <roost/error.h>

#include "bodies.h"
#include "local_session.h"
#include "pack.h"

/* UIDs 1 to 6 are put into a pack and 5 is expunged then; 7 is in the database, 8 in a file. Emails have
 * other numbers, as those are set aside for files. */
#define PACKED 6
#define EXPUNGED 5
#define MESSAGES 8
#define LEFT (MESSAGES - 1)
#define SIZE_MAX_OF_ALL (LOCAL_SESSION_INLINE * 2)

struct house {
	char folder[256];
	char path[512]; /* of the last path_in() */
	const char *user;
	int64_t pack;
	char finds[1024]; /* names of what was found, each once, in their order */
	uint64_t unmended;
};

static const char *path_in(struct house *house, const char *name)
{
	(void)snprintf(house->path, sizeof(house->path), "%s/users/%s/%s", house->folder,
		house->user, name);
	return house->path;
}

static const char *bodies_of(struct house *house)
{
	return path_in(house, "bodies");
}

static const char *pack_path(struct house *house, int64_t pack)
{
	char name[64];
	(void)snprintf(name, sizeof(name), "bodies/pack-%016llx", (unsigned long long)pack);
	return path_in(house, name);
}

/* The bytes of the message that had that UID at first. */
static size_t make_message(unsigned n, char *bytes)
{
	static const size_t sizes[] = { 100, 900, 40, 3000, 500, 60, 200, SIZE_MAX_OF_ALL };
	size_t size = sizes[(n - 1) % MESSAGES];
	int head = snprintf(bytes, SIZE_MAX_OF_ALL + 1, "Subject: %u\r\n\r\n", n);
	for (size_t i = (size_t)head; i < size; i++) {
		bytes[i] = (char)('a' + (i * 7 + n) % 26);
	}
	return size;
}

/* -- SQL */

static sqlite3 *open_db(struct house *house)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path_in(house, "mail.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, 60000), SQLITE_OK);
	return db;
}

static void run_on(sqlite3 *db, const char *format, ...)
{
	char sql[1024];
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sql, sizeof(sql), format, arguments);
	va_end(arguments);
	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK) {
		fail_msg("%s: %s", sql, text);
	}
}

static int64_t ask_on(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t answer = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return answer;
}

static void run_sql(struct house *house, const char *sql)
{
	sqlite3 *db = open_db(house);
	run_on(db, "%s", sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t ask(struct house *house, const char *sql)
{
	sqlite3 *db = open_db(house);
	int64_t answer = ask_on(db, sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

static int64_t email_of(struct house *house, unsigned uid)
{
	char sql[128];
	(void)snprintf(
		sql, sizeof(sql), "SELECT email FROM message WHERE mailbox = 1 AND uid = %u", uid);
	return ask(house, sql);
}

/* -- packs */

static uint64_t digest_of(const char *bytes, size_t size)
{
	struct roost_content *content = NULL;
	uint64_t digest = 0;
	assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
	assert_int_equal(local_bodies_digest(content, &digest), 0);
	roost_content_unref(content);
	return digest;
}

/* Write a record; the place where it begins. */
static uint64_t append_record(struct pack *pack, int64_t email, const char *bytes, size_t size)
{
	uint64_t at = pack->end;
	const struct pack_record of = {
		.email = (uint64_t)email,
		.octets = size,
		.digest = digest_of(bytes, size),
	};
	char *record = malloc(PACK_RECORD + size);
	assert_non_null(record);
	local_pack_write_header(pack, at, &of, record);
	memcpy(record + PACK_RECORD, bytes, size);
	assert_int_equal(local_pack_append(pack, record, PACK_RECORD + size), 0);
	free(record);
	return at;
}

static int64_t make_pack(struct house *house, sqlite3 *db, struct pack *pack_out)
{
	run_on(db, "UPDATE account SET email = email + 1");
	int64_t id = ask_on(db, "SELECT email FROM account");
	assert_int_equal(local_pack_create(bodies_of(house), (uint64_t)id, pack_out), 0);
	return id;
}

static void count_pack(sqlite3 *db, int64_t id, const struct pack *pack)
{
	run_on(db,
		"INSERT INTO pack (id, size, live) SELECT %lld, %llu, SUM(octets + 32) FROM email"
		" WHERE pack = %lld HAVING COUNT(*) > 0",
		(long long)id, (unsigned long long)pack->end, (long long)id);
}

/* Put all bodies of the database up to that email into a pack, as the store does it. */
static int64_t put_into_pack(struct house *house, int64_t last)
{
	sqlite3 *db = open_db(house);
	sqlite3_stmt *s;
	struct pack pack;
	run_on(db, "BEGIN IMMEDIATE");
	int64_t id = make_pack(house, db, &pack);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "SELECT email, bytes FROM body WHERE email <= ? ORDER BY email",
				 -1, &s, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_bind_int64(s, 1, last), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		int64_t email = sqlite3_column_int64(s, 0);
		uint64_t at = append_record(&pack, email, sqlite3_column_blob(s, 1),
			(size_t)sqlite3_column_bytes(s, 1));
		run_on(db, "UPDATE email SET pack = %lld, pack_at = %llu WHERE id = %lld",
			(long long)id, (unsigned long long)at, (long long)email);
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	run_on(db, "DELETE FROM body WHERE email <= %lld", (long long)last);
	assert_int_equal(local_pack_sync(&pack), 0);
	count_pack(db, id, &pack);
	run_on(db, "COMMIT");
	local_pack_close(&pack);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return id;
}

static char *read_file(const char *path, size_t *size_out)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	*size_out = (size_t)ftell(file);
	rewind(file);
	char *bytes = malloc(*size_out + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size_out, file), *size_out);
	assert_int_equal(fclose(file), 0);
	return bytes;
}

/* Change one octet of a file. */
static void flip(const char *path, int64_t at)
{
	unsigned char byte;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x41;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	assert_int_equal(close(fd), 0);
}

static int64_t place_of(struct house *house, unsigned uid)
{
	char sql[128];
	(void)snprintf(sql, sizeof(sql), "SELECT pack_at FROM email WHERE id = %lld",
		(long long)email_of(house, uid));
	return ask(house, sql);
}

/* -- the store */

static void expunge(struct local_session *anna, struct roost_mailbox *inbox, uint32_t uid)
{
	assert_int_equal(
		local_session_store(anna, inbox, uid, ROOST_FLAGS_ADD, ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(anna, inbox, uid), 0);
}

static void with_inbox(struct house *house,
	void (*act)(struct local_session *anna, struct roost_mailbox *inbox, void *context),
	void *context)
{
	struct roost_backend *backend;
	struct local_session anna;
	assert_int_equal(local_session_open(house->folder, 0, 0, &backend), 0);
	assert_int_equal(local_session_login(&anna, backend, house->user), 0);
	struct roost_mailbox *inbox = local_session_select(&anna, "INBOX", false);
	assert_non_null(inbox);
	act(&anna, inbox, context);
	inbox->ops->close(inbox);
	local_session_logout(&anna);
	roost_backend_destroy(backend);
}

static void fill_inbox(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	char bytes[SIZE_MAX_OF_ALL + 1];
	(void)context;
	for (unsigned i = 1; i <= MESSAGES; i++) {
		size_t size = make_message(i, bytes);
		assert_int_equal(local_session_append(anna, inbox, bytes, size, NULL), 0);
	}
}

static void expunge_one(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	(void)context;
	expunge(anna, inbox, EXPUNGED);
}

static void begin(struct house *house)
{
	memset(house, 0, sizeof(*house));
	house->user = "anna";
	local_folder_make(house->folder, sizeof(house->folder));
	with_inbox(house, fill_inbox, NULL);
	house->pack = put_into_pack(house, email_of(house, PACKED));
	with_inbox(house, expunge_one, NULL);
}

static void end(struct house *house)
{
	local_folder_remove(house->folder);
}

/* Messages of a mailbox that read as they were stored. */
struct reading {
	const char *mailbox;
	unsigned good;
	bool seen[MESSAGES + 1];
};

static int read_one(void *context, const struct roost_message *message)
{
	struct reading *reading = context;
	char bytes[SIZE_MAX_OF_ALL + 1], wanted[SIZE_MAX_OF_ALL + 1];
	unsigned n = 0;
	int64_t size = (message->has & ROOST_MESSAGE_CONTENT) == 0
			       ? 0
			       : roost_content_read(message->content, 0, bytes, SIZE_MAX_OF_ALL);
	if (size > 0) {
		bytes[size] = '\0';
		if (sscanf(bytes, "Subject: %u", &n) == 1 && n >= 1 && n <= MESSAGES &&
			make_message(n, wanted) == (size_t)size &&
			memcmp(bytes, wanted, (size_t)size) == 0 && !reading->seen[n]) {
			reading->seen[n] = true;
			reading->good++;
		}
	}
	return 0;
}

static void read_all(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	struct reading *reading = context;
	struct roost_mailbox *mailbox = local_session_select(anna, reading->mailbox, true);
	(void)inbox;
	for (uint32_t uid = 1; mailbox != NULL && uid <= MESSAGES + 2; uid++) {
		struct roost_uid_range range = { uid, uid };
		const struct roost_uidset uids = { &range, 1, 1 };
		const struct roost_fetch_options options = {
			.size = sizeof(options),
			.fields = ROOST_MESSAGE_CONTENT,
		};
		(void)mailbox->ops->list_messages(
			mailbox, anna->call, &uids, &options, read_one, reading);
		roost_call_reset(anna->call);
	}
	if (mailbox != NULL) {
		mailbox->ops->close(mailbox);
	}
}

static unsigned count_good(struct house *house, const char *mailbox)
{
	struct reading reading = { .mailbox = mailbox };
	with_inbox(house, read_all, &reading);
	return reading.good;
}

/* Keep the names in their order. */
static void take_finding(void *context, const struct roost_local_finding *finding)
{
	struct house *house = context;
	char names[64][32], all[2048];
	size_t count = 0;
	if (strcmp(finding->what, "outline-wrong") == 0) {
		return; /* local_session.c stores none that is right */
	}
	house->unmended += !finding->mended && finding->severity != ROOST_LOCAL_NOTE;
	(void)snprintf(all, sizeof(all), "%s %s", house->finds, finding->what);
	char *rest = all;
	for (char *name; (name = strtok_r(rest, " ", &rest)) != NULL && count < 64;) {
		size_t i = 0;
		while (i < count && strcmp(names[i], name) < 0) {
			i++;
		}
		if (i == count || strcmp(names[i], name) != 0) {
			memmove(names[i + 1], names[i], (count - i) * sizeof(names[0]));
			(void)snprintf(names[i], sizeof(names[0]), "%s", name);
			count++;
		}
	}
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		at += (size_t)snprintf(house->finds + at, sizeof(house->finds) - at, "%s%s",
			i > 0 ? " " : "", names[i]);
		assert_true(at < sizeof(house->finds));
	}
}

static const char *check(struct house *house, bool repair)
{
	struct roost_backend *backend;
	struct roost_call *call = NULL;
	const struct roost_local_check_options options = {
		.size = sizeof(options),
		.repair = repair,
		.report = take_finding,
		.context = house,
	};
	house->finds[0] = '\0';
	house->unmended = 0;
	assert_int_equal(local_session_open(house->folder, 0, 0, &backend), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_check(backend, call, house->user, &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
	roost_backend_destroy(backend);
	return house->finds;
}

/* -- damage */

static void flip_record(struct house *house, int64_t at)
{
	flip(pack_path(house, house->pack), place_of(house, 2) + at);
}

static void flip_bytes(struct house *house)
{
	flip_record(house, PACK_RECORD + 50);
}

static void flip_header_magic(struct house *house)
{
	flip(pack_path(house, house->pack), 1);
}

static void flip_header_number(struct house *house)
{
	flip(pack_path(house, house->pack), 16);
}

static void flip_header_salt(struct house *house)
{
	flip(pack_path(house, house->pack), 27);
}

static void cut_in_message(struct house *house)
{
	assert_int_equal(
		truncate(pack_path(house, house->pack), place_of(house, PACKED) + PACK_RECORD + 10),
		0);
}

static void cut_before_message(struct house *house)
{
	int64_t at = place_of(house, PACKED);
	assert_int_equal(truncate(pack_path(house, house->pack), at), 0);
}

static void cut_all(struct house *house)
{
	assert_int_equal(truncate(pack_path(house, house->pack), 0), 0);
}

static void remove_pack(struct house *house)
{
	assert_int_equal(unlink(pack_path(house, house->pack)), 0);
}

static void replace_by_folder(struct house *house)
{
	remove_pack(house);
	assert_int_equal(mkdir(pack_path(house, house->pack), 0700), 0);
}

static void insert_body(struct house *house, unsigned uid, unsigned like)
{
	char bytes[SIZE_MAX_OF_ALL + 1];
	size_t size = make_message(like, bytes);
	int64_t email = email_of(house, uid);
	sqlite3 *db = open_db(house);
	sqlite3_stmt *s;
	assert_int_equal(
		sqlite3_prepare_v2(db, "INSERT INTO body VALUES (?, ?)", -1, &s, NULL), SQLITE_OK);
	(void)sqlite3_bind_int64(s, 1, email);
	(void)sqlite3_bind_blob(s, 2, bytes, (int)size, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void have_row_too(struct house *house)
{
	insert_body(house, 2, 2);
}

static void have_wrong_row_too(struct house *house)
{
	insert_body(house, 2, 3);
}

static void have_good_row(struct house *house)
{
	insert_body(house, 2, 2);
	flip_bytes(house);
}

static void have_row_of_all(struct house *house)
{
	for (unsigned i = 1; i <= PACKED; i++) {
		if (i != EXPUNGED) {
			insert_body(house, i, i);
		}
	}
	remove_pack(house);
}

static void have_file_too(struct house *house)
{
	char bytes[SIZE_MAX_OF_ALL + 1];
	struct roost_content *content = NULL;
	uint64_t digest;
	size_t size = make_message(2, bytes);
	int64_t email = email_of(house, 2);
	assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
	assert_int_equal(local_bodies_put(bodies_of(house), (uint64_t)email, content, &digest), 0);
	roost_content_unref(content);
}

/* What is young may be just in the making. */
static void make_old(struct house *house, int64_t pack)
{
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	assert_int_equal(utimensat(AT_FDCWD, pack_path(house, pack), old, 0), 0);
}

/* A pack that no row counts, with a record of that email. */
static int64_t make_orphan(struct house *house, int64_t email, unsigned like)
{
	char bytes[SIZE_MAX_OF_ALL + 1];
	struct pack pack;
	size_t size = make_message(like, bytes);
	sqlite3 *db = open_db(house);
	int64_t id = make_pack(house, db, &pack);
	(void)append_record(&pack, email, bytes, size);
	local_pack_close(&pack);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	make_old(house, id);
	return id;
}

static void have_orphan(struct house *house)
{
	(void)make_orphan(house, email_of(house, 2), 2);
}

static void have_helpful_orphan(struct house *house)
{
	have_orphan(house);
	flip_bytes(house);
}

static void have_damaged_orphan(struct house *house)
{
	int64_t id = make_orphan(house, email_of(house, 2), 2);
	flip(pack_path(house, id), PACK_HEADER + PACK_RECORD + 60);
	make_old(house, id);
	flip_bytes(house);
}

static void append_uncounted(struct house *house, int64_t email, unsigned like)
{
	char bytes[SIZE_MAX_OF_ALL + 1];
	struct pack pack;
	size_t size = make_message(like, bytes);
	assert_int_equal(
		local_pack_open(bodies_of(house), (uint64_t)house->pack, PACK_HEADER, &pack), 0);
	(void)append_record(&pack, email, bytes, size);
	local_pack_close(&pack);
}

static void have_tail(struct house *house)
{
	append_uncounted(house, email_of(house, 2), 2);
}

static void have_helpful_tail(struct house *house)
{
	have_tail(house);
	flip_bytes(house);
}

/* The database is of a time before that message came. */
static void have_newer_message(struct house *house)
{
	append_uncounted(house, ask(house, "SELECT email FROM account") + 5, EXPUNGED);
}

static void forget_email(struct house *house)
{
	run_sql(house,
		"DELETE FROM email WHERE id = (SELECT email FROM message WHERE mailbox = 1 AND"
		" uid = 2)");
}

static void remove_database(struct house *house)
{
	assert_int_equal(unlink(path_in(house, "mail.db")), 0);
}

static void remove_database_and_more(struct house *house)
{
	flip_bytes(house);
	flip_header_magic(house);
	remove_database(house);
}

static void break_table(struct house *house, const char *name)
{
	char sql[128], junk[4096];
	(void)snprintf(
		sql, sizeof(sql), "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", name);
	int64_t page = ask(house, sql);
	memset(junk, '!', sizeof(junk));
	int fd = open(path_in(house, "mail.db"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, sizeof(junk), (page - 1) * 4096), sizeof(junk));
	assert_int_equal(close(fd), 0);
}

static void break_emails(struct house *house)
{
	break_table(house, "email");
}

static void break_packs(struct house *house)
{
	break_table(house, "pack");
}

static void break_messages(struct house *house)
{
	break_table(house, "message");
}

/* What is done, what a check finds, what --repair finds when that is more, what a check finds then,
 * and how many messages of INBOX and of lost+found can be read then. */
static const struct damage {
	const char *name;
	void (*make)(struct house *house);
	const char *finds, *repairs, *left;
	unsigned good, lost;
} damages[] = {
	{ "bytes", flip_bytes, "body-changed", NULL, "body-changed", LEFT - 1, 0 },
	{ "header's magic", flip_header_magic, "pack-header", "pack-header pack-left-over", "",
		LEFT, 0 },
	{ "header's number", flip_header_number, "pack-header", "pack-header pack-left-over", "",
		LEFT, 0 },
	{ "header's salt", flip_header_salt, "pack-record", "pack-left-over pack-record", "", LEFT,
		0 },
	{ "cut in a message", cut_in_message, "body-size pack-short", NULL, "body-size pack-short",
		LEFT - 1, 0 },
	{ "cut before a message", cut_before_message, "body-missing pack-short", NULL,
		"body-missing pack-short", LEFT - 1, 0 },
	{ "cut to nothing", cut_all, "body-missing pack-header pack-short", NULL,
		"body-missing pack-header pack-short", 2, 0 },
	{ "missing", remove_pack, "body-missing pack-missing", NULL, "body-missing pack-missing", 2,
		0 },
	{ "a folder", replace_by_folder, "body-missing file-unknown pack-missing", NULL,
		"body-missing pack-missing", 2, 0 },
	{ "in mail.db, too", have_row_too, "body-twice", NULL, "", LEFT, 0 },
	{ "others in mail.db, too", have_wrong_row_too, "body-twice", NULL, "", LEFT, 0 },
	{ "good ones in mail.db", have_good_row, "body-place", NULL, "", LEFT, 0 },
	{ "all of them in mail.db", have_row_of_all, "body-place pack-missing", NULL, "", LEFT, 0 },
	{ "in a file, too", have_file_too, "body-twice", NULL, "", LEFT, 0 },
	{ "an orphan", have_orphan, "pack-left-over", NULL, "", LEFT, 0 },
	{ "an orphan that helps", have_helpful_orphan, "body-place pack-left-over", "body-place",
		"", LEFT, 0 },
	{ "an orphan that might", have_damaged_orphan, "body-changed pack-left-over", NULL,
		"body-changed", LEFT - 1, 0 },
	{ "a tail", have_tail, "", NULL, "", LEFT, 0 },
	{ "a tail that helps", have_helpful_tail, "body-place", NULL, "", LEFT, 0 },
	/* Who works with the mail may have just put it there: only who has it for himself can tell. */
	{ "a message that rows do not know yet", have_newer_message, "",
		"body-left-over email-unused outline-missing", "", LEFT, 1 },
	{ "no email", forget_email, "email-missing orphan pack-row", "email-missing pack-row", "",
		LEFT, 0 },
	{ "no database", remove_database, "database-missing",
		"body-left-over database-missing database-saved email-unused"
		" outline-missing",
		"", 0, MESSAGES - 1 },
	{ "no database, and damage", remove_database_and_more, "database-missing", "*", "", 0, 2 },
	{ "no emails", break_emails, "database-damaged", "*", "", LEFT, 1 },
	{ "no rows of packs", break_packs, "database-damaged", "*", "", LEFT, 0 },
	{ "no messages", break_messages, "database-damaged", "*", "", 0, LEFT },
};

/* What rows say that is not so, and what is found; all of it can be mended. */
#define OF_ONE " WHERE id = (SELECT email FROM message WHERE mailbox = 1 AND uid = 2)"
static const struct {
	const char *name, *sql, *finds;
} lies[] = {
	{ "wrong live", "UPDATE pack SET live = live + 1", "pack-row" },
	{ "too small a size", "UPDATE pack SET size = 40", "pack-row" },
	{ "too large a size", "UPDATE pack SET size = size + 1", "pack-row" },
	{ "no row", "DELETE FROM pack", "pack-row" },
	{ "a row of nothing", "INSERT INTO pack (id, size, live) VALUES (7777, 100, 68)",
		"pack-row" },
	{ "next to its place", "UPDATE email SET pack_at = pack_at + 1" OF_ONE, "body-place" },
	{ "in another's place", "UPDATE email SET pack_at = 32" OF_ONE, "body-place" },
	{ "far off", "UPDATE email SET pack_at = 9223372036854775807" OF_ONE, "body-place" },
	{ "before all", "UPDATE email SET pack_at = -5" OF_ONE, "body-place" },
	{ "in no pack", "UPDATE email SET pack = 7777" OF_ONE, "body-place pack-missing pack-row" },
	{ "said to be in a file", "UPDATE email SET pack = 0, in_file = 1" OF_ONE,
		"body-place pack-row" },
	{ "said to be in a file, too", "UPDATE email SET in_file = 1" OF_ONE, "body-place" },
	{ "said to be in mail.db", "UPDATE email SET pack = 0" OF_ONE, "body-place pack-row" },
};

/* Octets of a record's header; all that is in it can be worked out. */
static const struct {
	const char *name;
	int64_t at;
} octets[] = {
	{ "record's magic", 0 },
	{ "record's check", 5 },
	{ "record's email", 8 },
	{ "record's octets", 16 },
	{ "record's digest", 30 },
};

static void expect_found(struct house *house, const char *name, bool repair, const char *wanted)
{
	const char *found = check(house, repair);
	if (strcmp(wanted, "*") != 0 && strcmp(wanted, found) != 0) {
		print_error("%s%s: found %s; wanted %s\n", name, repair ? ", repaired" : "", found,
			wanted);
		fail();
	}
}

static void expect_good(struct house *house, const char *name, const char *mailbox, unsigned wanted)
{
	unsigned good = count_good(house, mailbox);
	if (good != wanted) {
		print_error("%s: %u of %u in %s\n", name, good, wanted, mailbox);
		fail();
	}
}

/* What a check finds a repair mends, and no message is lost. */
static void expect_mended(struct house *house, const char *name, const char *finds)
{
	expect_found(house, name, false, finds);
	expect_found(house, name, true, finds);
	expect_found(house, name, false, "");
	expect_good(house, name, "INBOX", LEFT);
	expect_good(house, name, "lost+found", 0);
}

static void test_lies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct house house;
		begin(&house);
		run_sql(&house, lies[i].sql);
		expect_mended(&house, lies[i].name, lies[i].finds);
		end(&house);
	}
}

static void test_headers_of_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(octets) / sizeof(octets[0]); i++) {
		struct house house;
		begin(&house);
		flip_record(&house, octets[i].at);
		expect_mended(&house, octets[i].name, "pack-record");
		end(&house);
	}
}

static void test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *damage = &damages[i];
		struct house house;
		begin(&house);
		damage->make(&house);
		expect_found(&house, damage->name, false, damage->finds);
		expect_found(&house, damage->name, true,
			damage->repairs == NULL ? damage->finds : damage->repairs);
		expect_found(&house, damage->name, false, damage->left);
		expect_good(&house, damage->name, "INBOX", damage->good);
		expect_good(&house, damage->name, "lost+found", damage->lost);
		end(&house);
	}
}

/* Nothing that may be of a message which lacks it is removed. */
static void test_orphans(void **state)
{
	static const struct {
		void (*make)(struct house *house);
		bool kept, aside;
	} cases[] = {
		{ have_orphan, false, false },
		{ have_helpful_orphan, true, false },
		{ have_damaged_orphan, false, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct house house;
		struct stat is;
		char name[64];
		begin(&house);
		cases[i].make(&house);
		int64_t id = ask(&house, "SELECT email FROM account");
		(void)check(&house, true);
		assert_int_equal(stat(pack_path(&house, id), &is) == 0, cases[i].kept);
		(void)snprintf(
			name, sizeof(name), "lost+found/pack-%016llx", (unsigned long long)id);
		assert_int_equal(stat(path_in(&house, name), &is) == 0, cases[i].aside);
		end(&house);
	}
}

/* After a crash, who opens the mail removes what no message needs, and nothing else. */
static void test_sweeping(void **state)
{
	struct house house;
	struct stat is;
	(void)state;
	begin(&house);
	int64_t orphan = make_orphan(&house, email_of(&house, 2), 2);
	run_sql(&house, "DELETE FROM pack");
	FILE *log = fopen(path_in(&house, "mail.db-wal"), "w");
	assert_non_null(log);
	assert_int_equal(fclose(log), 0);
	assert_string_equal(check(&house, false), "pack-row pack-to-sweep");
	assert_int_equal(count_good(&house, "INBOX"), LEFT);
	assert_int_equal(stat(pack_path(&house, orphan), &is), -1);
	assert_string_equal(check(&house, false), "pack-row");
	assert_string_equal(check(&house, true), "pack-row");
	assert_string_equal(check(&house, false), "");
	end(&house);
}

/* -- backups */

static void backup(struct house *house, struct roost_backend *backend, bool copy)
{
	char destination[512];
	struct roost_call *call = NULL;
	const struct roost_local_backup_options options = {
		.size = sizeof(options),
		.replace = true,
		.copy = copy,
		.report = take_finding,
		.context = house,
	};
	house->finds[0] = '\0';
	(void)snprintf(destination, sizeof(destination), "%s/backup", house->folder);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_backup(backend, call, "anna", destination, &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
}

static void restore(struct house *house, struct roost_backend *backend, const char *user)
{
	char from[512];
	struct roost_call *call = NULL;
	const struct roost_local_restore_options options = { .size = sizeof(options),
		.replace = true };
	(void)snprintf(from, sizeof(from), "%s/backup/anna", house->folder);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_restore(backend, call, from, user, &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
}

/* Whether the pack of the one has, up to what is counted, what that of the other has. */
static void expect_same(const char *from, const char *to, size_t size)
{
	size_t of_one, of_other;
	char *one = read_file(from, &of_one);
	char *other = read_file(to, &of_other);
	assert_true(of_one >= size);
	assert_int_equal(of_other, size);
	assert_memory_equal(one, other, size);
	free(one);
	free(other);
}

static void test_round_trip(void **state)
{
	struct house house;
	struct roost_backend *backend;
	struct stat first, second, own;
	char copy[512], path[512];
	(void)state;
	begin(&house);
	have_tail(&house);
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	backup(&house, backend, false);
	assert_string_equal(house.finds, "");
	size_t size = (size_t)ask(&house, "SELECT size FROM pack");
	(void)snprintf(path, sizeof(path), "%s", pack_path(&house, house.pack));
	(void)snprintf(
		copy, sizeof(copy), "%s/backup/anna/%s", house.folder, strstr(path, "bodies/"));
	expect_same(path, copy, size);
	/* What still grows is in no file that both have; a backup that is made again copies nothing
	 * that has not changed. */
	assert_int_equal(stat(copy, &first), 0);
	assert_int_equal(stat(path, &own), 0);
	assert_int_not_equal(first.st_ino, own.st_ino);
	backup(&house, backend, true);
	assert_int_equal(stat(copy, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	/* Restored twice, what is written to one is not in the other. */
	restore(&house, backend, "bert");
	restore(&house, backend, "carl");
	roost_backend_destroy(backend);
	for (unsigned i = 0; i < 2; i++) {
		house.user = i == 0 ? "bert" : "carl";
		assert_string_equal(check(&house, false), "");
		expect_same(copy, pack_path(&house, house.pack), size);
		assert_int_equal(count_good(&house, "INBOX"), LEFT);
		append_uncounted(&house, 4711, i + 1);
	}
	assert_string_equal(check(&house, false), "");
	assert_int_equal(stat(copy, &second), 0);
	assert_int_equal(second.st_size, size);
	end(&house);
}

/* A pack that is full is shared; one that is missing is told. */
static void test_full_and_missing(void **state)
{
	struct house house;
	struct roost_backend *backend;
	struct stat own, its;
	char copy[512], path[512], sql[128];
	(void)state;
	begin(&house);
	(void)snprintf(path, sizeof(path), "%s", pack_path(&house, house.pack));
	(void)snprintf(
		copy, sizeof(copy), "%s/backup/anna/%s", house.folder, strstr(path, "bodies/"));
	(void)snprintf(
		sql, sizeof(sql), "UPDATE pack SET size = %llu", (unsigned long long)PACK_FULL);
	run_sql(&house, sql);
	assert_int_equal(truncate(path, (off_t)PACK_FULL), 0);
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	backup(&house, backend, false);
	assert_int_equal(stat(path, &own), 0);
	assert_int_equal(stat(copy, &its), 0);
	assert_int_equal(own.st_ino, its.st_ino);
	assert_int_equal(unlink(path), 0);
	backup(&house, backend, false);
	assert_string_equal(house.finds, "body-missing");
	roost_backend_destroy(backend);
	end(&house);
}

/* What the schema had no packs for is backed up and mended as before. */
static void test_older_schema(void **state)
{
	struct house house;
	struct roost_backend *backend;
	(void)state;
	memset(&house, 0, sizeof(house));
	house.user = "anna";
	local_folder_make(house.folder, sizeof(house.folder));
	with_inbox(&house, fill_inbox, NULL);
	/* What later versions have added goes, newest first. */
	run_sql(&house, "DROP TABLE flagging; DROP TABLE pack; ALTER TABLE email DROP COLUMN pack; "
			"ALTER TABLE email DROP COLUMN"
			" pack_at; PRAGMA user_version = 2");
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	backup(&house, backend, false);
	restore(&house, backend, "bert");
	roost_backend_destroy(backend);
	house.user = "bert";
	assert_string_equal(check(&house, false), "");
	assert_int_equal(count_good(&house, "INBOX"), MESSAGES);
	house.user = "anna";
	break_table(&house, "keyword");
	assert_string_equal(check(&house, false), "database-damaged");
	assert_string_equal(check(&house, true), "database-damaged database-saved");
	assert_string_equal(check(&house, false), "");
	assert_int_equal(count_good(&house, "INBOX"), MESSAGES);
	end(&house);
}

/* -- beside those who work */

struct work {
	struct house house;
	atomic_bool stop;
	atomic_uint rounds;
};

/* Put all that is in packs into a new one, and remove them, as compaction does. */
static void compact(struct house *house)
{
	int64_t gone[256];
	size_t count = 0;
	sqlite3 *db = open_db(house);
	sqlite3_stmt *s;
	struct pack pack;
	run_on(db, "BEGIN IMMEDIATE");
	int64_t id = make_pack(house, db, &pack);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "SELECT id, octets, pack, pack_at FROM email WHERE pack <> 0", -1,
				 &s, NULL),
		SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		int64_t email = sqlite3_column_int64(s, 0);
		size_t size = (size_t)sqlite3_column_int64(s, 1);
		char bytes[SIZE_MAX_OF_ALL];
		int fd = -1;
		assert_int_equal(local_pack_open_reader(bodies_of(house),
					 (uint64_t)sqlite3_column_int64(s, 2), &fd),
			0);
		assert_int_equal(
			local_pack_read(fd, (uint64_t)sqlite3_column_int64(s, 3) + PACK_RECORD,
				bytes, size),
			0);
		assert_int_equal(close(fd), 0);
		uint64_t at = append_record(&pack, email, bytes, size);
		run_on(db, "UPDATE email SET pack = %lld, pack_at = %llu WHERE id = %lld",
			(long long)id, (unsigned long long)at, (long long)email);
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT id FROM pack", -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW && count < 256) {
		gone[count++] = sqlite3_column_int64(s, 0);
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	run_on(db, "DELETE FROM pack");
	count_pack(db, id, &pack);
	run_on(db, "COMMIT");
	local_pack_close(&pack);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(local_pack_drop(bodies_of(house), (uint64_t)gone[i]), 0);
	}
}

static void work_on(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	struct work *work = context;
	uint32_t uid = 0;
	while (!atomic_load(&work->stop)) {
		char bytes[SIZE_MAX_OF_ALL + 1];
		for (unsigned i = 1; i <= MESSAGES; i++) {
			size_t size = make_message(i, bytes);
			assert_int_equal(local_session_append(anna, inbox, bytes, size, &uid), 0);
		}
		(void)put_into_pack(&work->house, INT64_MAX);
		expunge(anna, inbox, uid - 2);
		expunge(anna, inbox, uid - 5);
		if (atomic_load(&work->rounds) % 3 == 2) {
			compact(&work->house);
		}
		atomic_fetch_add(&work->rounds, 1);
	}
}

static void *work(void *context)
{
	struct work *work = context;
	with_inbox(&work->house, work_on, work);
	return NULL;
}

static void test_beside_work(void **state)
{
	struct house house;
	struct work worker = { .stop = false };
	struct roost_backend *backend;
	pthread_t thread;
	(void)state;
	begin(&house);
	worker.house = house;
	assert_int_equal(pthread_create(&thread, NULL, work, &worker), 0);
	/* Until all that the other does was done meanwhile. */
	for (unsigned i = 0; i < 6 || atomic_load(&worker.rounds) < 4; i++) {
		char user[32];
		assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
		backup(&house, backend, i % 2 == 1);
		assert_string_equal(house.finds, "");
		(void)snprintf(user, sizeof(user), "copy%u", i);
		restore(&house, backend, user);
		roost_backend_destroy(backend);
		assert_string_equal(check(&house, false), "");
		house.user = user;
		assert_string_equal(check(&house, false), "");
		house.user = "anna";
	}
	atomic_store(&worker.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_string_equal(check(&house, false), "");
	end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_headers_of_records),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_sweeping),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_full_and_missing),
		cmocka_unit_test(test_older_schema),
		cmocka_unit_test(test_beside_work),
	};
	return cmocka_run_group_tests_name("local/care_packs", tests, NULL, NULL);
}

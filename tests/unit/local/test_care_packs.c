/* test_care_packs.c - checking, repairing, backing up and restoring mail that is in packs. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/error.h>

#include "bodies.h"
#include "care_house.h"

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

/* -- damage */

static void flip_record(struct house *house, int64_t at)
{
	at += house_place(house, 2);
	flip(house_pack_path(house, house->pack), at);
}

static void flip_bytes(struct house *house)
{
	flip_record(house, PACK_RECORD + 50);
}

static void flip_header_magic(struct house *house)
{
	flip(house_pack_path(house, house->pack), 1);
}

static void flip_header_number(struct house *house)
{
	flip(house_pack_path(house, house->pack), 16);
}

static void flip_header_salt(struct house *house)
{
	flip(house_pack_path(house, house->pack), 27);
}

static void cut_in_message(struct house *house)
{
	int64_t at = house_place(house, HOUSE_PACKED) + PACK_RECORD + 10;
	assert_int_equal(truncate(house_pack_path(house, house->pack), at), 0);
}

static void cut_before_message(struct house *house)
{
	int64_t at = house_place(house, HOUSE_PACKED);
	assert_int_equal(truncate(house_pack_path(house, house->pack), at), 0);
}

static void cut_all(struct house *house)
{
	assert_int_equal(truncate(house_pack_path(house, house->pack), 0), 0);
}

static void remove_pack(struct house *house)
{
	assert_int_equal(unlink(house_pack_path(house, house->pack)), 0);
}

static void replace_by_folder(struct house *house)
{
	remove_pack(house);
	assert_int_equal(mkdir(house_pack_path(house, house->pack), 0700), 0);
}

static void insert_body(struct house *house, unsigned uid, unsigned like)
{
	char bytes[HOUSE_MESSAGE_MAX + 1];
	size_t size = house_message(like, bytes);
	int64_t email = house_email(house, uid);
	sqlite3 *db = house_open(house);
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
	for (unsigned i = 1; i <= HOUSE_PACKED; i++) {
		if (i != HOUSE_EXPUNGED) {
			insert_body(house, i, i);
		}
	}
	remove_pack(house);
}

static void have_file_too(struct house *house)
{
	char bytes[HOUSE_MESSAGE_MAX + 1];
	struct roost_content *content = NULL;
	uint64_t digest;
	size_t size = house_message(2, bytes);
	int64_t email = house_email(house, 2);
	assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
	assert_int_equal(
		local_bodies_put(house_bodies(house), (uint64_t)email, content, &digest), 0);
	roost_content_unref(content);
}

/* What is young may be just in the making. */
static void make_old(struct house *house, int64_t pack)
{
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	assert_int_equal(utimensat(AT_FDCWD, house_pack_path(house, pack), old, 0), 0);
}

/* A pack that no row counts, with a record of that email. */
static int64_t make_orphan(struct house *house, int64_t email, unsigned like)
{
	char bytes[HOUSE_MESSAGE_MAX + 1];
	struct pack pack;
	size_t size = house_message(like, bytes);
	sqlite3 *db = house_open(house);
	int64_t id = house_make_pack(house, db, &pack);
	(void)house_append_record(&pack, email, bytes, size);
	local_pack_close(&pack);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	make_old(house, id);
	return id;
}

static void have_orphan(struct house *house)
{
	(void)make_orphan(house, house_email(house, 2), 2);
}

static void have_helpful_orphan(struct house *house)
{
	have_orphan(house);
	flip_bytes(house);
}

static void have_damaged_orphan(struct house *house)
{
	int64_t id = make_orphan(house, house_email(house, 2), 2);
	flip(house_pack_path(house, id), PACK_HEADER + PACK_RECORD + 60);
	make_old(house, id);
	flip_bytes(house);
}

static void append_uncounted(struct house *house, int64_t email, unsigned like)
{
	char bytes[HOUSE_MESSAGE_MAX + 1];
	struct pack pack;
	size_t size = house_message(like, bytes);
	assert_int_equal(
		local_pack_open(house_bodies(house), (uint64_t)house->pack, PACK_HEADER, &pack), 0);
	(void)house_append_record(&pack, email, bytes, size);
	local_pack_close(&pack);
}

static void have_tail(struct house *house)
{
	append_uncounted(house, house_email(house, 2), 2);
}

static void have_helpful_tail(struct house *house)
{
	have_tail(house);
	flip_bytes(house);
}

/* The database is of a time before that message came. */
static void have_newer_message(struct house *house)
{
	append_uncounted(house, house_ask(house, "SELECT email FROM account") + 5, HOUSE_EXPUNGED);
}

static void forget_email(struct house *house)
{
	house_run(house,
		"DELETE FROM email WHERE id = (SELECT email FROM message WHERE mailbox = 1 AND"
		" uid = 2)");
}

static void remove_database(struct house *house)
{
	assert_int_equal(unlink(house_path(house, "mail.db")), 0);
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
	int64_t page = house_ask(house, sql);
	memset(junk, '!', sizeof(junk));
	int fd = open(house_path(house, "mail.db"), O_RDWR | O_CLOEXEC);
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
	{ "bytes", flip_bytes, "body-changed", NULL, "body-changed", HOUSE_LEFT - 1, 0 },
	{ "header's magic", flip_header_magic, "pack-header", "pack-header pack-left-over", "",
		HOUSE_LEFT, 0 },
	{ "header's number", flip_header_number, "pack-header", "pack-header pack-left-over", "",
		HOUSE_LEFT, 0 },
	{ "header's salt", flip_header_salt, "pack-record", "pack-left-over pack-record", "",
		HOUSE_LEFT, 0 },
	{ "cut in a message", cut_in_message, "body-size pack-short", NULL, "body-size pack-short",
		HOUSE_LEFT - 1, 0 },
	{ "cut before a message", cut_before_message, "body-missing pack-short", NULL,
		"body-missing pack-short", HOUSE_LEFT - 1, 0 },
	{ "cut to nothing", cut_all, "body-missing pack-header pack-short", NULL,
		"body-missing pack-header pack-short", 2, 0 },
	{ "missing", remove_pack, "body-missing pack-missing", NULL, "body-missing pack-missing", 2,
		0 },
	{ "a folder", replace_by_folder, "body-missing file-unknown pack-missing", NULL,
		"body-missing pack-missing", 2, 0 },
	{ "in mail.db, too", have_row_too, "body-twice", NULL, "", HOUSE_LEFT, 0 },
	{ "others in mail.db, too", have_wrong_row_too, "body-twice", NULL, "", HOUSE_LEFT, 0 },
	{ "good ones in mail.db", have_good_row, "body-place", NULL, "", HOUSE_LEFT, 0 },
	{ "all of them in mail.db", have_row_of_all, "body-place pack-missing", NULL, "",
		HOUSE_LEFT, 0 },
	{ "in a file, too", have_file_too, "body-twice", NULL, "", HOUSE_LEFT, 0 },
	{ "an orphan", have_orphan, "pack-left-over", NULL, "", HOUSE_LEFT, 0 },
	{ "an orphan that helps", have_helpful_orphan, "body-place pack-left-over", "body-place",
		"", HOUSE_LEFT, 0 },
	{ "an orphan that might", have_damaged_orphan, "body-changed pack-left-over", NULL,
		"body-changed", HOUSE_LEFT - 1, 0 },
	{ "a tail", have_tail, "", NULL, "", HOUSE_LEFT, 0 },
	{ "a tail that helps", have_helpful_tail, "body-place", NULL, "", HOUSE_LEFT, 0 },
	/* Who works with the mail may have just put it there: only who has it for himself can tell. */
	{ "a message that rows do not know yet", have_newer_message, "",
		"body-left-over email-unused outline-missing", "", HOUSE_LEFT, 1 },
	{ "no email", forget_email, "email-missing orphan pack-row", "email-missing pack-row", "",
		HOUSE_LEFT, 0 },
	{ "no database", remove_database, "database-missing",
		"body-left-over database-missing database-saved email-unused"
		" outline-missing",
		"", 0, HOUSE_MESSAGES - 1 },
	{ "no database, and damage", remove_database_and_more, "database-missing", "*", "", 0, 2 },
	{ "no emails", break_emails, "database-damaged", "*", "", HOUSE_LEFT, 1 },
	{ "no rows of packs", break_packs, "database-damaged", "*", "", HOUSE_LEFT, 0 },
	{ "no messages", break_messages, "database-damaged", "*", "", 0, HOUSE_LEFT },
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
	const char *found = house_check(house, repair);
	if (strcmp(wanted, "*") != 0 && strcmp(wanted, found) != 0) {
		print_error("%s%s: found %s; wanted %s\n", name, repair ? ", repaired" : "", found,
			wanted);
		fail();
	}
}

static void expect_good(struct house *house, const char *name, const char *mailbox, unsigned wanted)
{
	unsigned good = house_count_good(house, mailbox);
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
	expect_good(house, name, "INBOX", HOUSE_LEFT);
	expect_good(house, name, "lost+found", 0);
}

static void test_lies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct house house;
		house_begin(&house);
		house_run(&house, lies[i].sql);
		expect_mended(&house, lies[i].name, lies[i].finds);
		house_end(&house);
	}
}

static void test_headers_of_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(octets) / sizeof(octets[0]); i++) {
		struct house house;
		house_begin(&house);
		flip_record(&house, octets[i].at);
		expect_mended(&house, octets[i].name, "pack-record");
		house_end(&house);
	}
}

static void test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *damage = &damages[i];
		struct house house;
		house_begin(&house);
		damage->make(&house);
		expect_found(&house, damage->name, false, damage->finds);
		expect_found(&house, damage->name, true,
			damage->repairs == NULL ? damage->finds : damage->repairs);
		expect_found(&house, damage->name, false, damage->left);
		expect_good(&house, damage->name, "INBOX", damage->good);
		expect_good(&house, damage->name, "lost+found", damage->lost);
		house_end(&house);
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
		house_begin(&house);
		cases[i].make(&house);
		int64_t id = house_ask(&house, "SELECT email FROM account");
		(void)house_check(&house, true);
		assert_int_equal(stat(house_pack_path(&house, id), &is) == 0, cases[i].kept);
		(void)snprintf(
			name, sizeof(name), "lost+found/pack-%016llx", (unsigned long long)id);
		assert_int_equal(stat(house_path(&house, name), &is) == 0, cases[i].aside);
		house_end(&house);
	}
}

/* After a crash, who opens the mail removes what no message needs, and nothing else. */
static void test_sweeping(void **state)
{
	struct house house;
	struct stat is;
	(void)state;
	house_begin(&house);
	int64_t orphan = make_orphan(&house, house_email(&house, 2), 2);
	house_run(&house, "DELETE FROM pack");
	FILE *log = fopen(house_path(&house, "mail.db-wal"), "w");
	assert_non_null(log);
	assert_int_equal(fclose(log), 0);
	assert_string_equal(house_check(&house, false), "pack-row pack-to-sweep");
	assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_LEFT);
	assert_int_equal(stat(house_pack_path(&house, orphan), &is), -1);
	assert_string_equal(house_check(&house, false), "pack-row");
	assert_string_equal(house_check(&house, true), "pack-row");
	assert_string_equal(house_check(&house, false), "");
	house_end(&house);
}

/* -- backups */

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
	house_begin(&house);
	have_tail(&house);
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	house_backup(&house, backend, false);
	assert_string_equal(house.finds, "");
	size_t size = (size_t)house_ask(&house, "SELECT size FROM pack");
	(void)snprintf(path, sizeof(path), "%s", house_pack_path(&house, house.pack));
	(void)snprintf(
		copy, sizeof(copy), "%s/backup/anna/%s", house.folder, strstr(path, "bodies/"));
	expect_same(path, copy, size);
	/* What still grows is in no file that both have; a backup that is made again copies nothing
	 * that has not changed. */
	assert_int_equal(stat(copy, &first), 0);
	assert_int_equal(stat(path, &own), 0);
	assert_int_not_equal(first.st_ino, own.st_ino);
	house_backup(&house, backend, true);
	assert_int_equal(stat(copy, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	/* Restored twice, what is written to one is not in the other. */
	house_restore(&house, backend, "bert");
	house_restore(&house, backend, "carl");
	roost_backend_destroy(backend);
	for (unsigned i = 0; i < 2; i++) {
		house.user = i == 0 ? "bert" : "carl";
		assert_string_equal(house_check(&house, false), "");
		expect_same(copy, house_pack_path(&house, house.pack), size);
		assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_LEFT);
		append_uncounted(&house, 4711, i + 1);
	}
	assert_string_equal(house_check(&house, false), "");
	assert_int_equal(stat(copy, &second), 0);
	assert_int_equal(second.st_size, size);
	house_end(&house);
}

/* A pack that is full is shared; one that is missing is told. */
static void test_full_and_missing(void **state)
{
	struct house house;
	struct roost_backend *backend;
	struct stat own, its;
	char copy[512], path[512], sql[128];
	(void)state;
	house_begin(&house);
	(void)snprintf(path, sizeof(path), "%s", house_pack_path(&house, house.pack));
	(void)snprintf(
		copy, sizeof(copy), "%s/backup/anna/%s", house.folder, strstr(path, "bodies/"));
	(void)snprintf(
		sql, sizeof(sql), "UPDATE pack SET size = %llu", (unsigned long long)PACK_FULL);
	house_run(&house, sql);
	assert_int_equal(truncate(path, (off_t)PACK_FULL), 0);
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	house_backup(&house, backend, false);
	assert_int_equal(stat(path, &own), 0);
	assert_int_equal(stat(copy, &its), 0);
	assert_int_equal(own.st_ino, its.st_ino);
	assert_int_equal(unlink(path), 0);
	house_backup(&house, backend, false);
	assert_string_equal(house.finds, "body-missing");
	roost_backend_destroy(backend);
	house_end(&house);
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
	house_with_inbox(&house, house_fill, NULL);
	/* What later versions have added goes, newest first. */
	house_run(&house,
		"DROP TABLE flagging; DROP TABLE pack; ALTER TABLE email DROP COLUMN pack; "
		"ALTER TABLE email DROP COLUMN"
		" pack_at; PRAGMA user_version = 2");
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	house_backup(&house, backend, false);
	house_restore(&house, backend, "bert");
	roost_backend_destroy(backend);
	house.user = "bert";
	assert_string_equal(house_check(&house, false), "");
	assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_MESSAGES);
	house.user = "anna";
	break_table(&house, "keyword");
	assert_string_equal(house_check(&house, false), "database-damaged");
	assert_string_equal(house_check(&house, true), "database-damaged database-saved");
	assert_string_equal(house_check(&house, false), "");
	assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_MESSAGES);
	house_end(&house);
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
	};
	return cmocka_run_group_tests_name("local/care_packs", tests, NULL, NULL);
}

/* test_packing.c - messages move from mail.db into packs, and from pack to pack, and are the same. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "bodies.h"
#include "local_session.h"
#include "packing.h"
#include "store.h"

/* Longer than any test. */
#define NEVER 3600000
#define MESSAGES_MAX 2000

struct house {
	char folder[256];
	struct roost_backend *backend;
	struct local_session anna;
	struct roost_mailbox *inbox;
	size_t count; /* of the messages, whose UIDs are 1, 2, ... */
	bool gone[MESSAGES_MAX + 1]; /* by UID */
};

static struct store *store_of(struct house *house)
{
	return roost_container_of(house->backend, struct store, base);
}

/* Come in; a pack is full with so many octets, and moving begins with so many. */
static void enter(struct house *house, uint64_t full, uint64_t least)
{
	assert_int_equal(local_session_open(house->folder, 0, 0, &house->backend), 0);
	store_of(house)->packing = (struct packing_limits) { full, least };
	local_chores_set_delay(store_of(house)->chores, 0);
	assert_int_equal(local_session_login(&house->anna, house->backend, "anna"), 0);
	house->inbox = local_session_select(&house->anna, "INBOX", false);
	assert_non_null(house->inbox);
}

static void leave(struct house *house)
{
	house->inbox->ops->close(house->inbox);
	local_session_logout(&house->anna);
	roost_backend_destroy(house->backend);
}

static void begin(struct house *house, uint64_t full, uint64_t least)
{
	*house = (struct house) { .count = 0 };
	local_folder_make(house->folder, sizeof(house->folder));
	enter(house, full, least);
}

static void end(struct house *house)
{
	leave(house);
	local_folder_remove(house->folder);
}

static void wait_for_chores(struct house *house)
{
	local_chores_wait(store_of(house)->chores);
}

static const char *path_in(const struct house *house, const char *name)
{
	static char path[400];
	(void)snprintf(path, sizeof(path), "%s/users/anna/%s", house->folder, name);
	return path;
}

static uint32_t mix(uint32_t n)
{
	n = (n ^ (n >> 16)) * 0x45d9f3bu;
	n = (n ^ (n >> 16)) * 0x45d9f3bu;
	return n ^ (n >> 16);
}

/* The bytes of a message; every sixteenth is a file, some are empty. */
static size_t body_of(uint32_t uid, char *bytes)
{
	size_t size = uid % 16 == 7   ? LOCAL_SESSION_INLINE + mix(uid) % 9000
		      : uid % 16 == 9 ? 0
				      : mix(uid) % (LOCAL_SESSION_INLINE + 1);
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (char)('a' + (mix(uid) + i * i) % 26);
	}
	return size;
}
#define BODY_MAX 16384

static void append(struct house *house, size_t count)
{
	char bytes[BODY_MAX];
	for (size_t i = 0; i < count; i++) {
		uint32_t uid = 0;
		size_t size = body_of((uint32_t)++house->count, bytes);
		assert_int_equal(
			local_session_append(&house->anna, house->inbox, bytes, size, &uid), 0);
		assert_int_equal(uid, house->count);
	}
}

static void expunge(struct house *house, uint32_t uid)
{
	assert_int_equal(local_session_store(&house->anna, house->inbox, uid, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&house->anna, house->inbox, uid), 0);
	house->gone[uid] = true;
}

struct look {
	struct house *house;
	size_t count, unreadable;
};

static int look_at(void *context, const struct roost_message *message)
{
	struct look *look = context;
	char expected[BODY_MAX], bytes[BODY_MAX];
	size_t size = body_of(message->uid, expected);
	assert_false(look->house->gone[message->uid]);
	look->count++;
	if ((message->has & ROOST_MESSAGE_CONTENT) == 0) {
		look->unreadable++;
		return 0;
	}
	assert_int_equal(message->octets, size);
	assert_int_equal(message->content->size, size);
	assert_int_equal(roost_content_read(message->content, 0, bytes, sizeof(bytes)), size);
	assert_memory_equal(bytes, expected, size);
	return 0;
}

static size_t count_there(const struct house *house)
{
	size_t count = 0;
	for (size_t uid = 1; uid <= house->count; uid++) {
		count += !house->gone[uid];
	}
	return count;
}

/* All messages are there with their bytes, but for so many that cannot be read. */
static void expect_all_but(struct house *house, size_t unreadable)
{
	struct look look = { .house = house };
	assert_int_equal(local_session_list(&house->anna, house->inbox,
				 ROOST_MESSAGE_CONTENT | ROOST_MESSAGE_OUTLINE, look_at, &look),
		0);
	assert_int_equal(look.count, count_there(house));
	assert_int_equal(look.unreadable, unreadable);
}

/* Each by itself, from the last to the first. */
static void expect_each(struct house *house)
{
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_CONTENT,
	};
	struct look look = { .house = house };
	for (size_t uid = house->count; uid > 0; uid--) {
		struct roost_uid_range range = { (uint32_t)uid, (uint32_t)uid };
		const struct roost_uidset one = { &range, 1, 1 };
		assert_int_equal(house->inbox->ops->list_messages(house->inbox, house->anna.call,
					 &one, &options, look_at, &look),
			0);
		roost_call_reset(house->anna.call);
	}
	assert_int_equal(look.count, count_there(house));
	assert_int_equal(look.unreadable, 0);
}

static int64_t ask(const struct house *house, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_open(path_in(house, "mail.db"), &db), SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	int code = sqlite3_step(s);
	assert_true(code == SQLITE_ROW || code == SQLITE_DONE);
	int64_t answer = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

static size_t count_packs(const struct house *house)
{
	DIR *files = opendir(path_in(house, "bodies"));
	assert_non_null(files);
	size_t count = 0;
	const struct dirent *file = NULL;
	while ((file = readdir(files)) != NULL) {
		count += strncmp(file->d_name, "pack-", 5) == 0;
	}
	(void)closedir(files);
	return count;
}

static const char *pack_path(const struct house *house, int64_t id)
{
	char name[40];
	(void)snprintf(name, sizeof(name), "bodies/pack-%016llx", (unsigned long long)id);
	return path_in(house, name);
}

/* The rows, and the files, agree with each other. */
static void expect_sound(const struct house *house)
{
	static const char *const wrong[] = {
		"SELECT COUNT(*) FROM email WHERE (in_file <> 0) + (pack <> 0) +"
		" (SELECT COUNT(*) FROM body WHERE email = email.id) <> 1",
		"SELECT COUNT(*) FROM body WHERE email NOT IN (SELECT id FROM email)",
		"SELECT COUNT(*) FROM pack WHERE live <> (SELECT TOTAL(octets + 32) FROM email"
		" WHERE pack = pack.id) OR live = 0",
		"SELECT COUNT(*) FROM email WHERE pack <> 0 AND pack NOT IN (SELECT id FROM pack)",
		"SELECT COUNT(*) FROM email JOIN pack ON email.pack = pack.id WHERE"
		" pack_at < 32 OR pack_at + 32 + octets > size",
		"SELECT COUNT(*) FROM pack WHERE id > (SELECT email FROM account)",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (ask(house, wrong[i]) != 0) {
			fail_msg("%s", wrong[i]);
		}
	}
	int64_t id = 0;
	size_t count = 0;
	char sql[100];
	do {
		struct stat is;
		(void)snprintf(sql, sizeof(sql), "SELECT MIN(id) FROM pack WHERE id > %lld",
			(long long)id);
		id = ask(house, sql);
		if (id != 0) {
			count++;
			assert_int_equal(stat(pack_path(house, id), &is), 0);
			(void)snprintf(sql, sizeof(sql), "SELECT size FROM pack WHERE id = %lld",
				(long long)id);
			assert_true(is.st_size >= ask(house, sql));
		}
	} while (id != 0);
	assert_int_equal(count_packs(house), count);
}

static void test_move(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 1);
	append(&house, 150);
	wait_for_chores(&house);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM body"), 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 1);
	expect_sound(&house);
	expect_all_but(&house, 0);
	expect_each(&house);
	leave(&house);
	/* Others go on behind it. */
	enter(&house, PACK_FULL, 1);
	expect_all_but(&house, 0);
	append(&house, 50);
	expect_all_but(&house, 0);
	wait_for_chores(&house);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM body"), 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 1);
	expect_sound(&house);
	expect_all_but(&house, 0);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* A pack that is full gets no more, and many are read though few are open. */
static void test_many_packs(void **state)
{
	struct house house;
	(void)state;
	begin(&house, 3000, 1);
	for (unsigned i = 0; i < 40; i++) {
		append(&house, 5);
		wait_for_chores(&house);
	}
	int64_t packs = ask(&house, "SELECT COUNT(*) FROM pack");
	assert_in_range(packs, 2 * PACKS_OPEN, 200);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack WHERE size < 3000 AND id <"
				     " (SELECT MAX(id) FROM pack)"),
		0);
	expect_sound(&house);
	expect_all_but(&house, 0);
	expect_each(&house);
	end(&house);
}

static void test_too_little(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 20000);
	append(&house, 3);
	wait_for_chores(&house);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 0);
	assert_int_equal(count_packs(&house), 0);
	append(&house, 40);
	wait_for_chores(&house);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 1);
	expect_sound(&house);
	expect_all_but(&house, 0);
	end(&house);
}

static void test_not_at_all(void **state)
{
	struct house house;
	(void)state;
	begin(&house, 0, 0);
	append(&house, 30);
	wait_for_chores(&house);
	assert_int_equal(count_packs(&house), 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 0);
	end(&house);
}

/* What is expunged leaves the pack, and the last one takes it along; copies hold it. */
static void test_expunge(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 1);
	append(&house, 40);
	wait_for_chores(&house);
	assert_int_equal(local_session_create(&house.anna, "Work"), 0);
	assert_int_equal(local_session_copy(&house.anna, house.inbox, 3, "Work"), 0);
	store_of(&house)->packing.least = NEVER;
	for (uint32_t uid = 1; uid <= 40; uid++) {
		expunge(&house, uid);
		assert_int_equal(count_packs(&house), 1);
		expect_all_but(&house, 0);
	}
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM email"), 1);
	expect_sound(&house);
	struct roost_mailbox *work = local_session_select(&house.anna, "Work", false);
	assert_non_null(work);
	assert_int_equal(local_session_store(
				 &house.anna, work, 1, ROOST_FLAGS_ADD, ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&house.anna, work, 1), 0);
	work->ops->close(work);
	assert_int_equal(count_packs(&house), 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 0);
	expect_sound(&house);
	/* The next ones go to another one, whose number is new. */
	store_of(&house)->packing.least = 1;
	append(&house, 5);
	wait_for_chores(&house);
	expect_sound(&house);
	expect_all_but(&house, 0);
	end(&house);
}

/* A pack with little in it is emptied into another one, be it the newest or not. */
static void test_compact(void **state)
{
	struct house house;
	(void)state;
	begin(&house, 40000, 1000);
	append(&house, 150);
	wait_for_chores(&house);
	int64_t before = ask(&house, "SELECT COUNT(*) FROM pack");
	assert_true(before >= 1);
	for (uint32_t uid = 1; uid <= 150; uid++) {
		if (uid % 4 != 0) {
			expunge(&house, uid);
		}
		if (uid % 25 == 0) {
			wait_for_chores(&house);
			expect_sound(&house);
			expect_all_but(&house, 0);
		}
	}
	wait_for_chores(&house);
	expect_sound(&house);
	expect_all_but(&house, 0);
	expect_each(&house);
	assert_int_equal(
		ask(&house, "SELECT COUNT(*) FROM pack WHERE live * 2 < size AND size > 2100"), 0);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* Older packs become thin after newer ones were emptied. */
static void test_compact_older(void **state)
{
	struct house house;
	(void)state;
	begin(&house, 10000, 1000);
	append(&house, 150);
	wait_for_chores(&house);
	assert_true(ask(&house, "SELECT COUNT(*) FROM pack") >= 3);
	for (uint32_t uid = 150; uid >= 1; uid--) {
		if (uid % 4 != 0) {
			expunge(&house, uid);
		}
		if (uid % 25 == 0) {
			wait_for_chores(&house);
		}
	}
	wait_for_chores(&house);
	expect_sound(&house);
	expect_all_but(&house, 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack WHERE live < size / 2 AND"
				     " size - live >= 1000"),
		0);
	end(&house);
}

static void damage(const char *path, off_t at, const char *bytes)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, strlen(bytes), at), (ssize_t)strlen(bytes));
	(void)close(fd);
}

/* What is damaged is one message, which the log knows; and the others are never taken for it. */
static void test_damaged(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 1);
	append(&house, 60);
	wait_for_chores(&house);
	int64_t pack = ask(&house, "SELECT id FROM pack");
	int64_t at = ask(&house, "SELECT e.pack_at FROM email e JOIN message m ON m.email = e.id"
				 " WHERE m.uid = 20");
	assert_true(at > 0);
	leave(&house);
	damage(pack_path(&house, pack), at + 8, "?"); /* another email's number */
	enter(&house, PACK_FULL, 1);
	expect_all_but(&house, 1);
	assert_true(local_session_log_count > 0);
	assert_non_null(strstr(local_session_log, "cannot be read"));
	leave(&house);

	/* A row that leads to another message. */
	(void)ask(&house, "UPDATE email SET pack_at = (SELECT pack_at FROM email WHERE id ="
			  " (SELECT email FROM message WHERE uid = 31)) WHERE id ="
			  " (SELECT email FROM message WHERE uid = 30)");
	/* And to nowhere. */
	(void)ask(&house, "UPDATE email SET pack_at = -1 WHERE id ="
			  " (SELECT email FROM message WHERE uid = 33)");
	(void)ask(&house, "UPDATE email SET pack_at = 9223372036854775807 WHERE id ="
			  " (SELECT email FROM message WHERE uid = 34)");
	(void)ask(&house, "UPDATE email SET pack = 77777 WHERE id ="
			  " (SELECT email FROM message WHERE uid = 36)");
	enter(&house, PACK_FULL, 1);
	expect_all_but(&house, 5);
	leave(&house);

	/* The beginning is gone: what is in it can be read, and others go to another one. */
	damage(pack_path(&house, pack), 0, "XXXX");
	enter(&house, PACK_FULL, 1);
	append(&house, 10);
	wait_for_chores(&house);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM pack"), 2);
	expect_all_but(&house, 5);
	leave(&house);

	/* Cut off in the middle. */
	assert_int_equal(truncate(pack_path(&house, pack), at), 0);
	enter(&house, PACK_FULL, 1);
	struct look look = { .house = &house };
	assert_int_equal(
		local_session_list(&house.anna, house.inbox, ROOST_MESSAGE_CONTENT, look_at, &look),
		0);
	assert_int_equal(look.count, count_there(&house));
	assert_in_range(look.unreadable, 35, 41);
	/* What can be read of it is still moved when it has become thin. */
	for (uint32_t uid = 1; uid <= 12; uid++) {
		expunge(&house, uid);
	}
	(void)ask(&house, "UPDATE pack SET live = size / 3 WHERE id = (SELECT MIN(id) FROM pack)");
	expunge(&house, 13);
	wait_for_chores(&house);
	size_t before = look.unreadable;
	look = (struct look) { .house = &house };
	assert_int_equal(
		local_session_list(&house.anna, house.inbox, ROOST_MESSAGE_CONTENT, look_at, &look),
		0);
	assert_int_equal(look.unreadable, before);
	/* But for UID 36, whose row names a pack that there is not, they are all that is left in it. */
	char sql[80];
	(void)snprintf(
		sql, sizeof(sql), "SELECT COUNT(*) FROM email WHERE pack = %lld", (long long)pack);
	assert_int_equal(ask(&house, sql), before - 1);
	end(&house);
}

/* That the count of what is needed is wrong costs no mail. */
static void test_miscounted(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 1);
	append(&house, 30);
	wait_for_chores(&house);
	local_chores_set_delay(store_of(&house)->chores, NEVER);
	(void)ask(&house, "UPDATE pack SET live = 1");
	for (uint32_t uid = 1; uid <= 29; uid++) {
		expunge(&house, uid);
		expect_all_but(&house, 0);
		expect_sound(&house);
	}
	expunge(&house, 30);
	assert_int_equal(count_packs(&house), 0);
	end(&house);
}

/* What a crash leaves: rubbish behind what counts, a pack without a row, and a row that went. */
static void test_left_over(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 1);
	append(&house, 30);
	wait_for_chores(&house);
	int64_t pack = ask(&house, "SELECT id FROM pack");
	int64_t size = ask(&house, "SELECT size FROM pack");
	leave(&house);
	damage(pack_path(&house, pack), size, "rec:and then nothing");
	int fd = open(pack_path(&house, 4711), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
	/* Somebody has died here. */
	char lock[400];
	(void)snprintf(lock, sizeof(lock), "%s/locks/anna", house.folder);
	damage(lock, 0, "0000000001");
	enter(&house, PACK_FULL, 1);
	assert_int_equal(count_packs(&house), 1);
	append(&house, 10);
	wait_for_chores(&house);
	expect_sound(&house);
	expect_all_but(&house, 0);
	/* Nothing was written over. */
	char bytes[21] = "";
	fd = open(pack_path(&house, pack), O_RDONLY | O_CLOEXEC);
	assert_int_equal(pread(fd, bytes, 20, (off_t)size), 20);
	(void)close(fd);
	assert_string_equal(bytes, "rec:and then nothing");
	assert_true(ask(&house, "SELECT MAX(pack_at) FROM email") > size + 20);
	end(&house);
}

/* Who has the lock of another process waits. */
static void test_one_at_a_time(void **state)
{
	struct house house;
	struct chore_trouble trouble;
	struct roost_call *call = NULL;
	(void)state;
	begin(&house, PACK_FULL, 1);
	wait_for_chores(&house);
	local_chores_set_delay(store_of(&house)->chores, NEVER);
	append(&house, 30);
	assert_int_equal(roost_call_create(&call, 0), 0);
	struct account *account = local_store_find_account(store_of(&house), "anna");
	assert_non_null(account);
	int fd = open(path_in(&house, "bodies"), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(local_packing_do(account, call, &trouble), ROOST_ERR_IN_USE);
	assert_int_equal(count_packs(&house), 0);
	(void)close(fd);
	assert_int_equal(local_packing_do(account, call, &trouble), 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM body"), 0);
	expect_all_but(&house, 0);
	local_store_put_account(account);
	roost_call_destroy(call);
	end(&house);
}

/* The folder cannot be written to: mail stays where it is, and the log tells once. */
static void test_not_writable(void **state)
{
	struct house house;
	struct chore_trouble trouble;
	struct roost_call *call = NULL;
	char away[400];
	(void)state;
	begin(&house, PACK_FULL, 1);
	wait_for_chores(&house);
	local_chores_set_delay(store_of(&house)->chores, NEVER);
	for (unsigned i = 0; i < 20; i++) {
		uint32_t uid;
		assert_int_equal(
			local_session_append(&house.anna, house.inbox, "hello", 5, &uid), 0);
	}
	assert_int_equal(roost_call_create(&call, 0), 0);
	struct account *account = local_store_find_account(store_of(&house), "anna");
	(void)snprintf(away, sizeof(away), "%s/away", house.folder);
	assert_int_equal(rename(path_in(&house, "bodies"), away), 0);
	assert_true(local_packing_do(account, call, &trouble) < 0);
	assert_false(trouble.of_mail);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM body"), 20);
	assert_int_equal(rename(away, path_in(&house, "bodies")), 0);
	assert_int_equal(local_packing_do(account, call, &trouble), 0);
	assert_int_equal(ask(&house, "SELECT COUNT(*) FROM body"), 0);
	local_store_put_account(account);
	roost_call_destroy(call);
	end(&house);
}

static atomic_uint drops_that_fail;
int __real_local_pack_drop(const char *folder, uint64_t id);
int __wrap_local_pack_drop(const char *folder, uint64_t id);

int __wrap_local_pack_drop(const char *folder, uint64_t id)
{
	if (atomic_load(&drops_that_fail) > 0) {
		(void)atomic_fetch_sub(&drops_that_fail, 1);
		return ROOST_ERR_READ_ONLY;
	}
	return __real_local_pack_drop(folder, id);
}

/* A pack that got no row, and could not go at once, goes with the next turn, or else when the mail is opened again. */
static void test_pack_without_row(void **state)
{
	(void)state;
	for (unsigned again = 0; again < 2; again++) {
		struct house house;
		struct chore_trouble trouble;
		struct roost_call *call = NULL;
		begin(&house, PACK_FULL, 1);
		wait_for_chores(&house);
		local_chores_set_delay(store_of(&house)->chores, NEVER);
		append(&house, 20);
		assert_int_equal(roost_call_create(&call, 0), 0);
		struct account *account = local_store_find_account(store_of(&house), "anna");
		(void)ask(&house, "CREATE TRIGGER no BEFORE INSERT ON pack BEGIN SELECT"
				  " RAISE(ABORT, 'no'); END");
		drops_that_fail = 2;
		assert_true(local_packing_do(account, call, &trouble) < 0);
		assert_int_equal(count_packs(&house), 1);
		assert_int_equal(local_leftovers_do(account, call, &trouble), 0);
		assert_int_equal(count_packs(&house), 1);
		assert_int_equal(drops_that_fail, 0);
		if (again == 0) {
			assert_int_equal(local_leftovers_do(account, call, &trouble), 0);
			assert_int_equal(count_packs(&house), 0);
		}
		local_store_put_account(account);
		roost_call_destroy(call);
		leave(&house);
		(void)ask(&house, "DROP TRIGGER no");
		enter(&house, PACK_FULL, 1);
		append(&house, 10);
		wait_for_chores(&house);
		expect_sound(&house);
		expect_all_but(&house, 0);
		assert_int_equal(count_packs(&house), 1);
		end(&house);
	}
}

/* A pack that nobody needs, and the disk does not let go, goes later, though nothing else happens. */
static void test_pack_that_stays(void **state)
{
	struct house house;
	(void)state;
	begin(&house, PACK_FULL, 1);
	append(&house, 20);
	wait_for_chores(&house);
	assert_int_equal(count_packs(&house), 1);
	drops_that_fail = UINT_MAX;
	for (uint32_t uid = 1; uid <= 20; uid++) {
		expunge(&house, uid);
	}
	wait_for_chores(&house);
	assert_true(count_packs(&house) > 0);
	struct store *store = store_of(&house);
	struct account *account = local_store_find_account(store, "anna");
	drops_that_fail = 0;
	/* The thread that does so may have taken the turn. */
	for (unsigned i = 0; i < 1000 && count_packs(&house) > 0; i++) {
		pthread_mutex_lock(&store->lock);
		account->leftovers.tried_at = 0;
		pthread_mutex_unlock(&store->lock);
		local_store_rest(store);
		wait_for_chores(&house);
	}
	assert_int_equal(count_packs(&house), 0);
	local_store_put_account(account);
	assert_int_equal(local_session_log_count, 1);
	end(&house);
}

struct reader {
	pthread_t thread;
	struct house house;
	struct house *of;
	atomic_bool *stop;
	size_t rounds;
};

static int look_quickly(void *context, const struct roost_message *message)
{
	char expected[BODY_MAX], bytes[BODY_MAX];
	(void)context;
	size_t size = body_of(message->uid, expected);
	assert_true((message->has & ROOST_MESSAGE_CONTENT) != 0);
	assert_int_equal(message->content->size, size);
	assert_int_equal(roost_content_read(message->content, 0, bytes, sizeof(bytes)), size);
	assert_memory_equal(bytes, expected, size);
	return 0;
}

static void *read_on(void *context)
{
	struct reader *reader = context;
	struct house *house = &reader->house;
	while (!atomic_load(reader->stop)) {
		assert_int_equal(local_session_list(&house->anna, house->inbox,
					 ROOST_MESSAGE_CONTENT, look_quickly, NULL),
			0);
		reader->rounds++;
	}
	return NULL;
}

/* Two stores on one folder, as of two processes: one stores and expunges, both move, and both read all
 * the time. */
static void test_two(void **state)
{
	struct house one;
	struct reader readers[2];
	atomic_bool stop = false;
	(void)state;
	begin(&one, 20000, 1);
	append(&one, 40);
	for (size_t i = 0; i < 2; i++) {
		readers[i] = (struct reader) { .stop = &stop };
		memcpy(readers[i].house.folder, one.folder, sizeof(one.folder));
		enter(&readers[i].house, 20000, 1);
		assert_int_equal(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
	}
	for (uint32_t uid = 1; uid <= 400; uid++) {
		append(&one, 1);
		if (uid % 10 != 0) {
			expunge(&one, uid);
		}
		if (uid % 20 == 0) {
			wait_for_chores(&one);
		}
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < 2; i++) {
		(void)pthread_join(readers[i].thread, NULL);
		assert_true(readers[i].rounds > 0);
		local_chores_wait(store_of(&readers[i].house)->chores);
		leave(&readers[i].house);
	}
	wait_for_chores(&one);
	expect_sound(&one);
	expect_all_but(&one, 0);
	assert_int_equal(local_session_log_count, 0);
	end(&one);
}

static int begin_test(void **state)
{
	(void)state;
	local_session_log_count = 0;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_move, begin_test),
		cmocka_unit_test_setup(test_many_packs, begin_test),
		cmocka_unit_test_setup(test_too_little, begin_test),
		cmocka_unit_test_setup(test_not_at_all, begin_test),
		cmocka_unit_test_setup(test_expunge, begin_test),
		cmocka_unit_test_setup(test_compact, begin_test),
		cmocka_unit_test_setup(test_compact_older, begin_test),
		cmocka_unit_test_setup(test_damaged, begin_test),
		cmocka_unit_test_setup(test_miscounted, begin_test),
		cmocka_unit_test_setup(test_left_over, begin_test),
		cmocka_unit_test_setup(test_one_at_a_time, begin_test),
		cmocka_unit_test_setup(test_not_writable, begin_test),
		cmocka_unit_test_setup(test_pack_without_row, begin_test),
		cmocka_unit_test_setup(test_pack_that_stays, begin_test),
		cmocka_unit_test_setup(test_two, begin_test),
	};
	return cmocka_run_group_tests_name("local/packing", tests, NULL, NULL);
}

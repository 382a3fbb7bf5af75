/* test_care_beside.c - mail is checked, backed up and counted while others come, work and go. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "care_house.h"
#include "driver.h"

static void touch(struct house *house, const char *name)
{
	int fd = open(house_path(house, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static bool is_there(struct house *house, const char *name)
{
	return access(house_path(house, name), F_OK) == 0;
}

static void count(struct house *house, struct roost_local_stats *stats_out)
{
	struct roost_backend *backend;
	struct roost_call *call = NULL;
	stats_out->size = sizeof(*stats_out);
	assert_int_equal(local_session_open(house->folder, 0, 0, &backend), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_stats(backend, call, house->user, stats_out);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
	roost_backend_destroy(backend);
}

static void back_up(struct house *house)
{
	struct roost_backend *backend;
	assert_int_equal(local_session_open(house->folder, 0, 0, &backend), 0);
	house_backup(house, backend, false);
	assert_string_equal(house->finds, "");
	roost_backend_destroy(backend);
}

/* Whether the backup has a file of that name. */
static bool is_backed_up(struct house *house, const char *name)
{
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/backup/anna/%s", house->folder, name);
	return access(path, F_OK) == 0;
}

/* -- the first time that somebody signs in */

/* A user who has not signed in yet. */
static void begin_empty(struct house *house)
{
	memset(house, 0, sizeof(*house));
	house->user = "anna";
	local_folder_make(house->folder, sizeof(house->folder));
	(void)snprintf(house->path, sizeof(house->path), "%s/users", house->folder);
	assert_int_equal(mkdir(house->path, 0700), 0);
	assert_int_equal(mkdir(house_path(house, ""), 0700), 0);
}

static void have_nothing(struct house *house)
{
	(void)house;
}

static void have_empty_file(struct house *house)
{
	touch(house, "mail.db");
}

static void have_journal(struct house *house)
{
	touch(house, "mail.db");
	touch(house, "mail.db-journal");
}

static void have_no_tables(struct house *house)
{
	house_run(house, "PRAGMA journal_mode = WAL");
	assert_true(is_there(house, "mail.db"));
}

static void test_first_sign_in(void **state)
{
	static void (*const stages[])(struct house * house) = { have_nothing, have_empty_file,
		have_journal, have_no_tables };
	(void)state;
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		struct house house;
		struct roost_local_stats stats;
		begin_empty(&house);
		stages[i](&house);
		assert_string_equal(house_check(&house, false), "");
		back_up(&house);
		assert_false(is_backed_up(&house, "mail.db"));
		count(&house, &stats);
		assert_int_equal(stats.mailboxes, 0);
		assert_string_equal(house_check(&house, true), "");
		/* Whoever was at it goes on. */
		house_with_inbox(&house, house_fill, NULL);
		assert_string_equal(house_check(&house, false), "");
		assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_MESSAGES);
		house_end(&house);
	}
}

/* When the folder of the bodies is looked for. */
static struct {
	struct house *house; /* NULL: nothing happens */
	bool after;
} coming;

bool __real_local_files_are(const char *path);
bool __wrap_local_files_are(const char *path);

bool __wrap_local_files_are(const char *path)
{
	struct house *house = coming.house;
	if (house == NULL || strcmp(path, house_bodies(house)) != 0) {
		return __real_local_files_are(path);
	}
	coming.house = NULL;
	bool before = __real_local_files_are(path);
	house_with_inbox(house, house_fill, NULL);
	return coming.after ? before : __real_local_files_are(path);
}

static void test_while_one_looks(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct house house;
		begin_empty(&house);
		coming.house = &house;
		coming.after = i % 2 == 1;
		if (i < 2) {
			assert_string_equal(house_check(&house, false), "");
		} else {
			back_up(&house);
			assert_true(is_backed_up(&house, "mail.db"));
		}
		assert_null(coming.house);
		assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_MESSAGES);
		house_end(&house);
	}
}

/* A backup without mail would take the place of one that has it. */
static void test_backup_of_lost_mail(void **state)
{
	struct house house;
	struct roost_backend *backend;
	struct roost_call *call = NULL;
	const struct roost_local_backup_options options = {
		.size = sizeof(options),
		.replace = true,
	};
	char destination[512];
	(void)state;
	house_begin(&house);
	back_up(&house);
	assert_int_equal(unlink(house_path(&house, "mail.db")), 0);
	(void)snprintf(destination, sizeof(destination), "%s/backup", house.folder);
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	assert_true(roost_local_backup(backend, call, "anna", destination, &options) < 0);
	roost_call_destroy(call);
	roost_backend_destroy(backend);
	assert_true(is_backed_up(&house, "mail.db"));
	house_end(&house);
}

/* -- a message that is expunged while one copies */

static void expunge_last(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	(void)context;
	house_expunge(anna, inbox, HOUSE_MESSAGES);
}

struct copying {
	struct house *house;
	unsigned told;
};

/* The first that is told of is the message in a file. */
static void expunge_copied(void *context, uint64_t done, uint64_t total)
{
	struct copying *copying = context;
	(void)done;
	(void)total;
	if (copying->told++ == 0) {
		house_with_inbox(copying->house, expunge_last, NULL);
	}
}

static void test_expunged_while_copied(void **state)
{
	struct house house;
	struct copying copying = { .house = &house };
	struct roost_backend *backend;
	struct roost_call *call = NULL;
	const struct roost_local_backup_options options = {
		.size = sizeof(options),
		.progress = expunge_copied,
		.context = &copying,
	};
	char destination[512], body[64];
	(void)state;
	house_begin(&house);
	(void)snprintf(body, sizeof(body), "bodies/%016llx",
		(unsigned long long)house_email(&house, HOUSE_MESSAGES));
	(void)snprintf(destination, sizeof(destination), "%s/backup", house.folder);
	assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	assert_true(is_there(&house, body));
	assert_int_equal(roost_local_backup(backend, call, "anna", destination, &options), 0);
	assert_false(is_there(&house, body));
	assert_true(is_backed_up(&house, "mail.db"));
	assert_false(is_backed_up(&house, body));
	/* And what is needed stays. */
	house_restore(&house, backend, "bert");
	roost_call_destroy(call);
	roost_backend_destroy(backend);
	house.user = "bert";
	assert_string_equal(house_check(&house, true), "");
	assert_int_equal(house_count_good(&house, "INBOX"), HOUSE_LEFT - 1);
	house_end(&house);
}

/* -- files that are just being removed */

#define NEVER UINT32_MAX

static const struct timespec long_ago[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

/* A file that is to be removed is there until who checks has waited so often. Who waits sleeps not. */
static _Thread_local struct {
	struct house *house; /* NULL: nothing is removed */
	int (*drop)(const char *folder, uint64_t id);
	const char *folder;
	uint64_t id;
	unsigned removed_after;
	unsigned naps;
} removing;

int __real_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	if (removing.house == NULL) {
		return __real_nanosleep(time, left);
	}
	if (++removing.naps == removing.removed_after) {
		assert_int_equal(removing.drop(removing.folder, removing.id), 0);
	}
	return 0;
}

static int remove_late(int (*drop)(const char *folder, uint64_t id), const char *format,
	const char *folder, uint64_t id)
{
	char path[512];
	if (removing.house != NULL && removing.folder == NULL) {
		removing.drop = drop;
		removing.folder = folder;
		removing.id = id;
		(void)snprintf(path, sizeof(path), format, folder, (unsigned long long)id);
		assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
		(void)house_check(removing.house, false);
		removing.house = NULL;
	}
	return drop(folder, id);
}

int __real_local_bodies_drop(const char *folder, uint64_t id);
int __wrap_local_bodies_drop(const char *folder, uint64_t id);

int __wrap_local_bodies_drop(const char *folder, uint64_t id)
{
	return remove_late(__real_local_bodies_drop, "%s/%016llx", folder, id);
}

int __real_local_pack_drop(const char *folder, uint64_t id);
int __wrap_local_pack_drop(const char *folder, uint64_t id);

int __wrap_local_pack_drop(const char *folder, uint64_t id)
{
	return remove_late(__real_local_pack_drop, "%s/pack-%016llx", folder, id);
}

static void begin_removing(struct house *house, unsigned removed_after)
{
	memset(&removing, 0, sizeof(removing));
	removing.house = house;
	removing.removed_after = removed_after;
}

static void compact(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	(void)anna;
	(void)inbox;
	house_compact(context);
}

static void test_removed_late(void **state)
{
	static const struct {
		void (*act)(struct local_session *anna, struct roost_mailbox *inbox, void *context);
		unsigned removed_after;
		const char *finds;
	} cases[] = {
		{ expunge_last, 1, "" },
		{ expunge_last, 7, "" },
		{ expunge_last, NEVER, "body-left-over" },
		{ compact, 1, "" },
		{ compact, 7, "" },
		{ compact, NEVER, "pack-left-over" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct house house;
		house_begin(&house);
		begin_removing(&house, cases[i].removed_after);
		house_with_inbox(&house, cases[i].act, &house);
		assert_null(removing.house);
		assert_string_equal(house.finds, cases[i].finds);
		assert_true(removing.naps >= 1);
		assert_string_equal(house_check(&house, false), "");
		house_end(&house);
	}
}

/* Nobody is waited for when nobody else is there. */
static void test_left_over(void **state)
{
	static const char *const files[][2] = {
		{ "bodies/00000000000f0000", "body-left-over" },
		{ "bodies/pack-00000000000f0000", "pack-left-over" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct house house;
		house_begin(&house);
		touch(&house, files[i][0]);
		assert_int_equal(
			utimensat(AT_FDCWD, house_path(&house, files[i][0]), long_ago, 0), 0);
		begin_removing(&house, NEVER);
		assert_string_equal(house_check(&house, false), files[i][1]);
		assert_int_equal(removing.naps, 0);
		removing.house = NULL;
		house_end(&house);
	}
}

/* -- a message that comes while one looks through a pack */

static void append_to_pack(struct house *house, int64_t email)
{
	char bytes[HOUSE_MESSAGE_MAX + 1];
	size_t size = house_message(3, bytes);
	struct pack pack;
	assert_int_equal(
		local_pack_open(house_bodies(house), (uint64_t)house->pack, PACK_HEADER, &pack), 0);
	(void)house_append_record(&pack, email, bytes, size);
	local_pack_close(&pack);
}

enum moment { WHEN_NAMED_AGAIN, WHEN_SCANNED };

static struct {
	struct house *house; /* NULL: nothing comes */
	enum moment moment;
	unsigned named;
	int64_t email;
} arriving;

static void arrive(void)
{
	struct house *house = arriving.house;
	arriving.house = NULL;
	append_to_pack(house, arriving.email);
}

char *__real_local_folder_join(const char *folder, const char *name);
char *__wrap_local_folder_join(const char *folder, const char *name);

char *__wrap_local_folder_join(const char *folder, const char *name)
{
	if (arriving.house != NULL && arriving.moment == WHEN_NAMED_AGAIN &&
		strncmp(name, "pack-", 5) == 0 && arriving.named++ == 1) {
		arrive();
	}
	return __real_local_folder_join(folder, name);
}

int __real_local_pack_scan(int fd, uint64_t size, pack_record_fn tell, void *context);
int __wrap_local_pack_scan(int fd, uint64_t size, pack_record_fn tell, void *context);

int __wrap_local_pack_scan(int fd, uint64_t size, pack_record_fn tell, void *context)
{
	if (arriving.house != NULL && arriving.moment == WHEN_SCANNED) {
		arrive();
	}
	return __real_local_pack_scan(fd, size, tell, context);
}

static void test_comes_to_pack(void **state)
{
	(void)state;
	for (enum moment moment = WHEN_NAMED_AGAIN; moment <= WHEN_SCANNED; moment++) {
		struct house house;
		house_begin(&house);
		/* Who died left something behind what is counted: so all of it is looked through. */
		append_to_pack(&house, house_email(&house, 2));
		assert_int_equal(
			utimensat(AT_FDCWD, house_pack_path(&house, house.pack), long_ago, 0), 0);
		arriving.email = house_ask(&house, "SELECT email FROM account") + 5;
		arriving.moment = moment;
		arriving.named = 0;
		arriving.house = &house;
		assert_string_equal(house_check(&house, false), "");
		arriving.house = NULL;
		house_end(&house);
	}
}

/* -- an index for searches that is made anew meanwhile */

static struct {
	struct house *house; /* NULL: nobody looks */
	unsigned held, free; /* while it is opened, and later */
} names;

/* Whether who wanted to delete the files would have to wait. */
static bool are_held(struct house *house)
{
	struct flock door = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	int fd = open(house_path(house, "search.lock"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_OFD_GETLK, &door), 0);
	assert_int_equal(close(fd), 0);
	return door.l_type != F_UNLCK;
}

int __real_local_driver_open_still(
	const char *path, struct driver **driver_out, char *text_out, size_t text_size);
int __wrap_local_driver_open_still(
	const char *path, struct driver **driver_out, char *text_out, size_t text_size);

int __wrap_local_driver_open_still(
	const char *path, struct driver **driver_out, char *text_out, size_t text_size)
{
	names.held += names.house != NULL && are_held(names.house);
	return __real_local_driver_open_still(path, driver_out, text_out, text_size);
}

int __real_local_driver_check(
	struct driver *driver, void (*tell)(void *context, const char *text), void *context);
int __wrap_local_driver_check(
	struct driver *driver, void (*tell)(void *context, const char *text), void *context);

int __wrap_local_driver_check(
	struct driver *driver, void (*tell)(void *context, const char *text), void *context)
{
	names.free += names.house != NULL && !are_held(names.house);
	return __real_local_driver_check(driver, tell, context);
}

static void test_index_is_held(void **state)
{
	struct house house;
	sqlite3 *index;
	(void)state;
	house_begin(&house);
	assert_int_equal(sqlite3_open(house_path(&house, "search.db"), &index), SQLITE_OK);
	house_run_on(index, "CREATE TABLE IF NOT EXISTS some (id INTEGER)");
	assert_int_equal(sqlite3_close(index), SQLITE_OK);
	assert_string_equal(house_check(&house, false), "");
	touch(&house, "search.lock");
	names.house = &house;
	assert_string_equal(house_check(&house, false), "");
	names.house = NULL;
	assert_int_equal(names.held, 1);
	assert_int_equal(names.free, 2); /* both databases */
	house_end(&house);
}

/* -- somebody who leaves the log, since the disk has failed */

static void leave_log(struct house *house)
{
	sqlite3 *db = house_open(house);
	assert_int_equal(
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
	house_run_on(db, "UPDATE account SET email = email + 1");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void leave_log_once(void *context, uint64_t done, uint64_t total)
{
	struct copying *copying = context;
	(void)done;
	(void)total;
	if (copying->told++ == 0) {
		leave_log(copying->house);
	}
}

static void check_beside(
	struct house *house, struct roost_backend *backend, struct roost_call *call)
{
	struct copying copying = { .house = house };
	const struct roost_local_check_options options = {
		.size = sizeof(options),
		.progress = leave_log_once,
		.context = &copying,
	};
	assert_int_equal(roost_local_check(backend, call, "anna", &options), 0);
}

static void back_up_beside(
	struct house *house, struct roost_backend *backend, struct roost_call *call)
{
	struct copying copying = { .house = house };
	char destination[512];
	const struct roost_local_backup_options options = {
		.size = sizeof(options),
		.replace = true,
		.progress = leave_log_once,
		.context = &copying,
	};
	(void)snprintf(destination, sizeof(destination), "%s/backup", house->folder);
	assert_int_equal(roost_local_backup(backend, call, "anna", destination, &options), 0);
}

static void test_log_is_left(void **state)
{
	static void (*const acts[])(struct house * house, struct roost_backend * backend,
		struct roost_call * call) = { check_beside, back_up_beside };
	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		struct house house;
		struct roost_backend *backend;
		struct roost_call *call = NULL;
		struct stat is;
		house_begin(&house);
		/* Where nobody writes there is none. */
		assert_string_equal(house_check(&house, false), "");
		back_up(&house);
		assert_false(is_there(&house, "mail.db-wal"));
		assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
		assert_int_equal(roost_call_create(&call, 0), 0);
		acts[i](&house, backend, call);
		roost_call_destroy(call);
		roost_backend_destroy(backend);
		assert_int_equal(stat(house_path(&house, "mail.db-wal"), &is), 0);
		assert_true(is.st_size > 0);
		/* Who has it all for himself needs none. */
		assert_string_equal(house_check(&house, true), "");
		assert_false(is_there(&house, "mail.db-wal"));
		house_end(&house);
	}
}

/* -- a password that is just changed */

static void test_new_account(void **state)
{
	struct house house;
	(void)state;
	house_begin(&house);
	touch(&house, "account");
	touch(&house, "account.new");
	assert_string_equal(house_check(&house, false), "");
	assert_string_equal(house_check(&house, true), "");
	assert_true(is_there(&house, "account.new"));
	back_up(&house);
	assert_true(is_backed_up(&house, "account"));
	assert_false(is_backed_up(&house, "account.new"));
	house_end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_sign_in),
		cmocka_unit_test(test_while_one_looks),
		cmocka_unit_test(test_backup_of_lost_mail),
		cmocka_unit_test(test_expunged_while_copied),
		cmocka_unit_test(test_removed_late),
		cmocka_unit_test(test_left_over),
		cmocka_unit_test(test_comes_to_pack),
		cmocka_unit_test(test_index_is_held),
		cmocka_unit_test(test_log_is_left),
		cmocka_unit_test(test_new_account),
	};
	return cmocka_run_group_tests_name("local/care_beside", tests, NULL, NULL);
}

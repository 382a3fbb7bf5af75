/* test_local.c - what is the local backend's own: restarts, left over and damaged files, full disks,
 * many users, and commits that are shared. The contracts are check_local's, and what several processes
 * do on one folder is test_local_shared's.
 *
 * The functions of the system that write and sync stand here, so that a test can make them fail. */
#include <dirent.h>
#include <errno.h>
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "local_session.h"

#define LARGE (LOCAL_SESSION_INLINE * 3)

/* What write and sync answer: 0, or an error. */
static atomic_int write_error, sync_error;
static atomic_uint syncs;
static atomic_uint sync_microseconds;

/* Seen by the libraries, which use them instead of the system's. */
#pragma GCC visibility push(default)

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset);
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset)
{
	int error = atomic_load(&write_error);
	if (error != 0) {
		errno = error;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, bytes, n, offset);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	int error = atomic_load(&write_error);
	if (error != 0 && fd > 2) {
		errno = error;
		return -1;
	}
	return syscall(SYS_write, fd, bytes, n);
}

static int sync_or_fail(long number, int fd)
{
	int error = atomic_load(&sync_error);
	atomic_fetch_add(&syncs, 1);
	if (error != 0) {
		errno = error;
		return -1;
	}
	unsigned microseconds = atomic_load(&sync_microseconds);
	if (microseconds > 0) {
		(void)usleep(microseconds);
		return 0;
	}
	return (int)syscall(number, fd);
}

int fsync(int fd)
{
	return sync_or_fail(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_or_fail(SYS_fdatasync, fd);
}

#pragma GCC visibility pop

/* A folder, a store in it, and anna with her INBOX. */
struct house {
	char folder[256];
	struct local_session anna;
	struct roost_backend *backend;
	struct roost_mailbox *inbox;
};

static void enter(struct house *house)
{
	assert_int_equal(local_session_open(house->folder, 0, 0, &house->backend), 0);
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

static void begin(struct house *house)
{
	local_folder_make(house->folder, sizeof(house->folder));
	local_session_log[0] = '\0';
	local_session_log_count = 0;
	enter(house);
}

static void end(struct house *house)
{
	leave(house);
	local_folder_remove(house->folder);
}

/* The path of something of anna's. */
static const char *path_in(const struct house *house, const char *name)
{
	static char path[600];
	(void)snprintf(path, sizeof(path), "%s/users/anna/%s", house->folder, name);
	return path;
}

static uint32_t append(struct house *house, char fill, size_t size)
{
	uint32_t uid = 0;
	char *bytes = malloc(size + 1);
	assert_non_null(bytes);
	memset(bytes, fill, size);
	assert_int_equal(local_session_append(&house->anna, house->inbox, bytes, size, &uid), 0);
	free(bytes);
	return uid;
}

/* What list_messages gave: the first byte of each message, or '?' for one without content. */
struct listed {
	char text[64];
	size_t count;
};

static int take(void *context, const struct roost_message *message)
{
	struct listed *listed = context;
	char c = '?';
	if ((message->has & ROOST_MESSAGE_CONTENT) != 0) {
		char *bytes = malloc((size_t)message->octets);
		assert_int_equal(message->content->size, message->octets);
		assert_non_null(bytes);
		assert_int_equal(
			roost_content_read(message->content, 0, bytes, (size_t)message->octets),
			message->octets);
		c = bytes[0];
		for (size_t i = 0; i < message->octets; i++) {
			assert_int_equal(bytes[i], c);
		}
		free(bytes);
	}
	listed->text[listed->count++] = c;
	return 0;
}

static void expect_listed(struct house *house, struct roost_mailbox *mailbox, const char *expected)
{
	struct listed listed = { .count = 0 };
	assert_int_equal(
		local_session_list(&house->anna, mailbox, ROOST_MESSAGE_CONTENT, take, &listed), 0);
	assert_string_equal(listed.text, expected);
}

static void expect_inbox(struct house *house, const char *expected)
{
	expect_listed(house, house->inbox, expected);
}

static size_t count_in(const char *path)
{
	DIR *files = opendir(path);
	size_t count = 0;
	const struct dirent *file = NULL;
	assert_non_null(files);
	while ((file = readdir(files)) != NULL) {
		count += strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0;
	}
	(void)closedir(files);
	return count;
}

static void make_file(const char *path, const char *bytes)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs(bytes, file);
	assert_int_equal(fclose(file), 0);
}

static void test_bodies_are_shared(void **state)
{
	struct house house;
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_uid_range range = { 1, UINT32_MAX };
	const struct roost_uidset all = { &range, 1, 1 };
	(void)state;
	begin(&house);
	(void)append(&house, 'a', LARGE);
	(void)append(&house, 'b', 10);
	assert_int_equal(local_session_create(&house.anna, "Copies"), 0);
	assert_int_equal(house.inbox->ops->copy_messages(
				 house.inbox, house.anna.call, &all, "Copies", &result),
		0);
	roost_copy_result_clear(&result);
	assert_int_equal(count_in(path_in(&house, "bodies")), 1);

	assert_int_equal(local_session_store(&house.anna, house.inbox, 1, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&house.anna, house.inbox, 1), 0);
	assert_int_equal(count_in(path_in(&house, "bodies")), 1);
	struct roost_mailbox *copies = local_session_select(&house.anna, "Copies", false);
	assert_non_null(copies);
	expect_listed(&house, copies, "ab");
	copies->ops->close(copies);
	assert_int_equal(
		house.anna.user->ops->delete_mailbox(house.anna.user, house.anna.call, "Copies"),
		0);
	assert_int_equal(count_in(path_in(&house, "bodies")), 0);
	expect_inbox(&house, "b");
	end(&house);
}

static int keep(void *context, const struct roost_message *message)
{
	*(struct roost_content **)context = roost_content_ref(message->content);
	return 0;
}

static void test_content_outlives_its_message(void **state)
{
	struct house house;
	struct roost_content *content = NULL;
	char bytes[LARGE];
	(void)state;
	begin(&house);
	(void)append(&house, 'a', LARGE);
	assert_int_equal(
		local_session_list(&house.anna, house.inbox, ROOST_MESSAGE_CONTENT, keep, &content),
		0);
	assert_int_equal(local_session_store(&house.anna, house.inbox, 1, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&house.anna, house.inbox, 1), 0);
	assert_int_equal(count_in(path_in(&house, "bodies")), 0);
	end(&house);
	int fd = -1;
	uint64_t offset = 1;
	assert_int_equal(roost_content_descriptor(content, &fd, &offset), 0);
	assert_int_equal(roost_content_read(content, 0, bytes, sizeof(bytes)), LARGE);
	assert_int_equal(bytes[LARGE - 1], 'a');
	roost_content_unref(content);
}

static void test_left_over_bodies(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house, 'a', LARGE);
	leave(&house);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* Dies while it works. */
		if (local_session_open(house.folder, 0, 0, &house.backend) < 0 ||
			local_session_login(&house.anna, house.backend, "anna") < 0) {
			_exit(1);
		}
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	make_file(path_in(&house, "bodies/00000000000000ff"), "never committed");
	make_file(path_in(&house, "bodies/0000000000000001.new"), "never finished");
	make_file(path_in(&house, "bodies/README"), "somebody else's");
	enter(&house);
	assert_int_equal(count_in(path_in(&house, "bodies")), 2);
	assert_int_equal(access(path_in(&house, "bodies/README"), F_OK), 0);
	expect_inbox(&house, "a");
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

static void test_missing_and_damaged_bodies(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house, 'a', LARGE);
	(void)append(&house, 'b', LARGE);
	(void)append(&house, 'c', LARGE);
	(void)append(&house, 'd', 10);
	assert_int_equal(unlink(path_in(&house, "bodies/0000000000000001")), 0);
	assert_int_equal(truncate(path_in(&house, "bodies/0000000000000002"), 100), 0);
	expect_inbox(&house, "??cd");
	assert_int_equal(local_session_log_count, 2);
	assert_non_null(strstr(local_session_log, "ROOST_ERR_CORRUPT"));
	assert_non_null(strstr(local_session_log, "0000000000000002"));
	/* What is left of them can still be flagged and removed. */
	assert_int_equal(local_session_store(&house.anna, house.inbox, 1, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&house.anna, house.inbox, 1), 0);
	expect_inbox(&house, "?cd");
	end(&house);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_body_row_is_missing(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house, 'a', 10);
	(void)append(&house, 'b', 10);
	leave(&house);
	run_sql(path_in(&house, "mail.db"), "DELETE FROM body WHERE email = 1");
	enter(&house);
	expect_inbox(&house, "?b");
	end(&house);
}

/* What may pass fails the command, and is not taken for damage. */
static void test_no_descriptors(void **state)
{
	struct house house;
	struct listed listed = { .count = 0 };
	int fds[4096];
	size_t count = 0;
	(void)state;
	begin(&house);
	(void)append(&house, 'a', LARGE);
	expect_inbox(&house, "a");
	struct rlimit before, low;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	while (count < 4096 && (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) {
		count++;
	}
	int r = local_session_list(&house.anna, house.inbox, ROOST_MESSAGE_CONTENT, take, &listed);
	while (count > 0) {
		(void)close(fds[--count]);
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(r, ROOST_ERR_UNAVAILABLE);
	expect_inbox(&house, "a");
	end(&house);
}

static void test_newer_schema(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	leave(&house);
	run_sql(path_in(&house, "mail.db"), "PRAGMA user_version = 99");
	struct local_session anna, bert;
	assert_int_equal(local_session_open(house.folder, 0, 0, &house.backend), 0);
	assert_int_equal(local_session_login(&anna, house.backend, "anna"), ROOST_ERR_UNAVAILABLE);
	assert_non_null(strstr(local_session_log, "newer roost"));
	assert_non_null(strstr(local_session_log, "99"));
	assert_int_equal(local_session_login(&bert, house.backend, "bert"), 0);
	local_session_logout(&bert);
	roost_backend_destroy(house.backend);
	run_sql(path_in(&house, "mail.db"), "PRAGMA user_version = 4");
	enter(&house);
	end(&house);
}

/* One user's database is no database any more; the others go on. */
static void test_damaged_database(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house, 'a', 10);
	leave(&house);
	make_file(path_in(&house, "mail.db"),
		"This is no database, but it is long enough to be looked at by who reads headers. "
		"This is no database, but it is long enough to be looked at by who reads headers.");
	struct local_session anna, bert;
	assert_int_equal(local_session_open(house.folder, 0, 0, &house.backend), 0);
	assert_int_equal(local_session_login(&anna, house.backend, "anna"), ROOST_ERR_CORRUPT);
	assert_non_null(strstr(local_session_log, "ROOST_ERR_CORRUPT"));
	assert_non_null(strstr(local_session_log, "backup"));
	assert_int_equal(local_session_login(&bert, house.backend, "bert"), 0);
	struct roost_mailbox *inbox = local_session_select(&bert, "INBOX", false);
	assert_non_null(inbox);
	assert_int_equal(local_session_append(&bert, inbox, "x", 1, NULL), 0);
	inbox->ops->close(inbox);
	local_session_logout(&bert);
	roost_backend_destroy(house.backend);
	local_folder_remove(house.folder);
}

/* Each page in turn is overwritten: whatever is said, nothing crashes or hangs, and what is
 * delivered has the size that it says. */
static int take_anything(void *context, const struct roost_message *message)
{
	unsigned *count = context;
	char bytes[256];
	++*count;
	if ((message->has & ROOST_MESSAGE_CONTENT) != 0) {
		(void)roost_content_read(message->content, 0, bytes, sizeof(bytes));
	}
	return 0;
}

static void use_damaged(struct house *house)
{
	struct local_session anna;
	unsigned count = 0;
	assert_int_equal(local_session_open(house->folder, 0, 0, &house->backend), 0);
	if (local_session_login(&anna, house->backend, "anna") == 0) {
		struct roost_mailbox *inbox = local_session_select(&anna, "INBOX", false);
		if (inbox != NULL) {
			struct roost_snapshot snapshot;
			if (local_session_snapshot(&anna, inbox, &snapshot) == 0) {
				roost_snapshot_clear(&snapshot);
			}
			(void)local_session_list(&anna, inbox,
				ROOST_MESSAGE_CONTENT | ROOST_MESSAGE_OUTLINE, take_anything,
				&count);
			(void)local_session_append(&anna, inbox, "new", 3, NULL);
			(void)local_session_store(
				&anna, inbox, 3, ROOST_FLAGS_ADD, ROOST_FLAG_DELETED, "Work");
			(void)local_session_expunge(&anna, inbox, 3);
			inbox->ops->close(inbox);
		}
		local_session_logout(&anna);
	}
	roost_backend_destroy(house->backend);
}

static void test_damaged_pages(void **state)
{
	struct house house;
	unsigned char whole[40 * 4096];
	(void)state;
	begin(&house);
	for (int i = 0; i < 20; i++) {
		(void)append(&house, (char)('a' + i), 100 + (size_t)i * 150);
	}
	leave(&house);
	int fd = open(path_in(&house, "mail.db"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	ssize_t size = pread(fd, whole, sizeof(whole), 0);
	assert_true(size > 8 * 4096);
	for (ssize_t page = 0; page < size / 4096; page++) {
		unsigned char damaged[4096];
		for (int kind = 0; kind < 3; kind++) {
			memcpy(damaged, whole + page * 4096, sizeof(damaged));
			for (size_t i = kind == 2 ? 100 : 0; i < sizeof(damaged); i++) {
				damaged[i] = kind == 0 ? 0
					     : kind == 1
						     ? (unsigned char)(i * 131 + 7)
						     : (unsigned char)(damaged[i] ^
								       ((i % 61 == 0) ? 0x41 : 0));
			}
			assert_int_equal(pwrite(fd, whole, (size_t)size, 0), size);
			assert_int_equal(ftruncate(fd, size), 0);
			assert_int_equal(pwrite(fd, damaged, sizeof(damaged), page * 4096), 4096);
			use_damaged(&house);
		}
	}
	(void)close(fd);
	local_folder_remove(house.folder);
}

static void test_user_names(void **state)
{
	static const struct {
		const char *name, *folder; /* NULL: refused */
	} cases[] = {
		{ "anna", "anna" },
		{ "Anna", "%41nna" },
		{ "anna@example.org", "anna%40example.org" },
		{ ".", "%2E" },
		{ "..", "%2E." },
		{ "../../etc", "%2E.%2F..%2Fetc" },
		{ "/etc/passwd", "%2Fetc%2Fpasswd" },
		{ "a%41", "a%2541" },
		{ "a\nb", "a%0Ab" },
		{ "\xc3\xa4", "%C3%A4" },
		{ "", NULL },
	};
	struct house house;
	char longest[300];
	(void)state;
	begin(&house);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct local_session session;
		int r = local_session_login(&session, house.backend, cases[i].name);
		assert_int_equal(r, cases[i].folder == NULL ? ROOST_ERR_CANNOT : 0);
		if (r == 0) {
			char path[600];
			(void)snprintf(path, sizeof(path), "%s/users/%s/mail.db", house.folder,
				cases[i].folder);
			assert_int_equal(access(path, F_OK), 0);
			assert_string_equal(session.user->name, cases[i].name);
			local_session_logout(&session);
		}
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	struct local_session session;
	assert_int_equal(local_session_login(&session, house.backend, longest), ROOST_ERR_CANNOT);
	char path[600];
	(void)snprintf(path, sizeof(path), "%s/users", house.folder);
	assert_int_equal(count_in(path), sizeof(cases) / sizeof(cases[0]) - 1);
	end(&house);
}

static void test_disk_full(void **state)
{
	static const struct {
		int error, expected;
	} cases[] = {
		{ ENOSPC, ROOST_ERR_UNAVAILABLE },
		{ EDQUOT, ROOST_ERR_OVER_QUOTA },
		{ EROFS, ROOST_ERR_READ_ONLY },
		{ EIO, ROOST_ERR_IO },
	};
	struct house house;
	char bytes[LARGE];
	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	begin(&house);
	(void)append(&house, 'a', 10);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned count = local_session_log_count;
		atomic_store(&write_error, cases[i].error);
		int small = local_session_append(&house.anna, house.inbox, bytes, 100, NULL);
		int large = local_session_append(&house.anna, house.inbox, bytes, LARGE, NULL);
		int flags = local_session_store(
			&house.anna, house.inbox, 1, ROOST_FLAGS_ADD, ROOST_FLAG_SEEN, NULL);
		expect_inbox(&house, i == 0 ? "a" : i == 1 ? "ab" : i == 2 ? "abc" : "abcd");
		atomic_store(&write_error, 0);
		assert_int_equal(small, cases[i].expected);
		assert_int_equal(large, cases[i].expected);
		assert_int_equal(flags, cases[i].expected);
		assert_true(local_session_log_count >= count + 3);
		assert_int_equal(count_in(path_in(&house, "bodies")), i);
		(void)append(&house, (char)('b' + i), LARGE);
	}
	expect_inbox(&house, "abcde");
	leave(&house);
	enter(&house);
	expect_inbox(&house, "abcde");
	end(&house);
}

static void test_failing_sync(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house, 'a', 10);
	atomic_store(&sync_error, EIO);
	int small = local_session_append(&house.anna, house.inbox, "x", 1, NULL);
	char bytes[LARGE] = "";
	int large = local_session_append(&house.anna, house.inbox, bytes, sizeof(bytes), NULL);
	atomic_store(&sync_error, 0);
	assert_int_equal(small, ROOST_ERR_IO);
	assert_int_equal(large, ROOST_ERR_IO);
	assert_int_equal(count_in(path_in(&house, "bodies")), 0);
	(void)append(&house, 'b', 10);
	expect_inbox(&house, "ab");
	leave(&house);
	enter(&house);
	expect_inbox(&house, "ab");
	end(&house);
}

#define WRITERS 8
#define APPENDS 40

static void *append_many(void *context)
{
	struct house *house = context;
	struct local_session session;
	if (local_session_login(&session, house->backend, "anna") < 0) {
		return context;
	}
	struct roost_mailbox *inbox = local_session_select(&session, "INBOX", false);
	bool good = inbox != NULL;
	for (int i = 0; good && i < APPENDS; i++) {
		good = local_session_append(&session, inbox, "m", 1, NULL) == 0;
	}
	if (inbox != NULL) {
		inbox->ops->close(inbox);
	}
	local_session_logout(&session);
	return good ? NULL : context;
}

/* On a slow disk, those who wait go together. */
static void test_commits_are_shared(void **state)
{
	struct house house;
	pthread_t threads[WRITERS];
	struct roost_snapshot snapshot;
	(void)state;
	begin(&house);
	atomic_store(&sync_microseconds, 3000);
	unsigned before = atomic_load(&syncs);
	for (size_t i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, append_many, &house), 0);
	}
	for (size_t i = 0; i < WRITERS; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	unsigned count = atomic_load(&syncs) - before;
	atomic_store(&sync_microseconds, 0);
	assert_true(count > 0);
	assert_true(count < WRITERS * APPENDS / 2);
	assert_int_equal(local_session_snapshot(&house.anna, house.inbox, &snapshot), 0);
	assert_int_equal(roost_uidset_size(&snapshot.uids), WRITERS * APPENDS);
	assert_int_equal(snapshot.uid_next, WRITERS * APPENDS + 1);
	roost_snapshot_clear(&snapshot);
	end(&house);
}

/* Of changes that come together, those that fail take only themselves back. */
static void *copy_to_nowhere(void *context)
{
	struct house *house = context;
	struct local_session session;
	uint32_t uid = 0;
	if (local_session_login(&session, house->backend, "anna") < 0) {
		return context;
	}
	struct roost_mailbox *inbox = local_session_select(&session, "INBOX", false);
	bool good = inbox != NULL;
	for (int i = 0; good && i < APPENDS; i++) {
		good = local_session_move(&session, inbox, 1, "Nowhere", &uid) ==
		       ROOST_ERR_NO_SUCH_MAILBOX;
	}
	if (inbox != NULL) {
		inbox->ops->close(inbox);
	}
	local_session_logout(&session);
	return good ? NULL : context;
}

static void test_failures_in_shared_commits(void **state)
{
	struct house house;
	pthread_t threads[WRITERS];
	struct roost_snapshot snapshot;
	(void)state;
	begin(&house);
	atomic_store(&sync_microseconds, 1000);
	for (size_t i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL,
					 i % 2 == 0 ? append_many : copy_to_nowhere, &house),
			0);
	}
	for (size_t i = 0; i < WRITERS; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	atomic_store(&sync_microseconds, 0);
	assert_int_equal(local_session_snapshot(&house.anna, house.inbox, &snapshot), 0);
	assert_int_equal(roost_uidset_size(&snapshot.uids), WRITERS / 2 * APPENDS);
	roost_snapshot_clear(&snapshot);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* Far fewer databases are open than users are signed in. */
static void test_open_databases_are_bounded(void **state)
{
	enum { USERS = 40, OPEN = 3 };
	struct local_session sessions[USERS];
	struct roost_mailbox *inboxes[USERS];
	struct roost_backend *backend;
	char folder[256], name[16];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, OPEN, 0, &backend), 0);
	size_t before = count_in("/proc/self/fd");
	for (unsigned i = 0; i < USERS; i++) {
		(void)snprintf(name, sizeof(name), "user%u", i);
		assert_int_equal(local_session_login(&sessions[i], backend, name), 0);
		inboxes[i] = local_session_select(&sessions[i], "INBOX", false);
		assert_non_null(inboxes[i]);
	}
	for (int round = 0; round < 3; round++) {
		for (unsigned i = 0; i < USERS; i++) {
			assert_int_equal(
				local_session_append(&sessions[i], inboxes[i], "m", 1, NULL), 0);
			/* A database, its log and its shared memory, for a writer and a reader. */
			assert_true(count_in("/proc/self/fd") <= before + (OPEN + 1) * 6);
		}
	}
	for (unsigned i = 0; i < USERS; i++) {
		struct roost_snapshot snapshot;
		assert_int_equal(local_session_snapshot(&sessions[i], inboxes[i], &snapshot), 0);
		assert_int_equal(roost_uidset_size(&snapshot.uids), 3);
		roost_snapshot_clear(&snapshot);
		inboxes[i]->ops->close(inboxes[i]);
		local_session_logout(&sessions[i]);
	}
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

/* Users come and go in several threads while only one database may be open. */
static void *come_and_go(void *context)
{
	struct roost_backend *backend = context;
	static atomic_uint number;
	unsigned own = atomic_fetch_add(&number, 1);
	for (unsigned i = 0; i < 30; i++) {
		struct local_session session;
		char name[16];
		(void)snprintf(name, sizeof(name), "user%u", (i + own) % 4);
		if (local_session_login(&session, backend, name) < 0) {
			return context;
		}
		struct roost_mailbox *inbox = local_session_select(&session, "INBOX", false);
		bool good =
			inbox != NULL && local_session_append(&session, inbox, "m", 1, NULL) == 0;
		if (inbox != NULL) {
			inbox->ops->close(inbox);
		}
		local_session_logout(&session);
		if (!good) {
			return context;
		}
	}
	return NULL;
}

static void test_opening_and_closing(void **state)
{
	struct roost_backend *backend;
	pthread_t threads[WRITERS];
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 1, 0, &backend), 0);
	for (size_t i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, backend), 0);
	}
	for (size_t i = 0; i < WRITERS; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	size_t all = 0;
	for (unsigned i = 0; i < 4; i++) {
		struct local_session session;
		struct roost_mailbox_status status = { .size = sizeof(status) };
		char name[16];
		(void)snprintf(name, sizeof(name), "user%u", i);
		assert_int_equal(local_session_login(&session, backend, name), 0);
		assert_int_equal(session.user->ops->mailbox_status(session.user, session.call,
					 "INBOX", ROOST_STATUS_MESSAGES, &status),
			0);
		all += (size_t)status.messages;
		local_session_logout(&session);
	}
	assert_int_equal(all, WRITERS * 30);
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

static void test_quota(void **state)
{
	struct roost_backend *backend;
	struct local_session anna;
	char folder[256], bytes[600];
	uint32_t uid = 0;
	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 0, 1000, &backend), 0);
	assert_int_equal(local_session_login(&anna, backend, "anna"), 0);
	struct roost_mailbox *inbox = local_session_select(&anna, "INBOX", false);
	assert_int_equal(local_session_append(&anna, inbox, bytes, 600, &uid), 0);
	assert_int_equal(
		local_session_append(&anna, inbox, bytes, 600, NULL), ROOST_ERR_OVER_QUOTA);
	assert_int_equal(
		local_session_store(&anna, inbox, uid, ROOST_FLAGS_ADD, ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&anna, inbox, uid), 0);
	assert_int_equal(local_session_append(&anna, inbox, bytes, 600, &uid), 0);
	assert_int_equal(uid, 2);
	inbox->ops->close(inbox);
	local_session_logout(&anna);
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

static void test_wrong_options(void **state)
{
	struct roost_backend *backend = NULL;
	const struct roost_local_options nobody = { .size = sizeof(nobody), .folder = "/tmp" };
	(void)state;
	assert_int_equal(roost_local_create(NULL, &backend), ROOST_ERR_INVALID);
	assert_int_equal(roost_local_create(&nobody, &backend), ROOST_ERR_INVALID);
	assert_int_equal(local_session_open("", 0, 0, &backend), ROOST_ERR_INVALID);
	assert_int_equal(
		local_session_open("/nonexistent/roost/mail", 0, 0, &backend), ROOST_ERR_IO);
	assert_non_null(strstr(local_session_log, "No such file"));
	assert_null(backend);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_are_shared),
		cmocka_unit_test(test_content_outlives_its_message),
		cmocka_unit_test(test_left_over_bodies),
		cmocka_unit_test(test_missing_and_damaged_bodies),
		cmocka_unit_test(test_body_row_is_missing),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_newer_schema),
		cmocka_unit_test(test_damaged_database),
		cmocka_unit_test(test_damaged_pages),
		cmocka_unit_test(test_user_names),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_failing_sync),
		cmocka_unit_test(test_commits_are_shared),
		cmocka_unit_test(test_failures_in_shared_commits),
		cmocka_unit_test(test_open_databases_are_bounded),
		cmocka_unit_test(test_opening_and_closing),
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_wrong_options),
	};
	return cmocka_run_group_tests_name("local", tests, NULL, NULL);
}

/* test_shrink.c - mail.db is written anew when messages have left it mostly free. */
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
#include <sqlite3.h>

#include "local_session.h"
#include "shrink.h"

/* Longer than any test. */
#define NEVER 3600000
#define PAGE 4096
#define OCTETS 3500
#define OUTLINE 800
#define MESSAGES 400

struct house {
	char folder[256];
	struct roost_backend *backend;
	struct local_session anna;
	struct roost_mailbox *inbox;
	struct account *account;
	uint32_t count; /* of the messages, whose UIDs are 1, 2, ... */
};

static void enter(struct house *house)
{
	assert_int_equal(local_session_open(house->folder, 0, 0, &house->backend), 0);
	struct store *store = roost_container_of(house->backend, struct store, base);
	store->packing = (struct packing_limits) { PACK_FULL, 1 };
	local_chores_set_delay(store->chores, NEVER);
	local_chores_set_quiet(store->chores, 0, 0);
	assert_int_equal(local_session_login(&house->anna, house->backend, "anna"), 0);
	house->inbox = local_session_select(&house->anna, "INBOX", false);
	assert_non_null(house->inbox);
	house->account = local_store_find_account(store, "anna");
	assert_non_null(house->account);
}

static void leave(struct house *house)
{
	local_store_put_account(house->account);
	house->inbox->ops->close(house->inbox);
	local_session_logout(&house->anna);
	roost_backend_destroy(house->backend);
}

static size_t message_of(uint32_t uid, char bytes[OCTETS])
{
	memset(bytes, 'a' + (int)(uid % 26), OCTETS);
	(void)snprintf(bytes, OCTETS, "This is number %u", uid);
	return OCTETS - uid % 100;
}

static void append(struct house *house, uint32_t count)
{
	char bytes[OCTETS];
	char outline[OUTLINE] = "as the library made it";
	while (count-- > 0) {
		struct roost_content *content = NULL;
		size_t size = message_of(++house->count, bytes);
		assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
		const struct roost_new_message message = {
			.size = sizeof(message),
			.content = content,
			.outline = outline,
			.outline_size = sizeof(outline),
		};
		struct roost_uidset uids = ROOST_UIDSET_EMPTY;
		assert_int_equal(house->inbox->ops->create_messages(
					 house->inbox, house->anna.call, &message, 1, &uids),
			0);
		roost_uidset_clear(&uids);
		roost_content_unref(content);
		roost_call_reset(house->anna.call);
	}
}

static int look_at(void *context, const struct roost_message *message)
{
	char expected[OCTETS], bytes[OCTETS];
	size_t size = message_of(message->uid, expected);
	assert_int_equal(message->uid, ++*(uint32_t *)context);
	assert_non_null(message->content);
	assert_int_equal(message->content->size, size);
	assert_int_equal(roost_content_read(message->content, 0, bytes, sizeof(bytes)), size);
	assert_memory_equal(bytes, expected, size);
	assert_int_equal(message->outline_size, OUTLINE);
	return 0;
}

static void expect_all(struct house *house)
{
	uint32_t seen = 0;
	assert_int_equal(local_session_list(&house->anna, house->inbox,
				 ROOST_MESSAGE_CONTENT | ROOST_MESSAGE_OUTLINE, look_at, &seen),
		0);
	assert_int_equal(seen, house->count);
}

static const char *path_of(const struct house *house, const char *user)
{
	static char path[400];
	(void)snprintf(path, sizeof(path), "%s/users/%s/mail.db", house->folder, user);
	return path;
}

/* The number that a query tells; -1 when it cannot be asked. */
static int64_t ask(const struct house *house, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_open(path_of(house, "anna"), &db), SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 10000);
	int64_t answer = -1;
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK) {
		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		answer = sqlite3_column_int64(s, 0);
	}
	(void)sqlite3_finalize(s);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

static int64_t count_pages(const struct house *house)
{
	return ask(house, "SELECT page_count FROM pragma_page_count");
}

/* Pages of outlines that do not stand behind the one with those before, in percent: each is a read of its own where
 * the file is not in memory. -1 when this SQLite does not tell. */
static int64_t count_strays(const struct house *house)
{
	return ask(house, "SELECT 100 * SUM(step <> 1) / COUNT(*) FROM (SELECT pageno - LAG(pageno)"
			  " OVER (ORDER BY path) AS step FROM dbstat WHERE name = 'outline' AND"
			  " pagetype = 'leaf')");
}

static void pack(struct house *house)
{
	struct chore_trouble trouble;
	assert_int_equal(local_packing_do(house->account, house->anna.call, &trouble), 0);
	assert_int_equal(ask(house, "SELECT COUNT(*) FROM body"), 0);
}

/* All messages in a pack, and their room in mail.db free. */
static void begin(struct house *house)
{
	*house = (struct house) { .count = 0 };
	local_session_log_count = 0;
	local_folder_make(house->folder, sizeof(house->folder));
	enter(house);
	append(house, MESSAGES);
	house->account->chores.stays_large = true;
	pack(house);
	house->account->chores.stays_large = false;
	assert_true(count_pages(house) > MESSAGES / 2);
	assert_true(ask(house, "SELECT freelist_count FROM pragma_freelist_count") >
		    count_pages(house) / 2);
}

static void end(struct house *house)
{
	leave(house);
	local_folder_remove(house->folder);
}

static void test_shrink(void **state)
{
	struct house house;
	struct stat is;
	(void)state;
	begin(&house);
	int64_t before = count_pages(&house);
	assert_true(count_strays(&house) == -1 || count_strays(&house) > 80);
	pack(&house);
	assert_in_range(count_pages(&house), 1, before / 3);
	assert_int_equal(ask(&house, "SELECT freelist_count FROM pragma_freelist_count"), 0);
	assert_true(count_strays(&house) < 20);
	assert_int_equal(stat(path_of(&house, "anna"), &is), 0);
	assert_int_equal(is.st_size, PAGE * count_pages(&house));
	expect_all(&house);
	/* And it goes on. */
	append(&house, 30);
	expect_all(&house);
	pack(&house);
	leave(&house);
	enter(&house);
	expect_all(&house);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* Tables begin where those of a new mail.db do: when its first page is lost, that of another one is taken. */
static void test_beginnings(void **state)
{
	struct house house;
	struct local_session bert;
	char sql[500];
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	(void)state;
	begin(&house);
	pack(&house);
	assert_int_equal(local_session_login(&bert, house.backend, "bert"), 0);
	struct roost_mailbox *inbox = local_session_select(&bert, "INBOX", false);
	assert_non_null(inbox);
	assert_int_equal(sqlite3_open(path_of(&house, "anna"), &db), SQLITE_OK);
	(void)snprintf(sql, sizeof(sql), "ATTACH '%s' AS other", path_of(&house, "bert"));
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "SELECT COUNT(*), SUM(a.rootpage = b.rootpage) FROM"
				 " main.sqlite_schema a JOIN other.sqlite_schema b USING (name)",
				 -1, &s, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_true(sqlite3_column_int(s, 0) > 10);
	assert_int_equal(sqlite3_column_int(s, 0), sqlite3_column_int(s, 1));
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	inbox->ops->close(inbox);
	local_session_logout(&bert);
	end(&house);
}

static void shrink(struct house *house)
{
	struct driver *mail = NULL;
	assert_int_equal(local_store_begin_op(house->account, NULL), 0);
	assert_int_equal(local_account_take_reader(house->account, NULL, &mail), 0);
	local_shrink(house->account, house->anna.call, mail);
	local_account_put_reader(house->account, mail);
	local_store_end_op(house->account);
}

static void set_led(struct account *account, bool led)
{
	pthread_mutex_lock(&account->lock);
	account->led = led;
	pthread_mutex_unlock(&account->lock);
}

static void test_others_go_first(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	int64_t before = count_pages(&house);
	set_led(house.account, true);
	shrink(&house);
	assert_int_equal(count_pages(&house), before);
	set_led(house.account, false);
	roost_call_cancel(house.anna.call);
	shrink(&house);
	assert_int_equal(count_pages(&house), before);
	roost_call_reset(house.anna.call);
	shrink(&house);
	assert_in_range(count_pages(&house), 1, before / 3);
	expect_all(&house);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* What may yet be found in a damaged mail.db stays there, and the log tells once. */
static void test_damaged(void **state)
{
	struct house house;
	char page[PAGE];
	(void)state;
	begin(&house);
	int64_t before = count_pages(&house);
	int64_t at = ask(&house, "SELECT rootpage FROM sqlite_schema WHERE name = 'expunged'");
	leave(&house);
	memset(page, '?', sizeof(page));
	int fd = open(path_of(&house, "anna"), O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, page, PAGE, (off_t)(at - 1) * PAGE), PAGE);
	(void)close(fd);
	enter(&house);
	pack(&house);
	assert_int_equal(count_pages(&house), before);
	assert_int_equal(local_session_log_count, 1);
	assert_non_null(strstr(local_session_log, "event=shrink-trouble user=\"anna\""));
	pack(&house);
	assert_int_equal(count_pages(&house), before);
	assert_int_equal(local_session_log_count, 1);
	expect_all(&house);
	end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_others_go_first),
		cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests_name("local/shrink", tests, NULL, NULL);
}

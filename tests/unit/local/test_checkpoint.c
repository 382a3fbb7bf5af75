/* test_checkpoint.c - what was committed leaves the log while the store is in use. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "checkpoint.h"
#include "local_session.h"
#include "mover.h"

#define MAILS 600
/* Some more than the pages that a commit of one writes to the log, and their size there. */
#define PAGES_OF_A_MAIL 16
#define PAGE 4120
/* From so many on the log is moved: see checkpoint.c. */
#define PAGES 1000

static off_t size_of(const char *folder, const char *name)
{
	char path[300];
	struct stat is;
	(void)snprintf(path, sizeof(path), "%s/users/anna/%s", folder, name);
	assert_int_equal(stat(path, &is), 0);
	return is.st_size;
}

/* However many commits there are, the log stays as large as the mover lets it become; it is as slow as waiting for it every
 * so often makes it. */
static void moves(unsigned every)
{
	char folder[256], mail[3900];
	struct roost_backend *backend;
	struct local_session anna;
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 0, 0, &backend), 0);
	assert_int_equal(local_session_login(&anna, backend, "anna"), 0);
	struct roost_mailbox *inbox = local_session_select(&anna, "INBOX", false);
	assert_non_null(inbox);
	memset(mail, 'x', sizeof(mail));
	memcpy(mail, "Subject: x\r\n\r\n", 14);
	for (unsigned i = 0; i < MAILS; i++) {
		assert_int_equal(local_session_append(&anna, inbox, mail, sizeof(mail), NULL), 0);
		if (i % every == 0) {
			local_mover_wait(roost_container_of(backend, struct store, base)->mover);
		}
	}
	assert_true(size_of(folder, "mail.db") > MAILS / 4 * (off_t)sizeof(mail));
	assert_true(size_of(folder, "mail.db-wal") <
		    (PAGES + (off_t)(every + 3) * PAGES_OF_A_MAIL) * PAGE * 3 / 2);
	inbox->ops->close(inbox);
	local_session_logout(&anna);
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

static void test_quick(void **state)
{
	(void)state;
	moves(1);
}

static void test_slow(void **state)
{
	(void)state;
	moves(40);
}

/* A checkpoint, in which a file may become no larger than `most`. */
static void checkpoint(struct account *account, rlim_t most)
{
	struct rlimit before, now;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	now = before;
	now.rlim_cur = most;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	local_checkpoint_move(account);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

/* A checkpoint fails: nobody knows what the disk has of those before. So the log stays whole until somebody begins with
 * all of it. */
static void test_failed(void **state)
{
	char folder[256], mail[3900];
	struct roost_backend *backend;
	struct local_session anna;
	struct account *account;
	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 0, 0, &backend), 0);
	struct store *store = roost_container_of(backend, struct store, base);
	assert_int_equal(local_session_login(&anna, backend, "anna"), 0);
	assert_int_equal(local_store_get_account(store, NULL, "anna", &account), 0);
	struct roost_mailbox *inbox = local_session_select(&anna, "INBOX", false);
	memset(mail, 'x', sizeof(mail));
	memcpy(mail, "Subject: x\r\n\r\n", 14);
	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(local_session_append(&anna, inbox, mail, sizeof(mail), NULL), 0);
	}
	off_t before = size_of(folder, "mail.db");
	checkpoint(account, (rlim_t)before);
	assert_true(atomic_load(&account->needs_log));
	local_checkpoint_move(account);
	assert_int_equal(size_of(folder, "mail.db"), before);
	inbox->ops->close(inbox);

	/* It is closed at once, though it was used just now, and is begun with the log. */
	off_t log = size_of(folder, "mail.db-wal");
	local_store_rest(store);
	assert_false(local_store_is_open(account));
	assert_int_equal(size_of(folder, "mail.db-wal"), log);
	assert_int_equal(size_of(folder, "mail.db"), before);
	inbox = local_session_select(&anna, "INBOX", false);
	assert_non_null(inbox);
	assert_false(atomic_load(&account->needs_log));
	local_checkpoint_move(account);
	assert_true(size_of(folder, "mail.db") > before + 30 * (off_t)sizeof(mail));
	inbox->ops->close(inbox);
	local_session_logout(&anna);
	local_store_put_account(account);
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

/* The store ends while the mover opens a database, which is told to who fills search.db. */
static void test_end(void **state)
{
	char folder[256];
	struct roost_backend *backend;
	struct account *account;
	bool begun = false;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 0, 0, &backend), 0);
	struct store *store = roost_container_of(backend, struct store, base);
	assert_int_equal(local_store_get_account(store, NULL, "anna", &account), 0);
	assert_true(local_mover_add(account));
	while (!begun) {
		(void)sched_yield();
		pthread_mutex_lock(&store->lock);
		begun = account->ops > 0 || account->open;
		pthread_mutex_unlock(&store->lock);
	}
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_end),
	};
	return cmocka_run_group_tests_name("local/checkpoint", tests, NULL, NULL);
}

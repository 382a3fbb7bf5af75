/* test_idle.c - indexes that nobody uses are kept for who comes back, but not too much of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <roost/util.h>

#include "local_session.h"
#include "store.h"

#define MESSAGES 10

static void open_and_close(struct local_session *session, const char *name)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_mailbox *mailbox = local_session_select(session, name, false);
	assert_non_null(mailbox);
	assert_int_equal(local_session_snapshot(session, mailbox, &snapshot), 0);
	roost_snapshot_clear(&snapshot);
	mailbox->ops->close(mailbox);
}

static void fill(struct local_session *session, const char *name)
{
	struct roost_mailbox *mailbox = local_session_select(session, name, false);
	assert_non_null(mailbox);
	for (unsigned i = 0; i < MESSAGES; i++) {
		assert_int_equal(
			local_session_append(session, mailbox, "A: b\r\n\r\n", 8, NULL), 0);
	}
	mailbox->ops->close(mailbox);
}

static void test_idle(void **state)
{
	static const char *const names[] = { "INBOX", "One", "Two" };
	char folder[256];
	struct roost_backend *backend;
	struct local_session anna;
	(void)state;
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 1, 0, &backend), 0);
	struct store *store = roost_container_of(backend, struct store, base);
	local_chores_set_delay(store->chores, 0);
	assert_int_equal(local_session_login(&anna, backend, "anna"), 0);
	assert_int_equal(local_session_create(&anna, "One"), 0);
	assert_int_equal(local_session_create(&anna, "Two"), 0);
	for (size_t i = 0; i < 3; i++) {
		fill(&anna, names[i]);
		open_and_close(&anna, names[i]);
		assert_int_equal(atomic_load(&store->idle_messages), (i + 1) * MESSAGES);
	}

	/* What is used is not idle, however many use it, and is again afterwards. */
	struct roost_mailbox *one = local_session_select(&anna, "One", false);
	open_and_close(&anna, "One");
	assert_int_equal(atomic_load(&store->idle_messages), 2 * MESSAGES);
	assert_int_equal(local_session_append(&anna, one, "A: b\r\n\r\n", 8, NULL), 0);
	one->ops->close(one);
	assert_int_equal(atomic_load(&store->idle_messages), 3 * MESSAGES + 1);

	/* Too much: what was closed first goes, and as much of it as must. */
	store->idle_most = 2 * MESSAGES + 1;
	open_and_close(&anna, "One");
	assert_int_equal(atomic_load(&store->idle_messages), 2 * MESSAGES + 1);
	store->idle_most = MESSAGES;
	open_and_close(&anna, "INBOX");
	assert_int_equal(atomic_load(&store->idle_messages), MESSAGES);
	store->idle_most = 0;
	open_and_close(&anna, "Two");
	assert_int_equal(atomic_load(&store->idle_messages), 0);

	/* Whose database is closed for another's comes back; who has gone, too, keeps nothing. */
	store->idle_most = IDLE_MESSAGES;
	open_and_close(&anna, "One");
	assert_int_equal(atomic_load(&store->idle_messages), MESSAGES + 1);
	struct local_session boris;
	local_chores_wait(store->chores); /* which are users, too */
	assert_int_equal(local_session_login(&boris, backend, "boris"), 0);
	assert_int_equal(atomic_load(&store->idle_messages), MESSAGES + 1);
	local_session_logout(&anna);
	assert_int_equal(atomic_load(&store->idle_messages), 0);
	local_session_logout(&boris);
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_idle) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

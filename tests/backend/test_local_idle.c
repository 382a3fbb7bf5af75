/* test_local_idle.c - sessions that wait hear of what other processes do to the data folder of the
 * local backend. Another backend in this process stands for another process. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "local_session.h"

#define LARGE (LOCAL_SESSION_INLINE * 3)
#define PATIENCE_SECONDS 60

/* Whether the system refuses to tell of changes. */
static atomic_bool deaf;

#pragma GCC visibility push(default)

int inotify_init1(int flags)
{
	if (atomic_load(&deaf)) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_inotify_init1, flags);
}

#pragma GCC visibility pop

/* A client of anna's, in a process of its own. */
struct client {
	struct roost_backend *backend;
	struct roost_updates *updates;
	struct roost_conn *conn;
	pthread_mutex_t lock;
	pthread_cond_t rung;
	bool woken;
	char output[16384];
	size_t size;
};

static void wake(void *context)
{
	struct client *client = context;
	pthread_mutex_lock(&client->lock);
	client->woken = true;
	(void)pthread_cond_signal(&client->rung);
	pthread_mutex_unlock(&client->lock);
}

/* Let the connection do what it has to do. */
static void work(struct client *client)
{
	struct roost_piece pieces[8];
	for (;;) {
		unsigned wants = roost_conn_wants(client->conn);
		if ((wants & ROOST_CONN_WRITE) != 0) {
			size_t count = roost_conn_output(client->conn, pieces, 8), sent = 0;
			for (size_t i = 0; i < count; i++) {
				assert_non_null(pieces[i].bytes);
				assert_true(client->size + pieces[i].size < sizeof(client->output));
				memcpy(client->output + client->size, pieces[i].bytes,
					pieces[i].size);
				client->size += pieces[i].size;
				sent += pieces[i].size;
			}
			client->output[client->size] = '\0';
			roost_conn_sent(client->conn, sent);
		} else if ((wants & ROOST_CONN_RUN) != 0) {
			assert_int_equal(roost_conn_run(client->conn), 0);
		} else {
			return;
		}
	}
}

static void say(struct client *client, const char *text)
{
	size_t size = strlen(text), used = 0;
	client->size = 0;
	while (size > 0) {
		assert_int_equal(roost_conn_feed(client->conn, text, size, &used), 0);
		text += used;
		size -= used;
		work(client);
	}
}

/* Wait until the client was told so. */
static void hear(struct client *client, const char *expected)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_SECONDS;
	while (strstr(client->output, expected) == NULL) {
		int r = 0;
		pthread_mutex_lock(&client->lock);
		while (r == 0 && !client->woken) {
			r = pthread_cond_timedwait(&client->rung, &client->lock, &until);
		}
		client->woken = false;
		pthread_mutex_unlock(&client->lock);
		if (r != 0) {
			fail_msg("not told %s but %s", expected, client->output);
		}
		roost_conn_wake(client->conn);
		work(client);
	}
	client->size = 0;
	client->output[0] = '\0';
}

static void enter(struct client *client, const char *folder, size_t open_databases)
{
	static const struct roost_conn_info info = {
		.size = sizeof(info),
		.remote_address = "",
		.local_address = "",
		.tls = true,
	};
	*client = (struct client) { .size = 0 };
	(void)pthread_mutex_init(&client->lock, NULL);
	(void)pthread_cond_init(&client->rung, NULL);
	assert_int_equal(local_session_open(folder, open_databases, 0, &client->backend), 0);
	assert_int_equal(roost_updates_create(client->backend, &client->updates), 0);
	const struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = client->backend,
		.info = &info,
		.woken = wake,
		.context = client,
	};
	assert_int_equal(roost_conn_create(&options, &client->conn), 0);
	say(client, "a LOGIN anna x\r\n");
	assert_non_null(strstr(client->output, "a OK"));
}

static void leave(struct client *client)
{
	roost_conn_destroy(client->conn);
	roost_updates_destroy(client->updates);
	roost_backend_destroy(client->backend);
	(void)pthread_mutex_destroy(&client->lock);
	(void)pthread_cond_destroy(&client->rung);
}

/* Another process. */
struct other {
	struct roost_backend *backend;
	struct local_session anna;
	struct roost_mailbox *inbox;
};

static void enter_other(struct other *other, const char *folder)
{
	assert_int_equal(local_session_open(folder, 0, 0, &other->backend), 0);
	assert_int_equal(local_session_login(&other->anna, other->backend, "anna"), 0);
	other->inbox = local_session_select(&other->anna, "INBOX", true);
	assert_non_null(other->inbox);
	other->inbox->ops->close(other->inbox);
	const struct roost_open_options options = { .size = sizeof(options) };
	assert_int_equal(other->anna.user->ops->get_mailbox(other->anna.user, other->anna.call,
				 "INBOX", &options, &other->inbox),
		0);
}

static void leave_other(struct other *other)
{
	other->inbox->ops->close(other->inbox);
	local_session_logout(&other->anna);
	roost_backend_destroy(other->backend);
}

static void append(struct other *other, size_t size)
{
	static const char bytes[LARGE];
	assert_int_equal(local_session_append(&other->anna, other->inbox, bytes, size, NULL), 0);
}

/* All kinds of changes, and in the end another mailbox that is selected ends. */
static void change_and_hear(struct client *client, struct other *other)
{
	append(other, 10);
	hear(client, "* 1 EXISTS\r\n* 1 RECENT\r\n");
	append(other, LARGE);
	hear(client, "* 2 EXISTS\r\n");
	assert_int_equal(local_session_store(&other->anna, other->inbox, 2, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED, "Work"),
		0);
	hear(client, "* 2 FETCH (UID 2 FLAGS (\\Deleted Work \\Recent))\r\n");
	assert_int_equal(local_session_expunge(&other->anna, other->inbox, 2), 0);
	hear(client, "* 2 EXPUNGE\r\n");
	say(client, "DONE\r\n");
	assert_non_null(strstr(client->output, "OK Idled"));

	assert_int_equal(local_session_create(&other->anna, "Work"), 0);
	say(client, "s SELECT Work\r\n");
	assert_non_null(strstr(client->output, "s OK"));
	say(client, "i IDLE\r\n");
	assert_int_equal(local_session_rename(&other->anna, "Work", "Play"), 0);
	hear(client, "* OK [CLOSED]");
	say(client, "DONE\r\n");
	say(client, "s SELECT Play\r\n");
	assert_non_null(strstr(client->output, "s OK"));
	say(client, "i IDLE\r\n");
	assert_int_equal(local_session_delete(&other->anna, "Play"), 0);
	hear(client, "* OK [CLOSED]");
	say(client, "DONE\r\n");
}

static void test_idle(void **state)
{
	struct client client;
	struct other other;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	local_session_log_count = 0;
	enter(&client, folder, 0);
	enter_other(&other, folder);
	say(&client, "s SELECT INBOX\r\n");
	say(&client, "i IDLE\r\n");
	change_and_hear(&client, &other);
	assert_int_equal(local_session_log_count, 0);
	leave_other(&other);
	leave(&client);
	local_folder_remove(folder);
}

/* Mailboxes that nobody in this process has open: NOTIFY (RFC 5465). */
static void test_other_mailboxes(void **state)
{
	struct client client;
	struct other other;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	local_session_log_count = 0;
	enter(&client, folder, 0);
	enter_other(&other, folder);
	append(&other, 10);
	say(&client,
		"n NOTIFY SET STATUS (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName "
		"SubscriptionChange))\r\n");
	assert_non_null(strstr(client.output, "* STATUS INBOX (MESSAGES 1 UIDNEXT 2 "));
	append(&other, 10);
	hear(&client, "* STATUS INBOX (MESSAGES 2 UIDNEXT 3 ");
	assert_int_equal(local_session_store(&other.anna, other.inbox, 2, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED | ROOST_FLAG_SEEN, NULL),
		0);
	hear(&client, " UNSEEN 1)");
	assert_int_equal(local_session_expunge(&other.anna, other.inbox, 2), 0);
	hear(&client, "* STATUS INBOX (MESSAGES 1 UIDNEXT 3 ");
	assert_int_equal(local_session_create(&other.anna, "Work"), 0);
	hear(&client, "* LIST (\\HasNoChildren) \"/\" Work\r\n");
	assert_int_equal(local_session_create(&other.anna, "Work/hard"), 0);
	hear(&client, "* LIST (\\HasNoChildren) \"/\" Work/hard\r\n");
	assert_int_equal(local_session_rename(&other.anna, "Work", "Play"), 0);
	hear(&client, "* LIST (\\HasChildren) \"/\" Play (\"OLDNAME\" (Work))\r\n");
	assert_null(strstr(client.output, "Play/hard"));
	assert_int_equal(other.anna.user->ops->set_subscribed(
				 other.anna.user, other.anna.call, "Play", true),
		0);
	hear(&client, "* LIST (\\Subscribed \\HasChildren) \"/\" Play\r\n");
	assert_int_equal(local_session_delete(&other.anna, "Play/hard"), 0);
	hear(&client, "* LIST (\\NonExistent \\HasNoChildren) \"/\" Play/hard\r\n");
	/* What the client does itself it is not told, also with other processes there. */
	say(&client, "a APPEND INBOX {4+}\r\na: b\r\n");
	assert_non_null(strstr(client.output, "a OK"));
	append(&other, 10);
	hear(&client, "* STATUS INBOX (MESSAGES 3 UIDNEXT 5 ");
	/* The selected one is told by its index alone. */
	say(&client, "s SELECT INBOX\r\n");
	say(&client,
		"n NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge)) (PERSONAL (MessageNew "
		"MessageExpunge))\r\n");
	append(&other, 10);
	hear(&client, "* 4 EXISTS\r\n* 4 RECENT\r\n* 4 FETCH (UID 5)\r\n");
	say(&client, "u UNSELECT\r\n");
	assert_null(strstr(client.output, "STATUS"));
	say(&client, "n NOTIFY NONE\r\n");
	append(&other, 10);
	say(&client, "c NOOP\r\n");
	assert_string_equal(client.output, "c OK Nothing done\r\n");
	assert_int_equal(local_session_log_count, 0);
	leave_other(&other);
	leave(&client);
	local_folder_remove(folder);
}

/* The bells of other processes cannot be heard. */
static void test_deaf(void **state)
{
	struct client client;
	struct other other;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	atomic_store(&deaf, true);
	enter(&client, folder, 0);
	atomic_store(&deaf, false);
	assert_non_null(strstr(local_session_log, "event=store-deaf"));
	enter_other(&other, folder);
	say(&client, "s SELECT INBOX\r\n");
	say(&client, "i IDLE\r\n");
	change_and_hear(&client, &other);
	leave_other(&other);
	leave(&client);
	local_folder_remove(folder);
}

/* The database is closed, as others are in use, and still the session hears. */
static void test_closed_database(void **state)
{
	struct client client;
	struct other other;
	struct local_session bert;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	enter(&client, folder, 1);
	enter_other(&other, folder);
	say(&client, "s SELECT INBOX\r\n");
	say(&client, "i IDLE\r\n");
	assert_int_equal(local_session_login(&bert, client.backend, "bert"), 0);
	append(&other, 10);
	hear(&client, "* 1 EXISTS\r\n");
	struct roost_mailbox *inbox = local_session_select(&bert, "INBOX", false);
	assert_non_null(inbox);
	append(&other, 10);
	hear(&client, "* 2 EXISTS\r\n");
	inbox->ops->close(inbox);
	local_session_logout(&bert);
	leave_other(&other);
	leave(&client);
	local_folder_remove(folder);
}

/* The mail is replaced by older mail while the database is closed. */
static void test_replaced_mail(void **state)
{
	struct client client;
	struct other other;
	struct local_session bert;
	char folder[256], backups[300], backup[320];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	(void)snprintf(backups, sizeof(backups), "%s/backups", folder);
	(void)snprintf(backup, sizeof(backup), "%s/anna", backups);
	enter(&client, folder, 1);
	enter_other(&other, folder);
	append(&other, 10);
	append(&other, LARGE);
	const struct roost_local_backup_options saving = { .size = sizeof(saving) };
	assert_int_equal(
		roost_local_backup(other.backend, other.anna.call, "anna", backups, &saving), 0);
	append(&other, 10);
	say(&client, "s SELECT INBOX\r\n");
	assert_non_null(strstr(client.output, "* 3 EXISTS\r\n"));
	say(&client, "i IDLE\r\n");
	other.inbox->ops->close(other.inbox);
	local_session_logout(&other.anna);
	roost_backend_destroy(other.backend);

	assert_int_equal(local_session_open(folder, 0, 0, &other.backend), 0);
	assert_int_equal(roost_call_create(&other.anna.call, 0), 0);
	assert_int_equal(local_session_login(&bert, client.backend, "bert"), 0);
	const struct roost_local_restore_options restoring = {
		.size = sizeof(restoring),
		.replace = true,
	};
	assert_int_equal(
		roost_local_restore(other.backend, other.anna.call, backup, "anna", &restoring), 0);
	/* It has another UID validity. */
	hear(&client, "* OK [CLOSED]");
	say(&client, "DONE\r\n");
	say(&client, "s SELECT INBOX\r\n");
	assert_non_null(strstr(client.output, "* 2 EXISTS\r\n"));
	say(&client, "f FETCH 1:* RFC822.SIZE\r\n");
	assert_non_null(strstr(client.output, "f OK"));
	roost_call_destroy(other.anna.call);
	roost_backend_destroy(other.backend);
	local_session_logout(&bert);
	leave(&client);
	local_folder_remove(folder);
}

/* Who selects a mailbox takes its recent messages, also from the sessions of other processes. */
static void test_recent_messages(void **state)
{
	struct client client;
	struct other other;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	enter(&client, folder, 0);
	enter_other(&other, folder);
	append(&other, 10);
	say(&client, "s SELECT INBOX\r\n");
	assert_non_null(strstr(client.output, "* 1 RECENT\r\n"));
	struct roost_mailbox_status status = { .size = sizeof(status) };
	time_t began = time(NULL);
	do {
		assert_int_equal(other.anna.user->ops->mailbox_status(other.anna.user,
					 other.anna.call, "INBOX", ROOST_STATUS_RECENT, &status),
			0);
	} while (status.recent > 0 && time(NULL) - began < PATIENCE_SECONDS);
	assert_int_equal(status.recent, 0);
	leave_other(&other);
	leave(&client);
	local_folder_remove(folder);
}

/* The mail of who signed out is soon free for who must have it for itself. */
static void test_signed_out(void **state)
{
	struct client client;
	struct other other;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	enter(&client, folder, 0);
	assert_int_equal(local_session_open(folder, 0, 0, &other.backend), 0);
	assert_int_equal(roost_call_create(&other.anna.call, 0), 0);
	const struct roost_local_check_options options = { .size = sizeof(options),
		.repair = true };
	say(&client, "o LOGOUT\r\n");
	roost_conn_destroy(client.conn);
	client.conn = NULL;
	assert_int_equal(roost_local_check(other.backend, other.anna.call, "anna", &options), 0);
	roost_call_destroy(other.anna.call);
	roost_backend_destroy(other.backend);
	leave(&client);
	local_folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_other_mailboxes),
		cmocka_unit_test(test_deaf),
		cmocka_unit_test(test_closed_database),
		cmocka_unit_test(test_replaced_mail),
		cmocka_unit_test(test_recent_messages),
		cmocka_unit_test(test_signed_out),
	};
	return cmocka_run_group_tests_name("local_idle", tests, NULL, NULL);
}

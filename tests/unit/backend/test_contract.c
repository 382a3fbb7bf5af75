/* test_contract.c - a debug build tells the author of a backend what it does wrong, and ends. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "house.h"

static int take_message(void *context, const struct roost_message *message)
{
	(void)message;
	return *(int *)context;
}

static int take_mailbox(void *context, const struct roost_mailbox_info *info)
{
	(void)info;
	return *(int *)context;
}

static void use_user(struct house *house, int answer)
{
	struct roost_credentials credentials = { .size = sizeof(credentials) };
	struct roost_open_options options = { .size = sizeof(options) };
	struct roost_mailbox *mailbox = NULL;
	struct roost_user *user = NULL;
	(void)user_list_mailboxes(house->user, house->call, NULL, take_mailbox, &answer);
	(void)user_get_mailbox(house->user, house->call, "none", &options, &mailbox);
	if (backend_login(&house->toy.base, house->call, &credentials, &user) == 0) {
		user_logout(user);
	}
}

static void use_mailbox(struct house *house, int answer)
{
	struct roost_uidset uids = house_uids("2:5");
	struct roost_uidset out = ROOST_UIDSET_EMPTY;
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_search search = { .key = ROOST_SEARCH_ALL };
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS };
	struct roost_content *content = NULL;
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_int_equal(roost_content_create_borrowed("x", 1, NULL, NULL, &content), 0);
	struct roost_new_message messages[2] = {
		{ .size = sizeof(messages[0]), .content = content },
		{ .size = sizeof(messages[0]), .content = content },
	};
	(void)mailbox_snapshot(inbox, house->call, &snapshot);
	(void)mailbox_list_messages(inbox, house->call, &uids, &options, take_message, &answer);
	(void)mailbox_search_messages(inbox, house->call, &search, &uids, &out);
	(void)mailbox_create_messages(inbox, house->call, messages, 2, &out);
	(void)mailbox_copy_messages(inbox, house->call, &uids, "Work", &result);
	(void)roost_uidset_remove(&uids, 4);
	(void)mailbox_expunge(inbox, house->call, &uids, &out);
	roost_copy_result_clear(&result);
	roost_snapshot_clear(&snapshot);
	roost_content_unref(content);
	roost_uidset_clear(&uids);
	roost_uidset_clear(&out);
	mailbox_close(inbox);
}

/* What a child says while it goes through every op of a backend with this fault. Returns its wait
 * status. */
static int use_in_child(struct house *house, enum toy_fault fault, int answer, char *said, size_t n)
{
	int ends[2];
	size_t size = 0;
	int status = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit no_core = { 0, 0 };
		(void)setrlimit(RLIMIT_CORE, &no_core);
		(void)dup2(ends[1], STDERR_FILENO);
		toy_make_wrong(&house->toy, fault);
		use_user(house, answer);
		use_mailbox(house, answer);
		_exit(0);
	}
	(void)close(ends[1]);
	for (ssize_t got = 1; got > 0 && size < n - 1; size += (size_t)(got > 0 ? got : 0)) {
		got = read(ends[0], said + size, n - 1 - size);
	}
	said[size] = 0;
	(void)close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void each_fault_is_named(void **state)
{
	static const struct {
		enum toy_fault fault;
		int answer; /* of who takes deliveries */
		const char *said;
	} rows[] = {
		{ TOY_NO_USER, 0, "login: it gives a user" },
		{ TOY_NO_MAILBOX_HANDLE, 0, "get_mailbox: it gives a mailbox" },
		{ TOY_POSITIVE_RESULT, 0, "list_messages: it returns 0 or an error" },
		{ TOY_NO_UID_VALIDITY, 0, "snapshot: uid_validity is not 0" },
		{ TOY_LOW_UID_NEXT, 0, "snapshot: uid_next is above every UID" },
		{ TOY_STRANGE_RECENT, 0, "snapshot: recent messages are among" },
		{ TOY_STRANGE_UNSEEN, 0, "snapshot: there are no more unseen messages" },
		{ TOY_DESCENDING, 0, "list_messages: UIDs ascend" },
		{ TOY_TWICE, 0, "list_messages: UIDs ascend" },
		{ TOY_NOT_ASKED_FOR, 0, "list_messages: only messages that were asked for" },
		{ TOY_DEAF_TO_STOP, ROOST_STOP, "nothing is delivered after ROOST_STOP" },
		{ TOY_FEW_UIDS, 0, "create_messages: each message gets a UID of its own" },
		{ TOY_LOPSIDED_COPY, 0, "copy_messages: the two sets of the result are" },
		{ TOY_COPIES_OTHERS, 0, "copy_messages: only messages that were named" },
		{ TOY_NO_DESTINATION_VALIDITY, 0, "copy_messages: the destination's" },
		{ TOY_EXPUNGES_OTHERS, 0, "expunge: only what was named is removed" },
		{ TOY_FINDS_OTHERS, 0, "search_messages: only UIDs of those" },
		{ TOY_BAD_NAMES, 0, "list_mailboxes: " },
		{ TOY_LEAVES_JUNK_ON_FAILURE, 0, "get_mailbox: mailbox_out is left alone" },
		{ TOY_NO_FLAGS, 0, "list_messages: flags and internal date are there" },
	};
	struct house *house = *state;
	char said[4096];
	assert_int_equal(use_in_child(house, TOY_WELL_BEHAVED, 0, said, sizeof(said)), 0);
	assert_string_equal(said, "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status = use_in_child(house, rows[i].fault, rows[i].answer, said, sizeof(said));
		const char *start = "roost: backend broke its contract: ";
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT ||
			strncmp(said, start, strlen(start)) != 0 ||
			strstr(said, rows[i].said) == NULL) {
			fail_msg("row %zu: status %d: %s", i, status, said);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_fault_is_named, house_set_up, house_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

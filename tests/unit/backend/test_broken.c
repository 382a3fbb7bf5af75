/* test_broken.c - what a release build makes of a backend that breaks its contract: no crash, and
 * nothing untrue to clients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "house.h"

struct seen {
	char text[300];
	unsigned count;
	int answer; /* to the second delivery */
};

static int see_message(void *context, const struct roost_message *message)
{
	struct seen *seen = context;
	size_t size = strlen(seen->text);
	(void)snprintf(seen->text + size, sizeof(seen->text) - size, "%s%u", size > 0 ? " " : "",
		(unsigned)message->uid);
	return ++seen->count == 2 ? seen->answer : 0;
}

static int see_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct seen *seen = context;
	size_t size = strlen(seen->text);
	(void)snprintf(seen->text + size, sizeof(seen->text) - size, "%s%s", size > 0 ? " " : "",
		info->name);
	return ++seen->count == 2 ? seen->answer : 0;
}

static void check_list(struct house *house, enum toy_fault fault, int answer, int wanted_result,
	const char *wanted)
{
	struct roost_uidset uids = house_uids("1:3,5");
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS };
	struct seen seen = { .text = "", .answer = answer };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	toy_make_wrong(&house->toy, fault);
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &uids, &options, see_message, &seen),
		wanted_result);
	assert_string_equal(seen.text, wanted);
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

static void bad_deliveries_are_dropped(void **state)
{
	struct house *house = *state;
	check_list(house, TOY_WELL_BEHAVED, 0, 0, "1 2 3 5");
	check_list(house, TOY_DESCENDING, 0, 0, "5");
	check_list(house, TOY_TWICE, 0, 0, "1 2 3 5");
	check_list(house, TOY_NOT_ASKED_FOR, 0, 0, "1 2 3 5");
	check_list(house, TOY_NO_FLAGS, 0, 0, "1 2 3 5");
}

static void the_end_is_the_end(void **state)
{
	struct house *house = *state;
	check_list(house, TOY_WELL_BEHAVED, ROOST_STOP, 0, "1 2");
	check_list(house, TOY_DEAF_TO_STOP, ROOST_STOP, 0, "1 2");
	check_list(house, TOY_DEAF_TO_STOP, ROOST_ERR_CANCELLED, ROOST_ERR_CANCELLED, "1 2");
	check_list(house, TOY_SWALLOWS_ERRORS, ROOST_ERR_NO_MEMORY, ROOST_ERR_NO_MEMORY, "1 2");
	check_list(house, TOY_POSITIVE_RESULT, 0, ROOST_ERR_IO, "1 2 3 5");
}

static void bad_names_are_not_listed(void **state)
{
	struct house *house = *state;
	struct seen seen = { .text = "" };
	toy_make_wrong(&house->toy, TOY_BAD_NAMES);
	assert_int_equal(
		user_list_mailboxes(house->user, house->call, NULL, see_mailbox, &seen), 0);
	assert_string_equal(seen.text, "INBOX Work");
	toy_make_wrong(&house->toy, TOY_DEAF_TO_STOP);
	seen = (struct seen) { .text = "", .answer = ROOST_ERR_NO_MEMORY };
	assert_non_null(toy_add_box(&house->toy, "Third"));
	assert_int_equal(user_list_mailboxes(house->user, house->call, NULL, see_mailbox, &seen),
		ROOST_ERR_NO_MEMORY);
	assert_string_equal(seen.text, "INBOX Work");
}

static void handles_must_be_given(void **state)
{
	struct house *house = *state;
	struct roost_credentials credentials = { .size = sizeof(credentials) };
	struct roost_open_options options = { .size = sizeof(options) };
	struct roost_user *user = (struct roost_user *)house;
	struct roost_mailbox *mailbox = (struct roost_mailbox *)house;
	toy_make_wrong(&house->toy, TOY_NO_USER);
	assert_int_equal(
		backend_login(&house->toy.base, house->call, &credentials, &user), ROOST_ERR_IO);
	assert_ptr_equal(user, house);
	toy_make_wrong(&house->toy, TOY_NO_MAILBOX_HANDLE);
	assert_int_equal(user_get_mailbox(house->user, house->call, "INBOX", &options, &mailbox),
		ROOST_ERR_IO);
	toy_make_wrong(&house->toy, TOY_LEAVES_JUNK_ON_FAILURE);
	assert_int_equal(user_get_mailbox(house->user, house->call, "none", &options, &mailbox),
		ROOST_ERR_NO_SUCH_MAILBOX);
	assert_ptr_equal(mailbox, house);
	/* Tables without what is required. */
	toy_make_wrong(&house->toy, TOY_WELL_BEHAVED);
	house->toy.mailbox_ops.snapshot = NULL;
	assert_int_equal(user_get_mailbox(house->user, house->call, "INBOX", &options, &mailbox),
		ROOST_ERR_IO);
	assert_int_equal(house->toy.open_handles, 0); /* it was closed */
	house->toy.user_ops.get_mailbox = NULL;
	assert_int_equal(
		backend_login(&house->toy.base, house->call, &credentials, &user), ROOST_ERR_IO);
	house->toy.backend_ops.login = NULL;
	assert_int_equal(backend_login(&house->toy.base, house->call, &credentials, &user),
		ROOST_ERR_NOT_SUPPORTED);
}

static void snapshots_are_made_sound(void **state)
{
	struct house *house = *state;
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	toy_make_wrong(&house->toy, TOY_NO_UID_VALIDITY);
	assert_int_equal(mailbox_snapshot(inbox, house->call, &snapshot), ROOST_ERR_CORRUPT);
	assert_int_equal(snapshot.uids.count, 0);
	toy_make_wrong(&house->toy, TOY_LOW_UID_NEXT);
	assert_int_equal(mailbox_snapshot(inbox, house->call, &snapshot), 0);
	assert_int_equal(snapshot.uid_next, 6);
	toy_make_wrong(&house->toy, TOY_STRANGE_RECENT);
	assert_int_equal(mailbox_snapshot(inbox, house->call, &snapshot), 0);
	assert_int_equal(snapshot.recent.count, 0);
	toy_make_wrong(&house->toy, TOY_STRANGE_UNSEEN);
	assert_int_equal(mailbox_snapshot(inbox, house->call, &snapshot), 0);
	assert_int_equal(snapshot.unseen_count, 5);
	assert_int_equal(snapshot.first_unseen, 0);
	roost_snapshot_clear(&snapshot);
	mailbox_close(inbox);
}

static void few_uids_are_none(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct roost_content *content;
	struct roost_mailbox *work = house_open(house, "Work");
	assert_int_equal(roost_content_create_borrowed("x", 1, NULL, NULL, &content), 0);
	struct roost_new_message messages[2] = {
		{ .size = sizeof(messages[0]), .content = content },
		{ .size = sizeof(messages[0]), .content = content },
	};
	toy_make_wrong(&house->toy, TOY_FEW_UIDS);
	assert_int_equal(mailbox_create_messages(work, house->call, messages, 2, &uids), 0);
	assert_int_equal(uids.count, 0);
	house_check_change(house->work, "MAILBOX Work"); /* they are there, after all */
	roost_content_unref(content);
	mailbox_close(work);
}

static void unsound_copies_are_not_told(void **state)
{
	static const enum toy_fault faults[] = { TOY_COPIES_OTHERS, TOY_NO_DESTINATION_VALIDITY,
		TOY_LOPSIDED_COPY };
	struct house *house = *state;
	struct roost_uidset uids = house_uids("1:2");
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		toy_make_wrong(&house->toy, faults[i]);
		assert_int_equal(
			mailbox_copy_messages(inbox, house->call, &uids, "Work", &result), 0);
		assert_int_equal(result.source.count, 0);
		assert_int_equal(result.destination.count, 0);
		house_check_change(house->work, "MAILBOX Work");
	}
	/* Nothing is removed that may not have been copied. */
	toy_make_wrong(&house->toy, TOY_COPIES_OTHERS);
	house->toy.mailbox_ops.move_messages = NULL;
	assert_int_equal(
		mailbox_move_messages(inbox, house->call, &uids, "Work", &result), ROOST_ERR_IO);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 5);
	house_check_change(house->inbox, NULL);
	/* Moved by the backend, which does not say what. */
	toy_make_wrong(&house->toy, TOY_LOPSIDED_COPY);
	assert_int_equal(mailbox_move_messages(inbox, house->call, &uids, "Work", &result), 0);
	assert_int_equal(result.source.count, 0);
	house_check_change(house->inbox, "MAILBOX INBOX");
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

static void strange_uids_are_left_out(void **state)
{
	struct house *house = *state;
	struct roost_uidset only = house_uids("1:3");
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	struct roost_uidset found = ROOST_UIDSET_EMPTY;
	struct roost_search all = { .key = ROOST_SEARCH_ALL };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	toy_make_wrong(&house->toy, TOY_FINDS_OTHERS);
	assert_int_equal(mailbox_search_messages(inbox, house->call, &all, &only, &found), 0);
	house_check_uids(&found, "1:3");
	toy_make_wrong(&house->toy, TOY_EXPUNGES_OTHERS);
	assert_int_equal(mailbox_expunge(inbox, house->call, &only, &expunged), 0);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 4);
	/* It is gone, wanted or not. */
	house_check_uids(&expunged, "4");
	house_check_change(house->inbox, "EXPUNGE INBOX 4");
	roost_uidset_clear(&only);
	roost_uidset_clear(&expunged);
	roost_uidset_clear(&found);
	mailbox_close(inbox);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_deliveries_are_dropped),
		TEST(the_end_is_the_end),
		TEST(bad_names_are_not_listed),
		TEST(handles_must_be_given),
		TEST(snapshots_are_made_sound),
		TEST(few_uids_are_none),
		TEST(unsound_copies_are_not_told),
		TEST(strange_uids_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

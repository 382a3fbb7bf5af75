/* test_ops.c - what the library supplies over a backend, and whom it tells of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "house.h"

#include "base/date.h"

/* A list of names or UIDs as it was delivered. */
struct seen {
	char text[300];
	unsigned count;
	unsigned stop_after; /* 0: never */
	unsigned without_outline;
};

static int see_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct seen *seen = context;
	size_t size = strlen(seen->text);
	(void)snprintf(seen->text + size, sizeof(seen->text) - size, "%s%s", size > 0 ? " " : "",
		info->name);
	return ++seen->count == seen->stop_after ? ROOST_STOP : 0;
}

static int see_message(void *context, const struct roost_message *message)
{
	struct seen *seen = context;
	struct roost_outline outline;
	size_t size = strlen(seen->text);
	(void)snprintf(seen->text + size, sizeof(seen->text) - size, "%s%u", size > 0 ? " " : "",
		(unsigned)message->uid);
	seen->without_outline +=
		!(message->has & ROOST_MESSAGE_OUTLINE) ||
		roost_outline_open(message->outline, message->outline_size, &outline) < 0;
	return ++seen->count == seen->stop_after ? ROOST_STOP : 0;
}

static void check_search(struct house *house, struct roost_mailbox *mailbox,
	const struct roost_search *search, const char *within, const char *wanted)
{
	struct roost_uidset uids = house_uids(within);
	struct roost_uidset found = ROOST_UIDSET_EMPTY;
	assert_int_equal(mailbox_search_messages(mailbox, house->call, search, &uids, &found), 0);
	house_check_uids(&found, wanted);
	roost_uidset_clear(&found);
	roost_uidset_clear(&uids);
}

/* Six ops serve read-only mail. */
static void six_ops_are_enough(void **state)
{
	struct house *house = *state;
	struct seen names = { .text = "" };
	struct seen messages = { .text = "" };
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_OUTLINE };
	struct roost_search body = { .key = ROOST_SEARCH_BODY, .text = "THIRD" };
	struct roost_mailbox_status status = { .size = sizeof(status) };
	uint64_t limit;
	toy_make_simple(&house->toy);
	assert_int_equal(
		user_list_mailboxes(house->user, house->call, NULL, see_mailbox, &names), 0);
	assert_string_equal(names.text, "INBOX Work");
	struct roost_mailbox *inbox = house_open(house, "inbox");
	assert_int_equal(mailbox_snapshot(inbox, house->call, &snapshot), 0);
	house_check_uids(&snapshot.uids, "1:5");
	assert_true(snapshot.read_only);
	assert_false(snapshot.new_keywords);
	assert_int_equal(snapshot.permanent_system, 0);
	assert_int_equal(mailbox_list_messages(inbox, house->call, &snapshot.uids, &options,
				 see_message, &messages),
		0);
	assert_string_equal(messages.text, "1 2 3 4 5");
	assert_int_equal(messages.without_outline, 0);
	check_search(house, inbox, &body, "1:5", "3");
	check_search(house, inbox, &body, "4:9", "");
	assert_int_equal(mailbox_check(inbox, house->call), 0);
	assert_int_equal(mailbox_poll(inbox, house->call), 0);
	roost_snapshot_clear(&snapshot);
	mailbox_close(inbox);
	mailbox_close(NULL);
	assert_int_equal(user_mailbox_status(house->user, house->call, "INBOX",
				 ROOST_STATUS_MESSAGES | ROOST_STATUS_SIZE, &status),
		0);
	assert_int_equal(status.messages, 5);
	assert_int_equal(user_append_limit(house->user, house->call, 1234, &limit), 0);
	assert_int_equal(limit, 1234);
}

static void changes_without_ops(struct house *house, int wanted)
{
	struct roost_uidset uids = house_uids("1:2");
	struct roost_uidset out = ROOST_UIDSET_EMPTY;
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_flags_change change = { .size = sizeof(change), .mode = ROOST_FLAGS_ADD };
	struct roost_content *content;
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_int_equal(roost_content_create_copy("x", 1, &content), 0);
	struct roost_new_message message = { .size = sizeof(message), .content = content };
	assert_int_equal(user_create_mailbox(house->user, house->call, "New", NULL), wanted);
	assert_int_equal(user_delete_mailbox(house->user, house->call, "Work"), wanted);
	assert_int_equal(user_rename_mailbox(house->user, house->call, "Work", "New"), wanted);
	assert_int_equal(user_rename_mailbox(house->user, house->call, "INBOX", "New"), wanted);
	assert_int_equal(user_set_subscribed(house->user, house->call, "New", true), wanted);
	assert_int_equal(mailbox_create_messages(inbox, house->call, &message, 1, &out), wanted);
	assert_int_equal(
		mailbox_update_messages_flags(inbox, house->call, &uids, &change, &out, NULL, NULL),
		wanted);
	assert_int_equal(mailbox_copy_messages(inbox, house->call, &uids, "Work", &result), wanted);
	assert_int_equal(mailbox_move_messages(inbox, house->call, &uids, "Work", &result), wanted);
	assert_int_equal(mailbox_expunge(inbox, house->call, NULL, &out), wanted);
	assert_int_equal(out.count, 0);
	assert_int_equal(result.source.count, 0);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 5);
	house_check_change(house->inbox, NULL);
	house_check_change(house->work, NULL);
	roost_content_unref(content);
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

static void missing_ops_change_nothing(void **state)
{
	struct house *house = *state;
	toy_make_simple(&house->toy);
	changes_without_ops(house, ROOST_ERR_NOT_SUPPORTED);
}

static void read_only_backends_are_not_changed(void **state)
{
	struct house *house = *state;
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	house->toy.base.features = ROOST_FEATURE_READ_ONLY;
	changes_without_ops(house, ROOST_ERR_READ_ONLY);
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_true(house->toy.opened_read_only);
	assert_int_equal(mailbox_snapshot(inbox, house->call, &snapshot), 0);
	assert_true(snapshot.read_only);
	roost_snapshot_clear(&snapshot);
	mailbox_close(inbox);
}

static void names_are_checked_first(void **state)
{
	struct house *house = *state;
	struct roost_user *user = house->user;
	struct roost_call *call = house->call;
	struct roost_open_options options = { .size = sizeof(options) };
	struct roost_mailbox_status status = { .size = sizeof(status) };
	struct roost_mailbox *mailbox;
	assert_int_equal(user_create_mailbox(user, call, "inbox", NULL), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(user_create_mailbox(user, call, "Inbox/", NULL), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(user_create_mailbox(user, call, "a//b", NULL), ROOST_ERR_CANNOT);
	assert_non_null(roost_call_text(call));
	assert_int_equal(user_create_mailbox(user, call, "", NULL), ROOST_ERR_CANNOT);
	assert_int_equal(user_create_mailbox(user, call, "Work", NULL), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(user_delete_mailbox(user, call, "iNBOX"), ROOST_ERR_CANNOT);
	assert_int_equal(user_delete_mailbox(user, call, "a//b"), ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(user_delete_mailbox(user, call, "none"), ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(
		user_rename_mailbox(user, call, "Work", "inbox"), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(user_rename_mailbox(user, call, "Work", "Work"), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(
		user_rename_mailbox(user, call, "Work", "Work/"), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(user_rename_mailbox(user, call, "Work", "Work/a"), ROOST_ERR_CANNOT);
	assert_int_equal(user_rename_mailbox(user, call, "Work", "a//b"), ROOST_ERR_CANNOT);
	assert_int_equal(user_rename_mailbox(user, call, "a//b", "c"), ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(user_set_subscribed(user, call, "\x01", true), ROOST_ERR_CANNOT);
	assert_int_equal(user_get_mailbox(user, call, "a//b", &options, &mailbox),
		ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(user_get_mailbox(user, call, "Work/", &options, &mailbox),
		ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(user_mailbox_status(user, call, "\xFF", ROOST_STATUS_MESSAGES, &status),
		ROOST_ERR_NO_SUCH_MAILBOX);
	house_check_change(house->inbox, NULL);
}

static void mailbox_changes_are_told(void **state)
{
	struct house *house = *state;
	assert_int_equal(user_create_mailbox(house->user, house->call, "New/", NULL), 0);
	house_check_change(house->inbox, "CREATED New");
	assert_int_equal(user_rename_mailbox(house->user, house->call, "New", "Old/"), 0);
	house_check_change(house->inbox, "RENAMED New Old");
	assert_int_equal(user_set_subscribed(house->user, house->call, "Inbox", true), 0);
	house_check_change(house->inbox, "SUBSCRIPTION INBOX");
	assert_int_equal(user_delete_mailbox(house->user, house->call, "Old"), 0);
	house_check_change(house->inbox, "DELETED Old");
	house_check_change(house->inbox, NULL);
	house_check_change(house->work, "CREATED New");
	house->toy.rename_error = ROOST_ERR_IO;
	assert_int_equal(user_rename_mailbox(house->user, house->call, "Work", "x"), ROOST_ERR_IO);
	house_check_change(house->inbox, NULL);
}

static void nobody_need_listen(void **state)
{
	struct house *house = *state;
	house->toy.base.updates = NULL;
	assert_int_equal(user_create_mailbox(house->user, house->call, "New", NULL), 0);
	house_check_change(house->inbox, NULL);
	house->toy.base.updates = house->toy.updates;
}

static void rename_inbox_moves_its_messages(void **state)
{
	struct house *house = *state;
	assert_int_equal(user_rename_mailbox(house->user, house->call, "inbox", "Old"), 0);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 0);
	assert_int_equal(toy_box(&house->toy, "Old")->count, 5);
	/* What had \Deleted has it still, and nothing else got it. */
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(toy_box(&house->toy, "Old")->messages[i].flags,
			i == 1   ? ROOST_FLAG_SEEN
			: i == 3 ? ROOST_FLAG_DELETED
				 : 0);
	}
	assert_false(house->toy.opened_selected);
	house_check_change(house->inbox, "CREATED Old");
	house_check_change(house->inbox, "EXPUNGE INBOX 1:5");
	house_check_change(house->inbox, "RENAMED INBOX Old");
	house_check_change(house->inbox, NULL);
}

static void rename_of_an_empty_inbox(void **state)
{
	struct house *house = *state;
	assert_int_equal(user_rename_mailbox(house->user, house->call, "INBOX", "Old"), 0);
	assert_int_equal(user_rename_mailbox(house->user, house->call, "INBOX", "Older"), 0);
	assert_non_null(toy_box(&house->toy, "Older"));
	assert_int_equal(user_rename_mailbox(house->user, house->call, "INBOX", "Old"),
		ROOST_ERR_MAILBOX_EXISTS);
	/* Into its own child is fine: INBOX stays. */
	assert_int_equal(user_rename_mailbox(house->user, house->call, "INBOX", "INBOX/a"), 0);
}

static void failed_rename_of_inbox_leaves_nothing(void **state)
{
	struct house *house = *state;
	house->toy.copy_error = ROOST_ERR_OVER_QUOTA;
	assert_int_equal(user_rename_mailbox(house->user, house->call, "INBOX", "Old"),
		ROOST_ERR_OVER_QUOTA);
	assert_string_equal(roost_call_text(house->call), TOY_TEXT);
	assert_null(toy_box(&house->toy, "Old"));
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 5);
	/* With copies in it, it stays. */
	house->toy.copy_error = 0;
	house->toy.expunge_error = ROOST_ERR_IO;
	assert_int_equal(
		user_rename_mailbox(house->user, house->call, "INBOX", "Old"), ROOST_ERR_IO);
	assert_int_equal(toy_box(&house->toy, "Old")->count, 5);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 5);
}

static void status_is_counted(void **state)
{
	struct house *house = *state;
	struct roost_mailbox_status status = { .size = sizeof(status) };
	unsigned all = ROOST_STATUS_MESSAGES | ROOST_STATUS_RECENT | ROOST_STATUS_UID_NEXT |
		       ROOST_STATUS_UID_VALIDITY | ROOST_STATUS_UNSEEN | ROOST_STATUS_DELETED |
		       ROOST_STATUS_SIZE | ROOST_STATUS_DELETED_STORAGE;
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
			user_mailbox_status(house->user, house->call, "inbox",
				all | ROOST_STATUS_HIGHEST_MODSEQ | ROOST_STATUS_APPEND_LIMIT,
				&status),
			0);
		assert_int_equal(status.has, all);
		assert_int_equal(status.messages, 5);
		assert_int_equal(status.recent, 5); /* and still so the second time */
		assert_int_equal(status.uid_next, 6);
		assert_int_equal(status.uid_validity, 7);
		assert_int_equal(status.unseen, 4);
		assert_int_equal(status.deleted, 1);
		assert_int_equal(status.deleted_octets, 27);
		assert_int_equal(status.octets, 25 + 26 + 27 + 27 + 26);
	}
	assert_true(house->toy.opened_read_only);
	house->toy.list_calls = 0;
	assert_int_equal(user_mailbox_status(house->user, house->call, "INBOX",
				 ROOST_STATUS_MESSAGES | ROOST_STATUS_UNSEEN, &status),
		0);
	assert_int_equal(house->toy.list_calls, 0);
	assert_int_equal(user_mailbox_status(
				 house->user, house->call, "none", ROOST_STATUS_MESSAGES, &status),
		ROOST_ERR_NO_SUCH_MAILBOX);
}

static int some_status(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	(void)user;
	(void)call;
	assert_false(items & ROOST_STATUS_APPEND_LIMIT);
	if (strcmp(name, "Work") == 0) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	status_out->messages = 77;
	status_out->has = ROOST_STATUS_MESSAGES;
	return 0;
}

static void status_asks_the_backend_first(void **state)
{
	struct house *house = *state;
	struct roost_mailbox_status status = { .size = sizeof(status) };
	house->toy.user_ops.mailbox_status = some_status;
	house->toy.opened_read_only = false;
	assert_int_equal(user_mailbox_status(house->user, house->call, "INBOX",
				 ROOST_STATUS_MESSAGES | ROOST_STATUS_APPEND_LIMIT, &status),
		0);
	assert_int_equal(status.messages, 77);
	assert_false(house->toy.opened_read_only); /* nothing was opened */
	/* What it does not know is counted. */
	assert_int_equal(user_mailbox_status(house->user, house->call, "INBOX",
				 ROOST_STATUS_MESSAGES | ROOST_STATUS_DELETED, &status),
		0);
	assert_int_equal(status.deleted, 1);
	assert_int_equal(user_mailbox_status(
				 house->user, house->call, "Work", ROOST_STATUS_MESSAGES, &status),
		0);
	assert_int_equal(status.messages, 0);
}

static void the_lowest_limit_counts(void **state)
{
	struct house *house = *state;
	static const uint64_t none = ROOST_NO_LIMIT;
	const uint64_t rows[][4] = {
		{ none, none, none, none },
		{ none, none, 10, 10 },
		{ 20, none, none, 20 },
		{ none, 30, none, 30 },
		{ 20, 30, 40, 20 },
		{ 30, 20, 40, 20 },
		{ 30, 0, 40, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t limit = 1;
		house->toy.backend_limit = rows[i][0];
		house->toy.user_limit = rows[i][1];
		assert_int_equal(
			user_append_limit(house->user, house->call, rows[i][2], &limit), 0);
		assert_true(limit == rows[i][3]);
	}
}

static void new_messages_have_outlines(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct roost_content *content;
	struct roost_mailbox *work = house_open(house, "Work");
	assert_int_equal(roost_content_create_borrowed("A: b\n\nc\n", 8, NULL, NULL, &content), 0);
	struct roost_new_message messages[3] = {
		{ .size = sizeof(messages[0]), .content = content },
		{ .size = sizeof(messages[0]),
			.content = content,
			.outline = "rubbish",
			.outline_size = 7 },
		{ .size = sizeof(messages[0]), .content = content },
	};
	assert_int_equal(mailbox_create_messages(work, house->call, messages, 3, &uids), 0);
	house_check_uids(&uids, "1:3");
	assert_int_equal(house->toy.messages_without_outline, 0);
	assert_null(messages[0].outline);
	house_check_change(house->work, "MAILBOX Work");
	house_check_change(house->inbox, NULL);
	house->toy.user_limit = 7;
	assert_int_equal(
		mailbox_create_messages(work, house->call, messages, 3, &uids), ROOST_ERR_TOO_BIG);
	house_check_uids(&uids, "1:3");
	assert_int_equal(mailbox_create_messages(work, house->call, messages, 0, &uids), 0);
	house_check_change(house->work, NULL);
	roost_uidset_clear(&uids);
	roost_content_unref(content);
	mailbox_close(work);
}

/* Content is asked for only from the first message on that lacks an outline. */
static void outlines_are_supplied(void **state)
{
	struct house *house = *state;
	struct roost_uidset late = house_uids("4:5");
	struct roost_uidset all = house_uids("1:5,100");
	struct roost_uidset none = ROOST_UIDSET_EMPTY;
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_OUTLINE };
	struct seen seen = { .text = "" };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &late, &options, see_message, &seen), 0);
	assert_string_equal(seen.text, "4 5");
	assert_int_equal(seen.without_outline, 0);
	assert_int_equal(house->toy.content_asked, 0);
	seen = (struct seen) { .text = "" };
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &all, &options, see_message, &seen), 0);
	assert_string_equal(seen.text, "1 2 3 4 5");
	assert_int_equal(seen.without_outline, 0);
	assert_int_equal(house->toy.content_asked, 1);
	/* From the second on: the first is not delivered again. */
	roost_uidset_clear(&late);
	late = house_uids("2:5");
	seen = (struct seen) { .text = "" };
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &late, &options, see_message, &seen), 0);
	assert_string_equal(seen.text, "2 3 4 5");
	assert_int_equal(seen.without_outline, 0);
	/* An outline that is none, in the middle. */
	struct toy_box *box = toy_box(&house->toy, "INBOX");
	memset(box->messages[3].outline, 'x', 4);
	seen = (struct seen) { .text = "", .stop_after = 4 };
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &all, &options, see_message, &seen), 0);
	assert_string_equal(seen.text, "1 2 3 4");
	assert_int_equal(seen.without_outline, 0);
	/* One that cannot be read is delivered without. */
	box->messages[3].unreadable = true;
	seen = (struct seen) { .text = "" };
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &all, &options, see_message, &seen), 0);
	assert_string_equal(seen.text, "1 2 3 4 5");
	assert_int_equal(seen.without_outline, 1);
	house->toy.list_calls = 0;
	assert_int_equal(
		mailbox_list_messages(inbox, house->call, &none, &options, see_message, &seen), 0);
	assert_int_equal(house->toy.list_calls, 0);
	roost_uidset_clear(&late);
	roost_uidset_clear(&all);
	mailbox_close(inbox);
}

static void message_outlines(void **state)
{
	struct house *house = *state;
	struct roost_message message = { .size = sizeof(message) };
	struct roost_outline outline;
	struct roost_envelope envelope;
	struct roost_content *content;
	assert_int_equal(message_outline(house->call, &message, &outline), ROOST_ERR_INVALID);
	assert_int_equal(
		roost_content_create_borrowed("Subject: x\n\n", 12, NULL, NULL, &content), 0);
	message.has = ROOST_MESSAGE_CONTENT | ROOST_MESSAGE_OUTLINE;
	message.content = content;
	message.outline = "rubbish";
	message.outline_size = 7;
	assert_int_equal(message_outline(house->call, &message, &outline), 0);
	assert_int_equal(roost_outline_envelope(&outline, 0, &envelope), 0);
	assert_memory_equal(envelope.subject.bytes, "x", 1);
	message.outline = outline.bytes;
	message.outline_size = outline.size;
	message.has = ROOST_MESSAGE_OUTLINE;
	assert_int_equal(message_outline(house->call, &message, &outline), 0);
	assert_ptr_equal(outline.bytes, message.outline);
	roost_content_unref(content);
}

static void search_scans(void **state)
{
	struct house *house = *state;
	struct roost_search subject = {
		.key = ROOST_SEARCH_HEADER, .header = "subject", .text = "F"
	};
	struct roost_search body = { .key = ROOST_SEARCH_BODY, .text = "body" };
	struct roost_search sent = { .key = ROOST_SEARCH_SENT_SINCE, .day = 0 };
	struct roost_search deleted = { .key = ROOST_SEARCH_FLAG,
		.system_flag = ROOST_FLAG_DELETED };
	struct roost_search not = { .key = ROOST_SEARCH_NOT, .children = &sent };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	check_search(house, inbox, &subject, "1:5", "4:5");
	check_search(house, inbox, &body, "2,4:1000", "2,4:5");
	check_search(house, inbox, &body, "", "");
	house->toy.content_asked = 0;
	check_search(house, inbox, &deleted, "1:5", "4");
	assert_int_equal(house->toy.content_asked, 0);
	check_search(house, inbox, &not, "1:5", "1:5");
	/* A message that cannot be read does not keep the others from being found. */
	toy_box(&house->toy, "INBOX")->messages[2].unreadable = true;
	check_search(house, inbox, &body, "1:5", "1:2,4:5");
	struct roost_uidset uids = house_uids("1:5");
	struct roost_uidset found = house_uids("9");
	roost_call_cancel(house->call);
	assert_int_equal(mailbox_search_messages(inbox, house->call, &body, &uids, &found),
		ROOST_ERR_CANCELLED);
	house_check_uids(&found, "9");
	roost_uidset_clear(&uids);
	roost_uidset_clear(&found);
	mailbox_close(inbox);
}

static void flag_changes_are_told(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = house_uids("2:3,90");
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	struct seen seen = { .text = "" };
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_FLAGGED },
	};
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	watch_set_session(house->work, house->user);
	assert_int_equal(watch_select(house->work, "INBOX"), 0);
	assert_int_equal(mailbox_update_messages_flags(
				 inbox, house->call, &uids, &change, &modified, see_message, &seen),
		0);
	assert_string_equal(seen.text, "2 3");
	house_check_change(house->inbox, "MESSAGE INBOX 2:3"); /* only those that are there */
	house_check_change(house->inbox, NULL);
	house_check_change(house->work, NULL); /* the session itself */
	/* Nobody looks: told all the same. */
	assert_int_equal(
		mailbox_update_messages_flags(inbox, house->call, &uids, &change, NULL, NULL, NULL),
		0);
	house_check_change(house->inbox, "MESSAGE INBOX 2:3");
	/* Looked away after the first. */
	seen = (struct seen) { .text = "", .stop_after = 1 };
	assert_int_equal(mailbox_update_messages_flags(
				 inbox, house->call, &uids, &change, &modified, see_message, &seen),
		0);
	assert_string_equal(seen.text, "2");
	house_check_change(house->inbox, "MESSAGE INBOX 2:3,90");
	house->toy.flags_error = ROOST_ERR_LIMIT;
	assert_int_equal(mailbox_update_messages_flags(
				 inbox, house->call, &uids, &change, &modified, see_message, &seen),
		ROOST_ERR_LIMIT);
	house_check_change(house->inbox, NULL);
	assert_int_equal(modified.count, 0);
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

static void copies_are_told(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = house_uids("1,3,90");
	struct roost_uidset gone = house_uids("90");
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_int_equal(mailbox_copy_messages(inbox, house->call, &uids, "Work", &result), 0);
	house_check_uids(&result.source, "1,3");
	house_check_uids(&result.destination, "1:2");
	assert_int_equal(result.uid_validity, 7);
	house_check_change(house->work, "MAILBOX Work");
	assert_int_equal(mailbox_copy_messages(inbox, house->call, &gone, "Work", &result), 0);
	assert_int_equal(result.source.count, 0);
	assert_int_equal(mailbox_copy_messages(inbox, house->call, &uids, "none", &result),
		ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(mailbox_copy_messages(inbox, house->call, &uids, "a//b", &result),
		ROOST_ERR_NO_SUCH_MAILBOX);
	house_check_change(house->work, NULL);
	house_check_change(house->inbox, NULL);
	roost_copy_result_clear(&result);
	roost_uidset_clear(&uids);
	roost_uidset_clear(&gone);
	mailbox_close(inbox);
}

/* Without the op: only what was moved is removed, though message 4 has \Deleted too. */
static void moves_are_supplied(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = house_uids("1,3,90");
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_int_equal(mailbox_move_messages(inbox, house->call, &uids, "Work", &result), 0);
	house_check_uids(&result.source, "1,3");
	house_check_uids(&result.destination, "1:2");
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 3);
	assert_int_equal(toy_box(&house->toy, "Work")->count, 2);
	assert_int_equal(toy_box(&house->toy, "Work")->messages[0].flags, 0);
	house_check_change(house->work, "MAILBOX Work");
	house_check_change(house->inbox, "EXPUNGE INBOX 1,3");
	house_check_change(house->inbox, NULL);
	roost_copy_result_clear(&result);
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

/* Without the op: stored, and only the old one is removed; and what fails says how far it came. */
static void replacing_is_supplied(void **state)
{
	struct house *house = *state;
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	struct roost_content *content;
	assert_int_equal(roost_content_create_borrowed("new mail", 8, NULL, NULL, &content), 0);
	const struct roost_new_message message = { .size = sizeof(message), .content = content };
	assert_int_equal(
		mailbox_replace_message(inbox, house->call, 3, "Work", &message, &result), 0);
	house_check_uids(&result.source, "3");
	house_check_uids(&result.destination, "1");
	assert_int_equal(result.uid_validity, 7);
	assert_int_equal(house->toy.messages_without_outline, 0);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 4);
	assert_int_equal(toy_box(&house->toy, "Work")->count, 1);
	house_check_change(house->work, "MAILBOX Work");
	house_check_change(house->inbox, "EXPUNGE INBOX 3");
	assert_int_equal(mailbox_replace_message(inbox, house->call, 3, "Work", &message, &result),
		ROOST_ERR_EXPUNGED);
	assert_int_equal(mailbox_replace_message(inbox, house->call, 1, "none", &message, &result),
		ROOST_ERR_NO_SUCH_MAILBOX);
	assert_int_equal(mailbox_replace_message(inbox, house->call, 1, "a//b", &message, &result),
		ROOST_ERR_NO_SUCH_MAILBOX);
	house->toy.user_limit = 7;
	assert_int_equal(mailbox_replace_message(inbox, house->call, 1, "Work", &message, &result),
		ROOST_ERR_TOO_BIG);
	house->toy.user_limit = ROOST_NO_LIMIT;
	house_check_change(house->work, NULL);
	house_check_change(house->inbox, NULL);
	house->toy.expunge_error = ROOST_ERR_IO;
	assert_int_equal(mailbox_replace_message(inbox, house->call, 1, "Work", &message, &result),
		ROOST_ERR_IO);
	assert_non_null(strstr(roost_call_text(house->call),
		"The new message is in \"Work\" but the old one could not be removed"));
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 4);
	assert_int_equal(toy_box(&house->toy, "Work")->count, 2);
	house_check_change(house->work, "MAILBOX Work");
	house_check_change(house->inbox, "MESSAGE INBOX 1");
	roost_copy_result_clear(&result);
	roost_content_unref(content);
	mailbox_close(inbox);
}

static void moves_that_stop_halfway_say_so(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = house_uids("1");
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	house->toy.copy_error = ROOST_ERR_OVER_QUOTA;
	assert_int_equal(mailbox_move_messages(inbox, house->call, &uids, "Work", &result),
		ROOST_ERR_OVER_QUOTA);
	assert_string_equal(roost_call_text(house->call), TOY_TEXT);
	house_check_change(house->work, NULL);
	house->toy.copy_error = 0;
	house->toy.flags_error = ROOST_ERR_LIMIT;
	assert_int_equal(
		mailbox_move_messages(inbox, house->call, &uids, "Work", &result), ROOST_ERR_LIMIT);
	assert_string_equal(roost_call_text(house->call),
		"The messages were copied to \"Work\" but could not be removed here: " TOY_TEXT);
	house_check_change(house->work, "MAILBOX Work");
	house_check_change(house->inbox, "MESSAGE INBOX 1");
	house->toy.flags_error = 0;
	house->toy.expunge_error = ROOST_ERR_IO;
	assert_int_equal(
		mailbox_move_messages(inbox, house->call, &uids, "Work", &result), ROOST_ERR_IO);
	assert_non_null(strstr(roost_call_text(house->call), "could not be removed"));
	house_check_change(house->inbox, "MESSAGE INBOX 1");
	house_check_change(house->inbox, NULL);
	assert_int_equal(result.source.count, 0);
	assert_int_equal(toy_box(&house->toy, "INBOX")->count, 5);
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

static void expunges_are_told(void **state)
{
	struct house *house = *state;
	struct roost_uidset none = ROOST_UIDSET_EMPTY;
	struct roost_uidset others = house_uids("1:3");
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	assert_int_equal(mailbox_expunge(inbox, house->call, &none, &expunged), 0);
	assert_int_equal(mailbox_expunge(inbox, house->call, &others, &expunged), 0);
	house_check_change(house->inbox, NULL);
	assert_int_equal(mailbox_expunge(inbox, house->call, NULL, &expunged), 0);
	house_check_uids(&expunged, "4");
	house_check_change(house->inbox, "EXPUNGE INBOX 4");
	house_check_change(house->inbox, NULL);
	roost_uidset_clear(&others);
	roost_uidset_clear(&expunged);
	mailbox_close(inbox);
}

/* A table of a backend that was built when the interface was smaller. */
static void old_tables_end_early(void **state)
{
	struct house *house = *state;
	struct roost_uidset uids = house_uids("1");
	struct roost_uidset out = ROOST_UIDSET_EMPTY;
	house->toy.user_ops.size = offsetof(struct roost_user_ops, set_subscribed);
	house->toy.mailbox_ops.expunge = (int (*)(struct roost_mailbox *, struct roost_call *,
		const struct roost_uidset *, struct roost_uidset *))(uintptr_t)1;
	assert_int_equal(user_set_subscribed(house->user, house->call, "Work", true),
		ROOST_ERR_NOT_SUPPORTED);
	struct roost_mailbox_ops old = house->toy.mailbox_ops;
	struct roost_mailbox *inbox = house_open(house, "INBOX");
	old.size = offsetof(struct roost_mailbox_ops, expunge);
	inbox->ops = &old;
	assert_int_equal(mailbox_expunge(inbox, house->call, NULL, &out), ROOST_ERR_NOT_SUPPORTED);
	inbox->ops = &house->toy.mailbox_ops;
	house->toy.user_ops.size = sizeof(house->toy.user_ops);
	roost_uidset_clear(&uids);
	mailbox_close(inbox);
}

static void backends_need_no_end(void **state)
{
	struct house *house = *state;
	roost_backend_destroy(NULL);
	roost_backend_destroy(&house->toy.base);
	user_logout(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(six_ops_are_enough),
		TEST(missing_ops_change_nothing),
		TEST(read_only_backends_are_not_changed),
		TEST(names_are_checked_first),
		TEST(mailbox_changes_are_told),
		TEST(nobody_need_listen),
		TEST(rename_inbox_moves_its_messages),
		TEST(rename_of_an_empty_inbox),
		TEST(failed_rename_of_inbox_leaves_nothing),
		TEST(status_is_counted),
		TEST(status_asks_the_backend_first),
		TEST(the_lowest_limit_counts),
		TEST(new_messages_have_outlines),
		TEST(outlines_are_supplied),
		TEST(message_outlines),
		TEST(search_scans),
		TEST(flag_changes_are_told),
		TEST(copies_are_told),
		TEST(moves_are_supplied),
		TEST(replacing_is_supplied),
		TEST(moves_that_stop_halfway_say_so),
		TEST(expunges_are_told),
		TEST(old_tables_end_early),
		TEST(backends_need_no_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

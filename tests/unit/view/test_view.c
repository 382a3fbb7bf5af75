/* test_view.c - sequence numbers and UIDs of one session, and what it may be told, over a mailbox whose
 * messages the test sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "view/view.h"

struct fake {
	struct roost_mailbox mailbox;
	struct roost_user user;
	struct roost_backend backend;
	const char *uids;
	const char *recent;
	uint32_t uid_validity;
	int error;
	int closed;
};

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *out)
{
	struct fake *fake = roost_container_of(mailbox, struct fake, mailbox);

	if (fake->error != 0) {
		return roost_call_fail(call, fake->error, "as the test says");
	}
	if (fake->uids[0] != '\0') {
		assert_int_equal(roost_uidset_parse(&out->uids, fake->uids, strlen(fake->uids)), 0);
	}
	if (fake->recent[0] != '\0') {
		assert_int_equal(
			roost_uidset_parse(&out->recent, fake->recent, strlen(fake->recent)), 0);
	}
	out->uid_validity = fake->uid_validity;
	out->uid_next = 1000;
	return 0;
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	(void)mailbox;
	(void)uids;
	(void)options;
	(void)deliver;
	(void)context;
	return roost_call_fail(call, ROOST_ERR_NOT_SUPPORTED, "not in this test");
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	roost_container_of(mailbox, struct fake, mailbox)->closed++;
}

static const struct roost_mailbox_ops ops = {
	.size = sizeof(ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.close = close_mailbox,
};

struct fixture {
	struct fake fake;
	struct view *view;
	struct roost_call *call;
};

static void begin(struct fixture *fixture, const char *uids, const char *recent)
{
	struct roost_snapshot first = { .size = sizeof(first) };

	memset(fixture, 0, sizeof(*fixture));
	fixture->fake.user.backend = &fixture->fake.backend;
	fixture->fake.user.name = "anna";
	fixture->fake.user.delimiter = '/';
	fixture->fake.mailbox = (struct roost_mailbox) { &ops, &fixture->fake.user, "work/mail" };
	fixture->fake.uids = uids;
	fixture->fake.recent = recent;
	fixture->fake.uid_validity = 7;
	assert_int_equal(roost_call_create(&fixture->call, 0), 0);
	assert_int_equal(
		view_create(&fixture->fake.mailbox, fixture->call, false, &first, &fixture->view),
		0);
	roost_snapshot_clear(&first);
}

static void end(struct fixture *fixture)
{
	view_destroy(fixture->view);
	assert_int_equal(fixture->fake.closed, 1);
	roost_call_destroy(fixture->call);
}

static void check_set(const struct roost_uidset *set, const char *expected)
{
	char text[256];

	assert_true(roost_uidset_format(set, text, sizeof(text)) < sizeof(text));
	assert_string_equal(text, expected);
}

static void test_numbers(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "3:5,9,20:22", "20:22");
	static const uint32_t uids[] = { 3, 4, 5, 9, 20, 21, 22 };
	assert_int_equal(view_count(f.view), 7);
	assert_int_equal(view_recent_count(f.view), 3);
	for (uint32_t i = 0; i < 7; i++) {
		assert_int_equal(view_sequence(f.view, uids[i]), i + 1);
	}
	assert_int_equal(view_sequence(f.view, 1), 0);
	assert_int_equal(view_sequence(f.view, 10), 0);
	assert_int_equal(view_sequence(f.view, 23), 0);
	end(&f);
}

#define STAR SEQUENCE_STAR

static void test_resolve(void **state)
{
	static const struct {
		const char *mailbox;
		struct sequence_range ranges[3];
		size_t count;
		bool uid, lenient;
		int result;
		const char *uids;
	} rows[] = {
		{ "3:5,9,20:22", { { 1, 1 } }, 1, false, false, 0, "3" },
		{ "3:5,9,20:22", { { 2, 5 } }, 1, false, false, 0, "4:5,9,20" },
		{ "3:5,9,20:22", { { 5, 2 } }, 1, false, false, 0, "4:5,9,20" },
		{ "3:5,9,20:22", { { 1, STAR } }, 1, false, false, 0, "3:5,9,20:22" },
		{ "3:5,9,20:22", { { STAR, STAR } }, 1, false, false, 0, "22" },
		{ "3:5,9,20:22", { { 7, 7 }, { 1, 1 }, { 4, 4 } }, 3, false, false, 0, "3,9,22" },
		{ "3:5,9,20:22", { { 8, 8 } }, 1, false, false, ROOST_ERR_INVALID, "" },
		{ "3:5,9,20:22", { { 7, 8 } }, 1, false, false, ROOST_ERR_INVALID, "" },
		{ "3:5,9,20:22", { { 7, 8 } }, 1, false, true, 0, "22" },
		{ "3:5,9,20:22", { { 8, 8 } }, 1, false, true, 0, "" },
		{ "3:5,9,20:22", { { 9, STAR } }, 1, false, false, 0, "22" },
		{ "3:5,9,20:22", { { 4294967295u, 1 } }, 1, false, true, 0, "3:5,9,20:22" },
		{ "", { { 1, STAR } }, 1, false, false, 0, "" },
		{ "", { { STAR, STAR } }, 1, true, false, 0, "" },
		{ "", { { 1, 1 } }, 1, false, false, ROOST_ERR_INVALID, "" },
		{ "3:5,9,20:22", { { 6, 7 }, { 2, 2 }, { 4, 5 } }, 3, false, false, 0,
			"4,9,20:22" },
		{ "3,5,7,9", { { 4, 4 }, { 2, 2 } }, 2, false, false, 0, "5,9" },
		{ "3:5,9,20:22", { { 3, 4 }, { 9, 12 } }, 2, false, true, 0, "5,9" },
		{ "3:5,9,20:22", { { 4, 20 } }, 1, true, false, 0, "4:5,9,20" },
		{ "3:5,9,20:22", { { 100, STAR } }, 1, true, false, 0, "22" },
		{ "3:5,9,20:22", { { 6, 8 }, { 10, 19 } }, 2, true, false, 0, "" },
		{ "3:5,9,20:22", { { 1, 4294967295u } }, 1, true, false, 0, "3:5,9,20:22" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sequence_set set = { .ranges = rows[i].ranges, .count = rows[i].count };
		struct roost_uidset uids = ROOST_UIDSET_EMPTY;
		struct fixture f;
		begin(&f, rows[i].mailbox, "");
		assert_int_equal(view_resolve(f.view, &set, rows[i].uid, rows[i].lenient, &uids),
			rows[i].result);
		check_set(&uids, rows[i].uids);
		roost_uidset_clear(&uids);
		end(&f);
	}
}

static void note_sequence(void *context, uint32_t sequence)
{
	uint32_t *told = context;

	told[++told[0]] = sequence;
}

static void test_expunges_are_told_from_the_end(void **state)
{
	struct fixture f;
	uint32_t told[16] = { 0 };
	struct change change = { .kind = ROOST_UPDATE_EXPUNGE };

	(void)state;
	begin(&f, "3:5,9,20:22", "9");
	assert_int_equal(roost_uidset_parse(&change.uids, "4:9,21,50", 9), 0);
	assert_int_equal(view_note(f.view, &change), 0);
	assert_int_equal(view_note(f.view, &change), 0); /* twice does no harm */
	assert_true(view_has_news(f.view));
	assert_int_equal(view_count(f.view), 7); /* until it is told */
	assert_int_equal(view_tell_gone(f.view, 2, note_sequence, told), 0);
	assert_int_equal(view_count(f.view), 5);
	assert_int_equal(view_tell_gone(f.view, 100, note_sequence, told), 0);
	assert_int_equal(told[0], 4);
	static const uint32_t expected[] = { 6, 4, 3, 2 };
	assert_memory_equal(told + 1, expected, sizeof(expected));
	check_set(&f.view->uids, "3,20,22");
	assert_int_equal(view_recent_count(f.view), 0);
	assert_false(view_has_news(f.view));
	assert_int_equal(view_sequence(f.view, 22), 3);
	roost_uidset_clear(&change.uids);
	end(&f);
}

static void test_looking(void **state)
{
	struct fixture f;
	struct change change = { .kind = ROOST_UPDATE_MAILBOX };

	(void)state;
	begin(&f, "3:5", "");
	f.fake.uids = "4,7:8";
	f.fake.recent = "8";
	assert_int_equal(view_look(f.view, f.call), 0);
	assert_false(view_has_news(f.view)); /* nothing had happened */
	assert_int_equal(view_note(f.view, &change), 0);
	assert_int_equal(view_look(f.view, f.call), 0);
	check_set(&f.view->gone, "3,5");
	check_set(&f.view->fresh, "7:8");
	assert_int_equal(view_recent_count(f.view), 0);
	assert_int_equal(view_tell_fresh(f.view), 0);
	assert_int_equal(view_recent_count(f.view), 1);
	check_set(&f.view->uids, "3:5,7:8");

	f.fake.error = ROOST_ERR_IO;
	assert_int_equal(view_note(f.view, &change), 0);
	assert_int_equal(view_look(f.view, f.call), ROOST_ERR_IO);
	assert_true(f.view->look); /* is tried again */
	f.fake.error = 0;
	f.fake.uid_validity = 8;
	assert_int_equal(view_look(f.view, f.call), 0);
	assert_true(f.view->ended);
	end(&f);
}

static void test_events_end_the_view(void **state)
{
	static const struct {
		enum roost_mailbox_event event;
		const char *mailbox;
		bool may_end;
	} rows[] = {
		{ ROOST_MAILBOX_DELETED, "work/mail", true },
		{ ROOST_MAILBOX_DELETED, "work", false }, /* children stay */
		{ ROOST_MAILBOX_DELETED, "work/mail2", false },
		{ ROOST_MAILBOX_RENAMED, "work/mail", true },
		{ ROOST_MAILBOX_RENAMED, "work", true },
		{ ROOST_MAILBOX_RENAMED, "wor", false },
		{ ROOST_MAILBOX_RENAMED, "INBOX", false },
		{ ROOST_MAILBOX_CREATED, "work/mail", false },
		{ ROOST_MAILBOX_SUBSCRIPTION_CHANGED, "work/mail", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct change change = { .kind = ROOST_UPDATE_MAILBOX_INFO,
			.event = rows[i].event,
			.mailbox = rows[i].mailbox,
			.new_name = "other" };
		struct fixture f;
		begin(&f, "1", "");
		assert_int_equal(view_note(f.view, &change), 0);
		assert_int_equal(f.view->look, rows[i].may_end);
		/* The event was late: another mailbox has the name by now. */
		assert_int_equal(view_look(f.view, f.call), 0);
		assert_false(f.view->ended);
		assert_int_equal(view_note(f.view, &change), 0);
		f.fake.error = ROOST_ERR_NO_SUCH_MAILBOX;
		assert_int_equal(view_look(f.view, f.call), 0);
		assert_int_equal(f.view->ended, rows[i].may_end);
		end(&f);
	}
}

static void test_flags(void **state)
{
	struct fixture f;
	struct change change = { .kind = ROOST_UPDATE_MESSAGE };

	(void)state;
	begin(&f, "3:5,9", "");
	assert_int_equal(roost_uidset_parse(&change.uids, "1:4,100", 7), 0);
	assert_int_equal(view_note(f.view, &change), 0);
	check_set(&f.view->changed, "3:4");
	change.all_uids = true;
	assert_int_equal(view_note(f.view, &change), 0);
	check_set(&f.view->changed, "3:5,9");
	roost_uidset_clear(&f.view->changed);
	assert_int_equal(view_note_lost(f.view), 0);
	check_set(&f.view->changed, "3:5,9");
	assert_true(f.view->look);
	roost_uidset_clear(&change.uids);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_expunges_are_told_from_the_end),
		cmocka_unit_test(test_looking),
		cmocka_unit_test(test_events_end_the_view),
		cmocka_unit_test(test_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

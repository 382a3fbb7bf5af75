/* house.c - a toy with a signed-in user, and what sessions in two mailboxes are told. */
#include "house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void woken(void *context)
{
	(void)context;
}

int house_set_up(void **state)
{
	struct roost_credentials credentials = { .size = sizeof(credentials), .username = "fred" };
	struct house *house = calloc(1, sizeof(*house));
	assert_non_null(house);
	toy_init(&house->toy);
	struct toy_box *inbox = toy_box(&house->toy, "INBOX");
	assert_non_null(toy_add_box(&house->toy, "Work"));
	(void)toy_add(inbox, "Subject: one\n\nfirst body\n", 0, false);
	(void)toy_add(inbox, "Subject: two\n\nsecond body\n", ROOST_FLAG_SEEN, true);
	(void)toy_add(inbox, "Subject: three\n\nthird body\n", 0, false);
	(void)toy_add(inbox, "Subject: four\n\nfourth body\n", ROOST_FLAG_DELETED, true);
	(void)toy_add(inbox, "Subject: five\n\nfifth body\n", 0, true);
	assert_int_equal(roost_call_create(&house->call, 0), 0);
	assert_int_equal(
		backend_login(&house->toy.base, house->call, &credentials, &house->user), 0);
	assert_int_equal(watch_create(house->toy.updates, "fred", woken, NULL, &house->inbox), 0);
	assert_int_equal(watch_create(house->toy.updates, "fred", woken, NULL, &house->work), 0);
	assert_int_equal(watch_select(house->inbox, "INBOX"), 0);
	assert_int_equal(watch_select(house->work, "Work"), 0);
	*state = house;
	return 0;
}

int house_tear_down(void **state)
{
	struct house *house = *state;
	watch_destroy(house->inbox);
	watch_destroy(house->work);
	assert_int_equal(house->toy.open_handles, 0);
	user_logout(house->user);
	toy_destroy(&house->toy);
	roost_call_destroy(house->call);
	free(house);
	return 0;
}

struct roost_mailbox *house_open(struct house *house, const char *name)
{
	struct roost_open_options options = { .size = sizeof(options), .select = true };
	struct roost_mailbox *mailbox = NULL;
	assert_int_equal(user_get_mailbox(house->user, house->call, name, &options, &mailbox), 0);
	return mailbox;
}

struct roost_uidset house_uids(const char *text)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	if (text[0] != 0) {
		assert_int_equal(roost_uidset_parse(&uids, text, strlen(text)), 0);
	}
	return uids;
}

void house_check_uids(const struct roost_uidset *uids, const char *wanted)
{
	char text[200];
	(void)roost_uidset_format(uids, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void describe(const struct change *change, char *text, size_t size)
{
	static const char *const kinds[] = { "STATUS", "MAILBOX", "INFO", "MESSAGE", "EXPUNGE" };
	static const char *const events[] = { "CREATED", "DELETED", "RENAMED", "SUBSCRIPTION" };
	char uids[200];
	if (change->kind == ROOST_UPDATE_MAILBOX_INFO) {
		(void)snprintf(text, size, "%s %s%s%s", events[change->event], change->mailbox,
			change->new_name != NULL ? " " : "",
			change->new_name != NULL ? change->new_name : "");
		return;
	}
	(void)roost_uidset_format(&change->uids, uids, sizeof(uids));
	(void)snprintf(text, size, "%s %s%s%s", kinds[change->kind], change->mailbox,
		uids[0] != 0 ? " " : "", uids);
}

void house_check_change(struct watch *watch, const char *wanted)
{
	char text[500];
	const struct change *change = watch_next(watch);
	assert_false(watch_lost(watch));
	if (change == NULL || wanted == NULL) {
		if (change != NULL) {
			describe(change, text, sizeof(text));
			fail_msg("told: %s", text);
		}
		assert_null(wanted);
		return;
	}
	assert_string_equal(change->user, "fred");
	describe(change, text, sizeof(text));
	assert_string_equal(text, wanted);
	watch_told(watch);
}

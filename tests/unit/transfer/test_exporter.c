/* test_exporter.c - an export beside somebody who moves messages and mailboxes. */
#include "transfer/exporter.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "local_session.h"
#include "transfer/marker.h"

#define MESSAGES 32 /* each is a number below */
#define PLACES 8

/* What the export has of a mailbox: its messages, by their UIDs. */
struct place {
	char path[300];
	uint32_t uid_validity;
	int numbers[MESSAGES + 1]; /* by UID; 0: not there */
	unsigned opened;
};

/* A store in which anna has mail, and somebody who works in it. */
static struct house {
	char folder[256], data[264], out[264];
	struct roost_backend *backend;
	struct local_session anna;

	/* What happens when the place of that mailbox is opened or closed, and how often yet. */
	const char *where;
	bool at_open;
	void (*what)(void);
	unsigned times;

	struct writer writer;
	struct place places[PLACES];
	struct place *open, before; /* as it was when it was opened */
	bool anew; /* as mbox: a mailbox is written anew */
	struct exporter_sum sum;
} house;

static const char *name_of(const struct place *place)
{
	return strrchr(place->path, '/') + 1;
}

static void happen(bool at_open)
{
	if (house.times > 0 && at_open == house.at_open &&
		strcmp(name_of(house.open), house.where) == 0) {
		house.times--;
		house.what();
	}
}

static char *place(const char *name, bool salt)
{
	assert_false(salt);
	return strdup(name);
}

static struct place *find(const char *path)
{
	struct place *found = house.places;
	while (found->path[0] != '\0' && strcmp(found->path, path) != 0) {
		found++;
		assert_true(found < house.places + PLACES);
	}
	(void)snprintf(found->path, sizeof(found->path), "%s", path);
	return found;
}

static int open_place(struct writer *writer, const char *path, uint32_t uid_validity,
	struct roost_uidset *known_out)
{
	(void)writer;
	struct place *found = house.open = find(path);
	house.before = *found;
	found->opened++;
	if (house.anew || found->uid_validity != uid_validity) {
		memset(found->numbers, 0, sizeof(found->numbers));
	}
	found->uid_validity = uid_validity;
	for (uint32_t uid = 1; uid <= MESSAGES; uid++) {
		if (found->numbers[uid] != 0) {
			assert_int_equal(roost_uidset_add(known_out, uid), 0);
		}
	}
	happen(true);
	return 0;
}

static int keep(struct writer *writer, const struct roost_message *message)
{
	(void)writer;
	assert_int_not_equal(house.open->numbers[message->uid], 0);
	return 0;
}

static int put(struct writer *writer, const struct roost_message *message, const char *bytes)
{
	(void)writer;
	assert_in_range(message->uid, 1, MESSAGES);
	assert_int_equal(house.open->numbers[message->uid], 0);
	house.open->numbers[message->uid] = bytes[0];
	return 0;
}

static int close_place(struct writer *writer, bool whole)
{
	(void)writer;
	if (house.anew && !whole) {
		unsigned opened = house.open->opened;
		*house.open = house.before;
		house.open->opened = opened;
	}
	happen(false);
	return 0;
}

static int create(struct writer **writer_out)
{
	*writer_out = &house.writer;
	return 0;
}

static void destroy(struct writer *writer)
{
	(void)writer;
}

static const struct writer_ops format = {
	.format = "test",
	.place = place,
	.open = open_place,
	.keep = keep,
	.put = put,
	.close = close_place,
	.create = create,
	.destroy = destroy,
};

static void append(const char *mailbox, char number)
{
	struct roost_mailbox *opened = local_session_select(&house.anna, mailbox, false);
	assert_non_null(opened);
	assert_int_equal(local_session_append(&house.anna, opened, &number, 1, NULL), 0);
	opened->ops->close(opened);
}

static void make_mailbox(const char *name)
{
	struct roost_user *user = house.anna.user;
	const struct roost_create_options options = { .size = sizeof(options) };
	assert_int_equal(user->ops->create_mailbox(user, house.anna.call, name, &options), 0);
}

static void delete_work(void)
{
	struct roost_user *user = house.anna.user;
	assert_int_equal(user->ops->delete_mailbox(user, house.anna.call, "Work"), 0);
}

static void rename_work(void)
{
	struct roost_user *user = house.anna.user;
	assert_int_equal(user->ops->rename_mailbox(user, house.anna.call, "Work", "Play"), 0);
}

static void make_work_again(void)
{
	delete_work();
	make_mailbox("Work");
	append("Work", '7');
}

static void move_to_inbox(void)
{
	uint32_t uid;
	struct roost_mailbox *work = local_session_select(&house.anna, "Work", false);
	assert_non_null(work);
	assert_int_equal(local_session_move(&house.anna, work, 2, "INBOX", &uid), 0);
	work->ops->close(work);
}

static void append_to_inbox(void)
{
	append("INBOX", '8');
}

static int set_up(void **state)
{
	(void)state;
	house = (struct house) { .writer = { .ops = &format } };
	local_folder_make(house.folder, sizeof(house.folder));
	(void)snprintf(house.data, sizeof(house.data), "%s/mail", house.folder);
	(void)snprintf(house.out, sizeof(house.out), "%s/out", house.folder);
	assert_int_equal(local_session_open(house.data, 0, 0, &house.backend), 0);
	assert_int_equal(local_session_login(&house.anna, house.backend, "anna"), 0);
	make_mailbox("Work");
	append("INBOX", '1');
	append("Work", '2');
	append("Work", '3');
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	local_session_logout(&house.anna);
	roost_backend_destroy(house.backend);
	local_folder_remove(house.folder);
	return 0;
}

/* Export, while that happens so many times. */
static void export_while(const char *where, bool at_open, void (*what)(void), unsigned times)
{
	static const volatile sig_atomic_t stop = 0;
	const struct exporter_options options = {
		.user = "anna",
		.path = house.out,
		.format = &format,
		.stop = &stop,
	};
	house.where = where;
	house.at_open = at_open;
	house.what = what;
	house.times = times;
	exporter_run(house.backend, &options, &house.sum);
	assert_false(house.sum.stopped);
	assert_int_equal(house.sum.failed, 0);
}

/* In the order of the UIDs; NULL: it was never opened. */
static void expect(const char *name, const char *numbers)
{
	for (struct place *place = house.places; place->path[0] != '\0'; place++) {
		char text[MESSAGES + 1] = "";
		size_t n = 0;
		for (uint32_t uid = 1; uid <= MESSAGES; uid++) {
			if (place->numbers[uid] != 0) {
				text[n++] = (char)place->numbers[uid];
			}
		}
		if (strcmp(name_of(place), name) == 0) {
			assert_non_null(numbers);
			assert_string_equal(text, numbers);
			return;
		}
	}
	assert_null(numbers);
}

static unsigned opened(const char *name)
{
	for (struct place *place = house.places; place->path[0] != '\0'; place++) {
		if (strcmp(name_of(place), name) == 0) {
			return place->opened;
		}
	}
	return 0;
}

static void test_alone(void **state)
{
	(void)state;
	export_while("", false, NULL, 0);
	expect("INBOX", "1");
	expect("Work", "23");
	assert_int_equal(house.sum.written, 3);
	assert_int_equal(opened("INBOX") + opened("Work"), 2);
}

/* Before its turn; then its name is in the list, and nothing is there. */
static void test_renamed(void **state)
{
	struct marker marker;
	(void)state;
	export_while("INBOX", false, rename_work, 1);
	expect("Work", NULL);
	expect("Play", "23");
	assert_int_equal(house.sum.written, 3);
	assert_true(marker_read(house.out, &marker));
	assert_non_null(marker_find(&marker, "Play"));
	marker_clear(&marker);
}

static void test_renamed_at_its_turn(void **state)
{
	(void)state;
	for (int anew = 0; anew < 2; anew++) {
		house.anew = anew == 1;
		export_while("Work", true, rename_work, 1);
		expect("Work", "");
		expect("Play", "23");
		assert_int_equal(house.sum.written, 3);
		assert_int_equal(tear_down(state) + set_up(state), 0);
	}
}

static void test_deleted(void **state)
{
	(void)state;
	export_while("INBOX", false, delete_work, 1);
	expect("Work", NULL);
	assert_int_equal(house.sum.written, 1);
}

/* What an earlier export has of it stays. */
static void test_deleted_at_its_turn(void **state)
{
	(void)state;
	for (int anew = 0; anew < 2; anew++) {
		house.anew = anew == 1;
		export_while("", true, NULL, 0);
		append("Work", '4');
		export_while("Work", true, delete_work, 1);
		expect("Work", "23");
		assert_int_equal(house.sum.written, anew);
		assert_int_equal(tear_down(state) + set_up(state), 0);
	}
}

static void test_made_again(void **state)
{
	(void)state;
	export_while("Work", false, make_work_again, 1);
	expect("Work", "7");
	assert_int_equal(house.sum.written, 4);
}

/* From where it was not looked yet to where it was. */
static void test_moved(void **state)
{
	(void)state;
	for (int anew = 0; anew < 2; anew++) {
		house.anew = anew == 1;
		export_while("INBOX", false, move_to_inbox, 1);
		expect("INBOX", "13");
		expect("Work", "2");
		assert_int_equal(house.sum.written, 3);
		assert_int_equal(house.sum.known, 0);
		assert_int_equal(tear_down(state) + set_up(state), 0);
	}
}

/* Mail that comes all the time does not keep it for ever; each message is counted once. */
static void test_mail_comes(void **state)
{
	(void)state;
	for (int anew = 0; anew < 2; anew++) {
		house.anew = anew == 1;
		export_while("INBOX", false, append_to_inbox, UINT32_MAX);
		assert_int_equal(opened("INBOX"), 5);
		assert_int_equal(opened("Work"), 1);
		expect("INBOX", "18888");
		assert_int_equal(house.sum.written, 2 + 5);
		assert_int_equal(house.sum.known, 0);
		assert_int_equal(tear_down(state) + set_up(state), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_renamed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_renamed_at_its_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deleted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deleted_at_its_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_made_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_moved, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mail_comes, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

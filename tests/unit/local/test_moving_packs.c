/* test_moving_packs.c - mail is checked, backed up and read while it moves from pack to pack. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "care_house.h"

/* -- each time that somebody looks */

/* Before a pack is opened so often, all moves to another one. */
static struct {
	struct house *house; /* NULL: nothing moves */
	unsigned moves;
	uint32_t expunged; /* a message that goes before the last move; 0: none does */
} mover;

int __real_local_pack_open_reader(const char *folder, uint64_t id, int *fd_out);
int __wrap_local_pack_open_reader(const char *folder, uint64_t id, int *fd_out);

static void expunge_now(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	house_expunge(anna, inbox, *(uint32_t *)context);
}

int __wrap_local_pack_open_reader(const char *folder, uint64_t id, int *fd_out)
{
	struct house *house = mover.house;
	if (house != NULL && mover.moves > 0) {
		mover.house = NULL;
		if (--mover.moves == 0 && mover.expunged != 0) {
			house_with_inbox(house, expunge_now, &mover.expunged);
		}
		house_compact(house);
		mover.house = house;
	}
	return __real_local_pack_open_reader(folder, id, fd_out);
}

static void begin_moving(struct house *house, uint32_t expunged)
{
	mover.house = house;
	mover.moves = 3;
	mover.expunged = expunged;
}

static void end_moving(void)
{
	assert_int_equal(mover.moves, 0);
	mover.house = NULL;
}

static void test_check(void **state)
{
	(void)state;
	for (uint32_t expunged = 0; expunged < 2; expunged++) {
		struct house house;
		house_begin(&house);
		begin_moving(&house, expunged);
		assert_string_equal(house_check(&house, false), "");
		end_moving();
		house_end(&house);
	}
}

static int count_message(void *context, const struct roost_message *message)
{
	unsigned *counts = context; /* all, and those with bytes */
	counts[0]++;
	counts[1] += (message->has & ROOST_MESSAGE_CONTENT) != 0 && message->content != NULL;
	return 0;
}

static void list_moving(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	unsigned counts[2] = { 0, 0 };
	begin_moving(context, mover.expunged);
	local_session_log_count = 0;
	assert_int_equal(
		local_session_list(anna, inbox, ROOST_MESSAGE_CONTENT, count_message, counts), 0);
	end_moving();
	assert_int_equal(counts[0], HOUSE_LEFT - (mover.expunged != 0));
	assert_int_equal(counts[1], counts[0]);
	assert_int_equal(local_session_log_count, 0);
}

static void test_fetch(void **state)
{
	(void)state;
	for (uint32_t expunged = 0; expunged < 2; expunged++) {
		struct house house;
		house_begin(&house);
		mover.expunged = expunged;
		house_with_inbox(&house, list_moving, &house);
		house_end(&house);
	}
}

/* -- beside those who work */

struct work {
	struct house house;
	atomic_bool stop;
	atomic_uint rounds;
};

static void work_on(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	struct work *work = context;
	uint32_t uid = 0;
	while (!atomic_load(&work->stop)) {
		char bytes[HOUSE_MESSAGE_MAX + 1];
		for (unsigned i = 1; i <= HOUSE_MESSAGES; i++) {
			size_t size = house_message(i, bytes);
			assert_int_equal(local_session_append(anna, inbox, bytes, size, &uid), 0);
		}
		(void)house_pack_up(&work->house, INT64_MAX);
		house_expunge(anna, inbox, uid - 2);
		house_expunge(anna, inbox, uid - 5);
		if (atomic_load(&work->rounds) % 3 == 2) {
			house_compact(&work->house);
		}
		atomic_fetch_add(&work->rounds, 1);
	}
}

static void *work(void *context)
{
	struct work *work = context;
	house_with_inbox(&work->house, work_on, work);
	return NULL;
}

static void test_beside_work(void **state)
{
	struct house house;
	struct work worker = { .stop = false };
	struct roost_backend *backend;
	pthread_t thread;
	(void)state;
	house_begin(&house);
	worker.house = house;
	assert_int_equal(pthread_create(&thread, NULL, work, &worker), 0);
	/* Until all that the other does was done meanwhile. */
	for (unsigned i = 0; i < 6 || atomic_load(&worker.rounds) < 4; i++) {
		char user[32];
		assert_int_equal(local_session_open(house.folder, 0, 0, &backend), 0);
		house_backup(&house, backend, i % 2 == 1);
		assert_string_equal(house.finds, "");
		(void)snprintf(user, sizeof(user), "copy%u", i);
		house_restore(&house, backend, user);
		roost_backend_destroy(backend);
		assert_string_equal(house_check(&house, false), "");
		house.user = user;
		assert_string_equal(house_check(&house, false), "");
		house.user = "anna";
	}
	atomic_store(&worker.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_string_equal(house_check(&house, false), "");
	house_end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_beside_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

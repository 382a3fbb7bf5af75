/* test_changes.c - what is queued for whom, in which order, and when `done` is called. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/changes.h"

struct fixture {
	struct roost_backend backend;
	struct roost_updates *updates;
	struct roost_updates *set; /* what set_updates was last given */
};

static void note_updates(struct roost_backend *backend, struct roost_updates *updates)
{
	roost_container_of(backend, struct fixture, backend)->set = updates;
}

static const struct roost_backend_ops backend_ops = {
	.size = sizeof(backend_ops),
	.set_updates = note_updates,
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	assert_non_null(fixture);
	fixture->backend.ops = &backend_ops;
	assert_int_equal(roost_updates_create(&fixture->backend, &fixture->updates), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	roost_updates_destroy(fixture->updates);
	assert_null(fixture->set);
	assert_null(fixture->backend.updates);
	free(fixture);
	return 0;
}

static void count(void *context)
{
	++*(int *)context;
}

static void count_atomic(void *context)
{
	atomic_fetch_add((atomic_int *)context, 1);
}

static void ignore(void *context)
{
	(void)context;
}

static struct roost_update update_of(
	enum roost_update_kind kind, const char *user, const char *mailbox, int *done)
{
	return (struct roost_update) {
		.size = sizeof(struct roost_update),
		.kind = kind,
		.user = user,
		.mailbox = mailbox,
		.text = "text",
		.done = done == NULL ? NULL : count,
		.context = done,
	};
}

static void test_set_updates(void **state)
{
	struct fixture *fixture = *state;
	assert_ptr_equal(fixture->set, fixture->updates);
	assert_ptr_equal(fixture->backend.updates, fixture->updates);
}

static void test_nobody_listens(void **state)
{
	struct fixture *fixture = *state;
	int done = 0;
	struct roost_update update = update_of(ROOST_UPDATE_STATUS, "anna", NULL, &done);
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_int_equal(done, 1);
	update.user = NULL;
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_int_equal(done, 2);
}

static void test_invalid(void **state)
{
	struct fixture *fixture = *state;
	int done = 0;
	struct roost_update good = update_of(ROOST_UPDATE_STATUS, "anna", "INBOX", &done);
	struct roost_update bad[7];
	for (size_t i = 0; i < 7; i++) {
		bad[i] = good;
	}
	bad[0].size = 0;
	bad[1].text = NULL;
	bad[2].kind = ROOST_UPDATE_EXPUNGE;
	bad[3].kind = (enum roost_update_kind)17;
	bad[4].kind = ROOST_UPDATE_MAILBOX_INFO;
	bad[4].event = ROOST_MAILBOX_RENAMED;
	bad[5].status = (enum roost_status_type)9;
	bad[6].size = offsetof(struct roost_update, mailbox);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(roost_updates_post(fixture->updates, &bad[i]), ROOST_ERR_INVALID);
	}
	assert_int_equal(roost_updates_post(fixture->updates, NULL), ROOST_ERR_INVALID);
	assert_int_equal(done, 0);
}

/* An update of a program that was built when the struct ended earlier. */
static void test_short_struct(void **state)
{
	struct fixture *fixture = *state;
	struct watch *watch;
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &watch), 0);
	assert_int_equal(watch_select(watch, "INBOX"), 0);
	int done = 0;
	struct roost_update update = update_of(ROOST_UPDATE_MAILBOX, "anna", "INBOX", &done);
	update.size = offsetof(struct roost_update, status);
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	const struct change *change = watch_next(watch);
	assert_non_null(change);
	assert_null(change->text);
	watch_destroy(watch);
	assert_int_equal(done, 0);
}

static void test_whom_it_concerns(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		enum roost_update_kind kind;
		const char *user, *mailbox;
		bool anna, anna_inbox, anna_work, bert_inbox;
	} cases[] = {
		{ ROOST_UPDATE_STATUS, "anna", NULL, true, true, true, false },
		{ ROOST_UPDATE_STATUS, NULL, NULL, true, true, true, true },
		{ ROOST_UPDATE_MAILBOX_INFO, "anna", "work", true, true, true, false },
		{ ROOST_UPDATE_MAILBOX_INFO, NULL, "work", true, true, true, true },
		{ ROOST_UPDATE_MAILBOX, "anna", "INBOX", false, true, false, false },
		{ ROOST_UPDATE_MAILBOX, "anna", "inbox", false, false, false, false },
		{ ROOST_UPDATE_MAILBOX, NULL, "INBOX", false, true, false, true },
		{ ROOST_UPDATE_MAILBOX, "anna", NULL, false, true, true, false },
		{ ROOST_UPDATE_MAILBOX, NULL, NULL, false, true, true, true },
		{ ROOST_UPDATE_MESSAGE, "anna", "work", false, false, true, false },
		{ ROOST_UPDATE_EXPUNGE, "bert", "INBOX", false, false, false, true },
		{ ROOST_UPDATE_STATUS, "carl", NULL, false, false, false, false },
		{ ROOST_UPDATE_STATUS, "ann", NULL, false, false, false, false },
	};
	static const struct {
		const char *user, *selected;
	} sessions[4] = { { "anna", NULL }, { "anna", "INBOX" }, { "anna", "work" },
		{ "bert", "INBOX" } };
	struct watch *watches[4];
	int woken[4] = { 0 };
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(watch_create(fixture->updates, sessions[i].user, count, &woken[i],
					 &watches[i]),
			0);
		assert_int_equal(watch_select(watches[i], sessions[i].selected), 0);
	}
	struct roost_uid_range range = { 3, 7 };
	struct roost_uidset uids = { &range, 1, 1 };
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct roost_update update =
			update_of(cases[c].kind, cases[c].user, cases[c].mailbox, NULL);
		update.uids = &uids;
		bool wanted[4] = { cases[c].anna, cases[c].anna_inbox, cases[c].anna_work,
			cases[c].bert_inbox };
		memset(woken, 0, sizeof(woken));
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(woken[i], wanted[i]);
			assert_int_equal(watch_pending(watches[i]), wanted[i]);
			const struct change *change = watch_next(watches[i]);
			assert_int_equal(change != NULL, wanted[i]);
			assert_false(watch_pending(watches[i]));
			assert_null(watch_next(watches[i]));
			if (change != NULL) {
				assert_int_equal(change->kind, cases[c].kind);
			}
			watch_told(watches[i]);
		}
	}
	for (size_t i = 0; i < 4; i++) {
		watch_destroy(watches[i]);
	}
}

static void test_copies_all(void **state)
{
	struct fixture *fixture = *state;
	struct watch *watch;
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &watch), 0);
	assert_int_equal(watch_select(watch, "INBOX"), 0);
	char user[] = "anna", mailbox[] = "INBOX", code[] = "ALERT", text[] = "Hello", to[] = "new";
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	assert_int_equal(roost_uidset_parse(&uids, "2,4:7", 5), 0);
	struct roost_update update = {
		.size = sizeof(update),
		.kind = ROOST_UPDATE_EXPUNGE,
		.user = user,
		.mailbox = mailbox,
		.status = ROOST_STATUS_NO,
		.code = code,
		.text = text,
		.event = ROOST_MAILBOX_SUBSCRIPTION_CHANGED,
		.new_name = to,
		.uids = &uids,
	};
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	update.kind = ROOST_UPDATE_MESSAGE;
	update.uids = NULL;
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	user[0] = mailbox[0] = code[0] = text[0] = to[0] = 'x';
	roost_uidset_clear(&uids);

	const struct change *change = watch_next(watch);
	assert_non_null(change);
	assert_string_equal(change->user, "anna");
	assert_string_equal(change->mailbox, "INBOX");
	assert_string_equal(change->code, "ALERT");
	assert_string_equal(change->text, "Hello");
	assert_string_equal(change->new_name, "new");
	assert_int_equal(change->status, ROOST_STATUS_NO);
	assert_int_equal(change->event, ROOST_MAILBOX_SUBSCRIPTION_CHANGED);
	assert_false(change->all_uids);
	assert_int_equal(roost_uidset_size(&change->uids), 5);
	assert_true(roost_uidset_contains(&change->uids, 6));
	const struct change *second = watch_next(watch);
	assert_non_null(second);
	assert_true(second->all_uids);
	assert_int_equal(second->uids.count, 0);
	/* Both stay valid until told. */
	assert_string_equal(change->text, "Hello");
	watch_destroy(watch);
}

/* A session that has told flags by its own command does not hear of them again. */
static void test_origin(void **state)
{
	struct fixture *fixture = *state;
	struct roost_user sessions[2] = { { .name = "anna" }, { .name = "anna" } };
	struct watch *watches[2];
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
			watch_create(fixture->updates, "anna", ignore, NULL, &watches[i]), 0);
		watch_set_session(watches[i], &sessions[i]);
		assert_int_equal(watch_select(watches[i], "INBOX"), 0);
	}
	static const struct {
		enum roost_update_kind kind;
		bool told;
	} cases[] = {
		{ ROOST_UPDATE_MESSAGE, false },
		{ ROOST_UPDATE_MAILBOX, true },
		{ ROOST_UPDATE_STATUS, true },
	};
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct roost_update update = update_of(cases[c].kind, "anna", "INBOX", NULL);
		update.origin = &sessions[0];
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
		assert_int_equal(watch_next(watches[0]) != NULL, cases[c].told);
		assert_non_null(watch_next(watches[1]));
		update.origin = NULL;
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
		assert_non_null(watch_next(watches[0]));
		assert_non_null(watch_next(watches[1]));
		watch_told(watches[0]);
		watch_told(watches[1]);
	}
	watch_destroy(watches[0]);
	watch_destroy(watches[1]);
}

static void test_done_after_the_last(void **state)
{
	struct fixture *fixture = *state;
	struct watch *a, *b, *c;
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &a), 0);
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &b), 0);
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &c), 0);
	int done = 0;
	struct roost_update update = update_of(ROOST_UPDATE_STATUS, "anna", NULL, &done);
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);

	watch_told(a); /* nothing was taken yet */
	assert_non_null(watch_next(a));
	watch_told(a);
	assert_non_null(watch_next(b));
	watch_destroy(c); /* never took it */
	assert_int_equal(done, 0);
	watch_told(b);
	assert_int_equal(done, 1);
	watch_told(b);

	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_non_null(watch_next(b));
	watch_destroy(a);
	assert_int_equal(done, 1);
	watch_destroy(b);
	assert_int_equal(done, 2);
	watch_destroy(NULL);
}

static void test_woken_once(void **state)
{
	struct fixture *fixture = *state;
	struct watch *watch;
	int woken = 0;
	assert_int_equal(watch_create(fixture->updates, "anna", count, &woken, &watch), 0);
	struct roost_update update = update_of(ROOST_UPDATE_STATUS, "anna", NULL, NULL);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	}
	assert_int_equal(woken, 1);
	for (int i = 0; i < 5; i++) {
		assert_non_null(watch_next(watch));
	}
	/* All are taken, none is told: the next one must wake. */
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_int_equal(woken, 2);
	watch_told(watch);
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_int_equal(woken, 2);
	watch_destroy(watch);
}

static void test_select_drops_others(void **state)
{
	struct fixture *fixture = *state;
	struct watch *watch;
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &watch), 0);
	int inbox_done = 0, status_done = 0;
	struct roost_update inbox = update_of(ROOST_UPDATE_MAILBOX, "anna", "INBOX", &inbox_done);
	struct roost_update status = update_of(ROOST_UPDATE_STATUS, "anna", NULL, &status_done);
	assert_int_equal(watch_select(watch, "INBOX"), 0);
	assert_int_equal(roost_updates_post(fixture->updates, &inbox), 0); /* taken */
	assert_int_equal(roost_updates_post(fixture->updates, &inbox), 0);
	assert_int_equal(roost_updates_post(fixture->updates, &status), 0);
	assert_int_equal(roost_updates_post(fixture->updates, &inbox), 0);
	const struct change *taken = watch_next(watch);
	assert_int_equal(watch_select(watch, "INBOX"), 0);
	assert_int_equal(inbox_done, 0);
	assert_int_equal(watch_select(watch, "work"), 0);
	assert_int_equal(inbox_done, 2);
	assert_string_equal(taken->mailbox, "INBOX");
	assert_int_equal(status_done, 0);
	assert_int_equal(watch_next(watch)->kind, ROOST_UPDATE_STATUS);
	assert_null(watch_next(watch));
	watch_told(watch);
	assert_int_equal(inbox_done, 3);
	assert_int_equal(status_done, 1);

	struct roost_update everywhere = update_of(ROOST_UPDATE_MAILBOX, NULL, NULL, &inbox_done);
	assert_int_equal(roost_updates_post(fixture->updates, &everywhere), 0);
	assert_int_equal(watch_select(watch, NULL), 0);
	assert_false(watch_pending(watch));
	assert_int_equal(inbox_done, 4);
	watch_destroy(watch);
}

static void test_overflow(void **state)
{
	struct fixture *fixture = *state;
	struct watch *slow, *quick;
	int woken = 0, done = 0;
	assert_int_equal(watch_create(fixture->updates, "anna", count, &woken, &slow), 0);
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &quick), 0);
	struct roost_update update = update_of(ROOST_UPDATE_STATUS, "anna", NULL, &done);
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	const struct change *taken = watch_next(slow);
	assert_non_null(taken);
	for (int i = 0; i < 1023; i++) {
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	}
	while (watch_next(quick) != NULL) {
	}
	watch_told(quick);
	assert_int_equal(done, 0);
	assert_int_equal(woken, 2);
	assert_false(watch_lost(slow));

	/* One too many: all that wait count as told, what was taken does not. */
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_int_equal(done, 1023);
	assert_int_equal(woken, 3);
	assert_string_equal(taken->text, "text");
	assert_null(watch_next(slow));
	assert_true(watch_pending(slow));
	assert_true(watch_lost(slow));
	assert_false(watch_lost(slow));
	assert_false(watch_pending(slow));
	assert_false(watch_lost(quick));
	assert_non_null(watch_next(quick));
	watch_told(quick);
	assert_int_equal(done, 1024);

	/* It goes on from there. */
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_int_equal(woken, 4);
	assert_non_null(watch_next(slow));
	watch_told(slow);
	assert_int_equal(done, 1025);
	watch_destroy(quick);
	watch_destroy(slow);
	assert_int_equal(done, 1026);
}

/* A reader that takes and never tells cannot make the queue grow either. */
static void test_overflow_of_taken(void **state)
{
	struct fixture *fixture = *state;
	struct watch *watch;
	int done = 0;
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &watch), 0);
	struct roost_update update = update_of(ROOST_UPDATE_STATUS, "anna", NULL, &done);
	for (int i = 0; i < 1024; i++) {
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
		assert_non_null(watch_next(watch));
	}
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	assert_null(watch_next(watch));
	assert_true(watch_lost(watch));
	assert_int_equal(done, 1);
	watch_told(watch);
	assert_int_equal(done, 1025);
	watch_destroy(watch);
}

/* Whoever selects a mailbox takes a snapshot of it anyway. */
static void test_overflow_before_select(void **state)
{
	struct fixture *fixture = *state;
	struct watch *watch;
	int done = 0;
	assert_int_equal(watch_create(fixture->updates, "anna", ignore, NULL, &watch), 0);
	assert_int_equal(watch_select(watch, "INBOX"), 0);
	struct roost_update update = update_of(ROOST_UPDATE_MAILBOX, "anna", "INBOX", &done);
	for (int i = 0; i < 1025; i++) {
		assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
	}
	assert_int_equal(done, 1025);
	assert_int_equal(watch_select(watch, NULL), 0);
	assert_false(watch_pending(watch));
	assert_int_equal(watch_select(watch, "INBOX"), 0);
	assert_false(watch_lost(watch));
	watch_destroy(watch);
}

/* Several posters, several sessions of two users, and sessions that come and go. Each poster keeps
 * so few changes in flight that no queue can overflow. */
enum { POSTERS = 4, POSTS = 3000, IN_FLIGHT = 200, LISTENERS = 4 };

struct ticket {
	atomic_int done;
	struct poster *poster;
};

struct poster {
	struct roost_updates *updates;
	unsigned number;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned in_flight;
	struct ticket tickets[POSTS];
};

struct listener {
	struct watch *watch;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool woken, stop;
	size_t count;
	uint32_t seen[POSTERS * POSTS];
};

static void end_ticket(void *context)
{
	struct ticket *ticket = context;
	struct poster *poster = ticket->poster;
	atomic_fetch_add(&ticket->done, 1);
	pthread_mutex_lock(&poster->lock);
	poster->in_flight--;
	pthread_cond_signal(&poster->changed);
	pthread_mutex_unlock(&poster->lock);
}

static void *post_many(void *context)
{
	struct poster *poster = context;
	for (uint32_t i = 0; i < POSTS; i++) {
		pthread_mutex_lock(&poster->lock);
		while (poster->in_flight >= IN_FLIGHT) {
			pthread_cond_wait(&poster->changed, &poster->lock);
		}
		poster->in_flight++;
		pthread_mutex_unlock(&poster->lock);
		struct roost_uid_range range = { 1 + poster->number * POSTS + i,
			1 + poster->number * POSTS + i };
		struct roost_uidset uids = { &range, 1, 1 };
		struct roost_update update = {
			.size = sizeof(update),
			.kind = ROOST_UPDATE_MESSAGE,
			.user = i % 3 == 0 ? NULL : "anna",
			.mailbox = "INBOX",
			.uids = &uids,
			.done = end_ticket,
			.context = &poster->tickets[i],
		};
		if (roost_updates_post(poster->updates, &update) < 0) {
			abort();
		}
	}
	return NULL;
}

static void wake_listener(void *context)
{
	struct listener *listener = context;
	pthread_mutex_lock(&listener->lock);
	listener->woken = true;
	pthread_cond_signal(&listener->changed);
	pthread_mutex_unlock(&listener->lock);
}

static void *listen_on(void *context)
{
	struct listener *listener = context;
	bool stop = false;
	while (!stop) {
		pthread_mutex_lock(&listener->lock);
		while (!listener->woken && !listener->stop) {
			pthread_cond_wait(&listener->changed, &listener->lock);
		}
		stop = listener->stop && !listener->woken;
		listener->woken = false;
		pthread_mutex_unlock(&listener->lock);
		const struct change *change;
		while ((change = watch_next(listener->watch)) != NULL) {
			listener->seen[listener->count++] = roost_uidset_first(&change->uids);
			if (listener->count % 7 == 0) {
				watch_told(listener->watch);
			}
		}
		watch_told(listener->watch);
		if (watch_lost(listener->watch)) {
			abort();
		}
	}
	return NULL;
}

struct visitor {
	struct roost_updates *updates;
	atomic_bool stop;
};

static void *come_and_go(void *context)
{
	struct visitor *visitor = context;
	while (!atomic_load(&visitor->stop)) {
		struct watch *watch;
		atomic_int *woken = calloc(1, sizeof(*woken));
		if (woken == NULL ||
			watch_create(visitor->updates, "bert", count_atomic, woken, &watch) < 0 ||
			watch_select(watch, "INBOX") < 0) {
			abort();
		}
		for (int i = 0; i < 20; i++) {
			(void)watch_pending(watch);
			(void)watch_next(watch);
		}
		watch_destroy(watch);
		free(woken); /* a late call of woken would be seen by ASan and TSan */
	}
	return NULL;
}

static void test_many_threads(void **state)
{
	struct fixture *fixture = *state;
	struct poster *posters = calloc(POSTERS, sizeof(*posters));
	struct listener *listeners = calloc(LISTENERS, sizeof(*listeners));
	assert_non_null(posters);
	assert_non_null(listeners);
	pthread_t posting[POSTERS], listening[LISTENERS], visiting;
	for (size_t i = 0; i < LISTENERS; i++) {
		pthread_mutex_init(&listeners[i].lock, NULL);
		pthread_cond_init(&listeners[i].changed, NULL);
		assert_int_equal(watch_create(fixture->updates, "anna", wake_listener,
					 &listeners[i], &listeners[i].watch),
			0);
		assert_int_equal(watch_select(listeners[i].watch, "INBOX"), 0);
		pthread_create(&listening[i], NULL, listen_on, &listeners[i]);
	}
	struct visitor visitor = { .updates = fixture->updates };
	pthread_create(&visiting, NULL, come_and_go, &visitor);
	for (unsigned i = 0; i < POSTERS; i++) {
		posters[i].updates = fixture->updates;
		posters[i].number = i;
		pthread_mutex_init(&posters[i].lock, NULL);
		pthread_cond_init(&posters[i].changed, NULL);
		for (size_t k = 0; k < POSTS; k++) {
			posters[i].tickets[k].poster = &posters[i];
		}
		pthread_create(&posting[i], NULL, post_many, &posters[i]);
	}
	for (size_t i = 0; i < POSTERS; i++) {
		pthread_join(posting[i], NULL);
	}
	atomic_store(&visitor.stop, true);
	pthread_join(visiting, NULL);
	for (size_t i = 0; i < LISTENERS; i++) {
		pthread_mutex_lock(&listeners[i].lock);
		listeners[i].stop = true;
		pthread_cond_signal(&listeners[i].changed);
		pthread_mutex_unlock(&listeners[i].lock);
		pthread_join(listening[i], NULL);
		watch_destroy(listeners[i].watch);
	}

	for (size_t i = 0; i < LISTENERS; i++) {
		assert_int_equal(listeners[i].count, POSTERS * POSTS);
		assert_memory_equal(
			listeners[i].seen, listeners[0].seen, sizeof(listeners[0].seen));
		pthread_mutex_destroy(&listeners[i].lock);
		pthread_cond_destroy(&listeners[i].changed);
	}
	uint32_t next[POSTERS] = { 0 };
	for (size_t i = 0; i < POSTERS * POSTS; i++) {
		uint32_t poster = (listeners[0].seen[i] - 1) / POSTS;
		assert_int_equal((listeners[0].seen[i] - 1) % POSTS, next[poster]++);
	}
	for (size_t i = 0; i < POSTERS; i++) {
		assert_int_equal(posters[i].in_flight, 0);
		for (size_t k = 0; k < POSTS; k++) {
			assert_int_equal(atomic_load(&posters[i].tickets[k].done), 1);
		}
		pthread_mutex_destroy(&posters[i].lock);
		pthread_cond_destroy(&posters[i].changed);
	}
	free(posters);
	free(listeners);
}

/* -- what is noted of other mailboxes */

struct listening {
	unsigned wanted;
	const char *only; /* NULL: any mailbox */
	int woken;
};

static void note_woken(void *context)
{
	((struct listening *)context)->woken++;
}

static unsigned wants(void *context, const char *mailbox)
{
	const struct listening *listening = context;
	bool other =
		listening->only != NULL && mailbox != NULL && strcmp(mailbox, listening->only) != 0;
	return other ? 0 : listening->wanted;
}

static const unsigned anything = NOTED_MESSAGES | NOTED_FLAGS | NOTED_NAME | NOTED_SUBSCRIPTION;

static struct watch *listen_as(struct fixture *fixture, struct listening *listening)
{
	struct watch *watch;
	assert_int_equal(watch_create(fixture->updates, "anna", note_woken, listening, &watch), 0);
	assert_int_equal(watch_listen(watch, wants, listening), 0);
	assert_false(watch_pending(watch));
	return watch;
}

static void post_info(struct fixture *fixture, enum roost_mailbox_event event, const char *mailbox,
	const char *new_name)
{
	struct roost_update update = update_of(ROOST_UPDATE_MAILBOX_INFO, "anna", mailbox, NULL);
	update.event = event;
	update.new_name = new_name;
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
}

static void post_kind(struct fixture *fixture, enum roost_update_kind kind, const char *mailbox)
{
	static const struct roost_uidset none = ROOST_UIDSET_EMPTY;
	struct roost_update update = update_of(kind, "anna", mailbox, NULL);
	update.uids = &none;
	assert_int_equal(roost_updates_post(fixture->updates, &update), 0);
}

static void expect_note(
	const struct note *note, const char *mailbox, unsigned what, const char *old_name)
{
	assert_non_null(note);
	assert_string_equal(note->mailbox, mailbox);
	assert_int_equal(note->what, what);
	if (old_name == NULL) {
		assert_null(note->old_name);
	} else {
		assert_string_equal(note->old_name, old_name);
	}
}

static void test_notes(void **state)
{
	struct fixture *fixture = *state;
	struct listening listening = { .wanted = anything };
	struct watch *watch = listen_as(fixture, &listening);
	bool overflow;
	for (int i = 0; i < 3; i++) {
		post_kind(fixture, ROOST_UPDATE_MAILBOX, "A");
		post_kind(fixture, ROOST_UPDATE_MESSAGE, "B");
		post_kind(fixture, ROOST_UPDATE_EXPUNGE, "C");
		post_kind(fixture, ROOST_UPDATE_MESSAGE, "A");
	}
	post_kind(fixture, ROOST_UPDATE_MAILBOX, NULL);
	assert_true(watch_pending(watch));
	assert_int_equal(listening.woken, 1);
	struct note *notes = watch_take_notes(watch, &overflow);
	assert_false(overflow);
	assert_false(watch_pending(watch));
	expect_note(notes, "A", NOTED_MESSAGES | NOTED_FLAGS, NULL);
	expect_note(notes->next, "B", NOTED_FLAGS, NULL);
	expect_note(notes->next->next, "C", NOTED_MESSAGES, NULL);
	expect_note(notes->next->next->next, "", NOTED_MESSAGES, NULL);
	assert_null(notes->next->next->next->next);
	notes_free(notes);
	assert_null(watch_take_notes(watch, &overflow));
	post_kind(fixture, ROOST_UPDATE_MAILBOX, "A");
	assert_int_equal(listening.woken, 2);
	watch_destroy(watch);
}

static void test_notes_of_names(void **state)
{
	struct fixture *fixture = *state;
	struct listening listening = { .wanted = NOTED_NAME | NOTED_SUBSCRIPTION };
	struct watch *watch = listen_as(fixture, &listening);
	bool overflow;
	post_info(fixture, ROOST_MAILBOX_CREATED, "A", NULL);
	post_info(fixture, ROOST_MAILBOX_RENAMED, "A", "B");
	post_info(fixture, ROOST_MAILBOX_RENAMED, "C", "B");
	post_info(fixture, ROOST_MAILBOX_SUBSCRIPTION_CHANGED, "A", NULL);
	post_info(fixture, ROOST_MAILBOX_DELETED, "D", NULL);
	post_kind(fixture, ROOST_UPDATE_MAILBOX, "E");
	struct note *notes = watch_take_notes(watch, &overflow);
	expect_note(notes, "A", NOTED_NAME | NOTED_SUBSCRIPTION, NULL);
	expect_note(notes->next, "B", NOTED_NAME, "C");
	expect_note(notes->next->next, "D", NOTED_NAME, NULL);
	assert_null(notes->next->next->next);
	notes_free(notes);
	watch_destroy(watch);
}

/* Not what is not wanted, not of the selected mailbox, and not what the session did itself. */
static void test_notes_left_out(void **state)
{
	struct fixture *fixture = *state;
	struct listening listening = { .wanted = NOTED_MESSAGES | NOTED_NAME, .only = "A" };
	struct watch *watch = listen_as(fixture, &listening);
	struct roost_user session = { .name = "anna" };
	bool overflow;
	watch_set_session(watch, &session);
	post_kind(fixture, ROOST_UPDATE_MAILBOX, "B");
	post_kind(fixture, ROOST_UPDATE_MESSAGE, "A");
	struct roost_update own = update_of(ROOST_UPDATE_MAILBOX, "anna", "A", NULL);
	own.origin = &session;
	assert_int_equal(roost_updates_post(fixture->updates, &own), 0);
	struct roost_update others = update_of(ROOST_UPDATE_MAILBOX, "ben", "A", NULL);
	assert_int_equal(roost_updates_post(fixture->updates, &others), 0);
	assert_false(watch_pending(watch));
	assert_int_equal(watch_select(watch, "A"), 0);
	post_kind(fixture, ROOST_UPDATE_MAILBOX, "A");
	assert_null(watch_take_notes(watch, &overflow));
	assert_true(watch_pending(watch)); /* of the selected one */
	assert_int_equal(watch_select(watch, NULL), 0);
	/* Renamed from or to a name that is watched. */
	post_info(fixture, ROOST_MAILBOX_RENAMED, "A", "X");
	post_info(fixture, ROOST_MAILBOX_RENAMED, "Y", "A");
	struct note *notes = watch_take_notes(watch, &overflow);
	expect_note(notes, "X", NOTED_NAME, "A");
	expect_note(notes->next, "A", NOTED_NAME, "Y");
	notes_free(notes);
	assert_int_equal(watch_listen(watch, NULL, NULL), 0);
	while (watch_next(watch) != NULL) {
	}
	post_kind(fixture, ROOST_UPDATE_MAILBOX, "A");
	assert_false(watch_pending(watch));
	assert_null(watch_take_notes(watch, &overflow));
	watch_destroy(watch);
}

/* A flood to a few mailboxes is a few notes; to very many it is too much, and that is all that is kept. */
static void test_notes_overflow(void **state)
{
	struct fixture *fixture = *state;
	struct listening listening = { .wanted = anything };
	struct watch *watch = listen_as(fixture, &listening);
	bool overflow = false;
	char name[32];
	for (int i = 0; i < 100000; i++) {
		(void)snprintf(name, sizeof(name), "box%d", i % 1000);
		post_kind(fixture, ROOST_UPDATE_MAILBOX, name);
	}
	size_t count = 0;
	struct note *notes = watch_take_notes(watch, &overflow);
	for (const struct note *note = notes; note != NULL; note = note->next) {
		count++;
	}
	assert_int_equal(count, 1000);
	assert_false(overflow);
	notes_free(notes);
	for (int i = 0; i < 100000; i++) {
		(void)snprintf(name, sizeof(name), "box%d", i);
		post_kind(fixture, ROOST_UPDATE_MAILBOX, name);
	}
	assert_true(watch_pending(watch));
	assert_null(watch_take_notes(watch, &overflow));
	assert_true(overflow);
	/* From then on nobody listens. */
	post_kind(fixture, ROOST_UPDATE_MAILBOX, "A");
	assert_false(watch_pending(watch));
	assert_null(watch_take_notes(watch, &overflow));
	assert_false(overflow);
	/* One mailbox that is renamed for ever is one note. */
	assert_int_equal(watch_listen(watch, wants, &listening), 0);
	for (int i = 0; i < 100000; i++) {
		post_info(fixture, ROOST_MAILBOX_RENAMED, "A", "B");
	}
	notes = watch_take_notes(watch, &overflow);
	expect_note(notes, "B", NOTED_NAME | NOTED_FLAGS, "A");
	assert_null(notes->next);
	assert_false(overflow);
	notes_free(notes);
	watch_destroy(watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_set_updates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nobody_listens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_invalid, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_short_struct, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_whom_it_concerns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_copies_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_origin, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_done_after_the_last, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_woken_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_select_drops_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overflow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overflow_of_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overflow_before_select, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notes_of_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notes_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notes_overflow, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

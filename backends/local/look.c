/* look.c - seeing what others than this process have committed. */
#include "look.h"

#include <time.h>

#include "bell.h"
#include "job.h"
#include "refresh.h"

static int64_t nanoseconds(clockid_t clock)
{
	struct timespec now;
	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t local_look_now(void)
{
	return nanoseconds(CLOCK_MONOTONIC);
}

static void look(struct account *account)
{
	struct driver *reader = NULL;
	bool changed = false;
	/* The coarse clock is never ahead: a look is not taken for younger than it is. */
	int64_t began = nanoseconds(CLOCK_MONOTONIC_COARSE);
	if (local_store_begin_op(account, NULL) < 0) {
		return;
	}
	int r = local_account_take_reader(account, NULL, &reader);
	if (r == 0) {
		r = local_driver_changed(reader, &changed);
		if (r < 0) {
			(void)local_trouble(account, NULL, r, local_driver_text(reader));
		}
		if (changed) {
			atomic_fetch_add(&account->generation, 1);
		}
		local_account_put_reader(account, reader);
	}
	local_store_end_op(account);
	atomic_store(&account->looked_at, began);
}

void local_look(struct account *account, int64_t since)
{
	if (atomic_load(&account->looked_at) < since) {
		look(account);
	}
}

bool local_look_is_due(const struct account *account)
{
	int64_t now = nanoseconds(CLOCK_MONOTONIC_COARSE);
	return now - atomic_load(&account->looked_at) >= LOOK_EVERY_NANOSECONDS;
}

void local_look_now_and_then(struct account *account)
{
	if (!local_look_is_due(account) || atomic_exchange(&account->looking, true)) {
		return;
	}
	/* Who rings when something changes need not be looked at while its database is closed. */
	if (!local_bell_is_heard(account->store) || local_store_is_open(account)) {
		look(account);
	}
	atomic_store(&account->looking, false);
}

int local_look_at_index(struct account *account, struct index *index, struct roost_call *call)
{
	struct driver *reader = NULL;
	struct news news = { .mailbox = NULL };
	int r = local_store_begin_op(account, call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, call, &reader);
	if (r == 0) {
		pthread_rwlock_wrlock(&index->lock); /* by then others may have done it */
		uint64_t generation = atomic_load(&account->generation);
		if (!index->loaded || atomic_load(&index->generation) != generation) {
			r = local_refresh(index, reader, &news);
			if (r == 0 && news.changed.count > 0) {
				r = local_job_forget_own(account, index, &news.changed);
			}
			if (r == 0) {
				atomic_store(&index->generation, generation);
			}
		}
		pthread_rwlock_unlock(&index->lock);
		if (r < 0) {
			r = local_trouble(account, call, r, local_driver_text(reader));
		}
		local_account_put_reader(account, reader);
	}
	local_store_end_op(account);
	local_news_post(account, &news);
	return r;
}

void local_look_at_all(struct account *account)
{
	struct index *index;
	int64_t last = 0;
	while ((index = local_account_next_index(account, last)) != NULL) {
		last = index->mailbox;
		if (atomic_load(&index->generation) != atomic_load(&account->generation)) {
			(void)local_look_at_index(account, index, NULL);
		}
		local_account_put_index(account, index);
	}
}

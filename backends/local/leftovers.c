/* leftovers.c - files that nothing needs and that cannot go yet. */
#include "leftovers.h"

#include <stdio.h>
#include <stdlib.h>

#include "bodies.h"
#include "chores.h"
#include "job.h"
#include "pack.h"
#include "store.h"

static int remove_file(const struct account *account, const struct leftover *leftover)
{
	return leftover->is_pack ? local_pack_drop(account->bodies, (uint64_t)leftover->id)
				 : local_bodies_drop(account->bodies, (uint64_t)leftover->id);
}

/* With the lock. */
static void keep(struct leftovers *leftovers, const struct leftover *leftover)
{
	if (leftovers->count == leftovers->capacity) {
		size_t capacity = leftovers->capacity * 2 + 16;
		struct leftover *list =
			realloc(leftovers->list, capacity * sizeof(leftovers->list[0]));
		if (list == NULL) {
			atomic_store(&leftovers->unknown, true);
			return;
		}
		leftovers->list = list;
		leftovers->capacity = capacity;
	}
	leftovers->list[leftovers->count++] = *leftover;
	atomic_store(&leftovers->any, true);
}

void local_leftovers_drop(struct account *account, bool is_pack, int64_t id)
{
	const struct leftover leftover = { is_pack, id };
	atomic_store(&account->dropped, true);
	/* Who ends the doubt looks at the list afterwards, with the lock: so it cannot be overlooked. */
	pthread_mutex_lock(&account->lock);
	bool kept = local_driver_in_doubt(account->writer);
	if (kept) {
		keep(&account->leftovers, &leftover);
	}
	pthread_mutex_unlock(&account->lock);
	if (!kept && remove_file(account, &leftover) < 0) {
		pthread_mutex_lock(&account->lock);
		keep(&account->leftovers, &leftover);
		pthread_mutex_unlock(&account->lock);
		kept = true;
	}
	if (kept) {
		local_chores_wake(account, INT64_MAX, false);
	}
}

void local_leftovers_look(struct account *account)
{
	struct leftovers *leftovers = &account->leftovers;
	if (!atomic_load(&leftovers->any)) {
		return;
	}
	pthread_mutex_lock(&account->lock);
	struct leftovers gone = { .list = NULL };
	if (!local_driver_in_doubt(account->writer)) {
		gone.list = leftovers->list;
		gone.count = leftovers->count;
		leftovers->list = NULL;
		leftovers->count = leftovers->capacity = 0;
		atomic_store(&leftovers->any, false);
	}
	pthread_mutex_unlock(&account->lock);
	for (size_t i = 0; i < gone.count; i++) {
		if (remove_file(account, &gone.list[i]) < 0) {
			pthread_mutex_lock(&account->lock);
			keep(leftovers, &gone.list[i]);
			pthread_mutex_unlock(&account->lock);
		}
	}
	free(gone.list);
}

int local_leftovers_do(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out)
{
	*trouble_out = (struct chore_trouble) { .of_mail = true };
	if (!atomic_load(&account->leftovers.any)) {
		return 0;
	}
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		(void)local_job_end_doubt(account);
		local_leftovers_look(account);
		local_store_end_op(account);
	}
	if (!atomic_load(&account->leftovers.any)) {
		return 0;
	}
	/* Whatever it is: it is tried again. */
	trouble_out->of_mail = false;
	(void)snprintf(trouble_out->text, sizeof(trouble_out->text),
		"files that no message needs cannot be removed yet");
	return ROOST_ERR_UNAVAILABLE;
}

bool local_leftovers_forget(struct account *account)
{
	struct leftovers *leftovers = &account->leftovers;
	pthread_mutex_lock(&account->lock);
	bool any = leftovers->count > 0;
	free(leftovers->list);
	leftovers->list = NULL;
	leftovers->count = leftovers->capacity = 0;
	atomic_store(&leftovers->any, false);
	pthread_mutex_unlock(&account->lock);
	if (any) {
		atomic_store(&leftovers->unknown, true);
	}
	return any || atomic_load(&leftovers->unknown);
}

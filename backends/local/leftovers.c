/* leftovers.c - files that nothing needs and that cannot go yet. */
#include "leftovers.h"

#include <stdlib.h>
#include <string.h>

#include "bodies.h"
#include "chores.h"
#include "job.h"
#include "pack.h"
#include "store.h"

/* Between two tries. */
#define RETRY_SECONDS 30

static int remove_file(const struct account *account, const struct leftover *leftover)
{
	static int (*const drops[])(const char *folder, uint64_t id) = {
		[LEFTOVER_BODY] = local_bodies_drop,
		[LEFTOVER_UNFINISHED_BODY] = local_bodies_drop_unfinished,
		[LEFTOVER_PACK] = local_pack_drop,
	};
	return drops[leftover->kind](account->bodies, (uint64_t)leftover->id);
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

/* What the disk did not let go, which the log hears once. */
static void keep_rest(struct account *account, const struct leftover *list, size_t count, int error)
{
	struct leftovers *leftovers = &account->leftovers;
	pthread_mutex_lock(&account->lock);
	for (size_t i = 0; i < count; i++) {
		keep(leftovers, &list[i]);
	}
	bool told = leftovers->told;
	leftovers->told = true;
	pthread_mutex_unlock(&account->lock);
	if (!told) {
		(void)local_trouble(
			account, NULL, error, "a body that is not needed cannot be removed yet");
	}
}

void local_leftovers_drop(struct account *account, enum leftover_kind kind, int64_t id)
{
	const struct leftover leftover = { kind, id };
	atomic_store(&account->dropped, true);
	/* Who ends the doubt looks at the list afterwards, with the lock. */
	pthread_mutex_lock(&account->lock);
	bool doubt = local_driver_in_doubt(account->writer);
	if (doubt) {
		keep(&account->leftovers, &leftover);
	}
	pthread_mutex_unlock(&account->lock);
	int r = doubt ? 0 : remove_file(account, &leftover);
	if (r < 0) {
		keep_rest(account, &leftover, 1, r);
	}
	if (doubt || r < 0) {
		local_chores_wake(account, INT64_MAX, false);
	}
}

void local_leftovers_look(struct account *account)
{
	struct leftovers *leftovers = &account->leftovers;
	struct leftover *list = NULL;
	size_t count = 0;
	if (!atomic_load(&leftovers->any)) {
		return;
	}
	pthread_mutex_lock(&account->lock);
	if (!local_driver_in_doubt(account->writer)) {
		list = leftovers->list;
		count = leftovers->count;
		leftovers->list = NULL;
		leftovers->count = leftovers->capacity = 0;
		atomic_store(&leftovers->any, false);
	}
	pthread_mutex_unlock(&account->lock);
	int r = 0;
	size_t i = 0;
	while (i < count && (r = remove_file(account, &list[i])) == 0) {
		i++;
	}
	if (i < count) {
		/* What does not go now is tried last the next time. */
		struct leftover first = list[i];
		memmove(&list[i], &list[i + 1], (count - i - 1) * sizeof(list[0]));
		list[count - 1] = first;
		keep_rest(account, &list[i], count - i, r);
	} else if (count > 0) {
		pthread_mutex_lock(&account->lock);
		leftovers->told = false;
		pthread_mutex_unlock(&account->lock);
	}
	free(list);
}

bool local_leftovers_are_due(struct account *account, int64_t now)
{
	struct leftovers *leftovers = &account->leftovers;
	bool due = atomic_load(&leftovers->any) && now - leftovers->tried_at >= RETRY_SECONDS;
	if (due) {
		leftovers->tried_at = now;
	}
	return due;
}

int local_leftovers_do(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out)
{
	*trouble_out = (struct chore_trouble) { .of_mail = true };
	/* What fails here is told elsewhere, and tried again when it is time, so that nobody else waits for it. */
	if (atomic_load(&account->leftovers.any) && local_store_begin_op(account, call) == 0) {
		(void)local_job_end_doubt(account);
		local_leftovers_look(account);
		local_store_end_op(account);
	}
	return 0;
}

bool local_leftovers_forget(struct account *account)
{
	struct leftovers *leftovers = &account->leftovers;
	pthread_mutex_lock(&account->lock);
	bool any = leftovers->count > 0;
	free(leftovers->list);
	leftovers->list = NULL;
	leftovers->count = leftovers->capacity = 0;
	leftovers->told = false;
	atomic_store(&leftovers->any, false);
	pthread_mutex_unlock(&account->lock);
	if (any) {
		atomic_store(&leftovers->unknown, true);
	}
	return any || atomic_load(&leftovers->unknown);
}

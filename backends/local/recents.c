/* recents.c - from which UID on messages are recent, where the disk does not know it yet. */
#include "recents.h"

#include <stdlib.h>

#include "job.h"

void local_recents_free(struct recent *list)
{
	while (list != NULL) {
		struct recent *recent = list;
		list = recent->next;
		free(recent);
	}
}

/* Where the one of that mailbox hangs, or a new one would. With the lock. */
static struct recent **find(struct account *account, int64_t mailbox)
{
	struct recent **at = &account->recents;
	while (*at != NULL && (*at)->mailbox != mailbox) {
		at = &(*at)->next;
	}
	return at;
}

uint32_t local_recents_find(const struct account *account, int64_t mailbox)
{
	const struct recent *recent = account->recents;
	while (recent != NULL && recent->mailbox != mailbox) {
		recent = recent->next;
	}
	return recent == NULL ? 0 : recent->from;
}

uint32_t local_recents_look(struct account *account, int64_t mailbox)
{
	pthread_mutex_lock(&account->lock);
	uint32_t from = local_recents_find(account, mailbox);
	pthread_mutex_unlock(&account->lock);
	return from;
}

void local_recents_note(struct account *account, int64_t mailbox, uint32_t from)
{
	struct recent *added = calloc(1, sizeof(*added));
	pthread_mutex_lock(&account->lock);
	struct recent **at = find(account, mailbox);
	if (*at == NULL && added != NULL) {
		added->mailbox = mailbox;
		*at = added;
		added = NULL;
	}
	/* Without memory for it, the messages are recent once more after a restart. */
	if (*at != NULL && (*at)->from < from) {
		(*at)->from = from;
	}
	pthread_mutex_unlock(&account->lock);
	free(added);
	if (local_lock_has_others(account->store->lock_fd)) {
		atomic_store(&account->tells_recents, true);
		local_bell_wake(account->store);
	}
}

bool local_recents_any(struct account *account)
{
	pthread_mutex_lock(&account->lock);
	bool any = account->recents != NULL;
	pthread_mutex_unlock(&account->lock);
	return any;
}

/* The commit of any job takes them along. */
static int do_nothing(struct job *job)
{
	(void)job;
	return 0;
}

void local_recents_tell(struct account *account)
{
	struct job job = { .run = do_nothing, .account = account };
	if (local_store_begin_op(account, NULL) < 0) {
		return;
	}
	if (local_recents_any(account)) {
		(void)local_job_do(&job);
		local_job_clear(&job);
	}
	local_store_end_op(account);
}

/* A copy of the list, as far as memory goes. */
static struct recent *copy_list(struct account *account)
{
	struct recent *copies = NULL;
	pthread_mutex_lock(&account->lock);
	for (const struct recent *recent = account->recents; recent != NULL;
		recent = recent->next) {
		struct recent *copy = malloc(sizeof(*copy));
		if (copy == NULL) {
			break;
		}
		*copy = *recent;
		copy->next = copies;
		copies = copy;
	}
	pthread_mutex_unlock(&account->lock);
	return copies;
}

int local_recents_write(struct account *account, struct recent **written_out)
{
	int r = 0;
	*written_out = copy_list(account);
	for (const struct recent *recent = *written_out; r == 0 && recent != NULL;
		recent = recent->next) {
		struct driver_statement *s;
		r = local_driver_prepare(account->writer,
			"UPDATE mailbox SET recent_from = ? WHERE id = ? AND recent_from < ?", &s);
		if (r == 0) {
			local_driver_bind_number(s, recent->from);
			local_driver_bind_number(s, recent->mailbox);
			local_driver_bind_number(s, recent->from);
			r = local_driver_run(s);
		}
	}
	return r;
}

void local_recents_written(struct account *account, struct recent *written, bool committed)
{
	pthread_mutex_lock(&account->lock);
	for (const struct recent *done = written; committed && done != NULL; done = done->next) {
		struct recent **at = find(account, done->mailbox);
		if (*at != NULL && (*at)->from == done->from) {
			struct recent *recent = *at;
			*at = recent->next;
			free(recent);
		}
	}
	pthread_mutex_unlock(&account->lock);
	local_recents_free(written);
}

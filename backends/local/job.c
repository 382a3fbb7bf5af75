/* job.c - changes, and how those that come together share one commit. */
#include "job.h"

#include <stdlib.h>

#include "checkpoint.h"
#include "recents.h"
#include "schema.h"

static int add_number(int64_t **list, size_t *count, size_t *capacity, int64_t number)
{
	if (*count == *capacity) {
		size_t more = *capacity == 0 ? 4 : *capacity * 2;
		int64_t *grown = realloc(*list, more * sizeof(*grown));
		if (grown == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		*list = grown;
		*capacity = more;
	}
	(*list)[(*count)++] = number;
	return 0;
}

int local_job_end_mailbox(struct job *job, int64_t mailbox)
{
	return add_number(&job->ended, &job->ended_count, &job->ended_capacity, mailbox);
}

int local_job_drop_file(struct job *job, int64_t email)
{
	return add_number(&job->dropped, &job->dropped_count, &job->dropped_capacity, email);
}

int local_job_drop_pack(struct job *job, int64_t pack)
{
	return add_number(&job->packs, &job->pack_count, &job->pack_capacity, pack);
}

void local_job_clear(struct job *job)
{
	local_delta_clear(&job->source);
	local_delta_clear(&job->destination);
	free(job->ended);
	free(job->dropped);
	free(job->packs);
	job->ended = job->dropped = job->packs = NULL;
	job->ended_count = job->ended_capacity = 0;
	job->dropped_count = job->dropped_capacity = 0;
	job->pack_count = job->pack_capacity = 0;
	job->thins = false;
}

/* Run one job inside of the transaction. When it fails, and the transaction is still there, it is
 * as if it had not run. */
static int run(struct job *job, bool alone)
{
	struct driver *db = job->account->writer;
	local_job_clear(job);
	int r = alone ? 0 : local_driver_mark(db);
	if (r < 0) {
		return r;
	}
	r = job->run(job);
	if (r < 0) {
		r = local_trouble(job->account, job->call, r, local_driver_text(db));
		if (!alone && local_driver_in_transaction(db) &&
			local_driver_rollback_to_mark(db) < 0) {
			local_driver_rollback(db);
		}
	} else if (!alone && (r = local_driver_release_mark(db)) < 0) {
		local_driver_rollback(db);
	}
	return r;
}

static void set_committing(struct account *account, const struct job *list)
{
	pthread_mutex_lock(&account->committing_lock);
	account->committing = list;
	pthread_mutex_unlock(&account->committing_lock);
}

static int add_own_range(
	const struct index *index, const struct flagging *flagging, struct roost_uidset *own)
{
	const struct entries *entries = &index->entries;
	int r = 0;
	for (size_t i = local_index_find(index, flagging->first);
		r == 0 && i < entries->count && entries->list[i].uid <= flagging->last; i++) {
		if (entries->list[i].modseq == flagging->modseq) {
			r = roost_uidset_add(own, entries->list[i].uid);
		}
	}
	return r;
}

/* Add what the delta changed, and nobody has changed since. */
static int add_own(const struct index *index, const struct delta *delta, struct roost_uidset *own)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < delta->changed.count; i++) {
		uint32_t uid = delta->changed.list[i].uid;
		size_t at = local_index_find(index, uid);
		if (at < index->entries.count && index->entries.list[at].uid == uid &&
			index->entries.list[at].modseq == delta->modseq) {
			r = roost_uidset_add(own, uid);
		}
	}
	for (size_t i = 0; r == 0 && i < delta->flagged.count; i++) {
		r = add_own_range(index, &delta->flagged.list[i], own);
	}
	return r;
}

int local_job_forget_own(
	struct account *account, const struct index *index, struct roost_uidset *changed)
{
	struct roost_uidset own = ROOST_UIDSET_EMPTY;
	int r = 0;
	pthread_mutex_lock(&account->committing_lock);
	for (const struct job *job = account->committing; r == 0 && job != NULL; job = job->next) {
		const struct delta *delta = &job->source; /* only there flags change */
		r = delta->mailbox == index->mailbox ? add_own(index, delta, &own) : 0;
	}
	pthread_mutex_unlock(&account->committing_lock);
	if (r == 0) {
		r = roost_uidset_remove_set(changed, &own);
	}
	roost_uidset_clear(&own);
	return r;
}

/* What is to be done once the job is on disk. */
static void tell(struct job *job, bool surveyed)
{
	struct account *account = job->account;
	const struct delta *deltas[] = { &job->source, &job->destination };
	for (size_t i = 0; i < 2; i++) {
		if (deltas[i]->mailbox != 0 && surveyed) {
			local_survey_note(account, deltas[i]);
		}
		if (deltas[i]->mailbox != 0) {
			local_account_apply(account, deltas[i]);
		}
	}
	for (size_t i = 0; i < job->ended_count; i++) {
		const struct delta ended = { .mailbox = job->ended[i], .ended = true };
		local_account_apply(account, &ended);
	}
}

/* Remove the files that are not needed since the commit. */
static void drop_files(const struct job *job)
{
	struct account *account = job->account;
	for (size_t i = 0; i < job->dropped_count; i++) {
		local_leftovers_drop(account, LEFTOVER_BODY, job->dropped[i]);
	}
	for (size_t i = 0; i < job->pack_count; i++) {
		local_packs_forget(&account->packs, (uint64_t)job->packs[i]);
		local_leftovers_drop(account, LEFTOVER_PACK, job->packs[i]);
	}
}

/* All jobs of the list in one transaction. False when it was lost: then nothing was done, and the
 * results say nothing but for a single job. */
static bool commit_together(struct job *list)
{
	struct account *account = list->account;
	struct driver *db = account->writer;
	struct recent *written = NULL;
	bool alone = list->next == NULL;
	int r = local_driver_begin(db);
	size_t good = 0;
	for (struct job *job = list; r == 0 && job != NULL; job = job->next) {
		job->result = run(job, alone);
		good += job->result == 0;
		if (job->result < 0 && !local_driver_in_transaction(db)) {
			r = job->result;
		}
	}
	if (r == 0 && good == 0) {
		local_driver_rollback(db);
		return true;
	}
	if (r == 0) {
		r = local_recents_write(account, &written);
	}
	bool surveyed = local_survey_hold(account);
	set_committing(account, list);
	if (r == 0) {
		r = local_driver_commit(db);
	}
	if (r < 0) {
		if (alone && list->result == 0) {
			list->result = local_trouble(account, list->call, r, local_driver_text(db));
		}
		local_driver_rollback(db);
	}
	local_recents_written(account, written, r == 0);
	if (r == 0) {
		local_bell_ring(account);
	}
	for (struct job *job = list; r == 0 && job != NULL; job = job->next) {
		if (job->result == 0) {
			tell(job, surveyed);
		}
	}
	set_committing(account, NULL);
	if (surveyed) {
		local_survey_let_go(account);
	}
	return r == 0;
}

static void work(struct job *list)
{
	if (commit_together(list) || list->next == NULL) {
		return;
	}
	/* Who is to blame shows when each has a transaction of its own. */
	for (struct job *job = list; job != NULL;) {
		struct job *next = job->next;
		job->next = NULL;
		job->result = 0;
		(void)commit_together(job);
		job->next = next;
		job = next;
	}
}

/* Put the job at the end of the queue. Whether it has to lead. */
static bool queue(struct account *account, struct job *job)
{
	pthread_mutex_lock(&account->lock);
	*account->last_job = job;
	account->last_job = &job->next;
	bool leads = !account->led;
	account->led = true;
	pthread_mutex_unlock(&account->lock);
	return leads;
}

static struct job *take_all(struct account *account)
{
	pthread_mutex_lock(&account->lock);
	struct job *list = account->first_job;
	account->first_job = NULL;
	account->last_job = &account->first_job;
	pthread_mutex_unlock(&account->lock);
	return list;
}

/* Who came first meanwhile leads next. It stays queued until then, so the queue cannot lose it. */
static void pass_on(struct account *account)
{
	pthread_mutex_lock(&account->lock);
	struct job *next = account->first_job;
	account->led = next != NULL;
	pthread_mutex_unlock(&account->lock);
	if (next != NULL) {
		(void)sem_post(&next->turn);
	}
}

/* Do all jobs that wait, and wake each of their owners, and nobody else. */
static void lead(struct job *job)
{
	struct account *account = job->account;
	struct job *list = take_all(account);
	work(list);
	while (list != NULL) {
		struct job *next = list->next;
		list->done = true;
		if (list != job) {
			(void)sem_post(&list->turn); /* it may be gone from here on */
		}
		list = next;
	}
	local_leftovers_look(account);
	local_checkpoint_look(account);
	pass_on(account);
}

static void wait_for_turn(struct job *job)
{
	while (sem_wait(&job->turn) < 0) {
		/* a signal */
	}
}

int local_job_do(struct job *job)
{
	job->next = NULL;
	job->done = false;
	job->result = 0;
	(void)sem_init(&job->turn, 0, 0);
	if (!queue(job->account, job)) {
		wait_for_turn(job);
	}
	if (!job->done) {
		lead(job);
	}
	(void)sem_destroy(&job->turn);
	if (job->result == 0) {
		drop_files(job);
		if (job->thins) {
			local_chores_wake(job->account, INT64_MAX, false);
		}
	}
	return job->result;
}

static int change_nothing(struct job *job)
{
	return local_driver_set_schema_version(job->account->writer, SCHEMA_VERSION);
}

int local_job_end_doubt(struct account *account)
{
	struct job job = { .run = change_nothing, .account = account };
	if (!local_driver_in_doubt(account->writer)) {
		return 0;
	}
	int r = local_job_do(&job);
	local_job_clear(&job);
	return r;
}

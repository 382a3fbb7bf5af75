/* job.h - changes, and how those that come together share one commit.
 *
 * Who brings a job queues it; the first that finds nobody leading leads: it takes all jobs that
 * wait, runs them in one transaction, each behind a mark so that one that fails takes only itself
 * back, commits, tells the indexes, has the first of those who came meanwhile lead, and wakes the
 * others. A job is done when it is on disk. */
#ifndef LOCAL_JOB_H
#define LOCAL_JOB_H

#include <semaphore.h>

#include "store.h"

/* What one job does to at most two mailboxes, or to many handles. */
struct job {
	/* Do it, inside of a transaction of account->writer. Any thread, and perhaps once more
	 * after a rollback: what it puts into the job is cleared before. */
	int (*run)(struct job *job);
	struct account *account;
	struct roost_call *call;

	/* What came of it; local_job_clear() frees it. */
	struct delta source, destination; /* the first is told first */
	int64_t *ended; /* mailboxes whose handles end */
	size_t ended_count, ended_capacity;
	int64_t *dropped; /* emails whose file nobody needs any more */
	size_t dropped_count, dropped_capacity;
	int64_t *packs; /* likewise: packs without any bytes that are needed */
	size_t pack_count, pack_capacity;
	bool thins; /* a pack has little left that is needed */

	int result;
	bool done;
	sem_t turn; /* of its owner: the job is done, or it is for this one to lead */
	struct job *next;
};

/* Have a job done, which is on disk then. Needs an op that has begun. The result of run(), or an
 * error of the commit; explained. */
int local_job_do(struct job *job);
void local_job_clear(struct job *job);
/* What a failed commit has left in the log could count after a crash: another one, which changes nothing, is
 * written over it. */
int local_job_end_doubt(struct account *account);
/* Take out of `changed` what jobs of this process did, as the index knows it: who did it tells the
 * sessions. With the index's lock. */
int local_job_forget_own(
	struct account *account, const struct index *index, struct roost_uidset *changed);
/* For run(). ROOST_ERR_NO_MEMORY. */
int local_job_end_mailbox(struct job *job, int64_t mailbox);
int local_job_drop_file(struct job *job, int64_t email);
int local_job_drop_pack(struct job *job, int64_t pack);

#endif

/* lmtp_workers.h - threads for work that may block, fed from one queue. */
#ifndef PROGRAM_LMTP_WORKERS_H
#define PROGRAM_LMTP_WORKERS_H

struct lmtp_workers;

/* Something to do; embed it. */
struct job {
	void (*work)(struct job *job); /* on a worker's thread; the job is the work's again then */
	struct job *next; /* of the queue */
};

/* Start `count` threads. ROOST_ERR_NO_MEMORY. */
int lmtp_workers_create(unsigned count, struct lmtp_workers **workers_out);
/* Do what is queued, and end. NULL is allowed. */
void lmtp_workers_destroy(struct lmtp_workers *workers);

/* Any thread. */
void lmtp_workers_add(struct lmtp_workers *workers, struct job *job);

#endif

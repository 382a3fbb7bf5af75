/* workers.h - threads for work that may block, fed from one queue. */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

/* One piece of work; part of what it is about. The queue takes no memory, so that adding to it
 * cannot fail, and it is as long as there are connections at most. */
struct job {
	void (*work)(struct job *job); /* the last access to the job is the work's own */
	struct job *next;
};

struct workers;

/* Start `count` threads (at least one). ROOST_ERR_NO_MEMORY. */
int workers_create(unsigned count, struct workers **workers_out);
/* Do a job on one of the threads, after all that were added before have begun. Any thread. */
void workers_add(struct workers *workers, struct job *job);
/* Wait until all jobs are done, and end. NULL is allowed. */
void workers_destroy(struct workers *workers);

#endif

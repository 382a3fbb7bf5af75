/* lmtp_job.h - what a worker does for a connection: find a user, store a message for one. */
#ifndef PROGRAM_LMTP_JOB_H
#define PROGRAM_LMTP_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "delivery.h"
#include "lmtp_session.h"
#include "lmtp_workers.h"

/* A job, and what became of it. What it points to stays until it is done. */
struct lmtp_job {
	struct job base;
	void (*done)(struct lmtp_job *job); /* on the worker's thread */
	void *context; /* of done */
	struct lmtp_job *next; /* of those that are done */
	int error;

	/* To find a user: */
	struct roost_backend *backend;
	const struct path *path; /* NULL: to store */
	struct delivery_user user;

	/* To store: */
	size_t recipient; /* its index */
	struct delivery delivery;
	const struct lmtp_message *message;
	const char *address; /* the client's */
	const char *host;
	char id[64]; /* for the log and the Received line */
	uint64_t started; /* uv_hrtime() */
	unsigned milliseconds; /* until it was stored */
};

/* A job that looks up an address. NULL: no memory. */
struct lmtp_job *lmtp_job_find(struct roost_backend *backend, const struct path *path);
/* A job that stores the message for the recipient of that index. NULL: no memory. */
struct lmtp_job *lmtp_job_store(
	struct roost_backend *backend, const struct lmtp_message *message, size_t recipient);
/* NULL is allowed. */
void lmtp_job_destroy(struct lmtp_job *job);

/* A line in the log of what became of it. */
void lmtp_job_log(const struct lmtp_job *job);

#endif

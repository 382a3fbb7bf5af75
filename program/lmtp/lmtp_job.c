/* lmtp_job.c - what a worker does for a connection: find a user, store a message for one. */
#include "lmtp_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include <roost/error.h>

#include "common/log.h"
#include "trace.h"

static void find(struct job *base)
{
	struct lmtp_job *job = roost_container_of(base, struct lmtp_job, base);
	job->error = delivery_find(job->backend, job->path, &job->user);
	job->done(job);
}

static void store(struct job *base)
{
	struct lmtp_job *job = roost_container_of(base, struct lmtp_job, base);
	const struct lmtp_message *message = job->message;
	const struct trace trace = {
		.sender = message->sender,
		.recipient = message->recipients[job->recipient].path,
		.protocol = message->smtputf8 ? "UTF8LMTP" : "LMTP",
		.client = message->client,
		.address = job->address,
		.host = job->host,
		.id = job->id,
		.date = trace_now(),
	};
	char *front = trace_write(&trace, &job->delivery.front_size);
	job->delivery.front = front;
	job->delivery.date = trace.date;
	job->error = front != NULL ? delivery_store(&job->delivery) : ROOST_ERR_NO_MEMORY;
	job->delivery.front = NULL;
	free(front);
	job->milliseconds = (unsigned)((uv_hrtime() - job->started) / 1000000);
	job->done(job);
}

struct lmtp_job *lmtp_job_find(struct roost_backend *backend, const struct path *path)
{
	struct lmtp_job *job = calloc(1, sizeof(*job));
	if (job != NULL) {
		job->base.work = find;
		job->backend = backend;
		job->path = path;
	}
	return job;
}

struct lmtp_job *lmtp_job_store(
	struct roost_backend *backend, const struct lmtp_message *message, size_t recipient)
{
	struct lmtp_job *job = calloc(1, sizeof(*job));
	if (job != NULL) {
		job->base.work = store;
		job->message = message;
		job->recipient = recipient;
		job->delivery.backend = backend;
		job->delivery.content = message->content;
		job->delivery.user = message->recipients[recipient].user;
		job->delivery.mailbox = message->recipients[recipient].detail;
		job->started = uv_hrtime();
	}
	return job;
}

void lmtp_job_destroy(struct lmtp_job *job)
{
	free(job);
}

static const char *reason(int error, const char *text)
{
	return text[0] != '\0' ? text : roost_error_text(error);
}

static void log_stored(const struct lmtp_job *job)
{
	char milliseconds[16];
	(void)snprintf(milliseconds, sizeof(milliseconds), "%u", job->milliseconds);
	delivery_log(&job->delivery, job->message->sender,
		job->message->recipients[job->recipient].path, job->id, milliseconds);
}

void lmtp_job_log(const struct lmtp_job *job)
{
	if (job->path != NULL && job->error < 0) {
		bool nobody = job->error == ROOST_ERR_INVALID_CREDENTIALS;
		log_fields(nobody ? ROOST_LOG_INFO : ROOST_LOG_WARNING, "recipient-refused", "to",
			job->path->text, "id", job->id, "reason",
			nobody ? "no such user" : reason(job->error, job->user.text), NULL);
	} else if (job->path == NULL && job->error == 0) {
		log_stored(job);
	} else if (job->path == NULL) {
		log_fields(ROOST_LOG_WARNING, "delivery-failed", "user", job->delivery.user, "from",
			job->message->sender, "to", job->message->recipients[job->recipient].path,
			"message-id", job->delivery.message_id, "id", job->id, "reason",
			reason(job->error, job->delivery.text), NULL);
	}
}

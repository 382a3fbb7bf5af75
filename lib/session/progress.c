/* progress.c - telling a client that waits how far its command is. */
#include "session/progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/astring.h"
#include "session/session.h"

/* A longer tag is left out. */
#define MAX_TAG 200

struct progress {
	pthread_mutex_t lock;
	/* Under lock. */
	const struct roost_call *call; /* of the slice that runs; NULL: nothing may be said */
	uint64_t command; /* which it belongs to */
	char tag[MAX_TAG];
	size_t tag_size; /* 0: left out */
	uint64_t told; /* steps of it */
	uint64_t goal; /* 0: none was told */
};

int progress_create(struct progress **progress_out)
{
	struct progress *progress = calloc(1, sizeof(*progress));

	if (progress == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (pthread_mutex_init(&progress->lock, NULL) != 0) {
		free(progress);
		return ROOST_ERR_NO_MEMORY;
	}
	*progress_out = progress;
	return 0;
}

void progress_destroy(struct progress *progress)
{
	if (progress != NULL) {
		pthread_mutex_destroy(&progress->lock);
		free(progress);
	}
}

static void begin_command(struct progress *progress, const struct roost_conn *conn)
{
	struct roost_text tag = conn->command.tag;

	progress->command = conn->commands;
	progress->told = 0;
	progress->goal = 0;
	progress->tag_size = tag.size <= MAX_TAG ? tag.size : 0;
	if (progress->tag_size > 0) {
		memcpy(progress->tag, tag.bytes, tag.size);
	}
}

void progress_begin(struct progress *progress, struct roost_conn *conn, bool quiet)
{
	/* Before sign-in nothing is said that was not asked for. */
	if (!quiet || conn->user == NULL) {
		return;
	}
	pthread_mutex_lock(&progress->lock);
	progress->call = conn->call;
	if (progress->command != conn->commands) {
		begin_command(progress, conn);
	}
	pthread_mutex_unlock(&progress->lock);
}

void progress_end(struct progress *progress)
{
	pthread_mutex_lock(&progress->lock);
	progress->call = NULL;
	pthread_mutex_unlock(&progress->lock);
}

/* A number that only grows, and a goal beyond it that stays. Work that is done in several passes begins to count
 * again: then there is nothing to be said but that it goes on. */
static void write_numbers(struct progress *progress, struct buf *buf)
{
	uint64_t done, total;

	roost_call_get_progress(progress->call, &done, &total);
	bool same = progress->goal == 0 || progress->goal == total;
	if (done <= progress->told || !same) {
		buf_string(buf, " NIL NIL)] Still at it");
		return;
	}
	progress->told = done;
	buf_char(buf, ' ');
	buf_number(buf, done);
	if (total <= done) {
		buf_string(buf, " NIL)] Still at it");
		return;
	}
	progress->goal = total;
	buf_char(buf, ' ');
	buf_number(buf, total);
	buf_string(buf, ")] ");
	buf_number(buf, (uint64_t)((double)done * 100 / (double)total));
	buf_string(buf, "% done");
}

size_t progress_write(struct progress *progress, char *line, size_t size)
{
	struct buf buf;
	size_t n = 0;

	if (size < ROOST_CONN_PROGRESS_MAX) {
		return 0;
	}
	buf_init(&buf, ROOST_CONN_PROGRESS_MAX);
	pthread_mutex_lock(&progress->lock);
	if (progress->call != NULL) {
		struct roost_text tag = { progress->tag, progress->tag_size };
		buf_string(&buf, "* OK [INPROGRESS (");
		if (tag.size > 0) {
			string_write(&buf, tag);
		} else {
			buf_string(&buf, "NIL");
		}
		write_numbers(progress, &buf);
		buf_string(&buf, "\r\n");
	}
	pthread_mutex_unlock(&progress->lock);
	if (!buf.failed && buf.size > 0) {
		memcpy(line, buf.data, buf.size);
		n = buf.size;
	}
	buf_free(&buf);
	return n;
}

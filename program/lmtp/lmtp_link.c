/* lmtp_link.c - a connection of the LMTP server: a socket around a session. */
#include "lmtp_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <roost/error.h>

#include "common/log.h"
#include "lmtp_job.h"
#include "lmtp_session.h"

#define READ_SIZE ((size_t)64 << 10)
/* RFC 5321 section 4.5.3.1.8 asks for 100. */
#define RECIPIENTS_MAX 200
/* How long a client may take to close, after the last reply. */
#define LINGER_MS 2000

struct lmtp_link {
	struct lmtp_links *links;
	struct lmtp_link *next, **hook; /* of the list */
	union {
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} socket;
	uv_timer_t timer;
	uv_shutdown_t shutdown;
	unsigned handles; /* that are not closed yet */
	unsigned jobs; /* that run */

	struct lmtp_session *session;
	char *pending; /* bytes that the session did not take yet; nothing is read meanwhile */
	size_t pending_size;
	size_t pending_used;
	bool reading;
	bool writing;
	bool ended; /* the client sends nothing more */
	bool shut; /* the last reply is sent */
	bool closing;
	char address[64];
	char id[40];
	unsigned messages; /* so far */
};

/* A write on its way, with its bytes. */
struct output {
	uv_write_t request;
	struct lmtp_link *link;
	char *bytes;
};

static void go_on(struct lmtp_link *link);
static void on_timer(uv_timer_t *timer);

static void free_if_over(struct lmtp_link *link)
{
	struct lmtp_links *links = link->links;
	if (link->handles > 0 || link->jobs > 0) {
		return;
	}
	*link->hook = link->next;
	if (link->next != NULL) {
		link->next->hook = link->hook;
	}
	links->count--;
	lmtp_session_destroy(link->session);
	free(link->pending);
	free(link);
	if (links->ending && links->count == 0) {
		links->emptied(links);
	}
}

static void on_closed(uv_handle_t *handle)
{
	struct lmtp_link *link = handle->data;
	link->handles--;
	free_if_over(link);
}

static void close_link(struct lmtp_link *link)
{
	if (!link->closing) {
		link->closing = true;
		uv_close((uv_handle_t *)&link->socket.stream, on_closed);
		uv_close((uv_handle_t *)&link->timer, on_closed);
	}
}

static void on_allocate(uv_handle_t *handle, size_t wished, uv_buf_t *buffer)
{
	(void)handle;
	(void)wished;
	buffer->base = malloc(READ_SIZE);
	buffer->len = buffer->base != NULL ? READ_SIZE : 0;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct lmtp_link *link = stream->data;
	if (n <= 0 || link->shut) {
		free(buffer->base);
	}
	if (n < 0) {
		link->ended = true;
		/* After EOF it may still read; after any other end nobody does. */
		if (link->shut || n != UV_EOF) {
			close_link(link);
		}
	} else if (n > 0 && !link->shut) {
		link->pending = buffer->base;
		link->pending_size = (size_t)n;
		link->pending_used = 0;
	}
	if (n != 0 && !link->shut) {
		go_on(link);
	}
}

static void read_or_not(struct lmtp_link *link, bool wanted)
{
	if (wanted && !link->reading) {
		link->reading = true;
		if (uv_read_start(&link->socket.stream, on_allocate, on_read) != 0) {
			close_link(link);
		}
	} else if (!wanted && link->reading) {
		link->reading = false;
		(void)uv_read_stop(&link->socket.stream);
	}
}

static void on_written(uv_write_t *request, int status)
{
	struct output *output = roost_container_of(request, struct output, request);
	struct lmtp_link *link = output->link;
	free(output->bytes);
	free(output);
	link->writing = false;
	if (status < 0) {
		close_link(link);
	}
	go_on(link);
}

static void write_output(struct lmtp_link *link)
{
	size_t n = 0;
	char *bytes = link->writing ? NULL : lmtp_session_take_output(link->session, &n);
	if (bytes == NULL) {
		return;
	}
	struct output *output = calloc(1, sizeof(*output));
	if (output == NULL) {
		free(bytes);
		close_link(link);
		return;
	}
	output->link = link;
	output->bytes = bytes;
	uv_buf_t buffer = uv_buf_init(bytes, (unsigned)n);
	if (uv_write(&output->request, &link->socket.stream, &buffer, 1, on_written) != 0) {
		free(bytes);
		free(output);
		close_link(link);
		return;
	}
	link->writing = true;
}

/* On a worker's thread. */
static void on_job_done(struct lmtp_job *job)
{
	struct lmtp_links *links = ((struct lmtp_link *)job->context)->links;
	pthread_mutex_lock(&links->lock);
	job->next = links->done;
	links->done = job;
	/* Under the lock, which keeps the server there until it is sent. */
	(void)uv_async_send(links->wake);
	pthread_mutex_unlock(&links->lock);
}

static void start(struct lmtp_link *link, struct lmtp_job *job)
{
	job->done = on_job_done;
	job->context = link;
	job->address = link->address;
	job->host = link->links->host;
	(void)snprintf(job->id, sizeof(job->id), "%s.%u", link->id, link->messages);
	link->jobs++;
	lmtp_workers_add(link->links->workers, &job->base);
}

static void start_find(struct lmtp_link *link)
{
	struct lmtp_job *job =
		lmtp_job_find(link->links->backend, lmtp_session_path(link->session));
	if (job == NULL) {
		lmtp_session_not_found(link->session, ROOST_ERR_NO_MEMORY, NULL);
		return;
	}
	start(link, job);
}

static void start_stores(struct lmtp_link *link)
{
	const struct lmtp_message *message = lmtp_session_message(link->session);
	size_t count = message->recipient_count;
	size_t failed = 0;
	link->messages++;
	for (size_t i = 0; i < count; i++) {
		struct lmtp_job *job = lmtp_job_store(link->links->backend, message, i);
		if (job == NULL) {
			failed = count - i;
			break;
		}
		start(link, job);
	}
	/* After the last of these the message may be gone. */
	for (size_t i = count - failed; i < count; i++) {
		lmtp_session_delivered(link->session, i, ROOST_ERR_NO_MEMORY, NULL);
	}
}

/* Tell the session what became of a job. */
static void finish(struct lmtp_link *link, struct lmtp_job *job)
{
	lmtp_job_log(job);
	link->jobs--;
	if (job->path == NULL) {
		char text[ROOST_MAX_MAILBOX_NAME + 64];
		const char *why = job->delivery.text[0] != '\0' ? job->delivery.text : NULL;
		(void)snprintf(text, sizeof(text), "Saved as UID %u in %s", job->delivery.uid,
			job->delivery.stored_in);
		lmtp_session_delivered(
			link->session, job->recipient, job->error, job->error < 0 ? why : text);
	} else if (job->error == 0) {
		lmtp_session_found(
			link->session, job->user.user.name, job->user.user.detail, job->user.limit);
	} else {
		lmtp_session_not_found(link->session, job->error,
			job->user.text[0] != '\0' ? job->user.text : NULL);
	}
	lmtp_job_destroy(job);
}

void lmtp_links_finish_jobs(struct lmtp_links *links)
{
	pthread_mutex_lock(&links->lock);
	struct lmtp_job *job = links->done;
	links->done = NULL;
	pthread_mutex_unlock(&links->lock);
	while (job != NULL) {
		struct lmtp_job *next = job->next;
		struct lmtp_link *link = job->context;
		finish(link, job);
		go_on(link);
		free_if_over(link);
		job = next;
	}
}

static void on_shut(uv_shutdown_t *request, int status)
{
	struct lmtp_link *link = request->handle->data;
	if (status < 0 || link->ended || link->links->ending) {
		close_link(link);
	} else if (!link->closing) {
		/* What the client still sends is read: to close before would take the last reply
		 * from it. */
		read_or_not(link, true);
	}
}

static void shut(struct lmtp_link *link)
{
	link->shut = true;
	(void)uv_timer_start(&link->timer, on_timer, LINGER_MS, 0);
	if (uv_shutdown(&link->shutdown, &link->socket.stream, on_shut) != 0) {
		close_link(link);
	}
}

static void feed(struct lmtp_link *link)
{
	size_t taken = 1;
	while (link->pending != NULL && taken > 0 && !link->writing &&
		lmtp_session_wants(link->session) == LMTP_WANT_INPUT) {
		taken = lmtp_session_feed(link->session, link->pending + link->pending_used,
			link->pending_size - link->pending_used);
		link->pending_used += taken;
		if (link->pending_used == link->pending_size) {
			free(link->pending);
			link->pending = NULL;
		}
	}
}

/* Do what can be done now. */
static void go_on(struct lmtp_link *link)
{
	if (link->closing || link->shut) {
		return;
	}
	if (link->links->ending && link->jobs == 0) {
		lmtp_session_end(link->session, "4.3.2 The server stops");
	}
	feed(link);
	enum lmtp_want want = lmtp_session_wants(link->session);
	if (want == LMTP_WANT_USER && link->jobs == 0) {
		start_find(link);
	} else if (want == LMTP_WANT_DELIVERY && link->jobs == 0) {
		start_stores(link);
	}
	write_output(link);
	if (link->closing) {
		return;
	}
	bool over = want == LMTP_WANT_CLOSE ||
		    (want == LMTP_WANT_INPUT && link->ended && link->pending == NULL);
	(void)uv_timer_again(&link->timer);
	read_or_not(link, link->pending == NULL && !link->ended && want != LMTP_WANT_CLOSE);
	if (over && !link->writing && link->jobs == 0) {
		shut(link);
	}
}

static void on_timer(uv_timer_t *timer)
{
	struct lmtp_link *link = timer->data;
	if (link->jobs > 0) {
		return; /* it is not the client that takes long */
	}
	if (link->shut || link->writing) {
		close_link(link);
		return;
	}
	lmtp_session_end(link->session, "4.4.2 Nothing came for too long");
	go_on(link);
}

static void find_address(struct lmtp_link *link)
{
	struct sockaddr_storage peer;
	int n = sizeof(peer);
	if (link->socket.stream.type == UV_TCP &&
		uv_tcp_getpeername(&link->socket.tcp, (struct sockaddr *)&peer, &n) == 0) {
		(void)uv_ip_name(
			(const struct sockaddr *)&peer, link->address, sizeof(link->address));
	}
}

static bool make_session(struct lmtp_link *link)
{
	const struct lmtp_links *links = link->links;
	const struct lmtp_session_options options = {
		.host = links->host,
		.message_octets = links->message_octets,
		.spool_memory = links->spool_memory,
		.recipients = RECIPIENTS_MAX,
		.busy = links->count > links->connections,
	};
	if (options.busy) {
		log_fields(ROOST_LOG_WARNING, "lmtp-busy", "reason", "too many connections", NULL);
	}
	return lmtp_session_create(&options, &link->session) == 0;
}

void lmtp_links_accept(struct lmtp_links *links, uv_stream_t *listener)
{
	struct lmtp_link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		return; /* the connection waits at the listener, for the next that comes */
	}
	link->links = links;
	if (listener->type == UV_TCP) {
		(void)uv_tcp_init(links->loop, &link->socket.tcp);
	} else {
		(void)uv_pipe_init(links->loop, &link->socket.pipe, 0);
	}
	(void)uv_timer_init(links->loop, &link->timer);
	link->socket.stream.data = link->timer.data = link;
	link->handles = 2;
	link->next = links->first;
	link->hook = &links->first;
	links->first = link;
	if (link->next != NULL) {
		link->next->hook = &link->next;
	}
	links->count++;
	(void)snprintf(link->id, sizeof(link->id), "%llx.%llx", (unsigned long long)time(NULL),
		(unsigned long long)++links->so_far);
	uint64_t idle = (uint64_t)links->idle_seconds * 1000;
	if (uv_accept(listener, &link->socket.stream) != 0 || !make_session(link) ||
		uv_timer_start(&link->timer, on_timer, idle, idle) != 0) {
		close_link(link);
		return;
	}
	if (listener->type == UV_TCP) {
		(void)uv_tcp_nodelay(&link->socket.tcp, 1);
	}
	find_address(link);
	go_on(link);
}

void lmtp_links_end(struct lmtp_links *links)
{
	links->ending = true;
	for (struct lmtp_link *link = links->first; link != NULL; link = link->next) {
		if (link->shut) {
			close_link(link);
		} else {
			go_on(link);
		}
	}
	if (links->count == 0) {
		links->emptied(links);
	}
}

void lmtp_links_cut(struct lmtp_links *links)
{
	for (struct lmtp_link *link = links->first; link != NULL; link = link->next) {
		close_link(link);
	}
}

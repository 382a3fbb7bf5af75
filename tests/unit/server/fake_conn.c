/* fake_conn.c - a connection (roost/conn.h) of a tiny line protocol, to be put under the server. */
#include "fake_conn.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/conn.h>

#define SEGMENTS 64
#define MAX_CONNS 8192

struct segment {
	struct roost_content *content;
	uint64_t offset;
	uint64_t left;
};

struct output {
	atomic_bool in_use; /* by a thread, as the connection */
	struct segment segments[SEGMENTS];
	size_t count;
	uint64_t octets;
};

enum command { NOTHING, AT_ONCE, WORK, HARD, BLOCK, STUCK, HARD_STUCK, BYTES };

struct roost_conn {
	struct roost_conn_options options;
	struct roost_limits limits;
	atomic_bool in_use; /* by a thread: there must never be two */
	atomic_bool cancelled;
	/* A slice runs that takes as long as it likes, and nothing is said yet. */
	atomic_bool silent;
	bool signed_in;
	bool idling;
	bool wake_due;
	bool closing;
	bool starting_tls;
	bool shutting_down;
	uint32_t delay;
	char tls[32];
	char remote[64];
	uint64_t commands;
	char line[512];
	size_t line_size;
	enum command command;
	char argument[512];
	uint64_t bytes_done;
	uint64_t bytes_total;
	struct output output;
	struct output apart;
	bool parted;
};

struct fake_counts fake_counts;

static const struct roost_backend_ops backend_ops = { .size = sizeof(backend_ops) };
struct roost_backend fake_backend = { .ops = &backend_ops };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool released;
static struct roost_conn *idlers[MAX_CONNS];
static size_t idler_count;

char fake_byte(uint64_t offset)
{
	return (char)('a' + (offset * 31 + offset / 977) % 26);
}

static void fill(uint64_t offset, char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bytes[i] = fake_byte(offset + i);
	}
}

int roost_updates_create(struct roost_backend *backend, struct roost_updates **updates_out)
{
	fake_counts.updates++;
	backend->updates = (struct roost_updates *)(void *)backend;
	*updates_out = backend->updates;
	return 0;
}

void roost_updates_destroy(struct roost_updates *updates)
{
	fake_counts.updates--;
	((struct roost_backend *)(void *)updates)->updates = NULL;
}

void fake_release(void)
{
	pthread_mutex_lock(&lock);
	released = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

void fake_hold(void)
{
	pthread_mutex_lock(&lock);
	released = false;
	pthread_mutex_unlock(&lock);
}

void fake_wake(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < idler_count; i++) {
		idlers[i]->options.woken(idlers[i]->options.context);
	}
	pthread_mutex_unlock(&lock);
}

/* Content that is neither in memory nor in a file. */
static int64_t source_read_at(
	struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	(void)content;
	n = n > 1000 ? 1000 : n;
	fill(offset, buffer, n);
	return (int64_t)n;
}

static int64_t broken_read_at(
	struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	(void)content;
	(void)offset;
	(void)buffer;
	(void)n;
	return ROOST_ERR_CORRUPT;
}

static void source_destroy(struct roost_content *content)
{
	free(content);
}

static const struct roost_content_ops source_ops = {
	.size = sizeof(source_ops), .read_at = source_read_at, .destroy = source_destroy
};
static const struct roost_content_ops broken_ops = {
	.size = sizeof(broken_ops), .read_at = broken_read_at, .destroy = source_destroy
};

static void take(atomic_bool *in_use)
{
	if (atomic_exchange(in_use, true)) {
		(void)fputs("two threads use one connection\n", stderr);
		abort();
	}
}

static void enter(struct roost_conn *conn)
{
	take(&conn->in_use);
}

static void leave(struct roost_conn *conn)
{
	atomic_store(&conn->in_use, false);
}

/* Takes over the reference. */
static void say_content(struct roost_conn *conn, struct roost_content *content)
{
	struct output *output = &conn->output;
	if (output->count == SEGMENTS) {
		abort();
	}
	output->segments[output->count++] = (struct segment) { content, 0, content->size };
	output->octets += content->size;
}

static void say_bytes(struct roost_conn *conn, const char *bytes, size_t n)
{
	struct roost_content *content;
	if (roost_content_create_copy(bytes, n, &content) < 0) {
		abort();
	}
	say_content(conn, content);
}

static void say(struct roost_conn *conn, const char *text)
{
	say_bytes(conn, text, strlen(text));
	say_bytes(conn, "\r\n", 2);
}

int roost_conn_create(const struct roost_conn_options *options, struct roost_conn **conn_out)
{
	struct roost_conn *conn = calloc(1, sizeof(*conn));
	if (conn == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->options = *options;
	conn->limits = *options->limits;
	(void)snprintf(conn->remote, sizeof(conn->remote), "%s", options->info->remote_address);
	(void)snprintf(conn->tls, sizeof(conn->tls), "%s",
		options->info->tls ? options->info->tls_version : "none");
	say(conn, "ready");
	fake_counts.conns++;
	*conn_out = conn;
	return 0;
}

static void end_idle(struct roost_conn *conn)
{
	if (!conn->idling) {
		return;
	}
	conn->idling = false;
	fake_counts.idling--;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < idler_count; i++) {
		if (idlers[i] == conn) {
			idlers[i] = idlers[--idler_count];
			break;
		}
	}
	pthread_mutex_unlock(&lock);
}

/* Drop the first bytes, or as many as there are. Returns how many there were. */
static uint64_t drop(struct output *output, uint64_t n)
{
	uint64_t dropped = n < output->octets ? n : output->octets;
	size_t gone = 0;
	output->octets -= dropped;
	n = dropped;
	while (gone < output->count && n >= output->segments[gone].left) {
		n -= output->segments[gone].left;
		roost_content_unref(output->segments[gone].content);
		gone++;
	}
	output->count -= gone;
	memmove(output->segments, output->segments + gone,
		output->count * sizeof(output->segments[0]));
	if (n > 0) {
		output->segments[0].offset += n;
		output->segments[0].left -= n;
	}
	return dropped;
}

void roost_conn_destroy(struct roost_conn *conn)
{
	if (conn == NULL) {
		return;
	}
	enter(conn);
	end_idle(conn);
	drop(&conn->output, conn->output.octets);
	drop(&conn->apart, conn->apart.octets);
	fake_counts.conns--;
	free(conn);
}

static bool is_full(const struct roost_conn *conn)
{
	return conn->output.octets >= conn->limits.output || conn->output.count > SEGMENTS - 8;
}

unsigned roost_conn_wants(const struct roost_conn *conn)
{
	unsigned wants = conn->output.count + conn->apart.count > 0 ? ROOST_CONN_WRITE : 0;
	bool full = is_full(conn);
	if (conn->closing) {
		return wants | ROOST_CONN_CLOSE;
	}
	if (conn->starting_tls) {
		return wants | ROOST_CONN_STARTTLS;
	}
	if (conn->delay != 0) {
		return wants | ROOST_CONN_DELAY;
	}
	if (conn->command != NOTHING) {
		unsigned run = conn->command == AT_ONCE ? ROOST_CONN_RUN
							: ROOST_CONN_RUN | ROOST_CONN_MAY_BLOCK;
		if (conn->command == HARD || conn->command == HARD_STUCK) {
			run |= ROOST_CONN_HARD_WORK;
		}
		return full ? wants : wants | run;
	}
	if (conn->idling && conn->wake_due) {
		wants |= ROOST_CONN_RUN;
	}
	if (conn->idling) {
		wants |= ROOST_CONN_WAKE;
	}
	return full ? wants : wants | ROOST_CONN_READ;
}

static void begin_idle(struct roost_conn *conn)
{
	say(conn, "idling");
	conn->idling = true;
	pthread_mutex_lock(&lock);
	if (idler_count == MAX_CONNS) {
		abort();
	}
	idlers[idler_count++] = conn;
	pthread_mutex_unlock(&lock);
	fake_counts.idling++;
}

static enum command command_of(const char *word)
{
	if (strcmp(word, "WORK") == 0) {
		return WORK;
	}
	if (strcmp(word, "HARD") == 0) {
		return HARD;
	}
	if (strcmp(word, "HARD_STUCK") == 0) {
		return HARD_STUCK;
	}
	if (strcmp(word, "BLOCK") == 0) {
		return BLOCK;
	}
	if (strcmp(word, "STUCK") == 0) {
		return STUCK;
	}
	return strcmp(word, "BYTES") == 0 ? BYTES : AT_ONCE;
}

static void begin(struct roost_conn *conn)
{
	char word[512] = "";
	conn->line[conn->line_size] = '\0';
	conn->commands++;
	if (conn->idling) {
		end_idle(conn);
		say(conn, "idle ends");
		return;
	}
	(void)sscanf(conn->line, "%511s", word);
	conn->command = command_of(word);
	(void)snprintf(conn->argument, sizeof(conn->argument), "%s", conn->line);
	conn->bytes_done = 0;
	const char *space = strchr(conn->line, ' ');
	conn->bytes_total = space != NULL ? strtoull(space, NULL, 10) : 0;
}

int roost_conn_feed(struct roost_conn *conn, const void *bytes, size_t n, size_t *used_out)
{
	const char *c = bytes;
	size_t used = 0;
	enter(conn);
	while (used < n && conn->command == NOTHING && conn->delay == 0 && !conn->closing &&
		!conn->starting_tls) {
		char byte = c[used++];
		if (byte == '\n') {
			begin(conn);
			conn->line_size = 0;
		} else if (byte != '\r' && conn->line_size < sizeof(conn->line) - 1) {
			conn->line[conn->line_size++] = byte;
		}
	}
	*used_out = used;
	leave(conn);
	return 0;
}

static void say_kind(struct roost_conn *conn, const char *word)
{
	uint64_t n = conn->bytes_total;
	struct roost_content *content = NULL;
	if (strcmp(word, "SOURCE") == 0 || strcmp(word, "BROKEN") == 0) {
		content = calloc(1, sizeof(*content));
		roost_content_init(content, word[0] == 'S' ? &source_ops : &broken_ops, n);
		say_content(conn, content);
		return;
	}
	char *bytes = malloc(n + 1);
	fill(0, bytes, n);
	if (strcmp(word, "FILE") == 0) {
		FILE *file = tmpfile();
		(void)fwrite("in front", 1, 8, file);
		(void)fwrite(bytes, 1, n, file);
		(void)fflush(file);
		if (roost_content_create_fd(dup(fileno(file)), 8, n, &content) < 0) {
			abort();
		}
		(void)fclose(file);
	} else if (roost_content_create_copy(bytes, n, &content) < 0) {
		abort();
	}
	free(bytes);
	say_content(conn, content);
}

static void run_at_once(struct roost_conn *conn)
{
	char word[512] = "";
	char text[1024];
	(void)sscanf(conn->argument, "%511s", word);
	if (strcmp(word, "ECHO") == 0) {
		say(conn, conn->argument + 5);
	} else if (strcmp(word, "LOGIN") == 0) {
		conn->signed_in = true;
		say(conn, "hello");
	} else if (strcmp(word, "ALLOW") == 0) {
		conn->limits.sign_in_seconds = (unsigned)conn->bytes_total;
		conn->limits.idle_seconds = conn->limits.sign_in_seconds;
		say(conn, "allowed");
	} else if (strcmp(word, "INFO") == 0) {
		(void)snprintf(text, sizeof(text), "tls=%s remote=%s insecure=%d", conn->tls,
			conn->remote, conn->options.insecure_auth);
		say(conn, text);
	} else if (strcmp(word, "IDLE") == 0) {
		begin_idle(conn);
	} else if (strcmp(word, "STARTTLS") == 0 && conn->options.starttls) {
		say(conn, "begin");
		conn->starting_tls = true;
	} else if (strcmp(word, "HOLD") == 0) {
		conn->delay = (uint32_t)conn->bytes_total;
	} else if (strcmp(word, "QUIT") == 0) {
		say(conn, "bye");
		conn->closing = true;
	} else if (conn->bytes_total > 0) {
		say_kind(conn, word);
		say(conn, "");
	} else {
		say(conn, "what?");
	}
}

static void run_until(struct roost_conn *conn, bool cancellable)
{
	fake_counts.running++;
	atomic_store(&conn->silent, conn->output.count == 0);
	pthread_mutex_lock(&lock);
	while (cancellable ? !conn->cancelled : !released) {
		pthread_cond_wait(&changed, &lock);
	}
	pthread_mutex_unlock(&lock);
	atomic_store(&conn->silent, false);
	fake_counts.running--;
	if (cancellable) {
		fake_counts.cancelled++;
	}
	say(conn, cancellable ? "cancelled" : "released");
}

/* One slice; whether the command is done. */
static bool run_bytes(struct roost_conn *conn)
{
	static const size_t slice = 32768;
	uint64_t left = conn->bytes_total - conn->bytes_done;
	size_t n = left < slice ? (size_t)left : slice;
	char *bytes = malloc(n + 1);
	fill(conn->bytes_done, bytes, n);
	say_bytes(conn, bytes, n);
	free(bytes);
	conn->bytes_done += n;
	if (conn->bytes_done < conn->bytes_total) {
		return false;
	}
	say(conn, "");
	return true;
}

int roost_conn_run(struct roost_conn *conn)
{
	enter(conn);
	bool done = true;
	switch (conn->command) {
	case AT_ONCE:
		run_at_once(conn);
		break;
	case WORK:
	case HARD:
		say(conn, conn->argument + 5);
		break;
	case BLOCK:
	case STUCK:
	case HARD_STUCK:
		run_until(conn, conn->command == BLOCK);
		break;
	case BYTES:
		done = run_bytes(conn);
		break;
	case NOTHING:
		conn->wake_due = false;
		say(conn, "woken");
		break;
	}
	if (done) {
		conn->command = NOTHING;
	}
	if (done && conn->shutting_down && conn->delay == 0) {
		say(conn, "shutting down");
		conn->closing = true;
	}
	leave(conn);
	return 0;
}

static size_t give(const struct output *output, struct roost_piece *pieces, size_t n)
{
	size_t count = 0;
	for (; count < n && count < output->count; count++) {
		const struct segment *segment = &output->segments[count];
		pieces[count] = (struct roost_piece) {
			.content = segment->content,
			.offset = segment->offset,
			.size = segment->left,
		};
	}
	return count;
}

size_t roost_conn_output(struct roost_conn *conn, struct roost_piece *pieces, size_t n)
{
	take(&conn->apart.in_use);
	size_t count = give(&conn->apart, pieces, n);
	atomic_store(&conn->apart.in_use, false);
	if (!conn->parted) {
		enter(conn);
		count += give(&conn->output, pieces + count, n - count);
		leave(conn);
	}
	return count;
}

void roost_conn_sent(struct roost_conn *conn, uint64_t n)
{
	take(&conn->apart.in_use);
	n -= drop(&conn->apart, n);
	atomic_store(&conn->apart.in_use, false);
	if (!conn->parted) {
		enter(conn);
		n -= drop(&conn->output, n);
		leave(conn);
	}
	if (n > 0) {
		abort();
	}
}

bool roost_conn_part_output(struct roost_conn *conn)
{
	enter(conn);
	bool parts = conn->command == BYTES && is_full(conn) && conn->apart.count == 0;
	if (parts) {
		memcpy(conn->apart.segments, conn->output.segments, sizeof(conn->apart.segments));
		conn->apart.count = conn->output.count;
		conn->apart.octets = conn->output.octets;
		conn->output.count = 0;
		conn->output.octets = 0;
		conn->parted = true;
		fake_counts.parted++;
	}
	leave(conn);
	return parts;
}

void roost_conn_join_output(struct roost_conn *conn)
{
	enter(conn);
	conn->parted = false;
	leave(conn);
}

void roost_conn_tls_started(struct roost_conn *conn, const struct roost_conn_info *info)
{
	enter(conn);
	(void)snprintf(conn->tls, sizeof(conn->tls), "%s", info->tls_version);
	conn->starting_tls = false;
	say(conn, "started");
	leave(conn);
}

void roost_conn_deflate_switched(struct roost_conn *conn)
{
	enter(conn);
	leave(conn);
}

void roost_conn_poll(struct roost_conn *conn)
{
	enter(conn);
	leave(conn);
}

void roost_conn_wake(struct roost_conn *conn)
{
	enter(conn);
	conn->wake_due = conn->idling;
	leave(conn);
}

uint32_t roost_conn_delay(const struct roost_conn *conn)
{
	return conn->delay;
}

void roost_conn_resume(struct roost_conn *conn)
{
	enter(conn);
	conn->delay = 0;
	say(conn, "held");
	leave(conn);
}

unsigned roost_conn_timeout_seconds(const struct roost_conn *conn)
{
	/* Short while the silence is not the client's, and so must not matter. */
	if (conn->delay != 0 || conn->command == STUCK) {
		return 1;
	}
	return conn->signed_in ? conn->limits.idle_seconds : conn->limits.sign_in_seconds;
}

uint64_t roost_conn_commands(const struct roost_conn *conn)
{
	return conn->commands;
}

void roost_conn_expire(struct roost_conn *conn)
{
	enter(conn);
	say(conn, "too long");
	conn->closing = true;
	leave(conn);
}

void roost_conn_shutdown(struct roost_conn *conn)
{
	enter(conn);
	conn->shutting_down = true;
	if (conn->delay != 0) {
		conn->delay = 0;
		say(conn, "held");
	}
	if (conn->command == NOTHING) {
		say(conn, "shutting down");
		conn->closing = true;
	}
	leave(conn);
}

void roost_conn_cancel(struct roost_conn *conn)
{
	pthread_mutex_lock(&lock);
	atomic_store(&conn->cancelled, true);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

size_t roost_conn_progress(struct roost_conn *conn, char *line, size_t size)
{
	static const char said[] = "still at it\r\n";

	if (size < sizeof(said) - 1 || !atomic_load(&conn->silent)) {
		return 0;
	}
	memcpy(line, said, sizeof(said) - 1);
	return sizeof(said) - 1;
}

void roost_conn_trim(struct roost_conn *conn)
{
	enter(conn);
	fake_counts.trimmed++;
	leave(conn);
}

const char *roost_conn_user(const struct roost_conn *conn)
{
	return conn->signed_in ? "anna" : NULL;
}

/* crash_local.c - kills a process that works on a local store, again and again, and looks whether
 * all that was acknowledged is there, and nothing is half there: crash_local [ROUNDS [SEED]].
 *
 * In each round a child changes messages from several threads, each its own ones, and tells through
 * a pipe what it is about to do and what was acknowledged. It is killed after so many of these
 * lines. Then each message must be as it was acknowledged last, or as the change that was under way
 * would have made it; and of messages that were stored together all are there, or none. */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local_session.h"

#define THREADS 4
#define MAILBOXES 3
#define MESSAGES_MAX 40000u
#define LINES_MAX 600u

static const char *const names[MAILBOXES] = { "INBOX", "Work", "Work/Old" };

/* Where a message is, and which of VARIANTS flags it has. */
struct state {
	bool exists;
	uint8_t mailbox;
	uint8_t variant;
	uint32_t uid; /* 0 when it is not known: the change was not acknowledged */
};
static const struct {
	unsigned system;
	const char *keyword;
} variants[] = {
	{ 0, NULL }, { ROOST_FLAG_SEEN, NULL }, { ROOST_FLAG_FLAGGED, "Work" },
	{ ROOST_FLAG_SEEN | ROOST_FLAG_DELETED, NULL }, /* about to be expunged */
};
enum { DELETED_VARIANT = 3, VARIANTS = 4 };

/* What travels through the pipe: what a message is to become, and then that it is so. */
struct line {
	uint32_t id;
	uint32_t
		first; /* of the messages that are stored together with it; 0: it is there already */
	bool done;
	struct state state;
};

struct message {
	struct state acknowledged, wanted;
	uint32_t first; /* of those that it is stored together with, while that is pending */
	bool pending;
	bool seen; /* in this look at the store */
};

static struct message messages[MESSAGES_MAX];
static uint32_t next_id = 1;
static uint64_t highest_modseq[MAILBOXES];
static uint32_t highest_uid_next[MAILBOXES];
static char folder[256];

static void die(const char *what, uint32_t id)
{
	(void)fprintf(
		stderr, "crash_local: message %u: %s; the store is in %s\n", id, what, folder);
	exit(1);
}

static uint32_t mix(uint32_t n)
{
	n = (n ^ (n >> 16)) * 0x45d9f3bu;
	n = (n ^ (n >> 16)) * 0x45d9f3bu;
	return n ^ (n >> 16);
}

/* The bytes of a message: some are small, some are files. */
static char *body_of(uint32_t id, size_t *size_out)
{
	size_t size = 40 + mix(id) % (id % 5 == 0 ? 30000 : 2000);
	char *bytes = malloc(size + 1);
	if (bytes == NULL) {
		abort();
	}
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (char)('a' + (mix(id) + i * i) % 26);
	}
	char number[24];
	int n = snprintf(number, sizeof(number), "X-Id: %u\r\n\r\n", id);
	memcpy(bytes, number, (size_t)n);
	*size_out = size;
	return bytes;
}

struct worker {
	pthread_t thread;
	unsigned index;
	unsigned seed;
	int pipe;
	struct roost_backend *backend;
	struct local_session session;
	struct roost_mailbox *mailboxes[MAILBOXES];
};

static void tell(struct worker *worker, uint32_t id, uint32_t first, bool done, struct state state)
{
	const struct line line = { id, first, done, state };
	if (write(worker->pipe, &line, sizeof(line)) != (ssize_t)sizeof(line)) {
		_exit(1);
	}
}

static unsigned choose(struct worker *worker, unsigned n)
{
	return (unsigned)rand_r(&worker->seed) % n;
}

static void must(int r, const char *what)
{
	if (r < 0) {
		(void)fprintf(stderr, "crash_local: %s: %s\n", what, roost_error_name(r));
		_exit(1);
	}
}

/* Store `count` messages together; their numbers are those of this worker from `first` on. */
static void append(struct worker *worker, uint32_t first, size_t count)
{
	struct state state = { .exists = true, .mailbox = (uint8_t)choose(worker, MAILBOXES) };
	char *bytes[LOCAL_SESSION_BATCH];
	size_t sizes[LOCAL_SESSION_BATCH];
	for (size_t i = 0; i < count; i++) {
		bytes[i] = body_of(first + (uint32_t)i * THREADS, &sizes[i]);
		tell(worker, first + (uint32_t)i * THREADS, first, false, state);
	}
	must(local_session_append_all(&worker->session, worker->mailboxes[state.mailbox], bytes,
		     sizes, count, &state.uid),
		"append");
	for (size_t i = 0; i < count; i++) {
		uint32_t id = first + (uint32_t)i * THREADS;
		tell(worker, id, first, true, state);
		messages[id].acknowledged = state;
		state.uid++;
		free(bytes[i]);
	}
}

static void change(struct worker *worker, uint32_t id)
{
	struct state state = messages[id].acknowledged;
	struct roost_mailbox *mailbox = worker->mailboxes[state.mailbox];
	if (state.variant == DELETED_VARIANT) {
		state.exists = false;
		tell(worker, id, 0, false, state);
		must(local_session_expunge(&worker->session, mailbox, state.uid), "expunge");
	} else if (choose(worker, 3) == 0) {
		state.mailbox = (uint8_t)choose(worker, MAILBOXES);
		state.uid = 0;
		tell(worker, id, 0, false, state);
		must(local_session_move(&worker->session, mailbox, messages[id].acknowledged.uid,
			     names[state.mailbox], &state.uid),
			"move");
	} else {
		state.variant = (uint8_t)choose(worker, VARIANTS);
		tell(worker, id, 0, false, state);
		must(local_session_store(&worker->session, mailbox, state.uid, ROOST_FLAGS_SET,
			     variants[state.variant].system, variants[state.variant].keyword),
			"store");
	}
	tell(worker, id, 0, true, state);
	messages[id].acknowledged = state;
}

static void *work(void *context)
{
	struct worker *worker = context;
	must(local_session_login(&worker->session, worker->backend, "anna"), "login");
	for (size_t i = 0; i < MAILBOXES; i++) {
		worker->mailboxes[i] = local_session_select(&worker->session, names[i], false);
		must(worker->mailboxes[i] == NULL ? ROOST_ERR_NO_SUCH_MAILBOX : 0, names[i]);
	}
	uint32_t fresh = next_id + (THREADS + worker->index - next_id % THREADS) % THREADS;
	for (;;) {
		uint32_t old = choose(worker, fresh / THREADS + 1) * THREADS + worker->index;
		if (choose(worker, 3) > 0 && old < fresh && messages[old].acknowledged.exists) {
			change(worker, old);
			continue;
		}
		uint32_t count =
			choose(worker, 5) > 0 ? 1 : 2 + choose(worker, LOCAL_SESSION_BATCH - 1);
		if (fresh < MESSAGES_MAX - count * THREADS) {
			append(worker, fresh, count);
			fresh += count * THREADS;
		}
	}
	return NULL;
}

/* The process that will be killed. */
static void run_child(int pipe, unsigned seed)
{
	static struct worker workers[THREADS];
	struct roost_backend *backend;
	must(local_session_open(folder, 0, 0, &backend), "open");
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker) {
			.index = i, .seed = seed * THREADS + i, .pipe = pipe, .backend = backend
		};
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
			_exit(1);
		}
	}
	(void)pthread_join(workers[0].thread, NULL);
	_exit(1);
}

static void note(const struct line *line)
{
	struct message *message = &messages[line->id];
	message->pending = !line->done;
	message->first = line->done ? 0 : line->first;
	if (line->done) {
		message->acknowledged = line->state;
	} else {
		message->wanted = line->state;
	}
	next_id = line->id >= next_id ? line->id + 1 : next_id;
}

/* Let a child work until so many lines have come, and kill it. */
static void run_and_kill(unsigned seed, unsigned lines)
{
	int ends[2];
	struct line line;
	if (pipe(ends) < 0) {
		die("pipe", 0);
	}
	pid_t child = fork();
	if (child < 0) {
		die("fork", 0);
	}
	if (child == 0) {
		(void)close(ends[0]);
		run_child(ends[1], seed);
	}
	(void)close(ends[1]);
	unsigned count = 0;
	while (read(ends[0], &line, sizeof(line)) == (ssize_t)sizeof(line)) {
		note(&line);
		if (++count == lines) {
			(void)kill(child, SIGKILL);
		}
	}
	(void)close(ends[0]);
	int status = 0;
	(void)waitpid(child, &status, 0);
	if (!WIFSIGNALED(status)) {
		die("the child ended by itself", 0);
	}
}

struct look {
	size_t mailbox;
	uint64_t messages, unseen, octets;
};

static bool has_flags(const struct roost_message *message, unsigned variant)
{
	return message->flags.system == variants[variant].system &&
	       message->flags.keyword_count == (variants[variant].keyword != NULL) &&
	       (variants[variant].keyword == NULL ||
		       roost_flags_has_keyword(&message->flags, variants[variant].keyword));
}

static bool fits(const struct state *state, size_t mailbox, const struct roost_message *message)
{
	return state->exists && state->mailbox == mailbox &&
	       (state->uid == 0 || state->uid == message->uid) &&
	       has_flags(message, state->variant);
}

static uint32_t read_id(const char *bytes, size_t size)
{
	uint32_t id = 0;
	for (size_t i = strlen("X-Id: "); i < size && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
		id = id * 10 + (uint32_t)(bytes[i] - '0');
	}
	return id < MESSAGES_MAX ? id : 0;
}

static int look_at(void *context, const struct roost_message *message)
{
	struct look *look = context;
	size_t size = (size_t)message->octets, expected_size;
	char *bytes = malloc(size + 1);
	if (bytes == NULL || (message->has & ROOST_MESSAGE_CONTENT) == 0 ||
		roost_content_read(message->content, 0, bytes, size) != (int64_t)size) {
		die("its content cannot be read", message->uid);
		return -1;
	}
	uint32_t id = read_id(bytes, size);
	char *expected = body_of(id, &expected_size);
	if (expected_size != size || memcmp(expected, bytes, size) != 0) {
		die("its content is another", id);
	}
	if (message->outline_size != 7 || message->internal_date.zone != -90) {
		die("its outline or date is another", id);
	}
	struct message *known = &messages[id];
	if (known->seen) {
		die("it is there twice", id);
	}
	known->seen = true;
	if (fits(&known->acknowledged, look->mailbox, message) && !known->pending) {
		known->acknowledged.uid = message->uid;
	} else if (known->pending && fits(&known->wanted, look->mailbox, message)) {
		known->acknowledged = known->wanted;
		known->acknowledged.uid = message->uid;
	} else if (!known->pending || !fits(&known->acknowledged, look->mailbox, message)) {
		die("it is neither as it was nor as it was to become", id);
	}
	if (message->uid >= highest_uid_next[look->mailbox] ||
		message->modseq > highest_modseq[look->mailbox]) {
		die("its UID or modseq is too high", id);
	}
	look->messages++;
	look->octets += size;
	look->unseen += (message->flags.system & ROOST_FLAG_SEEN) == 0;
	free(expected);
	free(bytes);
	return 0;
}

static void look_at_mailbox(struct local_session *session, size_t i)
{
	struct look look = { .mailbox = i };
	struct roost_snapshot snapshot;
	struct roost_mailbox_status status = { .size = sizeof(status) };
	struct roost_mailbox *mailbox = local_session_select(session, names[i], false);
	if (mailbox == NULL || local_session_snapshot(session, mailbox, &snapshot) < 0 ||
		session->user->ops->mailbox_status(session->user, session->call, names[i],
			ROOST_STATUS_MESSAGES, &status) < 0) {
		die("a mailbox cannot be opened", 0);
		return;
	}
	if (snapshot.uid_next < highest_uid_next[i] ||
		snapshot.highest_modseq < highest_modseq[i]) {
		die("UIDs or modseqs fell", 0);
	}
	highest_uid_next[i] = snapshot.uid_next;
	highest_modseq[i] = snapshot.highest_modseq;
	if (local_session_list(session, mailbox, ROOST_MESSAGE_CONTENT | ROOST_MESSAGE_OUTLINE,
		    look_at, &look) < 0) {
		die("a mailbox cannot be listed", 0);
	}
	if (look.messages != roost_uidset_size(&snapshot.uids) ||
		look.unseen != snapshot.unseen_count || look.messages != status.messages ||
		look.unseen != status.unseen || look.octets != status.octets) {
		die("the counts of a mailbox are wrong", 0);
	}
	roost_snapshot_clear(&snapshot);
	mailbox->ops->close(mailbox);
}

static size_t count_files(void)
{
	char path[300];
	(void)snprintf(path, sizeof(path), "%s/users/anna/bodies", folder);
	DIR *files = opendir(path);
	size_t count = 0;
	const struct dirent *file = NULL;
	while (files != NULL && (file = readdir(files)) != NULL) {
		count += file->d_name[0] != '.' && strncmp(file->d_name, "pack-", 5) != 0;
	}
	if (files != NULL) {
		(void)closedir(files);
	}
	return count;
}

static void look_at_store(void)
{
	struct roost_backend *backend;
	struct local_session session;
	size_t files = 0;
	if (local_session_open(folder, 0, 0, &backend) < 0 ||
		local_session_login(&session, backend, "anna") < 0) {
		die(local_session_log, 0);
		return;
	}
	for (uint32_t id = 0; id < next_id; id++) {
		messages[id].seen = false;
	}
	for (size_t i = 0; i < MAILBOXES; i++) {
		look_at_mailbox(&session, i);
	}
	for (uint32_t id = 0; id < next_id; id++) {
		struct message *message = &messages[id];
		bool may_lack = !message->acknowledged.exists ||
				(message->pending && !message->wanted.exists);
		if (!message->seen && !may_lack) {
			die("it was acknowledged and is gone", id);
		}
		if (message->first != 0 && message->seen != messages[message->first].seen) {
			die("it was stored without those that belong to it, or they without it",
				id);
		}
		if (message->seen) {
			size_t size;
			free(body_of(id, &size));
			files += size > LOCAL_SESSION_INLINE;
		} else {
			message->acknowledged.exists = false;
		}
		message->pending = false;
		message->first = 0;
	}
	if (count_files() != files) {
		die("a body that nobody needs is left over, or one is missing", 0);
	}
	local_session_logout(&session);
	roost_backend_destroy(backend);
}

static void prepare(void)
{
	struct roost_backend *backend;
	struct local_session session;
	local_folder_make(folder, sizeof(folder));
	if (local_session_open(folder, 0, 0, &backend) < 0 ||
		local_session_login(&session, backend, "anna") < 0 ||
		local_session_create(&session, "Work/Old") < 0) {
		die(local_session_log, 0);
	}
	local_session_logout(&session);
	roost_backend_destroy(backend);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 25;
	unsigned seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
	local_session_background_delay = 1; /* messages move into packs all the time */
	prepare();
	for (unsigned round = 0; round < rounds; round++) {
		unsigned number = seed + round;
		run_and_kill(number, 1 + (unsigned)rand_r(&number) % LINES_MAX);
		look_at_store();
	}
	size_t alive = 0;
	for (uint32_t id = 0; id < next_id; id++) {
		alive += messages[id].acknowledged.exists;
	}
	printf("%u kills, %u messages, %zu of them alive\n", rounds, next_id - 1, alive);
	local_folder_remove(folder);
	return alive == 0;
}

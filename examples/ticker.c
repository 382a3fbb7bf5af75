/* ticker.c - a mailbox into which a thread puts a message now and then, which idling clients see at
 * once: ticker [PORT [MILLISECONDS]]. Sign in as anna, password secret.
 *
 * A store that changes by itself has two duties: its ops are called by many threads, so what they
 * share needs a lock; and it posts an update after each change. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <roost/roost.h>

/* All there is to know of the mail is how much of it has come: message n is made when it is read.
 */
struct ticker {
	struct roost_backend backend;
	struct roost_user anna;
	struct roost_mailbox inbox;
	time_t started;
	long interval; /* in milliseconds */
	pthread_mutex_t lock; /* of what follows */
	uint32_t arrived;
	struct roost_updates *updates; /* where to post; NULL while there is no server */
};

static uint32_t count_messages(struct ticker *ticker)
{
	pthread_mutex_lock(&ticker->lock);
	uint32_t arrived = ticker->arrived;
	pthread_mutex_unlock(&ticker->lock);
	return arrived;
}

static void add_message(struct ticker *ticker)
{
	const struct roost_update update = {
		.size = sizeof(update),
		.kind = ROOST_UPDATE_MAILBOX,
		.user = "anna",
		.mailbox = "INBOX",
	};
	pthread_mutex_lock(&ticker->lock);
	ticker->arrived++;
	/* With the lock, so that the updates do not go away meanwhile. It never blocks. If it fails,
	 * for want of memory, sessions hear of the message with the next one. */
	if (ticker->updates != NULL) {
		(void)roost_updates_post(ticker->updates, &update);
	}
	pthread_mutex_unlock(&ticker->lock);
}

static void set_updates(struct roost_backend *backend, struct roost_updates *updates)
{
	struct ticker *ticker = roost_container_of(backend, struct ticker, backend);
	pthread_mutex_lock(&ticker->lock);
	ticker->updates = updates;
	pthread_mutex_unlock(&ticker->lock);
}

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *given, struct roost_user **user_out)
{
	if (given->kind != ROOST_CREDENTIALS_PASSWORD || strcmp(given->username, "anna") != 0 ||
		strcmp(given->secret, "secret") != 0) {
		return roost_call_fail(call, ROOST_ERR_INVALID_CREDENTIALS, "Only anna is at home");
	}
	*user_out = &roost_container_of(backend, struct ticker, backend)->anna;
	return 0;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	const struct roost_mailbox_info info = {
		.size = sizeof(info),
		.name = "INBOX",
		.attributes = ROOST_MAILBOX_SUBSCRIBED,
	};
	int r = deliver(context, &info);
	return r == ROOST_STOP ? 0 : r;
}

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	if (strcmp(name, "INBOX") != 0) {
		return roost_call_fail(call, ROOST_ERR_NO_SUCH_MAILBOX, "There is only INBOX");
	}
	*mailbox_out = &roost_container_of(user, struct ticker, anna)->inbox;
	return 0;
}

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	struct ticker *ticker = roost_container_of(mailbox, struct ticker, inbox);
	uint32_t arrived = count_messages(ticker);
	snapshot_out->uid_validity = (uint32_t)ticker->started;
	snapshot_out->uid_next = arrived + 1;
	if (arrived == 0) {
		return 0;
	}
	snapshot_out->unseen_count = arrived;
	snapshot_out->first_unseen = 1;
	return roost_uidset_add_range(&snapshot_out->uids, 1, arrived);
}

/* Message `uid`, the same whenever it is asked for. */
static int deliver_message(
	const struct ticker *ticker, uint32_t uid, roost_message_fn deliver, void *context)
{
	struct roost_message message = {
		.size = sizeof(message),
		.uid = uid,
		.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_CONTENT,
		.internal_date.seconds = ticker->started + (int64_t)uid * ticker->interval / 1000,
	};
	char date[64], text[256];
	struct tm utc;
	time_t seconds = (time_t)message.internal_date.seconds;
	gmtime_r(&seconds, &utc);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &utc);
	int n = snprintf(text, sizeof(text),
		"From: Ticker <ticker@example.org>\r\nDate: %s\r\nSubject: Tick %u\r\n\r\n"
		"This is tick number %u.\r\n",
		date, (unsigned)uid, (unsigned)uid);
	int r = roost_content_create_copy(text, (size_t)n, &message.content);
	if (r < 0) {
		return r;
	}
	r = deliver(context, &message);
	roost_content_unref(message.content);
	return r;
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct ticker *ticker = roost_container_of(mailbox, struct ticker, inbox);
	uint32_t arrived = count_messages(ticker), uid;
	struct roost_uidset_iter iter = { 0 };
	int r = 0;
	/* No lock is held here: the callback may take its time. */
	while (r == 0 && roost_uidset_next(uids, &iter, &uid) && uid <= arrived) {
		r = roost_call_cancelled(call) ? ROOST_ERR_CANCELLED
					       : deliver_message(ticker, uid, deliver, context);
	}
	return r == ROOST_STOP ? 0 : r;
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	/* All sessions share the one inbox. */
}

static const struct roost_backend_ops backend_ops = {
	.size = sizeof(backend_ops),
	.login = login,
	.set_updates = set_updates,
};
static const struct roost_user_ops user_ops = {
	.size = sizeof(user_ops),
	.list_mailboxes = list_mailboxes,
	.get_mailbox = get_mailbox,
};
static const struct roost_mailbox_ops mailbox_ops = {
	.size = sizeof(mailbox_ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.close = close_mailbox,
};

static struct ticker ticker = {
	.backend = { .ops = &backend_ops, .features = ROOST_FEATURE_READ_ONLY },
	.anna = { .ops = &user_ops, .backend = &ticker.backend, .name = "anna" },
	.inbox = { .ops = &mailbox_ops, .user = &ticker.anna, .name = "INBOX" },
	.interval = 1000,
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

/* Ends with the program; after the server's end its posts go nowhere. */
static void *tick(void *context)
{
	const struct timespec interval = {
		.tv_sec = ticker.interval / 1000,
		.tv_nsec = ticker.interval % 1000 * 1000000,
	};
	for (uint32_t i = 0; i < UINT32_MAX - 1; i++) {
		nanosleep(&interval, NULL);
		add_message(&ticker);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	char address[32];
	snprintf(address, sizeof(address), "127.0.0.1:%s", argc > 1 ? argv[1] : "1143");
	if (argc > 2) {
		ticker.interval = strtol(argv[2], NULL, 10);
	}
	if (ticker.interval < 1 || ticker.interval > 86400000) {
		fprintf(stderr, "ticker: from 1 to 86400000 milliseconds\n");
		return 2;
	}
	ticker.started = time(NULL);

	/* The signals are for sigwait() below, not for the threads that begin here. */
	sigset_t ending;
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ending, NULL);

	struct roost_server *server;
	int r = roost_server_start(&ticker.backend, address, &server);
	if (r < 0) {
		fprintf(stderr, "ticker: %s: %s\n", address, roost_error_text(r));
		return 1;
	}
	pthread_t thread;
	if (pthread_create(&thread, NULL, tick, NULL) != 0) {
		fprintf(stderr, "ticker: no thread\n");
		roost_server_destroy(server);
		return 1;
	}
	pthread_detach(thread);
	printf("ticker: ready on 127.0.0.1:%u\n", roost_server_port(server, 0));
	fflush(stdout);

	int number;
	sigwait(&ending, &number);
	roost_server_destroy(server);
	return 0;
}

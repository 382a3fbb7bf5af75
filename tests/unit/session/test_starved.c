/* test_starved.c - a whole session in which each allocation fails in turn.
 *
 * Whatever fails, the session goes on or ends; nothing crashes, nothing leaks, and afterwards another
 * session finds the mail whole. Linked with --wrap, so that only the allocations of roost fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/conn.h>
#include <roost/memory.h>
#include <roost/updates.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *string);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *string);

static long left = -1; /* allocations that still succeed; -1: all */
static bool failed;

static bool fails(void)
{
	if (left > 0) {
		left--;
	} else if (left == 0) {
		left = -1; /* one failure, and then there is memory again */
		failed = true;
		return true;
	}
	return false;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *string)
{
	return fails() ? NULL : __real_strdup(string);
}

static void woken(void *context)
{
	*(bool *)context = true;
}

struct session {
	struct roost_conn *conn;
	bool woken;
	char output[65536];
	size_t size;
};

/* False when the connection has ended. */
static bool settle(struct session *session)
{
	unsigned wants;

	if (session->woken) {
		session->woken = false;
		roost_conn_wake(session->conn);
	}
	while (((wants = roost_conn_wants(session->conn)) & (ROOST_CONN_RUN | ROOST_CONN_WRITE)) !=
		0) {
		struct roost_piece pieces[8];
		uint64_t total = 0;
		if ((wants & ROOST_CONN_RUN) != 0 && roost_conn_run(session->conn) < 0) {
			return false;
		}
		size_t n = roost_conn_output(session->conn, pieces, 8);
		for (size_t i = 0; i < n; i++) {
			size_t size = (size_t)pieces[i].size;
			assert_true(session->size + size < sizeof(session->output));
			if (pieces[i].content == NULL) {
				memcpy(session->output + session->size, pieces[i].bytes, size);
			} else {
				assert_int_equal(
					roost_content_read(pieces[i].content, pieces[i].offset,
						session->output + session->size, size),
					size);
			}
			session->size += size;
			total += size;
		}
		if (n == 0 && (wants & ROOST_CONN_RUN) == 0) {
			return false; /* what waits is not whole, and so is not sent */
		}
		roost_conn_sent(session->conn, total);
	}
	session->output[session->size] = '\0';
	return (wants & ROOST_CONN_CLOSE) == 0;
}

static bool say(struct session *session, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t used;
		if (roost_conn_feed(session->conn, bytes, n, &used) < 0 || !settle(session)) {
			return false;
		}
		bytes += used;
		n -= used;
	}
	return true;
}

#define MAIL "Subject: x\r\nTo: a@b\r\n\r\nbody\r\n"
#define MAIL_SIZE "30"

static const char *const dialog[] = {
	"a LOGIN anna secret\r\n",
	"b CREATE work/old\r\n",
	"c LIST \"\" *\r\n",
	"d APPEND INBOX (\\Flagged kw) {" MAIL_SIZE "+}\r\n" MAIL "\r\n",
	"e SELECT INBOX\r\n",
	"f FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY[HEADER.FIELDS (To)] BODY[1] BODY[])\r\n",
	"g STORE 1 +FLAGS (more \\Deleted)\r\n",
	"h UID SEARCH OR SUBJECT x NOT BODY y\r\n",
	"h1 SORT (REVERSE SUBJECT TO) UTF-8 ALL\r\n",
	"h3 UID SORT RETURN (SAVE COUNT PARTIAL 1:9) (DATE) UTF-8 ALL\r\n",
	"h4 THREAD REFERENCES UTF-8 ALL\r\n",
	"h5 UID SORT RETURN (UPDATE (FLAGS)) (SUBJECT) UTF-8 SUBJECT x UNSEEN\r\n",
	"h6 SEARCH RETURN (UPDATE) NOT UID 1,7:*\r\n",
	"h7 UID SORT RETURN (UPDATE) (REVERSE SIZE) UTF-8 ALL\r\n",
	"h8 STORE 1 +FLAGS (\\Seen)\r\n",
	"h9 COPY 1 INBOX\r\n",
	"ha CANCELUPDATE \"h7\"\r\n",
	"i COPY 1:* work/old\r\n",
	"j IDLE\r\n",
	"DONE\r\n",
	"k MOVE 1 work/old\r\n",
	"l STATUS work/old (MESSAGES UNSEEN)\r\n",
	"m RENAME work/old work/new\r\n",
	"n EXPUNGE\r\n",
	"o LOGOUT\r\n",
};

static struct roost_backend *new_backend(struct roost_updates **updates_out)
{
	struct roost_backend *backend;

	assert_int_equal(roost_memory_create(NULL, &backend), 0);
	assert_int_equal(roost_memory_add_user(backend, "anna", "secret"), 0);
	assert_int_equal(roost_updates_create(backend, updates_out), 0);
	return backend;
}

static bool begin(struct session *session, struct roost_backend *backend)
{
	struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = backend,
		.insecure_auth = true,
		.woken = woken,
		.context = &session->woken,
	};

	memset(session, 0, sizeof(*session));
	return roost_conn_create(&options, &session->conn) == 0;
}

/* Whether all went as if nothing had failed. */
static void run_starved(struct roost_backend *backend)
{
	static struct session session;

	if (begin(&session, backend)) {
		bool going = settle(&session);
		for (size_t i = 0; going && i < sizeof(dialog) / sizeof(dialog[0]); i++) {
			going = say(&session, dialog[i], strlen(dialog[i]));
		}
		roost_conn_destroy(session.conn);
	}
}

/* Afterwards every mailbox can be read, and no message is there in part. */
static void check_mail(struct roost_backend *backend)
{
	static struct session session;
	static const char *const questions[] = {
		"a LOGIN anna secret\r\n",
		"b SELECT INBOX\r\n",
		"c UID FETCH 1:* (RFC822.SIZE BODY.PEEK[])\r\n",
		"d LIST \"\" *\r\n",
	};

	assert_true(begin(&session, backend));
	assert_true(settle(&session));
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		assert_true(say(&session, questions[i], strlen(questions[i])));
	}
	assert_non_null(strstr(session.output, "a OK "));
	assert_non_null(strstr(session.output, "b OK "));
	assert_non_null(strstr(session.output, "c OK "));
	assert_non_null(strstr(session.output, "d OK "));
	for (const char *at = session.output; (at = strstr(at, "RFC822.SIZE ")) != NULL; at++) {
		assert_memory_equal(at, "RFC822.SIZE " MAIL_SIZE " BODY[] {" MAIL_SIZE "}\r\n" MAIL,
			strlen("RFC822.SIZE " MAIL_SIZE " BODY[] {" MAIL_SIZE "}\r\n" MAIL));
	}
	roost_conn_destroy(session.conn);
}

static void test_each_allocation_fails(void **state)
{
	long n = 0;

	(void)state;
	do {
		struct roost_updates *updates;
		struct roost_backend *backend = new_backend(&updates);
		failed = false;
		left = n++;
		run_starved(backend);
		left = -1;
		check_mail(backend);
		roost_updates_destroy(updates);
		roost_backend_destroy(backend);
	} while (failed);
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* fixture.h - one case of the conformance kit: its backend, its session, what it must give back. */
#ifndef ROOST_CHECK_FIXTURE_H
#define ROOST_CHECK_FIXTURE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/check.h>

/* What a case needs of a backend; without it the case is skipped. */
enum fixture_need {
	NEED_CREATE_MAILBOX = 1 << 0,
	NEED_DELETE_MAILBOX = 1 << 1,
	NEED_RENAME_MAILBOX = 1 << 2,
	NEED_SUBSCRIBE = 1 << 3,
	NEED_STATUS = 1 << 4,
	NEED_HIERARCHY = 1 << 5,
	NEED_SEARCH = 1 << 6,
	NEED_APPEND = 1 << 7,
	NEED_STORE = 1 << 8,
	NEED_COPY = 1 << 9,
	NEED_MOVE = 1 << 10,
	NEED_EXPUNGE = 1 << 11,
	NEED_VANISHED = 1 << 12,
	NEED_MODSEQ = 1 << 13,
	NEED_SPECIAL_USE = 1 << 14,
	NEED_UPDATES = 1 << 15,
	NEED_REOPEN = 1 << 16,
	NEED_OTHER_USER = 1 << 17,
	NEED_LIMIT = 1 << 18,
	NEED_OBJECT_ID = 1 << 19,
	NEED_SAVE_DATE = 1 << 20,
	NEED_CHECK = 1 << 21,
	NEED_POLL = 1 << 22,
	NEED_REPLACE = 1 << 23,
	NEED_TRIES = 1 << 24,
	NEED_APPEND_BY_NAME = 1 << 25,
	NEED_TRIES_SEARCH = 1 << 26,

	CASE_BARE = 1 << 30, /* no need: the case signs in by itself */
};
/* What a store that cannot be changed does not have, whatever ops there are. */
#define NEED_WRITABLE \
	(NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX | NEED_RENAME_MAILBOX | NEED_SUBSCRIBE | \
		NEED_APPEND | NEED_STORE | NEED_COPY | NEED_MOVE | NEED_EXPUNGE | NEED_REPLACE | \
		NEED_APPEND_BY_NAME)
#define NEED_FLAGGED (NEED_APPEND | NEED_STORE)
#define NEED_EXPUNGED (NEED_APPEND | NEED_STORE | NEED_EXPUNGE)

struct fixture_outcome {
	pthread_mutex_t lock; /* guards what follows */
	enum roost_check_result result;
	char text[600];
};

struct fixture_owned;

/* A case, or a further session in it. Everything that a case makes is owned by one of these and
 * released when the case is over, the newest first, so that a case may return at any point. */
struct check {
	const struct roost_check_factory *factory;
	const struct roost_check_options *options;
	const char *file; /* of the case, for its report */
	unsigned have; /* NEED_… bits of this backend */
	struct roost_backend *backend;
	struct roost_user *user; /* NULL in a case that is CASE_BARE */
	struct roost_call *call;
	struct fixture_owned *owned; /* newest first */
	struct fixture_outcome *outcome; /* shared by all sessions of the case */
};

struct check_case {
	const char *name;
	unsigned needs;
	void (*run)(struct check *c);
};

struct check_family {
	const char *file;
	const struct check_case *cases;
	size_t count;
};

/* Begin a case: a new backend and, unless it is bare, a signed-in user. A failure is recorded. */
bool fixture_begin(struct check *c, bool bare);
/* Release all there is; the outcome stays. */
void fixture_end(struct check *c);

/* Note that the case failed; only the first time counts. Any thread. */
void fixture_fail(struct check *c, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Note that the case makes no sense for this backend. */
void fixture_skip(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether the case has failed, in whatever session or thread. */
bool fixture_failed(struct check *c);

/* Zeroed memory that lives as long as the case; NULL after noting a failure. */
void *fixture_alloc(struct check *c, size_t size);
char *fixture_strdup(struct check *c, const char *text);
char *fixture_join(struct check *c, const char *text, const char *more);
/* Call release(thing) when the case is over. `handle`: the thing belongs to the store and must be
 * gone before it is opened again. Without memory the thing is released at once. */
bool fixture_own(struct check *c, void *thing, void (*release)(void *thing), bool handle);
/* Release one thing now. */
void fixture_release(struct check *c, const void *thing);

/* Sign in; the user is logged out when the case is over. */
struct roost_user *fixture_login(
	struct check *c, int line, const char *username, const char *password);
/* The bare op. `kind`, `authzid` and `secret` as in struct roost_credentials. */
int fixture_try_login(
	struct check *c, const struct roost_credentials *credentials, struct roost_user **user_out);
/* Credentials with a password and a connection from nowhere. */
struct roost_credentials fixture_password(const char *username, const char *password);
/* Log out what fixture_try_login() gave. */
void fixture_logout(struct roost_user *user);

/* A further session of the same user in this case, with a handle and a call of its own. For another
 * thread too. */
struct check *fixture_session(struct check *c, int line);

/* Stop the store and start it again: handles, sessions and contents are gone, memory stays, and
 * the user is signed in anew. */
bool fixture_reopen(struct check *c, int line);

#endif

/* lmtp_session.h - one LMTP connection without a socket (RFC 2033): bytes in, bytes out, and what it
 * waits for. Used by one thread at a time. */
#ifndef PROGRAM_LMTP_SESSION_H
#define PROGRAM_LMTP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>

#include "path.h"

struct lmtp_session;

struct lmtp_session_options {
	const char *host; /* who the server says it is; lives as long as the session */
	uint64_t message_octets; /* the most that a message may have */
	size_t spool_memory; /* a message above this goes to a temporary file */
	size_t recipients; /* the most of one message */
	bool busy; /* there are too many connections: say so, and end */
};

enum lmtp_want {
	LMTP_WANT_INPUT, /* lmtp_session_feed() */
	LMTP_WANT_USER, /* whose mailbox lmtp_session_path() means: lmtp_session_found() */
	LMTP_WANT_DELIVERY, /* lmtp_session_message() stored: lmtp_session_delivered() for each
			       recipient, in any order */
	LMTP_WANT_CLOSE, /* nothing more, once the output is sent */
};

/* Somebody to whom the message goes. */
struct lmtp_recipient {
	char *path; /* as given in RCPT */
	char *user;
	char *detail; /* the mailbox asked for; NULL: none */
	bool delivered; /* or not: it has its answer */
	char *reply; /* until it is told */
};

/* A message that came whole. All of it stays until the session reads on. */
struct lmtp_message {
	struct roost_content *content;
	const char *sender; /* "" for <> */
	const char *client; /* as it called itself */
	bool smtputf8;
	const struct lmtp_recipient *recipients;
	size_t recipient_count; /* at least 1 */
};

/* A session that has its greeting to send. ROOST_ERR_NO_MEMORY. */
int lmtp_session_create(
	const struct lmtp_session_options *options, struct lmtp_session **session_out);
/* NULL is allowed. */
void lmtp_session_destroy(struct lmtp_session *session);

enum lmtp_want lmtp_session_wants(const struct lmtp_session *session);

/* Take bytes from the client. Returns how many it took: fewer when it waits for something else, or
 * when there is so much output that it should be sent first. */
size_t lmtp_session_feed(struct lmtp_session *session, const char *bytes, size_t n);

/* WANT_USER: the address to look up, until it is answered. */
const struct path *lmtp_session_path(const struct lmtp_session *session);
/* It is this user's, who takes messages of at most `limit` octets; `detail` is the mailbox asked
 * for, or NULL. Both texts are copied. */
void lmtp_session_found(
	struct lmtp_session *session, const char *user, const char *detail, uint64_t limit);
/* It is nobody's (ROOST_ERR_INVALID_CREDENTIALS), or that could not be found out; `text` (may be
 * NULL) says why. */
void lmtp_session_not_found(struct lmtp_session *session, int error, const char *text);

/* WANT_DELIVERY: what to store. */
const struct lmtp_message *lmtp_session_message(const struct lmtp_session *session);
/* The recipient of that index has it on disk as the UID (`error` 0), or an error; `text` (may be
 * NULL) says why. */
void lmtp_session_delivered(
	struct lmtp_session *session, size_t index, int error, const char *text);

/* End it: 421 with this text, "4.3.2 …", in place of what it waits for. */
void lmtp_session_end(struct lmtp_session *session, const char *text);

/* Take the output: from malloc, the caller's; NULL when there is none. */
char *lmtp_session_take_output(struct lmtp_session *session, size_t *n_out);

#endif

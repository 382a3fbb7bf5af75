/* local_session.h - what tests of the local backend do with a signed-in user. What cannot fail in
 * them ends the process with a message. */
#ifndef BACKEND_LOCAL_SESSION_H
#define BACKEND_LOCAL_SESSION_H

#include <roost/local.h>

#include "local_folder.h"

struct local_session {
	struct roost_backend *backend;
	struct roost_call *call;
	struct roost_user *user;
};

/* Messages above this size are files. */
#define LOCAL_SESSION_INLINE 4096

/* Of stores that are opened from then on, in milliseconds: how long what can wait waits, and packs are
 * small; 0: as always. */
extern unsigned local_session_background_delay;

/* Open a store; errors are returned, and log lines are kept in local_session_log. */
int local_session_open(const char *folder, size_t open_databases, uint64_t quota,
	struct roost_backend **backend_out);
/* What the store told last, and how often it told something. Of any thread. */
extern char local_session_log[1024];
extern unsigned local_session_log_count;

/* Sign in; any name is good. */
int local_session_login(
	struct local_session *session, struct roost_backend *backend, const char *name);
void local_session_logout(struct local_session *session);

struct roost_mailbox *local_session_select(
	struct local_session *session, const char *name, bool read_only);
/* Append a message. `uid_out` may be NULL. */
int local_session_append(struct local_session *session, struct roost_mailbox *mailbox,
	const char *bytes, size_t size, uint32_t *uid_out);
/* Append up to LOCAL_SESSION_BATCH messages in one step. */
#define LOCAL_SESSION_BATCH 32
int local_session_append_all(struct local_session *session, struct roost_mailbox *mailbox,
	char *const *bytes, const size_t *sizes, size_t count, uint32_t *first_uid_out);
int local_session_store(struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid,
	enum roost_flags_mode mode, unsigned system, const char *keyword);
int local_session_move(struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid,
	const char *destination, uint32_t *uid_out);
int local_session_expunge(
	struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid);
int local_session_create(struct local_session *session, const char *name);
int local_session_delete(struct local_session *session, const char *name);
int local_session_rename(struct local_session *session, const char *from, const char *to);
int local_session_copy(struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid,
	const char *destination);
/* The state of a mailbox; clear it with roost_snapshot_clear(). */
int local_session_snapshot(struct local_session *session, struct roost_mailbox *mailbox,
	struct roost_snapshot *snapshot_out);
/* List all messages with the fields. */
int local_session_list(struct local_session *session, struct roost_mailbox *mailbox,
	unsigned fields, roost_message_fn deliver, void *context);

#endif

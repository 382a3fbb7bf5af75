/* local_session.c - what tests of the local backend do with a signed-in user. */
#include "local_session.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char local_session_log[1024];
unsigned local_session_log_count;
unsigned local_session_background_delay;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static const struct roost_conn_info nowhere = {
	.size = sizeof(nowhere),
	.remote_address = "",
	.local_address = "",
};

static void log_line(void *context, enum roost_log_level level, const char *line)
{
	(void)context;
	(void)level;
	pthread_mutex_lock(&log_lock);
	(void)snprintf(local_session_log, sizeof(local_session_log), "%s", line);
	local_session_log_count++;
	pthread_mutex_unlock(&log_lock);
}

static int verify(void *context, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out)
{
	(void)context;
	(void)call;
	*user_name_out = strdup(credentials->username);
	return *user_name_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

int local_session_open(const char *folder, size_t open_databases, uint64_t quota,
	struct roost_backend **backend_out)
{
	const struct roost_local_options options = {
		.size = sizeof(options),
		.folder = folder,
		.quota = quota,
		.verify = verify,
		.log = log_line,
		.open_databases = open_databases,
		.inline_octets = LOCAL_SESSION_INLINE,
		.background_delay = local_session_background_delay,
		.pack_octets = local_session_background_delay > 0 ? 65536 : 0,
	};
	return roost_local_create(&options, backend_out);
}

int local_session_login(
	struct local_session *session, struct roost_backend *backend, const char *name)
{
	const struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = name,
		.secret = "",
		.mechanism = "LOGIN",
		.connection = &nowhere,
	};
	*session = (struct local_session) { .backend = backend };
	if (roost_call_create(&session->call, 0) < 0) {
		abort();
	}
	int r = backend->ops->login(backend, session->call, &credentials, &session->user);
	if (r < 0) {
		roost_call_destroy(session->call);
		session->call = NULL;
	}
	return r;
}

void local_session_logout(struct local_session *session)
{
	session->user->ops->logout(session->user);
	roost_call_destroy(session->call);
}

struct roost_mailbox *local_session_select(
	struct local_session *session, const char *name, bool read_only)
{
	const struct roost_open_options options = {
		.size = sizeof(options),
		.read_only = read_only,
		.select = true,
	};
	struct roost_mailbox *mailbox = NULL;
	int r = session->user->ops->get_mailbox(
		session->user, session->call, name, &options, &mailbox);
	return r < 0 ? NULL : mailbox;
}

int local_session_append_all(struct local_session *session, struct roost_mailbox *mailbox,
	char *const *bytes, const size_t *sizes, size_t count, uint32_t *first_uid_out)
{
	struct roost_new_message messages[LOCAL_SESSION_BATCH] = { 0 };
	struct roost_content *contents[LOCAL_SESSION_BATCH];
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	if (count > LOCAL_SESSION_BATCH) {
		abort();
	}
	for (size_t i = 0; i < count; i++) {
		if (roost_content_create_copy(bytes[i], sizes[i], &contents[i]) < 0) {
			abort();
		}
		messages[i] = (struct roost_new_message) {
			.size = sizeof(messages[i]),
			.content = contents[i],
			.outline = "outline",
			.outline_size = 7,
			.internal_date = { .seconds = 1000000000, .zone = -90 },
		};
	}
	int r = mailbox->ops->create_messages(mailbox, session->call, messages, count, &uids);
	if (r == 0 && first_uid_out != NULL) {
		*first_uid_out = roost_uidset_first(&uids);
	}
	roost_uidset_clear(&uids);
	for (size_t i = 0; i < count; i++) {
		roost_content_unref(contents[i]);
	}
	roost_call_reset(session->call);
	return r;
}

int local_session_append(struct local_session *session, struct roost_mailbox *mailbox,
	const char *bytes, size_t size, uint32_t *uid_out)
{
	char *only = (char *)(uintptr_t)bytes;
	return local_session_append_all(session, mailbox, &only, &size, 1, uid_out);
}

int local_session_store(struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid,
	enum roost_flags_mode mode, unsigned system, const char *keyword)
{
	const struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = mode,
		.flags = { system, keyword != NULL, &keyword },
	};
	struct roost_uid_range range = { uid, uid };
	const struct roost_uidset uids = { &range, 1, 1 };
	int r = mailbox->ops->update_messages_flags(
		mailbox, session->call, &uids, &change, NULL, NULL, NULL);
	roost_call_reset(session->call);
	return r;
}

int local_session_move(struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid,
	const char *destination, uint32_t *uid_out)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_uid_range range = { uid, uid };
	const struct roost_uidset uids = { &range, 1, 1 };
	int r = mailbox->ops->move_messages(mailbox, session->call, &uids, destination, &result);
	if (r == 0) {
		*uid_out = roost_uidset_first(&result.destination);
	}
	roost_copy_result_clear(&result);
	roost_call_reset(session->call);
	return r;
}

int local_session_expunge(
	struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid)
{
	struct roost_uid_range range = { uid, uid };
	const struct roost_uidset uids = { &range, 1, 1 };
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	int r = mailbox->ops->expunge(mailbox, session->call, &uids, &expunged);
	roost_uidset_clear(&expunged);
	roost_call_reset(session->call);
	return r;
}

int local_session_create(struct local_session *session, const char *name)
{
	const struct roost_create_options options = { .size = sizeof(options) };
	return session->user->ops->create_mailbox(session->user, session->call, name, &options);
}

int local_session_delete(struct local_session *session, const char *name)
{
	return session->user->ops->delete_mailbox(session->user, session->call, name);
}

int local_session_rename(struct local_session *session, const char *from, const char *to)
{
	return session->user->ops->rename_mailbox(session->user, session->call, from, to);
}

int local_session_copy(struct local_session *session, struct roost_mailbox *mailbox, uint32_t uid,
	const char *destination)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_uid_range range = { uid, uid };
	const struct roost_uidset uids = { &range, 1, 1 };
	int r = mailbox->ops->copy_messages(mailbox, session->call, &uids, destination, &result);
	roost_copy_result_clear(&result);
	roost_call_reset(session->call);
	return r;
}

int local_session_snapshot(struct local_session *session, struct roost_mailbox *mailbox,
	struct roost_snapshot *snapshot_out)
{
	*snapshot_out = (struct roost_snapshot) { .size = sizeof(*snapshot_out) };
	return mailbox->ops->snapshot(mailbox, session->call, snapshot_out);
}

int local_session_list(struct local_session *session, struct roost_mailbox *mailbox,
	unsigned fields, roost_message_fn deliver, void *context)
{
	struct roost_uid_range range = { 1, UINT32_MAX };
	const struct roost_uidset all = { &range, 1, 1 };
	const struct roost_fetch_options options = { .size = sizeof(options), .fields = fields };
	return mailbox->ops->list_messages(
		mailbox, session->call, &all, &options, deliver, context);
}

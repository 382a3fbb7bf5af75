/* test_memory.c - what is the memory backend's own: users, limits, sharing, bounds, and that its
 * counts stay true under random and concurrent use. The contracts are check_memory's. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/memory.h>

struct session {
	struct roost_backend *backend;
	struct roost_call *call;
	struct roost_user *user;
	struct roost_mailbox *inbox;
};

static const struct roost_conn_info nowhere = {
	.size = sizeof(nowhere),
	.remote_address = "",
	.local_address = "",
};

static struct roost_credentials credentials_of(const char *name, const char *secret)
{
	return (struct roost_credentials) {
		.size = sizeof(struct roost_credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = name,
		.secret = secret,
		.secret_size = secret == NULL ? 0 : strlen(secret),
		.mechanism = "LOGIN",
		.connection = &nowhere,
	};
}

static struct roost_mailbox *open_mailbox(struct session *session, const char *name, bool read_only)
{
	const struct roost_open_options options = {
		.size = sizeof(options),
		.read_only = read_only,
		.select = true,
	};
	struct roost_mailbox *mailbox;
	assert_int_equal(session->user->ops->get_mailbox(
				 session->user, session->call, name, &options, &mailbox),
		0);
	return mailbox;
}

/* A backend with anna, signed in, and her INBOX. */
static void begin(struct session *session, const struct roost_memory_options *options)
{
	assert_int_equal(roost_memory_create(options, &session->backend), 0);
	assert_int_equal(roost_memory_add_user(session->backend, "anna", "secret"), 0);
	assert_int_equal(roost_call_create(&session->call, 0), 0);
	struct roost_credentials credentials = credentials_of("anna", "secret");
	assert_int_equal(session->backend->ops->login(
				 session->backend, session->call, &credentials, &session->user),
		0);
	session->inbox = open_mailbox(session, "INBOX", false);
}

static void end(struct session *session)
{
	session->inbox->ops->close(session->inbox);
	session->user->ops->logout(session->user);
	roost_call_destroy(session->call);
	roost_backend_destroy(session->backend);
}

static void create_mailbox(struct session *session, const char *name)
{
	const struct roost_create_options options = { .size = sizeof(options) };
	assert_int_equal(
		session->user->ops->create_mailbox(session->user, session->call, name, &options),
		0);
}

static struct roost_new_message new_message(struct roost_content *content)
{
	return (struct roost_new_message) {
		.size = sizeof(struct roost_new_message),
		.content = content,
		.outline = "outline",
		.outline_size = 7,
		.internal_date = { .seconds = 1000000000, .zone = 120 },
	};
}

/* Append a message of `octets` bytes. */
static int append(struct session *session, struct roost_mailbox *mailbox, size_t octets,
	const struct roost_flags *flags, uint32_t *uid_out)
{
	char *bytes = calloc(1, octets + 1);
	struct roost_content *content;
	assert_non_null(bytes);
	memset(bytes, 'x', octets);
	assert_int_equal(roost_content_create_copy(bytes, octets, &content), 0);
	free(bytes);
	struct roost_new_message message = new_message(content);
	if (flags != NULL) {
		message.flags = *flags;
	}
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r = mailbox->ops->create_messages(mailbox, session->call, &message, 1, &uids);
	if (uid_out != NULL) {
		*uid_out = roost_uidset_first(&uids);
	}
	roost_uidset_clear(&uids);
	roost_content_unref(content);
	return r;
}

static struct roost_uidset all_uids(void)
{
	static struct roost_uid_range everything = { 1, UINT32_MAX };
	return (struct roost_uidset) { &everything, 1, 1 };
}

static int store(struct session *session, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, enum roost_flags_mode mode, struct roost_flags flags)
{
	const struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = mode,
		.flags = flags,
	};
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	int r = mailbox->ops->update_messages_flags(
		mailbox, session->call, uids, &change, &modified, NULL, NULL);
	assert_int_equal(modified.count, 0);
	return r;
}

static int expunge(
	struct session *session, struct roost_mailbox *mailbox, const struct roost_uidset *only)
{
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	int r = mailbox->ops->expunge(mailbox, session->call, only, &expunged);
	roost_uidset_clear(&expunged);
	return r;
}

static struct roost_mailbox_status status_of(struct session *session, const char *name)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	assert_int_equal(session->user->ops->mailbox_status(
				 session->user, session->call, name, ~0u, &status),
		0);
	return status;
}

static void test_users(void **state)
{
	(void)state;
	struct roost_backend *backend;
	assert_int_equal(roost_memory_create(NULL, &backend), 0);
	assert_int_equal(roost_memory_add_user(backend, "", "secret"), ROOST_ERR_INVALID);
	assert_int_equal(roost_memory_add_user(backend, NULL, "secret"), ROOST_ERR_INVALID);
	assert_int_equal(roost_memory_add_user(backend, "anna", NULL), ROOST_ERR_INVALID);
	char name[16];
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "user%u", i * 37 % 100);
		assert_int_equal(roost_memory_add_user(backend, name, name), 0);
		assert_int_equal(
			roost_memory_add_user(backend, name, "other"), ROOST_ERR_MAILBOX_EXISTS);
	}
	struct roost_call *call;
	assert_int_equal(roost_call_create(&call, 0), 0);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		struct roost_credentials credentials = credentials_of(name, name);
		struct roost_user *user;
		assert_int_equal(backend->ops->login(backend, call, &credentials, &user), 0);
		assert_string_equal(user->name, name);
		user->ops->logout(user);
	}
	roost_call_destroy(call);
	roost_backend_destroy(backend);
}

static void test_login(void **state)
{
	(void)state;
	struct roost_backend *backend;
	struct roost_call *call;
	assert_int_equal(roost_memory_create(NULL, &backend), 0);
	assert_int_equal(roost_memory_add_user(backend, "anna", "secret"), 0);
	assert_int_equal(roost_memory_add_user(backend, "empty", ""), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	const struct {
		enum roost_credentials_kind kind;
		const char *name, *authzid, *secret;
		size_t size;
		int result;
	} cases[] = {
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "secret", 6, 0 },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", "", "secret", 6, 0 },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", "anna", "secret", 6, 0 },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", "bert", "secret", 6,
			ROOST_ERR_AUTHORIZATION_FAILED },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", "bert", "wrong", 5,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "Secret", 6,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "secre", 5,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "secrets", 7,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "secret\0", 7,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "secret\0secret", 13,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, "", 0, ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "anna", NULL, NULL, 0,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "Anna", NULL, "secret", 6,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "nobody", NULL, "", 0,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_PASSWORD, "empty", NULL, "", 0, 0 },
		{ ROOST_CREDENTIALS_PASSWORD, "empty", NULL, "\0", 1,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_VERIFIED, "anna", NULL, NULL, 0, 0 },
		{ ROOST_CREDENTIALS_VERIFIED, "nobody", NULL, NULL, 0,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_TOKEN, "anna", NULL, "secret", 6,
			ROOST_ERR_INVALID_CREDENTIALS },
		{ ROOST_CREDENTIALS_CERTIFICATE, "anna", NULL, NULL, 0,
			ROOST_ERR_INVALID_CREDENTIALS },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct roost_credentials credentials =
			credentials_of(cases[i].name, cases[i].secret);
		credentials.kind = cases[i].kind;
		credentials.authzid = cases[i].authzid;
		credentials.secret_size = cases[i].size;
		struct roost_user *user = NULL;
		roost_call_reset(call);
		int r = backend->ops->login(backend, call, &credentials, &user);
		if (r != cases[i].result) {
			fail_msg("case %zu: %s", i, roost_error_name(r));
		}
		assert_int_equal(user != NULL, r == 0);
		assert_int_equal(roost_call_text(call) != NULL, r < 0);
		if (user != NULL) {
			user->ops->logout(user);
		}
	}
	roost_call_destroy(call);
	roost_backend_destroy(backend);
}

static void test_limits(void **state)
{
	(void)state;
	const struct roost_memory_options options = {
		.size = sizeof(options),
		.append_limit = 1000,
		.quota = 2500,
	};
	struct session session;
	uint64_t limit = 0;
	begin(&session, &options);
	assert_int_equal(
		session.backend->ops->append_limit(session.backend, session.call, &limit), 0);
	assert_int_equal(limit, 1000);
	assert_int_equal(append(&session, session.inbox, 1000, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1001, NULL, NULL), ROOST_ERR_TOO_BIG);

	assert_int_equal(
		roost_memory_set_append_limit(session.backend, "bert", 1), ROOST_ERR_INVALID);
	assert_int_equal(roost_memory_set_append_limit(session.backend, "anna", 0), 0);
	assert_int_equal(session.user->ops->append_limit(session.user, session.call, &limit), 0);
	assert_int_equal(limit, 0);
	assert_int_equal(append(&session, session.inbox, 1, NULL, NULL), ROOST_ERR_TOO_BIG);
	assert_int_equal(append(&session, session.inbox, 0, NULL, NULL), 0);
	assert_int_equal(roost_memory_set_append_limit(session.backend, "anna", ROOST_NO_LIMIT), 0);

	/* The quota: 1000 of 2500 are used. */
	assert_int_equal(append(&session, session.inbox, 1000, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 501, NULL, NULL), ROOST_ERR_OVER_QUOTA);
	assert_non_null(roost_call_text(session.call));
	create_mailbox(&session, "work");
	struct roost_uidset all = all_uids();
	struct roost_copy_result copied = { .size = sizeof(copied) };
	assert_int_equal(session.inbox->ops->copy_messages(
				 session.inbox, session.call, &all, "work", &copied),
		ROOST_ERR_OVER_QUOTA);
	assert_int_equal(status_of(&session, "work").messages, 0);
	assert_int_equal(session.inbox->ops->move_messages(
				 session.inbox, session.call, &all, "work", &copied),
		0);
	roost_copy_result_clear(&copied);
	assert_int_equal(append(&session, session.inbox, 500, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1, NULL, NULL), ROOST_ERR_OVER_QUOTA);

	/* What goes away gives room, by EXPUNGE and by DELETE. */
	assert_int_equal(session.user->ops->delete_mailbox(session.user, session.call, "work"), 0);
	assert_int_equal(append(&session, session.inbox, 1000, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1000, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1, NULL, NULL), ROOST_ERR_OVER_QUOTA);
	assert_int_equal(store(&session, session.inbox, &all, ROOST_FLAGS_ADD,
				 (struct roost_flags) { .system = ROOST_FLAG_DELETED }),
		0);
	assert_int_equal(expunge(&session, session.inbox, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1000, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1000, NULL, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 500, NULL, NULL), 0);
	end(&session);
}

struct kept {
	struct roost_content *content;
	char email_id[64];
	int64_t save_date;
	struct roost_time internal_date;
};

static int keep(void *context, const struct roost_message *message)
{
	struct kept *kept = context;
	kept->content = roost_content_ref(message->content);
	snprintf(kept->email_id, sizeof(kept->email_id), "%.*s", (int)message->email_id.size,
		message->email_id.bytes);
	kept->save_date = message->save_date.seconds;
	kept->internal_date = message->internal_date;
	assert_int_equal(message->outline_size, 7);
	assert_memory_equal(message->outline, "outline", 7);
	return 0;
}

static struct kept keep_first(struct session *session, struct roost_mailbox *mailbox)
{
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_CONTENT,
	};
	struct roost_uidset all = all_uids();
	struct kept kept = { .content = NULL };
	assert_int_equal(
		mailbox->ops->list_messages(mailbox, session->call, &all, &options, keep, &kept),
		0);
	assert_non_null(kept.content);
	return kept;
}

static void test_copies_share(void **state)
{
	(void)state;
	struct session session;
	begin(&session, NULL);
	assert_int_equal(append(&session, session.inbox, 5000, NULL, NULL), 0);
	create_mailbox(&session, "work");
	struct roost_mailbox *work = open_mailbox(&session, "work", false);
	struct roost_uidset all = all_uids();
	struct roost_copy_result copied = { .size = sizeof(copied) };
	assert_int_equal(session.inbox->ops->copy_messages(
				 session.inbox, session.call, &all, "work", &copied),
		0);
	roost_copy_result_clear(&copied);
	struct kept first = keep_first(&session, session.inbox);
	struct kept second = keep_first(&session, work);
	assert_ptr_equal(first.content, second.content);
	assert_string_equal(first.email_id, second.email_id);
	assert_true(first.save_date > 0);
	assert_int_equal(second.internal_date.seconds, 1000000000);
	assert_int_equal(second.internal_date.zone, 120);
	roost_content_unref(second.content);

	/* What was referenced survives its mailbox. */
	work->ops->close(work);
	assert_int_equal(session.user->ops->delete_mailbox(session.user, session.call, "work"), 0);
	assert_int_equal(store(&session, session.inbox, &all, ROOST_FLAGS_ADD,
				 (struct roost_flags) { .system = ROOST_FLAG_DELETED }),
		0);
	assert_int_equal(expunge(&session, session.inbox, NULL), 0);
	end(&session);
	char byte = 0;
	assert_int_equal(roost_content_read(first.content, 4999, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	roost_content_unref(first.content);
}

static int open_scratch(void)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	int fd = dup(fileno(file));
	assert_true(fd >= 0);
	(void)fclose(file);
	return fd;
}

/* A spool file is read, not kept open. */
static void test_file_is_read(void **state)
{
	(void)state;
	struct session session;
	begin(&session, NULL);
	int fd = open_scratch();
	assert_int_equal(write(fd, "header\r\n\r\nbody", 14), 14);
	struct roost_content *content;
	assert_int_equal(roost_content_create_fd(fd, 0, 14, &content), 0);
	struct roost_new_message message = new_message(content);
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	assert_int_equal(session.inbox->ops->create_messages(
				 session.inbox, session.call, &message, 1, &uids),
		0);
	roost_uidset_clear(&uids);
	assert_int_equal(content->refs, 1);
	roost_content_unref(content);
	struct kept kept = keep_first(&session, session.inbox);
	assert_non_null(roost_content_pointer(kept.content));
	assert_memory_equal(roost_content_pointer(kept.content), "header\r\n\r\nbody", 14);
	roost_content_unref(kept.content);

	/* All or none, also when the second one cannot be read. */
	fd = open_scratch();
	struct roost_content *good, *bad;
	assert_int_equal(roost_content_create_copy("good", 4, &good), 0);
	assert_int_equal(roost_content_create_fd(fd, 0, 10, &bad), 0);
	struct roost_new_message both[2] = { new_message(good), new_message(bad) };
	assert_true(session.inbox->ops->create_messages(
			    session.inbox, session.call, both, 2, &uids) < 0);
	assert_int_equal(uids.count, 0);
	assert_int_equal(status_of(&session, "INBOX").messages, 1);
	assert_int_equal(good->refs, 1);
	roost_content_unref(good);
	roost_content_unref(bad);
	end(&session);
}

static void test_wanted_uid(void **state)
{
	(void)state;
	static const struct {
		uint32_t wanted, given;
	} cases[] = {
		{ 0, 1 },
		{ 10, 10 },
		{ 10, 11 },
		{ 5, 12 },
		{ 0, 13 },
		{ UINT32_MAX, 14 },
		{ UINT32_MAX - 1, UINT32_MAX - 1 },
		{ 0, 0 },
		{ 7, 0 },
	};
	struct session session;
	begin(&session, NULL);
	struct roost_content *content;
	assert_int_equal(roost_content_create_copy("mail", 4, &content), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct roost_new_message message = new_message(content);
		message.wanted_uid = cases[i].wanted;
		struct roost_uidset uids = ROOST_UIDSET_EMPTY;
		int r = session.inbox->ops->create_messages(
			session.inbox, session.call, &message, 1, &uids);
		assert_int_equal(r, cases[i].given == 0 ? ROOST_ERR_LIMIT : 0);
		assert_int_equal(roost_uidset_first(&uids), cases[i].given);
		roost_uidset_clear(&uids);
	}
	assert_int_equal(status_of(&session, "INBOX").uid_next, UINT32_MAX);
	assert_int_equal(status_of(&session, "INBOX").octets, 28);
	roost_content_unref(content);
	end(&session);
}

static struct roost_flags keyword(const char *const *name)
{
	return (struct roost_flags) { .keyword_count = 1, .keywords = name };
}

/* Clients can invent keywords without end, but a mailbox keeps only those in use, and not too
 * many. */
static void test_keywords_bounded(void **state)
{
	(void)state;
	struct session session;
	struct roost_uidset all = all_uids();
	char text[32];
	const char *name = text;
	begin(&session, NULL);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(append(&session, session.inbox, 1, NULL, NULL), 0);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "word%u", i);
		assert_int_equal(
			store(&session, session.inbox, &all, ROOST_FLAGS_SET, keyword(&name)), 0);
		roost_call_reset(session.call);
	}

	/* The limit of one message. */
	assert_int_equal(
		store(&session, session.inbox, &all, ROOST_FLAGS_SET, (struct roost_flags) { 0 }),
		0);
	for (unsigned i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "many%u", i);
		assert_int_equal(
			store(&session, session.inbox, &all, ROOST_FLAGS_ADD, keyword(&name)), 0);
	}
	name = "one-more";
	struct roost_mailbox_status before = status_of(&session, "INBOX");
	assert_int_equal(store(&session, session.inbox, &all, ROOST_FLAGS_ADD, keyword(&name)),
		ROOST_ERR_LIMIT);
	assert_int_equal(status_of(&session, "INBOX").highest_modseq, before.highest_modseq);
	name = "MANY7";
	assert_int_equal(store(&session, session.inbox, &all, ROOST_FLAGS_ADD, keyword(&name)), 0);
	assert_int_equal(status_of(&session, "INBOX").highest_modseq, before.highest_modseq);

	/* The limit of a mailbox: 4 messages with 256 keywords each, and then one more. */
	assert_int_equal(
		store(&session, session.inbox, &all, ROOST_FLAGS_SET, (struct roost_flags) { 0 }),
		0);
	name = text;
	for (uint32_t uid = 1; uid <= 5; uid++) {
		struct roost_uid_range range = { uid, uid };
		struct roost_uidset one = { &range, 1, 1 };
		for (unsigned i = 0; i < (uid <= 4 ? 256 : 1); i++) {
			snprintf(text, sizeof(text), "uid%u-%u", (unsigned)uid, i);
			assert_int_equal(store(&session, session.inbox, &one, ROOST_FLAGS_ADD,
						 keyword(&name)),
				uid <= 4 ? 0 : ROOST_ERR_LIMIT);
			roost_call_reset(session.call);
		}
	}
	end(&session);
}

static void test_first_spelling(void **state)
{
	(void)state;
	static const char *const words[] = { "Later", "$Forwarded" };
	static const char *const others[] = { "LATER", "$forwarded" };
	struct session session;
	struct roost_uidset all = all_uids();
	begin(&session, NULL);
	const struct roost_flags flags = { .keyword_count = 2, .keywords = words };
	const struct roost_flags same = { .keyword_count = 2, .keywords = others };
	assert_int_equal(append(&session, session.inbox, 1, &flags, NULL), 0);
	assert_int_equal(append(&session, session.inbox, 1, &same, NULL), 0);
	create_mailbox(&session, "work");
	struct roost_mailbox *work = open_mailbox(&session, "work", false);
	assert_int_equal(append(&session, work, 1, &same, NULL), 0);
	struct roost_copy_result copied = { .size = sizeof(copied) };
	assert_int_equal(session.inbox->ops->copy_messages(
				 session.inbox, session.call, &all, "work", &copied),
		0);
	roost_copy_result_clear(&copied);
	struct roost_mailbox *mailboxes[2] = { session.inbox, work };
	for (size_t i = 0; i < 2; i++) {
		struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
		assert_int_equal(
			mailboxes[i]->ops->snapshot(mailboxes[i], session.call, &snapshot), 0);
		assert_int_equal(snapshot.flags.keyword_count, 2);
		const char *const *wanted = i == 0 ? words : others;
		for (size_t k = 0; k < 2; k++) {
			assert_true(strcmp(snapshot.flags.keywords[k], wanted[0]) == 0 ||
				    strcmp(snapshot.flags.keywords[k], wanted[1]) == 0);
		}
		roost_snapshot_clear(&snapshot);
	}
	work->ops->close(work);
	end(&session);
}

/* So many expunges that the first are forgotten: then too many are told, never too few. */
static void test_vanished_bounded(void **state)
{
	(void)state;
	struct session session;
	begin(&session, NULL);
	const struct roost_flags deleted = { .system = ROOST_FLAG_DELETED };
	uint64_t start = status_of(&session, "INBOX").highest_modseq;
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(append(&session, session.inbox, 1, &deleted, NULL), 0);
		assert_int_equal(append(&session, session.inbox, 1, NULL, NULL), 0);
		assert_int_equal(expunge(&session, session.inbox, NULL), 0);
	}
	uint64_t now = status_of(&session, "INBOX").highest_modseq;
	const struct {
		uint64_t modseq;
		uint64_t vanished;
	} cases[] = { { start, 3000 }, { now, 0 }, { now - 1, 1 }, { now - 30, 10 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
		assert_int_equal(session.inbox->ops->changed_since(
					 session.inbox, session.call, cases[i].modseq, &vanished),
			0);
		assert_int_equal(roost_uidset_size(&vanished), cases[i].vanished);
		roost_uidset_clear(&vanished);
	}
	end(&session);
}

/* The callback uses the same mailbox through another handle: no lock is held. */
struct meddler {
	struct session *session;
	struct roost_mailbox *other;
	unsigned delivered;
};

static int meddle(void *context, const struct roost_message *message)
{
	struct meddler *meddler = context;
	struct roost_uid_range range = { message->uid, message->uid };
	struct roost_uidset one = { &range, 1, 1 };
	const struct roost_flags deleted = { .system = ROOST_FLAG_DELETED };
	meddler->delivered++;
	assert_int_equal(
		store(meddler->session, meddler->other, &one, ROOST_FLAGS_ADD, deleted), 0);
	assert_int_equal(expunge(meddler->session, meddler->other, &one), 0);
	char byte;
	assert_int_equal(roost_content_read(message->content, 0, &byte, 1), 1);
	return meddler->delivered == 150 ? ROOST_STOP : 0;
}

static void test_deliver_without_lock(void **state)
{
	(void)state;
	struct session session;
	begin(&session, NULL);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(append(&session, session.inbox, 3, NULL, NULL), 0);
	}
	struct meddler meddler = {
		.session = &session,
		.other = open_mailbox(&session, "INBOX", false),
	};
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_CONTENT,
	};
	struct roost_uidset all = all_uids();
	assert_int_equal(session.inbox->ops->list_messages(
				 session.inbox, session.call, &all, &options, meddle, &meddler),
		0);
	assert_int_equal(meddler.delivered, 150);
	assert_int_equal(status_of(&session, "INBOX").messages, 50);

	roost_call_cancel(session.call);
	assert_int_equal(session.inbox->ops->list_messages(
				 session.inbox, session.call, &all, &options, meddle, &meddler),
		ROOST_ERR_CANCELLED);
	assert_int_equal(meddler.delivered, 150);
	roost_call_reset(session.call);
	meddler.other->ops->close(meddler.other);
	end(&session);
}

/* Counting by hand what the backend counts as it goes. */
struct tally {
	uint64_t messages, unseen, deleted, octets, deleted_octets;
	uint32_t first_unseen;
	uint64_t modseq;
	struct roost_uidset uids;
};

static int tally_up(void *context, const struct roost_message *message)
{
	struct tally *tally = context;
	assert_true(message->uid > roost_uidset_last(&tally->uids));
	assert_int_equal(roost_uidset_add(&tally->uids, message->uid), 0);
	tally->messages++;
	tally->octets += message->octets;
	if ((message->flags.system & ROOST_FLAG_SEEN) == 0) {
		tally->unseen++;
		if (tally->first_unseen == 0) {
			tally->first_unseen = message->uid;
		}
	}
	if ((message->flags.system & ROOST_FLAG_DELETED) != 0) {
		tally->deleted++;
		tally->deleted_octets += message->octets;
	}
	if (message->modseq > tally->modseq) {
		tally->modseq = message->modseq;
	}
	return 0;
}

static uint64_t check_counts(struct session *session, const char *name)
{
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_OCTETS | ROOST_MESSAGE_MODSEQ,
	};
	struct roost_mailbox *mailbox = open_mailbox(session, name, true);
	struct roost_uidset all = all_uids();
	struct tally tally = { .messages = 0 };
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	assert_int_equal(mailbox->ops->list_messages(
				 mailbox, session->call, &all, &options, tally_up, &tally),
		0);
	assert_int_equal(mailbox->ops->snapshot(mailbox, session->call, &snapshot), 0);
	struct roost_mailbox_status status = status_of(session, name);
	assert_true(roost_uidset_equal(&snapshot.uids, &tally.uids));
	assert_int_equal(snapshot.unseen_count, tally.unseen);
	assert_int_equal(snapshot.first_unseen, tally.first_unseen);
	assert_true(snapshot.highest_modseq >= tally.modseq);
	assert_true(snapshot.uid_next > roost_uidset_last(&snapshot.uids));
	assert_int_equal(status.messages, tally.messages);
	assert_int_equal(status.unseen, tally.unseen);
	assert_int_equal(status.deleted, tally.deleted);
	assert_int_equal(status.octets, tally.octets);
	assert_int_equal(status.deleted_octets, tally.deleted_octets);
	assert_int_equal(status.recent, roost_uidset_size(&snapshot.recent));
	roost_uidset_clear(&tally.uids);
	roost_snapshot_clear(&snapshot);
	mailbox->ops->close(mailbox);
	return tally.octets;
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static struct roost_uidset random_uids(uint32_t *seed, uint32_t highest)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	uint32_t ranges = 1 + next_random(seed) % 4;
	for (uint32_t i = 0; i < ranges; i++) {
		uint32_t first = 1 + next_random(seed) % highest;
		assert_int_equal(
			roost_uidset_add_range(&uids, first, first + next_random(seed) % 6), 0);
	}
	return uids;
}

static void random_op(struct session *session, uint32_t *seed, struct roost_mailbox *mailbox,
	const char *destination)
{
	struct roost_uidset uids = random_uids(seed, status_of(session, mailbox->name).uid_next);
	struct roost_flags flags = { .system = next_random(seed) % 32 };
	struct roost_copy_result copied = { .size = sizeof(copied) };
	uint32_t choice = next_random(seed) % 12;
	int r;
	if (choice < 4) {
		r = append(session, mailbox, next_random(seed) % 50, &flags, NULL);
	} else if (choice < 8) {
		r = store(session, mailbox, &uids, (enum roost_flags_mode)(choice % 3), flags);
	} else if (choice == 8) {
		r = expunge(session, mailbox, next_random(seed) % 2 == 0 ? NULL : &uids);
	} else if (choice == 9) {
		r = mailbox->ops->copy_messages(
			mailbox, session->call, &uids, destination, &copied);
	} else if (choice == 10) {
		r = mailbox->ops->move_messages(
			mailbox, session->call, &uids, destination, &copied);
	} else {
		struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
		r = mailbox->ops->snapshot(mailbox, session->call, &snapshot);
		roost_snapshot_clear(&snapshot);
	}
	assert_int_equal(r, 0);
	assert_int_equal(roost_uidset_size(&copied.source), roost_uidset_size(&copied.destination));
	roost_copy_result_clear(&copied);
	roost_uidset_clear(&uids);
	roost_call_reset(session->call);
}

/* How far the call has come of `total` messages; it is ready for the next one then. */
static void expect_progress(struct session *session, uint64_t least, uint64_t total)
{
	uint64_t done, goal;
	roost_call_get_progress(session->call, &done, &goal);
	assert_in_range(done, least, total);
	assert_int_equal(goal, total);
	roost_call_reset(session->call);
}

/* RFC 9585: ops over many messages tell how far they are. */
static void test_progress(void **state)
{
	const struct roost_flags deleted = { .system = ROOST_FLAG_DELETED };
	struct roost_uidset all = all_uids();
	struct roost_uid_range two = { 2, 3 };
	struct roost_uidset some = { &two, 1, 1 };
	struct session session;
	(void)state;
	begin(&session, NULL);
	create_mailbox(&session, "Work");
	for (int i = 0; i < 5; i++) {
		assert_int_equal(append(&session, session.inbox, 10, NULL, NULL), 0);
	}
	roost_call_reset(session.call);
	assert_int_equal(store(&session, session.inbox, &some, ROOST_FLAGS_ADD, deleted), 0);
	expect_progress(&session, 1, 2);
	assert_int_equal(store(&session, session.inbox, &all, ROOST_FLAGS_ADD, deleted), 0);
	expect_progress(&session, 4, 5);
	struct roost_copy_result result = { .size = sizeof(result) };
	assert_int_equal(session.inbox->ops->copy_messages(
				 session.inbox, session.call, &all, "Work", &result),
		0);
	roost_copy_result_clear(&result);
	expect_progress(&session, 4, 5);
	assert_int_equal(session.inbox->ops->move_messages(
				 session.inbox, session.call, &some, "Work", &result),
		0);
	roost_copy_result_clear(&result);
	expect_progress(&session, 1, 2);
	assert_int_equal(expunge(&session, session.inbox, NULL), 0);
	expect_progress(&session, 2, 3);
	end(&session);
}

static void test_random(void **state)
{
	(void)state;
	static const char *const names[3] = { "INBOX", "work", "work/old" };
	struct session session;
	uint32_t seed = 20260101;
	begin(&session, NULL);
	create_mailbox(&session, "work/old");
	struct roost_mailbox *mailboxes[3];
	for (size_t i = 0; i < 3; i++) {
		mailboxes[i] = open_mailbox(&session, names[i], false);
	}
	for (int i = 0; i < 6000; i++) {
		size_t from = next_random(&seed) % 3, to = next_random(&seed) % 3;
		random_op(&session, &seed, mailboxes[from], names[to]);
		(void)check_counts(&session, names[from]);
		(void)check_counts(&session, names[to]);
		roost_call_reset(session.call);
	}
	for (size_t i = 0; i < 3; i++) {
		mailboxes[i]->ops->close(mailboxes[i]);
	}
	end(&session);
}

/* The same from several threads at once, with a mailbox that is deleted, renamed and made anew. */
struct worker {
	pthread_t thread;
	struct session session;
	uint32_t seed;
};

static void *work(void *context)
{
	static const char *const names[3] = { "INBOX", "work", "work/old" };
	struct worker *worker = context;
	struct session *session = &worker->session;
	for (int i = 0; i < 400; i++) {
		size_t from = next_random(&worker->seed) % 3;
		struct roost_mailbox *mailbox = open_mailbox(session, names[from], false);
		for (int k = 0; k < 5; k++) {
			random_op(session, &worker->seed, mailbox,
				names[next_random(&worker->seed) % 3]);
		}
		mailbox->ops->close(mailbox);
	}
	return NULL;
}

static void *rename_and_delete(void *context)
{
	struct worker *worker = context;
	struct session *session = &worker->session;
	const struct roost_user_ops *ops = session->user->ops;
	const struct roost_create_options options = { .size = sizeof(options) };
	for (int i = 0; i < 300; i++) {
		assert_int_equal(
			ops->create_mailbox(session->user, session->call, "temporary/a", &options),
			0);
		struct roost_mailbox *mailbox = open_mailbox(session, "temporary/a", false);
		assert_int_equal(append(session, mailbox, 10, NULL, NULL), 0);
		assert_int_equal(
			ops->rename_mailbox(session->user, session->call, "temporary", "other"), 0);
		assert_int_equal(
			append(session, mailbox, 10, NULL, NULL), ROOST_ERR_NO_SUCH_MAILBOX);
		mailbox->ops->close(mailbox);
		assert_int_equal(status_of(session, "other/a").messages, 1);
		assert_int_equal(ops->delete_mailbox(session->user, session->call, "other/a"), 0);
		assert_int_equal(ops->delete_mailbox(session->user, session->call, "other"), 0);
		roost_call_reset(session->call);
	}
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	static const char *const names[3] = { "INBOX", "work", "work/old" };
	enum { THREADS = 5 };
	const struct roost_memory_options options = {
		.size = sizeof(options),
		.quota = 100000000,
	};
	struct session session;
	struct worker workers[THREADS];
	begin(&session, &options);
	create_mailbox(&session, "work/old");
	for (unsigned i = 0; i < THREADS; i++) {
		struct roost_credentials credentials = credentials_of("anna", "secret");
		workers[i].seed = 77 + i;
		workers[i].session.backend = session.backend;
		assert_int_equal(roost_call_create(&workers[i].session.call, 0), 0);
		assert_int_equal(
			session.backend->ops->login(session.backend, workers[i].session.call,
				&credentials, &workers[i].session.user),
			0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_create(
			&workers[i].thread, NULL, i == 0 ? rename_and_delete : work, &workers[i]);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		workers[i].session.user->ops->logout(workers[i].session.user);
		roost_call_destroy(workers[i].session.call);
	}
	uint64_t octets = 0;
	for (size_t i = 0; i < 3; i++) {
		octets += check_counts(&session, names[i]);
	}

	/* The quota counted the same: there is room for the rest exactly. */
	size_t room = (size_t)(100000000 - octets);
	char *bytes = calloc(1, room + 1);
	assert_non_null(bytes);
	struct roost_content *content;
	assert_int_equal(roost_content_create_borrowed(bytes, room + 1, NULL, NULL, &content), 0);
	struct roost_new_message message = new_message(content);
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	assert_int_equal(session.inbox->ops->create_messages(
				 session.inbox, session.call, &message, 1, &uids),
		ROOST_ERR_OVER_QUOTA);
	roost_content_unref(content);
	assert_int_equal(roost_content_create_borrowed(bytes, room, NULL, NULL, &content), 0);
	message.content = content;
	assert_int_equal(session.inbox->ops->create_messages(
				 session.inbox, session.call, &message, 1, &uids),
		0);
	roost_uidset_clear(&uids);
	roost_content_unref(content);
	end(&session);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_copies_share),
		cmocka_unit_test(test_file_is_read),
		cmocka_unit_test(test_wanted_uid),
		cmocka_unit_test(test_keywords_bounded),
		cmocka_unit_test(test_first_spelling),
		cmocka_unit_test(test_vanished_bounded),
		cmocka_unit_test(test_deliver_without_lock),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

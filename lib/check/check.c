/* check.c - the conformance kit's runner. */
#include <roost/check.h>

#include <stdio.h>
#include <string.h>

#include "families.h"
#include "fixture.h"

static const struct check_family *const families[] = {
	&check_login,
	&check_mailboxes,
	&check_names,
	&check_rename,
	&check_status,
	&check_append,
	&check_append_by_name,
	&check_list,
	&check_content,
	&check_flags,
	&check_copy,
	&check_move,
	&check_replace,
	&check_expunge,
	&check_search,
	&check_modseq,
	&check_object_id,
	&check_optional,
	&check_call,
	&check_try,
	&check_sessions,
	&check_concurrent,
	&check_reopen,
};

static const struct {
	unsigned need;
	const char *reason;
} reasons[] = {
	{ NEED_CREATE_MAILBOX, "the backend has no create_mailbox, or is read-only" },
	{ NEED_DELETE_MAILBOX, "the backend has no delete_mailbox, or is read-only" },
	{ NEED_RENAME_MAILBOX, "the backend has no rename_mailbox, or is read-only" },
	{ NEED_SUBSCRIBE, "the backend has no set_subscribed, or is read-only" },
	{ NEED_STATUS, "the backend has no mailbox_status" },
	{ NEED_HIERARCHY, "the user's mailbox names have one level" },
	{ NEED_SEARCH, "the backend has no search_messages" },
	{ NEED_APPEND, "the backend has no create_messages, or is read-only" },
	{ NEED_APPEND_BY_NAME, "the backend has no append_messages, or is read-only" },
	{ NEED_STORE, "the backend has no update_messages_flags, or is read-only" },
	{ NEED_COPY, "the backend has no copy_messages, or is read-only" },
	{ NEED_MOVE, "the backend has no move_messages, or is read-only" },
	{ NEED_REPLACE, "the backend has no replace_message, or is read-only" },
	{ NEED_EXPUNGE, "the backend has no expunge, or is read-only" },
	{ NEED_VANISHED, "the backend has no changed_since" },
	{ NEED_MODSEQ, "the backend has no modseqs" },
	{ NEED_SPECIAL_USE, "the backend creates no mailboxes for special uses" },
	{ NEED_UPDATES, "the backend has no set_updates" },
	{ NEED_REOPEN, "the factory has no reopen" },
	{ NEED_OTHER_USER, "the options name no second user" },
	{ NEED_LIMIT, "the options name no append limit" },
	{ NEED_OBJECT_ID, "the backend has no object ids" },
	{ NEED_SAVE_DATE, "the backend has no save dates" },
	{ NEED_CHECK, "the backend has no check" },
	{ NEED_POLL, "the backend has no poll" },
	{ NEED_TRIES, "the backend's ops are not tried" },
	{ NEED_TRIES_SEARCH, "the backend's searches are not tried" },
};

static unsigned user_has(const struct roost_user *user)
{
	const struct roost_user_ops *ops = user->ops;
	return (ROOST_HAS_OP(ops, create_mailbox) ? NEED_CREATE_MAILBOX : 0u) |
	       (ROOST_HAS_OP(ops, delete_mailbox) ? NEED_DELETE_MAILBOX : 0u) |
	       (ROOST_HAS_OP(ops, rename_mailbox) ? NEED_RENAME_MAILBOX : 0u) |
	       (ROOST_HAS_OP(ops, set_subscribed) ? NEED_SUBSCRIBE : 0u) |
	       (ROOST_HAS_OP(ops, mailbox_status) ? NEED_STATUS : 0u) |
	       (ROOST_HAS_OP(ops, append_messages) ? NEED_APPEND_BY_NAME : 0u) |
	       (user->delimiter != 0 ? NEED_HIERARCHY : 0u);
}

static unsigned mailbox_has(const struct roost_mailbox *mailbox)
{
	const struct roost_mailbox_ops *ops = mailbox->ops;
	return (ROOST_HAS_OP(ops, search_messages) ? NEED_SEARCH : 0u) |
	       (ROOST_HAS_OP(ops, create_messages) ? NEED_APPEND : 0u) |
	       (ROOST_HAS_OP(ops, update_messages_flags) ? NEED_STORE : 0u) |
	       (ROOST_HAS_OP(ops, copy_messages) ? NEED_COPY : 0u) |
	       (ROOST_HAS_OP(ops, move_messages) ? NEED_MOVE : 0u) |
	       (ROOST_HAS_OP(ops, replace_message) ? NEED_REPLACE : 0u) |
	       (ROOST_HAS_OP(ops, expunge) ? NEED_EXPUNGE : 0u) |
	       (ROOST_HAS_OP(ops, changed_since) ? NEED_VANISHED : 0u) |
	       (ROOST_HAS_OP(ops, check) ? NEED_CHECK : 0u) |
	       (ROOST_HAS_OP(ops, poll) ? NEED_POLL : 0u);
}

static unsigned backend_has(const struct check *c)
{
	const struct roost_backend *backend = c->backend;
	return ((backend->features & ROOST_FEATURE_MODSEQ) != 0 ? NEED_MODSEQ : 0u) |
	       ((backend->features & ROOST_FEATURE_SPECIAL_USE) != 0 ? NEED_SPECIAL_USE : 0u) |
	       ((backend->features & ROOST_FEATURE_OBJECT_ID) != 0 ? NEED_OBJECT_ID : 0u) |
	       ((backend->features & ROOST_FEATURE_SAVE_DATE) != 0 ? NEED_SAVE_DATE : 0u) |
	       ((backend->features & ROOST_FEATURE_TRIES) != 0 ? NEED_TRIES : 0u) |
	       ((backend->features & ROOST_FEATURE_TRIES_SEARCH) != 0 ? NEED_TRIES_SEARCH : 0u) |
	       (ROOST_HAS_OP(backend->ops, set_updates) ? NEED_UPDATES : 0u) |
	       (c->factory->reopen != NULL ? NEED_REOPEN : 0u) |
	       (c->options->other_username != NULL ? NEED_OTHER_USER : 0u) |
	       (c->options->append_limit != 0 ? NEED_LIMIT : 0u);
}

/* Whether the ops without which nothing goes are there. */
static bool mailbox_is_whole(const struct roost_mailbox *mailbox)
{
	return ROOST_HAS_OP(mailbox->ops, snapshot) && ROOST_HAS_OP(mailbox->ops, list_messages) &&
	       ROOST_HAS_OP(mailbox->ops, close);
}

static int probe_inbox(struct check *c)
{
	struct roost_open_options options = { .size = sizeof(options), .select = true };
	struct roost_mailbox *inbox = NULL;
	if (!ROOST_HAS_OP(c->user->ops, list_mailboxes) ||
		!ROOST_HAS_OP(c->user->ops, get_mailbox)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	int r = c->user->ops->get_mailbox(c->user, c->call, "INBOX", &options, &inbox);
	if (r != 0 || inbox == NULL) {
		return r < 0 ? r : ROOST_ERR_INVALID;
	}
	c->have |= mailbox_has(inbox);
	r = mailbox_is_whole(inbox) ? 0 : ROOST_ERR_NOT_SUPPORTED;
	if (ROOST_HAS_OP(inbox->ops, close)) {
		inbox->ops->close(inbox);
	}
	return r;
}

/* Find out what the backend can do, on one of its own. */
static int probe(struct check *c)
{
	int r = ROOST_ERR_INVALID;
	if (fixture_begin(c, false)) {
		c->have = backend_has(c) | user_has(c->user);
		r = probe_inbox(c);
		if ((c->backend->features & ROOST_FEATURE_READ_ONLY) != 0) {
			c->have &= ~(unsigned)NEED_WRITABLE;
		}
	}
	fixture_end(c);
	return r;
}

static enum roost_check_result run_case(
	struct check *c, const struct check_case *test, const char **text_out)
{
	unsigned missing = test->needs & ~(c->have | (unsigned)CASE_BARE);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if ((missing & reasons[i].need) != 0) {
			*text_out = reasons[i].reason;
			return ROOST_CHECK_SKIPPED;
		}
	}
	c->outcome->result = ROOST_CHECK_PASSED;
	c->outcome->text[0] = '\0';
	if (fixture_begin(c, (test->needs & CASE_BARE) != 0)) {
		test->run(c);
	}
	fixture_end(c);
	*text_out = c->outcome->result == ROOST_CHECK_PASSED ? NULL : c->outcome->text;
	return c->outcome->result;
}

static int run_all(struct check *c, const struct roost_check_report *report)
{
	int failed = 0;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		c->file = families[i]->file;
		for (size_t k = 0; k < families[i]->count; k++) {
			const struct check_case *test = &families[i]->cases[k];
			if (c->options->only != NULL &&
				strstr(test->name, c->options->only) == NULL) {
				continue;
			}
			const char *text = NULL;
			enum roost_check_result result = run_case(c, test, &text);
			failed += result == ROOST_CHECK_FAILED;
			if (report != NULL && report->report != NULL) {
				report->report(report->context, test->name, result, text);
			}
		}
	}
	return failed;
}

int roost_check_backend(const struct roost_check_factory *factory,
	const struct roost_check_options *options, const struct roost_check_report *report)
{
	if (factory == NULL || factory->create == NULL || options == NULL ||
		options->username == NULL || options->password == NULL) {
		return ROOST_ERR_INVALID;
	}
	/* The caller's structs may be older, and so shorter, than this header's. */
	struct roost_check_factory my_factory = { 0 };
	struct roost_check_options my_options = { 0 };
	memcpy(&my_factory, factory,
		factory->size < sizeof(my_factory) ? factory->size : sizeof(my_factory));
	memcpy(&my_options, options,
		options->size < sizeof(my_options) ? options->size : sizeof(my_options));
	if (my_options.threads == 0) {
		my_options.threads = 4;
	}
	struct fixture_outcome outcome = { .result = ROOST_CHECK_PASSED };
	if (pthread_mutex_init(&outcome.lock, NULL) != 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	struct check c = {
		.factory = &my_factory,
		.options = &my_options,
		.file = "check.c",
		.outcome = &outcome,
	};
	int r = probe(&c);
	if (r == 0) {
		r = run_all(&c, report);
	}
	pthread_mutex_destroy(&outcome.lock);
	return r;
}

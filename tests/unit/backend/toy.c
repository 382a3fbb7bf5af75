/* toy.c - a backend of a few mailboxes, from which ops can be taken away and which can be told to
 * misbehave. */
#include "toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

struct toy_user {
	struct roost_user base;
	struct toy *toy;
};

struct toy_handle {
	struct roost_mailbox base;
	struct toy *toy;
	struct toy_box *box;
	bool read_only, select;
};

static struct toy *toy_of_user(struct roost_user *user)
{
	return roost_container_of(user, struct toy_user, base)->toy;
}

static struct toy_handle *handle_of(struct roost_mailbox *mailbox)
{
	return roost_container_of(mailbox, struct toy_handle, base);
}

struct toy_box *toy_box(struct toy *toy, const char *name)
{
	for (size_t i = 0; i < TOY_MAILBOXES; i++) {
		if (strcmp(toy->boxes[i].name, name) == 0) {
			return &toy->boxes[i];
		}
	}
	return NULL;
}

struct toy_box *toy_add_box(struct toy *toy, const char *name)
{
	struct toy_box *box = toy_box(toy, "");
	if (box != NULL) {
		(void)snprintf(box->name, sizeof(box->name), "%s", name);
		box->uid_validity = 7;
		box->uid_next = 1;
		box->count = 0;
	}
	return box;
}

uint32_t toy_add(struct toy_box *box, const char *text, unsigned flags, bool with_outline)
{
	struct toy_message *message = &box->messages[box->count++];
	*message = (struct toy_message) {
		.uid = box->uid_next++, .flags = flags, .recent = true, .text = text
	};
	if (with_outline) {
		struct roost_content *content;
		if (roost_content_create_borrowed(text, strlen(text), NULL, NULL, &content) == 0) {
			(void)roost_outline_create(
				content, &message->outline, &message->outline_size);
			roost_content_unref(content);
		}
	}
	return message->uid;
}

static void remove_at(struct toy_box *box, size_t i)
{
	free(box->messages[i].outline);
	box->count--;
	memmove(box->messages + i, box->messages + i + 1,
		(box->count - i) * sizeof(box->messages[0]));
}

static void empty(struct toy_box *box)
{
	while (box->count > 0) {
		remove_at(box, box->count - 1);
	}
	box->name[0] = 0;
}

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct toy *toy = roost_container_of(backend, struct toy, base);
	struct toy_user *user = calloc(1, sizeof(*user));
	(void)call;
	(void)credentials;
	if (user == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (toy->fault == TOY_NO_USER) {
		free(user);
		return 0;
	}
	user->toy = toy;
	user->base = (struct roost_user) { &toy->user_ops, &toy->base, "fred", '/' };
	*user_out = &user->base;
	return 0;
}

static int backend_append_limit(
	struct roost_backend *backend, struct roost_call *call, uint64_t *limit_out)
{
	(void)call;
	*limit_out = roost_container_of(backend, struct toy, base)->backend_limit;
	return 0;
}

static void set_updates(struct roost_backend *backend, struct roost_updates *updates)
{
	(void)backend;
	(void)updates;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	static const char *const bad[] = { "inbox", "a//b", "tab\there", "\xFF", "", "/" };
	struct toy *toy = toy_of_user(user);
	int r = 0;
	(void)call;
	(void)options;
	for (size_t i = 0; toy->fault == TOY_BAD_NAMES && i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct roost_mailbox_info info = { .size = sizeof(info), .name = bad[i] };
		(void)deliver(context, &info);
	}
	for (size_t i = 0; r == 0 && i < TOY_MAILBOXES; i++) {
		struct roost_mailbox_info info = { .size = sizeof(info),
			.name = toy->boxes[i].name };
		r = toy->boxes[i].name[0] ? deliver(context, &info) : 0;
		r = toy->fault == TOY_DEAF_TO_STOP ? 0 : r;
	}
	return r == ROOST_STOP ? 0 : r;
}

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	struct toy *toy = toy_of_user(user);
	struct toy_box *box = toy_box(toy, name);
	(void)call;
	if (box == NULL) {
		if (toy->fault == TOY_LEAVES_JUNK_ON_FAILURE) {
			*mailbox_out = (struct roost_mailbox *)toy;
		}
		return ROOST_ERR_NO_SUCH_MAILBOX;
	}
	if (toy->fault == TOY_NO_MAILBOX_HANDLE) {
		return 0;
	}
	struct toy_handle *handle = calloc(1, sizeof(*handle));
	if (handle == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*handle = (struct toy_handle) {
		.base = { &toy->mailbox_ops, user, box->name },
		.toy = toy,
		.box = box,
		.read_only = options->read_only,
		.select = options->select,
	};
	toy->opened_read_only = options->read_only;
	toy->opened_selected = options->select;
	toy->open_handles++;
	*mailbox_out = &handle->base;
	return 0;
}

static int create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	struct toy *toy = toy_of_user(user);
	(void)options;
	if (toy_box(toy, name) != NULL) {
		return ROOST_ERR_MAILBOX_EXISTS;
	}
	return toy_add_box(toy, name) != NULL ? 0 : roost_call_fail(call, ROOST_ERR_LIMIT, "full");
}

static int delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name)
{
	struct toy_box *box = toy_box(toy_of_user(user), name);
	(void)call;
	if (box == NULL) {
		return ROOST_ERR_NO_SUCH_MAILBOX;
	}
	empty(box);
	return 0;
}

static int rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	struct toy *toy = toy_of_user(user);
	struct toy_box *box = toy_box(toy, from);
	(void)call;
	if (toy->rename_error != 0) {
		return toy->rename_error;
	}
	if (strcmp(from, "INBOX") == 0) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	if (box == NULL) {
		return ROOST_ERR_NO_SUCH_MAILBOX;
	}
	(void)snprintf(box->name, sizeof(box->name), "%s", to);
	return 0;
}

static int set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed)
{
	(void)user;
	(void)call;
	(void)name;
	(void)subscribed;
	return 0;
}

static int user_append_limit_op(
	struct roost_user *user, struct roost_call *call, uint64_t *limit_out)
{
	(void)call;
	*limit_out = toy_of_user(user)->user_limit;
	return 0;
}

static void logout(struct roost_user *user)
{
	free(roost_container_of(user, struct toy_user, base));
}

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	struct toy_handle *handle = handle_of(mailbox);
	struct toy_box *box = handle->box;
	enum toy_fault fault = handle->toy->fault;
	int r = 0;
	(void)call;
	for (size_t i = 0; r == 0 && i < box->count; i++) {
		struct toy_message *message = &box->messages[i];
		r = roost_uidset_add(&snapshot_out->uids, message->uid);
		if (r == 0 && message->recent) {
			r = roost_uidset_add(&snapshot_out->recent, message->uid);
			message->recent = !handle->select || handle->read_only;
		}
		if (!(message->flags & ROOST_FLAG_SEEN) && snapshot_out->unseen_count++ == 0) {
			snapshot_out->first_unseen = message->uid;
		}
	}
	snapshot_out->uid_validity = fault == TOY_NO_UID_VALIDITY ? 0 : box->uid_validity;
	snapshot_out->uid_next = fault == TOY_LOW_UID_NEXT ? 1 : box->uid_next;
	snapshot_out->permanent_system = ROOST_FLAGS_ALL_SYSTEM;
	snapshot_out->new_keywords = true;
	if (fault == TOY_STRANGE_RECENT) {
		r = roost_uidset_add(&snapshot_out->recent, 1000);
	}
	if (fault == TOY_STRANGE_UNSEEN) {
		snapshot_out->unseen_count = 1000;
		snapshot_out->first_unseen = 999;
	}
	return r;
}

static int deliver_message(struct toy *toy, const struct toy_message *message,
	const struct roost_fetch_options *options, roost_message_fn deliver, void *context)
{
	struct roost_content *content = NULL;
	struct roost_message given = {
		.size = sizeof(given),
		.uid = message->uid,
		.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE,
		.flags = { .system = message->flags },
		.internal_date = date_time(2020, 1, message->uid % 28 + 1, 0, 0, 0, 0),
	};
	if (toy->fault == TOY_NO_FLAGS) {
		given.has = 0;
	}
	if (options->fields & ROOST_MESSAGE_OCTETS) {
		given.octets = strlen(message->text);
		given.has |= ROOST_MESSAGE_OCTETS;
	}
	if ((options->fields & ROOST_MESSAGE_OUTLINE) && message->outline != NULL) {
		given.outline = message->outline;
		given.outline_size = message->outline_size;
		given.has |= ROOST_MESSAGE_OUTLINE;
	}
	if ((options->fields & ROOST_MESSAGE_CONTENT) && !message->unreadable) {
		size_t size = strlen(message->text);
		int r = roost_content_create_borrowed(message->text, size, NULL, NULL, &content);
		if (r < 0) {
			return r;
		}
		given.content = content;
		given.has |= ROOST_MESSAGE_CONTENT;
	}
	int r = deliver(context, &given);
	roost_content_unref(content);
	return r;
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct toy_handle *handle = handle_of(mailbox);
	struct toy *toy = handle->toy;
	struct toy_box *box = handle->box;
	int r = 0;
	(void)call;
	toy->list_calls++;
	toy->content_asked += (options->fields & ROOST_MESSAGE_CONTENT) != 0;
	for (size_t i = 0; r == 0 && i < box->count; i++) {
		size_t index = toy->fault == TOY_DESCENDING ? box->count - 1 - i : i;
		const struct toy_message *message = &box->messages[index];
		if (toy->fault != TOY_NOT_ASKED_FOR && !roost_uidset_contains(uids, message->uid)) {
			continue;
		}
		r = deliver_message(toy, message, options, deliver, context);
		if (toy->fault == TOY_TWICE) {
			r = deliver_message(toy, message, options, deliver, context);
		}
		if (toy->fault == TOY_DEAF_TO_STOP || toy->fault == TOY_SWALLOWS_ERRORS) {
			r = 0;
		}
	}
	return toy->fault == TOY_POSITIVE_RESULT ? 5 : r == ROOST_STOP ? 0 : r;
}

static int search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	(void)mailbox;
	(void)call;
	(void)search;
	(void)within;
	return roost_uidset_add_range(uids_out, 1, 1000);
}

static int create_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct toy_handle *handle = handle_of(mailbox);
	int r = 0;
	(void)call;
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct roost_outline outline;
		const char *text = roost_content_pointer(messages[i].content);
		handle->toy->messages_without_outline +=
			roost_outline_open(
				messages[i].outline, messages[i].outline_size, &outline) < 0;
		uint32_t uid = toy_add(handle->box, text, messages[i].flags.system, true);
		if (handle->toy->fault != TOY_FEW_UIDS || i == 0) {
			r = roost_uidset_add(uids_out, uid);
		}
	}
	return r;
}

static int update_messages_flags(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	static const struct roost_fetch_options flags = { .fields = ROOST_MESSAGE_FLAGS };
	struct toy_handle *handle = handle_of(mailbox);
	int r = 0;
	(void)modified_out;
	if (handle->toy->flags_error != 0) {
		return roost_call_fail(call, handle->toy->flags_error, TOY_TEXT);
	}
	for (size_t i = 0; i < handle->box->count; i++) {
		struct toy_message *message = &handle->box->messages[i];
		if (!roost_uidset_contains(uids, message->uid)) {
			continue;
		}
		unsigned named = change->flags.system;
		message->flags = change->mode == ROOST_FLAGS_SET   ? named
				 : change->mode == ROOST_FLAGS_ADD ? message->flags | named
								   : message->flags & ~named;
		if (r == 0 && deliver != NULL) {
			r = deliver_message(handle->toy, message, &flags, deliver, context);
		}
	}
	return r < 0 ? r : 0;
}

static int copy_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct toy_handle *handle = handle_of(mailbox);
	struct toy *toy = handle->toy;
	struct toy_box *to = toy_box(toy, destination);
	int r = 0;
	if (to == NULL) {
		return ROOST_ERR_NO_SUCH_MAILBOX;
	}
	if (toy->copy_error != 0) {
		return roost_call_fail(call, toy->copy_error, TOY_TEXT);
	}
	result_out->uid_validity = toy->fault == TOY_NO_DESTINATION_VALIDITY ? 0 : to->uid_validity;
	size_t count = handle->box->count;
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct toy_message *message = &handle->box->messages[i];
		if (!roost_uidset_contains(uids, message->uid) && toy->fault != TOY_COPIES_OTHERS) {
			continue;
		}
		uint32_t uid = toy_add(to, message->text, message->flags, true);
		r = roost_uidset_add(&result_out->source, message->uid);
		if (r == 0 && (toy->fault != TOY_LOPSIDED_COPY || i == 0)) {
			r = roost_uidset_add(&result_out->destination, uid);
		}
	}
	return r;
}

static void remove_messages(struct toy_box *box, const struct roost_uidset *uids)
{
	for (size_t i = box->count; i-- > 0;) {
		if (roost_uidset_contains(uids, box->messages[i].uid)) {
			remove_at(box, i);
		}
	}
}

static int move_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	int r = copy_messages(mailbox, call, uids, destination, result_out);
	if (r == 0) {
		remove_messages(handle_of(mailbox)->box, &result_out->source);
	}
	return r;
}

static int expunge(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct toy_handle *handle = handle_of(mailbox);
	struct toy_box *box = handle->box;
	int r = 0;
	if (handle->toy->expunge_error != 0) {
		return roost_call_fail(call, handle->toy->expunge_error, TOY_TEXT);
	}
	for (size_t i = 0; r == 0 && i < box->count; i++) {
		const struct toy_message *message = &box->messages[i];
		bool named = only == NULL || roost_uidset_contains(only, message->uid);
		if ((message->flags & ROOST_FLAG_DELETED) &&
			(named || handle->toy->fault == TOY_EXPUNGES_OTHERS)) {
			r = roost_uidset_add(expunged_out, message->uid);
		}
	}
	remove_messages(box, expunged_out);
	return r;
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
	struct toy_handle *handle = handle_of(mailbox);
	handle->toy->open_handles--;
	free(handle);
}

void toy_init(struct toy *toy)
{
	*toy = (struct toy) {
		.backend_ops = {
			.size = sizeof(toy->backend_ops),
			.login = login,
			.append_limit = backend_append_limit,
			.set_updates = set_updates,
		},
		.user_ops = {
			.size = sizeof(toy->user_ops),
			.list_mailboxes = list_mailboxes,
			.get_mailbox = get_mailbox,
			.create_mailbox = create_mailbox,
			.delete_mailbox = delete_mailbox,
			.rename_mailbox = rename_mailbox,
			.set_subscribed = set_subscribed,
			.append_limit = user_append_limit_op,
			.logout = logout,
		},
		.mailbox_ops = {
			.size = sizeof(toy->mailbox_ops),
			.snapshot = snapshot,
			.list_messages = list_messages,
			.create_messages = create_messages,
			.update_messages_flags = update_messages_flags,
			.copy_messages = copy_messages,
			.expunge = expunge,
			.close = close_mailbox,
		},
		.backend_limit = ROOST_NO_LIMIT,
		.user_limit = ROOST_NO_LIMIT,
	};
	toy->base.ops = &toy->backend_ops;
	(void)toy_add_box(toy, "INBOX");
	(void)roost_updates_create(&toy->base, &toy->updates);
}

void toy_destroy(struct toy *toy)
{
	for (size_t i = 0; i < TOY_MAILBOXES; i++) {
		empty(&toy->boxes[i]);
	}
	roost_updates_destroy(toy->updates);
}

void toy_make_simple(struct toy *toy)
{
	toy->backend_ops = (struct roost_backend_ops) {
		.size = offsetof(struct roost_backend_ops, append_limit),
		.login = login,
	};
	toy->user_ops = (struct roost_user_ops) {
		.size = sizeof(toy->user_ops),
		.list_mailboxes = list_mailboxes,
		.get_mailbox = get_mailbox,
		.logout = logout, /* so that nothing leaks */
	};
	toy->mailbox_ops = (struct roost_mailbox_ops) {
		.size = sizeof(toy->mailbox_ops),
		.snapshot = snapshot,
		.list_messages = list_messages,
		.close = close_mailbox,
	};
}

void toy_make_wrong(struct toy *toy, enum toy_fault fault)
{
	toy->fault = fault;
	if (fault == TOY_FINDS_OTHERS) {
		toy->mailbox_ops.search_messages = search_messages;
	}
	if (fault == TOY_LOPSIDED_COPY) {
		toy->mailbox_ops.move_messages = move_messages;
	}
}

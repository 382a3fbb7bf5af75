/* user_ops.c - calling a user: mailboxes as a whole. */
#include "backend/ops.h"

#include <string.h>

#include "backend/contract.h"
#include "backend/name.h"
#include "backend/post.h"
#include "backend/rename_inbox.h"

static bool is_read_only(const struct roost_user *user)
{
	return (user->backend->features & ROOST_FEATURE_READ_ONLY) != 0;
}

/* A name that no mailbox can have is one that no mailbox has. */
static int find_name(const struct roost_user *user, struct roost_call *call, const char *name,
	const char **name_out)
{
	int r = name_normalize(user, call, name, name_out);
	return r == ROOST_ERR_CANNOT ? ROOST_ERR_NO_SUCH_MAILBOX : r;
}

static int new_name(const struct roost_user *user, struct roost_call *call, const char *name,
	const char **name_out)
{
	int r = name_normalize_new(user, call, name, name_out);
	if (r == ROOST_ERR_CANNOT) {
		return roost_call_fail(call, r, "No mailbox can have that name");
	}
	return r;
}

/* A list on its way from the backend to who asked. */
struct listing {
	struct roost_user *user;
	struct roost_call *call;
	const struct roost_list_options *options;
	roost_mailbox_fn deliver;
	void *context;
	int result; /* of the last delivery */
};

static int pass_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct listing *listing = context;
	struct roost_mailbox_info copy = { .size = sizeof(copy) };
	if (!contract_kept(listing->result == 0, "list_mailboxes",
		    "nothing is delivered after ROOST_STOP or an error")) {
		return listing->result;
	}
	size_t known = info->size < sizeof(copy) ? info->size : sizeof(copy);
	memcpy(&copy, info, known);
	copy.size = sizeof(copy);
	const char *given = copy.name;
	int r = given == NULL ? ROOST_ERR_CANNOT
			      : name_normalize(listing->user, listing->call, given, &copy.name);
	if (!contract_kept(r != ROOST_ERR_CANNOT, "list_mailboxes", "names are mailbox names") ||
		!contract_kept(
			r != 0 || copy.name == given, "list_mailboxes", "INBOX is spelled so")) {
		return 0;
	}
	if (listing->options->subscribed_only) {
		copy.attributes |= ROOST_MAILBOX_SUBSCRIBED;
	}
	listing->result = r < 0 ? r : listing->deliver(listing->context, &copy);
	return listing->result;
}

int user_list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	static const struct roost_list_options all = { .size = sizeof(all) };
	struct listing listing = {
		.user = user,
		.call = call,
		.options = options != NULL ? options : &all,
		.deliver = deliver,
		.context = context,
	};
	int r = user->ops->list_mailboxes(user, call, listing.options, pass_mailbox, &listing);
	if (listing.result < 0) {
		return listing.result;
	}
	return r == ROOST_STOP ? 0 : contract_result("list_mailboxes", r);
}

static bool is_usable(const struct roost_mailbox *mailbox)
{
	return contract_kept(mailbox->ops != NULL && mailbox->name != NULL, "get_mailbox",
		       "a mailbox has ops and a name") &&
	       contract_kept(ROOST_HAS_OP(mailbox->ops, snapshot) &&
				     ROOST_HAS_OP(mailbox->ops, list_messages) &&
				     ROOST_HAS_OP(mailbox->ops, close),
		       "get_mailbox", "snapshot, list_messages and close are required");
}

int user_get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	struct roost_open_options used = *options;
	struct roost_mailbox *mailbox = NULL;
	int r = find_name(user, call, name, &name);
	if (r < 0) {
		return r;
	}
	used.read_only |= is_read_only(user);
	r = contract_result(
		"get_mailbox", user->ops->get_mailbox(user, call, name, &used, &mailbox));
	if (r < 0) {
		(void)contract_kept(
			mailbox == NULL, "get_mailbox", "mailbox_out is left alone on failure");
		return r;
	}
	if (!contract_kept(mailbox != NULL, "get_mailbox", "it gives a mailbox")) {
		return ROOST_ERR_IO;
	}
	if (!is_usable(mailbox)) {
		if (mailbox->ops != NULL && ROOST_HAS_OP(mailbox->ops, close)) {
			mailbox->ops->close(mailbox);
		}
		return ROOST_ERR_IO;
	}
	if (!contract_kept(mailbox->user == user, "get_mailbox", "mailbox->user is set")) {
		mailbox->user = user;
	}
	*mailbox_out = mailbox;
	return 0;
}

/* Before a mailbox is made: how much of its name, from the start, is of mailboxes above it that there are. What is
 * longer comes with it. Only asked for where somebody may be told. */
static size_t existing_parent(struct roost_user *user, struct roost_call *call, const char *name)
{
	size_t n = strlen(name);
	while (user->delimiter != '\0') {
		const char *end = memrchr(name, user->delimiter, n);
		struct roost_mailbox_status status = { .size = sizeof(status) };
		char *parent =
			end == NULL ? NULL : roost_call_strndup(call, name, (size_t)(end - name));
		if (parent == NULL) {
			return 0;
		}
		n = (size_t)(end - name);
		int r = user_mailbox_status(user, call, parent, ROOST_STATUS_UID_VALIDITY, &status);
		(void)roost_call_fail(call, 0, ""); /* that it is missing is no failure */
		if (r != ROOST_ERR_NO_SUCH_MAILBOX) {
			return n;
		}
	}
	return n;
}

/* Tell of the mailboxes above a new one that came with it. */
static void post_parents(
	const struct roost_user *user, struct roost_call *call, const char *name, size_t existing)
{
	size_t n = strlen(name);
	while (user->delimiter != '\0') {
		const char *end = memrchr(name, user->delimiter, n);
		if (end == NULL || end <= name + existing) {
			return;
		}
		n = (size_t)(end - name);
		char *parent = roost_call_strndup(call, name, n);
		if (parent == NULL) {
			return;
		}
		post_mailbox_event(user, parent, ROOST_MAILBOX_CREATED, NULL);
	}
}

int user_create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	static const struct roost_create_options plain = { .size = sizeof(plain) };
	int r = new_name(user, call, name, &name);
	if (r < 0) {
		return r;
	}
	if (name_is_inbox(name)) {
		return ROOST_ERR_MAILBOX_EXISTS;
	}
	if (is_read_only(user)) {
		return ROOST_ERR_READ_ONLY;
	}
	if (!ROOST_HAS_OP(user->ops, create_mailbox)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	options = options != NULL ? options : &plain;
	size_t existing = existing_parent(user, call, name);
	r = contract_result("create_mailbox", user->ops->create_mailbox(user, call, name, options));
	if (r == 0) {
		post_mailbox_event(user, name, ROOST_MAILBOX_CREATED, NULL);
		post_parents(user, call, name, existing);
	}
	return r;
}

int user_delete_mailbox(struct roost_user *user, struct roost_call *call, const char *name)
{
	int r = find_name(user, call, name, &name);
	if (r < 0) {
		return r;
	}
	if (name_is_inbox(name)) {
		return roost_call_fail(call, ROOST_ERR_CANNOT, "INBOX cannot be deleted");
	}
	if (is_read_only(user)) {
		return ROOST_ERR_READ_ONLY;
	}
	if (!ROOST_HAS_OP(user->ops, delete_mailbox)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	r = contract_result("delete_mailbox", user->ops->delete_mailbox(user, call, name));
	if (r == 0) {
		post_mailbox_event(user, name, ROOST_MAILBOX_DELETED, NULL);
	}
	return r;
}

static int rename_by_op(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	if (!ROOST_HAS_OP(user->ops, rename_mailbox)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	size_t existing = existing_parent(user, call, to);
	int r = contract_result("rename_mailbox", user->ops->rename_mailbox(user, call, from, to));
	if (r == 0 && name_is_inbox(from)) {
		/* It is still there, and empty. */
		post_mailbox_event(user, from, ROOST_MAILBOX_RENAMED, to);
		post_mailbox(user, from);
		post_mailbox(user, to);
	} else if (r == 0) {
		post_mailbox_event(user, from, ROOST_MAILBOX_RENAMED, to);
	}
	if (r == 0) {
		post_parents(user, call, to, existing);
	}
	return r;
}

int user_rename_mailbox(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	int r = find_name(user, call, from, &from);
	if (r == 0) {
		r = new_name(user, call, to, &to);
	}
	if (r < 0) {
		return r;
	}
	if (strcmp(from, to) == 0 || name_is_inbox(to)) {
		return ROOST_ERR_MAILBOX_EXISTS;
	}
	if (!name_is_inbox(from) && name_is_inside(user, to, from)) {
		return roost_call_fail(
			call, ROOST_ERR_CANNOT, "A mailbox cannot become its own child");
	}
	if (is_read_only(user)) {
		return ROOST_ERR_READ_ONLY;
	}
	r = rename_by_op(user, call, from, to);
	if (r == ROOST_ERR_NOT_SUPPORTED && name_is_inbox(from)) {
		r = rename_inbox(user, call, to);
		if (r == 0) {
			post_mailbox_event(user, from, ROOST_MAILBOX_RENAMED, to);
		}
	}
	return r;
}

int user_set_subscribed(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed)
{
	int r = new_name(user, call, name, &name);
	if (r < 0) {
		return r;
	}
	if (is_read_only(user)) {
		return ROOST_ERR_READ_ONLY;
	}
	if (!ROOST_HAS_OP(user->ops, set_subscribed)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	r = contract_result(
		"set_subscribed", user->ops->set_subscribed(user, call, name, subscribed));
	if (r == 0) {
		post_mailbox_event(user, name, ROOST_MAILBOX_SUBSCRIPTION_CHANGED, NULL);
	}
	return r;
}

int user_append_limit(
	struct roost_user *user, struct roost_call *call, uint64_t most, uint64_t *limit_out)
{
	struct roost_backend *backend = user->backend;
	uint64_t of_backend = ROOST_NO_LIMIT;
	uint64_t of_user = ROOST_NO_LIMIT;
	int r = 0;
	if (ROOST_HAS_OP(backend->ops, append_limit)) {
		r = contract_result(
			"append_limit", backend->ops->append_limit(backend, call, &of_backend));
	}
	if (r == 0 && ROOST_HAS_OP(user->ops, append_limit)) {
		r = contract_result("append_limit", user->ops->append_limit(user, call, &of_user));
	}
	if (r < 0) {
		return r;
	}
	uint64_t limit = of_backend < of_user ? of_backend : of_user;
	*limit_out = limit < most ? limit : most;
	return 0;
}

void user_logout(struct roost_user *user)
{
	if (user != NULL && ROOST_HAS_OP(user->ops, logout)) {
		user->ops->logout(user);
	}
}

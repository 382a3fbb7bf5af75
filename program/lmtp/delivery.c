/* delivery.c - one message into one user's mailbox, through the backend's ops. */
#include "delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roost/call.h>
#include <roost/content.h>
#include <roost/error.h>
#include <roost/outline.h>
#include <roost/uidset.h>
#include <roost/updates.h>

#include "common/log.h"
#include "store/mail_store.h"
#include "transfer/mailbox_name.h"

static void copy_text(char text_out[DELIVERY_TEXT], const struct roost_call *call)
{
	const char *text = roost_call_text(call);
	(void)snprintf(text_out, DELIVERY_TEXT, "%s", text != NULL ? text : "");
}

/* The lower limit of the backend's and the user's. */
static int find_limit(struct roost_user *user, struct roost_call *call, uint64_t *limit_out)
{
	uint64_t limits[2] = { ROOST_NO_LIMIT, ROOST_NO_LIMIT };
	int r = 0;
	if (ROOST_HAS_OP(user->backend->ops, append_limit)) {
		r = user->backend->ops->append_limit(user->backend, call, &limits[0]);
	}
	if (r == 0 && ROOST_HAS_OP(user->ops, append_limit)) {
		r = user->ops->append_limit(user, call, &limits[1]);
	}
	if (r == 0) {
		*limit_out = limits[0] < limits[1] ? limits[0] : limits[1];
	}
	return r;
}

int delivery_find(
	struct roost_backend *backend, const struct path *path, struct delivery_user *user_out)
{
	struct roost_call *call = NULL;
	unsigned place = 0;
	user_out->text[0] = '\0';
	int r = roost_call_create(&call, 0);
	if (r < 0) {
		return r;
	}
	r = ROOST_ERR_INVALID_CREDENTIALS;
	while (r == ROOST_ERR_INVALID_CREDENTIALS &&
		path_next_user(path, &place, &user_out->user)) {
		struct roost_user *user = NULL;
		roost_call_reset(call);
		r = mail_store_sign_in(backend, call, user_out->user.name, &user);
		if (r == 0) {
			r = find_limit(user, call, &user_out->limit);
			mail_store_sign_out(user);
		}
	}
	if (r < 0) {
		copy_text(user_out->text, call);
	}
	roost_call_destroy(call);
	return r;
}

/* Looks for a mailbox whose name differs only by case (of ASCII); of several the first by name. */
struct search {
	const char *wanted;
	char found[ROOST_MAX_MAILBOX_NAME + 1];
};

static int look_at(void *context, const struct roost_mailbox_info *info)
{
	struct search *search = context;
	bool usable =
		(info->attributes & (ROOST_MAILBOX_NOSELECT | ROOST_MAILBOX_NONEXISTENT)) == 0;
	if (usable && strcasecmp(info->name, search->wanted) == 0 &&
		strlen(info->name) < sizeof(search->found) &&
		(search->found[0] == '\0' || strcmp(info->name, search->found) < 0)) {
		(void)snprintf(search->found, sizeof(search->found), "%s", info->name);
	}
	return 0;
}

static int open_mailbox(struct delivery *delivery, struct roost_user *user, struct roost_call *call,
	const char *name, struct roost_mailbox **mailbox_out)
{
	const struct roost_open_options options = { .size = sizeof(options) };
	int r = user->ops->get_mailbox(user, call, name, &options, mailbox_out);
	if (r == 0) {
		(void)snprintf(delivery->stored_in, sizeof(delivery->stored_in), "%s", name);
	}
	return r;
}

/* The mailbox that was asked for: as it is spelled, else in another case, else new. */
static int open_wanted(struct delivery *delivery, struct roost_user *user, struct roost_call *call,
	struct roost_mailbox **mailbox_out)
{
	const char *wanted = delivery->mailbox;
	if (strcasecmp(wanted, "INBOX") == 0) {
		return open_mailbox(delivery, user, call, "INBOX", mailbox_out);
	}
	if (!mailbox_name_is_valid(wanted)) {
		return delivery->create_mailbox ? roost_call_failf(call, ROOST_ERR_CANNOT,
							  "%s is no name for a mailbox", wanted)
						: ROOST_ERR_NO_SUCH_MAILBOX;
	}
	int r = open_mailbox(delivery, user, call, wanted, mailbox_out);
	if (r != ROOST_ERR_NO_SUCH_MAILBOX) {
		return r;
	}
	const struct roost_list_options list = { .size = sizeof(list) };
	struct search search = { .wanted = wanted };
	r = user->ops->list_mailboxes(user, call, &list, look_at, &search);
	if (r == 0 && search.found[0] != '\0') {
		return open_mailbox(delivery, user, call, search.found, mailbox_out);
	}
	if (r == 0 && delivery->create_mailbox && ROOST_HAS_OP(user->ops, create_mailbox)) {
		const struct roost_create_options create = { .size = sizeof(create) };
		r = user->ops->create_mailbox(user, call, wanted, &create);
		return r < 0 ? r : open_mailbox(delivery, user, call, wanted, mailbox_out);
	}
	return r < 0 ? r : ROOST_ERR_NO_SUCH_MAILBOX;
}

static int open_any(struct delivery *delivery, struct roost_user *user, struct roost_call *call,
	struct roost_mailbox **mailbox_out)
{
	int r = ROOST_ERR_NO_SUCH_MAILBOX;
	if (delivery->mailbox != NULL) {
		r = open_wanted(delivery, user, call, mailbox_out);
	}
	if (r == ROOST_ERR_NO_SUCH_MAILBOX && !delivery->mailbox_must_be) {
		roost_call_reset(call);
		r = open_mailbox(delivery, user, call, "INBOX", mailbox_out);
	}
	return r;
}

static int make_content(const struct delivery *delivery, struct roost_content **content_out)
{
	const struct roost_piece pieces[] = {
		{ .bytes = delivery->front, .size = delivery->front_size },
		{ .content = delivery->content, .size = delivery->content->size },
	};
	size_t skipped = delivery->front_size == 0 ? 1 : 0;
	return roost_content_create_pieces(pieces + skipped, 2 - skipped, content_out);
}

static void note_message_id(struct delivery *delivery, const void *bytes, size_t size)
{
	struct roost_outline outline;
	struct roost_envelope envelope;
	if (roost_outline_open(bytes, size, &outline) == 0 &&
		roost_outline_envelope(&outline, 0, &envelope) == 0) {
		size_t n = envelope.message_id.size;
		n = n < sizeof(delivery->message_id) ? n : sizeof(delivery->message_id) - 1;
		if (n > 0) {
			memcpy(delivery->message_id, envelope.message_id.bytes, n);
		}
		delivery->message_id[n] = '\0';
	}
}

/* The library tells sessions of what is done through it; this is done beside it. */
static void tell_sessions(const struct roost_user *user, const char *mailbox)
{
	const struct roost_update update = {
		.size = sizeof(update),
		.kind = ROOST_UPDATE_MAILBOX,
		.user = user->name,
		.mailbox = mailbox,
	};
	if (user->backend->updates != NULL) {
		(void)roost_updates_post(user->backend->updates, &update);
	}
}

static int store(struct delivery *delivery, struct roost_user *user, struct roost_mailbox *mailbox,
	struct roost_call *call)
{
	struct roost_new_message message = {
		.size = sizeof(message),
		.internal_date = delivery->date,
	};
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	void *outline = NULL;
	uint64_t limit;
	if (!ROOST_HAS_OP(mailbox->ops, create_messages)) {
		return roost_call_fail(call, ROOST_ERR_READ_ONLY, "The store is read-only");
	}
	int r = make_content(delivery, &message.content);
	if (r == 0) {
		delivery->octets = message.content->size;
		r = find_limit(user, call, &limit);
	}
	if (r == 0 && message.content->size > limit) {
		r = ROOST_ERR_TOO_BIG;
	}
	if (r == 0) {
		r = roost_outline_create(message.content, &outline, &message.outline_size);
	}
	if (r == 0) {
		message.outline = outline;
		note_message_id(delivery, outline, message.outline_size);
		r = mailbox->ops->create_messages(mailbox, call, &message, 1, &uids);
	}
	if (r == 0) {
		delivery->uid = roost_uidset_first(&uids);
		tell_sessions(user, mailbox->name);
	}
	roost_uidset_clear(&uids);
	free(outline);
	roost_content_unref(message.content);
	return r;
}

int delivery_store(struct delivery *delivery)
{
	struct roost_call *call = NULL;
	struct roost_user *user = NULL;
	struct roost_mailbox *mailbox = NULL;
	delivery->text[0] = delivery->message_id[0] = delivery->stored_in[0] = '\0';
	int r = roost_call_create(&call, 0);
	if (r < 0) {
		return r;
	}
	r = mail_store_sign_in(delivery->backend, call, delivery->user, &user);
	if (r == 0) {
		r = open_any(delivery, user, call, &mailbox);
	}
	if (r == 0) {
		r = store(delivery, user, mailbox, call);
		mailbox->ops->close(mailbox);
	}
	if (r < 0) {
		copy_text(delivery->text, call);
	}
	mail_store_sign_out(user);
	roost_call_destroy(call);
	return r;
}

void delivery_log(const struct delivery *delivery, const char *sender, const char *recipient,
	const char *id, const char *milliseconds)
{
	char uid[16], octets[24];
	(void)snprintf(uid, sizeof(uid), "%u", delivery->uid);
	(void)snprintf(octets, sizeof(octets), "%llu", (unsigned long long)delivery->octets);
	/* What is not known comes last: a NULL key ends the line. */
	log_fields(ROOST_LOG_INFO, "delivered", "user", delivery->user, "mailbox",
		delivery->stored_in, "uid", uid, "octets", octets, "from", sender, "to", recipient,
		"message-id", delivery->message_id, id != NULL ? "id" : NULL, id,
		milliseconds != NULL ? "ms" : NULL, milliseconds, NULL);
}

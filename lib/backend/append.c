/* append.c - storing new messages: in a mailbox that is open, or in the one of a name. */
#include "backend/ops.h"

#include <stdlib.h>

#include "backend/changing.h"
#include "backend/contract.h"
#include "backend/name.h"
#include "backend/post.h"

/* Refuse what is over the limit of user and backend. */
static int check_sizes(struct roost_user *user, struct roost_call *call,
	const struct roost_new_message *messages, size_t count)
{
	uint64_t limit;
	int r = user_append_limit(user, call, ROOST_NO_LIMIT, &limit);
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = messages[i].content->size > limit ? ROOST_ERR_TOO_BIG : 0;
	}
	return r;
}

/* Make the outlines that are missing, and note them in `made`. */
static int make_outlines(struct roost_new_message *messages, size_t count, void **made)
{
	for (size_t i = 0; i < count; i++) {
		struct roost_outline outline;
		struct roost_new_message *message = &messages[i];
		if (message->outline != NULL && roost_outline_open(message->outline,
							message->outline_size, &outline) == 0) {
			continue;
		}
		int r = roost_outline_create(message->content, &made[i], &message->outline_size);
		if (r < 0) {
			return r;
		}
		message->outline = made[i];
	}
	return 0;
}

static void forget_outlines(struct roost_new_message *messages, size_t count, void **made)
{
	for (size_t i = 0; made != NULL && i < count; i++) {
		if (made[i] != NULL) {
			messages[i].outline = NULL;
			messages[i].outline_size = 0;
			free(made[i]);
		}
	}
	free(made);
}

/* What each op that stores messages is given: messages that may be stored, with outlines. Forget what was `made` for them
 * with forget_outlines(), in any case. */
static int prepare(struct roost_user *user, struct roost_call *call,
	struct roost_new_message *messages, size_t count, void ***made_out)
{
	int r = check_sizes(user, call, messages, count);
	if (r < 0) {
		return r;
	}
	*made_out = calloc(count, sizeof(**made_out));
	return *made_out == NULL ? ROOST_ERR_NO_MEMORY : make_outlines(messages, count, *made_out);
}

/* What an op has stored is told to all sessions. */
static int end(struct roost_user *user, const char *mailbox, size_t count, const char *op,
	const struct roost_uidset *uids, struct roost_uidset *uids_out)
{
	post_mailbox(user, mailbox);
	/* Better tell a client no UIDs than wrong ones. */
	if (!contract_kept(
		    roost_uidset_size(uids) == count, op, "each message gets a UID of its own")) {
		return 0;
	}
	return roost_uidset_add_set(uids_out, uids);
}

int mailbox_create_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	void **made = NULL;
	int r = changing_allowed(mailbox->user, ROOST_HAS_OP(mailbox->ops, create_messages));
	if (r < 0 || count == 0) {
		return r;
	}
	r = prepare(mailbox->user, call, messages, count, &made);
	if (r == 0) {
		r = contract_result("create_messages",
			mailbox->ops->create_messages(mailbox, call, messages, count, &uids));
	}
	if (r == 0) {
		r = end(mailbox->user, mailbox->name, count, "create_messages", &uids, uids_out);
	}
	forget_outlines(messages, count, made);
	roost_uidset_clear(&uids);
	return r;
}

/* Through a handle. The UID validity is asked for while the mailbox is open and before the messages are stored: that tells
 * that the name has been this mailbox's all the time. Afterwards it might be another one's. */
static int append_by_steps(struct roost_user *user, struct roost_call *call, const char *name,
	struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	struct roost_open_options options = { .size = sizeof(options) };
	struct roost_mailbox *mailbox;
	int r = user_get_mailbox(user, call, name, &options, &mailbox);
	if (r < 0) {
		return r;
	}
	if (user_mailbox_status(user, call, name, ROOST_STATUS_UID_VALIDITY, &status) < 0) {
		status.uid_validity = 0;
	}
	r = mailbox_create_messages(mailbox, call, messages, count, uids_out);
	if (r == 0) {
		*uid_validity_out = status.uid_validity;
	}
	mailbox_close(mailbox);
	return r;
}

static int append_by_op(struct roost_user *user, struct roost_call *call, const char *name,
	struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	uint32_t uid_validity = 0;
	void **made = NULL;
	int r = prepare(user, call, messages, count, &made);
	if (r == 0) {
		r = contract_result(
			"append_messages", user->ops->append_messages(user, call, name, messages,
						   count, &uid_validity, &uids));
	}
	if (r == 0) {
		r = end(user, name, count, "append_messages", &uids, uids_out);
		*uid_validity_out = uid_validity;
	}
	forget_outlines(messages, count, made);
	roost_uidset_clear(&uids);
	return r;
}

int user_append_messages(struct roost_user *user, struct roost_call *call, const char *name,
	struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out)
{
	int r = name_normalize(user, call, name, &name);
	if (r < 0) {
		/* A name that no mailbox can have is one that no mailbox has. */
		return r == ROOST_ERR_CANNOT ? ROOST_ERR_NO_SUCH_MAILBOX : r;
	}
	if (count > 0 && ROOST_HAS_OP(user->ops, append_messages) &&
		changing_allowed(user, true) == 0) {
		r = append_by_op(user, call, name, messages, count, uid_validity_out, uids_out);
		if (r != ROOST_ERR_NOT_SUPPORTED) {
			return r;
		}
	}
	return append_by_steps(user, call, name, messages, count, uid_validity_out, uids_out);
}
